"""Seeded choices that come out the same on every platform and Python version."""

from __future__ import annotations

from collections.abc import Sequence
from random import Random
from typing import TypeVar

Choice = TypeVar("Choice")


class Dice:
    """Draws from one seeded stream.

    Only ``Random.random`` is promised to give the same numbers in every Python version, and only products and sums of
    floats are the same on every platform; so nothing else is used.
    """

    def __init__(self, seed: int) -> None:
        self.random = Random(seed).random  # noqa: S311 - made-up data holds no secrets

    def below(self, count: int) -> int:
        """A whole number from 0 to ``count`` - 1."""
        return int(self.random() * count)

    def chance(self, probability: float) -> bool:
        """True that often."""
        return self.random() < probability

    def pick(self, choices: Sequence[Choice]) -> Choice:
        """One of the choices."""
        return choices[int(self.random() * len(choices))]

    def skewed(self, low: int, high: int) -> int:
        """A whole number from ``low`` to ``high``: many small ones and few large ones, as token counts are."""
        draw = self.random()
        return low + int(draw * draw * draw * (high - low + 1))
