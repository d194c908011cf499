"""Every example of the chapters does what the chapters say."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest
from records import STANDARD

import opentokenomics
from opentokenomics.convert import Options, convert, parse_instant
from opentokenomics.report import Status
from opentokenomics.rules import compile_predicate, to_python
from opentokenomics.rules._pattern import check_pattern

blocks = pytest.importorskip("spec_blocks", reason="needs the tools of a checkout")

INDEX: Mapping[str, Any] = blocks.index()
VALIDATED = sorted(name for name, facts in INDEX.items() if "profile" in facts)
VALID_LINES = [name for name in VALIDATED if name.endswith(".jsonl") and not INDEX[name].get("violations")]
CONVERTED = sorted(name for name, facts in INDEX.items() if "convert" in facts)
PREDICATES = json.loads((blocks.EXAMPLES / "three-valued.json").read_text("utf-8"))
PATTERNS = json.loads((blocks.EXAMPLES / "patterns.json").read_text("utf-8"))


class TestIndex:
    """Each example file is known, is shown to readers, and is executed."""

    def test_it_names_the_files_that_exist(self) -> None:
        assert set(INDEX) == {file.name for file in blocks.EXAMPLES.iterdir()} - {"index.yaml"}

    @pytest.mark.parametrize("name", sorted(INDEX))
    def test_a_chapter_shows_it(self, name: str, chapters: Mapping[str, str]) -> None:
        link = f"(examples/{name}/manifest.json)" if (blocks.EXAMPLES / name).is_dir() else f"(examples/{name})"
        assert any(link in text for text in chapters.values())

    def test_each_is_executed(self) -> None:
        cases = {name for name, facts in INDEX.items() if "cases" in facts}
        assert {*VALIDATED, *CONVERTED, *cases} == set(INDEX)
        assert cases == {"three-valued.json", "patterns.json"}


class TestValidation:
    """An example has exactly the violations that are stated, and otherwise meets its profile."""

    @pytest.mark.parametrize("name", VALIDATED)
    def test_violations_are_the_stated_ones(self, name: str) -> None:
        facts = INDEX[name]
        files = [blocks.EXAMPLES / each for each in (name, *facts.get("beside", ()))]
        report = opentokenomics.validate(files, profile=facts["profile"])
        found = {check.requirement: check.violations for check in report.checks if check.violations}
        assert found == facts.get("violations", {})
        failing = [check for check in report.checks if check.status is Status.FAIL]
        assert report.conformant is not bool(failing)
        assert report.summary["passed"] > 0

    @pytest.mark.parametrize("name", VALID_LINES)
    def test_records_of_valid_examples_have_no_violations_one_by_one(self, name: str) -> None:
        for line in (blocks.EXAMPLES / name).read_text("utf-8").splitlines():
            record = json.loads(line)
            assert not opentokenomics.check(record, dataset=_dataset(name), profile=INDEX[name]["profile"])

    def test_every_defect_is_told_apart(self) -> None:
        stated = [tuple(facts["violations"]) for facts in INDEX.values() if facts.get("violations")]
        assert all(len(identifiers) == 1 for identifiers in stated)


class TestConversion:
    """A response body becomes exactly the records that stand beside it."""

    @pytest.mark.parametrize("name", CONVERTED)
    def test_records_are_the_shown_ones(self, name: str) -> None:
        facts = INDEX[name]["convert"]
        at = parse_instant(facts["at"]) if "at" in facts else None
        conversion = convert(blocks.EXAMPLES / name, facts["source"], Options(at=at, model=facts.get("model")))
        rows = list(conversion)
        assert not conversion.rejects
        assert not conversion.notices
        assert rows == [json.loads(line) for line in (blocks.EXAMPLES / facts["into"]).read_text("utf-8").splitlines()]

    @pytest.mark.parametrize("name", CONVERTED)
    def test_leaves_add_up_to_the_stated_total(self, name: str) -> None:
        lines = (blocks.EXAMPLES / INDEX[name]["convert"]["into"]).read_text("utf-8").splitlines()
        tokens = [row for row in map(json.loads, lines) if row["meter"] == "tokens"]
        totals = {row.get("usage_group_total") for row in tokens}
        assert len(totals) == 1
        (total,) = totals
        if total is not None:
            assert sum(int(row["consumed_quantity"]) for row in tokens) == int(total)


class TestPredicates:
    """The examples of three-valued logic and of patterns come out as shown."""

    @pytest.mark.parametrize("case", PREDICATES, ids=lambda case: case["predicate"])
    def test_result(self, case: Mapping[str, Any]) -> None:
        columns = STANDARD.datasets["usage"].by_name
        record = {name: _typed(columns[name].kind.value, value) for name, value in case["record"].items()}
        assert to_python(compile_predicate(case["predicate"], columns))(record) is case["result"]

    @pytest.mark.parametrize("case", PATTERNS, ids=lambda case: case["pattern"])
    def test_pattern(self, case: Mapping[str, Any]) -> None:
        check_pattern(case["pattern"])
        columns = STANDARD.datasets["usage"].by_name
        matches = to_python(compile_predicate(f"MATCHES(model_id, '{case['pattern']}')", columns))
        assert all(matches({"model_id": text}) is True for text in case["matches"])
        assert all(matches({"model_id": text}) is False for text in case["fails"])

    def test_every_result_is_shown(self) -> None:
        assert {case["result"] for case in PREDICATES} == {True, False, None}


def _dataset(name: str) -> str:
    stem = name.partition(".")[0]
    return stem if stem in STANDARD.datasets else "usage"


def _typed(kind: str, value: str) -> object:
    if kind == "decimal":
        return Decimal(value)
    if kind == "timestamp":
        return datetime.fromisoformat(value).astimezone(UTC).replace(tzinfo=None)
    return value
