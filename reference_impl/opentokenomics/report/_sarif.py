"""A report as a SARIF 2.1.0 log, which code hosts and editors show beside the lines of the inputs.

A rule is a requirement; a result is one violation that the report lists. Only violations are results, because some code
hosts show a result of any kind as an alert; how every requirement ended, with its exact totals, stands in the
properties of the run.
"""

from __future__ import annotations

import json
import os
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict
from hashlib import sha256
from importlib.metadata import version
from pathlib import PurePath
from typing import Any
from urllib.parse import quote

import msgspec

from opentokenomics.report import _digest as digest
from opentokenomics.report import _wording as words
from opentokenomics.report._model import InputSummary, Report, Status, Violation
from opentokenomics.report._redact import REDACTED
from opentokenomics.report._visible import visible
from opentokenomics.standard import BASE_URI, Keyword, Requirement, load

_SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
_LEVELS = {Keyword.MUST: "error", Keyword.SHOULD: "warning"}
_FINGERPRINT = "opentokenomicsViolation/v1"
_MOST_RESULTS = 25_000
"""GitHub refuses a run with more."""


def render_sarif(report: Report) -> str:
    """The report as a SARIF log with one run."""
    log = {"$schema": _SCHEMA, "version": "2.1.0", "runs": [_run(report)]}
    return msgspec.json.format(msgspec.json.encode(log), indent=2).decode() + "\n"


def _run(report: Report) -> Mapping[str, Any]:
    standard = load(report.spec_version)
    requirements = [standard.requirement(check.requirement) for check in report.checks]
    places = _Places(report.datasets)
    rules = {each.id: number for number, each in enumerate(requirements)}
    results = list(_results(report, rules, places))
    return {
        "tool": {
            "driver": {
                "name": "opentokenomics",
                "version": version("opentokenomics"),
                "informationUri": BASE_URI,
                "rules": [_rule(each) for each in requirements],
            }
        },
        "invocations": [{"executionSuccessful": True}],
        "artifacts": places.artifacts,
        "results": results,
        "columnKind": "unicodeCodePoints",
        "properties": {
            "specVersion": report.spec_version,
            "profile": report.profile,
            "conformant": report.conformant,
            "achievedProfile": report.achieved_profile,
            "summary": dict(report.summary),
            "checks": [asdict(each) for each in report.checks],
            "listedResults": len(results),
            "totalViolations": sum(check.violations for check in report.checks),
        },
    }


def _rule(requirement: Requirement) -> Mapping[str, Any]:
    remedy = f"{requirement.rationale}\n\nWhat to do: {requirement.fix}"
    return {
        "id": requirement.id,
        "shortDescription": {"text": _message(requirement.statement)},
        "fullDescription": {"text": _message(requirement.rationale)},
        "help": {"text": _message(remedy), "markdown": f"{remedy}\n\n[{requirement.id}]({requirement.page})"},
        "helpUri": requirement.page,
        "defaultConfiguration": {"level": _LEVELS[requirement.keyword]},
        "properties": {
            "tags": [requirement.dataset or "every_dataset", requirement.profile],
            "problem.severity": _LEVELS[requirement.keyword],
            "keyword": requirement.keyword,
            "since": requirement.since,
            "columns": list(requirement.columns),
        },
    }


def _results(report: Report, rules: Mapping[str, int], places: _Places) -> Iterator[Mapping[str, Any]]:
    broken = (*digest.findings(report, Status.FAIL), *digest.findings(report, Status.WARN))
    seen = Counter[str]()
    for finding in broken:
        for violation in finding.examples[: _MOST_RESULTS // len(broken)]:
            mark = _fingerprint(violation)
            seen[mark] += 1
            yield {
                "ruleId": violation.requirement,
                "ruleIndex": rules[violation.requirement],
                "level": _LEVELS[finding.check.keyword],
                "message": {"text": _text(finding, violation)},
                "locations": [places.locate(violation)],
                "partialFingerprints": {_FINGERPRINT: f"{mark}:{seen[mark]}"},
                "properties": {
                    "dataset": violation.dataset,
                    "row": violation.row,
                    "recordId": _shown(violation.record_id),
                    "column": _shown(violation.column),
                    "value": _shown(violation.value),
                    "totalViolations": finding.check.violations,
                    "evaluated": finding.check.evaluated,
                },
            }


def _text(finding: digest.Finding, violation: Violation) -> str:
    """What is wrong at this place, then what would be right, then what to do."""
    blamed = ""
    if violation.column is not None:
        blamed = words.column(violation.column)
        blamed += f" = {words.value(violation.value)}. " if violation.value is not None else ". "
    row = f"Row {violation.row:,}. " if violation.line is None and violation.row is not None else ""
    return _message(f"{row}{blamed}{visible(violation.message)} {words.fix(finding)}")


def _message(text: str) -> str:
    """Text as a SARIF message, in which brackets make links and braces are placeholders."""
    escaped = text.replace("\\", "\\\\").replace("[", "\\[").replace("]", "\\]")
    return escaped.replace("{", "{{").replace("}", "}}")


def _shown(text: str | None) -> str | None:
    return None if text is None else visible(text)


def _fingerprint(violation: Violation) -> str:
    """The same for the same violation in a later export, even if rows before it came or went."""
    named = violation.record_id not in {None, REDACTED}
    parts = (
        violation.requirement,
        violation.dataset,
        violation.path,
        violation.column,
        violation.record_id if named else str(violation.row),
    )
    return sha256(json.dumps(parts).encode()).hexdigest()[:32]


class _Places:
    """The inputs as artifacts, and where in them a violation is."""

    def __init__(self, inputs: Iterable[InputSummary]) -> None:
        self.artifacts: list[Mapping[str, Any]] = []
        self._numbers: dict[str, int] = {}
        for each in inputs:
            location = _artifact(each.path)
            if location["uri"] in self._numbers:
                continue
            self._numbers[location["uri"]] = len(self.artifacts)
            roles = ["analysisTarget", "standardStream"] if each.path == "-" else ["analysisTarget"]
            properties = {"dataset": each.dataset, "rows": each.rows}
            self.artifacts.append({"location": location, "roles": roles, "properties": properties})

    def locate(self, violation: Violation) -> Mapping[str, Any]:
        """A SARIF location; without an input, a line or a column it says so much less."""
        location: dict[str, Any] = {}
        if violation.path is not None:
            artifact = _artifact(violation.path)
            number = self._numbers.get(artifact["uri"])
            place = artifact if number is None else {**artifact, "index": number}
            location["physicalLocation"] = {"artifactLocation": place}
            if violation.line is not None:
                location["physicalLocation"]["region"] = {"startLine": violation.line}
        if violation.column is not None:
            name = words.column(violation.column)
            location["logicalLocations"] = [
                {"name": name, "fullyQualifiedName": f"{violation.dataset}.{name}", "kind": "property"}
            ]
        return location


def _artifact(path: str) -> Mapping[str, Any]:
    """The input as a SARIF artifact location, which always has an address."""
    # Standard input has no address, but code hosts refuse a place without one.
    return {"uri": "stdin", "description": {"text": "standard input"}} if path == "-" else {"uri": _uri(path)}


def _uri(path: str) -> str:
    """A file's name as a URI, relative where the name is; it is percent-encoded byte by byte."""
    pure = PurePath(path)
    text = pure.as_posix()
    try:
        encoded = os.fsencode(text)
    except UnicodeEncodeError:
        encoded = visible(text).encode()
    if not pure.is_absolute():
        return quote(encoded)
    return f"file://{'' if text.startswith('/') else '/'}{quote(encoded, safe='/:')}"
