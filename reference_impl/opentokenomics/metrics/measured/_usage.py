"""Metrics of usage alone: what a unit costs, what a cache saves, what retries cost."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import replace
from decimal import Decimal
from typing import Any

from opentokenomics.metrics._errors import MetricError
from opentokenomics.metrics._exact import one_currency, total
from opentokenomics.metrics._result import Result
from opentokenomics.metrics._retries import retry_overhead
from opentokenomics.metrics._units import InputTokens, cache_cost_efficiency, cache_hit_ratio, unit_cost
from opentokenomics.metrics.measured._request import Measured
from opentokenomics.metrics.measured._where import Asked, cost_sql, is_elsewhere_sql, is_unknown_sql, named, of_group

# Queries are built from column names of the standard, all of them checked, and values are parameters.
# ruff: noqa: S608

UNIT_COST = ("meter", "consumed_unit", "consumed_quantity", "billing_currency", "cost_carrier")
CACHE = ("meter", "token_direction", "token_cache_action", "consumed_quantity", "billing_currency")
RETRIES = ("attempt", "run_id", "billing_currency", "cost_carrier")

_ZERO = Decimal(0)
_KNOWN_ACTIONS = "token_cache_action IN ('read', 'write', 'uncached')"


def measure_unit_cost(asked: Asked) -> Iterator[Measured]:
    """The unit cost of each group, meter, unit and currency."""
    asked.refuse_same_facts("amounts", "quantities")
    by = [*asked.groups("usage"), "meter", "consumed_unit"]
    names = [*asked.parameters.by, "meter", "consumed_unit"]
    where, values = asked.where("usage", "meter IS NOT NULL")
    cost = cost_sql(asked.parameters)
    is_elsewhere = is_elsewhere_sql(asked.parameters)
    found: defaultdict[tuple[Any, ...], dict[str | None, tuple[Any, ...]]] = defaultdict(dict)
    for *key, money, spent, quantity, records, left in asked.records.rows(
        f"SELECT {', '.join(by)}, CASE WHEN amount IS NOT NULL THEN billing_currency END AS money, sum(amount), "
        "sum(CASE WHEN counts THEN consumed_quantity END), count_if(counts), count_if(NOT counts) "
        f"FROM (SELECT *, {cost} AS amount, amount IS NOT NULL OR ({is_elsewhere}) AS counts FROM usage {where}) "
        "GROUP BY ALL ORDER BY ALL",
        *values,
    ):
        found[tuple(key)][money] = (spent or _ZERO, quantity or _ZERO, records, left)
    rest = _without_meter(asked)
    told = set()
    for group, moneys in found.items():
        # A quantity whose amount is elsewhere belongs to the one currency of its group, and to none of several.
        _, alone, without, left = moneys.pop(None, (_ZERO, _ZERO, 0, 0))
        if len(moneys) > 1:
            alone, without, left = _ZERO, 0, left + without
        for money, (spent, quantity, records, _) in moneys.items():
            counted, consumed = records + without, total((quantity, alone))
            size = asked.parameters.block_size
            result = unit_cost(spent, consumed, money or "", block_size=size, records=counted)
            counts = {"records": counted, "records_without_amount": without, "records_left_out": left}
            place = (*group[:-2], money)
            told.add(place)
            yield Measured({**named(names, group), "currency": money}, _with_charges(result, counts, rest.get(place)))
    for *own, money in [each for each in rest if each not in told]:
        result = unit_cost(_ZERO, _ZERO, money, block_size=asked.parameters.block_size)
        counts = {"records": 0, "records_without_amount": 0, "records_left_out": 0}
        nothing = named(names, [*own, None, None])
        yield Measured({**nothing, "currency": money}, _with_charges(result, counts, rest[*own, money]))


def _without_meter(asked: Asked) -> dict[tuple[Any, ...], tuple[int, Decimal]]:
    """How many charges of each group and currency have no meter, such as credits and taxes, and their amount."""
    where, values = asked.where("usage", "meter IS NULL")
    rows = asked.records.rows(
        f"SELECT {', '.join([*asked.groups('usage'), 'billing_currency'])}, count(*), sum(amount) "
        f"FROM (SELECT *, {cost_sql(asked.parameters)} AS amount FROM usage {where}) WHERE amount IS NOT NULL "
        "GROUP BY ALL ORDER BY ALL",
        *values,
    )
    return {tuple(place): (records, cost) for *place, records, cost in rows}


def _with_charges(result: Result, counts: dict[str, int], charges: tuple[int, Decimal] | None) -> Result:
    records, cost = charges or (0, _ZERO)
    return replace(result, counts={**counts, "records_without_meter": records}, amounts={"cost_without_meter": cost})


def measure_cache_hit_ratio(asked: Asked) -> Iterator[Measured]:
    """The cache hit ratio of each group."""
    asked.refuse_same_facts("quantities")
    for key, tokens, counts, amounts, _ in _cache_groups(asked):
        result = cache_hit_ratio(tokens, records=counts["records"])
        yield Measured(key, replace(result, counts=counts, amounts=amounts))


def measure_cache_cost_efficiency(asked: Asked) -> Iterator[Measured]:
    """What caching saved in each group; only records that state their amount count."""
    asked.refuse_same_facts("amounts", "quantities")
    price = asked.parameters.base_price
    if price is None:
        raise MetricError(
            "base_price_missing", "What caching saved depends on the price of uncached input.", "Pass --base-price."
        )
    found = list(_cache_groups(asked, cost_sql(asked.parameters)))
    # Input without an amount has no currency, and is told beside each one of its group.
    unpaid = {_place(key): (counts, amounts) for key, _, counts, amounts, _ in found if key["currency"] is None}
    for key, tokens, counts, amounts, spent in found:
        money = key["currency"]
        if money is not None:
            size = asked.parameters.block_size
            result = cache_cost_efficiency(tokens, spent, price, money, block_size=size, records=counts["records"])
            also, more = unpaid.get(_place(key), ({"left_out": 0}, {"tokens_left_out": _ZERO}))
            tokens_left = total((amounts["tokens_left_out"], more["tokens_left_out"]))
            yield Measured(
                key,
                replace(
                    result,
                    counts={**counts, "left_out": counts["left_out"] + also["left_out"]},
                    amounts={**result.amounts, "tokens_left_out": tokens_left},
                ),
            )


def _place(key: Mapping[str, str | None]) -> tuple[str | None, ...]:
    return tuple(value for name, value in key.items() if name != "currency")


def _cache_groups(
    asked: Asked, cost: str | None = None
) -> Iterator[tuple[dict[str, str | None], InputTokens, dict[str, int], dict[str, Decimal], Decimal]]:
    """The input tokens of each group, and of each currency of a cost, by what a cache did; and what was left out."""
    money = [] if cost is None else ["CASE WHEN amount IS NOT NULL THEN billing_currency END"]
    by, names = [*asked.groups("usage"), *money], [*asked.parameters.by, *(["currency"] if money else [])]
    where, values = asked.where("usage", "meter = 'tokens'", "token_direction = 'input'")
    known = f"{_KNOWN_ACTIONS} AND amount IS NOT NULL" if money else _KNOWN_ACTIONS
    sums = [f"sum(CASE WHEN {known} AND token_cache_action = '{each}' THEN consumed_quantity END)" for each in _ACTIONS]
    selected = ", ".join(
        [
            *by,
            *sums,
            f"count_if({known})",
            f"count_if(({known}) IS NOT TRUE)",
            f"sum(CASE WHEN ({known}) IS NOT TRUE THEN consumed_quantity END)",
            f"sum(CASE WHEN {known} THEN amount END)",
        ]
    )
    grouping = "GROUP BY ALL ORDER BY ALL" if by else ""
    for row in asked.records.rows(
        f"SELECT {selected} FROM (SELECT *, {cost or 'NULL'} AS amount FROM usage {where}) {grouping}", *values
    ):
        key, (read, write, uncached, records, left, tokens_left, spent) = row[: len(by)], row[len(by) :]
        tokens = InputTokens(read or _ZERO, write or _ZERO, uncached or _ZERO)
        counts = {"records": records or 0, "left_out": left or 0}
        yield dict(named(names, key)), tokens, counts, {"tokens_left_out": tokens_left or _ZERO}, spent or _ZERO


_ACTIONS = ("read", "write", "uncached")


def measure_retry_overhead(asked: Asked) -> Iterator[Measured]:
    """The retry overhead of each group and currency."""
    asked.refuse_same_facts("amounts")
    by, names = asked.groups("usage"), list(asked.parameters.by)
    where, values = asked.where("usage")
    amounts = f"(SELECT *, {cost_sql(asked.parameters)} AS amount FROM usage {where})"
    unknown = _by_group(asked, f"count(*) FROM {amounts} WHERE attempt IS NOT NULL AND", values)
    for *key, money, first, everything, runs, records, rest, left in asked.records.rows(
        f"SELECT {', '.join([*by, 'billing_currency'])}, sum(CASE WHEN attempt = 1 THEN amount END), "
        "sum(CASE WHEN attempt IS NOT NULL THEN amount END), "
        "count(DISTINCT CASE WHEN attempt IS NOT NULL THEN run_id END), count_if(attempt IS NOT NULL), "
        "sum(CASE WHEN attempt IS NULL THEN amount END), count_if(attempt IS NULL) "
        f"FROM {amounts} WHERE amount IS NOT NULL GROUP BY ALL ORDER BY ALL",
        *values,
    ):
        if (everything or _ZERO) < 0:
            group = of_group({**named(names, key), "currency": money})
            raise MetricError(
                "credits_exceed_costs",
                f"Credits exceed what all attempts{group} cost, so that nothing is a share of it.",
                "Choose other groups, or select others than this one with --where.",
            )
        result = retry_overhead(first or _ZERO, everything or _ZERO, one_currency([money]) or "", runs=runs)
        (missing,) = unknown.get(tuple(key), (0,))
        counts = {"records": records, "records_left_out": missing, "records_without_attempt": left}
        stated = {**result.amounts, "without_attempt": rest or _ZERO}
        yield Measured({**named(names, key), "currency": money}, replace(result, counts=counts, amounts=stated))


def _by_group(asked: Asked, sums: str, values: list[object]) -> dict[tuple[Any, ...], tuple[Any, ...]]:
    """Sums over the records of each group whose cost nothing states, which is in no currency."""
    by = asked.groups("usage")
    rows = asked.records.rows(
        f"SELECT {', '.join([*by, sums])} {is_unknown_sql(asked.parameters)} {'GROUP BY ALL' if by else ''}", *values
    )
    return {tuple(row[: len(by)]): tuple(row[len(by) :]) for row in rows}
