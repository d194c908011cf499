"""Tree to DuckDB SQL.

The relation is typed already: VARCHAR, BIGINT for integers, DECIMAL(precision, scale), TIMESTAMP without zone, BOOLEAN.
Every operand of arithmetic is widened to 38 digits first, because DuckDB otherwise computes in the width of the
operands and aborts where the result outgrows it. The compiler has proved that 38 digits suffice.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from opentokenomics.rules._tree import (
    BOOLEAN,
    DECIMAL,
    INTEGER,
    MAXIMUM_DIGITS,
    NUMBER,
    TEXT,
    AnyNode,
    kind_of,
    width_of,
)

if TYPE_CHECKING:
    from collections.abc import Callable

_BIGINT_DIGITS = 18
"""Digits that always fit DuckDB's BIGINT."""


def to_duckdb(tree: AnyNode, qualifier: str | None = None) -> str:
    """The predicate as a boolean expression over quoted column names.

    Args:
        tree: a compiled predicate.
        qualifier: name of the relation to put before each column.
    """
    return _Printer("" if qualifier is None else quoted_name(qualifier) + ".").show(tree)


def quoted_name(name: str) -> str:
    """A name as SQL writes it, whatever characters it holds."""
    return '"' + name.replace('"', '""') + '"'


def quoted_text(text: str) -> str:
    """A text literal as SQL writes it."""
    return "'" + text.replace("'", "''") + "'"


class _Printer:
    """Prints each node as an expression that needs no further parentheses."""

    def __init__(self, prefix: str) -> None:
        self.prefix = prefix
        self.methods: dict[str, Callable[[AnyNode], str]] = {
            "absolute": lambda node: f"abs({self.wide(node['of'])})",
            "add": lambda node: self.sum(node, "+"),
            "and": lambda node: self.joined(node, " AND "),
            "case": self.case,
            "coalesce": self.coalesce,
            "column": lambda node: self.prefix + quoted_name(node["name"]),
            "compare": lambda node: self.compared(node, node["operator"]),
            "constant": self.constant,
            "distinct": lambda node: self.compared(node, "IS DISTINCT FROM"),
            "in": self.membership,
            "is_null": lambda node: f"({self.show(node['of'])} IS NULL)",
            "length": lambda node: f"length({self.show(node['of'])})",
            "matches": lambda node: f"regexp_full_match({self.show(node['of'])}, {quoted_text(node['pattern'])})",
            "microseconds_between": self.elapsed,
            "modulo": self.modulo,
            "multiply": lambda node: f"({self.wide(node['left'])} * {self.wide(node['right'])})",
            "negate": lambda node: f"(- {self.wide(node['of'])})",
            "not": lambda node: f"(NOT {self.show(node['of'])})",
            "or": lambda node: self.joined(node, " OR "),
            "starts_with": lambda node: f"starts_with({self.show(node['of'])}, {quoted_text(node['prefix'])})",
            "subtract": lambda node: self.sum(node, "-"),
            "truncate": lambda node: f"CAST(date_trunc('{node['unit']}', {self.show(node['of'])}) AS TIMESTAMP)",
        }

    def show(self, node: AnyNode) -> str:
        return self.methods[node["node"]](node)

    def constant(self, node: AnyNode) -> str:
        if node["kind"] == TEXT:
            return quoted_text(node["value"])
        if node["kind"] == BOOLEAN:
            return "TRUE" if node["value"] else "FALSE"
        return str(node["value"])

    def cast(self, node: AnyNode, precision: int, scale: int) -> str:
        """A number as DECIMAL(precision, scale); what has that type already is left as it is."""
        if node["node"] == "constant":
            return f"CAST('{node['value']}' AS DECIMAL({precision}, {scale}))"
        own = (node["precision"] if node["node"] == "column" else MAXIMUM_DIGITS, node["scale"])
        if node["kind"] == DECIMAL and own == (precision, scale):
            return self.show(node)
        return f"CAST({self.show(node)} AS DECIMAL({precision}, {scale}))"

    def wide(self, node: AnyNode, scale: int | None = None) -> str:
        return self.cast(node, MAXIMUM_DIGITS, node["scale"] if scale is None else scale)

    def sum(self, node: AnyNode, operator: str) -> str:
        scale = node["scale"]
        return f"({self.wide(node['left'], scale)} {operator} {self.wide(node['right'], scale)})"

    def modulo(self, node: AnyNode) -> str:
        divisor = f"CAST('{node['divisor']}' AS DECIMAL({MAXIMUM_DIGITS}, {node['scale']}))"
        return f"({self.wide(node['of'])} % {divisor})"

    def compared(self, node: AnyNode, operator: str) -> str:
        """Numbers are compared in one type that holds both, chosen here and not by the engine."""
        left, right = node["left"], node["right"]
        if kind_of(left) != NUMBER or (_is_bigint(left) and _is_bigint(right)):
            return f"({self.show(left)} {operator} {self.show(right)})"
        width = width_of(left).with_room_for(width_of(right))
        plain = {left["node"], right["node"]} <= {"column", "constant"}
        precision = width.digits if plain else MAXIMUM_DIGITS
        return f"({self.cast(left, precision, width.scale)} {operator} {self.cast(right, precision, width.scale)})"

    def joined(self, node: AnyNode, word: str) -> str:
        return "(" + word.join(self.show(each) for each in node["of"]) + ")"

    def membership(self, node: AnyNode) -> str:
        return f"({self.show(node['of'])} IN ({', '.join(quoted_text(value) for value in node['values'])}))"

    def case(self, node: AnyNode) -> str:
        branches = "".join(
            f" WHEN {self.show(each['when'])} THEN {self.show(each['then'])}" for each in node["branches"]
        )
        otherwise = f" ELSE {self.show(node['else'])}" if "else" in node else ""
        return f"(CASE{branches}{otherwise} END)"

    def coalesce(self, node: AnyNode) -> str:
        scale = node.get("scale")
        operands = [self.show(each) if scale is None else self.wide(each, scale) for each in node["of"]]
        return f"coalesce({', '.join(operands)})"

    def elapsed(self, node: AnyNode) -> str:
        return f"(epoch_us({self.show(node['to'])}) - epoch_us({self.show(node['from'])}))"


def _is_bigint(node: AnyNode) -> bool:
    return node["kind"] == INTEGER and width_of(node).digits <= _BIGINT_DIGITS
