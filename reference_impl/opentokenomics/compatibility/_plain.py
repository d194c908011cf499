"""Brings predicates into the form in which two of them are compared."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from opentokenomics.standard import NAMED, Tree

NULL: Tree = {"node": "null"}
TRUE: Tree = {"node": "constant", "kind": "boolean", "value": True}

_OPPOSITE = {"=": "<>", "<>": "=", "<": ">=", ">=": "<", ">": "<=", "<=": ">"}
_MIRRORED = {"=": "=", "<>": "<>", "<": ">", ">": "<", "<=": ">=", ">=": "<="}
_WIDTHS = {"kind", "precision", "scale"}
_BOTH = {"left", "right"}
_MEMBERS = {
    **{name: {"of"} for name in ("and", "or", "not", "is_null")},
    "column": {"name"},
    "constant": {"value"},
    "distinct": _BOTH,
    "compare": _BOTH | {"operator"},
    "in": {"of", "values"},
}
"""Of the nodes that are written anew; other ones are left as they are, whatever they say."""


@dataclass(frozen=True, slots=True)
class Renaming:
    """What columns, and the values of columns under their new names, are called in the next version."""

    columns: Mapping[str, str] = field(default_factory=dict)
    values: Mapping[str, Mapping[str, str]] = field(default_factory=dict)

    def __bool__(self) -> bool:
        return bool(self.columns or self.values)

    @property
    def inverse(self) -> Renaming:
        """What they were called before."""
        columns = {now: before for before, now in self.columns.items()}
        values = {
            columns.get(column, column): {now: before for before, now in renamed.items()}
            for column, renamed in self.values.items()
        }
        return Renaming(columns, values)

    def of(self, name: str) -> str:
        """What a column is called now; a column of a named record keeps its prefix."""
        return self.columns.get(name, name)

    def all_of(self, names: tuple[str, ...]) -> tuple[str, ...]:
        """The same for several columns."""
        return tuple(map(self.of, names))

    def beside(self, named: Renaming) -> Renaming:
        """For predicates on two records: this one's names, and the prefixed names of the record that is referred to."""
        columns = {NAMED + old: NAMED + new for old, new in named.columns.items()}
        values = {NAMED + column: renamed for column, renamed in named.values.items()}
        return Renaming({**self.columns, **columns}, {**self.values, **values})


def plain(tree: Tree | None, renaming: Renaming) -> Tree:
    """A predicate without what does not change its meaning; no predicate is TRUE.

    Widths of numbers are left out, equality with a text is ``in``, constants stand on the right, AND and OR are flat,
    and a negation stands only before what has no opposite.

    Raises:
        ValueError: A node has a member that is not known, which may change its meaning.
    """
    return TRUE if tree is None else _plain(tree, renaming)


def _plain(node: Tree, renaming: Renaming) -> Tree:  # noqa: PLR0911 - one for each form
    if unknown := node.keys() - _MEMBERS.get(node["node"], node.keys()) - _WIDTHS - {"node"}:
        message = f"a node {node['node']!r} has members that are not known: {', '.join(sorted(unknown))}"
        raise ValueError(message)
    match node["node"]:
        case "column":
            return _column(renaming.of(node["name"]), renaming)
        case "is_null":
            return {"node": "is_null", "of": _settled(_plain(node["of"], renaming))}
        case "distinct":
            left, right = _alike(_plain(node["left"], renaming), _plain(node["right"], renaming))
            return {"node": "distinct", "left": left, "right": right}
        case "constant":
            return _constant(node)
        case "not":
            return _negated(_plain(node["of"], renaming))
        case "and" | "or":
            return _flat(node["node"], [_plain(each, renaming) for each in node["of"]])
        case "compare":
            return _compare(node["operator"], _plain(node["left"], renaming), _plain(node["right"], renaming), renaming)
        case "in":
            return _in(_plain(node["of"], renaming), node["values"], renaming)
        case _:
            return {name: _part(part, renaming) for name, part in node.items() if name not in _WIDTHS}


def _column(name: str, renaming: Renaming) -> Tree:
    """A column; where its values have new names, it is another one, except to what follows them."""
    renamed = renaming.values.get(name)
    return {"node": "column", "name": name, **({"renamed": dict(renamed)} if renamed else {})}


def _settled(operand: Tree) -> Tree:
    """An operand that is all the same whatever its values are called."""
    return {"node": "column", "name": operand["name"]} if operand["node"] == "column" else operand


def _alike(left: Tree, right: Tree) -> tuple[Tree, Tree]:
    """Two columns that are equal where they were equal, since their values have the same new names."""
    if left["node"] == right["node"] == "column" and left.get("renamed") == right.get("renamed"):
        return _settled(left), _settled(right)
    return left, right


def _part(part: Any, renaming: Renaming) -> Any:  # noqa: ANN401 - a member of a node
    if isinstance(part, Mapping):
        return (
            _plain(part, renaming) if "node" in part else {name: _part(each, renaming) for name, each in part.items()}
        )
    return [_part(each, renaming) for each in part] if isinstance(part, list) else part


def _constant(node: Tree) -> Tree:
    if node["kind"] in {"text", "boolean"}:
        return {"node": "constant", "kind": node["kind"], "value": node["value"]}
    return {"node": "constant", "kind": "number", "value": str(Decimal(node["value"]).normalize())}


def _flat(name: str, parts: list[Tree]) -> Tree:
    flat: list[Tree] = []
    for part in parts:
        flat += part["of"] if part["node"] == name else [part]
    return {"node": name, "of": flat}


def _compare(operator: str, left: Tree, right: Tree, renaming: Renaming) -> Tree:
    if left["node"] == "constant" and right["node"] != "constant":
        operator, left, right = _MIRRORED[operator], right, left
    if right["node"] == "constant" and right["kind"] == "text":
        among = _in(left, [right["value"]], renaming)
        return among if operator == "=" else _negated(among)
    left, right = _alike(left, right)
    return {"node": "compare", "operator": operator, "left": left, "right": right}


def _in(operand: Tree, values: list[str], renaming: Renaming) -> Tree:
    renamed = renaming.values.get(operand["name"], {}) if operand["node"] == "column" else {}
    return {"node": "in", "of": _settled(operand), "values": sorted({renamed.get(value, value) for value in values})}


def _negated(tree: Tree) -> Tree:
    """The opposite, also where the tree is NULL: NULL."""
    match tree["node"]:
        case "not":
            inner: Tree = tree["of"]
            return inner
        case "and" | "or":
            return _flat("or" if tree["node"] == "and" else "and", [_negated(each) for each in tree["of"]])
        case "compare":
            return {**tree, "operator": _OPPOSITE[tree["operator"]]}
        case "constant":
            return {**tree, "value": not tree["value"]}
        case "case":
            branches = [{"when": each["when"], "then": _negated(each["then"])} for each in tree["branches"]]
            otherwise = {"else": _negated(tree["else"])} if "else" in tree else {}
            return {"node": "case", "branches": branches, **otherwise}
        case _:
            return {"node": "not", "of": tree}
