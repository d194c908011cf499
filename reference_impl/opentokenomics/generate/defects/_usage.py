"""Defects of identity, time, quantity and correction in the usage dataset."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta

from opentokenomics.generate._clock import Period, month_period
from opentokenomics.generate._row import Row
from opentokenomics.generate.defects._defect import Defect, change, change_two, plus, repeat, retract, where
from opentokenomics.generate.defects._general import Subjects

_TOKEN_METERS = ("tokens", "token_hours")

_counted = where("consumed_quantity")
_bare = where("consumed_quantity", without="pricing_quantity billed_cost")
"""Quantities that no amount depends on."""


def _counts_no_tokens(row: Row) -> bool:
    return _counted(row) and row["meter"] not in _TOKEN_METERS


def _counts_only(row: Row) -> bool:
    return _bare(row) and row["meter"] not in _TOKEN_METERS


def _counted_alone(row: Row) -> bool:
    return _counts_no_tokens(row) and "usage_group_id" not in row and {"billing_account_id", "model_id"} <= row.keys()


def _following_month(row: Row) -> Period:
    day = date.fromisoformat(row["charge_period_end"][:10])
    return month_period(day.replace(day=1) + timedelta(days=31))


USAGE_SUBJECTS = Subjects(
    common=where(),
    alone=where(without="usage_group_id"),
    required="service_provider_name",
    decimal="consumed_quantity",
    timestamp="charge_period_end",
    integer="attempt",
    text="charge_description",
    choice="region_scope",
    mapping="tags",
    identifier="principal_id",
    currency="pricing_currency",
)

USAGE: Mapping[str, Defect] = {
    identifier: Defect(breaks)
    for identifier, breaks in {
        "OTS-USG-001": repeat(where(without="usage_group_id")),
        "OTS-USG-002": change(where(), charge_period_end=lambda row: row["charge_period_start"]),
        "OTS-USG-003": change(
            where(),
            charge_class="correction",
            billing_period_start=lambda row: row["charge_period_end"],
            billing_period_end=lambda row: row["charge_period_start"],
        ),
        "OTS-USG-004": change(
            where(), billing_period_start=lambda row: row["charge_period_start"], billing_period_end=None
        ),
        "OTS-USG-005": change(
            where(without="charge_class"),
            billing_period_start=lambda row: _following_month(row).start,
            billing_period_end=lambda row: _following_month(row).end,
        ),
        "OTS-USG-006": change(_counts_only, consumed_quantity=None, consumed_unit=None),
        "OTS-USG-007": change(_counted, consumed_unit=None),
        "OTS-USG-008": change(_counts_no_tokens, meter=None),
        "OTS-USG-009": change(_counted, ai_service=None),
        "OTS-USG-010": change(_counted, measurement_method=None),
        "OTS-USG-011": change(
            where("consumed_quantity", meter=("tokens", "requests", "images", "pages", "characters")),
            consumed_unit=lambda row: f"thousand {row['meter']}",
        ),
        "OTS-USG-012": change(
            where("consumed_quantity", meter=("tokens", "requests")), ai_service="seat", price_id=None
        ),
        "OTS-USG-013": change(_counts_only, consumed_quantity=lambda row: f"-{row['consumed_quantity']}"),
        "OTS-USG-014": change(
            where("consumed_quantity", without="commitment_discount_status"), charge_category="adjustment"
        ),
        "OTS-USG-015": retract(_counted, corrects_record_id=None),
        "OTS-USG-016": change_two(where(), (), lambda first, _: ({}, {"corrects_record_id": first["record_id"]})),
        "OTS-USG-017": retract(_counted, corrects_record_id=lambda row: row["record_id"]),
        "OTS-USG-018": retract(_counted, corrects_record_id=lambda row: f"{row['corrects_record_id']}:elsewhere"),
        "OTS-USG-019": retract(_bare, consumed_quantity=lambda row: plus(row["consumed_quantity"], "-1")),
        "OTS-USG-020": retract(where("consumed_quantity", "model_id"), model_id=lambda row: f"{row['model_id']}-mini"),
        "OTS-USG-021": retract(_counted, twice=True, record_id=lambda row: f"{row['record_id']}:again"),
        "OTS-USG-022": change(where("consumed_quantity", meter="tokens"), model_id=None),
        "OTS-USG-024": repeat(
            _counted_alone,
            record_id=lambda row: f"{row['record_id']}:again",
            source_name=lambda row: f"{row['source_name']}-log",
            cost_carrier=lambda row: "other_row" if "cost_carrier" in row else None,
            **dict.fromkeys(("billed_cost", "effective_cost", "cost_source", "commitment_discount_status")),
            commitment_discount_id=None,
        ),
    }.items()
}
"""A way to break each requirement of the area USG."""
