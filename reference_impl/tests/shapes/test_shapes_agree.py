"""Shapes are judged here as the ``jsonschema`` library judges them."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from decimal import Decimal
from functools import cache
from typing import Any

import pytest
from bundles import made
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator
from jsonschema.protocols import Validator
from jsonschema.validators import extend
from outcomes import MAKE
from prices import plans, prices
from records import COLUMNS, STANDARD, Record, dataset
from referencing import Registry
from referencing.jsonschema import DRAFT202012
from wild import POOL, every_value_in, wild_records

from opentokenomics import check
from opentokenomics.standard import Dataset, Row, Schema, documents
from opentokenomics.standard._catalogue import Owners

_RULES = {each.id for each in STANDARD.requirements if isinstance(each.check, Row)}
_owner = Owners(STANDARD.requirements)
_OF_VERSIONS = _owner("usage.schema.json#/properties/spec_version/enum")
_BASES = {
    "usage": dataset()[-1],
    "price": prices()[-1],
    "plan": plans()[-1],
    "manifest": made().manifest,
    **{name: make("d")[0] for name, make in MAKE.items()},
}
"""A faultless record of each dataset."""
_DISTINCT = {
    (column.kind, column.required, tuple(replace(shape, values=()) for shape in column.shapes)): (dataset, column.name)
    for dataset in reversed(list(STANDARD.datasets.values()))
    for column in dataset.columns
}
"""One column of each shape that there is, with its dataset."""
_LISTS = [
    (dataset, column, {(each.kind, each.required, each.shapes): each.name for each in column.record.columns}.values())
    for dataset in STANDARD.datasets.values()
    for column in dataset.columns
    if column.record is not None
]
"""The lists of records, with one column of each shape that these have."""


def _anchored(node: object) -> object:
    """The schema with the end of a text meant by ``$``: Python's ``re`` accepts a line break before it."""
    if isinstance(node, dict):
        return {
            re.sub(r"[$]$", r"\\Z", name) if name.startswith("^") else name: (
                re.sub(r"[$]$", r"\\Z", value) if name == "pattern" and isinstance(value, str) else _anchored(value)
            )
            for name, value in node.items()
        }
    return [_anchored(each) for each in node] if isinstance(node, list) else node


def _is_integer(_: object, value: object) -> bool:
    if isinstance(value, Decimal):
        return value.as_tuple().exponent >= 0 or value == int(value)  # type: ignore[operator] # finite, from JSON
    return isinstance(value, int) and not isinstance(value, bool)


@cache
def _documents() -> Mapping[str, Any]:
    return {name: _anchored(json.loads(text)) for name, text in documents().items() if name.endswith(".schema.json")}


@cache
def _validator(name: str) -> Validator:
    resources = [(document["$id"], DRAFT202012.create_resource(document)) for document in _documents().values()]
    types = Draft202012Validator.TYPE_CHECKER.redefine("integer", _is_integer)
    types = types.redefine("number", lambda checker, value: isinstance(value, Decimal) or _is_integer(checker, value))
    exact = extend(Draft202012Validator, type_checker=types)  # type: ignore[no-untyped-call]
    return exact(  # type: ignore[no-any-return]
        _documents()[f"{name}.schema.json"], registry=Registry().with_resources(resources)
    )


def _places(node: object, place: str) -> Iterator[tuple[int, str]]:
    """Where each subschema is written; the library's own paths do not say which ``$ref`` was followed."""
    if isinstance(node, dict):
        yield id(node), place
        for name, member in node.items():
            yield from _places(member, f"{place}/{name}")
    elif isinstance(node, list):
        for number, member in enumerate(node):
            yield from _places(member, f"{place}/{number}")


@cache
def _index() -> Mapping[int, str]:
    return {key: place for name, document in _documents().items() for key, place in _places(document, f"{name}#")}


def _by_jsonschema(record: Record, of: Dataset = STANDARD.datasets["usage"]) -> set[tuple[str, str]]:
    found = set(_errors(record, of))
    if any(name == "spec_version" and requirement != _OF_VERSIONS for requirement, name in found):
        found.discard((_OF_VERSIONS, "spec_version"))  # what is malformed states no version
    return found


def _errors(record: Record, of: Dataset) -> Iterator[tuple[str, str]]:
    schema = _documents()[f"{of.name}.schema.json"]
    for error in _validator(of.name).iter_errors(record):
        requirement = _owner(f"{_index()[id(error.schema)]}/{error.validator}")
        if error.absolute_path:
            yield requirement, str(error.absolute_path[0])
        elif error.validator == "required":
            yield from ((requirement, name) for name in schema["required"] if name not in record)
        else:
            (custom,) = schema["patternProperties"]
            unknown = set(record) - set(of.by_name)
            yield from ((requirement, name) for name in unknown if not re.search(custom, name))


def _by_check(record: Record, of: str = "usage") -> set[tuple[str, str | None]]:
    return {(each.requirement, each.column) for each in check(record, dataset=of) if each.requirement not in _RULES}


def _with_odd_entries() -> Iterator[tuple[Dataset, Record]]:
    """Records with a list of records, in one of which a column holds something odd, is absent or is unknown."""
    for of, column, names in _LISTS:
        # What else there may be in such a record has its own tests.
        base = {each.name: _BASES[of.name][each.name] for each in of.columns if each.required}
        first, *others = _BASES[of.name][column.name][:2]
        odd = [entry for name in names for entry in every_value_in(name, first)]
        odd += [{name: value for name, value in first.items() if name != missing} for missing in first]
        odd += [{**first, name: 1} for name in ("Path", "x_", "x_own", "files", "")]
        yield from ((of, {**base, column.name: [entry, *others]}) for entry in (*odd, *POOL))


class TestShapesAgree:
    """``check`` finds the requirements and columns that ``jsonschema`` finds, and no others."""

    @pytest.mark.parametrize(("of", "name"), _DISTINCT.values(), ids=lambda each: getattr(each, "name", each))
    def test_on_every_odd_value(self, of: Dataset, name: str) -> None:
        for record in every_value_in(name, _BASES[of.name]):
            assert _by_check(record, of.name) == _by_jsonschema(record, of), record[name]

    def test_on_every_odd_value_of_a_record_in_a_list(self) -> None:
        for of, record in _with_odd_entries():
            assert _by_check(record, of.name) == _by_jsonschema(record, of), record

    @given(wild_records())
    @settings(max_examples=80)
    def test_on_wild_records(self, record: Record) -> None:
        assert _by_check(record) == _by_jsonschema(record)

    @given(st.sampled_from(dataset()), st.sets(st.sampled_from(COLUMNS), min_size=1), st.booleans())
    @settings(max_examples=30)
    def test_on_records_without_some_columns(self, record: Record, names: set[str], stated: bool) -> None:  # noqa: FBT001
        kept = {name: value for name, value in record.items() if name not in names}
        record = kept | dict.fromkeys(names) if stated else kept
        assert _by_check(record) == _by_jsonschema(record)

    def test_every_shape_requirement_is_found_somewhere(self) -> None:
        found = {
            requirement
            for of, name in _DISTINCT.values()
            for each in every_value_in(name, _BASES[of.name])
            for requirement, _ in _by_check(each, of.name)
        }
        found |= {requirement for requirement, _ in _by_check({"Meter": 1})}
        found |= {requirement for of, record in _with_odd_entries() for requirement, _ in _by_check(record, of.name)}
        assert found == {each.id for each in STANDARD.requirements if isinstance(each.check, Schema)}
