"""Statements about made-up evaluations and outcomes."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from fractions import Fraction
from hashlib import sha256
from itertools import count

from opentokenomics import standard
from opentokenomics.generate._company import WORKFLOWS
from opentokenomics.generate._dice import Dice
from opentokenomics.generate._evaluations import BENCHMARK, Evaluations
from opentokenomics.generate._outcomes import definition_of
from opentokenomics.generate._row import Row, in_order

_UNIT = 10**18
_OF_EVALUATION = (
    "scaffold",
    "retry_policy",
    "grader_id",
    "model_id",
    "canonical_model_id",
    "price_basis",
    "priced_as_of",
)
_INTERVAL = {"confidence_level": "0.95", "interval_method": "cluster_bootstrap"}


def quotient(numerator: Decimal, denominator: Decimal) -> str:
    """The exact quotient, rounded as the standard rounds it, in plain notation."""
    units = round(Fraction(numerator) / Fraction(denominator) * _UNIT)
    text = f"{abs(units):019d}"
    whole = f"{text[:-18]}.{text[-18:]}".rstrip("0").rstrip(".")
    return f"-{whole}" if units < 0 else whole


def made_up_digest(dataset: str, seed: int) -> str:
    """The digest of an input that is not there."""
    return sha256(f"{dataset} {seed}".encode()).hexdigest()


class Statements:
    """Statements without end; every second one is about the next of the evaluations of the same seed."""

    def __init__(self, seed: int) -> None:
        self._version = standard.versions()[-1]
        self._dice = Dice(seed)
        self._seed = seed
        self._numbers = count(1)
        self._evaluations = Evaluations(seed).units()

    def units(self) -> Iterator[list[Row]]:
        """One statement after the other."""
        others = (self._of_outcomes, self._of_cache, self._of_margin)
        for number in count():
            yield [self._of_evaluation() if number % 2 == 0 else others[number // 2 % len(others)]()]

    def single(self) -> Row:
        """A statement that names neither a benchmark nor a definition."""
        return self._of_cache()

    def is_final(self, unit: list[Row]) -> bool:  # noqa: ARG002 - the protocol of sources
        """Always: no statement corrects another."""
        return True

    def _of_evaluation(self) -> Row:
        rows = next(self._evaluations)
        first = rows[0]
        cost = sum((Decimal(row["cost"]) for row in rows), Decimal(0))
        solved = sum(row["solved_count"] if "solved_count" in row else row["solved"] for row in rows)
        return self._finished(
            "cost_of_pass",
            cost,
            Decimal(solved),
            {
                **BENCHMARK,
                **{name: first[name] for name in _OF_EVALUATION},
                "scope": {"evaluation_id": first["evaluation_id"]},
                "currency": "USD",
                "estimator": "ratio_of_sums",
                "sample_size": first.get("task_count") or len({row["task_id"] for row in rows}),
            },
            "evaluation",
        )

    def _of_outcomes(self) -> Row:
        accepted = 1 + self._dice.below(400)
        cost = Decimal(accepted * (100 + self._dice.below(9000))) / 100
        bounds = {"lower_bound": quotient(cost * 9, Decimal(accepted * 10))}
        bounds["upper_bound"] = quotient(cost * 6, Decimal(accepted * 5))
        definition = {
            "outcome_definition_id": definition_of(self._dice.pick(WORKFLOWS).name),
            "outcome_definition_version": "2026-1",
        }
        money = {"currency": "USD", "cost_column": "effective_cost", "estimator": "ratio_of_sums"}
        more = {**definition, **money, **bounds, **_INTERVAL, "sample_size": accepted + self._dice.below(50)}
        more["parameters"] = {"seed": "7", "resamples": "1000"}
        return self._finished("cost_per_outcome", cost, Decimal(accepted), more, "outcome")

    def _of_cache(self) -> Row:
        read, total = self._dice.below(10**9), 10**9 + self._dice.below(10**9)
        return self._finished("cache_hit_ratio", Decimal(read), Decimal(total), {"sample_size": 1000}, "usage")

    def _of_margin(self) -> Row:
        more: Row = {
            "scope": {"team": "engineering"},
            "comparison_scope": {"team": "support"},
            "currency": "USD",
            "cost_column": "effective_cost",
            "identification": "observational",
            "sample_size": 200,
        }
        gained, spent = Decimal(100 + self._dice.below(900)), Decimal(900 + self._dice.below(9000))
        return self._finished("marginal_token_utility", gained, spent, more, "outcome")

    def _finished(self, metric: str, numerator: Decimal, denominator: Decimal, more: Row, dataset: str) -> Row:
        row: Row = {
            "spec_version": self._version,
            "statement_id": f"statement-{next(self._numbers)}",
            "metric": metric,
            "metric_version": "1.0",
            "prepared_at": "2026-09-01T08:00:00Z",
            "prepared_by": "finops-team",
            "period_start": "2026-06-01T00:00:00Z",
            "period_end": "2026-09-01T00:00:00Z",
            "numerator": f"{numerator:f}",
            "denominator": f"{denominator:f}",
            "parameters": {},
            "inputs": [{"dataset": dataset, "sha256": made_up_digest(dataset, self._seed), "rows": 1000}],
        }
        if denominator:
            row["value"] = quotient(numerator, denominator)
        return in_order(row | more, "statement")
