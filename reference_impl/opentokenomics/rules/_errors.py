"""The one error of this package."""

from __future__ import annotations


class PredicateError(ValueError):
    """A predicate is outside the portable subset.

    Attributes:
        problem: one sentence that names what was refused.
        allowed: one sentence that says what may stand there instead.
    """

    def __init__(self, problem: str, allowed: str) -> None:
        super().__init__(f"{problem} {allowed}")
        self.problem = problem
        self.allowed = allowed
