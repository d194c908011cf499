"""A period selects whole records: what is stated of it is what the files would give that hold no others."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from records import json_lines

from opentokenomics.generate import generate
from opentokenomics.metrics import MetricError, Result, Sampling
from opentokenomics.metrics.measured import Parameters, Period, Preparation, Verdict, make_statements, measure, verify
from opentokenomics.standard import Profile

Row = dict[str, Any]
Files = list[tuple[str, Path]]

AT = Preparation(datetime(2026, 9, 1, 8, tzinfo=UTC))
SAMPLING = Sampling(seed=3, resamples=100)
SIZES = {"usage": 60, "outcome": 60, "outcome_definition": 20, "evaluation": 80}
RECORDS: dict[str, list[Row]] = {
    name: [dict(row) for row in generate(size, 3, Profile.ATTRIBUTION, name)] for name, size in SIZES.items()
}
"""Usage and outcomes of an hour, and evaluations of a month."""
RECORDS["evaluation"] = [row for row in RECORDS["evaluation"] if "task_id" in row]

METRICS: dict[str, tuple[str, Callable[[Row], str | None]]] = {
    "unit_cost": ("usage", lambda row: row["charge_period_start"]),
    "cost_per_outcome": ("outcome", lambda row: row.get("completed_at") or row.get("started_at")),
    "cost_of_pass": ("evaluation", lambda row: row.get("completed_at")),
}


def instant(text: str) -> datetime:
    return datetime.fromisoformat(text)


def written(folder: Path, records: Mapping[str, list[Row]], name: str) -> Files:
    files = [(dataset, folder / f"{dataset}.{name}.jsonl") for dataset in records]
    for dataset, file in files:
        file.write_bytes(json_lines(records[dataset]))
    return files


def inputs(folder: Path, counted: str, records: Mapping[str, list[Row]], name: str) -> Files:
    needed = [counted] if counted != "outcome" else ["usage", "outcome", "outcome_definition"]
    return written(folder, {each: records[each] for each in needed}, name)


@pytest.mark.parametrize("metric", METRICS)
@settings(max_examples=3, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_a_period_gives_what_the_files_of_it_give(metric: str, tmp_path: Path, data: st.DataObject) -> None:
    counted, at = METRICS[metric]
    known = sorted({instant(text) for row in RECORDS[counted] if (text := at(row)) is not None})
    start = data.draw(st.sampled_from(known[: len(known) // 2]), label="the first instant")
    end = data.draw(st.sampled_from(known[len(known) // 2 :]), label="the instant after the last")
    kept = [row for row in RECORDS[counted] if (text := at(row)) is not None and start <= instant(text) < end]
    assert len(kept) < len(RECORDS[counted])
    everything = inputs(tmp_path, counted, RECORDS, "all")
    filtered = inputs(tmp_path, counted, {**RECORDS, counted: kept}, "kept")
    found = measure(metric, everything, Parameters(sampling=SAMPLING, period=Period(start, end)))
    expected = measure(metric, filtered, Parameters(sampling=SAMPLING))
    assert [(each.key, evidence(each.result)) for each in found] == [
        (each.key, evidence(each.result)) for each in expected
    ]
    assert found


def evidence(result: Result) -> tuple[object, ...]:
    """A result without the usage of outcomes that were left out, which is not theirs in either case."""
    return result.numerator, result.denominator, result.value, result.interval, result.sample_size


def test_adjacent_periods_have_every_record_once(tmp_path: Path) -> None:
    files = inputs(tmp_path, "usage", RECORDS, "all")
    first = min(instant(row["charge_period_start"]) for row in RECORDS["usage"])
    edges = [first + timedelta(minutes=20 * number) for number in range(5)]
    (everything,) = measure("cache_hit_ratio", files)
    parts = [
        each.result
        for start, end in pairwise(edges)
        for each in measure("cache_hit_ratio", files, Parameters(period=Period(start, end)))
    ]
    assert sum((each.numerator for each in parts), Decimal(0)) == everything.result.numerator
    assert sum((each.denominator for each in parts), Decimal(0)) == everything.result.denominator


def test_how_many_evaluations_are_in_no_period_is_stated(tmp_path: Path) -> None:
    tasks = sorted({row["task_id"] for row in RECORDS["evaluation"]})
    unplaced = [{**row, "completed_at": None} for row in RECORDS["evaluation"] if row["task_id"] == tasks[0]]
    others = [row for row in RECORDS["evaluation"] if row["task_id"] != tasks[0]]
    everywhen = Parameters(
        sampling=SAMPLING, period=Period(instant("1970-01-01T00:00:00Z"), instant("9999-01-01T00:00:00Z"))
    )
    found = measure("cost_of_pass", written(tmp_path, {"evaluation": [*others, *unplaced]}, "all"), everywhen)
    assert {each.result.counts["records_without_instant"] for each in found} == {len(unplaced)}
    with pytest.raises(MetricError, match=f"{len(unplaced)} of them state no completed_at"):
        measure("cost_of_pass", written(tmp_path, {"evaluation": unplaced}, "none"), everywhen)


@pytest.mark.parametrize("metric", METRICS)
def test_a_statement_of_a_period_is_confirmed(metric: str, tmp_path: Path) -> None:
    counted, at = METRICS[metric]
    known = sorted({instant(text) for row in RECORDS[counted] if (text := at(row)) is not None})
    period = Period(known[len(known) // 4], known[-len(known) // 4])
    files = inputs(tmp_path, counted, RECORDS, "all")
    made = make_statements(metric, files, Parameters(sampling=SAMPLING, period=period), AT)
    statements = tmp_path / "statement.jsonl"
    statements.write_bytes(json_lines(made))
    assert {each.verdict for each in verify(statements, files)} == {Verdict.CONFIRMED}
    later = {"period_start": "2027-01-01T00:00:00Z", "period_end": "2027-02-01T00:00:00Z"}
    statements.write_bytes(json_lines([{**each, **later} for each in made]))
    assert {each.verdict for each in verify(statements, files)} == {Verdict.REFUTED}
    statements.write_bytes(json_lines([{**made[0], "period_end": None}]))
    (half,) = verify(statements, files)
    assert (half.verdict, "period_end" in (half.reason or "")) == (Verdict.NOT_JUDGED, True)


def test_a_period_ends_after_it_begins() -> None:
    with pytest.raises(MetricError, match="ends before it begins"):
        Period(AT.prepared_at, AT.prepared_at)
