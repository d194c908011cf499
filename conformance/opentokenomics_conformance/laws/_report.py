"""What was found of the laws, as text or JSON."""

from __future__ import annotations

import json
from collections.abc import Sequence

from opentokenomics_conformance.laws._try import Finding, LawPlan, Standing
from opentokenomics_conformance.tool import Greeting


def render_laws(greeting: Greeting, findings: Sequence[Finding], plan: LawPlan, form: str = "text") -> str:
    """A report.

    Args:
        greeting: What the tool says of itself.
        findings: What was found of each law.
        plan: How they were tried.
        form: ``text`` or ``json``.
    """
    return _json(greeting, findings, plan) if form == "json" else _text(greeting, findings, plan)


def _text(greeting: Greeting, findings: Sequence[Finding], plan: LawPlan) -> str:
    kept = sum(each.standing is Standing.KEPT for each in findings)
    how = f"seed {plan.seed}, {plan.examples} examples of each"
    lines = [f"{greeting.name} {greeting.version} keeps {kept} of {len(findings)} laws ({how})."]
    for each in findings:
        lines.append(f"{each.standing}: {each.law.id}: {each.law.title}")
        if each.detail is not None:
            lines.append(f"  {each.detail}")
        if each.standing is Standing.BROKEN:
            lines += ["  The smallest case that shows it:" if each.vector else "  It was given:"]
            lines += [json.dumps(each.vector or each.input, indent=2)]
    return "\n".join(lines) + "\n"


def _json(greeting: Greeting, findings: Sequence[Finding], plan: LawPlan) -> str:
    document = {
        "tool": {"name": greeting.name, "version": greeting.version, "language": greeting.language},
        "spec_version": plan.spec_version,
        "seed": plan.seed,
        "examples": plan.examples,
        "laws": [
            {
                "law": each.law.id,
                "title": each.law.title,
                "role": each.law.role.value,
                "outcome": each.standing.value,
                "tried": each.tried,
                "detail": each.detail,
                "vector": each.vector,
                "input": None if each.vector else each.input,
            }
            for each in findings
        ],
    }
    return json.dumps(document, indent=2) + "\n"
