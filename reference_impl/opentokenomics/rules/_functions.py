"""The functions of the portable subset: what each takes, and the node it becomes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from opentokenomics.rules._errors import PredicateError
from opentokenomics.rules._pattern import check_pattern
from opentokenomics.rules._tree import (
    DECIMAL,
    INTEGER,
    NUMBER,
    TEXT,
    TIMESTAMP,
    Node,
    Width,
    kind_of,
    number_node,
    width_of,
)

if TYPE_CHECKING:
    from collections.abc import Callable

UNITS = ("hour", "day", "month")

_LENGTH = Width(10, 0)
_MICROSECONDS = Width(18, 0)
"""Between the years 1970 and 9999 lie fewer than 10^18 microseconds."""


def build(name: str, arguments: list[Node]) -> Node:
    """The node of a call.

    Raises:
        PredicateError: the arguments are not what the function takes.
    """
    usage, builder = _FUNCTIONS[name]
    node = builder(arguments)
    if node is None:
        raise PredicateError(f"{name} is called with other arguments than it takes.", f"Write {usage}.")
    return node


def _kinds(arguments: list[Node]) -> list[str]:
    return [kind_of(each) for each in arguments]


def _is_constant(node: Node) -> bool:
    return bool(node["node"] == "constant")


def _is_column_and_literal(arguments: list[Node]) -> bool:
    return _kinds(arguments) == [TEXT, TEXT] and [each["node"] for each in arguments] == ["column", "constant"]


def _absolute(arguments: list[Node]) -> Node | None:
    if _kinds(arguments) != [NUMBER]:
        return None
    return number_node("absolute", DECIMAL, width_of(arguments[0]), of=arguments[0])


def _coalesce(arguments: list[Node]) -> Node | None:
    kinds = set(_kinds(arguments))
    if len(arguments) == 1 or len(kinds) != 1:
        return None
    kind = kinds.pop()
    if kind != NUMBER:
        return {"node": "coalesce", "of": arguments, "kind": kind}
    width = width_of(arguments[0])
    for each in arguments[1:]:
        width = width.with_room_for(width_of(each))
    return number_node("coalesce", DECIMAL, width.checked("COALESCE"), of=arguments)


def _truncate(arguments: list[Node]) -> Node | None:
    if _kinds(arguments) != [TEXT, TIMESTAMP] or not _is_constant(arguments[0]):
        return None
    unit, instant = arguments[0]["value"], arguments[1]
    return {"node": "truncate", "unit": unit, "of": instant, "kind": TIMESTAMP} if unit in UNITS else None


def _length(arguments: list[Node]) -> Node | None:
    return number_node("length", INTEGER, _LENGTH, of=arguments[0]) if _kinds(arguments) == [TEXT] else None


def _matches(arguments: list[Node]) -> Node | None:
    if not _is_column_and_literal(arguments):
        return None
    pattern = arguments[1]["value"]
    check_pattern(pattern)
    return {"node": "matches", "of": arguments[0], "pattern": pattern}


def _microseconds_between(arguments: list[Node]) -> Node | None:
    if _kinds(arguments) != [TIMESTAMP, TIMESTAMP]:
        return None
    return number_node("microseconds_between", INTEGER, _MICROSECONDS, **{"from": arguments[0], "to": arguments[1]})


def _modulo(arguments: list[Node]) -> Node | None:
    if _kinds(arguments) != [NUMBER, NUMBER]:
        return None
    number, divisor = arguments
    if not _is_constant(divisor) or divisor["scale"] != 0 or divisor["value"] == "0":
        return None
    width, by = width_of(number), width_of(divisor)
    width.with_room_for(by).checked("MOD")
    result = Width(min(width.whole, by.whole), width.scale)
    return number_node("modulo", DECIMAL, result, of=number, divisor=divisor["value"])


def _starts_with(arguments: list[Node]) -> Node | None:
    if not _is_column_and_literal(arguments):
        return None
    return {"node": "starts_with", "of": arguments[0], "prefix": arguments[1]["value"]}


_FUNCTIONS: dict[str, tuple[str, Callable[[list[Node]], Node | None]]] = {
    "ABS": ("ABS(number)", _absolute),
    "COALESCE": ("COALESCE(value, value, ...), all of one kind", _coalesce),
    "DATE_TRUNC": ("DATE_TRUNC('hour', timestamp), or 'day', or 'month'", _truncate),
    "LENGTH": ("LENGTH(text)", _length),
    "MATCHES": ("MATCHES(column, 'pattern')", _matches),
    "MICROSECONDS_BETWEEN": ("MICROSECONDS_BETWEEN(from timestamp, to timestamp)", _microseconds_between),
    "MOD": ("MOD(number, integer literal other than 0)", _modulo),
    "STARTS_WITH": ("STARTS_WITH(column, 'text')", _starts_with),
}

NAMES = tuple(_FUNCTIONS)
"""The functions that a predicate may call."""
