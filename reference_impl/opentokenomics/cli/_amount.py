"""Amounts on the command line."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation

from opentokenomics.errors import UnsupportedError

_LONGEST = 50
"""Characters, and powers of ten: no amount is longer, and none is farther from 1."""


def amount_of(option: str, words: str, example: str) -> Decimal:
    """The amount that an option names, which is not negative.

    Raises:
        UnsupportedError: It is no amount, or one beyond any that is paid.
    """
    try:
        value = Decimal(words if len(words) <= _LONGEST else "NaN")
    except InvalidOperation:
        value = Decimal("NaN")
    if not value.is_finite() or value < 0 or (value and abs(value.adjusted()) > _LONGEST):
        raise UnsupportedError("option_unsupported", f"{option} {words} is no amount.", f"Pass {example}, say.")
    return value
