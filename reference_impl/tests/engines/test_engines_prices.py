"""Price lists and plans: each requirement is found where it alone is broken, and what keeps the rules has no ties."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from dataclasses import asdict
from datetime import datetime, timedelta
from decimal import Decimal
from itertools import product
from pathlib import Path
from random import Random
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from prices import plans, prices, report_of
from records import ON_INPUTS, STANDARD, WHOLE_INPUT, Record, Records, break_it, cell, checkable, found, ways
from records import dataset as usage
from wild import every_value_in

from opentokenomics import Report, Status, check, validate
from opentokenomics.standard import Column, Kind, NoOverlap, Row, Schema

_MAKE = {"price": prices, "plan": plans}
_CASES = [(dataset, identifier) for dataset in _MAKE for identifier in ways(dataset) if identifier not in WHOLE_INPUT]
_SUFFIXES = (".jsonl", ".csv")
_ON_RECORDS = {each.id for each in STANDARD.requirements if isinstance(each.check, Row | Schema)}


class TestEachRequirementAlone:
    """A dataset that breaks one requirement is reported for it and for nothing else."""

    @pytest.mark.parametrize("suffix", _SUFFIXES)
    @pytest.mark.parametrize("dataset", _MAKE)
    def test_faultless_records_have_neither_errors_nor_warnings(self, dataset: str, suffix: str) -> None:
        report = report_of({dataset: _MAKE[dataset]()}, suffix)
        assert report.conformant
        assert report.achieved_profile == "cost"
        assert [each.requirement for each in report.checks if each.status is Status.PASS] == checkable(dataset)

    @pytest.mark.parametrize("suffix", _SUFFIXES)
    @pytest.mark.parametrize("dataset", _MAKE)
    def test_together(self, dataset: str, suffix: str) -> None:
        records: Records = []
        rows: dict[str, range] = {}
        for identifier in (name for kind, name in _CASES if kind == dataset):
            broken = break_it(identifier, _MAKE[dataset](identifier), dataset)
            rows[identifier] = range(len(records) + 1, len(records) + len(broken) + 1)
            records += broken
        blamed = defaultdict(set)
        for violation in report_of({dataset: records}, suffix).violations:
            blamed[violation.row].add((violation.requirement, violation.column))
        # A CSV file has its unknown column for all of its rows; the violation names no row.
        blamed[rows["OTS-GEN-007"].start] |= blamed[None]
        for identifier, own in rows.items():
            ((requirement, column),) = set().union(*(blamed[row] for row in own))
            assert requirement == identifier
            columns = STANDARD.requirement(identifier).columns
            assert not columns or column == columns[0]

    @pytest.mark.parametrize(("dataset", "identifier"), _CASES)
    def test_by_the_check_of_one_record(self, dataset: str, identifier: str) -> None:
        records = break_it(identifier, _MAKE[dataset](), dataset)
        blamed = {each.requirement for record in records for each in check(record, dataset=dataset, profile="cost")}
        assert blamed == ({identifier} & _ON_RECORDS)

    def test_a_price_of_another_version_is_reported_as_usage_is(self) -> None:
        records = [{**record, "spec_version": "0.9"} for record in prices()]
        assert found(report_of({"price": records})) == {"OTS-GEN-018": len(records)}


_NAMING = sorted({*checkable("usage", "price", "plan")} - {*checkable("usage")})


class TestUsageThatNamesThem:
    """What usage names is there, and says what usage says; or exactly what differs is reported."""

    @pytest.mark.parametrize("suffix", _SUFFIXES)
    def test_faultless(self, suffix: str) -> None:
        report = report_of({"usage": usage(), "price": prices(), "plan": plans()}, suffix)
        assert not found(report)
        passed = {each.requirement for each in report.checks if each.status is Status.PASS}
        assert passed - ON_INPUTS == {*checkable("usage", "price", "plan"), *checkable("price"), *checkable("plan")}

    @pytest.mark.parametrize("suffix", _SUFFIXES)
    def test_each_defect(self, suffix: str) -> None:
        records: Records = []
        rows: dict[str, range] = {}
        for identifier in _NAMING:
            broken = break_it(identifier, usage(identifier))
            rows[identifier] = range(len(records) + 1, len(records) + len(broken) + 1)
            records += broken
        report = report_of({"usage": records, "price": prices(), "plan": plans()}, suffix)
        assert found(report) == dict.fromkeys(_NAMING, 1)
        for violation in report.violations:
            assert violation.dataset == "usage"
            assert violation.row in rows[violation.requirement]
            assert violation.column == STANDARD.requirement(violation.requirement).columns[0]

    def test_is_not_judged_without_them(self) -> None:
        for named in ((), ("price",), ("plan",)):
            make = {"price": prices, "plan": plans}
            report = report_of({"usage": usage(), **{name: make[name]() for name in named}})
            idle = {each.requirement: each.reason for each in report.checks if each.status is Status.NOT_APPLICABLE}
            missing = {*checkable("usage", "price", "plan")} - {*checkable("usage", *named)}
            assert missing <= idle.keys()
            assert all("records were given, in which to look the values up" in str(idle[each]) for each in missing)

    def test_a_wrong_block_size_is_one_violation(self) -> None:
        changed = {"pricing_block_size": 1000, "pricing_quantity": None, "list_cost": None, "contracted_cost": None}
        records = [record | changed if record["record_id"] == "d/read" else record for record in usage()]
        records = [{name: value for name, value in record.items() if value is not None} for record in records]
        found_ = found(report_of({"usage": records, "price": prices(), "plan": plans()}))
        assert found_ == {"OTS-CST-038": 1}


class TestSameFactTwice:
    """Two sources that state one fact are told, and nothing else that looks alike."""

    def _found(self, **other: object) -> dict[str, int]:
        (record,) = (each for each in usage() if each["record_id"] == "d/request")
        second = {"record_id": "second", "source_name": "provider", "charge_period_start": "2026-08-30T00:00:00Z"}
        twin = {name: value for name, value in {**record, **second, **other}.items() if value is not None}
        return found(report_of({"usage": [record, twin]}))

    def test_of_overlapping_periods(self) -> None:
        assert self._found() == {"OTS-USG-024": 1}

    @pytest.mark.parametrize(
        "other",
        [
            {"source_name": "gateway"},
            {"charge_period_end": "2026-08-30T10:00:00Z"},
            {"billing_account_id": "another"},
            {"sub_account_id": "project"},
            {"model_id": "model-b"},
            {"meter": "messages", "consumed_unit": "messages"},
            {"service_provider_name": "Another AI"},
        ],
        ids=lambda other: next(iter(other)),
    )
    def test_not_of_what_differs(self, other: Record) -> None:
        assert not self._found(**other)

    @pytest.mark.parametrize("name", ["billing_account_id", "model_id"])
    def test_not_where_it_cannot_be_told(self, name: str) -> None:
        assert "OTS-USG-024" not in self._found(**{name: None})

    def test_amounts_are_facts_of_their_own(self) -> None:
        (record,) = (each for each in usage() if each["record_id"] == "d/cost-only")
        twin = {**record, "record_id": "second", "source_name": "invoice"}
        assert found(report_of({"usage": [record, twin]})) == {"OTS-CST-044": 1}
        free = {**twin, "billed_cost": "0", "effective_cost": "0.00"}
        assert not found(report_of({"usage": [record, free]}))


def _verdicts(report: Report) -> Counter[tuple[int | None, str, str | None]]:
    return Counter((each.row, each.requirement, each.column) for each in report.violations)


def _odd_records(dataset: str) -> Records:
    kinds: dict[Any, Column] = {}
    for column in STANDARD.datasets[dataset].columns:
        kinds[column.kind, tuple(shape.pattern for shape in column.shapes)] = column
    chosen = [column.name for column in kinds.values() if column.name != "spec_version"]
    return [record for name in chosen for record in every_value_in(name, _MAKE[dataset]()[0])]


class TestTheReadersAgree:
    """Booleans, lists, times of day and links are judged alike by the engine, in each format, and record by record."""

    @pytest.mark.parametrize("dataset", _MAKE)
    def test_on_odd_values(self, dataset: str) -> None:
        records = _odd_records(dataset)
        report = report_of({dataset: records})
        by_engine = {key for key in _verdicts(report) if key[1] in _ON_RECORDS}
        by_check = {
            (row, each.requirement, each.column)
            for row, record in enumerate(records, 1)
            for each in check(record, dataset=dataset, profile="cost")
        }
        assert by_engine == by_check

    @pytest.mark.parametrize("dataset", _MAKE)
    def test_on_odd_values_that_csv_can_hold(self, dataset: str) -> None:
        records = [record for record in _odd_records(dataset) if _fits_csv(dataset, record)]
        assert len(records) > 300
        lines, cells = (report_of({dataset: records}, suffix) for suffix in _SUFFIXES)
        assert [asdict(each) for each in lines.checks] == [asdict(each) for each in cells.checks]
        assert _verdicts(lines) == _verdicts(cells)

    @pytest.mark.parametrize("days", ['["monday","friday"]', '[ "friday" ,\n"monday"]', '["\\u0066riday","monday"]'])
    @pytest.mark.parametrize("suffix", _SUFFIXES)
    def test_lists_are_equal_that_have_the_same_members(self, days: str, suffix: str) -> None:
        (night,) = (record for record in prices() if record["price_id"] == "p/at-night")
        again = {**night, "price_id": "again", "days_of_week": ["friday", "monday"]}
        value = days if suffix == ".csv" else json.loads(days)
        report = report_of({"price": [again, {**night, "days_of_week": value}]}, suffix)
        assert found(report) == {"OTS-PRC-003": 1}

    @pytest.mark.parametrize("is_typed", [True, False])
    def test_parquet_has_lists_and_booleans(self, is_typed: bool, tmp_path: Path) -> None:  # noqa: FBT001
        for dataset, column in (("price", "days_of_week"), ("plan", "overage_allowed")):
            records = [record for record in _MAKE[dataset]() if column in record]
            arrays: dict[str, Any] = {}
            for name in (name for name in records[0] if name != column):
                arrays[name] = pa.array([cell(record.get(name)) or None for record in records], pa.string())
            values = [record[column] for record in records]
            arrays[column] = pa.array(values if is_typed else [cell(value) for value in values])
            pq.write_table(pa.table(arrays), tmp_path / f"{dataset}.parquet")
        report = validate(sorted(tmp_path.iterdir()))
        assert report.conformant, found(report)
        assert {"OTS-GEN-021", "OTS-GEN-022"} < {
            each.requirement for each in report.checks if each.status is Status.PASS
        }


def _fits_csv(dataset: str, record: Record) -> bool:
    """Whether CSV can tell each value from a text; there, lists and booleans are texts as well."""
    for name, value in record.items():
        column = STANDARD.datasets[dataset].by_name.get(name)
        if column is None or value is None:
            continue
        is_text = isinstance(value, str)
        if value == "" or isinstance(value, Decimal) or (column.kind in {Kind.LIST, Kind.BOOLEAN} and is_text):
            return False
        if not is_text and column.kind not in {Kind.INTEGER, Kind.LIST, Kind.BOOLEAN}:
            return False
        if column.kind is Kind.INTEGER and (is_text or not isinstance(value, int) or isinstance(value, bool)):
            return False
    return True


# --- no ties ----------------------------------------------------------------------------------------------------------

_RULE = next(
    each.check for each in STANDARD.requirements if each.id == "OTS-PRC-003" and isinstance(each.check, NoOverlap)
)
_RANKED = _RULE.by[_RULE.by.index("price_kind") + 1 :]
_DAY = datetime(2026, 1, 1)  # noqa: DTZ001 - only differences count
_CHOICES: dict[str, list[Any]] = {
    "canonical_model_id": [None, "a", "b"],
    "token_direction": [None, "input"],
    "processing_tier": [None, "batch"],
    "region_scope": [None, "global"],
    "price_kind": ["list", "contracted"],
    "window_start_utc": [None, None, "08:00"],
}


def price_list(seed: int) -> Records:
    """Prices in few dimensions and narrow ranges, so that many of them meet."""
    dice = Random(seed)  # noqa: S311 - made-up prices hold no secrets
    records = []
    for number in range(150):
        record: Record = {name: dice.choice(values) for name, values in _CHOICES.items()}
        for low, high in _RULE.ranges[1:]:
            record |= {low: dice.choice([None, 0, 1, 2]), high: dice.choice([None, 1, 2, 3])}
        record |= {"effective_from": dice.choice([0, 1, 2]), "effective_to": dice.choice([None, 1, 2, 3])}
        records.append({**record, "price_id": str(number)})
    return records


def _as_price(record: Record) -> Record:
    whole = {**prices()[0], **dict.fromkeys(_RANKED), **record, "ai_service": "inference"}
    for name in ("effective_from", "effective_to"):
        if record[name] is not None:
            whole[name] = f"{(_DAY + timedelta(days=record[name])).isoformat()}Z"
    for name in ("quantity_tier_minimum", "quantity_tier_maximum"):
        whole[name] = None if record[name] is None else str(record[name])
    if record["window_start_utc"]:
        whole["window_end_utc"] = "20:00"
    return {name: value for name, value in whole.items() if value is not None}


def _applies(price: Record, record: Record) -> bool:
    is_alike = all(price[name] in {None, record[name]} for name in _CHOICES if name != "price_kind")
    return is_alike and all(
        (price[low] is None or price[low] <= place) and (price[high] is None or place < price[high])
        for (low, high), place in zip(_RULE.ranges, record["places"], strict=True)
    )


def _rank(price: Record) -> tuple[bool, ...]:
    return (price["price_kind"] == "contracted", *(price.get(name) is not None for name in _RANKED))


class TestNoTies:
    """Of the prices that apply to a record, no two have one rank, once the rule on overlaps is kept."""

    @given(st.integers(0, 2**32))
    @settings(max_examples=4, deadline=None, phases=[Phase.generate])
    def test_where_windows_are_equal(self, seed: int) -> None:
        records = price_list(seed)
        report = report_of({"price": [_as_price(record) for record in records]})
        overlapping = {each.row for each in report.violations if each.requirement == "OTS-PRC-003"}
        kept = [record for row, record in enumerate(records, 1) if row not in overlapping]
        asked = {name: [value for value in values if value is not None] for name, values in _CHOICES.items()}
        ties = {True: 0, False: 0}
        for *stated, places in product(*asked.values(), product(range(4), repeat=3)):
            asking = {**dict(zip(asked, stated, strict=True)), "places": places}
            for is_kept, group in ((True, kept), (False, records)):
                ranks = Counter(_rank(price) for price in group if _applies(price, asking))
                ties[is_kept] += sum(count - 1 for count in ranks.values())
        assert ties[False]
        assert not ties[True]

    @pytest.mark.parametrize("low", [4, 5, 6])
    def test_bounds_that_meet_overlap_in_time_alone(self, low: int) -> None:
        (price,) = (record for record in prices() if record["price_id"] == "p/a:read")
        below = {**price, "context_price_scope": "marginal", "maximum_context_tokens": 5}
        above = {**price, "context_price_scope": "marginal", "minimum_context_tokens": low, "price_id": "above"}
        report = found(report_of({"price": [above, below]}))
        assert report == ({"OTS-PRC-003": 1} if low < 5 else {"OTS-PRC-023": 1} if low > 5 else {})

    def test_the_lowest_of_the_bands_that_leave_a_gap_is_blamed(self) -> None:
        (price,) = (record for record in prices() if record["price_id"] == "p/a:read")
        bands = [
            {**price, "price_id": str(low), "minimum_context_tokens": low, "maximum_context_tokens": low + 1}
            for low in (7, 3, 5)
        ]
        report = report_of({"price": [{**band, "context_price_scope": "whole_request"} for band in bands]})
        assert [each.record_id for each in report.violations if each.requirement == "OTS-PRC-023"] == ["3"]
