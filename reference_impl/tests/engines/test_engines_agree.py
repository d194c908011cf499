"""The engine and the check of one record give the same verdicts, and so do JSON Lines and CSV."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import asdict
from decimal import Decimal
from functools import cache
from unittest import mock

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from parquet import parquet_file
from records import STANDARD, USAGE, Record, csv_file, json_lines, report_on
from wild import BASE, SPOKEN_OF, every_value_in, tidy_records, wild_records

from opentokenomics import Report, Violation, check
from opentokenomics.engines.duckdb import _facts
from opentokenomics.rules import Rule, columns_of, to_python
from opentokenomics.shapes import faults_of, parse
from opentokenomics.standard import Facet, Kind, Row, Schema

_ON_RECORDS = {each.id for each in STANDARD.requirements if isinstance(each.check, Row | Schema)}
_READ = next(record for record in BASE if str(record["record_id"]).endswith("read"))
_SLOW = settings(
    max_examples=3,
    deadline=None,
    phases=[Phase.generate],  # to shrink would take minutes
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)

Verdicts = list[Counter[tuple[str, str | None]]]


def _by_engine(report: Report, rows: int) -> Verdicts:
    verdicts: Verdicts = [Counter() for _ in range(rows)]
    for each in report.violations:
        if each.requirement in _ON_RECORDS and each.row is not None:
            verdicts[each.row - 1][each.requirement, each.column] += 1
    return verdicts


def _by_check(records: Iterable[Record]) -> Verdicts:
    return [
        Counter((each.requirement, each.column) for each in check(record, profile="attribution")) for record in records
    ]


@cache
def _rules() -> dict[str, tuple[frozenset[str], Rule | None, Rule]]:
    rules = {}
    for each in STANDARD.of("usage"):
        if isinstance(each.check, Row):
            where, predicate = each.check.where, each.check.predicate
            columns = columns_of(predicate.tree) | (columns_of(where.tree) if where else frozenset())
            rules[each.id] = (columns, to_python(where.tree) if where else None, to_python(predicate.tree))
    return rules


def _evaluated(records: Iterable[Record]) -> Counter[str]:
    """On how many records each rule says TRUE or FALSE."""
    totals: Counter[str] = Counter()
    for record in records:
        known = {name: value for name, value in record.items() if name in USAGE.by_name and value is not None}
        malformed = {name for name, value in known.items() if faults_of(USAGE.by_name[name], value)}
        values = {name: parse(USAGE.by_name[name], known[name]) for name in known.keys() - malformed}
        for identifier, (columns, where, predicate) in _rules().items():
            judged = columns.isdisjoint(malformed) and (where is None or where(values))
            totals[identifier] += bool(judged and predicate(values) is not None)
    return totals


def _assert_same(records: list[Record]) -> None:
    report = report_on(json_lines(records))
    for record, ours, theirs in zip(records, _by_check(records), _by_engine(report, len(records)), strict=True):
        assert ours == theirs, record
    evaluated = {each.requirement: each.evaluated for each in report.checks if each.requirement in _rules()}
    assert evaluated == dict(_evaluated(records))


class TestTheEngineAndTheCheckOfOneRecordAgree:
    """Requirement by requirement and row by row, and in the number of rows on which a rule was evaluated."""

    def test_on_every_odd_value_in_every_column(self) -> None:
        shapes = {column.shapes: column for column in USAGE.columns if column.name != "spec_version"}
        columns = dict.fromkeys([*shapes.values(), *SPOKEN_OF])
        _assert_same([record for column in columns for record in every_value_in(column.name, _READ)])

    @given(st.lists(wild_records(), min_size=100, max_size=250))
    @_SLOW
    def test_on_wild_records(self, records: list[Record]) -> None:
        _assert_same(records)

    @given(st.lists(tidy_records(), min_size=150, max_size=300))
    @_SLOW
    def test_on_well_formed_records_that_break_rules(self, records: list[Record]) -> None:
        _assert_same(records)

    @pytest.mark.parametrize("version", ["0.9", 5, "", None, f"{STANDARD.version}\n"])
    def test_on_the_version_of_a_lone_record(self, version: object) -> None:
        record = {**_READ, "spec_version": version}
        (theirs,) = _by_engine(report_on(json_lines([record])), 1)
        (ours,) = _by_check([record])
        assert ours == theirs


class TestCounting:
    """Counts are the same in Python, where rows are of few kinds, and in SQL, where they are of many."""

    def test_agrees(self) -> None:
        content = json_lines([*BASE, *every_value_in("attempt", _READ), *every_value_in("billed_cost", _READ)])
        in_python = report_on(content)
        with mock.patch.object(_facts, "_FEW_KINDS", 0):
            assert report_on(content).checks == in_python.checks


def _is_well_typed(record: Record) -> bool:
    """Whether CSV can hold the record: no empty text, no integer that JSON writes with a fraction, no other type."""
    return all(
        value != ""
        and not isinstance(value, Decimal)
        and not any(
            fault.facet is Facet.TYPE or (fault.facet is Facet.ENUM and not isinstance(value, str))
            for fault in faults_of(USAGE.by_name[name], value)
        )
        for name, value in record.items()
        if value is not None and name in USAGE.by_name
    )


def _assert_same_in_each_format(records: list[Record], line_break: str = "\n") -> None:
    records = [
        {name: value for name, value in record.items() if name in USAGE.by_name}
        for record in records
        if _is_well_typed(record)
    ]
    lines = report_on(json_lines(records))
    others = {
        ".csv": csv_file(records, line_break),
        ".parquet": parquet_file(records, typed=False),
        ".typed.parquet": parquet_file(records, typed=True),
    }
    for suffix, content in others.items():
        report = report_on(content, suffix=suffix)
        assert [asdict(each) for each in lines.checks] == [asdict(each) for each in report.checks], suffix
        assert _by_engine(lines, len(records)) == _by_engine(report, len(records))
        assert (lines.conformant, lines.achieved_profile) == (report.conformant, report.achieved_profile)
        ours, theirs = _shown(report), _shown(lines)
        assert ours == theirs, suffix


def _shown(report: Report) -> list[tuple[object, ...]]:
    """The violations without what only one format has: the file, its lines, and zeros that no type keeps."""
    return [
        (v.requirement, v.dataset, v.row, v.record_id, v.column, _shortest(v), v.message) for v in report.violations
    ]


def _shortest(violation: Violation) -> str | None:
    column, value = USAGE.by_name.get(violation.column or ""), violation.value
    if column is None or value is None or column.kind not in {Kind.DECIMAL, Kind.TIMESTAMP} or "." not in value:
        return value
    return value.removesuffix("Z").rstrip("0").rstrip(".")


class TestTheFormatsAgree:
    """The same records have the same checks in JSON Lines, CSV and Parquet, down to every count."""

    def test_on_every_odd_value_that_csv_can_hold(self) -> None:
        kinds = {(column.kind, column.shapes): column.name for column in USAGE.columns if column.kind is not Kind.ENUM}
        _assert_same_in_each_format([record for name in kinds.values() for record in every_value_in(name, _READ)])

    @given(st.lists(wild_records() | tidy_records(), min_size=100, max_size=250), st.sampled_from(["\n", "\r\n"]))
    @_SLOW
    def test_on_wild_records(self, records: list[Record], line_break: str) -> None:
        _assert_same_in_each_format(records, line_break)
