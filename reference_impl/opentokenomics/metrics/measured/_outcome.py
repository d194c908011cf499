"""Metrics of outcomes: what an accepted one costs, and how that compares with a baseline."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from itertools import groupby
from typing import Any

from opentokenomics.metrics._exact import one_currency, total
from opentokenomics.metrics._outcomes import OutcomeCost, OutcomeStatus, baseline_ratio, cost_per_outcome
from opentokenomics.metrics._result import Result
from opentokenomics.metrics._value import break_even_success_rate
from opentokenomics.metrics.measured._request import Measured
from opentokenomics.metrics.measured._where import Asked, cost_sql, is_unknown_sql, named

# Queries are built from column names of the standard, all of them checked, and values are parameters.
# ruff: noqa: S608

BASIS = ("outcome_definition_id", "outcome_definition_version")
USAGE = ("outcome_id", "billing_currency", "cost_carrier")
OUTCOME = (
    "outcome_id",
    "outcome_definition_id",
    "outcome_definition_version",
    "status",
    "human_cost",
    "currency",
    "rework_of_outcome_id",
)
DEFINITION = (
    "outcome_definition_id",
    "version",
    "baseline_unit_cost",
    "baseline_currency",
    "review_unit_cost",
    "failure_loss",
)

_ZERO = Decimal(0)


@dataclass(frozen=True, slots=True)
class _Definition:
    baseline_unit_cost: Decimal | None
    currency: str | None
    review_unit_cost: Decimal | None
    failure_loss: Decimal | None


def measure_cost_per_outcome(asked: Asked) -> Iterator[Measured]:
    """The cost per outcome of each version of a definition and each group."""
    rest = _Rest.of(asked)
    for key, definition, outcomes in _groups(asked):
        result = cost_per_outcome(outcomes, definition.review_unit_cost, asked.parameters.sampling)
        _same_currency(result, definition, definition.review_unit_cost)
        yield _measured(key, replace(result, currency=result.currency or definition.currency), rest)


def measure_baseline_ratio(asked: Asked) -> Iterator[Measured]:
    """The ratio to the baseline of each version of a definition and each group."""
    rest = _Rest.of(asked)
    for key, definition, outcomes in _groups(asked):
        baseline, review, sampling = (
            definition.baseline_unit_cost,
            definition.review_unit_cost,
            asked.parameters.sampling,
        )
        money = definition.currency if baseline is not None or review else None
        result = baseline_ratio(outcomes, baseline, money, review, sampling)
        yield _measured(key, replace(result, currency=result.currency or definition.currency), rest)


def measure_break_even(asked: Asked) -> Iterator[Measured]:
    """The success rate at which each group breaks even, at the AI cost that its outcomes had on average."""
    rest = _Rest.of(asked)
    for key, definition, outcomes in _groups(asked):
        baseline, review, loss = definition.baseline_unit_cost, definition.review_unit_cost, definition.failure_loss
        money = definition.currency if baseline is not None or review or loss else None
        spent, number = _ZERO, 0
        for each in outcomes:
            money = one_currency(name for name in (each.currency, money) if name is not None)
            spent, number = total((spent, each.ai_cost)), number + 1
        result = break_even_success_rate(
            ai_cost=spent,
            review_cost=review or _ZERO,
            baseline_cost=baseline,
            failure_loss=loss or _ZERO,
            money=money or definition.currency,
            attempts=number,
        )
        yield _measured(key, result, rest)


def _groups(asked: Asked) -> Iterator[tuple[dict[str, str | None], _Definition, Iterator[OutcomeCost]]]:
    """The outcomes of each version of a definition and each group; each group has to be used up before the next."""
    asked.refuse_same_facts("amounts")
    definitions = {
        (identifier, version): _Definition(baseline, money, review, loss)
        for identifier, version, baseline, money, review, loss in asked.records.rows(
            f"SELECT {', '.join(DEFINITION)} FROM outcome_definition"
        )
    }
    keys = [*BASIS, *asked.parameters.by]
    groups = [*keys[:2], *asked.groups("outcome")]
    places = [f"g{place}" for place in range(len(groups))]
    grouped = ", ".join(f"{sql} AS {place}" for sql, place in zip(groups, places, strict=True))
    where, scoped = asked.where("outcome")
    of_source, sources = asked.source()
    rows = asked.records.stream(
        f"""WITH amounts AS (
            SELECT outcome_id, billing_currency, {cost_sql(asked.parameters)} AS amount FROM usage
            WHERE outcome_id IS NOT NULL {of_source}
        ), spent AS (
            SELECT outcome_id, sum(amount) AS ai_cost, min(billing_currency) AS money, max(billing_currency) AS other
            FROM amounts WHERE amount IS NOT NULL GROUP BY outcome_id
        ), chosen AS (SELECT *, {grouped} FROM outcome {where})
        SELECT {", ".join(places)}, o.outcome_id, o.status, s.ai_cost, s.money, s.other, o.human_cost, o.currency,
            o.rework_of_outcome_id
        FROM chosen o LEFT JOIN spent s ON s.outcome_id = o.outcome_id
        ORDER BY {", ".join(places)}""",
        *sources,
        *scoped,
    )
    for values, members in groupby(rows, key=lambda row: row[: len(keys)]):
        definition = definitions[values[0], values[1]]
        yield dict(named(keys, values)), definition, _costs(row[len(keys) :] for row in members)


def _costs(rows: Iterable[tuple[Any, ...]]) -> Iterator[OutcomeCost]:
    for outcome, status, ai_cost, money, other, human_cost, human_money, reworked in rows:
        of_human = [human_money] if human_cost is not None and human_money is not None else []
        currency = one_currency([*(each for each in (money, other) if each is not None), *of_human])
        yield OutcomeCost(outcome, OutcomeStatus(status), ai_cost or _ZERO, human_cost or _ZERO, currency, reworked)


def _same_currency(result: Result, definition: _Definition, cost: Decimal | None) -> None:
    """The cost of a review has the currency of the definition, which has to be that of the outcomes."""
    if cost and definition.currency is not None and result.currency is not None:
        one_currency([definition.currency, result.currency])


@dataclass(frozen=True, slots=True)
class _Rest:
    """Usage that is in no outcome's cost: its amounts by currency, and how many records of outcomes have none."""

    nobodys: Mapping[str, Decimal]
    strangers: Mapping[str, Decimal]
    without_amount: int

    @classmethod
    def of(cls, asked: Asked) -> _Rest:
        """What the usage holds besides the outcomes that are given."""
        of_source, sources = asked.source()
        nobodys, strangers = {}, {}
        for money, without, unknown in asked.records.rows(
            f"""SELECT billing_currency, sum(CASE WHEN u.outcome_id IS NULL THEN amount END),
                sum(CASE WHEN u.outcome_id IS NOT NULL AND o.outcome_id IS NULL THEN amount END)
            FROM (SELECT outcome_id, billing_currency, {cost_sql(asked.parameters)} AS amount FROM usage
                WHERE TRUE {of_source}) u
            LEFT JOIN (SELECT outcome_id FROM outcome) o ON u.outcome_id = o.outcome_id
            WHERE amount IS NOT NULL GROUP BY billing_currency""",
            *sources,
        ):
            nobodys[money], strangers[money] = without or _ZERO, unknown or _ZERO
        ((missing,),) = asked.records.rows(
            f"SELECT count(*) FROM (SELECT *, {cost_sql(asked.parameters)} AS amount FROM usage) "
            f"WHERE outcome_id IS NOT NULL AND {is_unknown_sql(asked.parameters)} {of_source}",
            *sources,
        )
        return cls(nobodys, strangers, missing)


def _measured(key: dict[str, str | None], result: Result, rest: _Rest) -> Measured:
    money = result.currency or ""
    amounts = {
        **result.amounts,
        "usage_without_outcome": rest.nobodys.get(money, _ZERO),
        "usage_of_other_outcomes": rest.strangers.get(money, _ZERO),
    }
    counts = {**result.counts, "usage_records_without_amount": rest.without_amount}
    return Measured({**key, "currency": result.currency}, replace(result, amounts=amounts, counts=counts))
