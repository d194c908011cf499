"""A statement is confirmed by whoever holds its inputs, and refuted when anything in it is changed."""

from __future__ import annotations

import json
import re
import shutil
import zipfile
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from checkout import CHECKOUT
from records import json_lines

from opentokenomics import validate
from opentokenomics.errors import InputError
from opentokenomics.generate import generate
from opentokenomics.metrics import Axis, IntervalMethod, MetricError, Sampling
from opentokenomics.metrics.measured import (
    Parameters,
    Preparation,
    Verdict,
    Verification,
    make_statements,
    measure,
    verify,
)
from opentokenomics.standard import Profile

EXAMPLES = CHECKOUT / "spec" / "examples"
AT = Preparation(datetime(2026, 9, 1, 8, tzinfo=UTC), "finops")
DEFINITION = "outcome_definition"
QUICK = Sampling(seed=7, resamples=100)

Statement = dict[str, Any]
Files = list[tuple[str, Path]]

pytestmark = pytest.mark.skipif(not EXAMPLES.is_dir(), reason="needs the examples of a checkout")


def outcomes() -> Files:
    names = {"usage": "outcome-usage", "outcome": "outcome.claims", "outcome_definition": "outcome_definition.claims"}
    return [(dataset, EXAMPLES / f"{name}.jsonl") for dataset, name in names.items()]


def evaluations(name: str = "aggregates") -> Files:
    return [("evaluation", EXAMPLES / f"evaluation.{name}.jsonl")]


def checked(folder: Path, statements: Sequence[Mapping[str, Any]], files: Files) -> tuple[Verification, ...]:
    file = folder / "statement.jsonl"
    file.write_bytes(json_lines([dict(each) for each in statements]))
    return verify(file, files)


CASES: dict[str, tuple[Files, Parameters]] = {
    "cost_of_pass": (evaluations(), Parameters(sampling=QUICK)),
    "frontier_cost_of_pass": (evaluations("attempts"), Parameters(sampling=QUICK)),
    "cost_of_pass_ratio": (
        evaluations("attempts"),
        Parameters(
            scope={"evaluation_id": "eval-7"}, comparison_scope={"model_id": "gpt-5-2025-08-07"}, sampling=QUICK
        ),
    ),
    "cost_quality_frontier": (evaluations(), Parameters()),
    "cost_per_outcome": (outcomes(), Parameters(by=("team",), sampling=QUICK)),
    "baseline_ratio": (outcomes(), Parameters(by=("tags.document",), sampling=QUICK)),
    "break_even_success_rate": (outcomes(), Parameters(cost_column="billed_cost")),
}


@pytest.mark.parametrize("metric", CASES)
def test_what_was_stated_conforms_and_is_confirmed(metric: str, tmp_path: Path) -> None:
    files, parameters = CASES[metric]
    made = make_statements(metric, files, parameters, AT)
    assert made
    found = checked(tmp_path, list(made), files)
    assert [each.verdict for each in found] == [Verdict.CONFIRMED] * len(made)
    assert [each.value for each in found] == [Decimal(each["value"]) if "value" in each else None for each in made]
    report = validate(tmp_path / "statement.jsonl")
    assert report.conformant, report.violations
    assert make_statements(metric, files, parameters, AT) == made


@pytest.mark.parametrize("axis", Axis)
def test_nothing_is_stated_of_amounts_that_there_are_none_of(axis: Axis, tmp_path: Path) -> None:
    """Without a currency, a statement names no column, and would be taken to be about another one."""
    rows = {
        dataset: [json.loads(line) for line in file.read_text("utf-8").splitlines()] for dataset, file in outcomes()
    }
    bare = [{k: v for k, v in row.items() if k not in {"value_amount", "value_method"}} for row in rows["outcome"]]
    file = tmp_path / "outcome.jsonl"
    file.write_bytes(json_lines(bare))
    files = [("outcome", file), *(each for each in outcomes() if each[0] == "usage")]
    scope, other = {"outcome_id": bare[0]["outcome_id"]}, {"outcome_id": bare[1]["outcome_id"]}
    chosen = Parameters(scope=scope, comparison_scope=other, axis=axis, cost_column="contracted_cost")
    if axis is Axis.COST:
        with pytest.raises(MetricError, match="has an amount in contracted_cost"):
            make_statements("marginal_token_utility", files, chosen, AT)
    else:
        made = make_statements("marginal_token_utility", files, chosen, AT)
        assert [each.verdict for each in checked(tmp_path, made, files)] == [Verdict.CONFIRMED]


def test_usage_with_groups_that_have_no_value(tmp_path: Path) -> None:
    file = tmp_path / "usage.jsonl"
    file.write_bytes(json_lines([dict(row) for row in generate(600, 4, Profile.COST)]))
    parameters = Parameters(by=("model_id",), block_size=1000)
    made = make_statements("unit_cost", [("usage", file)], parameters, AT)
    assert any("model_id" in each["parameters"].get("without", "") for each in made)
    assert {each.verdict for each in checked(tmp_path, list(made), [("usage", file)])} == {Verdict.CONFIRMED}


CHANGES: dict[str, Any] = {
    "numerator": "245",
    "denominator": "362",
    "value": "0.677392243767313018",
    "lower_bound": "0.2",
    "upper_bound": "9",
    "sample_size": 3,
    "estimator": "mean_of_ratios",
    "interval_method": "wilson",
    "metric_version": "0.9",
    "cost_column": "list_cost",
    "currency": "EUR",
    "scope": {"tags.document": "standard"},
    "metric": "cost_per_outcome",
    "outcome_definition_version": "2025-1",
    "parameters": {"seed": "7", "resamples": "100", "confidence_level": "0.99"},
    "confidence_level": "0.99",
}


@pytest.mark.parametrize("column", CHANGES)
def test_a_tampered_statement_is_refuted(column: str, tmp_path: Path) -> None:
    parameters = Parameters(scope={"tags.document": "exception"}, sampling=QUICK)
    (made,) = make_statements("baseline_ratio", outcomes(), parameters, AT)
    assert made.get(column) != CHANGES[column]
    (found,) = checked(tmp_path, [{**made, column: CHANGES[column]}], outcomes())
    assert found.verdict is Verdict.REFUTED
    assert found.differences or found.reason


def test_other_bytes_are_other_inputs(tmp_path: Path) -> None:
    made = make_statements("cost_of_pass", evaluations(), Parameters(), AT)
    copy = tmp_path / "evaluation.jsonl"
    shutil.copy(evaluations()[0][1], copy)
    assert {each.verdict for each in checked(tmp_path, list(made), [("evaluation", copy)])} == {Verdict.CONFIRMED}
    copy.write_bytes(copy.read_bytes().replace(b'"388.88"', b'"388.87"'))
    found = checked(tmp_path, list(made), [("evaluation", copy)])
    assert {each.verdict for each in found} == {Verdict.INPUTS_DIFFER}
    (difference,) = found[0].differences
    assert difference.stated == made[0]["inputs"][0]["sha256"] != difference.recomputed


def test_a_number_of_records_is_part_of_the_statement(tmp_path: Path) -> None:
    (made, *_) = make_statements("cost_of_pass", evaluations(), Parameters(), AT)
    wrong = {**made, "inputs": [{**made["inputs"][0], "rows": 4}]}
    (found,) = checked(tmp_path, [wrong], evaluations())
    assert (found.verdict, [each.what for each in found.differences]) == (Verdict.REFUTED, ["rows of evaluation"])


def test_more_files_than_were_stated_do_no_harm(tmp_path: Path) -> None:
    made = make_statements("cost_of_pass", evaluations(), Parameters(), AT)
    found = checked(tmp_path, list(made), [*evaluations("small"), *evaluations(), *outcomes()])
    assert {each.verdict for each in found} == {Verdict.CONFIRMED}


def test_a_chosen_interval_is_recomputed(tmp_path: Path) -> None:
    parameters = Parameters(sampling=Sampling(method=IntervalMethod.WILSON, confidence_level=Decimal("0.99")))
    made = make_statements("cost_of_pass", evaluations("attempts"), parameters, AT)
    assert made[0]["interval_method"] == "wilson"
    assert {each.verdict for each in checked(tmp_path, list(made), evaluations("attempts"))} == {Verdict.CONFIRMED}


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"period_start": "2026-07-01T00:00:00Z", "period_end": "2026-08-01T00:00:00Z"}, "no results"),
        ({"comparison_scope": {"model_id": "x"}}, "comparison_scope"),
        ({"metric": "cost_of_pass_ratio"}, "only one is given"),
        ({"parameters": {"seed": "many"}}, "make no sense"),
        ({"parameters": {"resamples": "1"}}, "number of resamples"),
        ({"scope": {"nonsense": "x"}}, "cannot be grouped"),
        ({"model_id": "another"}, "no results"),
        ({"parameters": {"discount": "0.5"}}, "no parameter discount"),
        ({"parameters": {"baseline": "9"}}, "no parameter baseline"),
    ],
)
def test_what_is_not_computed_like_that_is_refuted(changes: Statement, reason: str, tmp_path: Path) -> None:
    (made, *_) = make_statements("cost_of_pass", evaluations("small"), Parameters(), AT)
    (found,) = checked(tmp_path, [{**made, **changes}], evaluations("small"))
    assert found.verdict is Verdict.REFUTED
    assert reason in (found.reason or "")


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"metric": "expected_retries"}, "cannot be measured"),
        ({"inputs": "nothing"}, "no inputs"),
        ({"value": "x"}, "its value cannot be read"),
        ({"spec_version": "9.0"}, "it states a version of the standard that is not known"),
    ],
)
def test_what_cannot_be_read_is_not_judged(changes: Statement, reason: str, tmp_path: Path) -> None:
    (made, *_) = make_statements("cost_of_pass", evaluations("small"), Parameters(), AT)
    (found,) = checked(tmp_path, [{**made, **changes}], evaluations("small"))
    assert found.verdict is Verdict.NOT_JUDGED
    assert reason in (found.reason or "")


def test_an_input_that_is_stated_twice_spoils_no_other_statement(tmp_path: Path) -> None:
    (made, *_) = make_statements("cost_of_pass", evaluations("small"), Parameters(), AT)
    found = checked(tmp_path, [{**made, "inputs": made["inputs"] * 2}, made], evaluations("small"))
    assert [(each.verdict, each.reason) for each in found] == [
        (Verdict.REFUTED, "it states one input twice"),
        (Verdict.CONFIRMED, None),
    ]


def test_amounts_of_no_usage_have_no_column(tmp_path: Path) -> None:
    (made, *_) = make_statements("cost_of_pass", evaluations("small"), Parameters(), AT)
    (found,) = checked(tmp_path, [{**made, "cost_column": "list_cost"}], evaluations("small"))
    assert [(each.what, each.recomputed) for each in found.differences] == [("cost_column", None)]


def test_a_parameter_of_ones_own_changes_nothing(tmp_path: Path) -> None:
    (made, *_) = make_statements("cost_of_pass", evaluations("small"), Parameters(), AT)
    stated = {**made, "parameters": {**made["parameters"], "x_ticket": "17"}}
    assert [each.verdict for each in checked(tmp_path, [stated], evaluations("small"))] == [Verdict.CONFIRMED]


def test_an_instant_is_the_same_in_every_notation(tmp_path: Path) -> None:
    files = outcomes()
    made = make_statements("unit_cost", files[:1], Parameters(by=("charge_period_start",)), AT)
    instants = [each["scope"]["charge_period_start"] for each in made]
    assert instants
    again = [
        {**each, "scope": {**each["scope"], "charge_period_start": f"{at[:-1]}.000Z"}}
        for each, at in zip(made, instants, strict=True)
    ]
    assert {each.verdict for each in checked(tmp_path, [*made, *again], files)} == {Verdict.CONFIRMED}
    (none,) = checked(tmp_path, [{**made[0], "scope": {"charge_period_start": "August"}}], files)
    assert "charge_period_start has instants, and August is none" in (none.reason or "")


@pytest.mark.parametrize(
    ("metric", "by"),
    [("cost_of_pass", "model_id"), ("cost_of_pass", "completed_at"), ("frontier_cost_of_pass", "benchmark_id")],
)
def test_groups_by_what_a_statement_is_based_on(metric: str, by: str, tmp_path: Path) -> None:
    rows = [json.loads(line) for line in evaluations("attempts")[0][1].read_text("utf-8").splitlines()]
    files = [("evaluation", tmp_path / "evaluation.jsonl")]
    files[0][1].write_bytes(
        json_lines([{k: v for k, v in row.items() if k != "completed_at"} for row in rows[:2]] + rows[2:])
    )
    made = make_statements(metric, files, Parameters(by=(by,), sampling=QUICK), AT)
    assert len(made) == 1 + (by == "completed_at")
    assert {each.verdict for each in checked(tmp_path, list(made), files)} == {Verdict.CONFIRMED}
    assert validate(tmp_path / "statement.jsonl").conformant


def test_prices_of_a_fraction_of_a_second(tmp_path: Path) -> None:
    rows = [json.loads(line) for line in evaluations("attempts")[0][1].read_text("utf-8").splitlines()]
    files = [("evaluation", tmp_path / "evaluation.jsonl")]
    files[0][1].write_bytes(json_lines([{**row, "priced_as_of": "2026-08-01T00:00:00.5Z"} for row in rows]))
    made = make_statements("cost_of_pass", files, Parameters(by=("trial",), sampling=QUICK), AT)
    assert {each.verdict for each in checked(tmp_path, list(made), files)} == {Verdict.CONFIRMED}


def test_the_examples_of_the_chapter() -> None:
    verdicts = {
        name: [each.verdict for each in verify(EXAMPLES / f"statement.{name}.jsonl", evaluations("small"))]
        for name in ("cost-of-pass", "zero-for-unknown", "money-per-point")
    }
    assert verdicts == {
        "cost-of-pass": [Verdict.CONFIRMED, Verdict.CONFIRMED],
        "zero-for-unknown": [Verdict.REFUTED],
        "money-per-point": [Verdict.REFUTED],
    }


def test_what_a_statement_does_not_name_is_what_the_chapter_says(tmp_path: Path) -> None:
    chapter = (EXAMPLES.parent / "statement.md").read_text("utf-8")
    absent = dict(re.findall(r"^\| `(seed|resamples|block_size|axis)` \| [^|]+ \| `(\w+)` \|$", chapter, re.MULTILINE))
    assert absent == {
        "seed": str(Sampling().seed),
        "resamples": str(Sampling().resamples),
        "block_size": str(Parameters().block_size),
        "axis": Parameters().axis.value,
    }
    assert f"`confidence_level`, or else `{Sampling().confidence_level}`" in chapter
    assert f"are those of `{Parameters().cost_column}`" in chapter
    claims = EXAMPLES.parents[1] / "examples" / "story" / "claims"
    files = [("usage", claims / "usage.csv"), *((name, claims / f"{name}.jsonl") for name in ("outcome", DEFINITION))]
    (made,) = make_statements("cost_per_outcome", files, Parameters(), AT)
    assert made["interval_method"] == "cluster_bootstrap"
    (found,) = checked(tmp_path, [{**made, "parameters": {}}], files)
    assert found.verdict is Verdict.CONFIRMED
    (found,) = checked(tmp_path, [{**made, "parameters": {"seed": "1"}}], files)
    assert found.verdict is Verdict.REFUTED


def test_statements_cannot_ask_for_work_without_end(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (one, *_) = make_statements("cost_of_pass", evaluations("small"), Parameters(), AT)
    several = [{**one, "statement_id": f"statement-{number}"} for number in range(3)]
    monkeypatch.setattr("opentokenomics.metrics.measured._verify.MOST_RESAMPLED", 3000)
    assert len(checked(tmp_path, several, evaluations("small"))) == 3
    monkeypatch.setattr("opentokenomics.metrics.measured._verify.MOST_RESAMPLED", 2999)
    with pytest.raises(InputError, match="ask for 3,000 resamples together, which is more than 2,999"):
        checked(tmp_path, several, evaluations("small"))
    with pytest.raises(InputError, match="3,000 resamples together"):
        validate([tmp_path / "statement.jsonl", *(path for _, path in evaluations("small"))])


def test_nothing_to_state_or_to_verify(tmp_path: Path) -> None:
    with pytest.raises(MetricError, match="cannot be measured"):
        make_statements("iq_per_dollar", evaluations(), Parameters(), AT)
    with pytest.raises(InputError, match="no file"):
        make_statements("cost_of_pass", [("evaluation", tmp_path)], Parameters(), AT)
    with pytest.raises(InputError, match="no statements"):
        checked(tmp_path, [], evaluations())
    (tmp_path / "words.jsonl").write_text("no JSON\n")
    for odd in (tmp_path / "words.jsonl", evaluations()[0][1]):
        with pytest.raises(InputError, match="no statements that can be read"):
            verify(odd, evaluations())
    packed = tmp_path / "evaluation.jsonl"  # what it is called does not matter
    with zipfile.ZipFile(packed, "w") as archive:
        archive.write(evaluations()[0][1], "evaluation.jsonl")
    for refused in (
        lambda: make_statements("cost_of_pass", [("evaluation", packed)], Parameters(), AT),
        lambda: measure("cost_of_pass", [("evaluation", packed)]),
        lambda: verify(EXAMPLES / "statement.cost-of-pass.jsonl", [("evaluation", packed)]),
        lambda: verify(packed, evaluations()),
    ):
        with pytest.raises(InputError, match="is a zip archive"):
            refused()


def test_each_statement_has_an_identifier_of_its_own() -> None:
    made = make_statements("cost_of_pass", evaluations(), Parameters(), AT)
    later = make_statements("cost_of_pass", evaluations(), Parameters(), Preparation(datetime(2027, 1, 1, tzinfo=UTC)))
    assert len({each["statement_id"] for each in made}) == len(made)
    assert [each["statement_id"] for each in later] == [each["statement_id"] for each in made]
    assert json.dumps(made) != json.dumps(later)
