"""Made-up rate cards that cross everything a price can state, and calls that they price, each set of one provider."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from itertools import pairwise, product
from random import Random
from typing import TypeVar

from calls import Row
from rates import RATE

START = datetime(2026, 7, 1, tzinfo=UTC)
LIMITS = [timedelta(days=day, hours=hour) for day in (1, 5, 20, 31) for hour in (0, 12)]
CONTEXTS = [100, 200, 1000, 1001]
TIERS = ["10.5", "100", "500", "2000"]
DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
TIMES = ["00:00", "00:30", "06:00", "16:30", "23:59"]
LEAVES: list[Row] = [
    {"token_direction": "input", "token_cache_action": "uncached"},
    {"token_direction": "input", "token_cache_action": "read"},
    {"token_direction": "input", "token_cache_action": "write", "token_cache_ttl_seconds": 300},
    {"token_direction": "output"},
]

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Scenario:
    """The prices of one provider, and usage of it."""

    prices: Sequence[Row]
    usage: Sequence[Row]


def scenario(dice: Random, provider: str) -> Scenario:
    """A rate card that conforms, with usage most of which it prices."""
    prices: list[Row] = []
    keys = set[str]()
    for _ in range(dice.randint(1, 6)):
        subject = _subject(dice)
        if repr(subject) not in keys:
            keys.add(repr(subject))
            prices += _family(dice, {**RATE, "service_provider_name": provider, **subject})
    named = [
        {
            **_without_none(price),
            "price_id": f"{provider}:{number}",
            "unit_price": str(Decimal(dice.randint(0, 9999)) / 100),
        }
        for number, price in enumerate(prices)
    ]
    usage = [row for number in range(dice.randint(1, 5)) for row in _call(dice, provider, f"{provider}-{number}")]
    for row in [each for each in usage if dice.random() < 0.1]:
        taken_back = str(-Decimal(row["consumed_quantity"]))
        own = {"record_id": row["record_id"] + "-", "corrects_record_id": row["record_id"], "record_type": "retraction"}
        usage.append({**row, **own, "consumed_quantity": taken_back})
    dice.shuffle(usage)
    return Scenario(named, usage)


def _subject(dice: Random) -> Row:
    """What sets the key of a family of prices."""
    contracted = dice.random() < 0.3
    start, end = dice.sample(TIMES, 2) if dice.random() < 0.3 else (None, None)
    return {
        "price_kind": "contracted" if contracted else "list",
        "contract_id": "contract-1" if contracted else None,
        "canonical_model_id": dice.choice(["example/a", "example/a", "example/b", None]),
        "processing_tier": dice.choice(["standard", "batch", None, None, None]),
        **dice.choice([{"token_direction": None, "token_cache_action": None}, *LEAVES]),
        "pricing_currency": dice.choice(["USD"] * 9 + ["EUR"]),
        "days_of_week": dice.sample(DAYS, dice.randint(1, 4)) if dice.random() < 0.2 else None,
        "window_start_utc": start,
        "window_end_utc": end,
    }


def _family(dice: Random, price: Row) -> Iterator[Row]:
    """A price whose time, contexts and tiers are cut into parts that meet."""
    block = dice.choice([1, 1000, 1_000_000])
    measure = {"pricing_block_size": block, "pricing_unit": "tokens" if block == 1 else f"{block} tokens"}
    scope, period = dice.choice(["whole_request", "marginal"]), dice.choice(["day", "month", "year", "once"])
    times = _parts(dice, LIMITS, 2)
    contexts = _parts(dice, CONTEXTS, dice.choice([0, 0, 2]))
    tiers = _parts(dice, TIERS, dice.choice([0, 0, 2]))
    first = timedelta(days=-dice.choice([2, 800]))
    for (since, until), (low, high), (bottom, top) in product(times, contexts, tiers):
        has_context, has_tier = (low, high) != (None, None), (bottom, top) != (None, None)
        yield {
            **price,
            **measure,
            "effective_from": instant(START + (first if since is None else since)),
            "effective_to": None if until is None else instant(START + until),
            "minimum_context_tokens": low,
            "maximum_context_tokens": high,
            "context_price_scope": scope if has_context else None,
            "quantity_tier_minimum": bottom,
            "quantity_tier_maximum": top,
            "quantity_tier_period": period if has_tier else None,
            "minimum_billable_quantity": dice.choice(["5", "50.5", "300"]) if dice.random() < 0.15 else None,
        }


def _parts(dice: Random, places: Sequence[T], most: int) -> list[tuple[T | None, T | None]]:
    """Ranges that meet at some of the places, from no lower bound to no upper one."""
    chosen = sorted(dice.sample(range(len(places)), dice.randint(0, most)))
    return list(pairwise([None, *(places[each] for each in chosen), None]))


def _call(dice: Random, provider: str, name: str) -> Iterator[Row]:
    """The records of one call, or of a bucket of calls."""
    days, hours = dice.choice([0, 1, 2, 4, 5, 19, 20, 30, 31]), dice.choice([0, 6, 11, 12, 16, 23])
    start = START + timedelta(days=days, hours=hours, minutes=dice.choice([0, 29, 30, 59]))
    length = dice.choice([timedelta(seconds=1), timedelta(hours=1), timedelta(days=1), timedelta(days=7)])
    if dice.random() < 0.05:
        start, length = START - timedelta(days=600), timedelta(days=dice.choice([640, 700]))
    common: Row = {
        "spec_version": RATE["spec_version"],
        "record_type": "original",
        "source_name": "gateway",
        "measurement_method": "metered",
        "charge_period_start": instant(start),
        "charge_period_end": instant(start + length),
        "service_provider_name": provider,
        "ai_service": "inference",
        "meter": "tokens",
        "charge_category": "usage",
        "billing_account_id": dice.choice(["account-1", "account-2", None]),
        "model_id": "model",
        "canonical_model_id": dice.choice(["example/a", "example/a", "example/b", None]),
        "processing_tier": dice.choice(["standard", "batch", None]),
        "billing_currency": dice.choice(["USD", "USD", "USD", "EUR", None]),
        "usage_group_id": name,
        "step_id": dice.choice([name, None]),
    }
    if dice.random() < 0.15:
        low, high = dice.choice([(0, 200), (200, 1000), (1000, None), (100, 1001), (None, 200)])
        common |= {"minimum_context_tokens": low, "maximum_context_tokens": high}
    for number, leaf in enumerate(dice.sample(LEAVES, dice.randint(1, 4))):
        quantity = dice.choice([0, 1, 5, 20, 50, 99, 100, 101, 200, 333, 450, 1000, 1500])
        own = {"record_id": f"{name}:{number}", "consumed_quantity": str(quantity), "consumed_unit": "tokens"}
        yield _without_none({**common, **leaf, **own})
    if dice.random() < 0.5:
        own = {"record_id": f"{name}:calls", "meter": "requests", "consumed_unit": "requests"}
        yield _without_none({**common, **own, "consumed_quantity": dice.choice(["1", "1", "3"])})


def _without_none(row: Row) -> Row:
    return {key: value for key, value in row.items() if value is not None}


def instant(at: datetime) -> str:
    return at.strftime("%Y-%m-%dT%H:%M:%SZ")
