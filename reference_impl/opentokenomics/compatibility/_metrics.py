"""Differences of the metrics that two versions define; a statement is held to the definition of its metric."""

from __future__ import annotations

from collections.abc import Iterator

from opentokenomics.compatibility._change import Action, Change, Compatibility, changed_parts
from opentokenomics.standard import MetricDefinition, Standard

_COMPUTED = ("version", "inputs", "estimator", "sampling_unit", "intervals", "parameters")
"""What a program computes by, or compares."""
_WORDS = ("title", "question", "numerator", "denominator", "unit", "edge_cases", "examples")
"""What only people read."""


def changed_metrics(old: Standard, new: Standard) -> Iterator[Change]:
    """The differences, in the order of the older version; added metrics last."""
    return changed_parts(
        "metric",
        old.metrics,
        new.metrics,
        _changed,
        gone="Statements of it cannot be computed again.",
        added="No statement of the older version is of it.",
    )


def _changed(before: MetricDefinition, now: MetricDefinition) -> Iterator[Change]:
    for aspect in _COMPUTED:
        if getattr(before, aspect) != getattr(now, aspect):
            yield _recomputed(before, now, aspect)
    for aspect in _WORDS:
        if getattr(before, aspect) != getattr(now, aspect):
            what, why = f"its {aspect} changed", "Only words changed."
            yield Change(Compatibility.COMPATIBLE, before.id, aspect, Action.REWORDED, what, why, review=True)


def _recomputed(before: MetricDefinition, now: MetricDefinition, aspect: str) -> Change:
    if aspect == "intervals" and set(before.intervals) <= set(now.intervals):
        what, why = "it may have other intervals too", "Those that statements state can still be computed."
        return Change(Compatibility.COMPATIBLE, before.id, aspect, Action.LOOSENED, what, why)
    fewer = aspect == "intervals" and set(now.intervals) <= set(before.intervals)
    what, why = f"its {aspect} changed", "Statements may not recompute any more."
    action = Action.TIGHTENED if fewer else Action.CHANGED
    return Change(Compatibility.INCOMPATIBLE, before.id, aspect, action, what, why)
