"""A predicate over a record of which it is known that some columns are null: what is left of it to be evaluated.

Most inputs fill few of the columns that the standard knows, and an engine takes its time to plan what is never true.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass

from opentokenomics.rules._tree import BOOLEAN, AnyNode, Node, kind_of


@dataclass(frozen=True, slots=True)
class Known:
    """A value that needs no evaluation: True, False, or None for NULL."""

    value: bool | None


def narrowed(tree: AnyNode, absent: Collection[str]) -> AnyNode | Known:
    """The predicate where some columns are null.

    Args:
        tree: a compiled predicate.
        absent: names of the columns that are null.

    Returns:
        A tree with the same value on every record in which these columns are null, or the value itself.
    """
    return _NARROWED.get(tree["node"], _strict)(tree, absent)


def _column(tree: AnyNode, absent: Collection[str]) -> AnyNode | Known:
    return Known(None) if tree["name"] in absent else tree


def _constant(tree: AnyNode, _: Collection[str]) -> AnyNode | Known:
    return Known(bool(tree["value"])) if kind_of(tree) == BOOLEAN else tree


def _is_null(tree: AnyNode, absent: Collection[str]) -> AnyNode | Known:
    inner = narrowed(tree["of"], absent)
    return Known(inner.value is None) if isinstance(inner, Known) else tree


def _distinct(tree: AnyNode, absent: Collection[str]) -> AnyNode | Known:
    left, right = narrowed(tree["left"], absent), narrowed(tree["right"], absent)
    if isinstance(left, Known) and isinstance(right, Known):
        return Known(left.value is not right.value)
    return tree


def _not(tree: AnyNode, absent: Collection[str]) -> AnyNode | Known:
    inner = narrowed(tree["of"], absent)
    if isinstance(inner, Known):
        return Known(None if inner.value is None else not inner.value)
    return {**tree, "of": inner}


def _joined(tree: AnyNode, absent: Collection[str], *, decisive: bool) -> AnyNode | Known:
    """AND and OR: one decisive value decides, the other value changes nothing, and NULL stays what it is."""
    kept: list[AnyNode] = []
    nulls: list[AnyNode] = []
    for each in tree["of"]:
        part = narrowed(each, absent)
        if not isinstance(part, Known):
            kept.append(part)
        elif part.value is decisive:
            return part
        elif part.value is None:
            nulls.append(each)
    if not kept:
        return Known(None if nulls else not decisive)
    # There is no node for NULL, but a part that is null is one; of several, one is enough.
    parts = [*kept, *nulls[:1]]
    return parts[0] if len(parts) == 1 else {**tree, "of": parts}


def _case(tree: AnyNode, absent: Collection[str]) -> AnyNode | Known:
    branches: list[Node] = []
    for branch in tree["branches"]:
        when = narrowed(branch["when"], absent)
        if not isinstance(when, Known):
            branches.append({"when": when, "then": branch["then"]})
        elif when.value:
            return narrowed(branch["then"], absent) if not branches else _cased(tree, branches, branch["then"])
    if branches:
        return _cased(tree, branches, tree.get("else"))
    return narrowed(tree["else"], absent) if "else" in tree else Known(None)


def _cased(tree: AnyNode, branches: list[Node], otherwise: AnyNode | None) -> Node:
    rest = {name: value for name, value in tree.items() if name not in {"branches", "else"}}
    return {**rest, "branches": branches, **({} if otherwise is None else {"else": otherwise})}


def _coalesce(tree: AnyNode, absent: Collection[str]) -> AnyNode | Known:
    # Widths are those of all parts together, so that a part alone may not stand for the whole.
    return Known(None) if all(narrowed(each, absent) == Known(None) for each in tree["of"]) else tree


def _strict(tree: AnyNode, absent: Collection[str]) -> AnyNode | Known:
    """What is NULL wherever a part of it is."""
    for part in tree.values():
        if isinstance(part, Mapping) and narrowed(part, absent) == Known(None):
            return Known(None)
    return tree


_NARROWED: Mapping[str, Callable[[AnyNode, Collection[str]], AnyNode | Known]] = {
    "and": lambda tree, absent: _joined(tree, absent, decisive=False),
    "case": _case,
    "coalesce": _coalesce,
    "column": _column,
    "constant": _constant,
    "distinct": _distinct,
    "is_null": _is_null,
    "not": _not,
    "or": lambda tree, absent: _joined(tree, absent, decisive=True),
}
