"""Exact sums, and the one way in which an amount is rounded."""

from __future__ import annotations

from decimal import Context, Decimal, Inexact, InvalidOperation, Overflow
from fractions import Fraction

EXACT = Context(prec=400, traps=[Inexact, InvalidOperation, Overflow])
"""Sums and differences of amounts, which are never rounded."""

_PLACES = 18


def rounded(value: Fraction) -> Decimal:
    """A fraction to 18 digits behind the point, half to even, without trailing zeros."""
    digits, places = round(value * 10**_PLACES), _PLACES
    while places and digits % 10 == 0:
        digits, places = digits // 10, places - 1
    return Decimal(digits).scaleb(-places)
