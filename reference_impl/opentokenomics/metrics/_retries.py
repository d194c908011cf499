"""What retrying costs: as it was measured, and as it is to be expected."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from opentokenomics.exact_decimal import rounded
from opentokenomics.metrics._errors import MetricError
from opentokenomics.metrics._exact import (
    Exact,
    amount,
    amount_from_zero,
    count,
    currency,
    difference,
    fraction,
    probability,
    quotient,
)
from opentokenomics.metrics._result import Result

MOST_ATTEMPTS = 1000
"""The largest cap; exact powers beyond it would take long, and nobody retries that often."""


def retry_overhead(first_attempts: Decimal, all_attempts: Decimal, money: str, *, runs: int) -> Result:
    """Which share of the cost was spent after the first attempts: 1 - first / all.

    Args:
        first_attempts: What the first attempts cost; more than all where credits exceed what retries cost.
        all_attempts: What all attempts cost, the first among them; from 0.
        money: Currency of both.
        runs: How many things were attempted.

    Raises:
        MetricError: Credits exceed what all attempts cost.
    """
    first = amount(first_attempts, "The cost of the first attempts")
    everything = amount_from_zero(all_attempts, "The cost of all attempts")
    retries = difference(everything, first)
    return Result(
        metric="retry_overhead",
        numerator=retries,
        denominator=everything,
        value=quotient(retries, everything),
        currency=currency(money),
        sample_size=count(runs, "The number of runs"),
        amounts={"first_attempts": first, "retries": retries},
    )


@dataclass(frozen=True, slots=True)
class RetryExpectation:
    """What is to be expected of a policy of retries. Numbers have 18 fractional digits.

    Attributes:
        attempts: Expected number of attempts; None where it has no end.
        solved: Probability that the task ends solved.
        cost: Expected cost of the task; None where it has no end.
        cost_per_solved: Expected cost divided by that probability; None where nothing is ever solved.
    """

    attempts: Decimal | None
    solved: Decimal
    cost: Decimal | None
    cost_per_solved: Decimal | None


def expected_retries(cost: Decimal, success_rate: Exact, cap: int | None = None) -> RetryExpectation:
    """Retries of independent attempts with one cost and one success rate, until solved or until the cap.

    The cost per solved task is ``cost / success_rate``, whatever the cap is.

    Args:
        cost: What one attempt costs; from 0.
        success_rate: Probability that an attempt solves the task.
        cap: The largest number of attempts, 1 to 1000; None for no limit.

    Raises:
        MetricError: A number is out of range.
    """
    each, rate = (
        fraction(amount_from_zero(cost, "The cost of an attempt")),
        probability(success_rate, "The success rate"),
    )
    if cap is None:
        if not rate:
            return RetryExpectation(None, Decimal(0), None, None)
        return _expectation(1 / rate, Fraction(1), each / rate)
    if count(cap, "The cap", 1) > MOST_ATTEMPTS:
        raise MetricError("cap_too_high", f"A cap of {cap} is too high.", f"Pass at most {MOST_ATTEMPTS}.")
    solved = 1 - (1 - rate) ** cap
    attempts = solved / rate if rate else Fraction(cap)
    return _expectation(attempts, solved, each * attempts)


@dataclass(frozen=True, slots=True)
class Try:
    """One attempt of a sequence whose attempts differ, such as one with a larger model each time.

    Attributes:
        cost: What it costs if it is made; from 0.
        success_rate: Probability that it solves the task if it is made.
    """

    cost: Decimal
    success_rate: Exact


def expected_sequence(tries: Iterable[Try], fallback_cost: Decimal | None = None) -> RetryExpectation:
    """Attempts that differ, made one after the other until one solves the task.

    Args:
        tries: The attempts in their order, at most 1000.
        fallback_cost: What is paid where none of them succeeds, for something that always solves the task, such as a
            person; None for no fallback.

    Raises:
        MetricError: A number is out of range.
    """
    attempts, cost, left = Fraction(0), Fraction(0), Fraction(1)
    for number, each in enumerate(tries, start=1):
        if number > MOST_ATTEMPTS:
            raise MetricError("too_many_tries", f"More than {MOST_ATTEMPTS} attempts.", "Pass fewer.")
        attempts += left
        cost += left * fraction(amount_from_zero(each.cost, "The cost of an attempt"))
        left *= 1 - probability(each.success_rate, "The success rate")
    if fallback_cost is None:
        return _expectation(attempts, 1 - left, cost)
    fallback = fraction(amount_from_zero(fallback_cost, "The cost of the fallback"))
    return _expectation(attempts, Fraction(1), cost + left * fallback)


def _expectation(attempts: Fraction, solved: Fraction, cost: Fraction) -> RetryExpectation:
    return RetryExpectation(rounded(attempts), rounded(solved), rounded(cost), quotient(cost, solved))


def success_rate_effect(before: Exact, after: Exact) -> Decimal | None:
    """By which part the cost per solved task changes with the success rate, all else equal: before / after - 1.

    It is convex: ten points less cost more, the lower the rate already is.

    Args:
        before: The success rate before.
        after: The success rate after.

    Returns:
        The change, 0.1 for ten percent dearer; None where nothing is solved any more.

    Raises:
        MetricError: One of them is no probability.
    """
    first, second = probability(before, "The rate before"), probability(after, "The rate after")
    return quotient(first - second, second)
