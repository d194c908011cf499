"""Whether a check lets pass what another one, or none, let pass."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from opentokenomics.compatibility._implication import false_only_where, true_only_where
from opentokenomics.compatibility._plain import Renaming, plain
from opentokenomics.compatibility._possible import Domain, of_column, possible
from opentokenomics.standard import (
    NAMED,
    Check,
    Dataset,
    Excluded,
    Given,
    Group,
    GroupRule,
    NoOverlap,
    Predicate,
    ReferenceRule,
    References,
    Row,
    Schema,
    Standard,
    Tree,
    Unique,
)

_KEPT_BY_PARTS = {GroupRule.ALL_OR_NONE, GroupRule.AT_MOST_ONE, GroupRule.UNIFORM}
"""What holds for a group holds for every part of it."""


@dataclass(frozen=True, slots=True)
class View:
    """What the records of a version hold, in the names of the other one that its checks are compared with."""

    domains: Mapping[str, Domain]
    renamings: Mapping[str, Renaming]

    @classmethod
    def of(cls, standard: Standard, renamings: Mapping[str, Renaming]) -> View:
        """The view of a version whose names the renamings turn into those of the other one."""
        domains = {
            name: _domain(dataset, renamings.get(name, Renaming())) for name, dataset in standard.datasets.items()
        }
        return cls(domains, renamings)

    def domain(self, dataset: str, named: str | None = None) -> Domain:
        """What columns hold; those of a named record too, with their prefix."""
        own = self.domains[dataset]
        if named is None:
            return own
        return {**own, **{NAMED + name: held for name, held in self.domains.get(named, {}).items()}}

    def renaming(self, dataset: str, named: str | None = None) -> Renaming:
        """The names of columns; those of a named record too, with their prefix."""
        own = self.renamings.get(dataset, Renaming())
        return own if named is None else own.beside(self.renamings.get(named, Renaming()))


def _domain(dataset: Dataset, renaming: Renaming) -> Domain:
    found = {}
    for column in dataset.columns:
        name = renaming.of(column.name)
        renamed = renaming.values.get(name, {})
        values = [renamed.get(value, value) for value in column.values]
        found[name] = of_column(column.kind, values, required=column.required)
    return found


_SAME = Renaming()


def _tree(predicate: Predicate | None) -> Tree | None:
    return None if predicate is None else predicate.tree


def _theirs(predicate: Predicate | None) -> Tree:
    return plain(_tree(predicate), _SAME)


def _can(*, outcome: bool, predicate: Predicate | None, domain: Domain) -> bool:
    """Whether a predicate can be TRUE, or FALSE."""
    return outcome in possible(_theirs(predicate), domain).outcomes


def is_idle(check: Check, dataset: str, records: View) -> bool:
    """Whether no input of a version violates a check of another one, because it holds nothing to judge.

    Args:
        check: The check, in the names of its own version.
        dataset: The dataset that it is applied to; the version has it.
        records: What the version's records hold, in the names of the check's version.
    """
    domain = records.domain(dataset)
    where = getattr(check, "where", None)
    match check:
        case Schema():
            idle = True
        case Row(predicate):
            idle = not _can(outcome=False, predicate=predicate, domain=domain)
        case Unique(columns):
            idle = not set(columns) <= domain.keys()
        case References():
            idle = _is_idle_reference(check, dataset, records)
        case Group():
            idle = _is_idle_group(check, domain)
        case _:
            idle = False
    return idle or not _can(outcome=True, predicate=where, domain=domain)


def _is_idle_reference(check: References, dataset: str, records: View) -> bool:
    if check.column not in records.domain(dataset) or check.to_dataset not in records.domains:
        return True
    both = records.domain(dataset, check.to_dataset)
    return check.predicate is not None and not _can(outcome=False, predicate=check.predicate, domain=both)


def _is_idle_group(check: Group, domain: Domain) -> bool:
    match check.rule:
        case GroupRule.SUMS_TO:
            return check.column not in domain or check.total not in domain
        case GroupRule.ANY:
            return not _can(outcome=False, predicate=check.predicate, domain=domain)
        case GroupRule.AT_MOST_ONE:
            return False
        case _:
            return check.column not in domain


def admits(one: Check, other: Check, dataset: str, records: View) -> bool:
    """Whether every input of a version that keeps ``other``, a check of that version, keeps ``one``.

    Args:
        one: The check of another version, in its own names.
        other: The check of the version whose inputs are meant, in its own names.
        dataset: The dataset that both are applied to.
        records: What those inputs hold, in the names of the other version.
    """
    if isinstance(one, Excluded) or is_idle(one, dataset, records):
        return True
    if type(one) is not type(other):
        return False
    return _Comparison(dataset, records).admits(one, other)


@dataclass(frozen=True, slots=True)
class _Comparison:
    dataset: str
    records: View

    def _renamed(self, names: tuple[str, ...]) -> tuple[str, ...]:
        return self.records.renaming(self.dataset).all_of(names)

    def _name(self, name: str | None) -> str | None:
        return None if name is None else self.records.renaming(self.dataset).of(name)

    def _mine(self, predicate: Predicate | None, named: str | None = None) -> Tree:
        """A predicate of this version in the names of the other one."""
        return plain(_tree(predicate), self.records.renaming(self.dataset, named))

    def _narrower(self, one: Predicate | None, other: Predicate | None) -> bool:
        """Whether ``one``, of the other version, is TRUE only where ``other`` is."""
        return true_only_where(_theirs(one), self._mine(other), self.records.domain(self.dataset))

    def _wider(self, one: Predicate | None, other: Predicate | None) -> bool:
        """Whether ``one`` is TRUE wherever ``other`` is."""
        return true_only_where(self._mine(other), _theirs(one), self.records.domain(self.dataset))

    def _milder(self, one: Predicate | None, other: Predicate | None, named: str | None = None) -> bool:
        """Whether ``one`` is FALSE only where ``other`` is."""
        domain = self.records.domain(self.dataset, named)
        return false_only_where(_theirs(one), self._mine(other, named), domain)

    def admits(self, one: Check, other: Check) -> bool:
        match one, other:
            case Row(), Row():
                is_kept = self._narrower(one.where, other.where) and self._milder(one.predicate, other.predicate)
            case Unique(), Unique():
                columns = set(self._renamed(other.columns))
                is_kept = self._narrower(one.where, other.where) and columns <= set(one.columns)
            case References(), References():
                is_kept = self._narrower(one.where, other.where) and self._same_reference(one, other)
            case Group(), Group():
                is_kept = self._admits_group(one, other)
            case NoOverlap(), NoOverlap():
                is_kept = self._admits_overlap(one, other)
            case Given(), Given():
                is_kept = set(other.any_of) <= set(one.any_of)
            case _:
                is_kept = one == other
        return is_kept

    def _same_reference(self, one: References, other: References) -> bool:
        target = self.records.renaming(other.to_dataset)
        match = {(self._name(own), target.of(named)) for own, named in other.match}
        if set(one.match) != match and not self._finds_more(one, match):
            return False
        if (one.column, one.to_dataset, one.to_column, one.rule) != (
            self._name(other.column),
            other.to_dataset,
            target.of(other.to_column),
            other.rule,
        ):
            return False
        if one.rule is ReferenceRule.SATISFIES:
            return self._milder(one.predicate, other.predicate, one.to_dataset)
        # What neither of two records has is equal in both, and its own negative.
        absent = (
            set(one.compare) - self.records.domain(self.dataset).keys() - self.records.domain(one.to_dataset).keys()
        )
        return set(one.compare) - absent <= set(self._renamed(other.compare))

    def _finds_more(self, one: References, match: Collection[tuple[str | None, str]]) -> bool:
        """Whether each record for which ``one`` asks that its name exists was asked for it by more of its parts.

        A name of fewer parts has another target, and is asked of records that have no value in the parts left out.
        """
        left = set(match) - set(one.match)
        filled = {name for name, held in self.records.domain(self.dataset).items() if not held.null}
        return one.rule is ReferenceRule.EXISTS and set(one.match) <= set(match) and {own for own, _ in left} <= filled

    def _admits_group(self, one: Group, other: Group) -> bool:
        subject = tuple(map(self._name, (other.column, other.total, other.upper)))
        if (
            one.rule is not other.rule
            or (one.column, one.total, one.upper) != subject
            or one.first
            not in {
                None,
                other.first,
            }
        ):
            return False
        before = set(self._renamed(other.by))
        if one.rule in _KEPT_BY_PARTS:
            return before <= set(one.by) and self._narrower(one.where, other.where)
        if before != set(one.by) & self.records.domain(self.dataset).keys() or not (
            self._narrower(one.where, other.where) and self._wider(one.where, other.where)
        ):
            return False
        return one.rule is not GroupRule.ANY or (
            self._wider(one.predicate, other.predicate) and self._milder(one.predicate, other.predicate)
        )

    def _admits_overlap(self, one: NoOverlap, other: NoOverlap) -> bool:
        ranges = {(self._name(start), self._name(end)) for start, end in other.ranges}
        return (
            set(self._renamed(other.by)) <= set(one.by)
            and ranges <= set(one.ranges)
            and one.apart in {self._name(other.apart), *([] if other.apart else [one.apart])}
            and self._narrower(one.where, other.where)
        )
