"""What became of the outcomes of the made-up company; it depends on nothing but an outcome's identifier."""

from __future__ import annotations

from zlib import crc32

_OF_HUNDRED = (
    ("accepted", 76),
    ("rejected", 88),
    ("abandoned", 93),
    ("escalated", 98),
    ("pending", 100),
)
"""Each fate, with how many of a hundred outcomes have it or one before it."""


def fate_of(outcome: str) -> str:
    """How an outcome ended, unless it is done again: one that was not accepted may be."""
    share = crc32(outcome.encode()) % 100
    return next(fate for fate, most in _OF_HUNDRED if share < most)


def is_accepted(outcome: str) -> bool:
    """Whether an outcome was accepted."""
    return fate_of(outcome) == "accepted"
