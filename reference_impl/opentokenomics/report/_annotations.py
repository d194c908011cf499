"""A report as workflow commands of GitHub Actions, which show it beside the lines of a pull request.

They need no right to upload anything, so that they also work for a fork. A step shows ten of each level: a requirement
is one of them, at the place of its first example.
"""

from __future__ import annotations

from opentokenomics.report import _digest as digest
from opentokenomics.report import _wording as words
from opentokenomics.report._model import Report, Status
from opentokenomics.report._visible import visible

# The runner takes line breaks as commands' ends; `visible` leaves none.
_IN_MESSAGES = str.maketrans({"%": "%25"})
_IN_PROPERTIES = _IN_MESSAGES | str.maketrans({":": "%3A", ",": "%2C"})


def render_annotations(report: Report) -> str:
    """One command for each requirement that is broken, and one that says the verdict."""
    lines = [_line("error", each) for each in digest.findings(report, Status.FAIL)]
    lines += [_line("warning", each) for each in digest.findings(report, Status.WARN)]
    verdict = f"{words.verdict(report)} to profile {report.profile}. {words.outcome(report)}."
    return "\n".join([*lines, annotation("notice", verdict, title="Open Tokenomics")]) + "\n"


def _line(level: str, finding: digest.Finding) -> str:
    properties = {"title": f"{finding.requirement.id} ({words.tally(finding)})"}
    said = finding.requirement.statement
    if finding.examples:
        first = finding.examples[0]
        if first.path not in {None, "-"}:
            properties["file"] = first.path or ""
            if first.line is not None:
                properties["line"] = str(first.line)
        if first.column is not None:
            value = "" if first.value is None else f" = {words.value(first.value)}"
            said = f"{words.column(first.column)}{value}. {said}"
    return annotation(level, f"{said} Fix: {words.fix(finding)}", **properties)


def annotation(level: str, message: str, **properties: str) -> str:
    """One workflow command, out of which nothing that is said can break.

    Args:
        level: ``error``, ``warning`` or ``notice``.
        message: What is to be said, of any characters.
        properties: ``title``, ``file`` and ``line``.
    """
    given = ",".join(f"{key}={visible(value).translate(_IN_PROPERTIES)}" for key, value in properties.items())
    return f"::{level} {given}::{visible(message).translate(_IN_MESSAGES)}"
