"""Defects of what usage names: prices and plans that are not there, or say something else."""

# ruff: noqa: S106 - token dimensions are no passwords

from __future__ import annotations

from collections.abc import Mapping

from opentokenomics.generate._row import Row
from opentokenomics.generate.defects._defect import Defect, change, plus, where

_NO_UNIT_PRICES = dict.fromkeys(("list_unit_price", "contracted_unit_price", "list_cost", "contracted_cost"))
_NO_PRODUCT = dict.fromkeys(("pricing_quantity", "list_cost", "contracted_cost"))
_LONG_AGO = {
    "charge_period_start": "2024-06-30T10:00:00Z",
    "charge_period_end": "2024-06-30T10:00:01Z",
    "billing_period_start": "2024-06-01T00:00:00Z",
    "billing_period_end": "2024-07-01T00:00:00Z",
}

_priced = where("price_id", without="plan_id commitment_discount_id")
_covered = where("plan_id", without="price_id")
_of_input = where("price_id", meter="tokens", token_cache_action="uncached")


def _elsewhere(name: str) -> Mapping[str, object]:
    return {name: lambda row: f"{row[name]}:elsewhere"}


def _is_published(row: Row) -> bool:
    return _priced(row) and "list_unit_price" in row and not row["price_id"].endswith(":contract")


def _is_agreed(row: Row) -> bool:
    return _priced(row) and "contracted_unit_price" in row and row["price_id"].endswith(":contract")


NAMED: Mapping[str, Defect] = {
    identifier: Defect(breaks)
    for identifier, breaks in {
        "OTS-CST-029": change(_priced, **_elsewhere("price_id")),
        "OTS-CST-030": change(_priced, service_provider_name=lambda row: f"{row['service_provider_name']} Europe"),
        "OTS-CST-031": change(where("price_id", meter="messages"), meter="requests", consumed_unit="requests"),
        "OTS-CST-032": change(_priced, **_LONG_AGO),
        "OTS-CST-033": change(
            where("price_id", "canonical_model_id", meter="tokens"),
            canonical_model_id=lambda row: f"{row['canonical_model_id']}-turbo",
        ),
        "OTS-CST-034": change(
            _of_input, price_id=lambda row: row["price_id"].replace(":input", ":read"), **_NO_UNIT_PRICES
        ),
        "OTS-CST-035": change(
            where("price_id", meter="tokens", processing_tier="standard", ai_service="inference"),
            processing_tier="flex",
        ),
        "OTS-CST-036": change(where("price_id", "maximum_context_tokens"), maximum_context_tokens=10**9),
        "OTS-CST-037": change(_priced, pricing_currency="x_ai_unit"),
        "OTS-CST-038": change(_priced, pricing_block_size=lambda row: row["pricing_block_size"] * 10, **_NO_PRODUCT),
        "OTS-CST-039": change(
            _is_published, list_unit_price=lambda row: plus(row["list_unit_price"], "1"), list_cost=None
        ),
        "OTS-CST-040": change(
            _is_agreed, contracted_unit_price=lambda row: plus(row["contracted_unit_price"], "1"), contracted_cost=None
        ),
        "OTS-CST-041": change(_covered, **_elsewhere("plan_id")),
        "OTS-CST-042": change(_covered, service_provider_name=lambda row: f"{row['service_provider_name']} Europe"),
        "OTS-CST-043": change(_covered, **_LONG_AGO),
    }.items()
}
"""A way to break each requirement on what usage names; it shows beside the prices and plans that usage names."""
