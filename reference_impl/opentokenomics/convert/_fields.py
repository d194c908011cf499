"""Typed access to the objects of a vendor: what is absent is None, what has the wrong type is refused."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any, NamedTuple

from opentokenomics.convert._errors import Refused
from opentokenomics.convert._model import is_unicode
from opentokenomics.convert._numbers import MAXIMUM_COUNT, decimal, describe, is_number, verbatim, whole_number

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

MAXIMUM_COUNTERS = 256
"""Entries of ``source_counters``; no vendor has a fraction of it."""

_LABELS = ("modality", "ttl", "type")


class Fields(NamedTuple):
    """A vendor's object and the path that leads to it; null and absent are the same."""

    values: Mapping[str, Any]
    path: str = ""

    def __contains__(self, name: object) -> bool:
        return isinstance(name, str) and self.values.get(name) is not None

    def named(self, name: str) -> str:
        """The full path of a member, for messages."""
        return f"{self.path}.{name}" if self.path else name

    def whole(self, name: str) -> int | None:
        """A count, or None; raises Refused where it is no whole number that is at least 0."""
        value = self.values.get(name)
        if value is None or (type(value) is int and 0 <= value <= MAXIMUM_COUNT):
            return value
        return whole_number(value, self.named(name))

    def number(self, name: str) -> Decimal | None:
        """A number, exactly, or None; raises Refused where it is something else."""
        value = self.values.get(name)
        if value is None:
            return None
        if not is_number(value):
            raise Refused(f"{self.named(name)} is {describe(value)}, where a number belongs")
        return decimal(value, self.named(name))

    def text(self, name: str) -> str | None:
        """A text, or None where it is absent, null or empty; raises Refused where it is something else."""
        value = self.values.get(name)
        if value is None or value == "":
            return None
        if not isinstance(value, str):
            raise Refused(f"{self.named(name)} is {describe(value)}, where a text belongs")
        return value

    def child(self, *names: str) -> Fields:
        """The object under the first of these names that is present; an empty one where none is."""
        for name in names:
            value = self.values.get(name)
            if isinstance(value, dict):
                return Fields(value, self.named(name))
            if value is not None:
                raise Refused(f"{self.named(name)} is {describe(value)}, where an object belongs")
        return Fields({}, self.named(names[0]))

    def items(self, name: str) -> list[Fields]:
        """The objects of an array; empty where it is absent."""
        value = self.values.get(name)
        if value is None:
            return []
        if not isinstance(value, list):
            raise Refused(f"{self.named(name)} is {describe(value)}, where an array belongs")
        path = self.named(name)
        for element in value:
            if not isinstance(element, dict):
                raise Refused(f"{path} holds {describe(element)}, where objects belong")
        return [Fields(element, f"{path}.{index}") for index, element in enumerate(value)]


class Survey(NamedTuple):
    """What a vendor's object holds.

    Attributes:
        counters: its numbers under their dotted paths, verbatim.
        unknown: the fields with a value that the source's field list does not have, each once.
    """

    counters: dict[str, str]
    unknown: dict[str, None]


def survey(values: Mapping[str, Any], known: frozenset[str]) -> Survey:
    """Everything in an object, at any depth and in order: its numbers, and what is not in the field list.

    A path names a place of an array by what tells its elements apart; a field of the list names all of them.
    """
    found = Survey({}, {})
    _survey(values.items(), "", "", known, found)
    return found


def _survey(members: Iterable[tuple[str, Any]], path: str, field: str, known: frozenset[str], found: Survey) -> None:
    for name, value in members:
        if value is None:
            continue
        place, listed = path + name, field + name
        if type(value) is int and listed in known and len(found.counters) < MAXIMUM_COUNTERS:
            found.counters[place] = str(value)
        elif isinstance(value, dict):
            _survey(value.items(), f"{place}.", f"{listed}.", known, found)
        elif isinstance(value, list):
            _survey_array(value, place, listed, known, found)
        else:
            _leaf(value, place, listed, known, found)


def _leaf(value: Any, path: str, field: str, known: frozenset[str], found: Survey) -> None:  # noqa: ANN401 - JSON
    is_known = field in known
    if is_number(value) and len(found.counters) < MAXIMUM_COUNTERS and (is_known or _is_clean(path)):
        found.counters[path] = verbatim(value)
    if not is_known:
        found.unknown[field] = None


def _survey_array(elements: list[Any], path: str, field: str, known: frozenset[str], found: Survey) -> None:
    """The elements are of the array's own field, so each is a member whose name only the path has."""
    for label, value in zip(_labels(elements), elements, strict=True):
        place = f"{path}.{label}"
        if isinstance(value, dict):
            _survey(value.items(), f"{place}.", f"{field}.", known, found)
        elif isinstance(value, list):
            _survey_array(value, place, field, known, found)
        elif value is not None:
            _leaf(value, place, field, known, found)


def _labels(elements: list[Any]) -> list[str]:
    """What tells the elements of an array apart: their modality or time-to-live, else their position."""
    for label in _LABELS:
        found = [element.get(label) if isinstance(element, dict) else None for element in elements]
        names = [name for name in found if isinstance(name, str) and name]
        if len(set(names)) == len(elements):
            return names
    return [str(index) for index in range(len(elements))]


def _is_clean(path: str) -> bool:
    return len(path) <= 200 and is_unicode(path)  # noqa: PLR2004 - longer than any vendor's path
