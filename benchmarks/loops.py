"""The loops that validation is measured against: parse each line, check its shape, count what is invalid.

python benchmarks/loops.py jsonschema-rs|jsonschema FILE ROWS
"""

from __future__ import annotations

import itertools
import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import orjson

from opentokenomics.standard import documents


def schema() -> dict[str, Any]:
    """The usage schema with the shared definitions inside it, so that no library has to resolve a file."""
    texts = documents()
    usage: dict[str, Any] = json.loads(texts["usage.schema.json"].replace("common.schema.json#", "#"))
    usage["$defs"] = json.loads(texts["common.schema.json"])["$defs"]
    return usage


def checker(library: str) -> Callable[[object], bool]:
    """Whether a record has any fault of shape, by the fastest question that the library answers."""
    if library == "jsonschema-rs":
        import jsonschema_rs

        fast = jsonschema_rs.Draft202012Validator(schema())
        return lambda record: not fast.is_valid(record)
    import jsonschema

    slow = jsonschema.Draft202012Validator(schema())
    return lambda record: not slow.is_valid(record)


def main() -> None:
    """Runs a loop and prints how many records it refuses."""
    library, file, rows = sys.argv[1:]
    is_faulty = checker(library)
    with Path(file).open("rb") as lines:
        faulty = sum(is_faulty(orjson.loads(line)) for line in itertools.islice(lines, int(rows)))
    print(faulty)


if __name__ == "__main__":
    main()
