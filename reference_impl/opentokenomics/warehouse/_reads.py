"""Which columns a rule reads."""

from __future__ import annotations

from opentokenomics.rules import mentioned, named_by, named_in
from opentokenomics.standard import ReferenceRule, References, Requirement, Row


def read_by(requirement: Requirement) -> set[str]:
    """The columns of a record of which no value may be malformed, so that the requirement's rule is evaluated on it."""
    check = requirement.check
    where = mentioned(getattr(check, "where", None))
    if isinstance(check, Row):
        return where | mentioned(check.predicate)
    return where | set(requirement.columns) | named_in(check)


def asked_of_named(check: References) -> set[str]:
    """The columns of the named record that a reference reads."""
    compared = set(check.compare) if check.rule in {ReferenceRule.EQUALS, ReferenceRule.NEGATES} else set()
    return named_by(check) | compared
