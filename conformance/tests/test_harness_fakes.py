"""No tool scores that does not do the work."""

from __future__ import annotations

import sys

import pytest

from opentokenomics_conformance import Outcome, Plan, Role, Suite, load_suite, run_suite
from opentokenomics_conformance.fakes import BUNGLERS, TALKERS
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


_BLIND = {
    # Where a limit is not one of a comparison: a gap between tiers, and parts that add up to a whole.
    "off-by-one": {"OTS-PRC-029", "OTS-TOK-008"},
    "floats": set[str](),
}
"""Requirements whose flagged cases the fake gets right all the same."""


def test_every_fake_is_tried() -> None:
    assert _HOW_IT_ENDS.keys() == TALKERS.keys()
    assert _BLIND.keys() == BUNGLERS.keys()


@pytest.mark.parametrize("name", BUNGLERS)
def test_a_mistake_fails_the_cases_that_carry_its_flag(name: str) -> None:
    flag, *others = BUNGLERS[name].flags
    whole = load_suite()
    flagged = [case for case in whole.cases if flag in case.flags and case.role is Role.VALIDATOR]
    about = {each for case in flagged for each in case.requirements}
    kept = [
        case
        for case in whole.cases
        if case.role is Role.VALIDATOR and case.id.endswith("-kept") and set(case.requirements) <= about
    ]
    chosen = list({case.id: case for case in (*flagged, *kept)}.values())
    command = [sys.executable, "-m", "opentokenomics_conformance.fakes", name]
    suite = Suite(whole.version, whole.spec_version, whole.digest, chosen, whole.flags)
    report = run_suite(suite, Plan(command))
    failed = [each for each in report.results if each.outcome is not Outcome.PASSED]
    assert {each.outcome for each in failed} == {Outcome.FAILED}
    assert all({flag, *others} & set(each.flags) for each in failed), [each.case for each in failed]
    assert about - {each for result in failed for each in result.requirements} == _BLIND[name]


@pytest.mark.parametrize("name", TALKERS)
def test_a_fake_masters_nothing(name: str, suite: Suite) -> None:
    command = [sys.executable, "-m", "opentokenomics_conformance.fakes", name]
    report = run_suite(suite, Plan(command, limits=Limits(answer_seconds=2, answer_bytes=200_000)))
    assert [each.case for each in report.results] == [case.id for case in suite.cases]
    assert {each.outcome for each in report.results} <= _HOW_IT_ENDS[name]
    assert not any(report.topics.values())
    assert report.percentage == 0
