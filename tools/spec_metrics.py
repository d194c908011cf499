"""The generated parts of the chapter *Metrics*."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from drafts import edition
from opentokenomics.standard import MetricDefinition

SHOWN = {
    "interval_method": "interval",
    "arc_to_average": "arc / first average",
}
"""Members of results whose names in words are not themselves."""

FIRST = ("numerator", "denominator", "value")
"""Members of results that come before the others."""


def metrics(words: list[str]) -> str:
    """All metrics, with the questions that they answer."""
    del words
    found = edition().metrics.values()
    rows = (f"| [`{each.id}`](#{_anchor(each)}) | {each.version} | {each.question} |" for each in found)
    return "\n".join(["| Metric | Version | Question |", "| --- | --- | --- |", *rows])


def metric(words: list[str]) -> str:
    """The definition of a metric, with its examples."""
    (identifier,) = words
    each = edition().metrics[identifier]
    facts = {
        "Identifier": f"`{each.id}`, version {each.version}",
        "Numerator": each.numerator,
        "Denominator": each.denominator,
        "Unit": each.unit,
        "Inputs": "; ".join(f"`{name}`: {_names(columns)}" for name, columns in each.inputs.items()) or "assumptions",
        "Estimator": f"`{each.estimator}`",
        "Sampling unit": each.sampling_unit,
        "Interval": _names(each.intervals) or "none",
        "Parameters": _names(each.parameters) or "none",
    }
    lines = ["| | |", "| --- | --- |", *(f"| {name} | {text} |" for name, text in facts.items()), ""]
    lines += [f"- {text}" for text in each.edge_cases]
    lines += ["", "| Example | Result |", "| --- | --- |"]
    lines += [f"| {example['what']} | {_result(example['result'])} |" for example in each.examples]
    return f"**{each.question}**\n\n" + "\n".join(lines)


def _names(names: tuple[str, ...]) -> str:
    return ", ".join(f"`{name}`" for name in names)


def _anchor(each: MetricDefinition) -> str:
    return each.title.lower().replace(" ", "-")


def _result(result: Mapping[str, Any]) -> str:
    ordered = sorted(result, key=lambda name: FIRST.index(name) if name in FIRST else len(FIRST))
    return "<br>".join(f"{SHOWN.get(name, name.replace('_', ' '))} {_shown(result[name])}" for name in ordered)


def _shown(value: object) -> str:
    if isinstance(value, dict):
        return ", ".join(f"{name} by {by}" for name, by in value.items())
    if isinstance(value, list):
        return ", ".join(map(str, value))
    return f"`{'null' if value is None else value}`"
