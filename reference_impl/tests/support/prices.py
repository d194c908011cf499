"""Price and plan records for tests: datasets that keep every rule.

The prices of :func:`prices` and the plans of :func:`plans`, without arguments, are those that the usage records of
``records.dataset`` name. With another prefix they are of another provider, so that several datasets make one input in
which no rule on sets looks across their borders.
"""

# ruff: noqa: S106 - token dimensions are no passwords

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from pathlib import Path

from records import STANDARD, Record, Records, csv_file, json_lines

from opentokenomics import Report, validate

OWNER = "p"
"""The prefix of the prices and plans that usage names."""


def prices(prefix: str = OWNER) -> Records:
    """Prices on which every requirement of their dataset that a program can check is evaluated, and kept."""
    records = [*_tokens(), *_bands(), *_tiers(), *_events()]
    return [_finished(record, "price_id", prefix) for record in records]


def plans(prefix: str = OWNER) -> Records:
    """Plans likewise."""
    return [_finished(record, "plan_id", prefix) for record in _plans()]


def _finished(record: Record, identity: str, prefix: str) -> Record:
    provider = "Example AI" if prefix == OWNER else f"{prefix} AI"
    common = {"spec_version": STANDARD.version, "service_provider_name": provider, "x_sheet": "7"}
    whole = {**common, **record, identity: f"{prefix}/{record[identity]}"}
    return {name: value for name, value in whole.items() if value is not None}


# --- prices -----------------------------------------------------------------------------------------------------------


def _price(name: str, meter: str, unit_price: str, unit: str, block: int = 1, **more: object) -> Record:
    return {
        "price_id": name,
        "meter": meter,
        "effective_from": "2026-01-01T00:00:00Z",
        "price_kind": "list",
        "unit_price": unit_price,
        "pricing_unit": unit if block == 1 else f"{block} {unit}",
        "pricing_block_size": block,
        "pricing_currency": "USD",
        "source_url": "https://example.com/pricing#tokens",
        "verified_at": "2026-08-01T00:00:00Z",
        **more,
    }


def _token_price(name: str, direction: str, unit_price: str, **more: object) -> Record:
    dimensions = {"ai_service": "inference", "canonical_model_id": "example/model-a", "token_direction": direction}
    return _price(name, "tokens", unit_price, "tokens", 1_000_000, **{**dimensions, **more})


_BOUNDED = {"minimum_context_tokens": 0, "maximum_context_tokens": 200_000, "context_price_scope": "whole_request"}
_STANDARD = {"processing_tier": "standard"}


def _tokens() -> Records:
    read = {"token_cache_action": "read"}
    contract = {"price_kind": "contracted", "contract_id": "contract-1", "source_url": None, "verified_at": None}
    return [
        _token_price("a:input", "input", "3", token_cache_action="uncached", **_STANDARD, **_BOUNDED),
        _token_price("a:read", "input", "0.3", **_STANDARD, **read),
        _token_price(
            "a:read:2025",
            "input",
            "0.3",
            effective_from="2025-01-01T00:00:00Z",
            effective_to="2026-01-01T00:00:00Z",
            **read,
        ),
        _token_price("a:read:euro", "input", "0.3", pricing_currency="EUR", **read),
        _token_price("b:read", "input", "0.3", canonical_model_id="example/model-b", **read),
        _token_price("a:read:batch", "input", "0.3", processing_tier="batch", **read),
        _token_price("a:read:thousand", "input", "0.0003", ai_service=None, **read)
        | {"pricing_unit": "1000 tokens", "pricing_block_size": 1000},
        _token_price("a:write", "input", "4", token_cache_action="write", token_cache_ttl_seconds=300),
        _token_price("a:prompt", "input", "3", token_role="prompt", token_modality="text"),
        _token_price("a:output", "output", "15"),
        _token_price("a:reasoning", "output", "15", token_role="reasoning"),
        _token_price("a:output:contract", "output", "12") | contract,
        _price("stored", "token_hours", "0.3", "token_hours", 1_000_000),
    ]


def _bands() -> Records:
    def band(name: str, unit_price: str, **bounds: int) -> Record:
        model = {"canonical_model_id": "example/model-long", "context_price_scope": "whole_request"}
        return _token_price(name, "input", unit_price, **model, **bounds)

    return [
        band("short", "1.25", minimum_context_tokens=0, maximum_context_tokens=200_001),
        band("long", "2.5", minimum_context_tokens=200_001, maximum_context_tokens=1_048_577),
    ]


def _tiers() -> Records:
    def tier(name: str, unit_price: str, **bounds: str) -> Record:
        model = {"canonical_model_id": "example/model-volume", "quantity_tier_period": "month"}
        return _token_price(name, "output", unit_price, **model, **bounds)

    return [
        tier("first", "8", quantity_tier_maximum="1000000"),
        tier("next", "6", quantity_tier_minimum="1000000", quantity_tier_maximum="100000000"),
        tier("last", "5", quantity_tier_minimum="100000000"),
    ]


def _events() -> Records:
    night = {"window_start_utc": "16:30", "window_end_utc": "00:30"}
    model = {"canonical_model_id": "example/model-night"}
    return [
        _token_price("at-night", "input", "0.1", **model, **night, days_of_week=["friday", "monday"]),
        _token_price("by-day", "input", "0.2", **model),
        _price("search", "searches", "10", "searches", 1000, ai_service="tool", minimum_billable_quantity="1"),
        _price("image", "images", "0.04", "images", meter_variant="1024x1024", ai_service="image_generation"),
        _price("speech", "audio_seconds", "0.006", "seconds", 60, region_id="eu-1", region_scope="region"),
        _price("message", "messages", "0.02", "messages", pricing_currency="x_ai_credit"),
        _price("seat", "seat_months", "30", "seat_months", ai_service="seat"),
    ]


# --- plans ------------------------------------------------------------------------------------------------------------


def _plans() -> Records:
    monthly = {"fee_currency": "USD", "fee_period": "month", "fee_basis": "per_seat"}
    once = {"fee_currency": "USD", "fee_period": "once", "fee_basis": "total"}
    messages = {"included_meter": "messages", "included_quantity": "500", "included_period": "month"}
    team: Record = {
        "plan_id": "team",
        "plan_kind": "team_seat",
        "fee_amount": "30",
        **monthly,
        "seat_count": 25,
        **messages,
        "included_basis": "per_seat",
        "overage_allowed": True,
        "starts_at": "2026-01-01T00:00:00Z",
        "ends_at": "2027-01-01T00:00:00Z",
        "data_used_for_training": False,
        "retention_days": 30,
        "single_sign_on": True,
        "audit_log_available": True,
        "data_residency": "EU",
        "data_processing_agreement": True,
    }
    years = {"starts_at": "2025-01-01T00:00:00Z", "ends_at": "2026-01-01T00:00:00Z"}
    return [
        team,
        {**team, "plan_id": "team-before", "fee_amount": "25", **years},
        {
            "plan_id": "own",
            "plan_kind": "prosumer_seat",
            "fee_amount": "20",
            **monthly,
            "seat_count": 1,
            "starts_at": "2026-01-01T00:00:00Z",
            "data_used_for_training": True,
            "retention_days": 90,
        },
        {
            "plan_id": "prepaid",
            "plan_kind": "prepaid_credit",
            "fee_amount": "100",
            **once,
            "included_meter": "credits",
            "included_quantity": "1000",
            "included_basis": "total",
            "included_period": "once",
            "overage_allowed": False,
            "starts_at": "2026-01-01T00:00:00Z",
            "ends_at": "2027-01-01T00:00:00Z",
        },
        {"plan_id": "as-used", "plan_kind": "pay_as_you_go", "starts_at": "2026-01-01T00:00:00Z"},
    ]


# --- validating -------------------------------------------------------------------------------------------------------


def report_of(inputs: Mapping[str, Records], suffix: str = ".jsonl", most: int = 10**6) -> Report:
    """The report on one file for each dataset, held to the profile *attribution* if there is usage, else to *cost*."""
    write = csv_file if suffix == ".csv" else json_lines
    with tempfile.TemporaryDirectory() as folder:
        files = [Path(folder, name + suffix) for name in inputs]
        for file, records in zip(files, inputs.values(), strict=True):
            file.write_bytes(write(records))
        return validate(files, profile="attribution" if "usage" in inputs else "cost", max_examples=most)
