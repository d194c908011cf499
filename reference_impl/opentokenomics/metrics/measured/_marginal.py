"""What more spending brought: one tier of outcomes beside another."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal

from opentokenomics.metrics._exact import difference, one_currency
from opentokenomics.metrics._result import Result
from opentokenomics.metrics._value import Axis, SpendTier, marginal_token_utility
from opentokenomics.metrics.measured._request import Measured
from opentokenomics.metrics.measured._where import Asked, cost_sql, is_unknown_sql

# Queries are built from column names of the standard, all of them checked, and values are parameters.
# ruff: noqa: S608

USAGE = ("outcome_id", "billing_currency", "meter", "consumed_quantity", "cost_carrier")
OUTCOME = ("outcome_id", "status", "value_amount", "currency")

_ZERO = Decimal(0)
_RATIOS = ("first_average", "second_average", "average_ratio", "arc_to_average", "elasticity")


@dataclass(frozen=True, slots=True)
class _Tier:
    """The outcomes of a scope: what was spent on them, what the accepted ones are worth, and what is not known."""

    figures: SpendTier
    currencies: frozenset[str]
    outcomes: int
    accepted: int
    without_value: int
    without_spending: int
    records_without_amount: int


def measure_marginal_token_utility(asked: Asked) -> Iterator[Measured]:
    """What one more unit of spending brought, from the outcomes that are compared with to those in scope."""
    chosen = asked.parameters
    asked.refuse_same_facts("amounts" if chosen.axis is Axis.COST else "quantities")
    first = _tier(replace(asked, parameters=replace(chosen, scope=chosen.comparison_scope)))
    second = _tier(asked)
    found = marginal_token_utility(
        first.figures, second.figures, axis=chosen.axis, identification=chosen.identification
    )
    ratios = {name: value for name in _RATIOS if (value := getattr(found, name)) is not None}
    result = Result(
        metric="marginal_token_utility",
        numerator=difference(second.figures.value, first.figures.value),
        denominator=difference(second.figures.spend, first.figures.spend),
        value=found.arc,
        currency=one_currency(first.currencies | second.currencies),
        sample_size=first.outcomes + second.outcomes,
        counts={**_counts("first", first), **_counts("second", second)},
        amounts={**_amounts("first", first), **_amounts("second", second), **ratios},
    )
    yield Measured({"currency": result.currency, "identification": chosen.identification.value}, result)


def _counts(name: str, tier: _Tier) -> Mapping[str, int]:
    return {
        f"{name}_outcomes": tier.outcomes,
        f"{name}_accepted": tier.accepted,
        f"{name}_accepted_without_value": tier.without_value,
        f"{name}_outcomes_without_spending": tier.without_spending,
        f"{name}_usage_records_without_amount": tier.records_without_amount,
    }


def _amounts(name: str, tier: _Tier) -> Mapping[str, Decimal]:
    return {f"{name}_spend": tier.figures.spend, f"{name}_value": tier.figures.value}


def _tier(asked: Asked) -> _Tier:
    where, values = asked.where("outcome")
    of_source, sources = asked.source()
    is_cost = asked.parameters.axis is Axis.COST
    spent = cost_sql(asked.parameters) if is_cost else "CASE WHEN meter = 'tokens' THEN consumed_quantity END"
    unknown = is_unknown_sql(asked.parameters) if is_cost else "FALSE"
    ((spend, value, low, high, money, other, outcomes, accepted, unvalued, unspent, missing),) = asked.records.rows(
        f"""WITH amounts AS (
            SELECT *, {spent} AS amount FROM usage WHERE outcome_id IS NOT NULL {of_source}
        ), spent AS (
            SELECT outcome_id, sum(amount) AS spend, count(amount) AS known, count_if({unknown}) AS missing,
                min(CASE WHEN amount IS NOT NULL THEN billing_currency END) AS low,
                max(CASE WHEN amount IS NOT NULL THEN billing_currency END) AS high
            FROM amounts GROUP BY outcome_id
        ), chosen AS (SELECT * FROM outcome {where})
        SELECT sum(spend), sum(CASE WHEN status = 'accepted' THEN value_amount END), min(low), max(high),
            min(CASE WHEN value_amount IS NOT NULL THEN currency END),
            max(CASE WHEN value_amount IS NOT NULL THEN currency END),
            count(*), count_if(status = 'accepted'), count_if(status = 'accepted' AND value_amount IS NULL),
            count_if(COALESCE(s.known, 0) = 0), sum(COALESCE(s.missing, 0))
        FROM chosen o LEFT JOIN spent s ON s.outcome_id = o.outcome_id""",
        *sources,
        *values,
    )
    names = [money, other, *([low, high] if is_cost else [])]
    return _Tier(
        SpendTier(spend or _ZERO, value or _ZERO),
        frozenset(name for name in names if name is not None),
        outcomes,
        accepted,
        unvalued,
        unspent,
        int(missing or 0),
    )
