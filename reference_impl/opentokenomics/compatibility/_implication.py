"""Whether one predicate follows from another on every record that a version allows.

The answer yes is proved; the answer no means that no proof was found.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from opentokenomics.compatibility._plain import NULL, TRUE
from opentokenomics.compatibility._possible import Domain, possible
from opentokenomics.standard import Tree


def true_only_where(one: Tree, other: Tree, domain: Domain) -> bool:
    """Whether every record that makes ``one`` TRUE makes ``other`` TRUE; both are plain trees."""
    return _Proof(domain, outcome=True).holds(one, other)


def false_only_where(one: Tree, other: Tree, domain: Domain) -> bool:
    """Whether every record that makes ``one`` FALSE makes ``other`` FALSE; both are plain trees."""
    return _Proof(domain, outcome=False).holds(one, other)


@dataclass(frozen=True)
class _Proof:
    """Shows that one predicate has an outcome only where another one has it."""

    domain: Domain
    outcome: bool

    @property
    def _union(self) -> str:
        """What has the outcome as soon as one of its parts has it."""
        return "or" if self.outcome else "and"

    @property
    def _meet(self) -> str:
        """What has the outcome only where all of its parts have it."""
        return "and" if self.outcome else "or"

    def holds(self, one: Tree, other: Tree) -> bool:
        never = self.outcome not in possible(one, self.domain).outcomes
        if never or possible(other, self.domain).outcomes == {self.outcome} or one == other:
            return True
        if one["node"] == self._union:
            return all(self.holds(part, other) for part in one["of"])
        if other["node"] == self._meet:
            return all(self.holds(one, part) for part in other["of"])
        alike = _ALIKE.get(one["node"]) if one["node"] == other["node"] else None
        return (alike is not None and alike(self, one, other)) or self._in_parts(one, other)

    def _in_parts(self, one: Tree, other: Tree) -> bool:
        return (
            (one["node"] == self._meet and any(self.holds(part, other) for part in one["of"]))
            or (other["node"] == self._union and any(self.holds(one, part) for part in other["of"]))
            or (one["node"] == "case" and all(self.holds(each["then"], other) for each in self._branches(one)))
            or (other["node"] == "case" and all(self.holds(one, each["then"]) for each in self._branches(other)))
        )

    def of_negations(self, one: Tree, other: Tree) -> bool:
        return _Proof(self.domain, outcome=not self.outcome).holds(one["of"], other["of"])

    def of_lists(self, one: Tree, other: Tree) -> bool:
        """Of two lists, the longer one is TRUE more often, the shorter one FALSE; impossible values do not count."""
        if one["of"] != other["of"]:
            return False
        held = possible(one["of"], self.domain).values
        first, second = set[object](one["values"]), set[object](other["values"])
        if held is not None:
            first, second = first & held, second & held
        return first <= second if self.outcome else second <= first

    def of_bounds(self, one: Tree, other: Tree) -> bool:
        """Of two bounds of one value, the wider one is TRUE more often, and the narrower one FALSE."""
        first, second = _bound(one), _bound(other)
        if first is None or second is None or one["left"] != other["left"] or first[0] != second[0]:
            return False
        return first <= second if self.outcome else second <= first

    def of_cases(self, one: Tree, other: Tree) -> bool:
        """Branch by branch, without those that no record reaches; a ``when`` matters only where it is TRUE."""
        first, second = self._branches(one), self._branches(other)
        same = _Proof(self.domain, outcome=True)
        return len(first) == len(second) and all(
            same.holds(a["when"], b["when"]) and same.holds(b["when"], a["when"]) and self.holds(a["then"], b["then"])
            for a, b in zip(first, second, strict=True)
        )

    def _branches(self, case: Tree) -> list[Mapping[str, Tree]]:
        """The branches that some record may reach; what comes after all of them is the last one."""
        found: list[Mapping[str, Tree]] = []
        for branch in case["branches"]:
            when = possible(branch["when"], self.domain).outcomes
            if True in when:
                found.append(branch)
            if when == {True}:
                return found
        return [*found, {"when": TRUE, "then": case.get("else", NULL)}]


def _bound(node: Tree) -> tuple[str, Decimal, bool] | None:
    """The side of a comparison with a number and how much it allows, in an order; None where it is no such one."""
    right, operator = node["right"], node["operator"]
    if right["node"] != "constant" or right["kind"] != "number" or operator in {"=", "<>"}:
        return None
    number = Decimal(right["value"])
    return operator[0], (number if operator[0] == "<" else -number), operator.endswith("=")


_ALIKE: Mapping[str, Callable[[_Proof, Tree, Tree], bool]] = {
    "case": _Proof.of_cases,
    "compare": _Proof.of_bounds,
    "in": _Proof.of_lists,
    "not": _Proof.of_negations,
}
