"""A record in the making: column names with values ready for JSON."""

from __future__ import annotations

from functools import cache
from typing import Any

from opentokenomics import standard

Row = dict[str, Any]


@cache
def _columns(dataset: str) -> tuple[str, ...]:
    return tuple(column.name for column in standard.load().datasets[dataset].columns)


def slug(text: str) -> str:
    """A name as a part of an identifier."""
    return text.lower().replace(" ", "-")


def in_order(row: Row, dataset: str = "usage") -> Row:
    """The same record with its columns in the order of the standard.

    Raises:
        ValueError: The standard has no such column.
    """
    ordered = {name: row[name] for name in _columns(dataset) if name in row}
    if len(ordered) < len(row):
        raise ValueError(f"the standard does not know the columns {sorted(set(row) - set(ordered))}")
    return ordered
