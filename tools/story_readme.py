"""The README of the worked story, whose figures are those of its statements."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any

from drafts import ROOT

TEMPLATE = ROOT / "tools" / "story_readme.md"

_BOUNDS = ("value", "lower_bound", "upper_bound")


def readme(folder: Path) -> str:
    """The text, filled in with the statements of the parts in a folder."""
    figures = dict(_figures(folder))
    return TEMPLATE.read_text("utf-8").format_map(figures)


def _figures(folder: Path) -> Iterator[tuple[str, str]]:
    """Each figure of each statement under the part, the metric and what it is about."""
    for file in sorted(folder.glob("*/statement.jsonl")):
        for line in file.read_text("utf-8").splitlines():
            row: dict[str, Any] = json.loads(line)
            name = "_".join([file.parent.name, row["metric"], *_subject(row)]).replace(" ", "_")
            for column in (*_BOUNDS, "numerator", "denominator"):
                if column in row:
                    yield f"{name}_{column}", shown(Decimal(row[column]))
            if "lower_bound" in row and "upper_bound" in row:
                yield f"{name}_bounds", f"{shown(Decimal(row['lower_bound']))} to {shown(Decimal(row['upper_bound']))}"


def _subject(row: Mapping[str, Any]) -> list[str]:
    """What tells a statement from the others of its metric."""
    scope = {name: value for name, value in row.get("scope", {}).items() if name not in {"meter", "consumed_unit"}}
    found = [*scope.values(), row.get("scaffold")]
    axis = row["parameters"].get("axis")
    return [str(each) for each in (*found, axis) if each is not None]


def shown(number: Decimal) -> str:
    """A figure as prose has it: two digits behind the point, or none."""
    text = f"{number:,.2f}"
    return text.removesuffix(".00")
