"""Cost-per-intelligence: each metric as a pure function whose result carries its evidence.

Amounts are exact, quotients are rounded once, and every random number is fixed by a seed, so that whoever holds the
same figures gets the same digits. The chapter *Metrics* of the standard defines all of them.
"""

from opentokenomics.metrics._attribution import (
    AttributedCost,
    AttributionTable,
    CostLine,
    SharedCost,
    attribute,
    share,
)
from opentokenomics.metrics._errors import MetricError
from opentokenomics.metrics._frontier import FrontierPoint, QualityPoint, cost_quality_frontier
from opentokenomics.metrics._interval import Sampling
from opentokenomics.metrics._outcomes import OutcomeCost, OutcomeStatus, baseline_ratio, cost_per_outcome
from opentokenomics.metrics._pass import cost_of_pass, cost_of_pass_ratio
from opentokenomics.metrics._result import Estimator, Interval, IntervalMethod, Result
from opentokenomics.metrics._retries import (
    RetryExpectation,
    Try,
    expected_retries,
    expected_sequence,
    retry_overhead,
    success_rate_effect,
)
from opentokenomics.metrics._task_frontier import TaskFrontier, frontier_cost_of_pass
from opentokenomics.metrics._tasks import Attempt, RunTotal, TaskTotal
from opentokenomics.metrics._units import InputTokens, cache_cost_efficiency, cache_hit_ratio, unit_cost
from opentokenomics.metrics._value import (
    Axis,
    Identification,
    MarginalUtility,
    SpendTier,
    break_even_success_rate,
    marginal_token_utility,
)

__all__ = [
    "Attempt",
    "AttributedCost",
    "AttributionTable",
    "Axis",
    "CostLine",
    "Estimator",
    "FrontierPoint",
    "Identification",
    "InputTokens",
    "Interval",
    "IntervalMethod",
    "MarginalUtility",
    "MetricError",
    "OutcomeCost",
    "OutcomeStatus",
    "QualityPoint",
    "Result",
    "RetryExpectation",
    "RunTotal",
    "Sampling",
    "SharedCost",
    "SpendTier",
    "TaskFrontier",
    "TaskTotal",
    "Try",
    "attribute",
    "baseline_ratio",
    "break_even_success_rate",
    "cache_cost_efficiency",
    "cache_hit_ratio",
    "cost_of_pass",
    "cost_of_pass_ratio",
    "cost_per_outcome",
    "cost_quality_frontier",
    "expected_retries",
    "expected_sequence",
    "frontier_cost_of_pass",
    "marginal_token_utility",
    "retry_overhead",
    "share",
    "success_rate_effect",
    "unit_cost",
]
