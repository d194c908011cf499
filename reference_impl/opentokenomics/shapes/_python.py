"""The shape of one JSON value, judged as JSON Schema judges it."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from functools import cache
from typing import NamedTuple

from opentokenomics.standard import Column, Dataset, Facet, Kind, Shape


class Fault(NamedTuple):
    """One way in which a value misses its shape."""

    column: str
    facet: Facet
    requirement: str


def is_custom(dataset: Dataset, name: str) -> bool:
    """Whether a column name is one that its author may add to a dataset."""
    return _pattern(dataset.custom_pattern).fullmatch(name) is not None


def faults_of(column: Column, value: object) -> list[Fault]:
    """Every fault of a value as it came from JSON; None stands for null.

    Numbers are int, or Decimal where they were written with a fraction or an exponent.
    """
    if value is None:
        return [Fault(column.name, Facet.PRESENT, shape.requirement) for shape in column.shapes if _is_presence(shape)]
    if not _HAS_TYPE[column.kind](value):
        return [Fault(column.name, Facet.TYPE, requirement) for requirement in _type_requirements(column)]
    faults = [Fault(column.name, shape.facet, shape.requirement) for shape, test in _tests(column) if not test(value)]
    if len(faults) > 1 and lists_texts(column):
        faults = [fault for fault in faults if fault.facet is not Facet.ENUM]
    return faults


def lists_texts(column: Column) -> bool:
    """Whether a column lists some of all texts, as that of the version does: what is no such text is not looked up."""
    return column.kind is Kind.STRING and any(shape.facet is Facet.ENUM for shape in column.shapes)


def is_stated(column: Column, value: object) -> bool:
    """Whether a value has the shape of one, be it listed or not."""
    return value is not None and all(fault.facet is Facet.ENUM for fault in faults_of(column, value))


def parse(column: Column, value: object) -> object:
    """The value that rules compute with: Decimal, naive UTC datetime, int, bool or text. It must have no fault."""
    match column.kind:
        case Kind.DECIMAL:
            return Decimal(str(value))
        case Kind.TIMESTAMP:
            return datetime.fromisoformat(str(value)[:-1])
        case Kind.INTEGER:
            return int(value)  # type: ignore[call-overload] # an integral number, by its shape
        case Kind.LIST:
            return tuple(sorted(value))  # type: ignore[call-overload] # a list of texts, whose order has no meaning
        case _:
            return value


@cache
def _type_requirements(column: Column) -> tuple[str, ...]:
    """The requirements that a value of another JSON type violates: a closed list of texts implies the type."""
    facets = {Facet.TYPE, Facet.CODE} if lists_texts(column) else {Facet.TYPE, Facet.ENUM, Facet.CODE}
    return tuple(dict.fromkeys(shape.requirement for shape in column.shapes if shape.facet in facets))


def _is_presence(shape: Shape) -> bool:
    return shape.facet is Facet.PRESENT


def _is_integer(value: object) -> bool:
    if isinstance(value, Decimal):
        return value.is_finite() and value == value.to_integral_value()
    if isinstance(value, float):
        return value.is_integer()
    return isinstance(value, int) and not isinstance(value, bool)


_HAS_TYPE: Mapping[Kind, Callable[[object], bool]] = {
    Kind.STRING: lambda value: isinstance(value, str),
    Kind.ENUM: lambda value: isinstance(value, str),
    Kind.DECIMAL: lambda value: isinstance(value, str),
    Kind.TIMESTAMP: lambda value: isinstance(value, str),
    Kind.DATE: lambda value: isinstance(value, str),
    Kind.INTEGER: _is_integer,
    Kind.BOOLEAN: lambda value: isinstance(value, bool),
    Kind.MAP: lambda value: isinstance(value, Mapping),
    Kind.LIST: lambda value: isinstance(value, list | tuple),
}


def _is_unique(members: Sequence[object]) -> bool:
    texts = [member for member in members if isinstance(member, str)]
    return len(set(texts)) == len(texts)


@cache
def _pattern(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern)


@cache
def _tests(column: Column) -> tuple[tuple[Shape, Callable[..., bool]], ...]:
    """What a value of the right type must pass."""
    patterns = {shape.facet: shape.pattern for shape in column.shapes if shape.pattern is not None}
    asked = [shape for shape in column.shapes if shape.facet not in {Facet.PRESENT, Facet.TYPE}]
    return tuple((shape, _test(shape, patterns.get(Facet.PATTERN))) for shape in asked)


def _test(shape: Shape, notation: str | None) -> Callable[..., bool]:  # noqa: PLR0911 - one for each facet
    matches = _pattern(shape.pattern or "")
    low, high, values = shape.low, shape.high, frozenset(shape.values)
    match shape.facet:
        case Facet.PATTERN:
            return lambda value: matches.fullmatch(value) is not None
        case Facet.DIGITS:
            plain = _pattern(notation or "")
            return lambda value: matches.fullmatch(value) is not None or plain.fullmatch(value) is None
        case Facet.OPAQUE:
            return lambda value: "@" not in value or matches.search(value) is None
        case Facet.ENUM:
            return lambda value: value in values
        case Facet.CODE:
            return lambda value: value in values or matches.fullmatch(value) is not None
        case Facet.LENGTH:
            return lambda value: (low is None or len(value) >= low) and (high is None or len(value) <= high)
        case Facet.RANGE:
            return lambda value: (low is None or value >= low) and (high is None or value <= high)
        case _:
            return _test_of_members(shape)


def _test_of_members(shape: Shape) -> Callable[..., bool]:
    low, values = shape.low or 0, frozenset(shape.values)
    match shape.facet:
        case Facet.COUNT:
            return lambda value: len(value) >= low
        case Facet.UNIQUE:
            return _is_unique
        case _ if values:
            return lambda value: all(isinstance(member, str) and member in values for member in value)
        case _ if shape.pattern is not None:
            matches = _pattern(shape.pattern)
            return lambda value: all(isinstance(member, str) and matches.fullmatch(member) for member in value)
        case _:
            return _has_fit_members


def _has_fit_members(value: Mapping[str, object] | Sequence[object]) -> bool:
    """Whether a map holds strings, or a list records."""
    if isinstance(value, Mapping):
        return all(isinstance(member, str) for member in value.values())
    return all(isinstance(member, Mapping) for member in value)
