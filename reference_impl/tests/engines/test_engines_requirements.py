"""Each requirement is found where it alone is broken, in every format in which it can be, and nowhere else."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from functools import cache

import pytest
from records import (
    BREAKS,
    BYTES,
    ON_INPUTS,
    STANDARD,
    WHOLE_INPUT,
    Record,
    break_it,
    checkable,
    csv_file,
    damage,
    dataset,
    found,
    json_lines,
    report_on,
)

from opentokenomics import Report, Status, check
from opentokenomics.standard import Keyword, Row, Schema

_CHECKABLE = checkable("usage")
_OF_ONE_RECORD = [each for each in _CHECKABLE if isinstance(STANDARD.requirement(each).check, Row | Schema)]
_TOGETHER = [identifier for identifier in BREAKS if identifier in {*_CHECKABLE} - WHOLE_INPUT]
_WRITE: dict[str, Callable[[list[Record]], bytes]] = {".jsonl": json_lines, ".csv": csv_file}


@cache
def _all_broken(suffix: str) -> tuple[Report, dict[str, range]]:
    """One report on a broken dataset for each requirement, and the rows of each."""
    records: list[Record] = []
    rows = {}
    for identifier in _TOGETHER:
        broken = break_it(identifier, dataset(identifier))
        rows[identifier] = range(len(records) + 1, len(records) + len(broken) + 1)
        records += broken
    return report_on(_WRITE[suffix](records), suffix=suffix), rows


class TestEachRequirementAlone:
    """A dataset that breaks one requirement is reported for it and for nothing else."""

    def test_there_is_a_way_to_break_each(self) -> None:
        assert sorted(checkable("usage", "price", "plan")) == sorted([*BREAKS, *BYTES])

    @pytest.mark.parametrize("suffix", _WRITE)
    def test_faultless_records_have_neither_errors_nor_warnings(self, suffix: str) -> None:
        report = report_on(_WRITE[suffix](dataset()), suffix=suffix)
        assert report.conformant
        assert report.achieved_profile == "attribution"
        passed = {each.requirement for each in report.checks if each.status is Status.PASS}
        assert passed - ON_INPUTS == set(_CHECKABLE)

    @pytest.mark.parametrize("suffix", _WRITE)
    @pytest.mark.parametrize("identifier", _TOGETHER)
    def test_on_records(self, identifier: str, suffix: str) -> None:
        report, rows = _all_broken(suffix)
        blamed = defaultdict(set)
        for violation in report.violations:
            blamed[violation.row].add(violation.requirement)
        ours = set().union(*(blamed[row] for row in rows[identifier]))
        # A CSV file has its unknown column for all of its rows; the violation names no row.
        whole = {"OTS-GEN-007"} if suffix == ".csv" else set()
        assert ours | (blamed[None] if identifier in whole else set()) == {identifier}
        assert blamed[None] == whole

    @pytest.mark.parametrize("suffix", _WRITE)
    @pytest.mark.parametrize("identifier", sorted(WHOLE_INPUT))
    def test_on_whole_inputs(self, identifier: str, suffix: str) -> None:
        report = report_on(_WRITE[suffix](break_it(identifier, dataset())), suffix=suffix)
        assert list(found(report)) == [identifier]
        assert not report.conformant

    @pytest.mark.parametrize("suffix", _WRITE)
    @pytest.mark.parametrize("identifier", BYTES)
    def test_on_bytes(self, identifier: str, suffix: str) -> None:
        report = report_on(damage(identifier, suffix[1:]), suffix=suffix)
        assert found(report) == {identifier: 1}
        assert report.conformant == (STANDARD.requirement(identifier).keyword is Keyword.SHOULD)

    @pytest.mark.parametrize("identifier", _OF_ONE_RECORD)
    def test_by_the_check_of_one_record(self, identifier: str) -> None:
        assert {
            each.requirement
            for record in break_it(identifier, dataset())
            for each in check(record, profile="attribution")
        } == {identifier}

    @pytest.mark.parametrize("identifier", [each for each in BREAKS if each not in _OF_ONE_RECORD])
    def test_the_check_of_one_record_says_nothing_of_other_rules(self, identifier: str) -> None:
        kept = break_it(identifier, dataset())
        # A record that states another version is an input of that version where it is alone.
        assert not [
            each for record in kept for each in check(record, profile="attribution") if each.column != "spec_version"
        ]

    def test_the_column_to_blame_is_the_first_of_the_requirement(self) -> None:
        report, _ = _all_broken(".jsonl")
        for violation in report.violations:
            columns = STANDARD.requirement(violation.requirement).columns
            assert not columns or violation.column == columns[0]
