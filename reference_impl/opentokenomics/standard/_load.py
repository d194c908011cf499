"""Reads a version of the standard from its data files."""

from __future__ import annotations

import json
from functools import cache
from typing import Any

from opentokenomics.standard._catalogue import Owners, read_requirement
from opentokenomics.standard._locate import data_folder
from opentokenomics.standard._model import Standard
from opentokenomics.standard._schema import read_dataset


@cache
def versions() -> tuple[str, ...]:
    """The versions of the standard that this package knows, oldest first."""
    return tuple(sorted(_folders()))


@cache
def _folders() -> dict[str, str]:
    """Version names with the folder that holds each."""
    return {
        json.loads(file.read_text(encoding="utf-8"))["version"]: file.parent.name
        for file in data_folder().glob("*/catalogue.json")
    }


@cache
def load(version: str | None = None) -> Standard:
    """A version of the standard; the newest one unless another is named.

    Raises:
        KeyError: There is no such version; :func:`versions` lists those that exist.
    """
    version = version or versions()[-1]
    folder = data_folder() / _folders()[version]
    documents: dict[str, Any] = {
        file.name: json.loads(file.read_text(encoding="utf-8")) for file in folder.glob("*.schema.json")
    }
    catalogue = json.loads((folder / "catalogue.json").read_text(encoding="utf-8"))
    requirements = tuple(read_requirement(entry) for entry in catalogue["requirements"])
    owners = Owners(requirements)
    datasets = (
        read_dataset(documents, file, owners) for file, schema in sorted(documents.items()) if "x-dataset" in schema
    )
    return Standard(
        version=version,
        datasets={dataset.name: dataset for dataset in datasets},
        requirements=requirements,
    )
