"""What is to be measured, and what was."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal

from opentokenomics.metrics._errors import MetricError
from opentokenomics.metrics._frontier import FrontierPoint
from opentokenomics.metrics._interval import DEFAULT, Sampling
from opentokenomics.metrics._result import Interval, Result
from opentokenomics.metrics._value import Axis, Identification

COST_COLUMNS = ("effective_cost", "billed_cost", "list_cost", "contracted_cost")
"""The columns of usage whose amounts can be added up; the first is the default."""

INVOICED = COST_COLUMNS[:2]
"""Those that stand on exactly one record for each amount of an invoice."""

Key = Mapping[str, str | None]
"""The values of the columns that make a group, by name."""


@dataclass(frozen=True, slots=True)
class Period:
    """A period, from its start, inclusive, to its end, exclusive; both are aware of their zone.

    Raises:
        MetricError: It does not end after its start.
    """

    start: datetime
    end: datetime

    def __post_init__(self) -> None:
        if self.start >= self.end:
            raise MetricError("period_empty", "The period ends before it begins.", "Pass its start, and a later end.")


@dataclass(frozen=True, slots=True)
class Parameters:
    """What the caller of a metric chooses.

    Attributes:
        by: Columns whose values make groups with a result each; ``tags.project`` is the name ``project`` of a map.
        scope: Values that the counted records have in columns, None for no value; others are not looked at.
        cost_column: The column of usage whose amounts are added up.
        sources: Each ``source_name`` whose usage counts, none for all; they must not state the same facts.
        sampling: How intervals are found.
        block_size: How many units a block has, for a cost per block.
        base_price: What a block of uncached input tokens costs, for what a cache saves.
        baseline: What a person takes for each task of a benchmark, in the currency of its evaluations.
        comparison_scope: Likewise of what is compared with the scope: the tier of less spending, the other model.
        axis: What is spent by the tiers that are compared.
        identification: Whether their spending was assigned, or only observed.
        period: When what is counted took place; None for always. Usage counts by its ``charge_period_start``, outcomes
            by ``completed_at`` or else ``started_at``, evaluations by ``completed_at``.
    """

    by: Sequence[str] = ()
    scope: Mapping[str, str | None] = field(default_factory=dict)
    cost_column: str = COST_COLUMNS[0]
    sources: Sequence[str] = ()
    sampling: Sampling = DEFAULT
    block_size: int = 1
    base_price: Decimal | None = None
    baseline: Decimal | None = None
    comparison_scope: Mapping[str, str | None] = field(default_factory=dict)
    axis: Axis = Axis.COST
    identification: Identification = Identification.OBSERVATIONAL
    period: Period | None = None


@dataclass(frozen=True, slots=True)
class Measured:
    """The result of one group.

    Attributes:
        key: What makes the group, with what the metric itself tells apart, such as the currency of the amounts.
        result: The result.
        point: The place of the group on the frontier of cost and quality, where that is the metric.
        score_interval: What the score of that point may be, where it is the share of solved attempts.
    """

    key: Key
    result: Result
    point: FrontierPoint | None = None
    score_interval: Interval | None = None
