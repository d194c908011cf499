"""How columns relate to those of other specifications, from ``spec/relations.yaml`` and the schemas."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import yaml

from drafts import ROOT
from opentokenomics.standard import Column


@dataclass(frozen=True, slots=True)
class Relation:
    """A column beside its counterparts.

    Attributes:
        column: Its name in this standard.
        focus: The column of FOCUS, or ``Column.Property`` where it is part of one; None where there is none.
        opentelemetry: The attributes, or what of a span it is in words without a point.
        loss: What one side says and the other cannot.
    """

    column: str
    focus: str | None
    opentelemetry: tuple[str, ...]
    loss: str


def relations_of(columns: Mapping[str, Column]) -> Iterator[Relation]:
    """The relations of every column of a dataset, in the order of its schema."""
    loaded = yaml.safe_load((ROOT / "spec" / "relations.yaml").read_text("utf-8"))
    focus, telemetry = loaded["focus"], loaded["opentelemetry"]
    named = {*focus["properties"], *focus["near"], *focus["loss"], *telemetry}
    if strange := sorted(named - columns.keys()):
        message = f"spec/relations.yaml names {', '.join(strange)}, which no column is called"
        raise SystemExit(message)
    for name, column in columns.items():
        there = column.focus_name or focus["near"].get(name)
        if there and name in focus["properties"]:
            there = f"{focus['properties'][name]}.{there}"
        other = telemetry.get(name, {})
        losses = {"FOCUS": focus["loss"].get(name), "OpenTelemetry": other.get("loss")}
        loss = " ".join(f"{title}: {text}" for title, text in losses.items() if text)
        yield Relation(name, there, tuple(other.get("names", ())), loss)
