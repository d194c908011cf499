"""Defects of outcome definitions and outcomes: identity, baselines, states, rework, worth."""

from __future__ import annotations

from collections.abc import Mapping

from opentokenomics.generate._row import Row
from opentokenomics.generate.defects._defect import (
    Break,
    Broken,
    Defect,
    Unit,
    change,
    difference,
    repeat,
    where,
    with_values,
)
from opentokenomics.generate.defects._general import Subjects

DEFINITION_SUBJECTS = Subjects(
    common=where(),
    required="unit_name",
    decimal="baseline_unit_cost",
    timestamp="",
    integer="",
    text="acceptance_criteria",
    choice="baseline_kind",
    identifier="outcome_definition_id",
    currency="baseline_currency",
    alone=lambda row: row["outcome_definition_id"].startswith("idea-"),
)
OUTCOME_SUBJECTS = Subjects(
    common=where(without="rework_of_outcome_id", status=("accepted", "rejected", "abandoned", "escalated", "pending")),
    required="outcome_definition_version",
    decimal="human_cost",
    timestamp="started_at",
    integer="",
    text="workflow",
    choice="value_method",
    identifier="decided_by",
    currency="currency",
    mapping="tags",
)

_NO_WORTH = dict.fromkeys(("human_seconds", "human_cost", "value_amount", "currency", "value_method"))
_OTHER = "fraud-screening-done"
_plain = where(without="rework_of_outcome_id", status=("rejected", "abandoned", "escalated"))
_over = where("completed_at", status=("rejected", "abandoned", "escalated"), without="rework_of_outcome_id")
_bare = where(without="human_cost value_amount rework_of_outcome_id", status=("abandoned", "pending"))


def _changed_chain(first: Row, second: Row, blamed: int = 1) -> Break:
    """Gives an outcome and the one that does it again other values."""

    def changed(unit: Unit) -> Broken | None:
        if len(unit) == 1:
            return None
        rows = [with_values(row, values) for row, values in zip(unit, (first, second), strict=True)]
        return Broken(rows, blamed, difference(unit[0] | unit[1], rows[0] | rows[1]) or "the chain is broken")

    return changed


def _again_twice(unit: Unit) -> Broken | None:
    if len(unit) == 1:
        return None
    open_ = {**_NO_WORTH, "status": "pending", "completed_at": None, "decided_by": None}
    third = with_values(unit[1], {**open_, "outcome_id": f"{unit[1]['outcome_id']}:again"})
    return Broken([*unit, third], 2, "another outcome does the same outcome again")


def _circle(unit: Unit) -> Broken | None:
    if len(unit) == 1:
        return None
    first, second = unit
    back = {**_NO_WORTH, "status": "reworked", "completed_at": first["completed_at"], "decided_by": "user-1"}
    back["started_at"] = first["started_at"]
    rows = [{**first, "rework_of_outcome_id": second["outcome_id"]}, with_values(second, back)]
    return Broken(rows, 0, "it does the outcome again that does it again")


DEFINITION: Mapping[str, Defect] = {
    identifier: Defect(breaks)
    for identifier, breaks in {
        "OTS-OUT-001": repeat(where()),
        "OTS-OUT-002": change(where("baseline_unit_cost"), baseline_currency=None),
        "OTS-OUT-003": change(where(without="baseline_unit_cost"), baseline_currency="USD"),
        "OTS-OUT-004": change(where("baseline_unit_cost"), baseline_kind="none"),
        "OTS-OUT-005": change(where("baseline_unit_cost", "review_unit_cost"), baseline_unit_cost=None),
        "OTS-OUT-006": change(where("review_unit_cost"), review_unit_cost="-5"),
        "OTS-OUT-007": change(where(without="baseline_unit_cost"), baseline_kind=None),
    }.items()
}
"""A way to break each requirement of the outcome definition dataset."""

OUTCOME: Mapping[str, Defect] = {
    identifier: Defect(breaks)
    for identifier, breaks in {
        "OTS-GEN-012": change(where("human_seconds"), human_seconds=-1),
        "OTS-OUT-009": repeat(where(without="rework_of_outcome_id", status="abandoned")),
        "OTS-OUT-010": change(_over, completed_at="2026-01-01T00:00:00Z"),
        "OTS-OUT-011": change(_over, completed_at=None),
        "OTS-OUT-012": change(where(status="pending"), completed_at=lambda row: row["started_at"]),
        "OTS-OUT-013": change(where("human_cost"), currency=None),
        "OTS-OUT-014": change(_bare, currency="USD"),
        "OTS-OUT-015": change(where("human_cost"), human_cost=lambda row: f"-{row['human_cost']}"),
        "OTS-OUT-016": change(where("value_method"), value_method=None),
        "OTS-OUT-017": change(_bare, value_method="revenue"),
        "OTS-OUT-018": change(_plain, value_amount="361", currency="USD", value_method="revenue"),
        "OTS-OUT-019": change(where("decided_by"), decided_by=None),
        "OTS-OUT-020": change(where("human_cost", "value_amount"), human_cost=None),
        "OTS-OUT-021": change(_plain, rework_of_outcome_id="outcome-0"),
        "OTS-OUT-022": _changed_chain({"status": "rejected"}, {}),
        "OTS-OUT-023": _changed_chain(
            {"outcome_definition_id": "claim-intake-done"}, {"outcome_definition_id": _OTHER}
        ),
        "OTS-OUT-024": _again_twice,
        "OTS-OUT-025": change(where(without="rework_of_outcome_id", status="rejected"), status="reworked"),
        "OTS-OUT-026": change(_plain, outcome_definition_version="0"),
        "OTS-OUT-027": repeat(
            where(without="rework_of_outcome_id", status="abandoned"),
            outcome_id=lambda row: f"{row['outcome_id']}:elsewhere",
        ),
        "OTS-OUT-028": _circle,
    }.items()
}
"""A way to break each requirement of the outcome dataset."""
