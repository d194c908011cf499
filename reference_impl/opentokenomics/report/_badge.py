"""A badge: what a report comes to, in the few words that stand beside the title of a project."""

from __future__ import annotations

import json

from opentokenomics.report._model import Report


def render_badge(report: Report) -> str:
    """The verdict as a badge; only a report without warnings is as green as can be."""
    if not report.conformant:
        return badge(report.spec_version, f"{report.profile}: not conformant", "red")
    warned = report.summary["warned"]
    color = "yellow" if warned else "brightgreen"
    return badge(report.spec_version, f"{report.profile}: conformant", color)


def badge(version: str, message: str, color: str) -> str:
    """What shields.io reads from an address to draw a badge: its schema of an endpoint, as JSON.

    Args:
        version: The version of the standard that the badge is about.
        message: What is to be said of it.
        color: One of the colours that shields.io has names for.
    """
    said = {"schemaVersion": 1, "label": f"Open Tokenomics {version}", "message": message, "color": color}
    return json.dumps(said) + "\n"
