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


def test_examples_are_converted_alike() -> None:
    report = run_suite(replace(load_suite(), cases=list(_cases())), Plan(_ADAPTER))
    assert {each.case: str(each.detail) for each in report.results if each.outcome is not Outcome.PASSED} == {}
