"""Seats and credits: events and rows of plans that real exports hold."""

from __future__ import annotations

import hmac
from typing import Any

import pytest
from convert_payloads import csv_of
from fixtures import Run
from hypothesis import given
from hypothesis import strategies as st

METERED = (
    {"product": "copilot", "sku": "copilot_for_business", "unit_type": "user-months"},
    {"product": "Copilot", "sku": "Copilot Premium Request", "unit_type": "requests"},
    {"product": "copilot", "sku": "copilot_ai_credit", "unit_type": "ai-credits"},
    {"product": "actions", "sku": "actions_linux", "unit_type": "minutes"},
    {"product": "git_lfs", "sku": "git_lfs_storage", "unit_type": "gigabyte-hours"},
)
COUNTED = {"user-months": "seat_months", "requests": "x_premium_request", "ai-credits": "x_ai_credit"}


class TestSeats:
    """Credits and events: what the plan covers is not billed, and what failed is nobody's."""

    @pytest.mark.parametrize(
        ("kind", "more", "carrier"),
        [
            ("Usage-based", {}, "this_row"),
            ("USAGE_EVENT_KIND_USAGE_BASED", {}, "this_row"),
            ("Usage-based", {"isChargeable": False}, "unknown"),
            ("Included in Business", {"isChargeable": False}, "plan"),
            ("USAGE_EVENT_KIND_ABORTED_NOT_CHARGED", {}, "none"),
            ("User API Key", {}, "unknown"),
            ("Dream", {"isChargeable": True}, "this_row"),
        ],
    )
    def test_events(self, run: Run, assert_sound: Run, kind: str, more: dict[str, Any], carrier: str) -> None:
        event = {"timestamp": "1785753000000", "kind": kind, "model": "m", "chargedCents": 250, **more}
        outcome = run("cursor", {"usageEventsDisplay": [event]}, event)
        assert outcome.conversion.records == 2
        (row,) = outcome.rows
        assert row["cost_carrier"] == carrier
        assert row.get("billed_cost") == ("2.5" if carrier == "this_row" else None)
        assert_sound(outcome.rows)

    def test_who_made_a_call(self, run: Run, assert_sound: Run) -> None:
        """The interface of an organization states the team, and the service account where no user made the call."""
        event = {"timestamp": "1785753000000", "kind": "Usage-based", "model": "m", "chargedCents": 250, "teamId": 7}
        program = {**event, "serviceAccountId": "sa-1", "serviceAccountName": "Dana's bot", "teamId": 8}
        outcome = run(
            "cursor", {"usageEvents": [{**event, "userEmail": "dana@example.com"}, program]}, pseudonym_key="k"
        )
        person, other = sorted(outcome.rows, key=lambda row: str(row["sub_account_id"]))
        assert (person["sub_account_id"], other["sub_account_id"]) == ("7", "8")
        assert (other["principal_id"], other["principal_type"]) == ("sa-1", "service_account")
        assert person["principal_id"] == hmac.new(b"k", b"dana@example.com", "sha256").hexdigest()
        assert "Dana" not in str(outcome.rows)
        assert outcome.kinds == {"personal_data"}
        assert_sound(outcome.rows)

    def test_a_total_that_neither_reading_explains(self, run: Run, assert_sound: Run) -> None:
        columns = {"Input (w/ Cache Write)": "5", "Output Tokens": "2", "Total Tokens": "9", "Cost": "-"}
        outcome = run("cursor", csv_of({"Date": "2026-08-01T00:00:00Z", "Model": "m", **columns}))
        assert outcome.tokens("input") + outcome.tokens("output") == 9
        assert "unexplained" in outcome.kinds
        assert_sound(outcome.rows)

    def test_a_row_without_tokens(self, run: Run) -> None:
        row = {"Date": "2026-08-01", "Input (w/ Cache Write)": "", "Requests": "2", "Kind": "Free", "Cost": "Free"}
        outcome = run("cursor", csv_of(row), model="m")
        assert {each["meter"] for each in outcome.rows} == {"other", "credits"}

    def test_amounts_that_contradict_each_other(self, run: Run) -> None:
        row = {"date": "2026-08-01", "quantity": 2, "gross_amount": 1, "discount_amount": 0, "net_amount": "0.5"}
        outcome = run("github-copilot", csv_of({**row, "applied_cost_per_quantity": 9, "column": "x"}))
        assert {"contradiction", "unknown_field"} <= outcome.kinds
        assert outcome.rows[0]["billed_cost"] == "0.5"

    def test_what_the_plan_covers(self, run: Run, assert_sound: Run) -> None:
        row = {
            "date": "2026-08-01",
            "quantity": 2,
            "gross_amount": 1,
            "discount_amount": 1,
            "net_amount": 0,
            "input": 5,
        }
        outcome = run("github-copilot", csv_of(row))
        assert {each["cost_carrier"] for each in outcome.rows} == {"plan"}
        assert [each.get("list_cost") for each in outcome.rows] == [None, "1"]
        assert_sound(outcome.rows)

    def test_lines_in_quotes(self, run: Run) -> None:
        rows = b'"date,sku,username,quantity"\n"2026-08-01,s,dana,1.5"\n"2026-08-01,s"\n"\x0b"\n'
        outcome = run("github-copilot", rows)
        assert [row["consumed_quantity"] for row in outcome.rows] == ["1.5"]
        assert len(outcome.reasons) >= 1

    @given(
        form=st.sampled_from(("summarized", "detailed", "interface")),
        lines=st.lists(
            st.tuples(st.sampled_from(METERED), st.integers(0, 9), st.integers(0, 9)), min_size=1, max_size=6
        ),
    )
    def test_metered_usage(
        self, run: Run, assert_sound: Run, form: str, lines: list[tuple[dict[str, str], int, int]]
    ) -> None:
        """Seats and credits count, and other products are left out, in either report and in the interface."""
        shared = {"date": "2026-08-01"} | ({"username": "", "workflow_path": "a"} if form == "detailed" else {})
        rows = [{**shared, **kind, "quantity": read, "net_amount": paid} for kind, read, paid in lines]
        names = {"unit_type": "unitType", "net_amount": "netAmount"}
        items = [{names.get(name, name): value for name, value in row.items()} for row in rows]
        outcome = run("github-copilot", {"usageItems": items} if form == "interface" else csv_of(*rows))
        kept = [line for line in lines if line[0]["product"].lower() == "copilot"]
        truth = sorted((COUNTED[kind["unit_type"]], read, paid) for kind, read, paid in kept)
        columns = ("consumed_unit", "consumed_quantity", "billed_cost")
        assert sorted(tuple(row[name] for name in columns) for row in outcome.rows) == [
            (unit, str(read), str(paid)) for unit, read, paid in truth
        ]
        assert outcome.reasons == []
        assert outcome.kinds == ({"not_converted"} if len(kept) < len(lines) else set())
        assert_sound(outcome.rows)

    @pytest.mark.parametrize(
        ("sku", "meter"), [("copilot_for_business", "seat_months"), ("copilot_premium_request", "credits")]
    )
    def test_a_row_without_a_unit_counts_what_its_sku_names(self, run: Run, sku: str, meter: str) -> None:
        (row,) = run("github-copilot", csv_of({"date": "2026-08-01", "sku": sku, "quantity": 1, "net_amount": 1})).rows
        assert row["meter"] == meter

    @pytest.mark.parametrize(
        ("period", "end"),
        [
            ({"year": 2026}, "2027"),
            ({"year": 2026, "month": 12}, "2027"),
            ({"year": 2026, "month": 8, "day": 31}, "2026"),
        ],
    )
    def test_periods_of_the_interface(self, run: Run, period: dict[str, int], end: str) -> None:
        item = {"grossQuantity": 5, "unitType": "ai-credits", "netAmount": 0, "grossAmount": 0}
        (row,) = run("github-copilot", {"timePeriod": period, "user": "dana", "usageItems": [item]}).rows
        assert row["charge_period_end"].startswith(end)
        assert row["billed_cost"] == "0"


@pytest.mark.parametrize(
    ("amounts", "billed"),
    [
        ({"chargedCents": 250, "usageBasedCosts": "$9.99", "tokenUsage": {"totalCents": 1}}, "2.5"),
        ({"usageBasedCosts": "$1,001.66", "tokenUsage": {"totalCents": 20.5}}, "1001.66"),
        ({"usageBasedCosts": "-", "tokenUsage": {"totalCents": 20.5}, "cursorTokenFee": 1.25}, "0.2175"),
        ({"tokenUsage": {"totalCents": "20.5"}}, "0.205"),
        ({}, None),
    ],
)
def test_amounts_of_events(run: Run, assert_sound: Run, amounts: dict[str, Any], billed: str | None) -> None:
    outcome = run("cursor", {"timestamp": "1785753000000", "kind": "Usage-based", "model": "m", **amounts})
    (row,) = [each for each in outcome.rows if each["meter"] == "other"]
    assert row.get("billed_cost") == billed
    assert_sound(outcome.rows)


@pytest.mark.parametrize(
    ("kind", "cost", "carrier"),
    [
        ("On-Demand", "$0.19", "this_row"),
        ("On-Demand", "Free", "none"),
        ("On-Demand", "Included", "plan"),
        ("", "Included", "plan"),
        ("Included", "0.71", "plan"),
        ("Errored, No Charge", "0.71", "none"),
        ("On-Demand", "Dream", "unknown"),
    ],
)
def test_words_in_a_cost(run: Run, assert_sound: Run, kind: str, cost: str, carrier: str) -> None:
    row = {"Date": "2026-08-01T00:00:00Z", "Model": "m", "Kind": kind, "Input (w/ Cache Write)": "5", "Cost": cost}
    outcome = run("cursor", csv_of(row))
    (event,) = outcome.of_meter("other")
    assert event["cost_carrier"] == carrier
    assert ("unknown_field" in outcome.kinds) == (carrier == "unknown")
    assert_sound(outcome.rows)
