"""Laws of calculators."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from typing import Any

from hypothesis import strategies as st

from opentokenomics.standard import load
from opentokenomics_conformance.cases import Role
from opentokenomics_conformance.laws._law import Ask, Breach, Json, Law
from opentokenomics_conformance.laws._totals import LINES, TOTAL_LAWS, Line, cents, usage_row

_BLOCKS = (1_000, 1_000_000)
_HALF_A_DIGIT = Fraction(1, 2 * 10**18)
"""By how much a quotient is rounded at most."""

Attempt = tuple[int, bool, int]
"""The number of a task, whether it was solved, and what that cost in cents."""

_ATTEMPTS = st.lists(st.tuples(st.integers(1, 4), st.booleans(), st.integers(0, 500)), min_size=1, max_size=6).filter(
    lambda attempts: any(solved for _, solved, _ in attempts)
)


def _evaluations(attempts: Sequence[Attempt]) -> Json:
    # The trials at each task are numbered from 1.
    trials = [
        [task for task, _, _ in attempts[: place + 1]].count(attempts[place][0]) for place in range(len(attempts))
    ]
    rows = [_evaluation(trial, *attempt) for trial, attempt in zip(trials, attempts, strict=True)]
    return {"metric": "cost_of_pass", "records": {"evaluation": rows}}


def _evaluation(trial: int, task: int, solved: bool, amount: int) -> Mapping[str, Any]:  # noqa: FBT001 - a column
    return {
        "spec_version": load().version,
        "evaluation_id": "run-1",
        "benchmark_id": "tasks",
        "benchmark_version": "1",
        "harness": "runner",
        "harness_version": "1",
        "model_id": "model-a",
        "canonical_model_id": "example/model-a",
        "task_id": f"task-{task}",
        "trial": trial,
        "solved": solved,
        "cost": cents(amount),
        "currency": "USD",
        "price_basis": "list",
        "priced_as_of": "2026-08-01T00:00:00Z",
    }


def _value(result: Json) -> Decimal | None:
    """The value of the only result; None where there is none, or it is no decimal."""
    values = [each.get("value") for each in result["results"]]
    return Decimal(values[0]) if len(values) == 1 and isinstance(values[0], str) else None


def _monotonous(example: tuple[Sequence[Attempt], int, int], ask: Ask) -> Breach | None:
    attempts, task, amount = example
    before = _value(ask(_evaluations(attempts)))
    more = [*attempts, (task, False, amount)]
    given = _evaluations(more)
    after = _value(ask(given))
    if before is not None and after is not None and after >= before:
        return None
    told = "no value" if after is None else f"{after:f}"
    told_before = "no value" if before is None else f"{before:f}"
    right = {
        "numerator": cents(sum(cost for _, _, cost in more)),
        "denominator": str(sum(solved for _, solved, _ in more)),
        "currency": "USD",
    }
    detail = f"A failed attempt for {cents(amount)} made the cost of pass {told}; it was {told_before}."
    return Breach(detail, given, {"results": [right]})


def _usage(lines: Sequence[Line], block: int) -> Json:
    rows = [usage_row(f"row-{number}", line) for number, line in enumerate(lines, 1)]
    return {"metric": "unit_cost", "records": {"usage": rows}, "parameters": {"block_size": str(block)}}


def _invariant(example: tuple[Sequence[Line], int], ask: Ask) -> Breach | None:
    """The price of a block is the price of a token times its size, but for how each of the two is rounded."""
    lines, block = example
    given = _usage(lines, block)
    single, found = _value(ask(_usage(lines, 1))), _value(ask(given))
    if single is not None and found is not None:
        far = abs(Fraction(found) - Fraction(single) * block)
        if far <= _HALF_A_DIGIT * (block + 1):
            return None
    cost, quantity = sum(amount for _, amount in lines), sum(tokens for tokens, _ in lines)
    right = {"numerator": cents(cost), "denominator": f"{Decimal(quantity) / block:f}", "currency": "USD"}
    detail = f"Per token it is {single}, and per {block:,} tokens {found}."
    return Breach(detail, given, {"results": [right]})


CALCULATOR_LAWS = (
    Law(
        "failure-monotonicity",
        "A failed attempt never lowers the cost of pass.",
        Role.CALCULATOR,
        lambda: st.tuples(_ATTEMPTS, st.integers(1, 4), st.integers(0, 500)),
        _monotonous,
    ),
    Law(
        "unit-invariance",
        "Per token, per thousand and per million, the price is the same.",
        Role.CALCULATOR,
        lambda: st.tuples(LINES, st.sampled_from(_BLOCKS)),
        _invariant,
    ),
    *TOTAL_LAWS,
)
