"""What a predicate can yield on the records of a version, found without looking at any record.

The answer errs on the side of too much: what is left out cannot happen, what is named perhaps can.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from itertools import product

from opentokenomics.standard import Kind, Tree


@dataclass(frozen=True, slots=True)
class Possible:
    """The values that a node may yield, None standing for all of its kind, and whether it may yield NULL."""

    values: frozenset[object] | None
    null: bool

    @property
    def outcomes(self) -> frozenset[object]:
        """The same for a condition: True and False, and None for NULL."""
        values = _BOTH if self.values is None else self.values
        return values | {None} if self.null else values


Domain = Mapping[str, Possible]
"""What the columns may hold; a column that is not in it holds nothing."""

_BOTH: frozenset[object] = frozenset({True, False})
_NEVER: frozenset[object] = frozenset()
NOTHING = Possible(_NEVER, null=True)
"""What a column holds that does not exist."""


def of_column(kind: Kind, values: Iterable[str], *, required: bool) -> Possible:
    """What a column of this kind may hold; ``values`` are those of a closed list, if it has one."""
    listed: frozenset[object] = frozenset(values)
    if kind is Kind.BOOLEAN:
        listed = _BOTH
    return Possible(listed or None, null=not required)


def possible(node: Tree, domain: Domain) -> Possible:
    """What a node may yield where columns hold what the domain says."""
    return _YIELDS.get(node["node"], _any_number)(node, domain)


def _column(node: Tree, domain: Domain) -> Possible:
    return domain.get(node["name"], NOTHING)


def _constant(node: Tree, _: Domain) -> Possible:
    value = node["value"]
    number = node["kind"] in {"number", "integer", "decimal"}
    return Possible(frozenset({Decimal(value) if number else value}), null=False)


def _is_null(node: Tree, domain: Domain) -> Possible:
    inner = possible(node["of"], domain)
    can = {True: inner.null, False: inner.values != _NEVER}
    return Possible(frozenset(outcome for outcome in can if can[outcome]), null=False)


def _not(node: Tree, domain: Domain) -> Possible:
    inner = possible(node["of"], domain)
    return Possible(frozenset(not value for value in inner.outcomes - {None}), inner.null)


def _junction(node: Tree, domain: Domain, *, decides: bool) -> Possible:
    """AND is decided by one FALSE, OR by one TRUE."""
    parts = [possible(each, domain).outcomes for each in node["of"]]
    values = set[object]()
    if any(decides in part for part in parts):
        values.add(decides)
    if all((not decides) in part for part in parts):
        values.add(not decides)
    undecided = all(part - {decides} for part in parts)
    return Possible(frozenset(values), null=undecided and any(None in part for part in parts))


def _compare(node: Tree, domain: Domain) -> Possible:
    left, right = possible(node["left"], domain), possible(node["right"], domain)
    null = left.null or right.null
    if _NEVER in {left.values, right.values}:
        return Possible(_NEVER, null=True)
    if left.values is None or right.values is None or node["operator"] not in _EQUALITIES:
        return Possible(_BOTH, null)
    equal = _EQUALITIES[node["operator"]]
    return Possible(frozenset((one == other) is equal for one, other in product(left.values, right.values)), null)


_EQUALITIES = {"=": True, "<>": False}


def _distinct(node: Tree, domain: Domain) -> Possible:
    left, right = possible(node["left"], domain), possible(node["right"], domain)
    if left.values is None or right.values is None:
        one, other = (left, right) if right.values is None else (right, left)
        never_equal = one.values == _NEVER and not other.null
        return Possible(frozenset({True}) if never_equal else _BOTH, null=False)
    pairs = product(left.outcomes, right.outcomes)
    return Possible(frozenset(one != other for one, other in pairs), null=False)


def _in(node: Tree, domain: Domain) -> Possible:
    inner = possible(node["of"], domain)
    if inner.values is None:
        return Possible(_BOTH, inner.null)
    return Possible(frozenset(value in node["values"] for value in inner.values), inner.null)


def _of_text(node: Tree, domain: Domain) -> Possible:
    inner = possible(node["of"], domain)
    return Possible(_NEVER if inner.values == _NEVER else _BOTH, inner.null)


def _case(node: Tree, domain: Domain) -> Possible:
    found: list[Possible] = []
    for branch in node["branches"]:
        when = possible(branch["when"], domain).outcomes
        if True in when:
            found.append(possible(branch["then"], domain))
        if when == {True}:
            break
    else:
        found.append(possible(node["else"], domain) if "else" in node else NOTHING)
    return _any_of(found)


def _coalesce(node: Tree, domain: Domain) -> Possible:
    found: list[Possible] = []
    for each in node["of"]:
        operand = possible(each, domain)
        found.append(Possible(operand.values, null=False))
        if not operand.null:
            return _any_of(found)
    return _any_of([*found, NOTHING])


def _any_of(parts: Iterable[Possible]) -> Possible:
    listed = list(parts)
    values = [part.values for part in listed if part.values is not None]
    null = any(part.null for part in listed)
    return Possible(frozenset().union(*values) if len(values) == len(listed) else None, null)


def _any_number(node: Tree, domain: Domain) -> Possible:
    """Arithmetic and its like: NULL where an operand is, and otherwise any value."""
    operands = [possible(part, domain) for part in node.values() if isinstance(part, Mapping)]
    if any(operand.values == _NEVER for operand in operands):
        return NOTHING
    return Possible(None, null=any(operand.null for operand in operands))


_YIELDS: Mapping[str, Callable[[Tree, Domain], Possible]] = {
    "and": lambda node, domain: _junction(node, domain, decides=False),
    "case": _case,
    "coalesce": _coalesce,
    "column": _column,
    "compare": _compare,
    "constant": _constant,
    "distinct": _distinct,
    "in": _in,
    "is_null": _is_null,
    "matches": _of_text,
    "not": _not,
    "null": lambda _, __: NOTHING,
    "or": lambda node, domain: _junction(node, domain, decides=True),
    "starts_with": _of_text,
}
