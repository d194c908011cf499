"""Finds the data files: packaged in the wheel, else in the checkout. No other module knows where they are."""

from __future__ import annotations

from functools import cache
from pathlib import Path


@cache
def data_folder() -> Path:
    """The folder that holds one folder of schemas and catalogue per version."""
    packaged = Path(__file__).parents[1] / "_data" / "schemas"
    if packaged.is_dir():
        return packaged
    return Path(__file__).parents[3] / "schemas"
