"""What a schema says that no attribute of a dataset or a column holds: two versions may differ in it all the same."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from typing import Any

Layers = Iterable[Mapping[str, Any]]

_OF_RECORD = {"$id", "$defs", "x-dataset", "title", "description", "properties"}
_OF_VALUE = {"$ref", "x-kind", "x-renamed-values", "x-precision", "x-scale", "pattern"}
_OF_VALUE |= {"type", "minLength", "maxLength", "minimum", "maximum", "minItems"}
_OF_COLUMN = {
    "description",
    "examples",
    "deprecated",
    "x-group",
    "x-level",
    "x-since",
    "x-focus-name",
    "x-renamed-from",
}
"""Read at the column itself only, and not where its ``$ref`` leads to."""
_WITHOUT_NULL = "without null"
"""Of a closed list; the values of a column do not say whether null is among them."""


def unread_of_record(schema: Mapping[str, Any]) -> Mapping[str, str]:
    """What is left of a record's schema, as JSON under its keyword."""
    rest = {keyword: value for keyword, value in schema.items() if keyword not in _OF_RECORD}
    rest["required"] = [name for name in schema["required"] if name not in schema["properties"]]
    rest["patternProperties"] = list(schema["patternProperties"].values())
    return {keyword: _json(value) for keyword, value in rest.items()}


def unread_of_column(layers: Layers) -> Mapping[str, str]:
    """What is left of a column's schema and of those that its ``$ref`` leads to, as JSON under its keyword."""
    rest: dict[str, list[Any]] = {}
    layers, read = list(layers), _OF_VALUE | _OF_COLUMN
    well_formed = [{"pattern": layer["pattern"]} for layer in layers if "pattern" in layer]
    for layer in layers:
        for keyword, value in layer.items():
            left = None if keyword in read else _REST.get(keyword, _all)(value)
            if left is not None and (keyword != "if" or left not in well_formed):
                rest.setdefault(keyword, []).append(left)
        read = _OF_VALUE
    return {keyword: _json(values) for keyword, values in rest.items()}


def _json(value: Any) -> str:  # noqa: ANN401 - a JSON value
    return json.dumps(value, sort_keys=True)


def _all(value: Any) -> Any:  # noqa: ANN401 - a JSON value
    return "null" if value is None else value


def _unless(known: object) -> Callable[[Any], Any]:
    return lambda value: None if value == known and type(value) is type(known) else _all(value)


def _besides(name: str, known: Mapping[str, Any]) -> Callable[[Any], Any]:
    """A schema but for one keyword of it, unless it is known."""

    def rest(value: Any) -> Any:  # noqa: ANN401 - a JSON value
        if not isinstance(value, Mapping) or name not in value:
            return value
        left = {keyword: each for keyword, each in value.items() if keyword != name}
        return None if left == known else left

    return rest


def _negated(value: Any) -> Any:  # noqa: ANN401 - a JSON value
    return None if value == {"type": "null"} else _besides("pattern", {"type": "string"})(value)


def _members(value: Any) -> Any:  # noqa: ANN401 - a JSON value
    for name, known in (("$ref", {}), ("enum", {}), ("pattern", {"type": "string"})):
        if name in value:
            return _besides(name, known)(value)
    return value


def _code(value: Any) -> Any:  # noqa: ANN401 - a JSON value
    """Null, a closed list, and a pattern."""
    read = {"enum", "pattern"}
    left = [{keyword: each for keyword, each in branch.items() if keyword not in read} for branch in value]
    return None if left == [{"type": "null"}, {}, {}] else left


_REST: Mapping[str, Callable[[Any], Any]] = {
    "enum": lambda values: None if None in values else _WITHOUT_NULL,
    "not": _negated,
    "then": _besides("pattern", {}),
    "anyOf": _code,
    "additionalProperties": _unless({"type": "string"}),
    "items": _members,
    "uniqueItems": _unless(known=True),
}
