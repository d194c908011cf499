"""What a query says of each requirement: how it is counted, or why it is not."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from opentokenomics.rules import PredicateError
from opentokenomics.standard import (
    Acyclic,
    Bundle,
    Check,
    Dataset,
    Encoding,
    Excluded,
    Fault,
    Given,
    Quotient,
    Recompute,
    References,
    Requirement,
    Row,
    Schema,
)
from opentokenomics.warehouse._rules import Rule
from opentokenomics.warehouse._sets import set_parts
from opentokenomics.warehouse._stages import (
    Stages,
    faults_name,
    short,
    unknown_name,
    version_requirement,
)

_BYTES = "A table has no bytes and no lines; a file is judged for this when it is read."
_INPUT = "Which datasets an input holds is judged where its files are read."
_FILES = "A table is no bundle of files."
_NAMES = "The query does not know which other columns the table has; it is told with --columns."
_NO_COLUMN = "No column of the dataset holds values of this kind."
_TYPES = "The types of the columns guarantee it."
_CHAINS = "No query follows a chain of any length; a file is judged for this when it is read."
_DIVISION = "Engines divide in different ways, and none exactly; a file is judged for this when it is read."
_AGAIN = "A statement is computed again from its inputs by `verify`."
_RECORDS = "No query looks into a list of records; a file is judged for this when it is read."
_INNER = "What is in a list of records is left open; a file is judged for this when it is read."
_FORM = "JSON text is judged by its form; a name that is given twice in it is not seen."


@dataclass(frozen=True, slots=True)
class Verdict:
    """How a requirement is judged by the query.

    Attributes:
        requirement: The requirement.
        counted: Aggregates over the judged records, evaluated and violations; None where it is counted elsewhere.
        judged: A column of the judged records, true, false or null, which the aggregates count.
        parts: Parts of the query that count it, the last of which has one row and the requirement's name.
        reason: Why it is not judged, or what the counts leave open.
    """

    requirement: Requirement
    counted: tuple[str, str] | None = None
    judged: str | None = None
    parts: tuple[str, ...] = ()
    reason: str | None = None

    @property
    def is_judged(self) -> bool:
        """Whether the query has counts for it."""
        return self.counted is not None or bool(self.parts)


@dataclass(frozen=True, slots=True)
class Verdicts:
    """Finds out how each requirement is judged on a table.

    Attributes:
        stages: The values of the table.
        targets: The values of each dataset that the table's records may refer to.
        version: The version of the standard.
    """

    stages: Stages
    targets: Mapping[str, Stages]
    version: str

    def of(self, requirement: Requirement) -> Verdict:
        """The verdict on one requirement."""
        check = requirement.check
        if isinstance(check, Schema):
            return self._of_shape(requirement)
        if isinstance(check, Encoding) and check.fault is Fault.NO_RECORDS:
            return Verdict(requirement, ("1", "CASE WHEN COUNT(*) = 0 THEN 1 ELSE 0 END"))
        reason = self._reason(check)
        if reason is not None:
            return Verdict(requirement, reason=reason)
        try:
            return self._of_rule(Rule(requirement, self.stages))
        except PredicateError as error:
            return Verdict(requirement, reason=str(error))

    def _reason(self, check: Check) -> str | None:  # noqa: PLR0911 - one per kind
        """Why no query on a table judges this, if none does."""
        match check:
            case Excluded(reason):
                return reason
            case Encoding():
                return _BYTES
            case Bundle():
                return _FILES
            case Given():
                return _INPUT
            case Acyclic():
                return _CHAINS
            case Quotient():
                return _DIVISION
            case Recompute():
                return _AGAIN
            case References(to_dataset=dataset) if dataset not in self.targets:
                return f"No table of {dataset} records is named; --table names one."
            case _:
                return None

    def _of_rule(self, rule: Rule) -> Verdict:
        check = rule.requirement.check
        if not isinstance(check, Row):
            return Verdict(rule.requirement, parts=tuple(set_parts(rule, self.targets)))
        name = rule.stages.shapes.dialect.identifier(short(rule.requirement.id))
        counted = f"COUNT({name})", f"COUNT(CASE WHEN NOT {name} THEN 1 END)"
        return Verdict(rule.requirement, counted, f"{rule.judged(check.predicate)} AS {name}")

    def _of_shape(self, requirement: Requirement) -> Verdict:
        dataset = self.stages.table.dataset
        if requirement.id == dataset.unknown_requirement:
            return self._of_names(requirement)
        if requirement.id == version_requirement(dataset):
            return self._of_version(requirement)
        slots = [slot for slot in self.stages.slots if slot.requirement == requirement.id]
        if _is_of_records(requirement, dataset, [slot.column for slot in slots]):
            return Verdict(requirement, reason=_RECORDS)
        if not slots:
            return Verdict(requirement, ("0", "0"), reason=_NO_COLUMN)
        evaluated = [self.stages.filled(dataset.by_name[slot.column]) for slot in slots if slot.malformed]
        required = sum(not slot.malformed for slot in slots)
        evaluated += [f"{required} * COUNT(*)"] if required else []
        faults = self.stages.shapes.dialect.identifier(faults_name(requirement.id))
        violations = f"COALESCE(SUM({faults}), 0)" if self.stages.faults(requirement.id) else None
        kinds = {dataset.by_name[slot.column].kind for slot in slots}
        reasons = [] if violations else [_TYPES]
        if kinds == {"map"} and violations and self.stages.shapes.is_text:
            reasons.append(_FORM)
        if requirement.id in _inner(dataset):
            reasons.append(_INNER)
        return Verdict(requirement, (" + ".join(evaluated), violations or "0"), reason=" ".join(reasons) or None)

    def _of_names(self, requirement: Requirement) -> Verdict:
        unknown = self.stages.table.unknown
        if unknown is None:
            return Verdict(requirement, reason=_NAMES)
        quoted = self.stages.shapes.dialect.identifier
        filled = [f"COUNT({quoted(unknown_name(number))})" for number in range(len(unknown))]
        # A column that no record fills counts once, and else once for each record that fills it.
        violations = " + ".join(f"CASE WHEN {count} = 0 THEN 1 ELSE {count} END" for count in filled) or "0"
        evaluated = f"CASE WHEN {violations} > COUNT(*) THEN {violations} ELSE COUNT(*) END" if filled else "COUNT(*)"
        return Verdict(requirement, (evaluated, violations))

    def _of_version(self, requirement: Requirement) -> Verdict:
        dialect = self.stages.shapes.dialect
        name, version = dialect.identifier("spec_version"), dialect.literal(self.version)
        stated = f"COUNT(CASE WHEN {name} = {version} THEN 1 END)"
        malformed = self.stages.malformed(["spec_version"])
        others = f"COUNT(CASE WHEN {malformed} THEN NULL ELSE {name} END)"
        # Records of another version beside those of this one are the business of the rule on uniformity alone.
        return Verdict(requirement, (f"COUNT({name})", f"CASE WHEN {stated} = 0 THEN {others} ELSE 0 END"))


def _is_of_records(requirement: Requirement, dataset: Dataset, columns: Collection[str]) -> bool:
    """Whether a requirement of shape speaks only of lists of records and of what is in them."""
    lists = {column.name for column in dataset.columns if column.record is not None}
    return set(columns) <= lists and bool(columns or requirement.id in _inner(dataset))


def _inner(dataset: Dataset) -> Collection[str]:
    """The requirements that hold in lists of records, too, into which no query looks."""
    records = [column.record for column in dataset.columns if column.record is not None]
    return {shape.requirement for record in records for column in record.columns for shape in column.shapes}
