"""Pages of Anthropic's and OpenAI's interfaces: what follows the last one, and the report on Claude Code."""

from __future__ import annotations

import json
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

Run = Callable[..., Any]
PAGED = ["openai-usage", "openai-costs", "anthropic-usage", "anthropic-cost"]
FILES = ["completions.json", "costs.json", "usage_report.json", "cost_report.json"]
counts = st.integers(0, 10**9)


def page(exports: Path, name: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((exports / name / FILES[PAGED.index(name)]).read_text())
    return found


@pytest.mark.parametrize("name", PAGED)
@pytest.mark.parametrize(
    ("more", "is_incomplete"),
    [([True], True), ([False], False), ([True, False], False), ([False, True], True), ([None], False), ([1], False)],
)
def test_a_last_page_that_others_follow_is_said(
    run: Run,
    exports: Path,
    name: str,
    more: list[bool | None],
    is_incomplete: bool,  # noqa: FBT001
) -> None:
    whole = page(exports, name)
    outcome = run(name, *({**whole, "has_more": each} for each in more))
    assert outcome.rows
    assert outcome.reasons == []
    assert ("incomplete" in outcome.kinds) == is_incomplete


@settings(max_examples=20)
@given(
    tokens=st.lists(st.fixed_dictionaries(dict.fromkeys(["input", "output", "cache_read", "cache_creation"], counts))),
    cents=st.decimals(0, 10**6, places=5),
    customer=st.sampled_from(["api", "subscription", "new", None]),
    key=st.sampled_from(["key", None]),
)
def test_claude_code(
    run: Run, assert_sound: Run, tokens: list[dict[str, int]], cents: Decimal, customer: str | None, key: str | None
) -> None:
    models = [
        {"model": f"m-{place}", "tokens": each, "estimated_cost": {"currency": "USD", "amount": str(cents)}}
        for place, each in enumerate(tokens)
    ]
    day = {"date": "2026-08-03T00:00:00Z", "actor": {"type": "user_actor", "email_address": "dana@example.com"}}
    days = [{**day, "customer_type": customer, "model_breakdown": models}]
    outcome = run("anthropic-usage", {"data": days, "has_more": False}, pseudonym_key=key)
    assert outcome.reasons == []
    assert_sound(outcome.rows)
    assert outcome.tokens("output") == sum(each["output"] for each in tokens)
    assert outcome.tokens("input") == sum(sum(each.values()) - each["output"] for each in tokens)
    assert outcome.tokens("input", cache_action="write") == sum(each["cache_creation"] for each in tokens)
    assert sum(Decimal(row.get("list_cost", "0")) for row in outcome.rows) == cents / 100 * len(tokens)
    carriers = {"api": {"other_row"}, "subscription": {"plan"}}.get(customer or "", {"unknown"})
    assert {row["cost_carrier"] for row in outcome.rows} <= carriers
    assert all(("principal_id" in row) == (key is not None) for row in outcome.rows)
    assert "dana" not in json.dumps(outcome.rows)


def test_what_is_no_report_beside_others_is_rejected(run: Run) -> None:
    day = {"date": "2026-08-03", "model_breakdown": [{"model": "m", "tokens": {"input": 1}}, 5, {"model": "m"}]}
    outcome = run("anthropic-usage", {"data": [day, {"results": []}, {**day, "model_breakdown": 7}]})
    assert len(outcome.of_meter("tokens")) == 1
    assert [reason.partition(":")[0] for reason in outcome.reasons] == [
        "data.0.model_breakdown.1",
        "data.0.model_breakdown.2",
        "data.1",
        "data.2",
    ]
