"""Statements recomputed from the inputs that they name."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from os import PathLike
from typing import Any

from opentokenomics.engines import Progress, Recomputed, Records, consult
from opentokenomics.errors import InputError
from opentokenomics.exact_decimal import plain
from opentokenomics.metrics._errors import MetricError
from opentokenomics.metrics._interval import Sampling
from opentokenomics.metrics._result import IntervalMethod
from opentokenomics.metrics._value import Axis, Identification
from opentokenomics.metrics.measured._measure import METRICS, Answer, Question, measure_each
from opentokenomics.metrics.measured._render import text
from opentokenomics.metrics.measured._request import COST_COLUMNS, Measured, Parameters, Period
from opentokenomics.metrics.measured._statement import FIGURES, Digest, digest_of
from opentokenomics.report import Report, file_names
from opentokenomics.shapes import faults_of, inside
from opentokenomics.standard import load, versions

# Queries are built from column names of the standard, all quoted.
# ruff: noqa: S608

_IDENTIFIED = "marginal_token_utility"
_UNJUDGED = {"input_not_conformant", "metric_unknown"}
"""Why nobody can judge a statement by its inputs: they are broken, or it is about none."""
_PERIOD = ("period_start", "period_end")
_ROW = "row_number"
_MALFORMED = "malformed_columns"
_UNREAD = frozenset({"spec_version", "statement_id", "prepared_at", "prepared_by"})
"""The columns of a statement that say nothing of what is computed."""
MOST_RESAMPLED = 10_000_000
"""How often all statements of a file may resample together: ten thousand of them as often as is usual."""

_Named = tuple[str, str | PathLike[str]]
"""A dataset, and a file of its records."""


class Verdict(StrEnum):
    """What became of a statement."""

    CONFIRMED = "confirmed"
    REFUTED = "refuted"
    INPUTS_DIFFER = "inputs differ"
    NOT_JUDGED = "not judged"
    """It cannot be read, or its inputs are not in order: it can be neither believed nor refuted."""


@dataclass(frozen=True, slots=True)
class Difference:
    """Something that a statement states otherwise than it was recomputed; None for nothing."""

    what: str
    stated: str | None
    recomputed: str | None


@dataclass(frozen=True, slots=True)
class Verification:
    """The verdict on one statement.

    Attributes:
        statement_id: The statement; None where it does not say.
        metric: What it states.
        verdict: The verdict.
        value: The recomputed value, where there is one.
        differences: What was recomputed otherwise; for inputs that differ, the digests.
        reason: Why it could not be recomputed, where it could not.
    """

    statement_id: str | None
    metric: str | None
    verdict: Verdict
    value: Decimal | None = None
    differences: tuple[Difference, ...] = field(default=())
    reason: str | None = None

    @property
    def is_judged(self) -> bool:
        """Whether its own inputs were at hand and in order, so that the verdict is about the statement."""
        return self.verdict in {Verdict.CONFIRMED, Verdict.REFUTED}


def verify(
    statements: str | PathLike[str],
    inputs: Iterable[tuple[str, str | PathLike[str]]],
    *,
    progress: Progress | None = None,
) -> tuple[Verification, ...]:
    """Recomputes statements.

    Args:
        statements: A file of records of the dataset ``statement``.
        inputs: The files that they were computed from, each with the dataset of its records; there may be more.
        progress: Told how far the work is.

    Returns:
        A verdict on each statement, in their order.

    Raises:
        InputError: A file cannot be read, there are no statements, or they ask for too many resamples together.
        ResourceError: There is no room for temporary files, or not enough memory.
    """
    given = _by_digest(inputs)
    stated = _read(statements, progress)
    if all(row["metric"] is None and row["statement_id"] is None for row in stated):
        what = f"{file_names([str(statements)])} holds no statements{' that can be read' if stated else ''}."
        raise InputError("no_statements", what, "Name a file of statements; validate --dataset statement says more.")
    return tuple(_verdicts(stated, given, progress))


def _by_digest(inputs: Iterable[_Named]) -> dict[Digest, _Named]:
    return {digest_of(dataset, path): (dataset, path) for dataset, path in inputs}


def recompute(statements: str | PathLike[str], inputs: Iterable[tuple[str, str | PathLike[str]]]) -> list[Recomputed]:
    """What becomes of the statements of a file that can be judged by the inputs, as a validation counts it.

    Args:
        statements: A file of records of the dataset ``statement``.
        inputs: Files with the datasets of their records.

    Returns:
        A finding for each statement all of whose inputs are given and in order.

    Raises:
        InputError: A file cannot be read, or its statements ask for too many resamples together.
        ResourceError: There is no room for temporary files, or not enough memory.
    """
    stated = _read(statements, None)
    verdicts = _verdicts(stated, _by_digest(inputs) if stated else {}, None)
    return [_finding(row[_ROW], each) for row, each in zip(stated, verdicts, strict=True) if each.is_judged]


def _finding(row: int, found: Verification) -> Recomputed:
    if found.verdict is Verdict.CONFIRMED:
        return Recomputed(row)
    if not found.differences:
        return Recomputed(row, "metric", "it cannot be computed from its inputs; `verify` says why")
    what = found.differences[0].what.partition(" ")[0]
    column = "inputs" if what == "rows" else what
    return Recomputed(row, column, f"{column} is another one; `verify` says which")


def _verdicts(
    stated: Sequence[Mapping[str, Any]],
    given: Mapping[Digest, _Named],
    progress: Progress | None,
) -> list[Verification]:
    """A verdict on each statement; those of the same inputs are computed together."""
    verdicts: dict[int, Verification] = {}
    asked: defaultdict[tuple[Digest, ...], list[tuple[int, Question]]] = defaultdict(list)
    for number, row in enumerate(stated):
        found = _question(row, list(given))
        if isinstance(found, Verification):
            verdicts[number] = found
        else:
            digests, question = found
            asked[digests].append((number, question))
    _refuse_endless(question for questions in asked.values() for _, question in questions)
    for digests, questions in asked.items():
        files = [given[each] for each in digests]
        answers = measure_each([question for _, question in questions], files, progress=progress)
        for (number, _), answer in zip(questions, answers, strict=True):
            verdicts[number] = _judge(stated[number], answer)
    return [verdicts[number] for number in range(len(stated))]


def _refuse_endless(questions: Iterable[Question]) -> None:
    """Whoever sends statements chooses how often each resamples, and whoever verifies them has to do it."""
    definitions = load().metrics
    resampled = (each for each in questions if each.metric in definitions and definitions[each.metric].intervals)
    wanted = sum(each.parameters.sampling.resamples for each in resampled)
    if wanted > MOST_RESAMPLED:
        raise InputError(
            "too_many_resamples",
            f"The statements ask for {wanted:,} resamples together, which is more than {MOST_RESAMPLED:,}.",
            "Verify them in several files, or have them state fewer resamples.",
        )


def _read(statements: str | PathLike[str], progress: Progress | None) -> list[dict[str, Any]]:
    columns = [each.name for each in load().datasets["statement"].columns]

    def answer(_: Report, records: Records) -> list[tuple[Any, ...]]:
        texts = ", ".join(f'CAST("{name}" AS VARCHAR)' for name in columns)
        return list(records.stream(f"SELECT {texts}, {_ROW}, {_MALFORMED} FROM statement ORDER BY {_ROW}"))

    rows = consult([("statement", statements)], {"statement": columns}, answer, progress=progress)
    return [dict(zip([*columns, _ROW, _MALFORMED], row, strict=True)) for row in rows]


def _question(row: Mapping[str, Any], given: Sequence[Digest]) -> Verification | tuple[tuple[Digest, ...], Question]:
    """What has to be asked to recompute a statement, and of which inputs; or why it cannot be."""
    name, metric = row["statement_id"], row["metric"]
    unread = _unread(row)
    if unread is not None:
        return _unverifiable(row, unread, Verdict.NOT_JUDGED)
    needed = _named_in(row["inputs"])
    if len(set(needed)) < len(needed):
        return _unverifiable(row, "it states one input twice")
    absent = [each for each in needed if each not in given]
    if absent:
        differences = tuple(
            Difference(
                f"digest of {each.dataset}",
                each.sha256,
                ", ".join(other.sha256 for other in given if other.dataset == each.dataset) or None,
            )
            for each in absent
        )
        return Verification(name, metric, Verdict.INPUTS_DIFFER, None, differences)
    try:
        return needed, Question(str(metric), _parameters(row))
    except (MetricError, ValueError, InvalidOperation) as error:
        return _unverifiable(row, error.message if isinstance(error, MetricError) else "its parameters make no sense")


def _unread(row: Mapping[str, Any]) -> str | None:
    """Why it is not known what a statement states, if it is not."""
    if row["spec_version"] not in {None, *versions()}:
        return "it states a version of the standard that is not known here"
    needed = ["metric", "inputs", "parameters", *(["identification"] if row["metric"] == _IDENTIFIED else [])]
    # Half a period is none that could be meant.
    needed += _PERIOD if any(row[column] is not None for column in _PERIOD) else ()
    missing = [column for column in needed if row[column] is None]
    if not missing and not _named_in(row["inputs"]):
        # A list without a member is malformed, and all of nothing is given in any input.
        missing = ["inputs"]
    if missing:
        return f"it states no {missing[0]}, or none that can be read"
    malformed = [column for column in (row[_MALFORMED] or "").split(",") if column and column not in _UNREAD]
    return f"its {malformed[0]} cannot be read" if malformed else None


def _named_in(inputs: str) -> tuple[Digest, ...]:
    """The inputs that a statement names; none where an entry lacks a member, or has one that is malformed."""
    column = load().datasets["statement"].by_name["inputs"]
    entries = json.loads(inputs, parse_float=Decimal)
    if faults_of(column, entries) or any(found.member is not None for found in inside(column, entries)):
        return ()
    return tuple(Digest(each["dataset"], each["sha256"]) for each in entries)


def _parameters(row: Mapping[str, Any]) -> Parameters:
    chosen: Mapping[str, str] = json.loads(row["parameters"])
    _refuse_unknown(str(row["metric"]), chosen)
    scope: dict[str, str | None] = dict(json.loads(row["scope"] or "{}"))
    scope |= dict.fromkeys(name for name in chosen.get("without", "").split(",") if name)
    level = chosen.get("confidence_level") or row["confidence_level"] or "0.95"
    method = chosen.get("interval_method")
    sampling = Sampling(
        Decimal(level),
        None if method is None else IntervalMethod(method),
        int(chosen.get("seed", "0")),
        int(chosen.get("resamples", "1000")),
    )
    price, person = chosen.get("base_price"), chosen.get("baseline")
    return Parameters(
        scope=scope,
        cost_column=row["cost_column"] or COST_COLUMNS[0],
        sources=[value for name, value in chosen.items() if name.partition(".")[0] == "source_name"],
        sampling=sampling,
        block_size=int(chosen.get("block_size", "1")),
        base_price=None if price is None else Decimal(price),
        baseline=None if person is None else Decimal(person),
        comparison_scope=json.loads(row["comparison_scope"] or "{}"),
        axis=Axis(chosen.get("axis", Axis.COST)),
        identification=Identification(row["identification"] or Identification.OBSERVATIONAL),
        period=None if row["period_start"] is None else Period(*(_instant(row[column]) for column in _PERIOD)),
    )


def _refuse_unknown(metric: str, chosen: Iterable[str]) -> None:
    """Whoever reads a parameter takes it for a part of the computation, so that one without a meaning is untrue."""
    if metric not in METRICS:
        return
    definition = load().metrics[metric]
    known = {*definition.parameters, "without", *(["interval_method"] if definition.intervals else [])}
    for name in chosen:
        if name not in known and name.partition(".")[0] != "source_name" and not name.startswith("x_"):
            raise MetricError(
                "parameter_unknown",
                f"The metric {metric} has no parameter {name}.",
                f"Parameters: {', '.join(sorted(known))}, source_name.1 and so on; x_ and a name for one's own.",
            )


def _instant(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def _judge(row: Mapping[str, Any], answer: Answer) -> Verification:
    if answer.error is not None:
        verdict = Verdict.NOT_JUDGED if answer.error.code in _UNJUDGED else Verdict.REFUTED
        return _unverifiable(row, answer.error.message, verdict)
    found = _about(row, answer.results)
    if len(found) != 1:
        return _unverifiable(row, f"the inputs have {len(found) or 'no'} results that fit its basis and scope")
    result, interval = found[0].result, found[0].result.interval
    numbers = {name: getattr(result, name) for name in FIGURES}
    differences = [
        Difference(name, _number(row[name]), text(value))
        for name, value in numbers.items()
        if _decimal(row[name]) != value
    ]
    facts = {
        "sample_size": str(result.sample_size),
        "estimator": result.estimator.value,
        "interval_method": None if interval is None else interval.method.value,
        "cost_column": row["cost_column"] if "usage" in METRICS[result.metric].columns else None,
        "metric_version": load().metrics[result.metric].version,
    }
    differences += [
        Difference(name, row[name], fact) for name, fact in facts.items() if row[name] is not None and row[name] != fact
    ]
    level = None if interval is None else interval.confidence_level
    if _decimal(row["confidence_level"]) not in {None, level}:
        differences.append(Difference("confidence_level", _number(row["confidence_level"]), text(level)))
    differences += _rows(row, answer)
    verdict = Verdict.REFUTED if differences else Verdict.CONFIRMED
    return Verification(row["statement_id"], row["metric"], verdict, result.value, tuple(differences))


def _rows(row: Mapping[str, Any], answer: Answer) -> list[Difference]:
    """Inputs whose numbers of records are stated otherwise."""
    return [
        Difference(f"rows of {each['dataset']}", str(each["rows"]), str(rows))
        for each, rows in zip(json.loads(row["inputs"]), answer.rows, strict=True)
        if each["rows"] != rows
    ]


def _about(row: Mapping[str, Any], results: Iterable[Measured]) -> list[Measured]:
    """The results that have the basis and the currency that a statement states."""
    stated = {name: row[name] for name in ("currency", *_basis())}
    if stated["priced_as_of"] is not None:
        # The engine leaves out zeros at the end of a fraction of a second, which keys have.
        stated["priced_as_of"] = f"{datetime.fromisoformat(stated['priced_as_of']).isoformat()}Z"
    given = {name: value for name, value in stated.items() if value is not None}
    fitting = [each for each in results if all(each.key.get(name) == value for name, value in given.items())]
    exact = [each for each in fitting if all(each.key.get(name) == value for name, value in stated.items())]
    return exact or fitting


def _basis() -> tuple[str, ...]:
    from opentokenomics.metrics.measured._evaluation import BENCHMARK, CONTESTANT

    return (*BENCHMARK, *CONTESTANT, "outcome_definition_id", "outcome_definition_version")


def _decimal(stated: str | None) -> Decimal | None:
    return None if stated is None else Decimal(stated)


def _number(stated: str | None) -> str | None:
    return None if stated is None else text(plain(Decimal(stated)))


def _unverifiable(row: Mapping[str, Any], reason: str, verdict: Verdict = Verdict.REFUTED) -> Verification:
    return Verification(row["statement_id"], row["metric"], verdict, reason=reason)
