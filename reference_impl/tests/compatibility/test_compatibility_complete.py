"""Whatever is changed in the documents of a version is told, or the version is refused: nothing passes in silence."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from editions import Edit, Edition
from edits import NEXT
from hypothesis import given, settings
from hypothesis import strategies as st
from records import STANDARD

from opentokenomics.compatibility import compare
from opentokenomics.standard import documents

Place = tuple[str | int, ...]

_DOCUMENTS = {name: json.loads(text) for name, text in documents().items()}
_READ = sorted({name for name, each in _DOCUMENTS.items() if "x-dataset" in each} | {"catalogue.json", "metrics.json"})
_OF_NO_MEANING = {"$id", "$defs", "version"}
"""The address of a schema, where its parts stand, and the name of the version."""
_WIDTHS = {"kind", "precision", "scale"}
"""Of parts of a tree, they follow from the columns."""


def _places(node: Any, place: Place = ()) -> Iterator[Place]:  # noqa: ANN401 - JSON
    if place and node is not None:
        yield place
    for name, each in node.items() if isinstance(node, dict) else enumerate(node) if isinstance(node, list) else ():
        yield from _places(each, (*place, name))


_PLACES: list[Place] = [
    (file, *place)
    for file in _READ
    for place in _places(_DOCUMENTS[file])
    if place[-1] not in _OF_NO_MEANING
    and (file.endswith(".schema.json") or place[0] != "$schema")
    and not ("tree" in place and place[-1] in _WIDTHS)
]
_SHARED: list[Place] = [
    ("common.schema.json", "$defs", *place) for place in _places(_DOCUMENTS["common.schema.json"]["$defs"])
]


def _other(value: Any) -> Any:  # noqa: ANN401 - JSON
    match value:
        case bool():
            return not value
        case int():
            return value + 1
        case str():
            return value + "x"
        case list():
            return value[:-1] if value else ["surprise"]
        case _:
            return {**value, "surprise": 1}


@given(st.sampled_from(_PLACES) | st.sampled_from(_SHARED))
@settings(max_examples=40, deadline=None)
def test_no_change_passes_in_silence(place: Place) -> None:
    edition = Edition(STANDARD.version)
    *way, last = place
    node: Any = edition.documents
    for step in way:
        node = node[step]
    node[last] = _other(node[last])
    try:
        changed = edition.read()
    except (KeyError, TypeError, ValueError):
        return  # a version that cannot be read is compared with nothing
    try:
        assert compare(STANDARD, changed)
    except (ArithmeticError, KeyError, ValueError):
        assert "tree" in place  # a part that no program knows


@pytest.mark.parametrize("part", ["", "check", "predicate"])
def test_a_requirement_with_more_to_it_is_not_read(part: str) -> None:
    edition = Edition(NEXT)
    entry = edition.requirement("OTS-CST-003")
    {"": entry, "check": entry["check"], "predicate": entry["check"]["predicate"]}[part]["unless"] = "2027"
    with pytest.raises(ValueError, match="'unless'"):
        edition.read()


def _refers_to_itself(edition: Edition) -> None:
    edition.documents["common.schema.json"]["$defs"]["identifier"]["$ref"] = "#/$defs/identifier"


def _lists_a_number(edition: Edition) -> None:
    edition.listing("meter")["enum"].insert(1, 1)


def _has_no_pattern_of_codes(edition: Edition) -> None:
    del edition.documents["common.schema.json"]["$defs"]["currency"]["anyOf"][2]


def _has_a_column_of_anything(edition: Edition) -> None:
    edition.schema()["properties"]["model_id"] = True


@pytest.mark.parametrize(
    "edit", [_refers_to_itself, _lists_a_number, _has_no_pattern_of_codes, _has_a_column_of_anything]
)
def test_what_no_version_says_is_not_read(edit: Edit) -> None:
    with pytest.raises(ValueError, match=r"those of no version|no text"):
        Edition(NEXT).changed(edit).read()
