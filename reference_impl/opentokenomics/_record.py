"""``check``: the violations of one record, without any engine."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from opentokenomics.exact_json import is_unicode, shown
from opentokenomics.report import Violation
from opentokenomics.rules import Record as Values
from opentokenomics.rules import Rule, columns_of, is_quotient, to_python
from opentokenomics.shapes import Misshapen, Sound, misshapen
from opentokenomics.standard import Dataset, Fault, Profile, Quotient, Requirement, Row, Standard, load, versions

if TYPE_CHECKING:
    from opentokenomics.models import Record

_LONGEST_VALUE = 200


def check(
    record: Mapping[str, object] | Record,
    *,
    dataset: str = "usage",
    profile: Profile | str | None = None,
    spec_version: str | None = None,
) -> list[Violation]:
    """The violations of one record: of its shape, and of every rule that speaks of one record alone.

    Args:
        record: A model, or a mapping with JSON values (decimals and timestamps as text).
        dataset: The dataset that the record belongs to.
        profile: The profile to hold it to; rules of higher profiles are left out. Unless given, a record that
            states a ``cost_carrier`` is held to *cost* and any other to *metering*.
        spec_version: The version of the standard; unless given, the one that the record states, or the newest one
            where it states none that exists.

    Returns:
        The violations in the order of the catalogue's rules, shapes first; for a record with half of a surrogate pair,
        which is no Unicode text, that one alone. An empty list does not make an *input*
        conformant: uniqueness, references and usage groups need all of its records.

    Raises:
        TypeError: It is neither a model nor a mapping.
        KeyError: There is no such dataset or version.
    """
    values = _values(record)
    if profile is None:
        profile = Profile.METERING if values.get("cost_carrier") is None else Profile.COST
    stated = values.get("spec_version")
    standard = load(spec_version or (stated if isinstance(stated, str) and stated in versions() else None))
    judge = judge_of(standard, dataset, Profile(profile))
    return list(judge.violations(values)) if is_unicode(values) else [_no_text(standard, dataset)]


def _no_text(standard: Standard, dataset: str) -> Violation:
    """A record that no file can hold is judged by nothing else (OTS-VAL-019)."""
    requirement = standard.encoding(Fault.TEXT)
    message = f"{requirement.statement} Here it holds half of a surrogate pair."
    return Violation(requirement.id, dataset, None, None, None, None, None, None, message, requirement.fix)


def _values(record: object) -> Mapping[str, object]:
    if isinstance(record, Mapping):
        return {str(name): value for name, value in record.items()}
    to_dict = getattr(record, "to_dict", None)
    if to_dict is None:
        message = f"check takes a model or a mapping of column names to JSON values, not {type(record).__name__}"
        raise TypeError(message)
    values: Mapping[str, object] = to_dict()
    return values


@dataclass(frozen=True, slots=True)
class _CompiledRule:
    requirement: Requirement
    columns: frozenset[str]
    where: Rule | None
    predicate: Rule


@dataclass(frozen=True, slots=True)
class Judge:
    """Judges records of one dataset, each by itself."""

    standard: Standard
    dataset: Dataset
    rules: tuple[_CompiledRule, ...]

    def violations(self, record: Mapping[str, object]) -> Iterator[Violation]:
        """The violations of a record, those of its shape first."""
        sound = Sound()
        for found in misshapen(self.dataset, record, sound):
            yield self._violation(found, record)
        for requirement, is_kept in self.rulings(sound):
            if not is_kept:
                column = requirement.columns[0]
                yield self._violation(Misshapen(requirement.id, column, record.get(column)), record)

    def rulings(self, sound: Sound) -> Iterator[tuple[Requirement, bool]]:
        """Each rule that can be evaluated on what is sound of a record, and whether the record keeps it."""
        for rule in self.rules:
            if sound.malformed and not rule.columns.isdisjoint(sound.malformed):
                continue
            if rule.where is None or rule.where(sound.values):
                is_kept = rule.predicate(sound.values)
                if is_kept is not None:
                    yield rule.requirement, is_kept

    def _violation(self, found: Misshapen, record: Mapping[str, object]) -> Violation:
        requirement = self.standard.requirement(found.requirement)
        record_id = record.get("record_id")
        return Violation(
            requirement=requirement.id,
            dataset=self.dataset.name,
            path=None,
            row=None,
            line=None,
            record_id=record_id if isinstance(record_id, str) else None,
            column=found.column,
            value=None if found.value is None else shown(found.value, _LONGEST_VALUE),
            message=requirement.statement if found.place is None else f"{requirement.statement} Here {found.place}.",
            fix=requirement.fix,
        )


@cache
def judge_of(standard: Standard, dataset: str, profile: Profile) -> Judge:
    """The judge of a dataset's records by the rules of a profile and of those below it."""
    rules = []
    for requirement in standard.of(dataset):
        if isinstance(requirement.check, Row) and requirement.profile.rank <= profile.rank:
            where, predicate = requirement.check.where, requirement.check.predicate
            columns = columns_of(predicate.tree) | (columns_of(where.tree) if where else frozenset())
            rules.append(
                _CompiledRule(requirement, columns, to_python(where.tree) if where else None, to_python(predicate.tree))
            )
        elif isinstance(requirement.check, Quotient) and requirement.profile.rank <= profile.rank:
            rules.append(_quotient_rule(requirement, requirement.check))
    return Judge(standard, standard.datasets[dataset], tuple(rules))


def _quotient_rule(requirement: Requirement, check: Quotient) -> _CompiledRule:
    names = check.numerator, check.denominator, check.value

    def predicate(values: Values) -> bool | None:
        numerator, denominator, value = (values.get(name) for name in names)
        if numerator is None or value is None or not denominator:
            return None
        return is_quotient(str(numerator), str(denominator), str(value))

    return _CompiledRule(requirement, frozenset(names), None, predicate)
