"""What a reader of a report wants to know first, worked out once for every format that is meant for people."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from opentokenomics.report._model import CheckResult, Report, Status, Violation
from opentokenomics.standard import Bundle, Encoding, Fault, Given, Group, Profile, Requirement, Schema, load


@dataclass(frozen=True, slots=True)
class Finding:
    """A requirement that some record breaks.

    Attributes:
        check: How it ended.
        requirement: The requirement itself.
        columns: The columns that its examples blame.
        examples: Its examples, in the order of the report.
        names_dataset: Whether a place needs its dataset, because the report is about several.
    """

    check: CheckResult
    requirement: Requirement
    columns: tuple[str, ...]
    examples: tuple[Violation, ...]
    names_dataset: bool


@dataclass(frozen=True, slots=True)
class Offender:
    """A column or an input with the violations that it is to blame for.

    Attributes:
        name: The column, or the input as it was named.
        violations: How many there are.
        exact: Whether that is the exact number; otherwise there are at least so many.
        requirements: How many requirements they break.
    """

    name: str
    violations: int
    exact: bool
    requirements: int


def findings(report: Report, status: Status) -> tuple[Finding, ...]:
    """The requirements that ended with a status, the most violated first."""
    standard = load(report.spec_version)
    several = len({each.dataset for each in report.datasets}) > 1
    examples: dict[str, list[Violation]] = {}
    for violation in report.violations:
        examples.setdefault(violation.requirement, []).append(violation)
    found: list[Finding] = []
    for check in report.checks:
        if check.status is status:
            requirement = standard.requirement(check.requirement)
            own = tuple(examples.get(check.requirement, ()))
            blamed = dict.fromkeys(each.column for each in own if each.column is not None)
            found.append(Finding(check, requirement, tuple(blamed) or requirement.columns[:1], own, several))
    return tuple(sorted(found, key=lambda each: -each.check.violations))


def judged(requirement: Requirement) -> str:
    """What the numbers of a requirement count, in the singular."""
    match requirement.check:
        case Bundle() | Encoding(fault=Fault.BYTE_ORDER_MARK):
            return "file"
        case Encoding(fault=Fault.NO_RECORDS) | Group(by=()) | Given():
            return "input"
        case Schema():
            return "value"
        case Group():
            return "group"
        case _:
            return "row"


def worst_columns(report: Report) -> tuple[Offender, ...]:
    """The columns that failed requirements blame, the worst first."""
    tally = _Tally()
    for finding in findings(report, Status.FAIL):
        dataset = finding.requirement.dataset
        is_of_one = dataset is not None or not finding.names_dataset
        if is_of_one and len(finding.columns) == 1 and _always_blames_one(finding.requirement):
            tally.add(_column(finding, dataset, finding.columns[0]), finding.check.violations, exact=True)
            continue
        exact = len(finding.examples) == finding.check.violations
        for (blamed, column), count in Counter((each.dataset, each.column) for each in finding.examples).items():
            if column is not None:
                tally.add(_column(finding, blamed, column), count, exact=exact)
    return tally.result()


def _column(finding: Finding, dataset: str | None, column: str) -> str:
    return f"{dataset}.{column}" if finding.names_dataset else column


def worst_inputs(report: Report) -> tuple[Offender, ...]:
    """The inputs in which examples of failed requirements lie, the worst first."""
    tally = _Tally()
    for finding in findings(report, Status.FAIL):
        exact = len(finding.examples) == finding.check.violations
        for path, count in Counter(each.path for each in finding.examples).items():
            if path is not None:
                tally.add(path, count, exact=exact)
    return tally.result()


def _always_blames_one(requirement: Requirement) -> bool:
    """Whether every violation blames the requirement's first column; a schema keyword may sit in any column."""
    return len(requirement.columns) == 1 or not isinstance(requirement.check, Schema | Encoding)


class _Tally:
    """Adds up violations under names."""

    def __init__(self) -> None:
        self._found: dict[str, Offender] = {}

    def add(self, name: str, violations: int, *, exact: bool) -> None:
        before = self._found.get(name, Offender(name, 0, exact=True, requirements=0))
        self._found[name] = Offender(
            name, before.violations + violations, exact and before.exact, before.requirements + 1
        )

    def result(self) -> tuple[Offender, ...]:
        return tuple(sorted(self._found.values(), key=lambda each: -each.violations))


def reasons(report: Report, status: Status) -> Mapping[str, tuple[str, ...]]:
    """Why requirements with this status were not judged, with the identifiers under each reason, commonest first.

    What a reason says in parentheses at its end, such as the columns of the one requirement, is left out.
    """
    grouped: dict[str, list[str]] = {}
    for check in report.checks:
        if check.status is status:
            reason = (check.reason or "no reason is stated").partition(" (")[0]
            grouped.setdefault(reason, []).append(check.requirement)
    return {reason: tuple(ids) for reason, ids in sorted(grouped.items(), key=lambda item: -len(item[1]))}


def expected(report: Report) -> int:
    """How many requirements the profile has for the datasets of the report."""
    standard = load(report.spec_version)
    datasets = {each.dataset for each in report.datasets} | {None}
    return sum(
        each.binds_inputs and each.profile.rank <= report.profile.rank and each.dataset in datasets
        for each in standard.requirements
    )


def next_profile(report: Report) -> tuple[Profile, tuple[str, ...]] | None:
    """The lowest profile that is not met, with the requirements that stand in the way."""
    if not report.blocking:
        return None
    profile = min(report.blocking, key=lambda each: each.rank)
    return profile, report.blocking[profile]
