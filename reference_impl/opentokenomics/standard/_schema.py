"""JSON Schema -> Dataset: reads the subset of the vocabulary in which the standard's schemas are written."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from opentokenomics.standard._model import Column, Dataset, Facet, Kind, Shape
from opentokenomics.standard._unread import unread_of_column, unread_of_record

Documents = Mapping[str, Mapping[str, Any]]
"""Schema documents under their file names."""

Owner = Callable[[str], str]
"""Gives the requirement that owns a keyword location such as ``usage.schema.json#/properties/meter/enum``."""


def read_dataset(documents: Documents, file: str, owner: Owner) -> Dataset:
    """The dataset that a schema file describes; every keyword in it finds its requirement through ``owner``."""
    return _read_record(documents, file, "", owner, documents[file]["x-dataset"])


def _read_record(documents: Documents, file: str, place: str, owner: Owner, name: str) -> Dataset:
    ((location, schema),) = _layers(documents, file, place)
    (custom_pattern,) = schema["patternProperties"]
    return Dataset(
        name=name,
        title=schema["title"],
        description=schema["description"],
        columns=tuple(_read_column(documents, file, place, each, owner) for each in schema["properties"]),
        custom_pattern=custom_pattern,
        unknown_requirement=owner(f"{location}/additionalProperties"),
        is_document=schema.get("x-document", False),
        unread=unread_of_record(schema),
    )


def _read_column(documents: Documents, file: str, place: str, name: str, owner: Owner) -> Column:
    layers = list(_layers(documents, file, f"{place}/properties/{name}"))
    ((_, record),) = _layers(documents, file, place)

    def first(keyword: str) -> Any:  # noqa: ANN401 - a JSON value
        return next((layer[keyword] for _, layer in layers if keyword in layer), None)

    top = layers[0][1]
    members = (first("items") or {}).get("$ref", "").removeprefix("#")
    return Column(
        name=name,
        kind=Kind(first("x-kind")),
        group=top["x-group"],
        description=top["description"],
        examples=tuple(top["examples"]),
        required=name in record["required"],
        levels=top["x-level"],
        since=top["x-since"],
        shapes=tuple(_shapes(layers, owner)),
        focus_name=top.get("x-focus-name"),
        values=_without_null(first("enum") or ()),
        precision=first("x-precision"),
        scale=first("x-scale"),
        deprecated=top.get("deprecated", False),
        renamed_from=top.get("x-renamed-from"),
        renamed_values=first("x-renamed-values") or {},
        record=_read_record(documents, file, members, owner, _name_of(file, members)) if members else None,
        unread=unread_of_column(layer for _, layer in layers),
    )


def _name_of(file: str, place: str) -> str:
    return f"{file.partition('.')[0]}_{place.rpartition('/')[2]}"


def _layers(documents: Documents, file: str, pointer: str) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """The subschema at a pointer and those that its ``$ref`` leads to, each with its canonical location."""
    node: Any = documents[file]
    for segment in pointer.split("/")[1:]:
        node = node[segment]
    yield f"{file}#{pointer}", node
    if "$ref" in node:
        target, _, inner = node["$ref"].partition("#")
        yield from _layers(documents, target or file, inner)


def _shapes(layers: list[tuple[str, Mapping[str, Any]]], owner: Owner) -> Iterator[Shape]:
    for location, layer in layers:
        for keyword, value in layer.items():
            shape = _SHAPES.get(keyword)
            if shape is not None:
                yield shape(value, owner(f"{location}/{keyword}"))


def _without_null(values: Any) -> tuple[str, ...]:  # noqa: ANN401 - a JSON value
    texts = tuple(value for value in values if value is not None)
    if not all(isinstance(value, str) for value in texts):
        raise ValueError(f"A closed list holds what is no text: {values}.")
    return texts


def _negation(value: Mapping[str, Any], requirement: str) -> Shape:
    if "pattern" in value:
        return Shape(Facet.OPAQUE, requirement, pattern=value["pattern"])
    return Shape(Facet.PRESENT, requirement)


def _code(value: list[Mapping[str, Any]], requirement: str) -> Shape:
    pattern = next(branch["pattern"] for branch in value if "pattern" in branch)
    values = next(branch["enum"] for branch in value if "enum" in branch)
    return Shape(Facet.CODE, requirement, pattern=pattern, values=_without_null(values))


def _members(value: Mapping[str, Any], requirement: str) -> Shape:
    return Shape(Facet.MEMBERS, requirement, pattern=value.get("pattern"), values=_without_null(value.get("enum", ())))


_SHAPES: Mapping[str, Callable[[Any, str], Shape]] = {
    "not": _negation,
    "type": lambda value, requirement: Shape(Facet.TYPE, requirement, values=_without_null(value)),
    "pattern": lambda value, requirement: Shape(Facet.PATTERN, requirement, pattern=value),
    "then": lambda value, requirement: Shape(Facet.DIGITS, requirement, pattern=value["pattern"]),
    "minLength": lambda value, requirement: Shape(Facet.LENGTH, requirement, low=value),
    "maxLength": lambda value, requirement: Shape(Facet.LENGTH, requirement, high=value),
    "minimum": lambda value, requirement: Shape(Facet.RANGE, requirement, low=value),
    "maximum": lambda value, requirement: Shape(Facet.RANGE, requirement, high=value),
    "enum": lambda value, requirement: Shape(Facet.ENUM, requirement, values=_without_null(value)),
    "anyOf": _code,
    "additionalProperties": lambda _, requirement: Shape(Facet.MEMBERS, requirement),
    "items": _members,
    "minItems": lambda value, requirement: Shape(Facet.COUNT, requirement, low=value),
    "uniqueItems": lambda _, requirement: Shape(Facet.UNIQUE, requirement),
}
