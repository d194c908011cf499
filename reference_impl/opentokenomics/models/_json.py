"""JSON values as the models hold them, written out exactly."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

encode_text = json.JSONEncoder(ensure_ascii=False).encode
"""JSON text of a string."""


def encode(value: object) -> str:
    """Compact JSON text of a frozen JSON value; a Decimal becomes a number with the digits that it has."""
    if value is None or isinstance(value, bool):
        return "null" if value is None else "true" if value else "false"
    if isinstance(value, str):
        return encode_text(value)
    if isinstance(value, Mapping):
        return "{" + ",".join(f"{encode_text(name)}:{encode(each)}" for name, each in value.items()) + "}"
    if isinstance(value, tuple):
        return "[" + ",".join(map(encode, value)) + "]"
    return str(value)


def thaw(value: object) -> Any:  # noqa: ANN401 - a JSON value
    """The frozen JSON value with lists and dicts."""
    if isinstance(value, Mapping):
        return {name: thaw(each) for name, each in value.items()}
    if isinstance(value, tuple):
        return [thaw(each) for each in value]
    return value
