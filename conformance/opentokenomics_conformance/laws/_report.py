"""What was found of the laws, as text or JSON."""

from __future__ import annotations

import json
from importlib.metadata import version
from typing import Any

from opentokenomics.report import visible
from opentokenomics_conformance.laws._try import Finding, LawReport, Standing


def render_laws(report: LawReport, form: str = "text") -> str:
    """A report.

    Args:
        report: What was found.
        form: ``text`` or ``json``, as the published schema says.
    """
    return json.dumps(law_document(report), indent=2) + "\n" if form == "json" else _text(report)


def law_document(report: LawReport) -> dict[str, Any]:
    """A report as JSON, of the form that ``laws.schema.json`` describes."""
    tool = report.greeting
    counts = {standing.value: _number(report, standing) for standing in Standing}
    return {
        "tool": {"name": tool.name, "version": tool.version, "language": tool.language},
        "spec_version": report.spec_version,
        "harness": version("opentokenomics"),
        "seed": report.seed,
        "rounds": report.rounds,
        "summary": {"laws": len(report.findings), **counts},
        "laws": [
            {
                "law": each.law.id,
                "name": each.law.name,
                "subject": each.law.subject,
                "title": each.law.title,
                "role": each.law.role.value,
                "outcome": each.standing.value,
                "tried": each.tried,
                "seed": each.seed,
                "examples": each.examples,
                "detail": each.detail,
                "vector": each.vector,
                "input": None if each.vector else each.input,
            }
            for each in report.findings
        ],
    }


def _number(report: LawReport, standing: Standing) -> int:
    return sum(each.standing is standing for each in report.findings)


def _text(report: LawReport) -> str:
    tool, kept, total = report.greeting, _number(report, Standing.KEPT), len(report.findings)
    rounds = "1 round" if report.rounds == 1 else f"{report.rounds} rounds"
    tried = sum(each.tried for each in report.findings)
    who = visible(f"{tool.name} {tool.version}")
    lines = [f"{who} keeps {kept} of {total} laws (seed {report.seed}, {rounds}, {tried} examples)."]
    for each in report.findings:
        lines.append(f"{each.standing}: {each.law.id}: {each.law.title}")
        lines += _account(each)
    return "\n".join(lines) + "\n"


def _account(finding: Finding) -> list[str]:
    lines = [] if finding.detail is None else [f"  {visible(finding.detail)}"]
    if finding.standing is Standing.BROKEN:
        lines += [f"  To try it again: --law {finding.law.id} --seed {finding.seed} --examples {finding.examples}"]
        lines += ["  The smallest case that shows it:" if finding.vector else "  It was given:"]
        lines += [json.dumps(finding.vector or finding.input, indent=2)]
    return lines
