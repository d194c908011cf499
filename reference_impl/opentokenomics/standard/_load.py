"""Reads a version of the standard from its data files."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from typing import Any

from opentokenomics.standard._catalogue import Owners, read_requirement
from opentokenomics.standard._locate import folder_of, versions
from opentokenomics.standard._model import Standard
from opentokenomics.standard._schema import read_dataset


def documents(version: str | None = None) -> Mapping[str, str]:
    """The text of each published document of a version under its file name, such as ``usage.schema.json``."""
    folder = folder_of(version or versions()[-1])
    return {file.name: file.read_text(encoding="utf-8") for file in sorted(folder.glob("*.json"))}


@cache
def load(version: str | None = None) -> Standard:
    """A version of the standard; the newest one unless another is named.

    Raises:
        KeyError: There is no such version; :func:`versions` lists those that exist.
    """
    version = version or versions()[-1]
    folder = folder_of(version)
    schemas: dict[str, Any] = {
        file.name: json.loads(file.read_text(encoding="utf-8")) for file in folder.glob("*.schema.json")
    }
    catalogue = json.loads((folder / "catalogue.json").read_text(encoding="utf-8"))
    requirements = tuple(read_requirement(entry) for entry in catalogue["requirements"])
    owners = Owners(requirements)
    datasets = (
        read_dataset(schemas, file, owners) for file, schema in sorted(schemas.items()) if "x-dataset" in schema
    )
    return Standard(
        version=version,
        datasets={dataset.name: dataset for dataset in datasets},
        requirements=requirements,
    )
