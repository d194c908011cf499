"""Defects of the price dataset: identity, keys, bands, tiers, windows, units."""

# ruff: noqa: S106 - token dimensions are no passwords

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from opentokenomics.generate._row import Row
from opentokenomics.generate.defects._defect import (
    Broken,
    Defect,
    Unit,
    candidates,
    change,
    change_two,
    plus,
    repeat,
    replaced,
    where,
    with_values,
)
from opentokenomics.generate.defects._general import Subjects

_BOUNDS = "minimum_context_tokens maximum_context_tokens quantity_tier_minimum quantity_tier_maximum"
_KEY = (
    *("service_provider_name", "meter", "pricing_currency", "price_kind", "canonical_model_id", "ai_service"),
    *("meter_variant", "processing_tier", "token_direction", "token_cache_action", "token_cache_ttl_seconds"),
    *("token_modality", "token_role", "region_id", "region_scope", "effective_from", "effective_to"),
)

_unbounded = where(without=_BOUNDS)
"""Prices whose key may change without leaving a gap behind."""
_of_tokens = where(without=_BOUNDS, meter="tokens")
_of_plain_tokens = where(
    "token_direction", without=f"{_BOUNDS} token_cache_action token_role token_modality", meter="tokens"
)
_tier = where("quantity_tier_minimum", "quantity_tier_period")
_last_tier = where("quantity_tier_minimum", without="quantity_tier_maximum")


def _first_tier(row: Row) -> bool:
    return "quantity_tier_maximum" in row and Decimal(row.get("quantity_tier_minimum", "0")) == 0


def _higher_band(row: Row) -> bool:
    return bool(row.get("minimum_context_tokens", 0))


def _without_room(unit: Unit) -> Broken | None:
    """The last band ends where it begins; an earlier one would leave a gap before the next, which is another defect."""
    begin = {row["minimum_context_tokens"] for row in unit if "minimum_context_tokens" in row}
    for at, row in candidates(unit):
        if _higher_band(row) and row.get("maximum_context_tokens") not in begin:
            end = {"maximum_context_tokens": row["minimum_context_tokens"]}
            return replaced(unit, {at: with_values(row, end)}, at)
    return None


def _counts_no_tokens(row: Row) -> bool:
    return _unbounded(row) and row["meter"] not in {"tokens", "token_hours"}


def _has_a_unit(row: Row) -> bool:
    return bool(row["meter"] != "other")


PRICE_SUBJECTS = Subjects(
    common=_unbounded,
    required="service_provider_name",
    decimal="unit_price",
    timestamp="effective_from",
    integer="token_cache_ttl_seconds",
    text="processing_tier_reported",
    choice="region_scope",
    identifier="contract_id",
    currency="pricing_currency",
    list_="days_of_week",
    time_of_day="window_end_utc",
    link="source_url",
)

PRICE: Mapping[str, Defect] = {
    identifier: Defect(breaks)
    for identifier, breaks in {
        "OTS-PRC-001": repeat(_unbounded, pricing_currency="NOK"),
        "OTS-PRC-002": repeat(
            _unbounded, price_id=lambda row: f"{row['price_id']}:again", effective_to=lambda row: row["effective_from"]
        ),
        "OTS-PRC-003": repeat(
            _unbounded,
            price_id=lambda row: f"{row['price_id']}:again",
            unit_price=lambda row: plus(row["unit_price"], "1"),
        ),
        "OTS-PRC-006": change(where("contract_id", price_kind="contracted"), contract_id=None),
        "OTS-PRC-007": change(where(price_kind="list"), contract_id="contract-1"),
        "OTS-PRC-008": change(where(), unit_price="-1"),
        "OTS-PRC-009": change(
            _has_a_unit, pricing_unit=lambda row: f"{row['pricing_unit'].rpartition(' ')[0]} words".strip()
        ),
        "OTS-PRC-010": change(where(), pricing_block_size=lambda row: row["pricing_block_size"] * 10),
        "OTS-PRC-011": change(_of_tokens, ai_service="seat"),
        "OTS-PRC-012": change(_of_tokens, canonical_model_id=None),
        "OTS-PRC-013": change(_of_plain_tokens, token_direction=None),
        "OTS-PRC-014": change(_counts_no_tokens, token_modality="text"),
        "OTS-PRC-015": change(
            where(without=_BOUNDS, meter="tokens", token_cache_action="read"), token_direction="output"
        ),
        "OTS-PRC-016": change(_of_plain_tokens, token_cache_ttl_seconds=300),
        "OTS-PRC-017": change(
            where(without=f"{_BOUNDS} token_role", meter="tokens", token_direction="output"), token_role="prompt"
        ),
        "OTS-PRC-018": change(
            where(without=f"{_BOUNDS} token_role", meter="tokens", token_direction="input"), token_role="reasoning"
        ),
        "OTS-PRC-019": _without_room,
        "OTS-PRC-020": change(where("context_price_scope"), context_price_scope=None),
        "OTS-PRC-021": change(_unbounded, context_price_scope="marginal"),
        "OTS-PRC-022": change_two(
            where(context_price_scope="whole_request"), _KEY, lambda *_: ({}, {"context_price_scope": "marginal"})
        ),
        "OTS-PRC-023": change(_higher_band, minimum_context_tokens=lambda row: row["minimum_context_tokens"] + 1),
        "OTS-PRC-024": change(_first_tier, quantity_tier_minimum="-1"),
        "OTS-PRC-025": change(_last_tier, quantity_tier_maximum=lambda row: row["quantity_tier_minimum"]),
        "OTS-PRC-026": change(_tier, quantity_tier_period=None),
        "OTS-PRC-027": change(_unbounded, quantity_tier_period="day"),
        "OTS-PRC-028": change(where("quantity_tier_minimum", quantity_tier_period="month"), quantity_tier_period="day"),
        "OTS-PRC-029": change(_last_tier, quantity_tier_minimum=lambda row: plus(row["quantity_tier_minimum"], "1")),
        "OTS-PRC-030": change(where("window_start_utc", without=_BOUNDS), window_end_utc=None),
        "OTS-PRC-031": change(
            where("window_start_utc", without=_BOUNDS), window_end_utc=lambda row: row["window_start_utc"]
        ),
        "OTS-PRC-032": change(where("region_id", without=_BOUNDS), region_scope=None),
        "OTS-PRC-033": change(where(), minimum_billable_quantity="0"),
        "OTS-PRC-034": change(where(price_kind="list"), source_url=None, verified_at=None),
        "OTS-PRC-035": change(where("source_url"), verified_at=None),
    }.items()
}
"""A way to break each requirement of the price dataset."""
