"""Defects of money in the usage dataset: where it is, what it is, how it relates to quantities."""

from __future__ import annotations

from collections.abc import Mapping

from opentokenomics.generate._row import Row
from opentokenomics.generate.defects._defect import Broken, Defect, Unit, change, plus, repeat, where, with_values

_ELSEWHERE = ("other_row", "plan", "none", "unknown")
_ZERO = {"billed_cost": "0", "effective_cost": "0", "billing_currency": lambda row: row.get("billing_currency", "USD")}
_NO_PRICE = {"list_unit_price": None, "contracted_unit_price": None}
_NO_QUANTITY = {"consumed_quantity": None, "consumed_unit": None, "measurement_method": None}
_COMMITMENT = "commit-2026-gpt-5"
_SCALE = 1_000

_carrying = where("billed_cost", "effective_cost", "cost_source", cost_carrier="this_row")
_listed = where("list_cost", "list_unit_price", "pricing_quantity")
_contracted = where("contracted_cost", "contracted_unit_price", "pricing_quantity")


def _billed_alone(row: Row) -> bool:
    is_told_apart = "model_id" in row and row.get("meter") not in {None, "tokens", "token_hours"}
    return is_told_apart and _invoiced(row) and row["charge_category"] == "usage" and "usage_group_id" not in row


def _invoiced(row: Row) -> bool:
    return _carrying(row) and row["cost_source"] == "invoiced" and row["billed_cost"] != "0"


def _charged(row: Row) -> bool:
    return _carrying(row) and row["charge_category"] in {"usage", "purchase", "tax"}


def _no_usage(row: Row) -> bool:
    return row["charge_category"] != "usage" and "commitment_discount_status" not in row


def _unplaced(unit: Unit) -> Broken:
    """No record says where its amount is; one that has nothing else to say is left out."""
    gone = {"billed_cost": None, "effective_cost": None, "cost_source": None, "cost_carrier": "unknown"}
    rows = [with_values(row, gone) for row in unit if row["charge_category"] != "usage" or "consumed_quantity" in row]
    return Broken(rows, 0, "cost_carrier is unknown on every record")


COST: Mapping[str, Defect] = {
    identifier: Defect(breaks)
    for identifier, breaks in {
        "OTS-CST-001": change(where("cost_carrier"), cost_carrier=None),
        "OTS-CST-002": change(_carrying, effective_cost=None),
        "OTS-CST-003": change(_listed, list_cost=lambda row: plus(row["list_cost"], "1")),
        "OTS-CST-004": change(
            where(without="billed_cost effective_cost", cost_carrier=_ELSEWHERE), cost_source="list_estimate", **_ZERO
        ),
        "OTS-CST-005": change(_invoiced, cost_source="vendor_estimate"),
        "OTS-CST-006": change(_carrying, cost_source=None),
        "OTS-CST-007": change(where(without="billed_cost effective_cost"), cost_source="invoiced"),
        "OTS-CST-008": change(_listed, list_cost=lambda row: plus(row["list_cost"], "0.001")),
        "OTS-CST-009": change(_contracted, contracted_cost=lambda row: plus(row["contracted_cost"], "1")),
        "OTS-CST-010": change(_contracted, contracted_cost=lambda row: plus(row["contracted_cost"], "0.001")),
        "OTS-CST-011": change(
            where("consumed_quantity", "pricing_quantity", "pricing_block_size"),
            pricing_block_size=lambda row: row["pricing_block_size"] * _SCALE,
            price_id=None,
        ),
        "OTS-CST-012": change(where("list_unit_price"), pricing_unit=None, pricing_quantity=None),
        "OTS-CST-013": change(where("list_unit_price"), pricing_block_size=None),
        "OTS-CST-014": change(where("pricing_quantity"), pricing_unit=None, **_NO_PRICE),
        "OTS-CST-015": change(_carrying, billing_currency=None),
        "OTS-CST-016": change(_charged, effective_cost="-0.01"),
        "OTS-CST-017": change(where(charge_category="credit"), billed_cost="25", effective_cost="25"),
        "OTS-CST-018": change(
            where("pricing_quantity", charge_category=("usage", "purchase", "tax")),
            pricing_quantity="-1",
            pricing_block_size=None,
            **_NO_PRICE,
        ),
        "OTS-CST-019": change(
            where("list_unit_price"),
            list_unit_price=lambda row: f"-{row['list_unit_price']}",
            list_cost=None,
            price_id=None,
        ),
        "OTS-CST-020": change(where(charge_category="purchase"), charge_frequency="usage_based"),
        "OTS-CST-021": change(
            where(without="commitment_discount_id", charge_category="usage"), commitment_discount_id=_COMMITMENT
        ),
        "OTS-CST-022": change(
            where(without="commitment_discount_id", charge_category="usage"), commitment_discount_status="used"
        ),
        "OTS-CST-023": change(where("plan_id", cost_carrier="plan"), plan_id=None),
        "OTS-CST-025": change(where("billing_account_id"), billing_account_id=None),
        "OTS-CST-028": change(_no_usage, commitment_discount_id=_COMMITMENT, commitment_discount_status="used"),
        "OTS-CST-044": repeat(
            _billed_alone,
            record_id=lambda row: f"{row['record_id']}:again",
            source_name=lambda row: f"{row['source_name']}-log",
            **_NO_QUANTITY,
        ),
    }.items()
} | {"OTS-CST-024": Defect(_unplaced, everywhere=True)}
"""A way to break each requirement of the area CST."""
