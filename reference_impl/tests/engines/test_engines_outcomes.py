"""Outcomes, evaluations and statements: what keeps the rules passes, and what breaks one is found."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Mapping
from pathlib import Path

import pytest
from outcomes import MAKE, report_of
from records import Record, Records, cell, checkable, found
from records import dataset as usage

from opentokenomics import Status, validate

_SUFFIXES = (".jsonl", ".csv")
_TOGETHER = ("usage", *MAKE)


def whole() -> dict[str, Records]:
    """Records of all datasets that keep every rule together."""
    records = usage()
    named = [each for each in records if each.get("run_id") == "d/run"]
    for number, outcome in enumerate(MAKE["outcome"]("d")[1:4]):
        calls = [{**each, "run_id": f"d/run-{number}", "outcome_id": outcome["outcome_id"]} for each in named[-1:]]
        records += [{**each, "record_id": f"{each['record_id']}/{number}"} for each in calls]
    return {"usage": records, **{name: make("d") for name, make in MAKE.items()}}


class TestFaultlessRecords:
    """Records that keep every rule have neither errors nor warnings, and every rule is evaluated on them."""

    @pytest.mark.parametrize("suffix", _SUFFIXES)
    def test_together(self, suffix: str) -> None:
        report = report_of(whole(), suffix)
        assert not found(report)
        assert report.achieved_profile == "intelligence"
        passed = {each.requirement for each in report.checks if each.status is Status.PASS}
        for name in MAKE:
            assert set(checkable(name, *_TOGETHER)) <= passed

    @pytest.mark.parametrize("suffix", _SUFFIXES)
    @pytest.mark.parametrize("name", MAKE)
    def test_alone(self, name: str, suffix: str) -> None:
        report = report_of({name: MAKE[name]("d")}, suffix, "cost")
        assert not found(report)
        assert report.achieved_profile == "cost"


_GOOD: Record = {"dataset": "usage", "sha256": "0" * 64, "rows": 1}


class TestListsOfRecords:
    """The inputs of a statement are judged down to their members, in every format alike."""

    @pytest.mark.parametrize("suffix", _SUFFIXES)
    @pytest.mark.parametrize(
        ("inputs", "requirements"),
        [
            ([_GOOD, {**_GOOD, "x_note": [1.5, None]}], {}),
            ([{**_GOOD, "rows": 1.0}], {}),
            ([{**_GOOD, "rows": "1"}], {"OTS-GEN-012": 1}),
            ([{**_GOOD, "rows": 1.5}, {**_GOOD, "rows": -1}], {"OTS-GEN-012": 2}),
            ([{**_GOOD, "dataset": "usages"}, {**_GOOD, "dataset": None}], {"OTS-GEN-014": 1, "OTS-GEN-008": 1}),
            ([{**_GOOD, "sha256": "F" * 64}], {"OTS-STM-003": 1}),
            ([{**_GOOD, "path": "usage.csv"}], {"OTS-GEN-007": 1}),
            ([], {"OTS-STM-002": 1}),
            ([_GOOD, "usage.csv"], {"OTS-STM-002": 1}),
            ([{**_GOOD, "rows": "1"}, "usage.csv"], {"OTS-STM-002": 1, "OTS-GEN-012": 1}),
            ({"usage": _GOOD}, {"OTS-STM-002": 1}),
            ("usage.csv", {"OTS-STM-002": 1}),
        ],
        ids=str,
    )
    def test_each_fault(self, inputs: object, requirements: Mapping[str, int], suffix: str) -> None:
        (statement, *others) = MAKE["statement"]("d")
        report = report_of({"statement": [*others, {**statement, "inputs": inputs}]}, suffix, "metering")
        assert found(report) == requirements
        row = len(others) + 1
        assert {each.row for each in report.violations} == ({row} if requirements else set())
        assert {each.column for each in report.violations} == ({"inputs"} if requirements else set())

    def test_a_name_that_is_given_twice_is_seen(self) -> None:
        (statement, *_) = MAKE["statement"]("d")
        text = json.dumps(statement).replace('"rows": 0', '"rows": 1, "rows": 0')
        with tempfile.TemporaryDirectory() as folder:
            file = Path(folder, "statement.jsonl")
            file.write_text(text + "\n")
            assert found(validate(file)) == {"OTS-GEN-004": 1}

    def test_text_that_is_no_list_is_found_in_csv(self) -> None:
        (statement, *_) = MAKE["statement"]("d")
        for text in ("[", "null", "{}", "7", '[{"rows": 1, "rows": 2}]'):
            assert cell(text) == text
            report = report_of({"statement": [{**statement, "inputs": text}]}, ".csv", "metering")
            assert found(report) == {"OTS-STM-002": 1}, text
