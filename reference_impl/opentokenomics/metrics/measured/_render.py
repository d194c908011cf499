"""Results as text, JSON, CSV and Markdown."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any

from opentokenomics.exact_csv import csv_rows
from opentokenomics.metrics.measured._request import Measured
from opentokenomics.report import Columns, Look, brief, cell, lay_out_columns, visible_json
from opentokenomics.standard import MetricDefinition

_NUMERIC = ("value", "numerator", "denominator", "n", "score")
_FIGURES = ("value", "lower_bound", "upper_bound", "numerator", "denominator")


def render_json(metric: MetricDefinition, results: Iterable[Measured]) -> str:
    """All of the results, with decimals as text."""
    document = {
        "metric": metric.id,
        "metric_version": metric.version,
        "unit": metric.unit,
        "results": [stated(each) for each in results],
    }
    return visible_json(document)


def stated(each: Measured) -> dict[str, Any]:
    """One result with its evidence, as JSON has it."""
    result, interval = each.result, each.result.interval
    document: dict[str, Any] = {
        "group": {name: value for name, value in each.key.items() if name != "currency"},
        "currency": result.currency,
        **{name: text(getattr(result, name)) for name in _FIGURES},
        "confidence_level": None if interval is None else text(interval.confidence_level),
        "interval_method": None if interval is None else interval.method.value,
        "seed": None if interval is None else interval.seed,
        "resamples": None if interval is None else interval.resamples,
        "estimator": result.estimator.value,
        "sample_size": result.sample_size,
        "counts": dict(result.counts),
        "amounts": {name: text(amount) for name, amount in result.amounts.items()},
    }
    if each.point is not None:
        beaten = each.point.dominated_by
        of_score = each.score_interval
        document["score"] = text(each.point.point.score)
        document["score_lower_bound"] = None if of_score is None else text(of_score.lower)
        document["score_upper_bound"] = None if of_score is None else text(of_score.upper)
        document["dominated_by"] = None if beaten is None else beaten.label
    return document


def render_csv(results: Sequence[Measured]) -> str:
    """A row for each result; a column for each count and amount that some result has."""
    rows = [_flat(stated(each)) for each in results]
    names = list(dict.fromkeys(name for row in rows for name in row))
    return "".join(csv_rows([names, *([row.get(name) for name in names] for row in rows)]))


def _flat(document: Mapping[str, Any]) -> dict[str, Any]:
    flat = dict(document["group"])
    for name, value in document.items():
        if name in {"counts", "amounts"}:
            flat |= {f"{name}.{key}": member for key, member in value.items()}
        elif name != "group":
            flat[name] = value
    return flat


def render_markdown(metric: MetricDefinition, results: Sequence[Measured]) -> str:
    """A heading and a table."""
    header, rows = table(results)
    lines = [f"## {metric.title}", "", metric.question, ""]
    lines += [f"- {cell(line)}" for line in _common(results)] + [""] if _common(results) else []
    if not rows:
        return "\n".join([*lines, "There is nothing to measure.", ""])
    lines += [f"| {' | '.join(map(cell, header))} |", f"|{'|'.join(' --- ' for _ in header)}|"]
    lines += [f"| {' | '.join(cell(each) for each in row)} |" for row in rows]
    return "\n".join([*lines, "", _unit(metric), ""])


def render_text(metric: MetricDefinition, results: Sequence[Measured], look: Look | None = None) -> str:
    """A table for a terminal."""
    header, rows = table(results)
    if not rows:
        return f"{metric.title}: there is nothing to measure.\n"
    numeric, whole = ({header.index(name) for name in names if name in header} for names in (_NUMERIC, ("interval",)))
    shown = Columns(header, rows, header.index("value"), numeric, whole)
    title = f"{metric.title}: {metric.question}"
    return lay_out_columns(shown, look or Look(), [title, *_common(results)], [_unit(metric)])


def _unit(metric: MetricDefinition) -> str:
    return f"Unit: {metric.unit}. Digits are shortened; JSON and CSV have all of them, and what was left out."


def table(results: Sequence[Measured]) -> tuple[list[str], list[list[str]]]:
    """Header and rows for people: groups, value and interval, evidence."""
    keys = [name for name in dict.fromkeys(name for each in results for name in each.key) if _varies(name, results)]
    methods = _methods(results)
    has_points = any(each.point is not None for each in results)
    header = [*keys, "value", *(["interval"] if methods else []), *(["method"] if len(methods) > 1 else [])]
    header += ["numerator", "denominator", "n", *(["score", "frontier"] if has_points else [])]
    return header, [_row(each, keys, methods) for each in results]


def _varies(name: str, results: Sequence[Measured]) -> bool:
    """Whether a column tells groups apart, or says what the amounts are."""
    return name == "currency" or len({each.key.get(name) for each in results}) > 1


def _common(results: Sequence[Measured]) -> list[str]:
    """What all groups have in common, in words."""
    names = dict.fromkeys(name for each in results for name in each.key)
    levels = sorted({each.result.interval.confidence_level for each in results if each.result.interval is not None})
    methods = _methods(results)
    by = f" by {methods[0]}" if len(methods) == 1 else ""
    return [
        *(f"{name} {results[0].key.get(name)}" for name in names if not _varies(name, results)),
        *(f"interval{by} at a confidence level of {text(level)}" for level in levels),
    ]


def _methods(results: Sequence[Measured]) -> list[str]:
    """By which methods intervals were found."""
    return sorted({each.result.interval.method.value for each in results if each.result.interval is not None})


def _row(each: Measured, keys: Sequence[str], methods: Sequence[str]) -> list[str]:
    result, interval = each.result, each.result.interval
    row = [each.key.get(name) or "" for name in keys]
    row.append("none" if result.value is None else brief(result.value))
    if methods:
        row.append("" if interval is None else _bounds(interval.lower, interval.upper))
    if len(methods) > 1:
        row.append("" if interval is None else interval.method.value)
    row += [brief(result.numerator), brief(result.denominator), str(result.sample_size)]
    if each.point is not None:
        beaten = each.point.dominated_by
        row += [brief(each.point.point.score), "yes" if beaten is None else f"no: {beaten.label}"]
    return row


def _bounds(lower: Decimal | None, upper: Decimal | None) -> str:
    if lower is None or upper is None:
        return "unknown" if lower is None else f"at least {brief(lower)}"
    return f"{brief(lower)} to {brief(upper)}"


def text(number: Decimal | None) -> str | None:
    """A decimal in plain notation."""
    return None if number is None else f"{number:f}"
