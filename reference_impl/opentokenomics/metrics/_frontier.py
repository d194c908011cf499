"""The frontier of cost and quality: which points no other one beats."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from opentokenomics.metrics._errors import MetricError
from opentokenomics.metrics._exact import amount, amount_from_zero, currency, one_currency


@dataclass(frozen=True, slots=True)
class QualityPoint:
    """What a model costs per task and how well it does, on one identity of a benchmark.

    Attributes:
        label: The model, with its settings.
        cost_per_task: From 0.
        score: The benchmark's own score; more is better.
        currency: Currency of the cost.
    """

    label: str
    cost_per_task: Decimal
    score: Decimal
    currency: str

    def __post_init__(self) -> None:
        object.__setattr__(self, "cost_per_task", amount_from_zero(self.cost_per_task, "The cost per task"))
        object.__setattr__(self, "score", amount(self.score, "The score"))
        currency(self.currency)


@dataclass(frozen=True, slots=True)
class FrontierPoint:
    """A point with its place.

    Attributes:
        point: The point.
        dominated_by: A point of the frontier that costs no more, scores no less and is not equal; the cheapest such
            one. None on the frontier.
    """

    point: QualityPoint
    dominated_by: QualityPoint | None

    @property
    def is_on_frontier(self) -> bool:
        """Whether no other point costs no more and scores no less, unless it is equal in both."""
        return self.dominated_by is None


def cost_quality_frontier(points: Iterable[QualityPoint]) -> tuple[FrontierPoint, ...]:
    """All points by rising cost, each with whether it is on the frontier.

    Cost is never divided by the score: a score is no quantity of which one point could have twice as much.

    Args:
        points: Points with different labels, in any order.

    Raises:
        MetricError: The currencies differ, or two points have one label.
    """
    ordered = sorted(points, key=lambda each: (each.cost_per_task, -each.score, each.label))
    one_currency(each.currency for each in ordered)
    if len({each.label for each in ordered}) < len(ordered):
        raise MetricError(
            "labels_repeated", "Two points have the same label.", "Name the setting that tells them apart."
        )
    frontier: list[QualityPoint] = []
    placed = []
    for point in ordered:
        best = frontier[-1] if frontier else None
        is_equal = best is not None and (best.cost_per_task, best.score) == (point.cost_per_task, point.score)
        if best is None or point.score > best.score or is_equal:
            frontier.append(point)
            placed.append(FrontierPoint(point, None))
        else:
            placed.append(FrontierPoint(point, next(each for each in frontier if each.score >= point.score)))
    return tuple(placed)
