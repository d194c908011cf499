"""The code of the tutorial runs as it stands in the text, and scores what the text says."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from types import ModuleType

import pytest
from checkout import CHECKOUT

from opentokenomics.standard import (
    Acyclic,
    Bundle,
    Check,
    Given,
    Group,
    NoOverlap,
    Quotient,
    References,
    Row,
    Schema,
    Unique,
    load,
)
from opentokenomics_conformance import Outcome, Plan, Role, Suite, SuiteReport, load_suite, run_suite

LEFT_OUT = (Acyclic, Bundle, Given, Group, NoOverlap, Quotient)
ADDED: Mapping[str, type[Check]] = {"2": Schema, "3": Row, "4": Unique, "5": References}
"""What a step is about."""


@pytest.fixture(scope="module")
def tutorial() -> ModuleType:
    sys.path.insert(0, str(CHECKOUT / "tools"))
    module: ModuleType = pytest.importorskip("tutorial", reason="needs the tools of a checkout")
    return module


@pytest.fixture(scope="module")
def suite() -> Suite:
    return load_suite()


@pytest.fixture(scope="module")
def filled(tutorial: ModuleType, suite: Suite) -> tuple[str, Sequence[SuiteReport]]:
    page: tuple[str, Sequence[SuiteReport]] = tutorial.filled(tutorial.PAGE.read_text("utf-8"), suite)
    return page


class TestScores:
    def test_are_those_of_the_text(
        self, tutorial: ModuleType, suite: Suite, filled: tuple[str, Sequence[SuiteReport]]
    ) -> None:
        """Where vectors have changed since, `make check` says so, and only the code is tried here."""
        text = tutorial.PAGE.read_text("utf-8")
        assert filled[0].count("**Score: ") == 6
        if tutorial.is_current(text, suite):
            assert filled[0] == text
        assert not tutorial.is_current(text, replace(suite, digest="0" * 64))

    def test_grow_with_each_step(self, filled: tuple[str, Sequence[SuiteReport]]) -> None:
        passed = [report.passed for report in filled[1]]
        assert passed[0] == 0
        assert passed == sorted(set(passed))

    def test_each_step_does_what_it_is_about(self, suite: Suite, filled: tuple[str, Sequence[SuiteReport]]) -> None:
        """Of records at hand: of files that were not read nothing is said."""
        checks = {each.id: each.check for each in load().requirements}
        at_hand = {case.id for case in suite.of([Role.VALIDATOR]).cases if "records" in case.input}
        for report in filled[1]:
            about = ADDED.get(report.tool["version"])
            own = [
                each
                for each in report.results
                if about and each.case in at_hand and {type(checks[name]) for name in each.requirements} == {about}
            ]
            assert all(each.outcome is Outcome.PASSED for each in own), report.tool["version"]
            assert bool(own) is bool(about)

    def test_nothing_fails_but_what_is_left_out(self, filled: tuple[str, Sequence[SuiteReport]]) -> None:
        checks = {each.id: each.check for each in load().requirements}
        for each in filled[1][-1].results:
            if each.outcome is Outcome.FAILED:
                assert any(isinstance(checks[name], LEFT_OUT) for name in each.requirements), each


def test_the_last_step_speaks_the_protocol(
    tutorial: ModuleType, suite: Suite, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    step = list(tutorial.steps(tutorial.PAGE.read_text("utf-8")))[-1]
    tutorial.write(step, tmp_path)
    monkeypatch.setenv("SCHEMAS", str(tutorial.FOLDER))
    few = suite.of([Role.VALIDATOR], "OTS-USG-02")
    report = run_suite(few, Plan((sys.executable, str(tmp_path / "adapter.py"))))
    assert {each.outcome for each in report.results} <= {Outcome.PASSED, Outcome.FAILED}
    assert [each.outcome for each in report.results] == [each.outcome for each in tutorial.tried(step, few).results]
