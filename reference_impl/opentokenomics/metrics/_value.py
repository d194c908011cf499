"""What a token is worth: where AI breaks even, and what the next dollar brings."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Context, Decimal
from enum import StrEnum
from fractions import Fraction

from opentokenomics.exact_decimal import rounded
from opentokenomics.metrics._exact import amount, amount_from_zero, count, currency, fraction, product, quotient, total
from opentokenomics.metrics._result import Result

_LOGARITHMS = Context(prec=150)
"""Digits that logarithms are taken with; the quotient of two is then rounded to 18 fractional digits."""


def break_even_success_rate(
    *,
    ai_cost: Decimal,
    review_cost: Decimal,
    baseline_cost: Decimal | None,
    failure_loss: Decimal,
    money: str | None,
    attempts: int = 1,
) -> Result:
    """The success rate from which AI with the baseline as its fallback is no dearer than the baseline alone.

    An attempt costs AI and review; a failed one costs the baseline and the loss besides. That equals the baseline at
    (ai_cost + review_cost + failure_loss) / (baseline_cost + failure_loss).

    Args:
        ai_cost: What the attempts cost, all together; credits may make it negative.
        review_cost: What looking at its result costs; from 0.
        baseline_cost: What one unit costs without AI; from 0. None where there is no baseline.
        failure_loss: What a failure costs besides; from 0.
        money: Currency of all of them; None where nothing states one.
        attempts: How many attempts the AI cost is of.

    Returns:
        The rate. Above 1, no success rate breaks even; at 0 or below, each does. Without a baseline there is none.

    Raises:
        MetricError: An amount other than the AI cost is negative.
    """
    amounts = {"ai_cost": amount(ai_cost, "ai_cost")}
    given = {"review_cost": review_cost, "baseline_cost": baseline_cost, "failure_loss": failure_loss}
    amounts |= {name: amount_from_zero(each, name) for name, each in given.items() if each is not None}
    times = Decimal(count(attempts, "The number of attempts"))
    spent = total((amounts["ai_cost"], *(product(amounts[name], times) for name in ("review_cost", "failure_loss"))))
    # What the loss alone would be divided by is no baseline.
    compared = ("baseline_cost", "failure_loss") if "baseline_cost" in amounts else ()
    saved = total(product(amounts[name], times) for name in compared)
    return Result(
        metric="break_even_success_rate",
        numerator=spent,
        denominator=saved,
        value=quotient(spent, saved),
        currency=None if money is None else currency(money),
        sample_size=attempts,
        amounts=amounts,
    )


class Axis(StrEnum):
    """What is spent on the horizontal axis. Tokens are no dollars: the same ones have different prices."""

    COST = "cost"
    TOKENS = "tokens"


class Identification(StrEnum):
    """Whether the spending was assigned, or only seen together with the value."""

    EXPERIMENTAL = "experimental"
    OBSERVATIONAL = "observational"


@dataclass(frozen=True, slots=True)
class SpendTier:
    """What was spent in one tier, and what came of it.

    Attributes:
        spend: Cost or tokens; credits may make a cost negative.
        value: The output in a unit of which there can be twice as much; from 0.
    """

    spend: Decimal
    value: Decimal

    def __post_init__(self) -> None:
        object.__setattr__(self, "spend", amount(self.spend, "What is spent"))
        object.__setattr__(self, "value", amount_from_zero(self.value, "What came of it"))


@dataclass(frozen=True, slots=True)
class MarginalUtility:
    """What more spending brought, from one tier to another. Numbers have 18 fractional digits; None where undefined.

    Attributes:
        first: The tier from which the change is measured.
        second: The tier to which it is measured.
        axis: What was spent.
        identification: Whether the spending was assigned or only observed.
        arc: What one more unit of spending brought between the tiers.
        first_average: What one unit of spending brought in the first tier.
        second_average: The same in the second.
        average_ratio: The second average divided by the first.
        arc_to_average: The arc divided by the first average: below 1, the next unit brought less than those before.
        elasticity: By how many percent the value rose with one percent more spending.
    """

    first: SpendTier
    second: SpendTier
    axis: Axis
    identification: Identification
    arc: Decimal | None
    first_average: Decimal | None
    second_average: Decimal | None
    average_ratio: Decimal | None
    arc_to_average: Decimal | None
    elasticity: Decimal | None


def marginal_token_utility(
    first: SpendTier, second: SpendTier, *, axis: Axis, identification: Identification
) -> MarginalUtility:
    """What one more unit of spending brought between two tiers: (V2 - V1) / (C2 - C1).

    Args:
        first: The tier of less spending.
        second: The tier of more spending.
        axis: What is spent.
        identification: Whether the spending was assigned or only observed.

    Raises:
        MetricError: A number is negative.
    """
    v1, v2, c1, c2 = map(fraction, (first.value, second.value, first.spend, second.spend))
    rise, run = v2 - v1, c2 - c1
    compared = min(v1, v2, c1, c2) > 0
    return MarginalUtility(
        first,
        second,
        Axis(axis),
        Identification(identification),
        arc=quotient(rise, run),
        first_average=quotient(v1, c1) if c1 > 0 else None,
        second_average=quotient(v2, c2) if c2 > 0 else None,
        average_ratio=quotient(v2 * c1, c2 * v1) if compared else None,
        arc_to_average=quotient(rise * c1, run * v1) if min(v1, c1) > 0 else None,
        elasticity=_elasticity(v1, v2, c1, c2) if compared and c1 != c2 else None,
    )


def _elasticity(v1: Fraction, v2: Fraction, c1: Fraction, c2: Fraction) -> Decimal:
    """ln(V2 / V1) / ln(C2 / C1)."""
    return rounded(Fraction(_LOGARITHMS.divide(_logarithm(v2 / v1), _logarithm(c2 / c1))))


def _logarithm(ratio: Fraction) -> Decimal:
    return _LOGARITHMS.ln(_LOGARITHMS.divide(Decimal(ratio.numerator), Decimal(ratio.denominator)))
