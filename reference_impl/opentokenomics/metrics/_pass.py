"""What a solved task costs: cost of pass, its comparison between two models, and its frontier."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal

from opentokenomics.metrics._exact import (
    decimal,
    fraction,
    one_currency,
    quotient,
    total,
)
from opentokenomics.metrics._interval import (
    DEFAULT,
    Sampling,
    Unit,
    interval_of,
    mean_cost_over_rate,
    only,
    percentiles,
    ratio_interval,
    scaled,
    wilson,
)
from opentokenomics.metrics._resample import resample
from opentokenomics.metrics._result import Interval, IntervalMethod, Result
from opentokenomics.metrics._tasks import Attempt, RunTotal, TaskTotal, run_of, tasks_of

_ID = "cost_of_pass"


def cost_of_pass(attempts: Iterable[Attempt | TaskTotal] | RunTotal, sampling: Sampling = DEFAULT) -> Result:
    """The total cost of all attempts divided by the number of solved ones, on one identity of a benchmark.

    Args:
        attempts: Attempts or totals of tasks, in any order; or the total of a run. An interval of a run's total is
            Wilson's, with as many units as it has tasks.
        sampling: How the interval is to be found. Clusters are tasks.

    Returns:
        The result. Where nothing was solved, there is no value, but a lower bound.

    Raises:
        MetricError: The currencies differ, or a bootstrap is asked of the total of a run.

    Source: the chapter *Metrics*; after cost-of-pass, arXiv 2504.13359.
    """
    if isinstance(attempts, RunTotal):
        return _passed(attempts, _run_interval(attempts, sampling))
    tasks = tasks_of(attempts)
    if not tasks:
        return Result(metric=_ID, numerator=Decimal(0), denominator=Decimal(0), value=None, sample_size=0)
    units = [Unit(each.task_id, each.cost, each.solved, each.attempts) for each in tasks]
    return _passed(run_of(tasks), ratio_interval(units, sampling))


def _passed(run: RunTotal, interval: Interval | None) -> Result:
    return Result(
        metric=_ID,
        numerator=run.cost,
        denominator=Decimal(run.solved),
        value=quotient(run.cost, run.solved),
        currency=run.currency,
        interval=interval,
        sample_size=run.tasks,
        counts={
            "tasks": run.tasks,
            "attempts": run.attempts,
            "solved": run.solved,
            "not_solved": run.attempts - run.solved,
        },
    )


def _run_interval(run: RunTotal, sampling: Sampling) -> Interval:
    method = only(IntervalMethod.WILSON, sampling)
    rates = wilson(run.solved, run.attempts, run.tasks, sampling.confidence_level)
    return interval_of(method, sampling, mean_cost_over_rate(fraction(run.cost) / run.attempts, rates))


def cost_of_pass_ratio(
    first: Iterable[Attempt | TaskTotal], second: Iterable[Attempt | TaskTotal], sampling: Sampling = DEFAULT
) -> Result:
    """How many times as much a solved task costs with the first as with the second, paired by task.

    Only tasks that both attempted are compared. Each resample draws tasks, and takes both sides of each.

    Args:
        first: Attempts of one model, in any order.
        second: Attempts of the other.
        sampling: How the interval is to be found; the method can only be the paired cluster bootstrap.

    Returns:
        The cost of pass of the first divided by that of the second: numerator is the cost of the first times the
        solved attempts of the second, denominator the cost of the second times the solved attempts of the first.

    Raises:
        MetricError: The currencies differ, or another interval is asked for.
    """
    method = only(IntervalMethod.PAIRED_CLUSTER_BOOTSTRAP, sampling)
    one, other = ({each.task_id: each for each in tasks_of(side)} for side in (first, second))
    money = one_currency(each.currency for side in (one, other) for each in side.values())
    both = [(one[task], other[task]) for task in sorted(one.keys() & other.keys())]
    costs, _ = scaled([each.cost for pair in both for each in pair])
    columns = [costs[0::2], [b.solved for _, b in both], costs[1::2], [a.solved for a, _ in both]]
    numerator = fraction(total(a.cost for a, _ in both)) * sum(b.solved for _, b in both)
    denominator = fraction(total(b.cost for _, b in both)) * sum(a.solved for a, _ in both)
    interval = None
    if both:
        sums = resample(columns, sampling.resamples, sampling.seed)
        found = [percentiles(((a * b, c * d) for a, b, c, d in sums), sampling)]
        found += [(numerator / denominator, numerator / denominator)] if denominator else []
        interval = interval_of(method, sampling, *found)
    return Result(
        metric="cost_of_pass_ratio",
        numerator=decimal(numerator, "The numerator"),
        denominator=decimal(denominator, "The denominator"),
        value=quotient(numerator, denominator),
        currency=money,
        interval=interval,
        sample_size=len(both),
        counts={
            "tasks": len(both),
            "tasks_of_first_only": len(one) - len(both),
            "tasks_of_second_only": len(other) - len(both),
        },
    )
