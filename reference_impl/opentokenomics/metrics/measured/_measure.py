"""From files to the results of a metric."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from os import PathLike
from typing import TYPE_CHECKING

from opentokenomics.engines import Progress, Records, consult
from opentokenomics.metrics._errors import MetricError
from opentokenomics.metrics.measured import _evaluation as evaluation
from opentokenomics.metrics.measured import _marginal as marginal
from opentokenomics.metrics.measured import _outcome as outcome
from opentokenomics.metrics.measured import _usage as usage
from opentokenomics.metrics.measured._request import Measured, Parameters
from opentokenomics.metrics.measured._where import INSTANTS, Asked, selected, telling_sources
from opentokenomics.report import first_fault, input_name
from opentokenomics.standard import Profile, load

if TYPE_CHECKING:
    from opentokenomics.report import Report

_MOST_SHOWN = 3


@dataclass(frozen=True, slots=True)
class _Metric:
    """How a metric is measured: the dataset whose records it counts, the columns it needs, and the function.

    ``basis`` has what tells its results apart in any case, and ``compares`` says whether it compares two scopes.
    """

    counted: str
    columns: Mapping[str, Collection[str]]
    measure: Callable[[Asked], Iterator[Measured]]
    has_money: bool = True
    compares: bool = False
    basis: Sequence[str] = ()

    @property
    def adds_amounts(self) -> bool:
        """Whether it has a result only where usage that counts has an amount."""
        return self.counted == "usage" and self.has_money


_OUTCOMES = {"usage": outcome.USAGE, "outcome": outcome.OUTCOME, "outcome_definition": outcome.DEFINITION}
_TIERS = {"usage": marginal.USAGE, "outcome": marginal.OUTCOME}
_EVALUATIONS = {"evaluation": evaluation.COLUMNS}
_BENCHMARK = evaluation.BENCHMARK
_MODEL = (*_BENCHMARK, *evaluation.CONTESTANT)
_DEFINITION = outcome.BASIS

METRICS: Mapping[str, _Metric] = {
    "cost_of_pass": _Metric("evaluation", _EVALUATIONS, evaluation.measure_cost_of_pass, basis=_MODEL),
    "cost_of_pass_ratio": _Metric(
        "evaluation", _EVALUATIONS, evaluation.measure_cost_of_pass_ratio, compares=True, basis=_BENCHMARK
    ),
    "frontier_cost_of_pass": _Metric(
        "evaluation", _EVALUATIONS, evaluation.measure_frontier_cost_of_pass, basis=_BENCHMARK
    ),
    "cost_quality_frontier": _Metric(
        "evaluation", _EVALUATIONS, evaluation.measure_cost_quality_frontier, basis=_MODEL
    ),
    "cost_per_outcome": _Metric("outcome", _OUTCOMES, outcome.measure_cost_per_outcome, basis=_DEFINITION),
    "baseline_ratio": _Metric("outcome", _OUTCOMES, outcome.measure_baseline_ratio, basis=_DEFINITION),
    "break_even_success_rate": _Metric("outcome", _OUTCOMES, outcome.measure_break_even, basis=_DEFINITION),
    "marginal_token_utility": _Metric("outcome", _TIERS, marginal.measure_marginal_token_utility, compares=True),
    "retry_overhead": _Metric("usage", {"usage": usage.RETRIES}, usage.measure_retry_overhead),
    "unit_cost": _Metric("usage", {"usage": usage.UNIT_COST}, usage.measure_unit_cost),
    "cache_hit_ratio": _Metric("usage", {"usage": usage.CACHE}, usage.measure_cache_hit_ratio, has_money=False),
    "cache_cost_efficiency": _Metric("usage", {"usage": usage.CACHE}, usage.measure_cache_cost_efficiency),
}
"""The metrics that can be measured from files."""


@dataclass(frozen=True, slots=True)
class Question:
    """A metric, with what the caller of it chooses."""

    metric: str
    parameters: Parameters


@dataclass(frozen=True, slots=True)
class Answer:
    """The results of a metric, or why there are none.

    Attributes:
        results: The results, in the order of the groups.
        rows: How many records each input has, in their order.
        error: Why there are no results.
    """

    results: tuple[Measured, ...]
    rows: tuple[int, ...]
    error: MetricError | None = None


def measure(
    metric: str,
    inputs: Iterable[tuple[str, str | PathLike[str]]],
    parameters: Parameters | None = None,
    *,
    progress: Progress | None = None,
) -> tuple[Measured, ...]:
    """The results of a metric for the records of files, one for each group.

    The files are held to the standard first, and nothing is computed from one that does not conform.

    Args:
        metric: Identifier of the metric.
        inputs: Files, each with the dataset of its records: CSV, JSON Lines or Parquet, plain or compressed.
        parameters: What the caller chooses.
        progress: Told how far the work is.

    Returns:
        The results, in the order of the groups.

    Raises:
        InputError: A file cannot be read.
        MetricError: The metric or a column does not exist, an input does not conform or is missing, sources state the
            same facts, or currencies would have to be mixed.
        ResourceError: There is no room for temporary files, or not enough memory.
    """
    (answer,) = measure_each([Question(metric, parameters or Parameters())], inputs, progress=progress)
    if answer.error is not None:
        raise answer.error
    return answer.results


def measure_each(
    questions: Sequence[Question],
    inputs: Iterable[tuple[str, str | PathLike[str]]],
    *,
    progress: Progress | None = None,
) -> list[Answer]:
    """The results of several metrics for the same files, which are read and held to the standard once.

    Args:
        questions: Metrics with their parameters.
        inputs: Files, each with the dataset of its records.
        progress: Told how far the work is.

    Returns:
        An answer to each question.

    Raises:
        InputError: A file cannot be read.
        ResourceError: There is no room for temporary files, or not enough memory.
    """
    given = list(inputs)
    refused = [_refusal(each, {dataset for dataset, _ in given}) for each in questions]
    possible = [each for each, error in zip(questions, refused, strict=True) if error is None]
    if not possible:
        return [Answer((), (), error) for error in refused]

    def ask(report: Report, records: Records) -> list[Answer]:
        # The report lists inputs by dataset, each dataset's in the order in which they were given.
        rows = {dataset: [each.rows for each in report.datasets if each.dataset == dataset] for dataset, _ in given}
        counts = tuple(rows[dataset].pop(0) for dataset, _ in given)
        return [
            Answer((), counts, error) if error is not None else _answer(each, report, records, counts)
            for each, error in zip(questions, refused, strict=True)
        ]

    wanted: dict[str, dict[str, None]] = {}
    for each in possible:
        for dataset, columns in _wanted_by(each).items():
            wanted.setdefault(dataset, {}).update(dict.fromkeys(columns))
    has_money = any(METRICS[each.metric].has_money for each in possible)
    profile = Profile.COST if has_money else Profile.METERING
    return consult(given, wanted, ask, profile=profile, progress=progress)


def _answer(question: Question, report: Report, records: Records, rows: tuple[int, ...]) -> Answer:
    try:
        refuse_nonconformant(report)
        asked = Asked(records, report, load(report.spec_version), question.parameters)
        measured = tuple(METRICS[question.metric].measure(asked))
        return Answer(_with_unplaced(measured, asked, METRICS[question.metric].counted), rows)
    except MetricError as error:
        return Answer((), rows, error)


def _with_unplaced(measured: tuple[Measured, ...], asked: Asked, counted: str) -> tuple[Measured, ...]:
    """The results, each with how many evaluations in scope are in no period; other records always are in one."""
    if asked.parameters.period is None or counted != "evaluation":
        return measured
    (instant,) = INSTANTS[counted]
    where, values = replace(asked, parameters=replace(asked.parameters, period=None)).where(
        counted, f"{instant} IS NULL"
    )
    ((unplaced,),) = asked.records.rows(f"SELECT count(*) FROM {counted} {where}", *values)  # noqa: S608 - checked
    if unplaced and not measured:
        raise MetricError(
            "instant_missing",
            f"No evaluation in scope is in the period, and {unplaced} of them state no {instant}.",
            f"State {instant}, or leave out the period.",
        )
    return tuple(
        replace(each, result=replace(each.result, counts={**each.result.counts, "records_without_instant": unplaced}))
        for each in measured
    )


def _refusal(question: Question, given: Collection[str]) -> MetricError | None:
    if question.metric not in METRICS:
        return MetricError(
            "metric_unknown",
            f"The metric {question.metric} cannot be measured from files.",
            f"Choose one of {', '.join(METRICS)}.",
        )
    chosen = question.parameters
    if chosen.comparison_scope and not METRICS[question.metric].compares:
        return MetricError(
            "comparison_unsupported",
            f"The metric {question.metric} compares nothing, and has no comparison_scope.",
            "Leave out --compare.",
        )
    if METRICS[question.metric].compares and not chosen.comparison_scope:
        return MetricError(
            "comparison_missing",
            f"The metric {question.metric} compares two scopes, and only one is given.",
            "Pass --where COLUMN=VALUE for the one, and --compare COLUMN=VALUE for the other.",
        )
    if METRICS[question.metric].compares and chosen.by:
        return MetricError(
            "groups_unsupported",
            f"The metric {question.metric} compares two scopes, and takes no groups.",
            "Leave out --by.",
        )
    # What is not given is not known, and no cost of 0.
    missing = [name for name in METRICS[question.metric].columns if name not in given]
    if not missing:
        return None
    return MetricError(
        "dataset_missing",
        f"The metric {question.metric} is computed from {' and '.join(missing)}, and none are given.",
        f"Pass {' '.join(f'--input {name}=FILE' for name in missing)}.",
    )


def _wanted_by(question: Question) -> Mapping[str, Collection[str]]:
    """The columns that a metric needs, with those that the caller names."""
    how, chosen = METRICS[question.metric], question.parameters
    more = {how.counted: [selected(name) for name in (*chosen.by, *chosen.scope, *chosen.comparison_scope)]}
    more[how.counted] += INSTANTS[how.counted] if chosen.period else ()
    more.setdefault("usage", []).extend([chosen.cost_column, "charge_category", *telling_sources(chosen.sources)])
    known = load().datasets
    wanted = {name: dict.fromkeys([*needed, *more.get(name, ())]) for name, needed in how.columns.items()}
    # An unknown name is refused where it is used, with what can be chosen.
    return {name: [each for each in needed if each in known[name].by_name] for name, needed in wanted.items()}


def refuse_nonconformant(report: Report) -> None:
    """Raises MetricError where a file does not conform, with the first reasons."""
    if report.conformant:
        return
    places = [
        f"{each.requirement} in {input_name(each.path)}" + ("" if each.row is None else f", row {each.row}")
        for each in report.violations
        if report_fails(report, each.requirement)
    ]
    said = f"The inputs do not conform to the profile {report.profile}: {'; '.join(places[:_MOST_SHOWN])}."
    raise MetricError(
        "input_not_conformant",
        f"{said} {first_fault(report)}",
        f"See opentokenomics validate --profile {report.profile}.",
    )


def report_fails(report: Report, requirement: str) -> bool:
    """Whether a requirement failed, and did not only warn."""
    return any(each.requirement == requirement and each.status == "fail" for each in report.checks)
