"""Exact numbers: what is taken, and the one way in which a quotient is rounded."""

from __future__ import annotations

import re
from collections.abc import Iterable
from decimal import Decimal, Inexact
from fractions import Fraction
from typing import TypeAlias

from opentokenomics.exact_decimal import EXACT, plain, rounded
from opentokenomics.metrics._errors import MetricError

Exact: TypeAlias = "int | Decimal | Fraction"
"""A number without a rounding error. Binary floats are refused wherever one of these is asked for."""

_CURRENCY = re.compile(r"[A-Z]{3}|x_[a-z0-9_]{1,60}")


_FARTHEST = 100
"""The power of ten beyond which no decimal is reckoned with: fractions of such numbers would fill the memory."""


def quotient(numerator: Exact, denominator: Exact) -> Decimal | None:
    """A quotient to 18 fractional digits; None where the denominator is 0."""
    return None if denominator == 0 else rounded(fraction(numerator) / fraction(denominator))


def fraction(value: Exact) -> Fraction:
    """The number as a fraction."""
    return Fraction(value)


def decimal(value: Fraction, what: str) -> Decimal:
    """A fraction whose decimal notation ends, as a decimal.

    Raises:
        MetricError: Its notation does not end.
    """
    try:
        return plain(EXACT.divide(Decimal(value.numerator), Decimal(value.denominator)))
    except Inexact:
        raise MetricError("number_not_decimal", f"{what} is {value}, which no decimal states.", "Round it.") from None


def exact(value: Exact, what: str) -> Exact:
    """The number, if it is one without a rounding error.

    Args:
        value: The number.
        what: What it is, for the message.

    Raises:
        MetricError: It is a binary float, a boolean, no finite number, or no number at all, or a decimal that is
            beyond any amount or as much below one.
    """
    if isinstance(value, Decimal) and value.is_finite():
        if value and abs(value.adjusted()) > _FARTHEST:
            raise MetricError("number_out_of_range", f"{what} is {value}, beyond any amount.", "Pass a smaller number.")
        return value
    if isinstance(value, int | Fraction) and not isinstance(value, bool):
        return value
    raise MetricError(
        "number_not_exact", f"{what} is {value!r}, which is no exact number.", "Pass a Decimal, a Fraction or an int."
    )


def amount(value: Decimal | int, what: str) -> Decimal:
    """An amount of money or a quantity as a decimal; raises MetricError like :func:`exact`."""
    number = exact(value, what)
    if isinstance(number, Fraction):
        return decimal(number, what)
    return number if isinstance(number, Decimal) else Decimal(number)


def amount_from_zero(value: Decimal | int, what: str) -> Decimal:
    """An amount that is not negative.

    Raises:
        MetricError: It is negative, or no exact number.
    """
    number = amount(value, what)
    if number < 0:
        raise MetricError("number_negative", f"{what} is {number}, below 0.", "Pass a number from 0.")
    return number


def probability(value: Exact, what: str) -> Fraction:
    """A probability.

    Raises:
        MetricError: It is below 0 or above 1, or no exact number.
    """
    number = fraction(exact(value, what))
    if not 0 <= number <= 1:
        raise MetricError("not_a_probability", f"{what} is {value}.", "Pass a number from 0 to 1.")
    return number


def count(value: int, what: str, least: int = 0) -> int:
    """A number of things.

    Raises:
        MetricError: It is no integer, or below the least.
    """
    if type(value) is not int or value < least:
        raise MetricError("not_a_count", f"{what} is {value!r}.", f"Pass an integer from {least}.")
    return value


def total(values: Iterable[Decimal]) -> Decimal:
    """The exact sum, whatever the precision of the caller's decimal context is."""
    result = Decimal(0)
    for value in values:
        result = EXACT.add(result, value)
    return result


def product(first: Decimal, second: Decimal) -> Decimal:
    """The exact product."""
    return EXACT.multiply(first, second)


def difference(first: Decimal, second: Decimal) -> Decimal:
    """The exact difference."""
    return EXACT.subtract(first, second)


def currency(name: str) -> str:
    """The code of a currency.

    Raises:
        MetricError: It is no ISO 4217 code and no virtual currency ``x_...``.
    """
    if not _CURRENCY.fullmatch(name):
        raise MetricError("not_a_currency", f"{name!r} is no currency.", "Pass a code such as USD, or x_ and a name.")
    return name


def one_currency(names: Iterable[str]) -> str | None:
    """The one currency of all of them; None where there are none.

    Raises:
        MetricError: There are several.
    """
    found = sorted(set(names))
    if len(found) > 1:
        raise MetricError(
            "currencies_mixed",
            f"Amounts in {', '.join(found)} cannot be added up.",
            "Compute one result for each currency; by_currency() sorts them apart.",
        )
    return found[0] if found else None
