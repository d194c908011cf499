"""Exact numbers of vendors, and how rows state them: plain notation, no trailing zeros."""

from __future__ import annotations

import re
from decimal import ROUND_HALF_EVEN, Context, Decimal, InvalidOperation
from functools import reduce
from typing import TYPE_CHECKING

from opentokenomics.convert._errors import Refused
from opentokenomics.convert._model import shown

if TYPE_CHECKING:
    from collections.abc import Iterable

MAXIMUM_COUNT_DIGITS = 17
"""Digits of a single count, one fewer than a quantity may have, so that two counts can be added."""

MAXIMUM_COUNT = 10**MAXIMUM_COUNT_DIGITS - 1
"""The highest single count."""

_EXACT = Context(prec=10_000, rounding=ROUND_HALF_EVEN)
"""More digits than results of numbers within the range can have."""

_FARTHEST = 1000
_LONGEST_PLAIN = 60
_WITH_THOUSANDS = re.compile(r"-?[1-9][0-9]{0,2}(?:,[0-9]{3})+(?:[.][0-9]*)?")


def is_number(value: object) -> bool:
    """Whether a parsed JSON value is a number; true and false are none."""
    return isinstance(value, int | Decimal) and not isinstance(value, bool)


def decimal(number: int | Decimal, name: str) -> Decimal:
    """A number to reckon with; raises Refused beyond the range in which that is possible."""
    found = Decimal(number)
    if found and abs(found.adjusted()) > _FARTHEST:
        raise Refused(f"{name} is {describe(found)}, which is beyond any range")
    return found


def whole_number(value: object, name: str) -> int:
    """A count: a number without a fractional part (``31422.0`` has none) that is not negative.

    Raises:
        Refused: It is something else, or longer than any count.
    """
    if isinstance(value, bool) or not isinstance(value, int | Decimal):
        raise Refused(f"{name} is {describe(value)}, where a whole number belongs")
    number = Decimal(value)
    if number < 0:
        raise Refused(f"{name} is {describe(value)}, and a count is never negative")
    if number and number.adjusted() >= MAXIMUM_COUNT_DIGITS:
        raise Refused(f"{name} is {describe(value)}, which has more than {MAXIMUM_COUNT_DIGITS} digits")
    if number and (number.adjusted() < 0 or number != int(number)):
        raise Refused(f"{name} is {describe(value)}, and a count has no fraction")
    return int(number)


def decimal_from_text(text: str, name: str) -> Decimal:
    """A decimal as CSV exports write it; an exponent is accepted, separators and currency signs are not."""
    stripped = text.strip()
    refused = Refused(f"{name} is {shown(text)!r}, which is no decimal number")
    if not stripped or not set(stripped) <= set("0123456789.-+eE"):
        raise refused
    try:
        found = Decimal(stripped)
    except InvalidOperation:
        raise refused from None
    return decimal(found, name)


def money_from_text(text: str, name: str) -> Decimal:
    """A decimal that people read, perhaps with a dollar sign and commas between thousands.

    A comma anywhere else marks decimals in other languages: to leave it out would make the number many times as large.
    """
    stripped = text.strip().removeprefix("$")
    if "," in stripped:
        if _WITH_THOUSANDS.fullmatch(stripped) is None:
            raise Refused(f"{name} is {shown(text)!r}, whose commas do not stand between thousands")
        stripped = stripped.replace(",", "")
    return decimal_from_text(stripped, name)


def fitted(number: Decimal, digits: int, decimals: int, name: str) -> tuple[str, bool]:
    """A number as a column of so many digits before and after the point holds it, and whether it was rounded.

    Raises:
        Refused: There are more digits before the point than the column holds.
    """
    if number and number.adjusted() >= digits:
        raise Refused(f"{name} is {describe(number)}, which has more than {digits} digits before the point")
    if number and number.adjusted() < -decimals - 1:
        return "0", True
    rounded = number.quantize(Decimal(1).scaleb(-decimals), context=_EXACT)
    if rounded.adjusted() >= digits:
        raise Refused(f"{name} is {describe(number)}, which has more than {digits} digits before the point")
    return plain(rounded), rounded != number


def shifted(number: Decimal, places: int) -> Decimal:
    """The number times ten to the power of so many places, exactly: cents are dollars with -2."""
    return number.scaleb(places, context=_EXACT)


def product(number: Decimal, factor: Decimal | int) -> Decimal:
    """One number times the other, exactly."""
    return _EXACT.multiply(number, factor)


def added(numbers: Iterable[Decimal]) -> Decimal:
    """The sum of the numbers, exactly."""
    return reduce(_EXACT.add, numbers, Decimal(0))


def plain(number: Decimal) -> str:
    """Plain notation without trailing zeros, and zero without a sign."""
    if not number:
        return "0"
    text = f"{number:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def verbatim(number: int | Decimal) -> str:
    """A vendor's number for ``source_counters``: plain where it is short, else as it came."""
    if isinstance(number, int):
        return str(number)[:200]
    return plain(number) if abs(number.adjusted()) <= _LONGEST_PLAIN else str(number)[:200]


def describe(value: object) -> str:
    """A value for a message: short, and never the content of a prompt."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return "a text"
    if isinstance(value, list):
        return "an array"
    if isinstance(value, dict):
        return "an object"
    text = str(value)
    return text if len(text) <= 30 else f"{text[:20]}... ({len(text)} characters)"  # noqa: PLR2004
