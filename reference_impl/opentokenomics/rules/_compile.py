"""Predicate text to tree, at build time.

sqlglot only parses. Every node of its syntax tree is looked up in a table of what is allowed, typed with the kinds of
the columns, and rebuilt as a node of our own; what is not in the table is refused.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from opentokenomics.rules import _functions
from opentokenomics.rules._errors import PredicateError
from opentokenomics.rules._lexical import FUNCTION_PREFIX, read_words
from opentokenomics.rules._tree import (
    BOOLEAN,
    DECIMAL,
    INTEGER,
    NUMBER,
    TEXT,
    TIMESTAMP,
    Node,
    Width,
    depth_of,
    kind_of,
    number_node,
    width_of,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from sqlglot.expressions import Expr

    from opentokenomics.standard import Column

MAXIMUM_DEPTH = 60

_KINDS = {
    "string": TEXT,
    "enum": TEXT,
    "integer": INTEGER,
    "decimal": DECIMAL,
    "timestamp": TIMESTAMP,
    "boolean": BOOLEAN,
}
_ORDER = {"LT": "<", "LTE": "<=", "GT": ">", "GTE": ">="}
_EQUALITY = {"EQ": "=", "NEQ": "<>"}


def compile_text(text: str, columns: Mapping[str, Column]) -> Node:
    """The tree of a predicate; see :func:`opentokenomics.rules.compile_predicate`."""
    import sqlglot
    from sqlglot.errors import SqlglotError

    spelled = read_words(text, columns)
    try:
        tree = _Compiler(columns).node(sqlglot.parse_one(spelled))
    except SqlglotError as error:
        raise PredicateError("The predicate is not well formed.", "Check its parentheses, commas and words.") from error
    except RecursionError:
        raise _too_deep() from None
    if kind_of(tree) != BOOLEAN:
        raise PredicateError(f"The predicate yields a {kind_of(tree)}.", "It must be a condition.")
    if depth_of(tree) > MAXIMUM_DEPTH:
        raise _too_deep()
    return tree


def _too_deep() -> PredicateError:
    return PredicateError("The predicate is nested too deeply.", "Split it into several rules.")


class _Compiler:
    """One method for each family of syntax nodes."""

    def __init__(self, columns: Mapping[str, Column]) -> None:
        self.columns = columns
        self.methods: dict[str, Callable[[Any], Node]] = {
            "Paren": lambda syntax: self.node(syntax.this),
            "Column": self.column,
            "Literal": self.literal,
            "Boolean": lambda syntax: {"node": "constant", "kind": BOOLEAN, "value": bool(syntax.this)},
            "And": lambda syntax: self.junction("and", syntax),
            "Or": lambda syntax: self.junction("or", syntax),
            "Not": lambda syntax: {"node": "not", "of": self.condition(syntax.this)},
            "Is": lambda syntax: {"node": "is_null", "of": self.node(syntax.this)},
            "NullSafeEQ": lambda syntax: {"node": "not", "of": self.distinct(syntax)},
            "NullSafeNEQ": self.distinct,
            "Between": self.between,
            "In": self.membership,
            "Case": self.case,
            "Add": lambda syntax: self.arithmetic("add", syntax),
            "Sub": lambda syntax: self.arithmetic("subtract", syntax),
            "Mul": lambda syntax: self.arithmetic("multiply", syntax),
            "Neg": self.negative,
            "Anonymous": self.function,
            **dict.fromkeys([*_ORDER, *_EQUALITY], self.comparison),
        }

    def node(self, syntax: Expr) -> Node:
        method = self.methods.get(type(syntax).__name__)
        if method is None:
            raise PredicateError(
                f"{syntax.key.upper()} is outside the portable subset.",
                "Allowed are comparisons, AND, OR, NOT, IN, BETWEEN, IS NULL, CASE, + - * and the listed functions.",
            )
        return method(syntax)

    def condition(self, syntax: Expr) -> Node:
        return self.of_kind(syntax, BOOLEAN)

    def of_kind(self, syntax: Expr, kind: str) -> Node:
        node = self.node(syntax)
        if kind_of(node) != kind:
            raise PredicateError(f"A {kind_of(node)} stands where a {kind} is expected.", "Kinds are never converted.")
        return node

    def column(self, syntax: Expr) -> Node:
        name = syntax.name
        column = self.columns[name]
        kind = _KINDS.get(column.kind.value)
        if kind is None:
            raise PredicateError(
                f"The column {name} is a {column.kind.value}.",
                "Predicates speak of strings, enums, integers, decimals, timestamps and booleans.",
            )
        node: Node = {"node": "column", "name": name, "kind": kind}
        if kind in {INTEGER, DECIMAL}:
            width = _column_width(column)
            node |= {"precision": width.digits, "scale": width.scale}
        return node

    def literal(self, syntax: Expr) -> Node:
        if syntax.is_string:
            return {"node": "constant", "kind": TEXT, "value": syntax.this}
        return _number_constant(str(syntax.this))

    def junction(self, name: str, syntax: Expr) -> Node:
        """One node for a whole chain, however long; the chain leans to the left."""
        conditions = []
        rest = syntax
        while type(rest) is type(syntax):
            conditions.append(self.condition(rest.expression))
            rest = rest.this
        conditions.append(self.condition(rest))
        return {"node": name, "of": conditions[::-1]}

    def pair(self, left: Expr, right: Expr) -> tuple[Node, Node]:
        one, other = self.node(left), self.node(right)
        if kind_of(one) != kind_of(other):
            raise PredicateError(
                f"A {kind_of(one)} is compared with a {kind_of(other)}.", "Both sides must be of one kind."
            )
        if kind_of(one) == NUMBER:
            width_of(one).with_room_for(width_of(other)).checked("A comparison")
        self.check_enum(one, other)
        self.check_enum(other, one)
        return one, other

    def check_enum(self, one: Node, other: Node) -> None:
        if one["node"] != "column" or other["node"] != "constant":
            return
        values = self.columns[one["name"]].values
        if values and one["kind"] == TEXT and other["value"] not in values:
            raise PredicateError(f"{one['name']} is never {other['value']!r}.", f"Its values are {', '.join(values)}.")

    def comparison(self, syntax: Expr) -> Node:
        name = type(syntax).__name__
        one, other = self.pair(syntax.this, syntax.expression)
        if name in _ORDER and kind_of(one) not in {NUMBER, TIMESTAMP}:
            raise PredicateError(
                f"{_ORDER[name]} compares two values of kind {kind_of(one)}.",
                "Only numbers and timestamps have an order.",
            )
        operator = _ORDER.get(name) or _EQUALITY[name]
        return {"node": "compare", "operator": operator, "left": one, "right": other}

    def distinct(self, syntax: Expr) -> Node:
        one, other = self.pair(syntax.this, syntax.expression)
        return {"node": "distinct", "left": one, "right": other}

    def between(self, syntax: Expr) -> Node:
        bounds = []
        for operator, bound in ((">=", syntax.args["low"]), ("<=", syntax.args["high"])):
            one, other = self.pair(syntax.this, bound)
            if kind_of(one) not in {NUMBER, TIMESTAMP}:
                raise PredicateError(
                    f"BETWEEN compares values of kind {kind_of(one)}.", "Only numbers and timestamps have an order."
                )
            bounds.append({"node": "compare", "operator": operator, "left": one, "right": other})
        return {"node": "and", "of": bounds}

    def membership(self, syntax: Expr) -> Node:
        """IN on text is a node of its own; on numbers it means the same as a chain of comparisons."""
        pairs = [self.pair(syntax.this, each) for each in syntax.expressions]
        subject, constants = pairs[0][0], [other for _, other in pairs]
        if any(each["node"] != "constant" for each in constants) or kind_of(subject) not in {TEXT, NUMBER}:
            raise PredicateError("IN lists something other than literals.", "Write texts or numbers, and never NULL.")
        if kind_of(subject) == TEXT:
            return {"node": "in", "of": subject, "values": [each["value"] for each in constants]}
        equals = [{"node": "compare", "operator": "=", "left": subject, "right": each} for each in constants]
        return equals[0] if len(equals) == 1 else {"node": "or", "of": equals}

    def case(self, syntax: Expr) -> Node:
        branches = [
            {"when": self.condition(branch.this), "then": self.condition(branch.args["true"])}
            for branch in syntax.args["ifs"]
        ]
        node: Node = {"node": "case", "branches": branches}
        if syntax.args.get("default") is not None:
            node["else"] = self.condition(syntax.args["default"])
        return node

    def arithmetic(self, name: str, syntax: Expr) -> Node:
        one, other = self.of_kind(syntax.this, NUMBER), self.of_kind(syntax.expression, NUMBER)
        left, right = width_of(one), width_of(other)
        if name == "multiply":
            width = Width(left.whole + right.whole, left.scale + right.scale)
        else:
            both = left.with_room_for(right)
            width = Width(both.whole + 1, both.scale)
        return number_node(name, DECIMAL, width.checked(f"The node {name}"), left=one, right=other)

    def negative(self, syntax: Expr) -> Node:
        node = self.of_kind(syntax.this, NUMBER)
        if node["node"] == "constant" and node["value"] != "0" and not node["value"].startswith("-"):
            return {**node, "value": "-" + node["value"]}
        return number_node("negate", DECIMAL, width_of(node), of=node)

    def function(self, syntax: Expr) -> Node:
        name = str(syntax.this).removeprefix(FUNCTION_PREFIX)
        return _functions.build(name, [self.node(each) for each in syntax.expressions])


def _number_constant(text: str) -> Node:
    """A number as written, without the zeros that say nothing."""
    whole, _, fraction = text.partition(".")
    whole, fraction = whole.lstrip("0"), fraction.rstrip("0")
    width = Width(len(whole), len(fraction)).checked("A number")
    value = (whole or "0") + ("." + fraction if fraction else "")
    return number_node("constant", DECIMAL if fraction else INTEGER, width, value=value)


def _column_width(column: Column) -> Width:
    if column.precision is not None and column.scale is not None:
        return Width(column.precision - column.scale, column.scale).checked(f"The column {column.name}")
    ranges = [shape for shape in column.shapes if shape.facet.value == "range"]
    lows = [shape.low for shape in ranges if shape.low is not None]
    highs = [shape.high for shape in ranges if shape.high is not None]
    if lows and highs:
        return Width(len(str(max(abs(max(lows)), abs(min(highs))))), 0).checked(f"The column {column.name}")
    raise PredicateError(
        f"The column {column.name} has no stated number of digits.",
        "A decimal needs a precision and a scale, an integer a minimum and a maximum.",
    )
