"""The Report value object: what a validation found, and nothing about how it is shown."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from enum import StrEnum
from typing import Any

from opentokenomics.report._table import columns
from opentokenomics.report._visible import visible_json
from opentokenomics.standard import Keyword, Profile


class Status(StrEnum):
    """How a requirement ended."""

    PASS = "pass"  # noqa: S105 - not a password
    FAIL = "fail"
    WARN = "warn"
    NOT_APPLICABLE = "not_applicable"
    NOT_MACHINE_CHECKABLE = "not_machine_checkable"


@dataclass(frozen=True, slots=True)
class Violation:
    """One place where an input breaks a requirement.

    Attributes:
        requirement: Identifier of the requirement.
        dataset: The dataset that the record belongs to.
        path: The input as it was named on the command line; ``-`` is standard input. None for a single record.
        row: 1-based data row within that input, where the violation has one.
        line: 1-based physical line on which that row begins.
        record_id: The record's identifier, where it states one.
        column: The column to blame, or the unknown name.
        value: The offending value as text, at most 200 characters of it; None where it is absent.
        message: One sentence that says what is wrong; it never holds a value of the input.
        fix: One sentence that says what to do.
    """

    requirement: str
    dataset: str
    path: str | None
    row: int | None
    line: int | None
    record_id: str | None
    column: str | None
    value: str | None
    message: str
    fix: str


@dataclass(frozen=True, slots=True)
class CheckResult:
    """How one requirement ended.

    Attributes:
        requirement: Identifier of the requirement.
        keyword: Its weight.
        status: Its end.
        evaluated: How many rows, values or groups were judged.
        violations: How many of them violate it: the exact total, however few examples a report lists.
        reason: Why it was not judged, where it was not.
    """

    requirement: str
    keyword: Keyword
    status: Status
    evaluated: int
    violations: int
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class InputSummary:
    """One input: its dataset, its name, and how many rows it holds."""

    dataset: str
    path: str
    rows: int


@dataclass(frozen=True, slots=True)
class Report:
    """What a validation found.

    Attributes:
        spec_version: The version of the standard that the input was held to.
        profile: The profile that the input was held to.
        conformant: Whether every MUST of that profile held and there was at least one record.
        achieved_profile: The highest profile whose every MUST held; None where none did.
        datasets: The inputs.
        checks: Every requirement of the profile, in the order of the catalogue.
        violations: Examples, at most so many per requirement as the caller asked for.
        blocking: For each profile that is not met, the requirements that stand in the way.
    """

    spec_version: str
    profile: Profile
    conformant: bool
    achieved_profile: Profile | None
    datasets: tuple[InputSummary, ...]
    checks: tuple[CheckResult, ...]
    violations: tuple[Violation, ...]
    blocking: Mapping[Profile, tuple[str, ...]] = field(default_factory=dict)

    @property
    def summary(self) -> Mapping[str, int]:
        """How many requirements were executed, and how they ended."""
        ends = Counter(check.status for check in self.checks)
        return {
            "executed": ends[Status.PASS] + ends[Status.FAIL] + ends[Status.WARN],
            "passed": ends[Status.PASS],
            "failed": ends[Status.FAIL],
            "warned": ends[Status.WARN],
            "not_applicable": ends[Status.NOT_APPLICABLE],
            "not_machine_checkable": ends[Status.NOT_MACHINE_CHECKABLE],
        }

    def to_dict(self) -> dict[str, Any]:
        """The report as ``report.schema.json`` describes it."""
        return {
            "spec_version": self.spec_version,
            "profile": self.profile,
            "conformant": self.conformant,
            "achieved_profile": self.achieved_profile,
            "datasets": [asdict(each) for each in self.datasets],
            "summary": dict(self.summary),
            "checks": [asdict(each) for each in self.checks],
            "violations": [asdict(each) for each in self.violations],
        }

    def to_json(self) -> str:
        """The report as JSON text, indented, with a line break at its end."""
        return visible_json(self.to_dict())

    def violations_table(self) -> dict[str, list[Any]]:
        """The listed violations as columns, which pandas, Polars and PyArrow take as they are.

        ``pandas.DataFrame(report.violations_table())`` has one row per violation and one column per attribute of
        :class:`Violation`, and has these columns even where nothing is listed. It is what was listed; the exact totals
        are in :meth:`checks_table`.
        """
        return columns(Violation, self.violations)

    def checks_table(self) -> dict[str, list[Any]]:
        """Every requirement of the profile and how it ended, as columns like those of :meth:`violations_table`."""
        return columns(CheckResult, self.checks)

    def _repr_html_(self) -> str:
        """What a notebook shows: the verdict, and what to fix first."""
        from opentokenomics.report._html import render_notebook

        return render_notebook(self)
