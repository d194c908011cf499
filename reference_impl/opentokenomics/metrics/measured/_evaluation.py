"""Metrics of evaluations: what a solved task costs, and which models no other one beats."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from itertools import groupby
from typing import Any

from opentokenomics.exact_decimal import rounded
from opentokenomics.metrics._errors import MetricError
from opentokenomics.metrics._exact import fraction, quotient
from opentokenomics.metrics._frontier import QualityPoint, cost_quality_frontier
from opentokenomics.metrics._interval import Sampling, Unit, only, ratio_interval, wilson
from opentokenomics.metrics._pass import cost_of_pass, cost_of_pass_ratio
from opentokenomics.metrics._result import Interval, IntervalMethod, Result
from opentokenomics.metrics._task_frontier import frontier_cost_of_pass
from opentokenomics.metrics._tasks import RunTotal, TaskTotal, run_of
from opentokenomics.metrics.measured._request import Measured
from opentokenomics.metrics.measured._where import Asked, named

# Queries are built from column names of the standard, all of them checked, and values are parameters.
# ruff: noqa: S608

BENCHMARK = (
    "benchmark_id",
    "benchmark_version",
    "dataset_digest",
    "split",
    "harness",
    "harness_version",
    "grader_id",
    "price_basis",
    "priced_as_of",
)
"""What two evaluations have in common that can be compared."""

CONTESTANT = (
    "model_id",
    "canonical_model_id",
    "model_version",
    "reasoning_effort",
    "scaffold",
    "sampling",
    "retry_policy",
    "cache_policy",
)
"""What is compared: a model with everything that is set up around it."""

FIGURES = ("task_id", "solved", "task_count", "attempt_count", "solved_count", "score", "cost", "currency")
COLUMNS = (*BENCHMARK, *CONTESTANT, *FIGURES)

_NAMED = tuple(name for name in CONTESTANT if name != "canonical_model_id")
"""What tells contestants apart."""


@dataclass(frozen=True, slots=True)
class _Run:
    """The evaluations of one model, by task or added up."""

    key: dict[str, str | None]
    currency: str
    tasks: Sequence[TaskTotal]
    total: RunTotal
    score: Decimal | None


def measure_cost_of_pass(asked: Asked) -> Iterator[Measured]:
    """The cost of pass of each model on each identity of a benchmark."""
    for run in _runs(asked):
        yield Measured(
            _shown(asked, run.key, run.currency), cost_of_pass(run.tasks or run.total, asked.parameters.sampling)
        )


def measure_cost_of_pass_ratio(asked: Asked) -> Iterator[Measured]:
    """How many times as much a solved task costs as in the scope that is compared with, for each benchmark of both."""
    chosen = asked.parameters
    first = _by_benchmark(asked)
    second = _by_benchmark(replace(asked, parameters=replace(chosen, scope=chosen.comparison_scope)))
    both = [benchmark for benchmark in first if benchmark in second]
    if not both:
        raise MetricError(
            "comparison_apart",
            "What is compared has no benchmark, harness, grader and prices in common.",
            "Compare evaluations that agree in all of them.",
        )
    for benchmark in both:
        key, money = first[benchmark].key, first[benchmark].currency
        result = cost_of_pass_ratio(first[benchmark].tasks, second[benchmark].tasks, chosen.sampling)
        yield Measured(_shown(asked, {name: key[name] for name in BENCHMARK}, money), result)


def _by_benchmark(asked: Asked) -> dict[tuple[str | None, ...], _Run]:
    """The one contestant that a scope selects on each identity of a benchmark."""
    found: dict[tuple[str | None, ...], _Run] = {}
    for key, money, runs in _benchmarks(asked):
        if len(runs) > 1:
            raise MetricError(
                "comparison_of_several",
                f"On {key['benchmark_id']}, a scope selects {len(runs)} models or settings, and two are compared.",
                "Select one of them: --where and --compare take more columns, such as reasoning_effort=high.",
            )
        found[*key.values(), money] = _with_tasks(runs[0])
    return found


def _with_tasks(run: _Run) -> _Run:
    if run.tasks:
        return run
    raise MetricError(
        "tasks_missing",
        f"A run on {run.key['benchmark_id']} is given as a total, and this metric needs each of its tasks.",
        "Give the attempts, one record each.",
    )


def measure_frontier_cost_of_pass(asked: Asked) -> Iterator[Measured]:
    """The frontier cost of pass of each identity of a benchmark."""
    for key, money, runs in _benchmarks(asked):
        models = {label: _with_tasks(run).tasks for label, run in _labelled(runs).items()}
        person = asked.parameters.baseline
        human = None if person is None else {each.task_id: person for run in runs for each in run.tasks}
        result, _ = frontier_cost_of_pass(models, human, baseline_currency=money, sampling=asked.parameters.sampling)
        yield Measured(_shown(asked, key, money), result)


def measure_cost_quality_frontier(asked: Asked) -> Iterator[Measured]:
    """Each model with its cost per task, its score and its place, for each identity of a benchmark."""
    for key, money, runs in _benchmarks(asked):
        is_stated = all(run.score is not None for run in runs)
        by_label = _labelled(runs)
        points = [_point(run, run.score if is_stated else None) for run in runs]
        for placed in cost_quality_frontier(points):
            run = by_label[placed.point.label]
            result = Result(
                metric="cost_quality_frontier",
                numerator=run.total.cost,
                denominator=Decimal(run.total.tasks),
                value=placed.point.cost_per_task,
                currency=money,
                sample_size=run.total.tasks,
                interval=_cost_interval(run, asked.parameters.sampling),
                counts={"tasks": run.total.tasks, "attempts": run.total.attempts, "solved": run.total.solved},
            )
            of_score = None if is_stated else _score_interval(run.total, asked.parameters.sampling)
            yield Measured(_shown(asked, {**key, **run.key}, money), result, placed, of_score)


def _cost_interval(run: _Run, sampling: Sampling) -> Interval | None:
    """What a task may cost on average, where it is known what each of them did."""
    method = only(IntervalMethod.CLUSTER_BOOTSTRAP, sampling)
    units = [Unit(each.task_id, each.cost, 1, 1) for each in run.tasks]
    return ratio_interval(units, replace(sampling, method=method)) if units else None


def _score_interval(run: RunTotal, sampling: Sampling) -> Interval:
    """What the share of solved attempts may be."""
    lower, upper = wilson(run.solved, run.attempts, run.tasks, sampling.confidence_level)
    return Interval(rounded(lower), rounded(upper), sampling.confidence_level, IntervalMethod.WILSON)


def _point(run: _Run, score: Decimal | None) -> QualityPoint:
    solved = rounded(fraction(run.total.solved) / run.total.attempts)
    cost = quotient(run.total.cost, run.total.tasks) or Decimal(0)
    return QualityPoint(_label(run), cost, solved if score is None else score, run.currency)


def _label(run: _Run) -> str:
    return ", ".join(part for name in _NAMED if (part := run.key[name]) is not None)


def _labelled(runs: Iterable[_Run]) -> dict[str, _Run]:
    """The runs by what tells them apart; raises MetricError where one model goes under several canonical names."""
    found: dict[str, _Run] = {}
    for run in runs:
        label = _label(run)
        if label in found:
            raise MetricError(
                "model_of_several_names",
                f"Evaluations of {label} state several values of canonical_model_id, or one and none.",
                "State the same in all of them.",
            )
        found[label] = run
    return found


def _shown(asked: Asked, key: dict[str, str | None], money: str) -> dict[str, str | None]:
    """What identifies a group, without what nobody stated and nobody asked for."""
    by = asked.parameters.by
    return {**{name: value for name, value in key.items() if value is not None or name in by}, "currency": money}


def _benchmarks(asked: Asked) -> Iterator[tuple[dict[str, str | None], str, list[_Run]]]:
    """The runs on each identity of a benchmark, in each currency."""
    found: defaultdict[tuple[Any, ...], list[_Run]] = defaultdict(list)
    names = (*BENCHMARK, *asked.parameters.by)
    for run in _runs(asked):
        found[*(run.key[name] for name in names), run.currency].append(run)
    for (*values, money), runs in found.items():
        yield dict(zip(names, values, strict=True)), str(money), runs


def _runs(asked: Asked) -> Iterator[_Run]:
    """The evaluations of each model on each identity of a benchmark, in each currency."""
    by = [*(f'"{name}"' for name in (*BENCHMARK, *CONTESTANT)), *asked.groups("evaluation"), "currency"]
    names = [*BENCHMARK, *CONTESTANT, *asked.parameters.by]
    where, values = asked.where("evaluation")
    keys, ordered = ", ".join(by), ", ".join(f"{each} NULLS FIRST" for each in [*by, "task_id"])
    rows = asked.records.stream(
        f"""SELECT {keys}, task_id, count(*), count_if(solved), sum(cost), max(task_count), sum(attempt_count),
            sum(solved_count), CASE WHEN count(*) = 1 THEN min(score) END
        FROM evaluation {where} GROUP BY {keys}, task_id ORDER BY {ordered}""",
        *values,
    )
    for key, members in groupby(rows, key=lambda row: row[: len(by)]):
        yield _run(dict(named(names, key[:-1])), str(key[-1]), [row[len(by) :] for row in members])


def _run(key: dict[str, str | None], money: str, rows: list[tuple[Any, ...]]) -> _Run:
    tasks = [
        TaskTotal(str(task), attempts, solved, cost, money)
        for task, attempts, solved, cost, *_ in rows
        if task is not None
    ]
    if not tasks:
        ((_, _, _, cost, count, attempts, solved, score),) = rows
        return _Run(key, money, (), RunTotal(count, attempts, solved, cost, money), score)
    if len(tasks) < len(rows):
        raise MetricError(
            "evaluation_counted_twice",
            f"Evaluations of {key['model_id']} on {key['benchmark_id']} are given both by attempt and as a total.",
            "Give one of the two.",
        )
    return _Run(key, money, tasks, run_of(tasks), None)
