"""Exact quotients, as the *Rules* chapter rounds them."""

from __future__ import annotations

from fractions import Fraction

_SCALE = 10**18


def is_quotient(numerator: str, denominator: str, value: str) -> bool:
    """Whether a value is a quotient, rounded half to even to 18 digits after the point.

    Args:
        numerator: A decimal in plain notation.
        denominator: Likewise, and not 0.
        value: Likewise.
    """
    exact = Fraction(numerator) / Fraction(denominator)
    return Fraction(value) * _SCALE == round(exact * _SCALE)
