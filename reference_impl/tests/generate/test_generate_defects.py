"""Exports with a defect: the validator finds the requirement that was broken and no other, for every one there is."""

from __future__ import annotations

import re
import tempfile
import tracemalloc
from collections.abc import Iterable, Mapping
from functools import cache
from itertools import product
from pathlib import Path

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from records import checkable

from opentokenomics import Report, check, validate
from opentokenomics.convert import encode_rows
from opentokenomics.errors import UnsupportedError
from opentokenomics.generate import BrokenExport, Place, generate
from opentokenomics.generate.defects import DEFECTS, HARMS, Harm
from opentokenomics.generate.defects import _defect as words
from opentokenomics.standard import (
    Fault,
    Group,
    Keyword,
    Profile,
    Recompute,
    References,
    Requirement,
    Row,
    Schema,
    load,
)

STANDARD = load()
ATTRIBUTION, METERING = Profile.ATTRIBUTION, Profile.METERING
CHECKABLE = [STANDARD.requirement(each) for each in checkable("usage", "price", "plan")]


def is_of_a_file(requirement: Requirement) -> bool:
    """Whether it takes a file of its own to break it: its bytes, its header, or all of its records."""
    way = DEFECTS["usage"][requirement.id]
    return way.fault is not None or way.everywhere or requirement.id in {"OTS-GEN-007", "OTS-GEN-019"}


def is_of_two_datasets(requirement: Requirement) -> bool:
    """Whether it takes prices or plans beside the export to see that it is broken."""
    return isinstance(requirement.check, References) and requirement.check.to_dataset != "usage"


OF_FILES = [each for each in CHECKABLE if is_of_a_file(each)]
OF_TWO = [each for each in CHECKABLE if is_of_two_datasets(each)]
OF_RECORDS = [each for each in CHECKABLE if each not in [*OF_FILES, *OF_TWO]]


@cache
def beside(form: str) -> Mapping[str, bytes]:
    """The prices and plans that made-up usage names."""
    return {name: b"".join(encode_rows(generate(240, 2, ATTRIBUTION, name), form, name)) for name in ("price", "plan")}


def report_on(lines: Iterable[bytes], form: str, profile: Profile, others: Mapping[str, bytes] | None = None) -> Report:
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder, "export")
        with file.open("wb") as stream:
            stream.writelines(lines)
        for name, content in (others or {}).items():
            Path(folder, name).write_bytes(content)
        return validate(sorted(Path(folder).iterdir()), profile=profile, format=form, max_examples=10**6)


def assert_is_found_alone(export: BrokenExport, requirement: Requirement, form: str, profile: Profile) -> Report:
    others = beside(form) if is_of_two_datasets(requirement) else None
    report = report_on(export.lines(form), form, profile, others)
    (check_of_it,) = (each for each in report.checks if each.violations)
    assert check_of_it.requirement == requirement.id
    assert check_of_it.evaluated >= check_of_it.violations
    assert report.conformant == (requirement.keyword is Keyword.SHOULD)
    place = export.place
    assert place is not None
    assert place.requirement == requirement.id
    rows = {each.row for each in report.violations}
    if None not in rows and place.row is not None and not isinstance(requirement.check, Group):
        assert place.row in rows
    return report


def _of_its_own(row: dict[str, object], seed: int) -> dict[str, object]:
    """The record with runs that no other export has; made-up runs are counted from one."""
    return {name: f"{seed}/{value}" if name == "run_id" else value for name, value in row.items()}


@cache
def report_on_all(form: str, profile: Profile) -> tuple[Report, Mapping[str, range]]:
    """One report on an export for each requirement that records break, and the rows of each export."""
    records: list[dict[str, object]] = []
    rows = {}
    for seed, each in enumerate(OF_RECORDS):
        if each.profile.rank <= profile.rank:
            start = len(records) + 1
            records += [_of_its_own(row, seed) for row in BrokenExport(30 + seed, seed, profile, each).records()]
            rows[each.id] = range(start, len(records) + 1)
            assert len(rows[each.id]) == 30 + seed
    return report_on(encode_rows(records, form), form, profile), rows


class TestEachRequirement:
    """An export with a defect breaks its requirement, and keeps every other one."""

    def test_can_be_broken(self) -> None:
        recomputed = {each.id for each in STANDARD.requirements if isinstance(each.check, Recompute)}
        for dataset, ways in DEFECTS.items():
            assert set(ways) - recomputed == set(checkable(dataset, *DEFECTS, profile=Profile.INTELLIGENCE))

    @pytest.mark.parametrize("form", ["jsonl", "csv"])
    @pytest.mark.parametrize("profile", [METERING, ATTRIBUTION])
    @pytest.mark.parametrize("requirement", OF_RECORDS, ids=lambda each: each.id)
    def test_is_found_where_records_break_it(self, requirement: Requirement, profile: Profile, form: str) -> None:
        if requirement.profile.rank > profile.rank:
            with pytest.raises(UnsupportedError, match=f"Ask for the profile {requirement.profile}"):
                BrokenExport(100, 1, profile, requirement)
            return
        report, rows = report_on_all(form, profile)
        blamed = {each.requirement for each in report.violations if each.row in rows[requirement.id]}
        assert blamed == {requirement.id}
        (check_of_it,) = (each for each in report.checks if each.requirement == requirement.id)
        assert check_of_it.evaluated >= check_of_it.violations > 0

    def test_is_found_nowhere_else(self) -> None:
        for form, profile in product(["jsonl", "csv"], [METERING, ATTRIBUTION]):
            report, rows = report_on_all(form, profile)
            assert {each.requirement for each in report.checks if each.violations} == set(rows)
            assert all(each.row for each in report.violations)
            idle = {each.requirement for each in report.checks if not each.evaluated}
            assert not idle & {
                each.id for each in CHECKABLE if each.profile.rank <= profile.rank and each not in OF_TWO
            }

    @pytest.mark.parametrize("form", ["jsonl", "csv"])
    @pytest.mark.parametrize("requirement", OF_TWO, ids=lambda each: each.id)
    def test_is_found_beside_what_is_named(self, requirement: Requirement, form: str) -> None:
        export = BrokenExport(60, 4, ATTRIBUTION, requirement)
        assert_is_found_alone(export, requirement, form, ATTRIBUTION)
        alone = report_on(BrokenExport(60, 4, ATTRIBUTION, requirement).lines(form), form, ATTRIBUTION)
        assert not [each for each in alone.checks if each.violations]

    @pytest.mark.parametrize("form", ["jsonl", "csv"])
    @pytest.mark.parametrize("requirement", OF_FILES, ids=lambda each: each.id)
    def test_is_found_where_files_break_it(self, requirement: Requirement, form: str) -> None:
        export = BrokenExport(50, 3, ATTRIBUTION, requirement)
        report = assert_is_found_alone(export, requirement, form, ATTRIBUTION)
        assert sum(each.rows for each in report.datasets) == (0 if requirement.id == "OTS-GEN-006" else 50)

    @given(
        st.sampled_from(CHECKABLE),
        st.integers(0, 2**64),
        st.integers(3, 3_000),
        st.sampled_from(["jsonl", "csv"]),
    )
    @settings(max_examples=15, deadline=None)
    def test_is_found_whatever_the_seed_and_size(
        self, requirement: Requirement, seed: int, rows: int, form: str
    ) -> None:
        export = BrokenExport(rows, seed, requirement.profile, requirement)
        assert_is_found_alone(export, requirement, form, requirement.profile)

    @given(st.sampled_from(CHECKABLE), st.integers(0, 2**64), st.integers(4, 150))
    @settings(max_examples=100, deadline=None)
    def test_is_what_the_check_of_one_record_finds(self, requirement: Requirement, seed: int, rows: int) -> None:
        assume(DEFECTS["usage"][requirement.id].fault is not Fault.LINE_LENGTH)
        export = BrokenExport(rows, seed, ATTRIBUTION, requirement)
        blamed = {
            (violation.requirement, number)
            for number, record in enumerate(export.records(), start=1)
            for violation in check(record, profile=ATTRIBUTION)
            # A record that states another version is an input of that version where it is alone.
            if violation.column != "spec_version" or requirement.id == "OTS-GEN-018"
        }
        kind, place = requirement.check, export.place
        if not isinstance(kind, Row | Schema):
            assert not blamed
        elif place is None or place.row is None:
            assert {identifier for identifier, _ in blamed} == {requirement.id}
        else:
            assert {identifier for identifier, _ in blamed} == {requirement.id}
            assert (requirement.id, place.row) in blamed


class TestTheExport:
    """It is an export like any other: the same for the same seed, of any size, in bounded memory."""

    @given(st.sampled_from(CHECKABLE), st.integers(0, 10**9), st.integers(20, 200), st.sampled_from(["jsonl", "csv"]))
    @settings(max_examples=40, deadline=None)
    def test_is_the_same_for_the_same_seed(self, requirement: Requirement, seed: int, rows: int, form: str) -> None:
        once, again = (b"".join(BrokenExport(rows, seed, ATTRIBUTION, requirement).lines(form)) for _ in range(2))
        assert once == again

    def test_is_the_faultless_one_but_for_the_defect(self) -> None:
        faultless = list(generate(3_000, 4, ATTRIBUTION))
        export = BrokenExport(3_000, 4, ATTRIBUTION, STANDARD.requirement("OTS-CST-003"))
        differing = [
            number
            for number, pair in enumerate(zip(faultless, export.records(), strict=True), start=1)
            if pair[0] != pair[1]
        ]
        assert export.place is not None
        assert differing == [export.place.row]

    def test_may_be_of_any_size(self) -> None:
        peaks = []
        for rows in (1_500, 6_000):
            tracemalloc.start()
            for _ in BrokenExport(rows, 1, ATTRIBUTION, STANDARD.requirement("OTS-USG-021")).lines("csv"):
                pass
            peaks.append(tracemalloc.get_traced_memory()[1])
            tracemalloc.stop()
        assert peaks[1] - peaks[0] < 300_000

    def test_is_broken_anywhere(self) -> None:
        rows = set()
        for seed in range(30):
            export = BrokenExport(1_000, seed, ATTRIBUTION, STANDARD.requirement("OTS-USG-007"))
            for _ in export.records():
                pass
            assert export.place is not None
            rows.add(export.place.row)
        assert len(rows) > 25
        assert min(row or 0 for row in rows) < 200
        assert max(row or 0 for row in rows) > 800

    @pytest.mark.parametrize(
        ("name", "profile", "code", "text"),
        [
            ("OTS-CST-026", ATTRIBUTION, "defect_not_checkable", "The invoice is not part of the input."),
            ("OTS-VAL-001", ATTRIBUTION, "defect_not_checkable", "the conformance suite tests it"),
            ("OTS-CST-003", METERING, "defect_not_in_profile", "Ask for the profile cost."),
        ],
    )
    def test_is_refused_where_nothing_can_be_broken(self, name: str, profile: Profile, code: str, text: str) -> None:
        with pytest.raises(UnsupportedError, match=text) as caught:
            BrokenExport(10, 1, profile, STANDARD.requirement(name))
        assert caught.value.code == code

    def test_is_refused_in_a_format_that_has_no_such_fault(self) -> None:
        with pytest.raises(UnsupportedError, match=r"parquet\. Write jsonl or csv\."):
            BrokenExport(10, 1, ATTRIBUTION, STANDARD.requirement("OTS-GEN-001")).lines("parquet")

    def test_takes_few_records_and_tells_how_many(self) -> None:
        for requirement in CHECKABLE:
            try:
                few = len(list(BrokenExport(1, 1, ATTRIBUTION, requirement).records()))
            except UnsupportedError as error:
                (few,) = map(int, re.findall("[0-9]+ ", error.fix))
                for rows in range(2, few):
                    with pytest.raises(UnsupportedError, match=f"Ask for {few} records or more"):
                        list(BrokenExport(rows, 1, ATTRIBUTION, requirement).records())
                assert len(list(BrokenExport(few, 1, ATTRIBUTION, requirement).records())) == few
            assert few <= 3


class TestWords:
    """What is broken is told in words."""

    def test_of_a_place(self) -> None:
        assert str(Place("A", 7, "r", "it is wrong")) == "A is broken in row 7, record r: it is wrong."
        assert str(Place("A", None, "r", "it is wrong")) == "A is broken: it is wrong."

    def test_of_a_difference(self) -> None:
        old, new = {"a": "1", "b": {"c": "d"}, "e": 5}, {"a": "2", "b": {"c": "d"}, "f": "x" * 100}
        told = words.difference(old, new)
        assert told == f"a is 2 instead of 1, f is {'x' * 60}... instead of absent, e is absent instead of 5"

    def test_of_damage_is_nothing_where_there_is_none(self) -> None:
        assert b"".join(Harm("").damaged([b"a\n", b"b\n"], "csv", lambda: 1)) == b"a\nb\n"


def test_every_fault_of_bytes_has_a_way_in_every_format() -> None:
    assert set(HARMS) == {(fault, form) for fault in Fault for form in ("jsonl", "csv")}
    assert {way.fault for way in DEFECTS["usage"].values()} == {None, *Fault}
