"""What a target is, and what holds for a report on any input."""

from __future__ import annotations

import json
import tempfile
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from hypothesis.strategies import SearchStrategy

from opentokenomics import Report, validate
from opentokenomics.errors import Error
from opentokenomics.report import Status, render
from opentokenomics.standard import Keyword

_MOST_EXAMPLES = 1000
_LONGEST_MESSAGE = 1000
_REPORTS = ("text", "json", "junit", "sarif", "markdown", "html")


@dataclass(frozen=True, slots=True)
class Target:
    """One reader under attack.

    Attributes:
        inputs: Makes the inputs, from sound ones.
        judge: Reads an input, and raises whatever it likes if something about the outcome is not as it has to be. It
            runs in a process of its own, so that its death is an outcome as well.
        rate: How many examples to run where the slowest targets run one.
    """

    inputs: Callable[[], SearchStrategy[bytes]]
    judge: Callable[[bytes], None]
    rate: int = 1


def report_on(files: Mapping[str, bytes], name: str, form: str | None = None) -> Report | None:
    """The report on one of some files that lie in a folder of their own; None where it is refused as it should be."""
    with tempfile.TemporaryDirectory() as folder:
        for path, content in files.items():
            Path(folder, path).parent.mkdir(parents=True, exist_ok=True)
            Path(folder, path).write_bytes(content)
        try:
            report = validate(Path(folder, name), format=form, max_examples=_MOST_EXAMPLES)
        except Error as error:
            hold_error(error)
            report = None
        left = {str(each.relative_to(folder)) for each in Path(folder).rglob("*") if each.is_file()}
        assert left == set(files), left ^ set(files)
    if report is not None:
        hold_report(report)
    return report


def hold_error(error: Error) -> None:
    """What is refused is refused in one sentence, with what to do about it."""
    assert error.code != "engine_disagrees", error
    assert error.message.endswith((".", "?")), error.message
    assert error.fix.endswith("."), error.fix
    for text in (error.message, error.fix):
        assert text.isprintable(), text
        assert len(text) < _LONGEST_MESSAGE, text


def hold_report(report: Report) -> None:
    """Statuses, counts and places of a report fit together, and it can be shown in every form."""
    rows = Counter[str]()
    for each in report.datasets:
        rows[each.path] += each.rows
    for check in report.checks:
        ended, broken = check.status, Status.FAIL if check.keyword is Keyword.MUST else Status.WARN
        idle = {Status.NOT_APPLICABLE, Status.NOT_MACHINE_CHECKABLE}
        assert 0 <= check.violations <= check.evaluated, check
        assert (check.violations > 0) == (ended is broken), check
        assert (check.evaluated == 0) == (ended in idle) == (check.reason is not None), check
    failed = [check for check in report.checks if check.status is Status.FAIL]
    assert report.conformant == (not failed), report.checks
    listed = Counter(each.requirement for each in report.violations)
    for check in report.checks:
        # An unknown column counts once for each row that fills it, and is listed once.
        assert bool(listed[check.requirement]) == bool(check.violations), check
        assert listed[check.requirement] <= check.violations, check
    for found in report.violations:
        assert found.row is None or found.path is None or 1 <= found.row <= max(rows[found.path], 1), found
        assert found.line is None or found.line >= 1, found
    json.loads(report.to_json())
    for form in _REPORTS:
        render(report, form).encode("utf-8")
