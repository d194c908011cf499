"""How a case can end."""

from __future__ import annotations

from enum import StrEnum


class Outcome(StrEnum):
    """How a case ended. Only ``PASSED`` is a pass."""

    PASSED = "passed"
    FAILED = "failed"
    SKIPPED = "skipped"
    CRASHED = "crashed"
    TIMED_OUT = "timed-out"
    FLOODED = "flooded"
    GARBLED = "garbled"
    MISTOOK = "mistook"
    """It answered another case than the one that was put to it."""
    GAVE_UP = "gave-up"
    """It said that it could not do the case."""
