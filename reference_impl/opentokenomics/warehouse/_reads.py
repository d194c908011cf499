"""Which columns a rule reads."""

from __future__ import annotations

from opentokenomics.rules import columns_of
from opentokenomics.standard import (
    NAMED,
    Check,
    Group,
    NoOverlap,
    Predicate,
    ReferenceRule,
    References,
    Requirement,
    Row,
    Unique,
)


def read_by(requirement: Requirement) -> set[str]:
    """The columns of a record of which no value may be malformed, so that the requirement's rule is evaluated on it."""
    check = requirement.check
    where = mentioned(getattr(check, "where", None))
    if isinstance(check, Row):
        return where | mentioned(check.predicate)
    return where | set(requirement.columns) | _named_in(check)


def mentioned(predicate: Predicate | None) -> set[str]:
    """The columns of the record itself that a predicate mentions."""
    names = columns_of(predicate.tree) if predicate else frozenset[str]()
    return {name for name in names if not name.startswith(NAMED)}


def asked_of_named(check: References) -> set[str]:
    """The columns of the named record that a reference reads."""
    names = columns_of(check.predicate.tree) if check.predicate else frozenset[str]()
    others = {name.removeprefix(NAMED) for name in names if name.startswith(NAMED)}
    compared = set(check.compare) if check.rule in {ReferenceRule.EQUALS, ReferenceRule.NEGATES} else set()
    return {check.to_column, *(column for _, column in check.match)} | others | compared


def _named_in(check: Check) -> set[str]:
    match check:
        case Group():
            return {*check.by, *(name for name in (check.column, check.total, check.upper) if name)}
        case Unique():
            return set(check.columns)
        case References():
            return {check.column, *check.compare, *(column for column, _ in check.match), *mentioned(check.predicate)}
        case NoOverlap():
            ends = {name for ends in check.ranges for name in ends}
            return {*check.by, *ends, *((check.apart,) if check.apart else ())}
        case _:
            return set()
