"""Defects of attribution: usage that nobody caused, in no run, or for an outcome that it does not belong to."""

from __future__ import annotations

from collections.abc import Mapping

from opentokenomics.generate._fates import is_accepted
from opentokenomics.generate._row import Row
from opentokenomics.generate.defects._defect import Defect, change, change_two, where

_NOBODY = dict.fromkeys(("team", "application", "workflow", "principal_id", "principal_type"))
_NO_RUN = {"run_id": None, "step_id": None, "attempt": None, "outcome_id": None}
_NEXT_YEAR = {
    "charge_period_start": "2027-06-30T10:00:00Z",
    "charge_period_end": "2027-06-30T10:00:01Z",
    "billing_period_start": "2027-06-01T00:00:00Z",
    "billing_period_end": "2027-07-01T00:00:00Z",
}
_STEP = ("run_id", "step_id")
_SERVICES = ("inference", "embedding", "moderation", "tool", "speech_to_text", "text_to_speech", "image_generation")

_used = where("team", charge_category="usage", ai_service=_SERVICES, without="commitment_discount_id")
_in_run = where("run_id", "outcome_id", charge_category="usage")
_at_step = where("run_id", "outcome_id", "step_id", "attempt", charge_category="usage")
_is_inference = where("run_id", charge_category="usage", ai_service="inference", meter="tokens")


def _is_event(row: Row) -> bool:
    """A record of a run for which a run is not recommended, so that it can lose its own."""
    return _in_run(row) and not (row["ai_service"] == "inference" and row["meter"] == "tokens")


def _is_accepted_event(row: Row) -> bool:
    return _is_event(row) and "price_id" not in row and "plan_id" not in row and is_accepted(row["outcome_id"])


def _of_another_outcome(_: Row, row: Row) -> tuple[Row, Row]:
    return {}, {name: f"{row[name]}:elsewhere" for name in ("run_id", "outcome_id")}


ATTRIBUTION: Mapping[str, Defect] = {
    identifier: Defect(breaks)
    for identifier, breaks in {
        "OTS-ATT-001": change(_used, **_NOBODY),
        "OTS-ATT-002": change(where("principal_id"), principal_type=None),
        "OTS-ATT-003": change(_is_event, run_id=None, step_id=None, attempt=None),
        "OTS-ATT-004": change(_is_event, run_id=None, step_id="step-1", attempt=None, outcome_id=None),
        "OTS-ATT-005": change(_is_event, run_id=None, step_id=None, attempt=1, outcome_id=None),
        "OTS-ATT-006": change(
            where("run_id", charge_category="usage", ai_service="inference", meter="tokens"), **_NO_RUN
        ),
        "OTS-ATT-007": change_two(_in_run, ["run_id"], lambda _, __: ({}, {"outcome_id": None})),
        "OTS-ATT-008": change_two(_in_run, ["run_id"], _of_another_outcome),
        "OTS-ATT-009": change(_is_accepted_event, **_NEXT_YEAR),
        "OTS-ATT-010": change_two(_at_step, _STEP, lambda _, row: ({}, {"attempt": row["attempt"] + 50})),
        "OTS-ATT-011": change_two(_at_step, _STEP, lambda _, __: ({}, {"step_id": None, "attempt": 2})),
    }.items()
}
"""A way to break each requirement on attribution."""
