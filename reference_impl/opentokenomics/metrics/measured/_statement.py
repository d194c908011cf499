"""Results as statements that carry what is needed to recompute them."""

from __future__ import annotations

import hashlib
import json
import stat
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from os import PathLike
from pathlib import Path
from typing import Any

from opentokenomics.engines import Progress
from opentokenomics.errors import InputError
from opentokenomics.metrics._errors import MetricError
from opentokenomics.metrics._value import Axis
from opentokenomics.metrics.measured._measure import METRICS, Question, measure_each
from opentokenomics.metrics.measured._render import text
from opentokenomics.metrics.measured._request import COST_COLUMNS, Measured, Parameters
from opentokenomics.metrics.measured._where import of_group
from opentokenomics.readers import refuse_archive, reported
from opentokenomics.report import file_names
from opentokenomics.standard import load

_CHUNK = 1 << 20

FIGURES = ("numerator", "denominator", "value", "lower_bound", "upper_bound")
"""The figures of a result that a statement states."""


@dataclass(frozen=True, slots=True)
class Digest:
    """One input of a statement: its dataset, and the SHA-256 digest of its bytes."""

    dataset: str
    sha256: str


@dataclass(frozen=True, slots=True)
class Preparation:
    """Who states something, and when."""

    prepared_at: datetime
    prepared_by: str | None = None


def digest_of(dataset: str, path: str | PathLike[str]) -> Digest:
    """The digest of a file.

    Raises:
        InputError: The file cannot be read, is an archive, or is no file that others could hold against it later.
    """
    file, name = Path(path), str(path)
    found = hashlib.sha256()
    refuse_archive(name)
    with reported(name):
        if name == "-" or not stat.S_ISREG(file.stat().st_mode):
            message = f"{file_names([name])} is no file that has a digest."
            raise InputError("input_not_a_file", message, "Name a regular file.")
    with reported(name), file.open("rb") as stream:
        while some := stream.read(_CHUNK):
            found.update(some)
    return Digest(dataset, found.hexdigest())


def make_statements(
    metric: str,
    inputs: Iterable[tuple[str, str | PathLike[str]]],
    parameters: Parameters,
    preparation: Preparation,
    *,
    progress: Progress | None = None,
) -> list[dict[str, Any]]:
    """One statement for each result of a metric.

    Args:
        metric: Identifier of the metric.
        inputs: Files, each with the dataset of its records.
        parameters: What the caller of the metric chooses.
        preparation: Who states it, and when.
        progress: Told how far the work is.

    Returns:
        Records of the dataset ``statement``. The same results from the same bytes have the same identifiers.

    Raises:
        MetricError: As for :func:`measure`; a result is of amounts, of which there are none (``currency_missing``).
        InputError: An input cannot be read, or is no regular file.
    """
    return state_each([Question(metric, parameters)], inputs, preparation, progress=progress)


def state_each(
    questions: Sequence[Question],
    inputs: Iterable[tuple[str, str | PathLike[str]]],
    preparation: Preparation,
    *,
    progress: Progress | None = None,
) -> list[dict[str, Any]]:
    """The statements of several metrics about the same files, as :func:`make_statements` makes those of one."""
    given = list(inputs)
    digests = [digest_of(dataset, path) for dataset, path in given]
    stated: list[dict[str, Any]] = []
    for question, answer in zip(questions, measure_each(questions, given, progress=progress), strict=True):
        if answer.error is not None:
            raise answer.error
        listed = [
            {"dataset": each.dataset, "sha256": each.sha256, "rows": rows}
            for each, rows in zip(digests, answer.rows, strict=True)
        ]
        listed.sort(key=lambda entry: (entry["dataset"], entry["sha256"]))
        stated += [
            _statement(each, question.metric, question.parameters, listed, preparation) for each in answer.results
        ]
    return stated


def _statement(
    each: Measured,
    metric: str,
    parameters: Parameters,
    inputs: Sequence[Mapping[str, Any]],
    preparation: Preparation,
) -> dict[str, Any]:
    standard = load()
    own = standard.datasets["statement"].by_name
    result, interval = each.result, each.result.interval
    always, by = METRICS[metric].basis, parameters.by
    basis = {name: value for name, value in each.key.items() if name in always or (name in own and name not in by)}
    apart = {name: value for name, value in each.key.items() if name in by or name not in basis}
    scope = {**parameters.scope, **apart}
    has_bounds = interval is not None and (interval.lower, interval.upper) != (None, None)
    is_paid = METRICS[metric].has_money and "usage" in METRICS[metric].columns
    if result.currency is None and _needs_currency(metric, parameters):
        raise MetricError(
            "currency_missing",
            f"Nothing that {metric} counts{of_group(each.key)} has an amount in {parameters.cost_column}, and a "
            "statement about amounts names their currency.",
            "Choose another column with --cost-column, or a narrower scope with --where.",
        )
    body: dict[str, Any] = {
        "metric": metric,
        "metric_version": standard.metrics[metric].version,
        "scope": {name: value for name, value in scope.items() if value is not None} or None,
        "comparison_scope": dict(parameters.comparison_scope) or None,
        **_period(parameters),
        **basis,
        "currency": result.currency,
        "cost_column": parameters.cost_column if is_paid and result.currency is not None else None,
        **{name: text(getattr(result, name)) for name in FIGURES},
        "confidence_level": text(interval.confidence_level) if interval is not None and has_bounds else None,
        "interval_method": interval.method.value if interval is not None and has_bounds else None,
        "estimator": result.estimator.value,
        "parameters": dict(_chosen(metric, parameters, [name for name, value in scope.items() if value is None])),
        "sample_size": result.sample_size,
        "inputs": list(inputs),
    }
    body = {name: value for name, value in body.items() if value is not None}
    identity = hashlib.sha256(json.dumps(body, sort_keys=True).encode()).hexdigest()[:16]
    made = {"prepared_at": _instant(preparation.prepared_at, "seconds"), "prepared_by": preparation.prepared_by}
    head = {"spec_version": standard.version, "statement_id": f"{metric}-{identity}"}
    return {**head, **body, **{name: value for name, value in made.items() if value is not None}}


def _needs_currency(metric: str, parameters: Parameters) -> bool:
    """Whether nobody can verify a result without one: a statement names its column of amounts beside their currency."""
    if metric != "marginal_token_utility":
        return METRICS[metric].has_money
    return parameters.axis is Axis.COST and parameters.cost_column != COST_COLUMNS[0]


def _period(parameters: Parameters) -> dict[str, str]:
    if parameters.period is None:
        return {}
    return {"period_start": _instant(parameters.period.start), "period_end": _instant(parameters.period.end)}


def _instant(at: datetime, precision: str = "auto") -> str:
    return f"{at.astimezone(UTC).replace(tzinfo=None).isoformat(timespec=precision)}Z"


def _chosen(metric: str, parameters: Parameters, without: Sequence[str]) -> Iterator[tuple[str, str]]:
    """Whatever else the computation needs, as text."""
    definition = load().metrics[metric]
    if definition.intervals:
        yield "seed", str(parameters.sampling.seed)
        yield "resamples", str(parameters.sampling.resamples)
        yield "confidence_level", str(parameters.sampling.confidence_level)
        if parameters.sampling.method is not None:
            yield "interval_method", parameters.sampling.method.value
    if "block_size" in definition.parameters:
        yield "block_size", str(parameters.block_size)
    if "base_price" in definition.parameters and parameters.base_price is not None:
        yield "base_price", str(text(parameters.base_price))
    if "baseline" in definition.parameters and parameters.baseline is not None:
        yield "baseline", str(text(parameters.baseline))
    if "axis" in definition.parameters:
        yield "axis", parameters.axis.value
    for number, source in enumerate(parameters.sources, start=1):
        yield f"source_name.{number}", source
    if without:
        yield "without", ",".join(without)
