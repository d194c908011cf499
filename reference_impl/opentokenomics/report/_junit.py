"""A report as JUnit XML, which CI servers show as test results: a suite per dataset, a test per requirement.

A MUST that is violated is a failure. A violated SHOULD is no failure, so that it does not fail a build: its test passes
and says in its output what was found. What was not judged is skipped, with the reason. JUnit has no official schema;
this keeps to the one of the xUnit plugin of Jenkins, the strictest that is in wide use.
"""

from __future__ import annotations

from collections.abc import Sequence
from xml.etree import ElementTree as ET

from opentokenomics.report import _digest as digest
from opentokenomics.report import _wording as words
from opentokenomics.report._model import CheckResult, Report, Status, Violation
from opentokenomics.report._visible import visible
from opentokenomics.standard import Requirement, load

_EVERY_DATASET = "every_dataset"
_LISTED_EXAMPLES = 100
_SKIPPED = {Status.NOT_APPLICABLE: "not applicable", Status.NOT_MACHINE_CHECKABLE: "not machine-checkable"}


def render_junit(report: Report) -> str:
    """The report as JUnit XML; every text in it is printable, so that it is well-formed whatever an input said."""
    standard = load(report.spec_version)
    found = {
        each.check.requirement: each
        for status in (Status.FAIL, Status.WARN)
        for each in digest.findings(report, status)
    }
    suites: dict[str, list[tuple[CheckResult, Requirement]]] = {}
    for check in report.checks:
        requirement = standard.requirement(check.requirement)
        suites.setdefault(requirement.dataset or _EVERY_DATASET, []).append((check, requirement))
    root = ET.Element("testsuites", {"name": f"opentokenomics {report.profile}"} | _counts(report.checks))
    for dataset, members in suites.items():
        checks = [check for check, _ in members]
        skipped = str(sum(check.status in _SKIPPED for check in checks))
        suite = ET.SubElement(root, "testsuite", {"name": dataset} | _counts(checks) | {"skipped": skipped})
        suite.append(_properties(report))
        suite.extend(_case(dataset, check, requirement, found.get(check.requirement)) for check, requirement in members)
    ET.indent(root)
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{ET.tostring(root, encoding="unicode")}\n'


def _counts(checks: Sequence[CheckResult]) -> dict[str, str]:
    failures = sum(check.status is Status.FAIL for check in checks)
    # Nothing measures the time of one requirement, but readers expect the attribute.
    return {"tests": str(len(checks)), "failures": str(failures), "errors": "0", "time": "0"}


def _properties(report: Report) -> ET.Element:
    """What was judged, by what, with which verdict; the only place in JUnit for facts about a whole run."""
    facts = {
        "spec_version": report.spec_version,
        "profile": report.profile.value,
        "conformant": str(report.conformant).lower(),
        "achieved_profile": report.achieved_profile.value if report.achieved_profile else "none",
    }
    properties = ET.Element("properties")
    for name, text in facts.items():
        ET.SubElement(properties, "property", name=name, value=visible(text))
    for each in report.datasets:
        rows = f"{words.file_name(each.path)}: {words.count(each.rows, 'row')}"
        ET.SubElement(properties, "property", name=f"input.{each.dataset}", value=rows)
    return properties


def _case(dataset: str, check: CheckResult, requirement: Requirement, finding: digest.Finding | None) -> ET.Element:
    case = ET.Element(
        "testcase",
        name=f"{check.requirement} {requirement.statement}",
        classname=f"opentokenomics.{dataset}.{requirement.area}",
        time="0",
    )
    if check.status in _SKIPPED:
        reason = visible(check.reason or "no reason is stated")
        ET.SubElement(case, "skipped", message=f"{_SKIPPED[check.status]}: {reason}")
    elif finding is not None:
        blamed = f": {words.blamed(finding)}" if finding.columns else ""
        message = f"{words.tally(finding)}{blamed}"
        if check.status is Status.FAIL:
            ET.SubElement(case, "failure", message=message, type=check.keyword.value).text = _account(finding)
        else:
            ET.SubElement(case, "system-out").text = f"Warning: {message}\n{_account(finding)}"
    else:
        judged = words.count(check.evaluated, digest.judged(requirement))
        ET.SubElement(case, "system-out").text = f"0 of {judged}"
    return case


def _position(example: Violation) -> str:
    """What else says where it is, beside the place itself."""
    parts = [f"row {example.row:,}"] if example.line is not None and example.row is not None else []
    if example.record_id is not None and (example.line is not None or example.row is not None):
        parts.append(f"record {visible(example.record_id, words.NAME_LIMIT)}")
    return f" ({', '.join(parts)})" if parts else ""


def _account(finding: digest.Finding) -> str:
    """What is wrong, where, and what to do, in lines."""
    shown = finding.examples[:_LISTED_EXAMPLES]
    lines = [finding.requirement.statement, ""]
    for example in shown:
        line = words.place(finding, example) + _position(example)
        if example.column is not None:
            line += f"  {words.column(example.column)}"
            if example.value is not None:
                line += f" = {words.value(example.value)}"
        detail = words.detail(finding, example)
        lines.append(f"{line}  {detail}" if detail else line)
    left = finding.check.violations - len(shown)
    if left > 0:
        lines.append(f"and {left:,} more" if shown else f"{left:,} in all")
    return "\n".join([*lines, "", f"Fix: {words.fix(finding)}", finding.requirement.page])
