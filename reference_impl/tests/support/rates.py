"""A rate card of made-up prices, usage of the model that it is for, and what that costs."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from calls import Row, tokens, written

from opentokenomics.pricing import Summary, Taken, price_usage

RATE = {
    "spec_version": "1.0-draft",
    "service_provider_name": "Example",
    "canonical_model_id": "example/model",
    "meter": "tokens",
    "token_direction": "input",
    "effective_from": "2026-01-01T00:00:00Z",
    "price_kind": "list",
    "pricing_unit": "1000 tokens",
    "pricing_block_size": 1000,
    "pricing_currency": "USD",
}
TIERS = [
    {**RATE, "price_id": "1", "unit_price": "3", "quantity_tier_maximum": "1000"},
    {**RATE, "price_id": "2", "unit_price": "2", "quantity_tier_minimum": "1000", "quantity_tier_maximum": "2500"},
    {**RATE, "price_id": "3", "unit_price": "1", "quantity_tier_minimum": "2500"},
]


def example(name: str, quantity: int, **changes: object) -> Row:
    own = {"service_provider_name": "Example", "model_id": "model", "canonical_model_id": "example/model"}
    return tokens(name, quantity, **{**own, "token_cache_action": None, **changes})


def priced(
    folder: Path,
    rows: Sequence[Row],
    rates: Sequence[Row] | None = None,
    **taken: Any,  # noqa: ANN401 - see Taken
) -> tuple[dict[str, Row], Summary]:
    usage = written(folder, "usage.jsonl", rows)
    card = None if rates is None else written(folder, "price.jsonl", rates)
    found: list[Row] = []
    summary = price_usage(usage, lambda each, _: found.extend(each), rates=card, taken=Taken(**taken))
    assert [row["record_id"] for row in found] == [row["record_id"] for row in rows]
    for before, after in zip(rows, found, strict=True):
        assert before.items() <= after.items()
    return {row["record_id"]: row for row in found}, summary
