"""Strict I-JSON in, exactly: no NaN, no duplicate name, no unpaired surrogate, no binary floating point."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from functools import cache
from typing import TYPE_CHECKING, Any, NoReturn

from opentokenomics.standard import Fault

if TYPE_CHECKING:
    import msgspec

_TOO_DEEP = "it is nested too deeply"
_LONGEST_INT = 640
"""Longer integers stay Decimal: turning their text into an int costs quadratic time, and Python limits it."""


class JsonError(ValueError):
    """A text is not strict JSON.

    Attributes:
        fault: Which requirement on encoding it breaks.
        problem: What is wrong, without any content of the text.
    """

    def __init__(self, fault: Fault, problem: str) -> None:
        super().__init__(problem)
        self.fault = fault
        self.problem = problem


def decode(text: bytes | str, *, bounded: bool = False) -> Any:  # noqa: ANN401 - a JSON value
    """The one JSON value that a text holds.

    Numbers with a fraction or an exponent become Decimals; one whose exponent is beyond what a Decimal holds stays the
    text that it is, as a ``msgspec.Raw``, or is refused.

    Args:
        text: The text; bytes are UTF-8.
        bounded: Whether every number has to be one that Python can hold.

    Raises:
        JsonError: The text is not UTF-8, not JSON, or beyond I-JSON.
    """
    if isinstance(text, bytes):
        try:
            text = text.decode("utf-8")
        except UnicodeDecodeError as error:
            raise JsonError(Fault.TEXT, f"byte {error.start + 1} of the line is not UTF-8") from None
    try:
        value = _decoded(_BOUNDED if bounded else _DECODER, text)
    except JsonError as error:
        if error.fault is Fault.DUPLICATE_NAME:
            _decoded(_PATIENT, text)  # what is not complete has that fault and no other
        raise
    if "\\u" in text:
        try:
            _refuse_surrogates(value)
        except RecursionError:
            raise JsonError(Fault.RECORD, _TOO_DEEP) from None
    return value


def _decoded(decoder: json.JSONDecoder, text: str) -> Any:  # noqa: ANN401 - a JSON value
    try:
        return decoder.decode(text)
    except json.JSONDecodeError as error:
        problem = _PROBLEMS.get(error.msg, "it is not valid JSON")
        raise JsonError(Fault.RECORD, f"{problem} at character {error.pos + 1}") from None
    except RecursionError:
        raise JsonError(Fault.RECORD, _TOO_DEEP) from None


def shown(value: object, most: int) -> str:
    """A value as a report shows it, at most so many characters of it: a text as it is, anything else as JSON."""
    if isinstance(value, str):
        return value[:most]
    try:
        return _encoder().encode(value).decode()[:most]
    except (ValueError, RecursionError):  # what no JSON text holds, but a program may hand over
        return f"a value of type {type(value).__name__}"


def is_unicode(value: object) -> bool:
    """Whether no text in a value, names included, holds an unpaired surrogate; whatever else the value is."""
    waiting, seen = [value], set()
    while waiting:
        each = waiting.pop()
        if isinstance(each, str):
            if not each.isascii() and not _encodes(each):
                return False
        elif isinstance(each, Mapping | list | tuple) and id(each) not in seen:
            seen.add(id(each))  # what a program hands over may hold itself
            waiting += [*each.keys(), *each.values()] if isinstance(each, Mapping) else each
    return True


def _encodes(text: str) -> bool:
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        return False
    return True


@cache
def _encoder() -> msgspec.json.Encoder:
    import msgspec  # most records have no fault, and need none of it

    return msgspec.json.Encoder(decimal_format="number", enc_hook=str)


def _refuse_surrogates(value: object) -> None:
    try:
        json.dumps(value, ensure_ascii=False, default=str).encode("utf-8")
    except UnicodeEncodeError:
        raise JsonError(Fault.TEXT, "it holds half of a surrogate pair") from None


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    members = dict(pairs)
    if len(members) < len(pairs):
        raise JsonError(Fault.DUPLICATE_NAME, "a name occurs twice in one object")
    return members


def _number(text: str) -> Decimal | msgspec.Raw:
    try:
        return Decimal(text)
    except InvalidOperation:
        return Decimal(0) if _ZERO.match(text) else _raw(text)


def _held(text: str) -> Decimal:
    number = _number(text)
    if isinstance(number, Decimal):
        return number
    raise JsonError(Fault.RECORD, "it holds a number beyond any range")


def _raw(text: str) -> msgspec.Raw:
    import msgspec  # hardly any number needs it

    return msgspec.Raw(text)


def _integer(text: str) -> int | Decimal:
    return int(text) if len(text) <= _LONGEST_INT else Decimal(text)


def _constant(_: str) -> NoReturn:
    raise JsonError(Fault.RECORD, "it holds NaN or Infinity, which are not JSON")


_ZERO = re.compile("-?0(?:[.]0*)?[eE]")

_PROBLEMS = {
    "Extra data": "the object is followed by more text",
    "Expecting value": "a value is missing",
    "Expecting ',' delimiter": "a comma or a closing bracket is missing",
    "Expecting ':' delimiter": "a colon is missing",
    "Expecting property name enclosed in double quotes": "a name in double quotes is missing",
    "Unterminated string starting at": "a string is not closed that starts",
    "Invalid control character at": "a control character is not escaped",
}

_DECODER = json.JSONDecoder(
    object_pairs_hook=_object, parse_float=_number, parse_int=_integer, parse_constant=_constant
)
_BOUNDED = json.JSONDecoder(object_pairs_hook=_object, parse_float=_held, parse_int=_integer, parse_constant=_constant)
_PATIENT = json.JSONDecoder(parse_float=str, parse_int=str, parse_constant=_constant)
"""Takes any name twice."""
