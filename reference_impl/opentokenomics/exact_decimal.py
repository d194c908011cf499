"""Exact decimals: sums that are never rounded, and the one way in which anything else is."""

from __future__ import annotations

from decimal import Context, Decimal, Inexact, InvalidOperation, Overflow
from fractions import Fraction

PLACES = 18
"""How many fractional digits a rounded quotient or amount has."""

_DIGITS = 400
"""More digits than a sum of amounts can have; where they do not suffice, nothing is rounded but an error raised."""

EXACT = Context(prec=_DIGITS, traps=[Inexact, InvalidOperation, Overflow])
"""The arithmetic of amounts: whatever it would have to round is an error."""

_UNIT = 10**PLACES


def rounded(value: Fraction) -> Decimal:
    """The number to 18 fractional digits, half to even, without trailing zeros."""
    return plain(Decimal(round(value * _UNIT)).scaleb(-PLACES, EXACT))


def plain(value: Decimal) -> Decimal:
    """The same number without trailing zeros and without an exponent above 0."""
    if value == 0:
        return Decimal(0)
    sign, digits, exponent = value.as_tuple()
    assert isinstance(exponent, int)  # noqa: S101 - amounts are finite
    if exponent > 0:
        return value.quantize(Decimal(1), context=EXACT)
    kept = len(digits)
    while exponent < 0 and digits[kept - 1] == 0:
        kept -= 1
        exponent += 1
    return Decimal((sign, digits[:kept], exponent))


def text(number: Decimal) -> str:
    """A decimal as records state it: all of its digits and no others."""
    return f"{plain(number):f}"
