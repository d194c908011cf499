"""Tree to Python: a composition of closures, one for each node.

A closure takes a record (values: str, int, bool, Decimal, naive UTC datetime or None; an absent key is None) and
yields the node's value, or None where SQL yields NULL. Nothing is generated or evaluated as source text.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from decimal import Context, Decimal, DivisionByZero, Inexact, InvalidOperation, Overflow
from operator import eq, ge, gt, le, lt, ne, not_
from typing import Any

from opentokenomics.rules._tree import DECIMAL, INTEGER, AnyNode

Record = Mapping[str, object]
Rule = Callable[[Record], bool | None]
_Value = Callable[[Record], Any]

EXACT = Context(prec=77, Emin=-9999, Emax=9999, traps=[Inexact, InvalidOperation, DivisionByZero, Overflow])
"""Wide enough for the product of any two numbers of 38 digits; a rounded result would be an error of this package."""

_OPERATORS: dict[str, Callable[[Any, Any], bool]] = {"=": eq, "<>": ne, "<": lt, "<=": le, ">": gt, ">=": ge}
_MICROSECOND = timedelta(microseconds=1)
_TRUNCATED: dict[str, dict[str, int]] = {
    "hour": {"minute": 0, "second": 0, "microsecond": 0},
    "day": {"hour": 0, "minute": 0, "second": 0, "microsecond": 0},
    "month": {"day": 1, "hour": 0, "minute": 0, "second": 0, "microsecond": 0},
}


def to_python(tree: AnyNode) -> Rule:
    """The predicate as a function of one record.

    Returns:
        A function that yields True, False (violated) or None (not evaluated). It never raises for values that fit
        the shapes of their columns.
    """
    return _build(tree)


def _build(node: AnyNode) -> _Value:
    return _BUILDERS[node["node"]](node)


def _column(node: AnyNode) -> _Value:
    name = node["name"]
    return lambda record: record.get(name)


def _constant_value(node: AnyNode) -> object:
    """The value of a constant node: str, bool, or Decimal."""
    return Decimal(node["value"]) if node["kind"] in {DECIMAL, INTEGER} else node["value"]


def _constant(node: AnyNode) -> _Value:
    value = _constant_value(node)
    return lambda _: value


def _and(node: AnyNode) -> _Value:
    conditions = tuple(_build(each) for each in node["of"])

    def evaluate(record: Record) -> bool | None:
        result: bool | None = True
        for condition in conditions:
            value = condition(record)
            if value is False:
                return False
            if value is None:
                result = None
        return result

    return evaluate


def _or(node: AnyNode) -> _Value:
    conditions = tuple(_build(each) for each in node["of"])

    def evaluate(record: Record) -> bool | None:
        result: bool | None = False
        for condition in conditions:
            value = condition(record)
            if value is True:
                return True
            if value is None:
                result = None
        return result

    return evaluate


def _of_one(node: AnyNode, function: Callable[[Any], Any]) -> _Value:
    """Applies a function to a value that is not NULL; a column is read in place, for speed."""
    inner = node["of"]
    if inner["node"] == "column":
        name = inner["name"]

        def evaluate_column(record: Record) -> object:
            value = record.get(name)
            return None if value is None else function(value)

        return evaluate_column
    operand = _build(inner)

    def evaluate(record: Record) -> object:
        value = operand(record)
        return None if value is None else function(value)

    return evaluate


def _of_two(left: AnyNode, right: AnyNode, function: Callable[[Any, Any], Any]) -> _Value:
    """Applies a function to two values that are not NULL; the common case, column and constant, is short."""
    if left["node"] == "column" and right["node"] == "constant":
        name, constant = left["name"], _constant_value(right)

        def evaluate_column(record: Record) -> object:
            value = record.get(name)
            return None if value is None else function(value, constant)

        return evaluate_column
    first, second = _build(left), _build(right)

    def evaluate(record: Record) -> object:
        one = first(record)
        if one is None:
            return None
        other = second(record)
        return None if other is None else function(one, other)

    return evaluate


def _distinct(node: AnyNode) -> _Value:
    left, right = _build(node["left"]), _build(node["right"])
    return lambda record: left(record) != right(record)


def _is_null(node: AnyNode) -> _Value:
    if node["of"]["node"] == "column":
        name = node["of"]["name"]
        return lambda record: record.get(name) is None
    operand = _build(node["of"])
    return lambda record: operand(record) is None


def _not(node: AnyNode) -> _Value:
    inner = node["of"]
    if inner["node"] == "is_null" and inner["of"]["node"] == "column":
        name = inner["of"]["name"]
        return lambda record: record.get(name) is not None
    return _of_one(node, not_)


def _in(node: AnyNode) -> _Value:
    return _of_one(node, frozenset(node["values"]).__contains__)


def _case(node: AnyNode) -> _Value:
    branches = tuple((_build(branch["when"]), _build(branch["then"])) for branch in node["branches"])
    otherwise = _build(node["else"]) if "else" in node else None

    def evaluate(record: Record) -> object:
        for when, then in branches:
            if when(record):
                return then(record)
        return None if otherwise is None else otherwise(record)

    return evaluate


def _coalesce(node: AnyNode) -> _Value:
    operands = tuple(_build(each) for each in node["of"])

    def evaluate(record: Record) -> object:
        for operand in operands:
            value = operand(record)
            if value is not None:
                return value
        return None

    return evaluate


def _starts_with(node: AnyNode) -> _Value:
    prefix = node["prefix"]
    return _of_one(node, lambda text: text.startswith(prefix))


def _matches(node: AnyNode) -> _Value:
    match = re.compile(node["pattern"]).fullmatch
    return _of_one(node, lambda text: match(text) is not None)


def _modulo(node: AnyNode) -> _Value:
    divisor = Decimal(node["divisor"])
    return _of_one(node, lambda number: EXACT.remainder(number, divisor))


def _truncate(node: AnyNode) -> _Value:
    fields: dict[str, Any] = _TRUNCATED[node["unit"]]
    return _of_one(node, lambda instant: instant.replace(**fields))


def _elapsed(start: datetime, end: datetime) -> int:
    return (end - start) // _MICROSECOND


def _operation(name: str) -> Callable[[AnyNode], _Value]:
    function: Callable[[Any, Any], Any] = getattr(EXACT, name)
    return lambda node: _of_two(node["left"], node["right"], function)


_BUILDERS: dict[str, Callable[[AnyNode], _Value]] = {
    "absolute": lambda node: _of_one(node, EXACT.abs),
    "add": _operation("add"),
    "and": _and,
    "case": _case,
    "coalesce": _coalesce,
    "column": _column,
    "compare": lambda node: _of_two(node["left"], node["right"], _OPERATORS[node["operator"]]),
    "constant": _constant,
    "distinct": _distinct,
    "in": _in,
    "is_null": _is_null,
    "length": lambda node: _of_one(node, len),
    "matches": _matches,
    "microseconds_between": lambda node: _of_two(node["from"], node["to"], _elapsed),
    "modulo": _modulo,
    "multiply": _operation("multiply"),
    "negate": lambda node: _of_one(node, EXACT.minus),
    "not": _not,
    "or": _or,
    "starts_with": _starts_with,
    "subtract": _operation("subtract"),
    "truncate": _truncate,
}
