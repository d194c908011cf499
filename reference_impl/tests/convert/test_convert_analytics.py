"""Rows of Anthropic's Usage and Cost Analytics become what results of its reports by time are."""

from __future__ import annotations

import json
from typing import Any

import pytest
from fixtures import Run
from hypothesis import given
from hypothesis import strategies as st
from vendor_payloads._pieces import PERIOD
from vendor_payloads._reports import OF_COSTS, OF_USAGE, cents, cost_reports, in_rows, reports

USER = {"type": "user_actor", "user_id": "user_1", "email_address": "ada@example.com", "name": "Ada", "deleted": True}
USED = {"uncached_input_tokens": 5, "output_tokens": 2}


def row(group: dict[str, Any], **figures: Any) -> dict[str, Any]:  # noqa: ANN401 - JSON values
    return {**PERIOD, "group": group, **figures}


@given(results=st.lists(reports, min_size=1, max_size=3))
def test_rows_of_usage_are_results_of_a_bucket(run: Run, results: list[dict[str, Any]]) -> None:
    page = {"data": [{**PERIOD, "results": results}], "has_more": False}
    by_time, by_row = run("anthropic-usage", page), run("anthropic-usage", in_rows(results, "usage", OF_USAGE))
    assert by_row.rows == by_time.rows
    assert len(by_row.reasons) == len(by_time.reasons)
    assert by_row.kinds == by_time.kinds


@given(results=st.lists(cents, min_size=1, max_size=3))
def test_rows_of_costs_are_results_of_a_bucket(run: Run, results: list[dict[str, Any]]) -> None:
    page = json.loads(cost_reports(results)[1])
    rows = in_rows(page["data"][0]["results"], "cost", OF_COSTS)
    by_time, by_row = run("anthropic-cost", page), run("anthropic-cost", rows)
    assert by_row.rows == by_time.rows
    assert len(by_row.reasons) == len(by_time.reasons)
    assert by_row.kinds == by_time.kinds


@pytest.mark.parametrize("name", ["anthropic-usage", "anthropic-cost"])
def test_who_caused_it(run: Run, assert_sound: Run, name: str) -> None:
    figures: dict[str, Any] = (
        {"usage": USED} if name == "anthropic-usage" else {"cost": {"amount": "5", "currency": "USD"}}
    )
    service = {"type": "service_account_actor", "service_account_id": "svac_1"}
    groups: list[dict[str, Any]] = [
        {"actor": USER},
        {"actor": service},
        {"claude_tag_user_id": "U1"},
        {"actor": {"type": "odd", "key": "k"}},
    ]
    outcome = run(name, {"data": [row(each, **figures) for each in groups]}, model="m")
    found = {(each.get("principal_id"), each.get("principal_type")) for each in outcome.rows}
    assert found == {("user_1", "human"), ("svac_1", "service_account"), ("U1", "human"), (None, None)}
    assert len({each["record_id"] for each in outcome.rows}) == len(outcome.rows)
    assert sorted(each.message for each in outcome.conversion.notices) == [
        "actor.email_address is left out",
        "actor.name is left out",
        f"the field 'actor.key' is not known to {name}",
    ]
    assert "Ada" not in json.dumps(outcome.rows)
    assert_sound(outcome.rows)


def test_tags_and_the_total(run: Run, assert_sound: Run) -> None:
    group = {"slack_channel_id": "C1", "claude_tag_category": "engaged", "agent_id": "agent_1", "actor_type": "user"}
    outcome = run("anthropic-usage", row({"model": "m", **group}, usage={**USED, "total_tokens": 10}))
    assert all(
        each["tags"]
        == {"slack_channel": "C1", "claude_tag_category": "engaged", "agent": "agent_1", "actor_type": "user"}
        for each in outcome.rows
    )
    assert (outcome.tokens("input"), outcome.tokens("output")) == (5, 5)
    assert outcome.kinds == {"unexplained"}
    assert_sound(outcome.rows)


def test_reports_for_each_user_state_everything_beside_the_period(run: Run) -> None:
    flat = {**PERIOD, "actor": USER, "model": "m", **USED, "total_tokens": 7}
    grouped = row({"actor": USER, "model": "m"}, usage={**USED, "total_tokens": 7})
    assert run("anthropic-usage", {"data": [flat]}).rows == run("anthropic-usage", grouped).rows
    cost = {"amount": "5", "list_amount": "6", "currency": "USD"}
    assert (
        run("anthropic-cost", {"data": [{**PERIOD, "actor": USER, **cost}]}).rows
        == run("anthropic-cost", row({"actor": USER}, cost=cost)).rows
    )


@pytest.mark.parametrize(
    ("broken", "reason"),
    [
        (5, "it is 5, where a row"),
        ({**PERIOD, "results": []}, "it is an object, where a row with its period belongs"),
        (row({}, usage=[]), "usage is an array, where an object belongs"),
        ({**PERIOD, "group": [], "actor": USER}, "group is an array, where an object belongs"),
        (row({"actor": "user_1"}, usage=USED), "actor is a text, where an object belongs"),
        (row({"model": "m"}), "states neither uncached_input_tokens"),
        ({"starting_at": PERIOD["starting_at"], "group": {}, "usage": USED}, "lacks starting_at or ending_at"),
    ],
)
def test_what_is_no_row_is_refused(run: Run, broken: object, reason: str) -> None:
    outcome = run("anthropic-usage", {"data": [row({"model": "m"}, usage=USED), broken]})
    assert outcome.tokens("input") == 5
    assert [reason in each for each in outcome.reasons] == [True]
    assert outcome.reasons[0].startswith("data.1: ")


@pytest.mark.parametrize(
    ("are_last", "is_missing"), [([False, False, True], False), ([True], False), ([False, False], True)]
)
def test_pages_are_in_no_order(run: Run, are_last: list[bool], is_missing: bool) -> None:  # noqa: FBT001 - a case
    pages = [
        {"data": [row({"model": f"m{place}"}, usage=USED)], "has_more": not is_last, "next_page": f"p{place}"}
        for place, is_last in enumerate(are_last)
    ]
    assert ("incomplete" in run("anthropic-usage", *pages).kinds) is is_missing


def test_rows_of_two_groupings_are_reported(run: Run) -> None:
    by_model, by_user = row({"model": "m"}, usage=USED), row({"actor": USER}, usage=USED)
    said = [str(each) for each in run("anthropic-usage", {"data": [by_model]}, {"data": [by_user]}).conversion.notices]
    assert any("other dimensions" in each for each in said)
    one = {"data": [by_model, row({"model": None}, usage=USED)]}
    assert not any("other dimensions" in str(each) for each in run("anthropic-usage", one).conversion.notices)


@pytest.mark.parametrize(
    ("name", "record"),
    [
        ("anthropic-usage", row({}, usage=USED)),
        ("anthropic-usage", {"data": [row({}, usage=USED)]}),
        ("anthropic-cost", {"data": [row({}, cost={"amount": "5", "currency": "USD"})]}),
        ("anthropic-cost", {"data": [{**PERIOD, "actor": USER, "amount": "5", "currency": "USD"}]}),
    ],
)
def test_rows_are_recognised(run: Run, name: str, record: dict[str, Any]) -> None:
    assert [each.name for each in run("auto", record).conversion.sources] == [name]
