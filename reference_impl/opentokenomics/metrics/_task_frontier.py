"""The cheapest way to have each task solved."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from opentokenomics.exact_decimal import rounded
from opentokenomics.metrics._errors import MetricError
from opentokenomics.metrics._exact import amount_from_zero, currency, fraction, one_currency, quotient, total
from opentokenomics.metrics._interval import (
    DEFAULT,
    Bounds,
    Sampling,
    interval_of,
    only,
    percentiles,
    scaled,
)
from opentokenomics.metrics._resample import resample
from opentokenomics.metrics._result import Estimator, IntervalMethod, Result
from opentokenomics.metrics._tasks import Attempt, TaskTotal, tasks_of


@dataclass(frozen=True, slots=True)
class TaskFrontier:
    """The cheapest way to have one task solved.

    Attributes:
        task_id: The task.
        value: Cost of pass of the cheapest, to 18 fractional digits; None where nobody solved it.
        solver: Name of the cheapest, the first in the order of names among equals; None where nobody solved it.
    """

    task_id: str
    value: Decimal | None
    solver: str | None


BASELINE = "baseline"
"""The name under which the human baseline appears among solvers."""


def frontier_cost_of_pass(
    attempts: Mapping[str, Iterable[Attempt | TaskTotal]],
    baseline: Mapping[str, Decimal] | None = None,
    *,
    baseline_currency: str | None = None,
    sampling: Sampling = DEFAULT,
) -> tuple[Result, Sequence[TaskFrontier]]:
    """Per task the least cost of pass over models and, where given, a human baseline; and the mean of these.

    The least of several estimates is low by chance as well as by merit, the more so the fewer attempts there are.

    Args:
        attempts: Attempts of each model, by its name.
        baseline: What a human takes for a task, for the tasks where that is known.
        baseline_currency: Currency of the baseline.
        sampling: How the interval is to be found; clusters are tasks.

    Returns:
        The mean over all tasks, which is a mean of ratios, and the frontier of each task. Where some task was solved by
        nobody, the mean is not known; the mean over all tasks of what the solved ones take bounds it from below.

    Raises:
        MetricError: The currencies differ, a model has the name of the baseline, or the baseline has no currency.
    """
    only(IntervalMethod.CLUSTER_BOOTSTRAP, sampling)
    if BASELINE in attempts:
        raise MetricError("model_named_baseline", "A model is called baseline.", "Give it another name.")
    models = {name: tasks_of(each) for name, each in sorted(attempts.items())}
    human = {task: amount_from_zero(cost, "The baseline of a task") for task, cost in (baseline or {}).items()}
    if human and baseline_currency is None:
        raise MetricError("baseline_without_currency", "The baseline has no currency.", "Pass baseline_currency.")
    names = [each.currency for tasks in models.values() for each in tasks]
    money = one_currency([*names, *([currency(baseline_currency)] if baseline_currency else [])])
    offers: dict[str, list[tuple[Decimal, str]]] = {each.task_id: [] for tasks in models.values() for each in tasks}
    for task, cost in human.items():
        if task in offers:
            offers[task].append((rounded(fraction(cost)), BASELINE))
    for name, tasks in models.items():
        for each in tasks:
            value = quotient(each.cost, each.solved)
            if value is not None:
                offers[each.task_id].append((value, name))
    frontier = [TaskFrontier(task, *min(found, default=(None, None))) for task, found in sorted(offers.items())]
    return _mean(frontier, money, sampling), tuple(frontier)


def _mean(frontier: Sequence[TaskFrontier], money: str | None, sampling: Sampling) -> Result:
    values = [each.value for each in frontier if each.value is not None]
    summed, size = total(values), len(frontier)
    is_whole = len(values) == size
    interval = None
    if size:
        bounds: Bounds
        if is_whole:
            columns, scale = scaled(values)
            sums = resample([columns, [scale] * size], sampling.resamples, sampling.seed)
            bounds = percentiles(sums, sampling)
        else:
            bounds = (fraction(summed) / size, None)
        interval = interval_of(IntervalMethod.CLUSTER_BOOTSTRAP, sampling, bounds)
    return Result(
        metric="frontier_cost_of_pass",
        numerator=summed,
        denominator=Decimal(size if is_whole else 0),
        value=quotient(summed, size) if is_whole else None,
        currency=money,
        interval=interval,
        sample_size=size,
        estimator=Estimator.MEAN_OF_RATIOS,
        counts={"tasks": size, "solved_tasks": len(values), "unsolved_tasks": size - len(values)},
    )
