"""The Python package ``jsonschema`` under the protocol: ``python conformance/adapters/with_jsonschema.py``."""

from __future__ import annotations

from collections.abc import Iterator

from jsonschema import Draft202012Validator
from referencing import Registry, Resource

from shapes import Documents, Finding, Json, Judge, serve


def judge_of(documents: Documents) -> Judge:
    """A validator for each schema."""
    resources: list[tuple[str, Resource[Json]]] = [
        (each["$id"], Resource.from_contents(each)) for each in documents.values()
    ]
    registry: Registry[Json] = Registry().with_resources(resources)
    validators = {file: Draft202012Validator(each, registry=registry) for file, each in documents.items()}
    # The path of an error leaves references out, and several keywords may stand behind one of them.
    places = {id(part): (file, path) for file, each in documents.items() for path, part in _parts(each, ())}

    def judge(file: str, record: Json) -> Iterator[Finding]:
        for error in validators[file].iter_errors(record):
            place, path = places[id(error.schema)]
            yield Finding(place, [*path, error.validator], list(error.absolute_path))

    return judge


def _parts(node: Json, path: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], Json]]:
    members = node.items() if isinstance(node, dict) else enumerate(node) if isinstance(node, list) else ()
    for key, inner in members:
        yield from _parts(inner, (*path, str(key)))
    yield path, node


if __name__ == "__main__":
    serve("jsonschema", "jsonschema", "Python", judge_of)
