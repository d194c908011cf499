"""Which columns a check reads: those of the record that it judges, and those of the one that this names."""

from __future__ import annotations

from opentokenomics.rules._tree import columns_of
from opentokenomics.standard import (
    NAMED,
    Acyclic,
    Check,
    Group,
    NoOverlap,
    Predicate,
    Quotient,
    References,
    Unique,
)


def named_in(check: Check) -> set[str]:  # noqa: PLR0911 - one per kind
    """The columns that a check on sets names, other than those in its ``where`` and those of the named record."""
    match check:
        case Group():
            return {*check.by, *(name for name in (check.column, check.total, check.upper) if name)}
        case Unique():
            return set(check.columns)
        case References():
            return {check.column, *check.compare, *(own for own, _ in check.match), *mentioned(check.predicate)}
        case Acyclic():
            return {check.start, check.to}
        case Quotient():
            return {check.numerator, check.denominator, check.value}
        case NoOverlap():
            ends = {name for ends in check.ranges for name in ends}
            return {*check.by, *ends, *((check.apart,) if check.apart else ())}
        case _:
            return set()


def named_by(check: References) -> set[str]:
    """The columns by which a reference finds the named record, and those that its predicate mentions of it."""
    names = columns_of(check.predicate.tree) if check.predicate else frozenset[str]()
    others = {name.removeprefix(NAMED) for name in names if name.startswith(NAMED)}
    return {check.to_column, *(other for _, other in check.match)} | others


def mentioned(predicate: Predicate | None) -> set[str]:
    """The columns of the record itself that a predicate mentions."""
    names = columns_of(predicate.tree) if predicate else frozenset[str]()
    return {name for name in names if not name.startswith(NAMED)}
