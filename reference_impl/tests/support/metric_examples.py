"""Carries out the examples of metrics, which are plain JSON, with the functions of the package."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import fields
from decimal import Decimal
from typing import Any

from opentokenomics.metrics import (
    Attempt,
    Axis,
    Identification,
    InputTokens,
    IntervalMethod,
    OutcomeCost,
    QualityPoint,
    Result,
    RetryExpectation,
    RunTotal,
    Sampling,
    SpendTier,
    TaskTotal,
    Try,
    baseline_ratio,
    break_even_success_rate,
    cache_cost_efficiency,
    cache_hit_ratio,
    cost_of_pass,
    cost_of_pass_ratio,
    cost_per_outcome,
    cost_quality_frontier,
    expected_retries,
    expected_sequence,
    frontier_cost_of_pass,
    marginal_token_utility,
    retry_overhead,
    unit_cost,
)

Json = Mapping[str, Any]


def calculate(metric: str, given: Json) -> dict[str, Any]:
    """The result of a metric for the input of an example."""
    return _CALCULATORS[metric](given)


def shown(result: Result) -> dict[str, Any]:
    """A result as examples state it; one without an interval is stated without bounds."""
    stated = {name: text(getattr(result, name)) for name in ("numerator", "denominator", "value")}
    if result.interval is None:
        return stated
    bounds = {"lower_bound": text(result.lower_bound), "upper_bound": text(result.upper_bound)}
    return {**stated, **bounds, "interval_method": str(result.interval.method)}


def text(number: Decimal | None) -> str | None:
    return None if number is None else f"{number:f}"


def _sampling(given: Json) -> Sampling:
    stated = dict(given.get("sampling", {}))
    if "method" in stated:
        stated["method"] = IntervalMethod(stated["method"])
    if "confidence_level" in stated:
        stated["confidence_level"] = Decimal(stated["confidence_level"])
    return Sampling(**stated)


def _attempts(given: Iterable[Json]) -> list[Attempt | TaskTotal]:
    kinds = {False: Attempt, True: TaskTotal}
    return [kinds["attempts" in each](**{**each, "cost": Decimal(each["cost"])}) for each in given]


def _cost_of_pass(given: Json) -> dict[str, Any]:
    if "run" in given:
        run = RunTotal(**{**given["run"], "cost": Decimal(given["run"]["cost"])})
        return shown(cost_of_pass(run, _sampling(given)))
    return shown(cost_of_pass(_attempts(given["attempts"]), _sampling(given)))


def _cost_of_pass_ratio(given: Json) -> dict[str, Any]:
    return shown(cost_of_pass_ratio(_attempts(given["first"]), _attempts(given["second"]), _sampling(given)))


def _frontier_cost_of_pass(given: Json) -> dict[str, Any]:
    models = {name: _attempts(attempts) for name, attempts in given["models"].items()}
    baseline = {task: Decimal(cost) for task, cost in given.get("baseline", {}).items()}
    currency = given.get("baseline_currency")
    result, _ = frontier_cost_of_pass(models, baseline, baseline_currency=currency, sampling=_sampling(given))
    return shown(result)


def _cost_quality_frontier(given: Json) -> dict[str, Any]:
    points = [
        QualityPoint(each["label"], Decimal(each["cost_per_task"]), Decimal(each["score"]), each["currency"])
        for each in given["points"]
    ]
    placed = cost_quality_frontier(points)
    return {
        "frontier": [each.point.label for each in placed if each.is_on_frontier],
        "beaten": {each.point.label: each.dominated_by.label for each in placed if each.dominated_by},
    }


def _outcomes(given: Json) -> list[OutcomeCost]:
    amounts = ("ai_cost", "human_cost")
    return [OutcomeCost(**{**each, **{name: Decimal(each[name]) for name in amounts}}) for each in given["outcomes"]]


def _cost_per_outcome(given: Json) -> dict[str, Any]:
    return shown(cost_per_outcome(_outcomes(given), Decimal(given.get("review_unit_cost", 0)), _sampling(given)))


def _baseline_ratio(given: Json) -> dict[str, Any]:
    review, baseline = Decimal(given.get("review_unit_cost", 0)), Decimal(given["baseline_unit_cost"])
    return shown(baseline_ratio(_outcomes(given), baseline, given["baseline_currency"], review, _sampling(given)))


def _retry_overhead(given: Json) -> dict[str, Any]:
    first, everything = Decimal(given["first_attempts"]), Decimal(given["all_attempts"])
    return shown(retry_overhead(first, everything, given["currency"], runs=1))


def _expected_retries(given: Json) -> dict[str, Any]:
    if "tries" in given:
        tries = [Try(Decimal(each["cost"]), Decimal(each["success_rate"])) for each in given["tries"]]
        fallback = given.get("fallback_cost")
        expected = expected_sequence(tries, None if fallback is None else Decimal(fallback))
    else:
        expected = expected_retries(Decimal(given["cost"]), Decimal(given["success_rate"]), given.get("cap"))
    return {each.name: text(getattr(expected, each.name)) for each in fields(RetryExpectation)}


def _break_even(given: Json) -> dict[str, Any]:
    ai, review, baseline, loss = (
        Decimal(given[name]) for name in ("ai_cost", "review_cost", "baseline_cost", "failure_loss")
    )
    money = given["currency"]
    return shown(
        break_even_success_rate(ai_cost=ai, review_cost=review, baseline_cost=baseline, failure_loss=loss, money=money)
    )


def _marginal(given: Json) -> dict[str, Any]:
    first, second = (SpendTier(**{k: Decimal(v) for k, v in given[name].items()}) for name in ("first", "second"))
    axis, identification = Axis(given["axis"]), Identification(given["identification"])
    found = marginal_token_utility(first, second, axis=axis, identification=identification)
    stated = ("arc", "first_average", "second_average", "average_ratio", "arc_to_average", "elasticity")
    return {name: text(getattr(found, name)) for name in stated}


def _unit_cost(given: Json) -> dict[str, Any]:
    cost, quantity = Decimal(given["cost"]), Decimal(given["quantity"])
    return shown(unit_cost(cost, quantity, given["currency"], block_size=given["block_size"]))


def _tokens(given: Json) -> InputTokens:
    return InputTokens(*(Decimal(given[name]) for name in ("read", "write", "uncached")))


def _cache_cost_efficiency(given: Json) -> dict[str, Any]:
    cost, price = Decimal(given["actual_cost"]), Decimal(given["base_price"])
    result = cache_cost_efficiency(_tokens(given), cost, price, given["currency"], block_size=given["block_size"])
    return shown(result)


_CALCULATORS: Mapping[str, Callable[[Json], dict[str, Any]]] = {
    "cost_of_pass": _cost_of_pass,
    "cost_of_pass_ratio": _cost_of_pass_ratio,
    "frontier_cost_of_pass": _frontier_cost_of_pass,
    "cost_quality_frontier": _cost_quality_frontier,
    "cost_per_outcome": _cost_per_outcome,
    "baseline_ratio": _baseline_ratio,
    "retry_overhead": _retry_overhead,
    "expected_retries": _expected_retries,
    "break_even_success_rate": _break_even,
    "marginal_token_utility": _marginal,
    "unit_cost": _unit_cost,
    "cache_hit_ratio": lambda given: shown(cache_hit_ratio(_tokens(given))),
    "cache_cost_efficiency": _cache_cost_efficiency,
}
