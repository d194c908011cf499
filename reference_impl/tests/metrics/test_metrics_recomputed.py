"""A validation computes the statements again all of whose inputs it was given, and counts only those."""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable
from datetime import UTC, datetime
from itertools import product
from pathlib import Path
from typing import Any

import pytest
from records import json_lines

from opentokenomics import CheckResult, Profile, Report, Status, engines, validate
from opentokenomics.metrics.measured import Parameters, Preparation, make_statements, verify
from opentokenomics.standard import load

Statement = dict[str, Any]

AT = Preparation(datetime(2026, 9, 1, 8, tzinfo=UTC))
RECOMPUTE, NO_USAGE = "OTS-STM-030", "OTS-ATT-012"


@pytest.fixture
def runs(tmp_path: Path) -> Path:
    """Three of four tasks solved, at different costs."""
    same = {"spec_version": "1.0-draft", "evaluation_id": "run-1", "benchmark_id": "tasks", "benchmark_version": "1"}
    same |= {"harness": "runner", "harness_version": "1", "model_id": "large", "currency": "USD", "price_basis": "list"}
    same |= {"priced_as_of": "2026-08-01T00:00:00Z"}
    rows = [{**same, "task_id": f"t{n}", "trial": 1, "solved": n < 3, "cost": f"{n + 1}"} for n in range(4)]
    file = tmp_path / "evaluation.jsonl"
    file.write_bytes(json_lines(rows))
    return file


def stated(file: Path) -> Statement:
    (made,) = make_statements("cost_of_pass", [("evaluation", file)], Parameters(), AT)
    return made


def written(folder: Path, *statements: Statement) -> Path:
    file = folder / "statement.jsonl"
    file.write_bytes(json_lines(list(statements)))
    return file


def judged(report: Report) -> CheckResult:
    return next(each for each in report.checks if each.requirement == RECOMPUTE)


def blocking(report: Report) -> set[str]:
    """What is in the way of the profile *intelligence*; these inputs hold no usage."""
    return set(report.blocking[Profile.INTELLIGENCE])


def test_a_true_statement_passes(runs: Path, tmp_path: Path) -> None:
    statements = written(tmp_path, stated(runs))
    report = validate([runs, statements], profile="intelligence")
    assert (judged(report).status, judged(report).evaluated) == (Status.PASS, 1)
    assert blocking(report) == {NO_USAGE}


CHANGES: dict[str, tuple[Statement, str]] = {
    "value": ({"numerator": "20", "value": "6.666666666666666667", "upper_bound": "9"}, "numerator"),
    "bound": ({"upper_bound": "900"}, "upper_bound"),
    "sample size": ({"sample_size": 5}, "sample_size"),
    "scope": ({"scope": {"model_id": "small"}}, "metric"),
}


@pytest.mark.parametrize("change", CHANGES)
def test_an_untrue_one_is_found_alone(change: str, runs: Path, tmp_path: Path) -> None:
    true = stated(runs)
    changes, column = CHANGES[change]
    statements = written(tmp_path, true, {**true, **changes, "statement_id": "untrue"})
    report = validate([runs, statements], profile="intelligence")
    (found,) = [each for each in report.violations if each.dataset == "statement"]
    assert (found.requirement, found.row, found.record_id, found.column) == (RECOMPUTE, 2, "untrue", column)
    assert "`verify` says" in found.message
    assert (judged(report).evaluated, judged(report).violations) == (2, 1)
    assert blocking(report) == {NO_USAGE, RECOMPUTE}


def test_of_other_bytes_nothing_is_known(runs: Path, tmp_path: Path) -> None:
    statements = written(tmp_path, stated(runs))
    runs.write_bytes(runs.read_bytes() + b"\n")
    report = validate([runs, statements], profile="intelligence")
    assert (judged(report).status, judged(report).evaluated) == (Status.NOT_APPLICABLE, 0)
    assert "by their digests" in str(judged(report).reason)
    alone = judged(validate(statements, profile="intelligence"))
    assert (alone.status, alone.reason) == (Status.NOT_APPLICABLE, judged(report).reason)


def test_of_a_malformed_value_nothing_is_concluded(runs: Path, tmp_path: Path) -> None:
    """It is unknown what was stated (OTS-VAL-026): a scope that cannot be read is not that of all records."""
    true = stated(runs)
    unread = {"spec_version", "statement_id", "prepared_at", "prepared_by"}
    columns = [column.name for column in load().datasets["statement"].columns if column.name not in unread]
    others = [{**true, "statement_id": name, name: [{}]} for name in columns if name != "inputs"]
    true["prepared_by"] = [{}]
    statements = written(tmp_path, true, *others)
    found = judged(validate([runs, statements], profile="intelligence"))
    assert (found.status, found.evaluated) == (Status.PASS, 1)
    first, *rest = verify(statements, [("evaluation", runs)])
    assert first.reason is None
    assert all(each.reason and each.statement_id and each.statement_id in each.reason for each in rest)


def test_entries_that_name_no_input_refute_nothing(runs: Path, tmp_path: Path) -> None:
    true = stated(runs)
    (entry,) = true["inputs"]
    values = product(entry, (None, True, "4", 1.5))
    faulty: list[Any] = [None, {}, *({**entry, name: value} for name, value in values)]
    faulty += [{name: entry[name] for name in entry if name != absent} for absent in entry]
    lists = [*([each] for each in faulty), *([entry, each] for each in faulty)]
    others = [{**true, "statement_id": f"{number}", "inputs": inputs} for number, inputs in enumerate(lists)]
    statements = written(tmp_path, true, *others)
    assert judged(validate([runs, statements], profile="intelligence")).evaluated == 1
    reasons = [each.reason for each in verify(statements, [("evaluation", runs)])]
    assert reasons == [None, *["it states no inputs, or none that can be read"] * len(others)]


def test_broken_inputs_refute_nothing(runs: Path, tmp_path: Path) -> None:
    true = stated(runs)
    runs.write_bytes(runs.read_bytes().replace(b'"USD"', b'"usd"'))
    broken = {**true, "inputs": [{**true["inputs"][0], "sha256": _digest(runs)}]}
    report = validate([runs, written(tmp_path, broken)], profile="intelligence")
    assert judged(report).status is Status.NOT_APPLICABLE
    assert not report.conformant


def _digest(file: Path) -> str:
    from hashlib import sha256

    return sha256(file.read_bytes()).hexdigest()


def _packed(folder: Path, runs: Path) -> Path:
    file = folder / "evaluation.jsonl.gz"
    file.write_bytes(gzip.compress(runs.read_bytes()))
    runs.unlink()
    return file


@pytest.mark.parametrize("place", [lambda _, runs: runs, _packed])
def test_a_bundle_is_held_to_its_statements(place: Callable[[Path, Path], Path], runs: Path, tmp_path: Path) -> None:
    folder = tmp_path / "bundle"
    folder.mkdir()
    file = place(tmp_path, runs).rename(folder / f"e-{runs.name}")
    for untrue in ({}, {"sample_size": 9}):
        statements = written(folder, {**stated(file), **untrue})
        entries = [
            {
                "path": each.name,
                "dataset": dataset,
                "format": "jsonl",
                "rows": rows,
                "bytes": each.stat().st_size,
                "sha256": _digest(each),
                "complete": True,
            }
            for each, dataset, rows in ((file, "evaluation", 4), (statements, "statement", 1))
        ]
        manifest: Statement = {
            "spec_version": "1.0-draft",
            "profile": "metering",
            "generated_at": "2026-09-01T00:00:00Z",
        }
        manifest |= {"service_provider_name": "OpenAI", "files": entries}
        (folder / "manifest.json").write_text(json.dumps(manifest))
        report = validate(folder, profile="intelligence")
        (count,) = [each for each in report.checks if each.requirement == RECOMPUTE]
        assert (count.evaluated, count.violations) == (1, len(untrue))


def test_the_engine_alone_computes_nothing(runs: Path, tmp_path: Path) -> None:
    statements = written(tmp_path, {**stated(runs), "sample_size": 9})
    assert judged(engines.validate([runs, statements], profile="intelligence")).evaluated == 0
