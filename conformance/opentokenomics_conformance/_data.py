"""Where the vectors and the schemas of the protocol are: in the installed package, else in the checkout."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator
from jsonschema.protocols import Validator
from referencing import Registry, Resource

_PACKAGE = Path(__file__).resolve().parent


def folder(name: str) -> Path:
    """The folder ``vectors`` or ``protocol``."""
    packaged = _PACKAGE / "_data" / name
    return packaged if packaged.is_dir() else _PACKAGE.parent / name


@cache
def _registry() -> Registry[Any]:
    files = [*folder("protocol").glob("*.schema.json"), *folder("vectors").glob("*.schema.json")]
    documents = [json.loads(file.read_text("utf-8")) for file in sorted(files)]
    return Registry[Any]().with_resources((document["$id"], Resource.from_contents(document)) for document in documents)


@cache
def validator(name: str, part: str | None = None) -> Validator:
    """A validator for ``request``, ``response``, ``vector``, ``flags`` or ``report``, or for one definition of it."""
    (uri,) = (uri for uri in _registry() if uri.endswith(f"/{name}.schema.json"))
    reference = uri if part is None else f"{uri}#/$defs/{part}"
    return Draft202012Validator(
        {"$schema": "https://json-schema.org/draft/2020-12/schema", "$ref": reference}, registry=_registry()
    )


def problem(name: str, document: Any, part: str | None = None) -> str | None:  # noqa: ANN401 - JSON
    """What is wrong with a document, in one sentence; None where nothing is."""
    error = next(iter(validator(name, part).iter_errors(document)), None)
    if error is None:
        return None
    # The reason that lies deepest is the one that its author can act on.
    while error.context:
        error = max(error.context, key=lambda each: (len(each.absolute_path), -len(each.message)))
    place = "/".join(map(str, error.absolute_path))
    text = error.message if len(error.message) <= _LONGEST_MESSAGE else error.message[:_LONGEST_MESSAGE] + "…"
    return f"{text} (at {place})" if place else text


_LONGEST_MESSAGE = 300
