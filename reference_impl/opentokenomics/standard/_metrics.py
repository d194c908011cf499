"""The metrics that a version defines."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class MetricDefinition:
    """What a metric is: the chapter *Metrics* shows it, and each result names it.

    Attributes:
        id: Its name in statements and commands.
        version: Version of the definition.
        title: Its name for people.
        question: The question that it answers.
        numerator: What is divided.
        denominator: What it is divided by.
        unit: The unit of the value.
        inputs: The columns that it is computed from, by dataset.
        estimator: How the ratios of many units become one.
        sampling_unit: What counts as one independent unit.
        intervals: The methods by which its interval can be found; none where it has none.
        parameters: What the caller chooses, and a statement states.
        edge_cases: What holds where the general rule does not say enough.
        examples: Inputs and results, as ``metrics.json`` states them.
    """

    id: str
    version: str
    title: str
    question: str
    numerator: str
    denominator: str
    unit: str
    inputs: Mapping[str, tuple[str, ...]]
    estimator: str
    sampling_unit: str
    intervals: tuple[str, ...]
    parameters: tuple[str, ...]
    edge_cases: tuple[str, ...]
    examples: tuple[Mapping[str, Any], ...]


def read_metric(entry: Mapping[str, Any]) -> MetricDefinition:
    """The definition that an entry of ``metrics.json`` states."""
    lists = {name: tuple(entry[name]) for name in ("intervals", "parameters", "edge_cases", "examples")}
    inputs = {dataset: tuple(columns) for dataset, columns in entry["inputs"].items()}
    return MetricDefinition(**{**entry, **lists, "inputs": inputs})
