"""Reads a version of the standard from its documents."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from opentokenomics.standard._catalogue import Owners, read_requirement
from opentokenomics.standard._metrics import read_metric
from opentokenomics.standard._model import Standard
from opentokenomics.standard._schema import read_dataset

Texts = Mapping[str, str]
"""The text of each document under its file name."""


def read_standard(texts: Texts) -> Standard:
    """The version whose documents these are.

    Raises:
        KeyError: A document or a member of one is missing.
        ValueError: A document is no JSON, or says what that of no version does, such as a schema that refers to itself
            or a keyword that belongs to no requirement or to two.
    """
    try:
        return _read(texts)
    except (ArithmeticError, AttributeError, IndexError, RuntimeError, TypeError) as error:
        raise ValueError(f"The documents say what those of no version do: {error}.") from error


def _read(texts: Texts) -> Standard:
    schemas: dict[str, Any] = {name: json.loads(text) for name, text in texts.items() if name.endswith(".schema.json")}
    catalogue = json.loads(texts["catalogue.json"])
    requirements = tuple(read_requirement(entry) for entry in catalogue["requirements"])
    owners = Owners(requirements)
    datasets = (
        read_dataset(schemas, file, owners) for file, schema in sorted(schemas.items()) if "x-dataset" in schema
    )
    return Standard(
        version=catalogue["version"],
        datasets={dataset.name: dataset for dataset in datasets},
        requirements=requirements,
        metrics={each.id: each for each in map(read_metric, json.loads(texts["metrics.json"])["metrics"])},
    )
