"""What an accepted outcome costs, with everything that did not lead to one."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from enum import StrEnum

from opentokenomics.metrics._errors import MetricError
from opentokenomics.metrics._exact import (
    amount,
    amount_from_zero,
    currency,
    fraction,
    one_currency,
    product,
    quotient,
    total,
)
from opentokenomics.metrics._interval import DEFAULT, Sampling, Unit, ratio_interval
from opentokenomics.metrics._result import Result


class OutcomeStatus(StrEnum):
    """What became of an outcome."""

    ACCEPTED = "accepted"
    REJECTED = "rejected"
    REWORKED = "reworked"
    ABANDONED = "abandoned"
    ESCALATED = "escalated"
    PENDING = "pending"


UNREVIEWED = frozenset({OutcomeStatus.ABANDONED, OutcomeStatus.PENDING})
"""The states in which nobody has looked at the result, so that no review has been paid for."""


@dataclass(frozen=True, slots=True)
class OutcomeCost:
    """One outcome with what was spent on it.

    Attributes:
        outcome_id: Unique.
        status: What became of it.
        ai_cost: What all runs for it cost; credits may make it negative.
        human_cost: What human correction of it cost; from 0.
        currency: Currency of both; None where nothing was spent.
        rework_of_outcome_id: The outcome that it reworks, where it is a rework.
    """

    outcome_id: str
    status: OutcomeStatus
    ai_cost: Decimal
    human_cost: Decimal
    currency: str | None
    rework_of_outcome_id: str | None = None

    def __post_init__(self) -> None:
        object.__setattr__(self, "status", OutcomeStatus(self.status))
        object.__setattr__(self, "ai_cost", amount(self.ai_cost, "The AI cost of an outcome"))
        object.__setattr__(self, "human_cost", amount_from_zero(self.human_cost, "The human cost of an outcome"))
        if self.currency is not None:
            currency(self.currency)
        elif self.ai_cost or self.human_cost:
            raise MetricError(
                "currency_missing", f"The cost of the outcome {self.outcome_id} has no currency.", "State its currency."
            )


def cost_per_outcome(
    outcomes: Iterable[OutcomeCost], review_unit_cost: Decimal | None = None, sampling: Sampling = DEFAULT
) -> Result:
    """What was spent on all outcomes of one version of an outcome definition, divided by how many were accepted.

    An outcome that another one reworks counts as reworked, whatever its status says: its acceptance was withdrawn. An
    outcome with all its reworks is one independent unit. Pending outcomes count in the cost, so that nothing becomes
    cheaper by not being decided; their cost is shown apart.

    Args:
        outcomes: The outcomes, in any order, in one currency.
        review_unit_cost: What looking at one result costs; it is paid for each outcome but abandoned and pending ones.
        sampling: How the interval is to be found. Clusters are outcomes with all their reworks.

    Returns:
        The result. Where nothing was accepted, there is no value, but a lower bound.

    Raises:
        MetricError: The currencies differ, an identifier is given twice, or reworks form a circle.

    Source: the chapter *Metrics*, ``cost_per_outcome``.
    """
    ledger = _Ledger(review_unit_cost)
    for each in outcomes:
        ledger.add(each)
    units = ledger.units()
    spent = total(unit.cost for unit in units)
    accepted = sum(unit.successes for unit in units)
    return Result(
        metric="cost_per_outcome",
        numerator=spent,
        denominator=Decimal(accepted),
        value=quotient(spent, accepted),
        currency=ledger.currency,
        interval=ratio_interval(units, sampling),
        sample_size=len(units),
        counts=ledger.counts(accepted),
        amounts=ledger.amounts(),
    )


def baseline_ratio(
    outcomes: Iterable[OutcomeCost],
    baseline_unit_cost: Decimal | None,
    baseline_currency: str | None,
    review_unit_cost: Decimal | None = None,
    sampling: Sampling = DEFAULT,
) -> Result:
    """The cost of an accepted outcome divided by what the baseline takes for one: below 1, the baseline is dearer.

    Args:
        outcomes: As for :func:`cost_per_outcome`.
        baseline_unit_cost: What one unit costs without AI; from 0. None where there is no baseline.
        baseline_currency: Its currency, which has to be that of the outcomes; None where nothing states one.
        review_unit_cost: As for :func:`cost_per_outcome`.
        sampling: As for :func:`cost_per_outcome`.

    Returns:
        The ratio, with the interval of the cost per outcome divided by the baseline before it is rounded. Without a
        baseline of more than 0, there is no value.

    Raises:
        MetricError: The currencies differ, or as for :func:`cost_per_outcome`.
    """
    baseline = amount_from_zero(baseline_unit_cost or Decimal(0), "The baseline")
    ledger = _Ledger(review_unit_cost)
    for each in outcomes:
        ledger.add(each)
    units = ledger.units()
    stated = [] if baseline_currency is None else [currency(baseline_currency)]
    money = one_currency([*stated, *([ledger.currency] if ledger.currency else [])])
    accepted = sum(unit.successes for unit in units)
    spent, worth = total(unit.cost for unit in units), product(baseline, Decimal(accepted))
    return Result(
        metric="baseline_ratio",
        numerator=spent,
        denominator=worth,
        value=quotient(spent, worth),
        currency=money,
        interval=ratio_interval(units, sampling, fraction(baseline)) if baseline else None,
        sample_size=len(units),
        counts=ledger.counts(accepted),
        amounts=ledger.amounts() | ({} if baseline_unit_cost is None else {"baseline_unit_cost": baseline}),
    )


class _Ledger:
    """What was spent on each outcome so far."""

    def __init__(self, review_unit_cost: Decimal | None) -> None:
        self._review = amount_from_zero(review_unit_cost or Decimal(0), "The cost of a review")
        self._units: dict[str, Unit] = {}
        self._reworked: dict[str, str] = {}
        self._statuses = dict.fromkeys(OutcomeStatus, 0)
        self._amounts = dict.fromkeys(("ai_cost", "human_cost", "review_cost", "pending_cost"), Decimal(0))
        self.currency: str | None = None

    def add(self, outcome: OutcomeCost) -> None:
        """Adds an outcome."""
        if outcome.outcome_id in self._units:
            raise MetricError(
                "outcome_repeated", f"The outcome {outcome.outcome_id} is given twice.", "Give each outcome once."
            )
        self.currency = one_currency(each for each in (outcome.currency, self.currency) if each is not None)
        review = Decimal(0) if outcome.status in UNREVIEWED else self._review
        spent = {"ai_cost": outcome.ai_cost, "human_cost": outcome.human_cost, "review_cost": review}
        cost = total(spent.values())
        if outcome.status is OutcomeStatus.PENDING:
            spent["pending_cost"] = cost
        for name, each in spent.items():
            if each:
                self._amounts[name] = total((self._amounts[name], each))
        accepted = int(outcome.status is OutcomeStatus.ACCEPTED)
        self._units[outcome.outcome_id] = Unit(outcome.outcome_id, cost, accepted, 1)
        self._statuses[outcome.status] += 1
        if outcome.rework_of_outcome_id is not None:
            self._reworked[outcome.outcome_id] = outcome.rework_of_outcome_id

    def units(self) -> list[Unit]:
        """The outcomes, each with all its reworks."""
        if not self._reworked:
            return list(self._units.values())
        withdrawn = set(self._reworked.values())
        joined: dict[str, list[Unit]] = {}
        roots: dict[str, str] = {}
        for key, unit in self._units.items():
            own = replace(unit, successes=0) if key in withdrawn else unit
            joined.setdefault(self._root(key, roots), []).append(own)
        return [
            Unit(
                self._first(root, members),
                total(each.cost for each in members),
                sum(each.successes for each in members),
                sum(each.trials for each in members),
            )
            for root, members in joined.items()
        ]

    def _first(self, root: str, members: Iterable[Unit]) -> str:
        """The first outcome of a chain that is given: what its unit is called."""
        return root if root in self._units else min(each.key for each in members if self._reworked[each.key] == root)

    def _root(self, key: str, roots: dict[str, str]) -> str:
        """The outcome at the beginning of a chain of reworks, be it given or not."""
        path = []
        while key in self._reworked and key not in roots:
            path.append(key)
            roots[key] = ""
            key = self._reworked[key]
        root = roots.get(key, key)
        if not root:
            raise MetricError(
                "rework_circular", f"The reworks of the outcome {key} form a circle.", "Correct rework_of_outcome_id."
            )
        for each in path:
            roots[each] = root
        return root

    def counts(self, accepted: int) -> Mapping[str, int]:
        """How many outcomes there are of each kind."""
        return {
            "outcomes": len(self._units),
            **{str(status): number for status, number in self._statuses.items()},
            "acceptances_withdrawn": self._statuses[OutcomeStatus.ACCEPTED] - accepted,
            "reworks": len(self._reworked),
            "reworks_of_unknown": sum(named not in self._units for named in self._reworked.values()),
        }

    def amounts(self) -> dict[str, Decimal]:
        """What was spent, by kind; what was spent on pending outcomes is part of the others."""
        return self._amounts
