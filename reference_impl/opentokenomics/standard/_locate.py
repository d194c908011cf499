"""Finds the data files: packaged in the wheel, else in the checkout. No other module knows where they are."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path


@cache
def data_folder() -> Path:
    """The folder that holds one folder of schemas and catalogue per version."""
    packaged = Path(__file__).parents[1] / "_data" / "schemas"
    if packaged.is_dir():
        return packaged
    return Path(__file__).parents[3] / "schemas"


def folder_of(version: str) -> Path:
    """The folder of a version.

    Raises:
        KeyError: There is no such version.
    """
    return data_folder() / _folders()[version]


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
