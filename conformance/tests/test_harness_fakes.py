"""No tool scores that does not do the work."""

from __future__ import annotations

import sys

import pytest

from opentokenomics_conformance import Outcome, Plan, Suite, run_suite
from opentokenomics_conformance.fakes import FAKES
from opentokenomics_conformance.tool import Limits

_HOW_IT_ENDS = {
    "accepts-all": {Outcome.PASSED, Outcome.FAILED},
    "rejects-all": {Outcome.FAILED},
    "rejects-all-with-one-empty-violation": {Outcome.GARBLED},
    "rejects-all-with-one-vague-violation": {Outcome.FAILED},
    "guesses": {Outcome.PASSED, Outcome.FAILED},
    "skips-all": {Outcome.SKIPPED},
    "gives-up": {Outcome.GAVE_UP},
    "crashes": {Outcome.CRASHED},
    "hangs": {Outcome.TIMED_OUT},
    "floods": {Outcome.FLOODED},
    "babbles": {Outcome.GARBLED},
    "contradicts-itself": {Outcome.GARBLED},
    "answers-another-case": {Outcome.MISTOOK},
    "answers-late": {Outcome.MISTOOK},
    "embellishes": {Outcome.GARBLED},
}


def test_every_fake_is_tried() -> None:
    assert _HOW_IT_ENDS.keys() == FAKES.keys()


@pytest.mark.parametrize("name", FAKES)
def test_a_fake_masters_nothing(name: str, suite: Suite) -> None:
    command = [sys.executable, "-m", "opentokenomics_conformance.fakes", name]
    report = run_suite(suite, Plan(command, limits=Limits(answer_seconds=2, answer_bytes=200_000)))
    assert [each.case for each in report.results] == [case.id for case in suite.cases]
    assert {each.outcome for each in report.results} <= _HOW_IT_ENDS[name]
    assert not any(report.topics.values())
    assert report.percentage == 0
