"""Typed access to the objects of a vendor: what is absent is None, what has the wrong type is refused."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any, NamedTuple

from opentokenomics.convert._errors import Refused
from opentokenomics.convert._numbers import MAXIMUM_COUNT, describe, is_number, verbatim, whole_number

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

MAXIMUM_COUNTERS = 256
"""Entries of ``source_counters``; no vendor has a fraction of it."""

_LABELS = ("modality", "ttl", "type")


@dataclass(frozen=True, slots=True)
class Fields:
    """A vendor's object and the path that leads to it; null and absent are the same."""

    values: Mapping[str, Any]
    path: str = ""

    def __contains__(self, name: str) -> bool:
        return self.values.get(name) is not None

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
        return Decimal(value)

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


class Leaf(NamedTuple):
    """A value inside a vendor's object: a readable unique path, the path without array positions, the value."""

    path: str
    field: str
    value: Any


def leaves(values: Mapping[str, Any]) -> Iterator[Leaf]:
    """Every value that is neither object nor array, at any depth, in order."""
    pending: list[tuple[str, str, Any]] = [(name, name, value) for name, value in reversed(list(values.items()))]
    while pending:
        path, field, value = pending.pop()
        if isinstance(value, dict):
            pending.extend((f"{path}.{name}", f"{field}.{name}", each) for name, each in reversed(list(value.items())))
        elif isinstance(value, list):
            labeled = list(zip(_labels(value), value, strict=True))
            pending.extend((f"{path}.{label}", field, each) for label, each in reversed(labeled))
        else:
            yield Leaf(path, field, value)


def _labels(elements: list[Any]) -> list[str]:
    """What tells the elements of an array apart: their modality or time-to-live, else their position."""
    for label in _LABELS:
        found = [element.get(label) if isinstance(element, dict) else None for element in elements]
        names = [name for name in found if isinstance(name, str) and name]
        if len(set(names)) == len(elements):
            return names
    return [str(index) for index in range(len(elements))]


@dataclass(frozen=True, slots=True)
class Survey:
    """What a vendor's object holds.

    Attributes:
        counters: its numbers under their dotted paths, verbatim.
        unknown: the fields with a value that the source's field list does not have, each once.
    """

    counters: dict[str, str]
    unknown: tuple[str, ...]


def survey(values: Mapping[str, Any], known: frozenset[str]) -> Survey:
    """Everything in an object: its numbers, and what is not in the field list."""
    found: dict[str, str] = {}
    unknown: dict[str, None] = {}
    for path, field, value in leaves(values):
        if value is None:
            continue
        if is_number(value) and len(found) < MAXIMUM_COUNTERS and (field in known or _is_clean(path)):
            found[path] = verbatim(value)
        if field not in known:
            unknown[field] = None
    return Survey(found, tuple(unknown))


def _is_clean(path: str) -> bool:
    try:
        path.encode()
    except UnicodeEncodeError:
        return False
    return len(path) <= 200  # noqa: PLR2004 - longer than any vendor's path
