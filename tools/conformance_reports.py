"""Puts the vectors to every tool in this checkout, and keeps the reports that the site shows.

Usage: python tools/conformance_reports.py [--check] [NAME...]

A report says nothing of the machine or the time, so that another run on other hardware writes the same file.
``--check`` runs no tool: it says which reports are on other vectors than those of today.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path

from drafts import ROOT
from opentokenomics_conformance import Plan, Role, Suite, SuiteReport, load_suite, run_suite
from opentokenomics_conformance.tool import Limits

REPORTS = ROOT / "conformance" / "reports"
_ALL = tuple(Role)
_PYTHON = sys.executable

OWN: Mapping[str, tuple[tuple[Role, ...], tuple[str, ...]]] = {
    "opentokenomics": (_ALL, (_PYTHON, "-m", "opentokenomics_conformance.reference")),
    "opentokenomics-js": (_ALL, ("node", "conformance/implementations/javascript/bin/adapter.js")),
    "jsonschema": ((Role.VALIDATOR,), (_PYTHON, "conformance/adapters/with_jsonschema.py")),
    "jsonschema-rs": ((Role.VALIDATOR,), (_PYTHON, "conformance/adapters/with_jsonschema_rs.py")),
    "ajv": ((Role.VALIDATOR,), ("node", "conformance/adapters/with_ajv.js")),
}
"""The roles of each tool that this checkout can start, and how."""


def main(arguments: list[str]) -> int:
    """Runs the tool; returns the exit code."""
    if "--check" in arguments:
        suite = load_suite()
        faults = [f"{fault}; run `make others`." for fault in stale(suite)]
        faults += [f"{fault}; run every case of a role, without a filter." for fault in partial(suite)]
        for fault in faults:
            print(fault, file=sys.stderr)
        return 1 if faults else 0
    os.chdir(ROOT)
    for name in arguments or OWN:
        roles, command = OWN[name]
        plan = Plan(command, os.cpu_count() or 1, Limits(start_seconds=60, answer_seconds=60))
        report = replace(run_suite(load_suite().of(roles), plan), platform=None, started_at=None)
        (REPORTS / f"{name}.json").write_text(text_of(report), "utf-8")
        print(f"{name}: {report.passed} of {len(report.results)} cases passed")
    return 0


def reports() -> Mapping[str, SuiteReport]:
    """Every report that is kept, by its name: those of this checkout first, and then those of others."""
    files = {file.stem: file for file in sorted(REPORTS.glob("*.json"))}
    ordered = [*(name for name in OWN if name in files), *(name for name in files if name not in OWN)]
    return {name: SuiteReport.from_json(files[name].read_text("utf-8"), f"{name}.json") for name in ordered}


def stale(suite: Suite) -> Iterator[str]:
    """Says which tool of this checkout has no report on the vectors of today."""
    found = reports()
    for name in OWN:
        if name not in found:
            yield f"{_short(REPORTS)}/{name}.json is not there"
        elif found[name].suite["digest"] != suite.digest:
            yield f"{_short(REPORTS)}/{name}.json is on other vectors"


def partial(suite: Suite) -> Iterator[str]:
    """Says which report is on some cases of a role only, so that its score would stand beside those on all of them."""
    for name, report in reports().items():
        for role in sorted({each.role for each in report.results}):
            tried = {each.case for each in report.results if each.role == role}
            if report.suite["digest"] == suite.digest and tried != {case.id for case in suite.of([Role(role)]).cases}:
                yield f"{_short(REPORTS)}/{name}.json is on {len(tried)} cases of the {role} only"


def text_of(report: SuiteReport) -> str:
    """A report as JSON with a line for each case, so that a difference is read case by case."""
    document = json.loads(report.to_json())
    cases = document.pop("cases")
    facts = json.dumps(document, indent=1, ensure_ascii=False).removesuffix("\n}")
    lines = ",\n".join(f"  {json.dumps(case, ensure_ascii=False)}" for case in cases)
    return f'{facts},\n "cases": [\n{lines}\n ]\n}}\n'


def _short(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
