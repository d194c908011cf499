"""A report without anything that its input said."""

from __future__ import annotations

from collections.abc import Container
from dataclasses import replace

from opentokenomics.report._model import Report, Violation
from opentokenomics.standard import Standard, load

REDACTED = "[redacted]"


def redact(report: Report) -> Report:
    """The report with values, record identifiers and the names of unknown columns replaced by ``[redacted]``.

    Verdict, counts, requirements, positions, messages and the names of the inputs stay. The name of an unknown column
    goes as well, because the header of a broken export is often its first row of data.
    """
    standard = load(report.spec_version)
    return replace(report, violations=tuple(_redact(each, _columns(standard, each)) for each in report.violations))


def _columns(standard: Standard, violation: Violation) -> Container[str]:
    dataset = standard.datasets.get(violation.dataset)
    return () if dataset is None else dataset.by_name


def _redact(violation: Violation, columns: Container[str]) -> Violation:
    known = violation.column is None or violation.column in columns
    return replace(
        violation,
        record_id=_hide(violation.record_id),
        column=violation.column if known else REDACTED,
        value=_hide(violation.value),
    )


def _hide(value: str | None) -> str | None:
    return None if value is None else REDACTED
