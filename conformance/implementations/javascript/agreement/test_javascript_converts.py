"""What the implementation in JavaScript converts becomes the rows of the reference implementation."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from javascript import FOLDER

from opentokenomics.convert import sources
from opentokenomics.standard import load
from opentokenomics_conformance import Case, Outcome, Plan, Role, load_suite, run_suite
from opentokenomics_conformance.reference import _ROLES

_ADAPTER = ("node", str(FOLDER / "bin" / "adapter.js"))
_EXPORTS = FOLDER.parents[2] / "examples" / "exports"
_OPTIONS = {"at": "2026-08-31T08:00:00Z"}

_REFUSED = frozenset(
    {
        "github-copilot/billing_usage.json",
        "github-copilot/first_generation.csv",
        "github-copilot/premium_requests_preview.csv",
        "github-copilot/quoted_lines.csv",
        "litellm/standard_payload.jsonl",
        "openai-usage/other_endpoints.jsonl",
        "otel/claude_code_logs.json",
        "otel/metrics.json",
        "responses/anthropic.jsonl",
        "responses/bedrock.jsonl",
        "responses/openai.jsonl",
    }
)
"""Files that only the reference implementation converts whole."""

_OTHERWISE = {
    # Its description of a charge is put together of two cells, and none of them says it in these words.
    "anthropic-console/claude_cost_2026_08.csv": "charge_description",
    # Counters are verbatim: what a source writes as 4.092e-05 stays so.
    "responses/openrouter.jsonl": "source_counters",
}
"""Files in which a column of words differs, and no quantity and no amount does."""


def _source(file: Path) -> str:
    folder = file.parent.name
    return f"{file.stem}-response" if folder == "responses" else file.stem if folder == "month" else folder


def _cases() -> Iterator[Case]:
    for file in sorted(_EXPORTS.glob("*/*")):
        if file.suffix in {".csv", ".json", ".jsonl"}:
            payload = {"path": file.name, "text": file.read_text("utf-8")}
            given = {"source": _source(file), "payload": payload, "options": _OPTIONS}
            expected = _ROLES["converter"](given, load().version)
            name = f"{file.parent.name}/{file.name}"
            yield Case(name, "An example.", Role.CONVERTER, "convert", (), (), given, expected)


def test_every_vector_of_a_converter_has_the_same_rows_from_both() -> None:
    suite = load_suite().of([Role.CONVERTER])
    report = run_suite(suite, Plan(_ADAPTER))
    assert {each.case: each.detail for each in report.results if each.outcome is not Outcome.PASSED} == {}
    assert {each.name for each in sources()} == {case.input["source"] for case in suite.cases}


def test_examples_are_converted_alike_or_refused() -> None:
    cases = list(_cases())
    report = run_suite(replace(load_suite(), cases=cases), Plan(_ADAPTER))
    found = {each.case: str(each.detail) for each in report.results if each.outcome is not Outcome.PASSED}
    refused = {name for name, detail in found.items() if "rejected records" in detail}
    assert refused == _REFUSED
    others = {name: detail for name, detail in found.items() if name not in refused}
    assert others.keys() == _OTHERWISE.keys()
    assert all(_OTHERWISE[name] in detail for name, detail in others.items()), others
