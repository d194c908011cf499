"""Strict JSON: exact numbers, no NaN, no duplicate name; a fault belongs to one document and never raises."""

from __future__ import annotations

import json
import threading
from collections import Counter
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, Any

from opentokenomics.convert._errors import Refused
from opentokenomics.convert._model import shown

if TYPE_CHECKING:
    from collections.abc import Callable

_WHITE_SPACE = " \t\n\r"
_EXACT_INTEGER_DIGITS = 30


class StrictParser:
    """Decodes documents one after the other; a fault inside a document does not lose its end."""

    def __init__(self) -> None:
        self._faults: list[str] = []
        self._decoder = self._make(int)
        self._patient = self._make(self._integer)

    def _make(self, parse_int: Callable[[str], int | Decimal]) -> json.JSONDecoder:
        return json.JSONDecoder(
            object_pairs_hook=self._object,
            parse_float=self._number,
            parse_int=parse_int,
            parse_constant=self._constant,
        )

    def parse(self, text: str) -> Any:  # noqa: ANN401 - a JSON value
        """The one value that the text holds; raises Refused with the reason where it is not strict JSON."""
        value, end = self.parse_at(text, skip_white_space(text, 0))
        if skip_white_space(text, end) != len(text):
            raise Refused("the JSON value is followed by more text")
        if isinstance(value, Refused):
            raise value
        return value

    def parse_at(self, text: str, start: int) -> tuple[Any, int]:
        """The value at a position and where it ends.

        A value whose syntax is right but whose content is not (a duplicate name) is returned as the Refused that
        says so; Refused is raised only where its end cannot be found.
        """
        self._faults.clear()
        try:
            try:
                value, end = self._decoder.raw_decode(text, start)
            except json.JSONDecodeError:
                raise
            except ValueError:  # an integer of thousands of digits
                value, end = self._patient.raw_decode(text, start)
        except json.JSONDecodeError as error:
            cut = error.pos >= len(text.rstrip(_WHITE_SPACE))
            problem = "is cut short" if cut else f"is not valid at character {error.pos - start + 1}: {error.msg}"
            raise Refused(f"the JSON text {problem}") from None
        except RecursionError:
            raise Refused("the JSON text is nested too deeply") from None
        return (Refused(self._faults[0]) if self._faults else value), end

    def _object(self, pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        members = dict(pairs)
        if len(members) < len(pairs):
            name = next(name for name, times in Counter(name for name, _ in pairs).items() if times > 1)
            self._faults.append(f"the name {shown(name, 80)!r} occurs twice in one object")
        return members

    def _number(self, text: str) -> Decimal:
        try:
            return Decimal(text)
        except InvalidOperation:
            self._faults.append(f"the number {text[:40]} is beyond any range")
            return Decimal(0)

    def _integer(self, text: str) -> int | Decimal:
        return int(text) if len(text) <= _EXACT_INTEGER_DIGITS else Decimal(text)

    def _constant(self, text: str) -> None:
        self._faults.append(f"{text} is not a JSON number")


_parsers = threading.local()


def strict_value(text: str) -> Any:  # noqa: ANN401 - a JSON value
    """The value of a text inside of a record; raises Refused where it is not strict JSON."""
    parser: StrictParser | None = getattr(_parsers, "mine", None)
    if parser is None:
        parser = _parsers.mine = StrictParser()
    return parser.parse(text)


def skip_white_space(text: str, position: int) -> int:
    """The position of the next character that is no JSON white space."""
    while position < len(text) and text[position] in _WHITE_SPACE:
        position += 1
    return position
