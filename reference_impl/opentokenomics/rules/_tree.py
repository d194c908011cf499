"""The tree of a predicate: how its nodes are made, typed and walked.

A node is a JSON object whose ``node`` names what it does. Value nodes also carry ``kind``, and numbers their
``precision`` and ``scale`` (as in SQL's DECIMAL), so that a printer needs nothing but the tree. A node without
``kind`` is boolean.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from opentokenomics.rules._errors import PredicateError

Node = dict[str, Any]
AnyNode = Mapping[str, Any]

TEXT, NUMBER, TIMESTAMP, BOOLEAN = "text", "number", "timestamp", "boolean"
INTEGER, DECIMAL = "integer", "decimal"

MAXIMUM_DIGITS = 38
"""The widest decimal that every engine holds."""


class Width(NamedTuple):
    """How many digits a number may have before and after the point."""

    whole: int
    scale: int

    @property
    def digits(self) -> int:
        """All digits, at least one."""
        return max(1, self.whole + self.scale)

    def with_room_for(self, other: Width) -> Width:
        """The narrowest width that holds the values of both exactly."""
        return Width(max(self.whole, other.whole), max(self.scale, other.scale))

    def checked(self, what: str) -> Width:
        """Itself, where every engine can hold it.

        Raises:
            PredicateError: the width is over 38 digits.
        """
        if self.digits > MAXIMUM_DIGITS:
            raise PredicateError(
                f"{what} needs {self.whole} digits before and {self.scale} after the point.",
                f"A number has at most {MAXIMUM_DIGITS} digits in all.",
            )
        return self


def kind_of(node: AnyNode) -> str:
    """What the node yields: text, number, timestamp or boolean."""
    kind: str = node.get("kind", BOOLEAN)
    return NUMBER if kind in {INTEGER, DECIMAL} else kind


def width_of(node: AnyNode) -> Width:
    """The width of a number node."""
    return Width(node["precision"] - node["scale"], node["scale"])


def number_node(name: str, kind: str, width: Width, **parts: object) -> Node:
    """A node that yields a number of this width."""
    return {"node": name, **parts, "kind": kind, "precision": width.digits, "scale": width.scale}


def children(node: AnyNode) -> Iterator[AnyNode]:
    """The nodes directly below, in the order in which they are written."""
    for part in node.values():
        if isinstance(part, Mapping):
            yield part
        elif isinstance(part, list | tuple):
            yield from (each for each in part if isinstance(each, Mapping))


def columns_of(tree: AnyNode) -> frozenset[str]:
    """The names of the columns that the predicate mentions."""
    found: set[str] = set()
    pending: list[AnyNode] = [tree]
    while pending:
        node = pending.pop()
        if node.get("node") == "column":
            found.add(node["name"])
        pending.extend(children(node))
    return frozenset(found)


def depth_of(tree: AnyNode) -> int:
    """How many nodes stand on the longest way down."""
    depth, level = 0, [tree]
    while level:
        depth += 1
        level = [child for node in level for child in children(node)]
    return depth
