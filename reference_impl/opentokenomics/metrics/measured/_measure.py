"""From files to the results of a metric."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from os import PathLike
from typing import TYPE_CHECKING

from opentokenomics.engines import Progress, Records, consult
from opentokenomics.metrics._errors import MetricError
from opentokenomics.metrics.measured import _evaluation as evaluation
from opentokenomics.metrics.measured import _outcome as outcome
from opentokenomics.metrics.measured import _usage as usage
from opentokenomics.metrics.measured._request import Measured, Parameters
from opentokenomics.metrics.measured._where import Asked
from opentokenomics.standard import Profile, load

if TYPE_CHECKING:
    from opentokenomics.report import Report

_MOST_SHOWN = 3


@dataclass(frozen=True, slots=True)
class _Metric:
    """How a metric is measured: the dataset whose records it counts, the columns it needs, and the function."""

    counted: str
    columns: Mapping[str, Collection[str]]
    measure: Callable[[Asked], Iterator[Measured]]
    has_money: bool = True


_OUTCOMES = {"usage": outcome.USAGE, "outcome": outcome.OUTCOME, "outcome_definition": outcome.DEFINITION}
_EVALUATIONS = {"evaluation": evaluation.COLUMNS}

METRICS: Mapping[str, _Metric] = {
    "cost_of_pass": _Metric("evaluation", _EVALUATIONS, evaluation.measure_cost_of_pass),
    "frontier_cost_of_pass": _Metric("evaluation", _EVALUATIONS, evaluation.measure_frontier_cost_of_pass),
    "cost_quality_frontier": _Metric("evaluation", _EVALUATIONS, evaluation.measure_cost_quality_frontier),
    "cost_per_outcome": _Metric("outcome", _OUTCOMES, outcome.measure_cost_per_outcome),
    "baseline_ratio": _Metric("outcome", _OUTCOMES, outcome.measure_baseline_ratio),
    "break_even_success_rate": _Metric("outcome", _OUTCOMES, outcome.measure_break_even),
    "retry_overhead": _Metric("usage", {"usage": usage.RETRIES}, usage.measure_retry_overhead),
    "unit_cost": _Metric("usage", {"usage": usage.UNIT_COST}, usage.measure_unit_cost),
    "cache_hit_ratio": _Metric("usage", {"usage": usage.CACHE}, usage.measure_cache_hit_ratio, has_money=False),
    "cache_cost_efficiency": _Metric("usage", {"usage": usage.CACHE}, usage.measure_cache_cost_efficiency),
}
"""The metrics that can be measured from files."""


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
    how, chosen, given = _known(metric), parameters or Parameters(), list(inputs)
    if how.counted not in {dataset for dataset, _ in given}:
        raise MetricError(
            "dataset_missing",
            f"The metric {metric} counts records of {how.counted}, and none are given.",
            f"Pass --input {how.counted}=FILE.",
        )

    def answer(report: Report, records: Records) -> tuple[Measured, ...]:
        refuse_nonconformant(report)
        return tuple(how.measure(Asked(records, report, load(report.spec_version), chosen)))

    profile = Profile.COST if how.has_money else Profile.METERING
    return consult(given, wanted_columns(how.columns, how.counted, chosen), answer, profile=profile, progress=progress)


def wanted_columns(
    columns: Mapping[str, Collection[str]], counted: str, chosen: Parameters
) -> Mapping[str, Collection[str]]:
    """The columns that a metric needs, with those that the caller names."""
    more = {counted: [*chosen.by, *chosen.scope]}
    more.setdefault("usage", []).extend([chosen.cost_column, "charge_category", "source_name"])
    known = load().datasets
    wanted = {name: dict.fromkeys([*needed, *more.get(name, ())]) for name, needed in columns.items()}
    # An unknown name is refused where it is used, with what can be chosen.
    return {name: [each for each in needed if each in known[name].by_name] for name, needed in wanted.items()}


def refuse_nonconformant(report: Report) -> None:
    """Raises MetricError where a file does not conform, with the first reasons."""
    if report.conformant:
        return
    places = [
        f"{each.requirement} in {each.path}" + ("" if each.row is None else f", row {each.row}")
        for each in report.violations
        if report_fails(report, each.requirement)
    ]
    raise MetricError(
        "input_not_conformant",
        f"The inputs do not conform to the profile {report.profile}: {'; '.join(places[:_MOST_SHOWN])}.",
        f"See opentokenomics validate --profile {report.profile}.",
    )


def report_fails(report: Report, requirement: str) -> bool:
    """Whether a requirement failed, and did not only warn."""
    return any(each.requirement == requirement and each.status == "fail" for each in report.checks)


def _known(metric: str) -> _Metric:
    if metric not in METRICS:
        raise MetricError(
            "metric_unknown",
            f"The metric {metric} cannot be measured from files.",
            f"Choose one of {', '.join(METRICS)}.",
        )
    return METRICS[metric]
