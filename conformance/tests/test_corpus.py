"""The vectors are in order, and none of the standard's requirements is without them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import ClassVar

import pytest
from checkout import CHECKOUT

from opentokenomics.convert import sources
from opentokenomics.metrics.measured import METRICS
from opentokenomics.standard import Excluded, Keyword, load
from opentokenomics_conformance import Case, Role, Suite, load_suite
from opentokenomics_conformance._data import folder
from opentokenomics_conformance.cases import SuiteError


@cache
def _suite() -> Suite:
    return load_suite()


def _violated(case: Case) -> set[str]:
    return {each["requirement"] for each in case.expected["violations"]}


def _judging() -> list[Case]:
    return [case for case in _suite().cases if case.role is Role.VALIDATOR]


_WITHOUT: Mapping[str, str] = json.loads((folder("vectors") / "excluded.json").read_text("utf-8"))
_CHECKABLE = [
    each.id for each in load().requirements if not isinstance(each.check, Excluded) and each.id not in _WITHOUT
]


def test_what_has_no_vectors_exists_and_has_a_reason() -> None:
    for identifier, reason in _WITHOUT.items():
        assert not isinstance(load().requirement(identifier).check, Excluded)
        assert len(reason) > 20


@pytest.mark.parametrize("identifier", _CHECKABLE)
def test_a_requirement_has_a_vector_that_keeps_it_and_one_that_breaks_it_alone(identifier: str) -> None:
    about = [case for case in _judging() if identifier in case.requirements]
    assert any(identifier not in _violated(case) for case in about)
    assert any(_violated(case) == {identifier} for case in about)


@pytest.mark.parametrize("case", _judging(), ids=lambda case: case.id)
def test_what_is_expected_hangs_together(case: Case) -> None:
    standard = load()
    violated = _violated(case)
    musts = {each for each in violated if standard.requirement(each).keyword is Keyword.MUST}
    assert case.expected["valid"] is not bool(musts)
    assert violated <= set(case.requirements)
    for each in case.expected["violations"]:
        requirement = standard.requirement(each["requirement"])
        assert not isinstance(requirement.check, Excluded)
    if "records" in case.input:
        assert case.input["records"].keys() <= standard.datasets.keys()


def test_groups_are_expected_with_the_values_that_make_them() -> None:
    grouped = [case for case in _suite().cases if case.input.get("by")]
    assert grouped
    for case in grouped:
        assert all(each["by"].keys() == {*case.input["by"]} for each in case.expected["results"]), case.id


def test_every_flag_is_shown_by_a_vector() -> None:
    shown = {flag for case in _suite().cases for flag in case.flags}
    assert shown == set(_suite().flags)


def test_no_two_vectors_are_the_same() -> None:
    seen: dict[str, str] = {}
    for case in _suite().cases:
        content = json.dumps([case.role, case.input], sort_keys=True)
        assert content not in seen, f"{case.id} repeats {seen[content]}"
        seen[content] = case.id


class TestLoading:
    """A corpus that is not in order is refused, with the file and the reason."""

    VECTOR: ClassVar[Mapping[str, object]] = {
        "id": "some-case",
        "title": "A case of a test.",
        "role": "validator",
        "requirements": ["OTS-USG-001"],
        "flags": [],
        "input": {"profile": "cost", "records": {"usage": []}},
        "expected": {"valid": True, "violations": []},
    }

    @staticmethod
    def _root(folder: Path, *vectors: Mapping[str, object], name: str = "some-case") -> Path:
        for place, vector in zip(("usage", "price"), vectors, strict=False):
            (folder / "1.0" / place).mkdir(parents=True)
            (folder / "1.0" / place / f"{name}.json").write_text(json.dumps(vector), encoding="utf-8")
        (folder / "flags.json").write_text("{}", encoding="utf-8")
        return folder

    def test_reads_what_is_in_order(self, tmp_path: Path) -> None:
        assert [case.id for case in load_suite(root=self._root(tmp_path, self.VECTOR)).cases] == ["some-case"]

    @pytest.mark.parametrize(
        ("change", "says"),
        [
            ({"id": "another-case"}, "its identifier is another-case"),
            ({"id": "Some Case"}, "does not match"),
            ({"flags": ["no-such-flag"]}, "no flag no-such-flag"),
            ({"role": "poet"}, "'poet'"),
            ({"input": {"profile": "cost"}}, "is a required property"),
            ({"expected": {"valid": True}}, "'violations' is a required"),
            ({"comment": "?"}, "'comment' was unexpected"),
        ],
    )
    def test_refuses_what_is_not(self, change: Mapping[str, object], says: str, tmp_path: Path) -> None:
        with pytest.raises(SuiteError, match=says):
            load_suite(root=self._root(tmp_path, {**self.VECTOR, **change}))

    def test_refuses_an_identifier_that_is_used_twice(self, tmp_path: Path) -> None:
        with pytest.raises(SuiteError, match="used twice"):
            load_suite(root=self._root(tmp_path, self.VECTOR, self.VECTOR))

    def test_the_digest_is_of_content_alone(self, tmp_path: Path) -> None:
        first = load_suite(root=self._root(tmp_path / "a", self.VECTOR)).digest
        titled = load_suite(root=self._root(tmp_path / "b", {**self.VECTOR, "title": "Another title."})).digest
        other = load_suite(root=self._root(tmp_path / "c", {**self.VECTOR, "requirements": ["OTS-USG-002"]})).digest
        assert first == titled != other


def test_a_second_implementation_reproduces_every_vector() -> None:
    """The report is kept on the vectors of today by `make check`, and made again by `make others`."""
    kept = CHECKOUT / "conformance" / "reports" / "opentokenomics-js.json"
    report = json.loads(kept.read_text("utf-8"))
    outcomes = {each["case"]: each["outcome"] for each in report["cases"]}
    assert outcomes == {case.id: "passed" for case in _suite().cases}


def test_every_source_and_every_metric_from_files_has_a_vector() -> None:
    asked = {str(case.input.get("source") or case.input.get("metric")) for case in _suite().cases}
    assert {each.name for each in sources()} <= asked
    assert set(METRICS) <= asked
