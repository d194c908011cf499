"""The catalogue, as it is written and as it is published, keeps its schema; and its checks speak of their columns."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator
from records import STANDARD
from referencing import Registry, Resource

from opentokenomics.rules import columns_of
from opentokenomics.standard import (
    NAMED,
    Acyclic,
    Group,
    NoOverlap,
    Predicate,
    Quotient,
    References,
    Requirement,
    Row,
    Unique,
)

compiler = pytest.importorskip("compile_catalogue", reason="needs the tools of a checkout")

CATALOGUE = json.loads((compiler.FOLDER / "catalogue.json").read_text("utf-8"))
DRAFT = [
    entry for area in compiler.AREAS for entry in yaml.safe_load((compiler.SOURCE / f"{area}.yaml").read_text("utf-8"))
]


@pytest.fixture(scope="module")
def judges(schemas: Mapping[str, Mapping[str, Any]]) -> Mapping[str, Draft202012Validator]:
    """Validators for the compiled catalogue, one compiled requirement, and one as it is written."""
    registry: Registry[Any] = Registry().with_resources(
        (schema["$id"], Resource.from_contents(schema)) for schema in schemas.values()
    )
    address = schemas["catalogue.schema.json"]["$id"]
    parts = {"catalogue": "", "compiled": "#/$defs/requirement", "draft": "#/$defs/draft"}
    return {
        name: Draft202012Validator({"$ref": address + pointer}, registry=registry) for name, pointer in parts.items()
    }


class TestSchema:
    """Every member of the catalogue is described, and what is not described is refused."""

    def test_schemas_are_schemas(self, schemas: Mapping[str, Mapping[str, Any]]) -> None:
        for schema in schemas.values():
            Draft202012Validator.check_schema(schema)

    def test_the_published_catalogue_keeps_it(self, judges: Mapping[str, Draft202012Validator]) -> None:
        assert not [error.message for error in judges["catalogue"].iter_errors(CATALOGUE)]

    @pytest.mark.parametrize("entry", DRAFT, ids=lambda entry: entry["id"])
    def test_each_entry_keeps_it(self, entry: Mapping[str, Any], judges: Mapping[str, Draft202012Validator]) -> None:
        assert not [error.message for error in judges["draft"].iter_errors(entry)]

    @given(st.sampled_from(CATALOGUE["requirements"]), st.data())
    def test_a_compiled_entry_without_a_member_is_refused(
        self, judges: Mapping[str, Draft202012Validator], entry: Mapping[str, Any], data: st.DataObject
    ) -> None:
        missing = data.draw(st.sampled_from(sorted(entry)))
        assert not judges["compiled"].is_valid({name: value for name, value in entry.items() if name != missing})

    @given(st.sampled_from(CATALOGUE["requirements"]), st.text(min_size=1, max_size=12))
    def test_an_unknown_member_is_refused(
        self, judges: Mapping[str, Draft202012Validator], entry: Mapping[str, Any], name: str
    ) -> None:
        if name not in entry:
            assert not judges["compiled"].is_valid({**entry, name: "x"})
        if name not in entry["check"]:
            assert not judges["compiled"].is_valid({**entry, "check": {**entry["check"], name: "x"}})

    def test_text_is_no_compiled_predicate(self, judges: Mapping[str, Draft202012Validator]) -> None:
        entry = next(each for each in CATALOGUE["requirements"] if each["check"]["kind"] == "row")
        check = {"kind": "row", "predicate": entry["check"]["predicate"]["sql"]}
        assert not judges["compiled"].is_valid({**entry, "check": check})
        assert not judges["draft"].is_valid({**entry, "dataset": "usage"})

    def test_a_rule_has_the_members_that_it_needs(self, judges: Mapping[str, Draft202012Validator]) -> None:
        entry = next(each for each in DRAFT if each["id"] == "OTS-TOK-010")
        for member in ("by", "rule", "column", "total"):
            check = {name: value for name, value in entry["check"].items() if name != member}
            assert not judges["draft"].is_valid({**entry, "check": check})


class TestRequirements:
    """What a reader may take for granted of every requirement."""

    def test_identifiers_are_unique_and_in_order(self) -> None:
        numbers: dict[str, list[str]] = {}
        for each in STANDARD.requirements:
            numbers.setdefault(each.area, []).append(each.id)
        for area, identifiers in numbers.items():
            places = [int(each.removeprefix(f"OTS-{area}-")) for each in identifiers]
            assert identifiers == [f"OTS-{area}-{place:03}" for place in places]
            assert places == sorted(set(places))

    def test_the_draft_is_what_is_published(self) -> None:
        assert compiler.compile_catalogue() == (compiler.FOLDER / "catalogue.json").read_text("utf-8")

    def test_areas_are_the_files(self, root: Path) -> None:
        assert {file.stem for file in (root / "spec" / "requirements").glob("*.yaml")} == set(compiler.AREAS)

    def test_columns_are_those_that_the_check_reads(self) -> None:
        """Each named column is read, and the first one, which is blamed, is the dataset's own."""
        for each in STANDARD.requirements:
            read = set(_read(each))
            if read:
                assert each.columns, each.id
                assert set(each.columns) <= read, each.id

    @pytest.mark.parametrize("area", ["VAL", "MET"])
    def test_requirements_of_tools_are_not_checked_on_inputs(self, area: str) -> None:
        tools = [each for each in STANDARD.requirements if each.area == area]
        assert tools
        assert not any(each.binds_inputs for each in tools)
        assert not [each.id for each in tools if each.machine_checkable or each.dataset]


def _read(requirement: Requirement) -> Iterator[str]:
    """The columns that a check reads, as the *Rules* chapter defines it."""
    check = requirement.check
    predicates: list[Predicate | None] = []
    match check:
        case Row():
            predicates = [check.predicate, check.where]
        case Unique():
            yield from check.columns
            predicates = [check.where]
        case References():
            yield from (check.column, *check.compare, *(own for own, _ in check.match))
            predicates = [check.predicate, check.where]
        case Group():
            yield from (*check.by, *(name for name in (check.column, check.total, check.upper) if name))
            predicates = [check.predicate, check.where]
        case Acyclic():
            yield from (check.start, check.to)
        case Quotient():
            yield from (check.numerator, check.denominator, check.value)
        case NoOverlap():
            yield from (*check.by, *(name for ends in check.ranges for name in ends))
            yield from (name for name in (check.apart,) if name)
            predicates = [check.where]
    for predicate in predicates:
        if predicate is not None:
            yield from (name for name in columns_of(predicate.tree) if not name.startswith(NAMED))
