"""What retries are going to cost, from assumptions and without any records."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal, InvalidOperation

from opentokenomics.metrics._errors import MetricError
from opentokenomics.metrics._exact import amount
from opentokenomics.metrics._result import Result
from opentokenomics.metrics._retries import RetryExpectation, Try, expected_retries, expected_sequence
from opentokenomics.metrics.measured._request import Measured

ASSUMED = "expected_retries"
"""The metric that is arithmetic on assumptions."""

_NAMES = ("cost", "success_rate", "cap", "fallback_cost")


def assume(assumptions: Mapping[str, str]) -> Measured:
    """What a policy of retries is going to cost.

    Args:
        assumptions: ``cost`` and ``success_rate`` of an attempt, or of each attempt where they differ, separated by
            commas; ``cap``, the largest number of equal attempts; ``fallback_cost`` of what always solves the task in
            the end. Amounts are in one currency, which is not named.

    Raises:
        MetricError: An assumption is missing, is none, or is out of range; or the attempts never come to an end.
    """
    unknown = [name for name in assumptions if name not in _NAMES]
    missing = [name for name in _NAMES[:2] if name not in assumptions]
    if unknown or missing:
        what = f"There is no assumption {unknown[0]}." if unknown else f"No {missing[0]} is assumed."
        raise MetricError("assumption_missing", what, f"Assume {', '.join(_NAMES[:2])}, and {' or '.join(_NAMES[2:])}.")
    found = _expected(assumptions)
    if found.cost is None or found.attempts is None:
        raise MetricError("retries_endless", "Attempts that never succeed have no end.", "Assume a cap.")
    result = Result(
        metric=ASSUMED,
        numerator=found.cost,
        denominator=found.solved,
        value=found.cost_per_solved,
        sample_size=0,
        amounts={"expected_attempts": found.attempts},
    )
    return Measured({}, result)


def _expected(assumptions: Mapping[str, str]) -> RetryExpectation:
    costs, rates = (_numbers(name, assumptions[name]) for name in _NAMES[:2])
    cap = None if "cap" not in assumptions else _whole(assumptions["cap"])
    fallback = None if "fallback_cost" not in assumptions else _number("fallback_cost", assumptions["fallback_cost"])
    if len(costs) != len(rates) or (len(costs) > 1 and cap is not None):
        raise MetricError(
            "assumptions_unfit",
            "Attempts that differ have as many costs as success rates, and no cap.",
            "Name one of each for every attempt, and leave out the cap.",
        )
    if len(costs) > 1:
        return expected_sequence([Try(*each) for each in zip(costs, rates, strict=True)], fallback)
    if fallback is None or cap is None:
        # Without a cap, nobody falls back.
        return expected_retries(costs[0], rates[0], cap)
    expected_retries(costs[0], rates[0], cap)  # refuses a cap that is out of range
    return expected_sequence([Try(costs[0], rates[0])] * cap, fallback)


def _numbers(name: str, text: str) -> list[Decimal]:
    return [_number(name, each) for each in text.split(",")]


def _number(name: str, text: str) -> Decimal:
    try:
        return amount(Decimal(text), f"The {name}")
    except InvalidOperation:
        raise MetricError("assumption_invalid", f"The {name} {text} is no number.", "Write 0.75, say.") from None


def _whole(text: str) -> int:
    number = _number("cap", text)
    if number != int(number):
        raise MetricError("assumption_invalid", f"A cap of {text} is no count.", "Write 3, say.")
    return int(number)
