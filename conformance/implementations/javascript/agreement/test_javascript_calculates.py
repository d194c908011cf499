"""Metrics that the implementation in JavaScript computes have the digits of the reference implementation."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import cache
from random import Random
from typing import Any

from javascript import FOLDER

from opentokenomics.standard import load
from opentokenomics_conformance import Case, Outcome, Plan, Role, Suite, load_suite, run_suite
from opentokenomics_conformance.reference import _ROLES

_ADAPTER = ("node", str(FOLDER / "bin" / "adapter.js"))
_COMPARED = ("numerator", "denominator", "value", "lower_bound", "upper_bound", "interval_method", "currency")
_STATUSES = ("accepted", "accepted", "rejected", "reworked", "abandoned", "pending")
_EACH = 4
# Code points and the halves of UTF-16 have another order beyond the basic plane.
_LETTERS = "abz\u00e9\ufb00\U0001d54f"

Json = Mapping[str, Any]


@cache
def _suite() -> Suite:
    return load_suite()


def _like(example: str, dataset: str, **members: object) -> Json:
    """A record like the first one of a vector."""
    case = next(each for each in _suite().cases if each.id == example)
    return {**case.input["records"][dataset][0], **members}


def _amount(dice: Random) -> str:
    return f"{dice.randrange(10 ** dice.randrange(1, 8))}.{dice.randrange(1000):03}5"


def _attempts(dice: Random, model: str) -> list[Json]:
    tasks = [f"{dice.choice(_LETTERS)}{number}" for number in range(dice.choice([3, 21]))]
    same = dice.choice([None, "2.5"])
    return [
        _like(
            "cost-of-pass-resampled",
            "evaluation",
            evaluation_id=f"run-{model}",
            model_id=model,
            canonical_model_id=f"example/{model}",
            task_id=task,
            trial=trial,
            solved=dice.random() < 0.6,
            cost=same or _amount(dice),
        )
        for task in tasks
        for trial in range(1, 1 + dice.choice([1, 1, 2]))
    ]


def _outcomes(dice: Random) -> dict[str, list[Json]]:
    example = "cost-per-outcome-of-all-attempts"
    outcomes: list[Json] = []
    for number in range(8):
        earlier = [each["outcome_id"] for each in outcomes if each["status"] == "reworked"]
        taken = {each.get("rework_of_outcome_id") for each in outcomes}
        free = [each for each in earlier if each not in taken]
        rework = {"rework_of_outcome_id": free[0]} if free else {}
        status = dice.choice(_STATUSES)
        facts = {"outcome_id": f"o-{number}", "status": status, "human_cost": _amount(dice), **rework}
        if status == "pending":
            facts |= {"completed_at": None, "decided_by": None}
        outcomes.append(_like(example, "outcome", currency="USD", **facts))
    usage = [
        _like(example, "usage", record_id=f"r-{number}", outcome_id=f"o-{number % len(outcomes)}", **costs)
        for number in range(3 * len(outcomes))
        for amount in [_amount(dice)]
        for costs in [{"billed_cost": amount, "effective_cost": amount}]
    ]
    return {"usage": usage, "outcome": outcomes, "outcome_definition": [_like(example, "outcome_definition")]}


def _inputs() -> Iterator[Json]:
    for seed in range(_EACH):
        dice, others = Random(seed), Random(seed)  # noqa: S311 - made-up records, no secrets
        parameters = {"seed": str(dice.randrange(2**64)), "resamples": "100"}
        one, other = _attempts(dice, "model-a"), _attempts(dice, "model-b")
        yield {"metric": "cost_of_pass", "records": {"evaluation": one}, "parameters": parameters}
        both = {"evaluation": [*one, *other]}
        if seed == 0:
            yield {"metric": "frontier_cost_of_pass", "records": both, "parameters": {**parameters, "baseline": "7.5"}}
            yield {"metric": "cost_quality_frontier", "records": both, "parameters": parameters}
        else:
            yield {"metric": "baseline_ratio", "records": _outcomes(others), "parameters": parameters}


def _expected(given: Json) -> Json:
    results = _ROLES["calculator"](given, load().version)["results"]
    return {"results": [{name: each[name] for name in _COMPARED if name in each} for each in results]}


def test_made_up_records_have_the_same_digits() -> None:
    cases = [
        Case(f"made-{number}", "Made up.", Role.CALCULATOR, "metrics", (), (), given, _expected(given))
        for number, given in enumerate(_inputs())
    ]
    report = run_suite(replace(_suite(), cases=cases), Plan(_ADAPTER))
    assert [each.detail for each in report.results] == [None] * len(cases)
    assert {each.outcome for each in report.results} == {Outcome.PASSED}


def test_what_vectors_expect_of_converters_is_conformant() -> None:
    """Two implementations convert to these rows; both of them judge the rows, too."""
    cases = []
    for case in _suite().of([Role.CONVERTER]).cases:
        given = {"profile": "metering", "records": {"usage": case.expected["rows"]}}
        verdict = _ROLES["validator"](given, load().version)
        assert verdict["valid"], case.id
        cases.append(replace(case, role=Role.VALIDATOR, input=given, expected=verdict))
    report = run_suite(replace(_suite(), cases=cases), Plan(_ADAPTER))
    assert {each.case: each.detail for each in report.results if each.outcome is not Outcome.PASSED} == {}
    assert len(cases) > 5
