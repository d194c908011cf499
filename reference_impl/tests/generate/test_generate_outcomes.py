"""Made-up outcomes, evaluations and statements: they keep every rule, and each rule can be broken alone."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Mapping
from pathlib import Path

import pytest
from outcomes import MAKE
from records import STANDARD, Record, checkable

from opentokenomics import Report, check, validate
from opentokenomics.convert import encode_rows
from opentokenomics.errors import UnsupportedError
from opentokenomics.generate import BrokenExport, BundleExport, generate
from opentokenomics.generate.defects import DEFECTS, LACKING
from opentokenomics.standard import Keyword, Profile, Quotient, References, Row, Schema

_TOP = Profile.INTELLIGENCE
_ALL = ("usage", "price", "plan", *MAKE)
_ON_RECORDS = Row | Schema | Quotient
_CASES = [(name, each) for name in MAKE for each in checkable(name, *_ALL)]
_ON_SETS = [
    (name, each)
    for name, each in _CASES
    if not isinstance(kind := STANDARD.requirement(each).check, _ON_RECORDS)
    and DEFECTS[name][each].fault is None
    and not (isinstance(kind, References) and kind.to_dataset != name)
]
_ON_VALUES = [
    (name, each)
    for name, each in _CASES
    if isinstance(STANDARD.requirement(each).check, _ON_RECORDS) and each != "OTS-GEN-018"
]


_RECOMPUTE = "OTS-STM-030"


def whole(rows: int, seed: int) -> dict[str, list[Record]]:
    """Records of all datasets that belong together."""
    usage = list(generate(rows, seed, _TOP))
    outcomes = len({row["outcome_id"] for row in usage if "outcome_id" in row})
    sizes = {"price": 240, "plan": 2, "outcome_definition": 20, "outcome": outcomes, "evaluation": 120, "statement": 12}
    return {"usage": usage, **{name: list(generate(size, seed, _TOP, name)) for name, size in sizes.items()}}


def found(inputs: Mapping[str, Iterable[Record]], profile: str = _TOP) -> set[str]:
    with tempfile.TemporaryDirectory() as folder:
        for name, records in inputs.items():
            Path(folder, f"{name}.jsonl").write_bytes(b"".join(encode_rows(records, "jsonl", name)))
        report = validate(sorted(Path(folder).iterdir()), profile=profile)
        return {each.requirement for each in report.checks if each.violations}


@pytest.mark.parametrize("seed", [1, 8])
def test_they_keep_every_rule_together(seed: int) -> None:
    assert found(whole(1500, seed)) == set()


def test_the_same_arguments_give_the_same_records() -> None:
    for name in MAKE:
        assert list(generate(60, 3, _TOP, name)) == list(generate(60, 3, _TOP, name))
        assert list(generate(40, 3, _TOP, name)) != list(generate(40, 4, _TOP, name)) or name == "outcome_definition"
        assert not [
            each for record in generate(90, 5, _TOP, name) for each in check(record, dataset=name, profile=_TOP)
        ]


def test_each_can_be_broken() -> None:
    for name in MAKE:
        assert set(DEFECTS[name]) - {_RECOMPUTE} == set(checkable(name, *_ALL))


@pytest.mark.parametrize(("name", "identifier"), _ON_VALUES)
def test_a_broken_record_breaks_one_rule(name: str, identifier: str) -> None:
    export = BrokenExport(60, 2, _TOP, STANDARD.requirement(identifier), name)
    blamed = {
        (each.requirement, number)
        for number, record in enumerate(export.records(), 1)
        for each in check(record, dataset=name, profile=_TOP)
    }
    assert export.place is not None
    assert blamed == {(identifier, export.place.row)}


@pytest.mark.parametrize(("name", "identifier"), _ON_SETS)
def test_broken_records_break_one_rule(name: str, identifier: str) -> None:
    export = BrokenExport(90, 2, _TOP, STANDARD.requirement(identifier), name)
    records = list(export.records())
    assert len(records) == 90
    assert found({name: records}) - {"OTS-ATT-012", "OTS-STM-031", "OTS-STM-032"} == {identifier}
    assert STANDARD.requirement(identifier).keyword in Keyword


@pytest.mark.parametrize(
    ("name", "identifier"),
    [
        ("usage", "OTS-ATT-008"),
        ("usage", "OTS-ATT-009"),
        ("usage", "OTS-ATT-011"),
        ("outcome", "OTS-OUT-026"),
        ("outcome", "OTS-OUT-027"),
        ("statement", "OTS-STM-027"),
        ("statement", "OTS-STM-028"),
    ],
)
def test_what_is_named_elsewhere(name: str, identifier: str) -> None:
    inputs = whole(600, 6)
    export = BrokenExport(len(inputs[name]), 6, _TOP, STANDARD.requirement(identifier), name)
    broken = list(export.records())
    if name == "outcome":  # a record more takes the place of the last one
        broken += [each for each in inputs[name] if each["outcome_id"] not in {row["outcome_id"] for row in broken}]
    assert found({**inputs, name: broken}) == {identifier}


class TestBundles:
    """A bundle of a higher profile holds what that profile is about, and can be broken in any of its files."""

    def _report(self, profile: Profile, defect: str | None = None, dataset: str | None = None) -> Report:
        requirement = None if defect is None else STANDARD.requirement(defect)
        with tempfile.TemporaryDirectory() as folder:
            file = Path(folder, "bundle.zip")
            with file.open("wb") as stream:
                BundleExport(900, 4, profile, "jsonl", requirement, dataset).write(stream)
            return validate(file)

    @pytest.mark.parametrize("profile", [Profile.ATTRIBUTION, _TOP])
    def test_claims_are_met(self, profile: Profile) -> None:
        report = self._report(profile)
        assert report.conformant
        assert report.profile == report.achieved_profile == profile
        assert not [each for each in report.checks if each.violations]

    @pytest.mark.parametrize(
        "identifier", ["OTS-OUT-018", "OTS-OUT-027", "OTS-OUT-028", "OTS-ATT-008", "OTS-STM-003", "OTS-STM-029"]
    )
    def test_a_defect_is_found_alone(self, identifier: str) -> None:
        report = self._report(_TOP, identifier)
        assert [each.requirement for each in report.checks if each.violations] == [identifier]

    def test_statements_recompute_but_for_the_one_that_is_to_be_broken(self) -> None:
        report = self._report(_TOP, _RECOMPUTE)
        (found,) = (each for each in report.checks if each.violations)
        assert (found.requirement, found.violations) == (_RECOMPUTE, 1)
        assert found.evaluated > 50

    @pytest.mark.parametrize("identifier", LACKING)
    def test_a_dataset_is_missing(self, identifier: str) -> None:
        requirement = STANDARD.requirement(identifier)
        report = self._report(requirement.profile, identifier)
        assert [each.requirement for each in report.checks if each.violations] == [identifier]
        with pytest.raises(UnsupportedError, match=f"Ask for the profile {requirement.profile}"):
            self._report(Profile.COST, identifier)
        with pytest.raises(UnsupportedError, match="by a bundle that lacks a dataset"):
            BrokenExport(10, 1, _TOP, requirement)

    def test_outcomes_that_usage_names_are_not_lost(self) -> None:
        with pytest.raises(UnsupportedError, match="all of which its usage names"):
            self._report(_TOP, "OTS-GEN-001", "outcome")

    def test_a_dataset_of_a_higher_profile_is_not_there(self) -> None:
        with pytest.raises(UnsupportedError, match="has no evaluation"):
            self._report(Profile.ATTRIBUTION, "OTS-EVL-005")
