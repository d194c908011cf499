"""Schemas and catalogue fit together: a shape has one owner, every name exists, every example is good."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from records import STANDARD
from referencing import Registry
from referencing.jsonschema import DRAFT202012

from opentokenomics import check
from opentokenomics.standard import Dataset, Excluded, Facet, Kind, Schema, documents
from opentokenomics.standard._catalogue import Owners, read_requirement

_SCHEMAS = {name: json.loads(text) for name, text in documents().items() if name.endswith(".schema.json")}
_DATASETS = {name: schema for name, schema in _SCHEMAS.items() if "x-dataset" in schema}
_APPLY = {"$ref", "if", "examples", "title", "description", "$comment", "deprecated"}
"""Keywords that no value fails by itself."""


def _assertions(schema: str, node: dict[str, Any], place: str) -> Iterator[str]:
    """The locations of keywords that can fail: those of a column, and those that its ``$ref`` leads to."""
    for keyword in node:
        if keyword == "$ref":
            target, _, inner = node["$ref"].partition("#")
            document = target or schema
            found = _SCHEMAS[document]
            for step in inner.strip("/").split("/"):
                found = found[step]
            yield from _assertions(document, found, f"{document}#{inner}")
        elif keyword == "items" and "$ref" in node["items"]:
            yield f"{place}/items"
            inner = node["items"]["$ref"].removeprefix("#")
            yield from _record(schema, _SCHEMAS[schema]["$defs"][inner.rpartition("/")[2]], f"{schema}#{inner}")
        elif keyword not in _APPLY and not keyword.startswith("x-"):
            yield f"{place}/{keyword}"


def _record(schema: str, node: dict[str, Any], place: str) -> Iterator[str]:
    """The locations of keywords of a record that can fail."""
    yield from (f"{place}/{keyword}" for keyword in ("type", "required", "additionalProperties"))
    for column, inner in node["properties"].items():
        yield from _assertions(schema, inner, f"{place}/properties/{column}")


def _locations() -> Iterator[str]:
    for name, schema in _DATASETS.items():
        yield from (each for each in _record(name, schema, f"{name}#") if each != f"{name}#/type")


class TestEveryShapeHasOneOwner:
    """A keyword that can fail belongs to one requirement; a requirement of shape owns a keyword that can."""

    def test_each_location_has_one_and_each_owner_a_location(self) -> None:
        owner = Owners(STANDARD.requirements)
        owners = {owner(location) for location in _locations()}
        assert owners == {each.id for each in STANDARD.requirements if isinstance(each.check, Schema)}

    def test_there_are_many_locations(self) -> None:
        assert len(set(_locations())) > 50

    def test_an_unowned_location_is_refused(self) -> None:
        with pytest.raises(ValueError, match="no requirement owns"):
            Owners(STANDARD.requirements)("usage.schema.json#/properties/meter/pattern")

    def test_two_owners_of_equal_right_are_refused(self) -> None:
        entries = json.loads(documents()["catalogue.json"])["requirements"]
        entry = next(each for each in entries if each["check"]["kind"] == "schema")
        twins = [read_requirement({**entry, "id": name, "check": {"kind": "schema", "at": ["/a/*"]}}) for name in "AB"]
        with pytest.raises(ValueError, match="both own"):
            Owners(twins)("usage.schema.json#/a/b")
        exact = read_requirement({**entry, "id": "C", "check": {"kind": "schema", "at": ["usage.schema.json#/a/b"]}})
        assert Owners([*twins, exact])("usage.schema.json#/a/b/c") == "C"

    def test_every_shape_names_a_requirement_of_shape(self) -> None:
        for dataset in STANDARD.datasets.values():
            for column in dataset.columns:
                assert all(isinstance(STANDARD.requirement(each.requirement).check, Schema) for each in column.shapes)


class TestTheCatalogue:
    """Identifiers are unique and well formed, and every column that a requirement names exists."""

    def test_identifiers(self) -> None:
        identifiers = [each.id for each in STANDARD.requirements]
        assert len(identifiers) == len(set(identifiers))
        assert all(re.fullmatch(r"OTS-[A-Z]{3}-[0-9]{3}", each) for each in identifiers)

    def test_columns_exist(self) -> None:
        for requirement in STANDARD.requirements:
            known = {name for each in STANDARD.datasets.values() for name in each.by_name}
            if requirement.dataset is not None:
                known = set(STANDARD.datasets[requirement.dataset].by_name)
            assert set(requirement.columns) <= known, requirement.id

    def test_what_no_program_checks_says_why(self) -> None:
        for requirement in STANDARD.requirements:
            assert requirement.machine_checkable or (
                isinstance(requirement.check, Excluded) and requirement.check.reason
            )
            assert requirement.statement
            assert requirement.rationale
            assert requirement.fix
            assert requirement.area == requirement.id.split("-")[1]

    def test_a_check_of_unknown_kind_is_refused(self) -> None:
        (entry, *_) = json.loads(documents()["catalogue.json"])["requirements"]
        with pytest.raises(ValueError, match="unknown kind 'magic'"):
            read_requirement({**entry, "check": {"kind": "magic"}})


@pytest.mark.parametrize("dataset", STANDARD.datasets.values(), ids=lambda dataset: dataset.name)
class TestTheSchemas:
    """What a schema gives as an example is good by that schema, and by this package."""

    def _validator(self, dataset: Dataset) -> Draft202012Validator:
        (schema,) = (each for each in _DATASETS.values() if each["x-dataset"] == dataset.name)
        registry: Registry[Any] = Registry().with_resources(
            (each["$id"], DRAFT202012.create_resource(each)) for each in _SCHEMAS.values() if "$id" in each
        )
        return Draft202012Validator(schema, registry=registry)

    def test_are_schemas(self, dataset: Dataset) -> None:
        Draft202012Validator.check_schema(self._validator(dataset).schema)

    def test_examples_are_good(self, dataset: Dataset) -> None:
        validator = self._validator(dataset)
        complete = {column.name: column.examples[0] for column in dataset.columns}
        shapes = {each.id for each in STANDARD.requirements if isinstance(each.check, Schema)}
        for column in dataset.columns:
            assert column.examples
            for value in column.examples:
                record = {**complete, column.name: value}
                validator.validate(record)
                assert not shapes & {each.requirement for each in check(record, dataset=dataset.name)}

    def test_every_column_has_what_its_kind_needs(self, dataset: Dataset) -> None:
        for column in dataset.columns:
            assert column.description
            assert column.levels
            facets = {each.facet for each in column.shapes}
            assert (Facet.PRESENT in facets) == column.required
            assert (column.precision is not None) == (column.scale is not None) == (column.kind is Kind.DECIMAL)
            assert bool(column.values) == (Facet.ENUM in facets)
