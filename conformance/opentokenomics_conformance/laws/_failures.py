"""The law of failures: who pays for an attempt that came to nothing has not made what succeeded any cheaper."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from typing import Any

from hypothesis import strategies as st

from opentokenomics.standard import load
from opentokenomics_conformance.cases import Role
from opentokenomics_conformance.laws._law import Ask, Breach, Json, Law
from opentokenomics_conformance.laws._totals import cents, usage_row

Attempt = tuple[int, bool, int]
"""The number of a task, whether it was solved, and what that cost in cents."""

_COSTS = st.integers(0, 500)
_TASKS = st.integers(1, 4)
_ATTEMPTS = st.lists(st.tuples(_TASKS, st.booleans(), _COSTS), min_size=1, max_size=6).filter(
    lambda attempts: any(solved for _, solved, _ in attempts)
)


def value_of(result: Json) -> Decimal | None:
    """The value of the only result; None where there is none, or it is no decimal."""
    values = [each.get("value") for each in result["results"]]
    return Decimal(values[0]) if len(values) == 1 and isinstance(values[0], str) else None


def _evaluations(attempts: Sequence[Attempt]) -> Json:
    # The trials at each task are numbered from 1.
    trials = [
        [task for task, _, _ in attempts[: place + 1]].count(attempts[place][0]) for place in range(len(attempts))
    ]
    rows = [_evaluation(trial, attempt) for trial, attempt in zip(trials, attempts, strict=True)]
    return {"metric": "cost_of_pass", "records": {"evaluation": rows}}


def _evaluation(trial: int, attempt: Attempt) -> Mapping[str, Any]:
    task, solved, amount = attempt
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


def _outcomes(attempts: Sequence[Attempt]) -> Json:
    """An outcome for each attempt, and the usage that it took."""
    numbered = list(enumerate(attempts, 1))
    return {
        "metric": "cost_per_outcome",
        "records": {
            "usage": [
                {**usage_row(f"row-{number}", (1, amount)), "outcome_id": f"outcome-{number}"}
                for number, (_, _, amount) in numbered
            ],
            "outcome": [_outcome(number, accepted=solved) for number, (_, solved, _) in numbered],
            "outcome_definition": [_DEFINITION | {"spec_version": load().version}],
        },
    }


_DEFINITION = {
    "outcome_definition_id": "done",
    "version": "1",
    "unit_name": "finished task",
    "acceptance_criteria": "Accepted by the person who asked for it.",
    "baseline_kind": "none",
}


def _outcome(number: int, *, accepted: bool) -> Mapping[str, Any]:
    return {
        "spec_version": load().version,
        "outcome_id": f"outcome-{number}",
        "outcome_definition_id": "done",
        "outcome_definition_version": "1",
        "status": "accepted" if accepted else "rejected",
        "started_at": "2026-08-01T00:00:00Z",
        "completed_at": "2026-08-02T00:00:00Z",
        "decided_by": "user-1",
    }


def _monotonous(example: tuple[Sequence[Attempt], int, int], ask: Ask, made: Callable[..., Json]) -> Breach | None:
    attempts, task, amount = example
    before = value_of(ask(made(attempts)))
    more = [*attempts, (task, False, amount)]
    given = made(more)
    after = value_of(ask(given))
    if before is not None and after is not None and after >= before:
        return None
    told, told_before = ("no value" if each is None else f"{each:f}" for each in (after, before))
    right = {
        "numerator": cents(sum(cost for _, _, cost in more)),
        "denominator": str(sum(solved for _, solved, _ in more)),
        "currency": "USD",
    }
    detail = f"A failed attempt for {cents(amount)} made the cost of a success {told}; it was {told_before}."
    return Breach(detail, given, {"results": [right]})


def _law(subject: str, title: str, made: Callable[[Sequence[Attempt]], Json]) -> Law:
    return Law(
        "failure-monotonicity",
        title,
        Role.CALCULATOR,
        lambda: st.tuples(_ATTEMPTS, _TASKS, _COSTS),
        lambda example, ask: _monotonous(example, ask, made),
        subject,
    )


FAILURE_LAWS = (
    _law("cost-of-pass", "A failed attempt never lowers the cost of pass.", _evaluations),
    _law("cost-per-outcome", "A rejected outcome never lowers the cost per outcome.", _outcomes),
)
