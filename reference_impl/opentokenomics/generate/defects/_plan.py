"""Defects of the plan dataset: identity, time, fee, allowance, terms."""

from __future__ import annotations

from collections.abc import Mapping

from opentokenomics.generate.defects._defect import Defect, change, repeat, where
from opentokenomics.generate.defects._general import Subjects

_SEATS = ("prosumer_seat", "team_seat", "enterprise_seat")
_AHEAD = ("prepaid_credit", "provisioned_capacity")
_OPEN = ("pay_as_you_go", "self_hosted")
_NO_FEE = {"fee_amount": None, "fee_currency": None, "fee_period": None, "fee_basis": None}
_NOTHING = {"included_meter": None, "included_quantity": None, "included_basis": None, "included_period": None}

PLAN_SUBJECTS = Subjects(
    common=where(),
    required="service_provider_name",
    decimal="fee_amount",
    timestamp="starts_at",
    integer="seat_count",
    text="data_residency",
    choice="fee_period",
    identifier="plan_id",
    currency="fee_currency",
    boolean="overage_allowed",
)

_paid = where("fee_amount")
_granting = where("included_quantity")

PLAN: Mapping[str, Defect] = {
    identifier: Defect(breaks)
    for identifier, breaks in {
        "OTS-PLN-001": repeat(where()),
        "OTS-PLN-002": repeat(
            where(), plan_id=lambda row: f"{row['plan_id']}:again", ends_at=lambda row: row["starts_at"]
        ),
        "OTS-PLN-003": change(_paid, fee_currency=None),
        "OTS-PLN-004": change(_paid, fee_period=None),
        "OTS-PLN-005": change(_paid, fee_basis=None),
        "OTS-PLN-006": change(where(without="fee_amount", plan_kind=_OPEN), fee_period="month"),
        "OTS-PLN-007": change(_paid, fee_amount=lambda row: f"-{row['fee_amount']}"),
        "OTS-PLN-008": change(where("fee_amount", plan_kind=(*_SEATS, *_AHEAD)), **_NO_FEE),
        "OTS-PLN-009": change(where("fee_amount", plan_kind=_AHEAD), fee_basis="per_seat", seat_count=1),
        "OTS-PLN-010": change(where(fee_basis="per_seat"), seat_count=None),
        "OTS-PLN-011": change(where("ends_at", fee_period="once"), ends_at=None),
        "OTS-PLN-012": change(_granting, included_meter=None),
        "OTS-PLN-013": change(_granting, included_basis=None),
        "OTS-PLN-014": change(_granting, included_period=None),
        "OTS-PLN-015": change(where(without="included_quantity"), included_meter="messages"),
        "OTS-PLN-016": change(_granting, included_quantity=lambda row: f"-{row['included_quantity']}"),
        "OTS-PLN-017": change(where("included_quantity", plan_kind=_AHEAD), **_NOTHING),
        "OTS-PLN-018": change(where("data_used_for_training", plan_kind=_SEATS), data_used_for_training=None),
        "OTS-PLN-019": change(where(), data_used_for_training=True, retention_days=0),
    }.items()
}
"""A way to break each requirement of the plan dataset."""
