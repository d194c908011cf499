"""Tree to SQL of any dialect.

The relation is typed already: text, 64-bit integers, exact decimals of the columns' own widths, instants without a
zone, booleans. Every number is written in a type that is chosen here and not by an engine, so that nothing is rounded;
the compiler has proved that 38 digits suffice.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from opentokenomics.rules._dialects import DUCKDB, SPARK, Arithmetic, Dialect
from opentokenomics.rules._errors import PredicateError
from opentokenomics.rules._tree import (
    BOOLEAN,
    DECIMAL,
    INTEGER,
    MAXIMUM_DIGITS,
    NUMBER,
    TEXT,
    AnyNode,
    Width,
    kind_of,
    width_of,
)

if TYPE_CHECKING:
    from collections.abc import Callable

_INTEGER_DIGITS = 18
"""Digits that always fit 64 bits."""

_WITHOUT_SIGN = "TRIM(LEADING '-' FROM {0})"
_WITH_OTHER_SIGN = "CASE WHEN {0} LIKE '-%' THEN SUBSTRING({0}, 2) ELSE '-' || {0} END"


def to_sql(tree: AnyNode, dialect: Dialect, qualifier: str | None = None) -> str:
    """The predicate as a boolean expression over quoted column names.

    Args:
        tree: a compiled predicate.
        dialect: how to spell it.
        qualifier: name of the relation to put before each column.

    Raises:
        PredicateError: the dialect cannot compute the predicate exactly.
    """
    return _Printer(dialect, "" if qualifier is None else dialect.identifier(qualifier) + ".").show(tree)


def to_duckdb(tree: AnyNode, qualifier: str | None = None) -> str:
    """The predicate as :func:`to_sql` writes it for DuckDB."""
    return to_sql(tree, DUCKDB, qualifier)


def to_spark(tree: AnyNode, qualifier: str | None = None) -> str:
    """The predicate as :func:`to_sql` writes it for Apache Spark.

    Raises:
        PredicateError: Spark cannot compute the predicate exactly.
    """
    return to_sql(tree, SPARK, qualifier)


class _Printer:
    """Prints each node as an expression that needs no further parentheses."""

    def __init__(self, dialect: Dialect, prefix: str) -> None:
        self.dialect = dialect
        self.prefix = prefix
        self.methods: dict[str, Callable[[AnyNode], str]] = {
            "absolute": lambda node: self.signed(node, "abs({0})", _WITHOUT_SIGN),
            "add": lambda node: self.sum(node, "+"),
            "and": lambda node: self.joined(node, " AND "),
            "case": self.case,
            "coalesce": self.coalesce,
            "column": lambda node: self.prefix + dialect.identifier(node["name"]),
            "compare": lambda node: self.compared(node, node["operator"]),
            "constant": self.constant,
            "distinct": lambda node: self.compared(node, "IS DISTINCT FROM"),
            "in": self.membership,
            "is_null": lambda node: f"({self.show(node['of'])} IS NULL)",
            "length": lambda node: dialect.length.format(self.show(node["of"])),
            "matches": lambda node: dialect.full_match(self.show(node["of"]), node["pattern"]),
            "microseconds_between": lambda node: dialect.microseconds.format(
                self.show(node["from"]), self.show(node["to"])
            ),
            "modulo": self.modulo,
            "multiply": self.product,
            "negate": lambda node: self.signed(node, "(- {0})", _WITH_OTHER_SIGN),
            "not": lambda node: f"(NOT {self.show(node['of'])})",
            "or": lambda node: self.joined(node, " OR "),
            "starts_with": lambda node: dialect.starts_with.format(
                self.show(node["of"]), dialect.literal(node["prefix"])
            ),
            "subtract": lambda node: self.sum(node, "-"),
            "truncate": lambda node: dialect.truncate.format(node["unit"], node["unit"].upper(), self.show(node["of"])),
        }

    def show(self, node: AnyNode) -> str:
        return self.methods[node["node"]](node)

    def constant(self, node: AnyNode) -> str:
        if node["kind"] == TEXT:
            return self.dialect.literal(node["value"])
        if node["kind"] == BOOLEAN:
            return "TRUE" if node["value"] else "FALSE"
        return str(node["value"])

    # Numbers

    def cast(self, node: AnyNode, precision: int, scale: int) -> str:
        """A number in the type of that width; what has that type already is left as it is."""
        if node["node"] == "constant":
            return self.dialect.number(node["value"], precision, scale)
        if node["kind"] == DECIMAL:
            is_free = self.dialect.arithmetic is Arithmetic.UNBOUNDED
            if is_free or self.type_of(node) == (precision, scale):
                return self.show(node)
        return f"CAST({self.show(node)} AS {self.dialect.decimal.format(precision, scale)})"

    def type_of(self, node: AnyNode) -> tuple[int, int]:
        """Precision and scale of what :meth:`show` writes for a decimal."""
        is_widened = self.dialect.arithmetic is Arithmetic.WIDENED and node["node"] != "column"
        return MAXIMUM_DIGITS if is_widened else node["precision"], node["scale"]

    def operand(self, node: AnyNode, scale: int | None = None) -> str:
        """A number as an operand of arithmetic; with a scale, engines that widen operands have it at that scale."""
        if self.dialect.arithmetic is Arithmetic.WIDENED:
            return self.cast(node, MAXIMUM_DIGITS, node["scale"] if scale is None else scale)
        return self.cast(node, node["precision"], node["scale"])

    def result(self, node: AnyNode, expression: str) -> str:
        """The result of arithmetic, of which the compiler knows how wide it is."""
        if self.dialect.arithmetic is not Arithmetic.BOUNDED:
            return expression
        return f"CAST({expression} AS {self.dialect.decimal.format(node['precision'], node['scale'])})"

    def sum(self, node: AnyNode, operator: str) -> str:
        left, right = (self.operand(node[side], node["scale"]) for side in ("left", "right"))
        return self.result(node, f"({left} {operator} {right})")

    def signed(self, node: AnyNode, usual: str, written: str) -> str:
        """A number with another sign, or none; on its text, where the engine would round it."""
        operand = self.operand(node["of"])
        if node["precision"] <= self.dialect.widest_sign:
            return usual.format(operand)
        text = f"CAST({operand} AS {self.dialect.text})"
        return self.result(node, written.format(text))

    def product(self, node: AnyNode) -> str:
        one, other, most = node["left"], node["right"], self.dialect.widest_product
        if most is not None and one["precision"] + other["precision"] > most:
            raise PredicateError(
                f"A product of {one['precision']} and {other['precision']} digits loses some in {self.dialect.title}.",
                f"Its operands have at most {most} digits together.",
            )
        left, free = self.operand(one), self.dialect.free_scale
        if free is not None and node["scale"] > free:
            left = f"CAST({left} AS {self.dialect.decimal.format(MAXIMUM_DIGITS, node['scale'])})"
        return self.result(node, f"({left} * {self.operand(other)})")

    def modulo(self, node: AnyNode) -> str:
        divisor = node["divisor"]
        is_widened = self.dialect.arithmetic is Arithmetic.WIDENED
        width = Width(MAXIMUM_DIGITS - node["scale"], node["scale"]) if is_widened else Width(len(divisor), 0)
        by = self.dialect.number(divisor, width.digits, width.scale)
        return self.result(node, self.dialect.modulo.format(self.operand(node["of"]), by))

    def compared(self, node: AnyNode, operator: str) -> str:
        """Numbers are compared in one type that holds both, chosen here and not by the engine."""
        left, right = node["left"], node["right"]
        if kind_of(left) != NUMBER or (_is_small_integer(left) and _is_small_integer(right)):
            return f"({self.show(left)} {operator} {self.show(right)})"
        width = width_of(left).with_room_for(width_of(right))
        is_plain = {left["node"], right["node"]} <= {"column", "constant"}
        is_widened = self.dialect.arithmetic is Arithmetic.WIDENED and not is_plain
        precision = MAXIMUM_DIGITS if is_widened else width.digits
        return f"({self.cast(left, precision, width.scale)} {operator} {self.cast(right, precision, width.scale)})"

    def coalesce(self, node: AnyNode) -> str:
        if kind_of(node) != NUMBER:
            return f"coalesce({', '.join(self.show(each) for each in node['of'])})"
        is_widened = self.dialect.arithmetic is Arithmetic.WIDENED
        precision = MAXIMUM_DIGITS if is_widened else node["precision"]
        return f"coalesce({', '.join(self.cast(each, precision, node['scale']) for each in node['of'])})"

    # Conditions

    def joined(self, node: AnyNode, word: str) -> str:
        return "(" + word.join(self.show(each) for each in node["of"]) + ")"

    def membership(self, node: AnyNode) -> str:
        values = ", ".join(self.dialect.literal(value) for value in node["values"])
        return f"({self.show(node['of'])} IN ({values}))"

    def case(self, node: AnyNode) -> str:
        branches = "".join(
            f" WHEN {self.show(each['when'])} THEN {self.show(each['then'])}" for each in node["branches"]
        )
        otherwise = f" ELSE {self.show(node['else'])}" if "else" in node else ""
        return f"(CASE{branches}{otherwise} END)"


def _is_small_integer(node: AnyNode) -> bool:
    return node["kind"] == INTEGER and width_of(node).digits <= _INTEGER_DIGITS
