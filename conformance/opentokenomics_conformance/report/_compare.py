"""Two reports side by side: what became better, and what became worse."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from opentokenomics_conformance._outcome import Outcome
from opentokenomics_conformance.report._model import Result, SuiteReport


@dataclass(frozen=True, slots=True)
class Comparison:
    """How a second report differs from a first one.

    Attributes:
        regressed: Cases that passed in the first and do not in the second.
        improved: Cases that pass in the second and did not in the first.
        changed: Cases that pass in neither, and ended in different ways.
        added: Cases that only the second has.
        removed: Cases that only the first has.
        same_suite: Whether both ran the same vectors.
    """

    regressed: Sequence[tuple[Result, Result]]
    improved: Sequence[tuple[Result, Result]]
    changed: Sequence[tuple[Result, Result]]
    added: Sequence[Result]
    removed: Sequence[Result]
    same_suite: bool


def compare(first: SuiteReport, second: SuiteReport) -> Comparison:
    """Compares two reports case by case."""
    before = {each.case: each for each in first.results}
    after = {each.case: each for each in second.results}
    both = [(before[name], after[name]) for name in before if name in after]
    passed = Outcome.PASSED
    return Comparison(
        [(a, b) for a, b in both if a.outcome is passed and b.outcome is not passed],
        [(a, b) for a, b in both if a.outcome is not passed and b.outcome is passed],
        [(a, b) for a, b in both if passed not in {a.outcome, b.outcome} and a.outcome is not b.outcome],
        [each for name, each in after.items() if name not in before],
        [each for name, each in before.items() if name not in after],
        first.suite["digest"] == second.suite["digest"],
    )
