"""The package ``jsonschema-rs`` under the protocol: ``python conformance/adapters/with_jsonschema_rs.py``."""

from __future__ import annotations

from collections.abc import Iterator

import jsonschema_rs

from shapes import Documents, Finding, Json, Judge, serve


def judge_of(documents: Documents) -> Judge:
    """A validator for each schema."""
    registry = jsonschema_rs.Registry([(each["$id"], each) for each in documents.values()])
    validators = {file: jsonschema_rs.validator_for(each, registry=registry) for file, each in documents.items()}

    def judge(file: str, record: Json) -> Iterator[Finding]:
        for error in validators[file].iter_errors(record):
            place, _, pointer = (error.absolute_keyword_location or "").partition("#")
            yield Finding(place.rpartition("/")[2], pointer.split("/")[1:], error.instance_path)

    return judge


if __name__ == "__main__":
    serve("jsonschema-rs", "jsonschema-rs", "Rust", judge_of)
