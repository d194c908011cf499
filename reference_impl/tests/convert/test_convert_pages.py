"""Pages of Anthropic's and OpenAI's interfaces: what follows the last one, and the report on Claude Code."""

from __future__ import annotations

import hmac
import io
import json
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from fixtures import Run
from hypothesis import given, settings
from hypothesis import strategies as st

from opentokenomics.convert import ConvertError, convert

PAGED = ["openai-usage", "openai-costs", "anthropic-usage", "anthropic-cost"]
FILES = ["completions.json", "costs.json", "usage_report.json", "cost_report.json"]
counts = st.integers(0, 10**9)


def page(exports: Path, name: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((exports / name / FILES[PAGED.index(name)]).read_text())
    return found


@pytest.mark.parametrize("name", PAGED)
@pytest.mark.parametrize(("more", "is_incomplete"), [(True, True), (False, False), (None, False), (1, False)])
def test_a_page_that_others_follow_is_said(
    run: Run,
    exports: Path,
    name: str,
    more: bool | None,  # noqa: FBT001
    is_incomplete: bool,  # noqa: FBT001
) -> None:
    whole = page(exports, name)
    outcome = run(name, {**whole, "has_more": more})
    assert outcome.rows
    assert outcome.reasons == []
    assert ("incomplete" in outcome.kinds) == is_incomplete
    ended = run(name, {**whole, "has_more": more}, {"data": [], "has_more": False})
    assert "incomplete" not in ended.kinds


def bucket_of(name: str, day: int) -> dict[str, Any]:
    start = datetime(2026, 8, 1, tzinfo=UTC) + timedelta(days=day)
    end = start + timedelta(days=1)
    if name.startswith("openai"):
        return {"start_time": int(start.timestamp()), "end_time": int(end.timestamp()), "results": []}
    return {"starting_at": f"{start:%Y-%m-%dT%H:%M:%SZ}", "ending_at": f"{end:%Y-%m-%dT%H:%M:%SZ}", "results": []}


def listing(name: str, label: str, days: int, cuts: set[int]) -> list[dict[str, Any]]:
    """The pages of a listing of some days, with a new one at each cut."""
    starts = sorted({0, *(cut for cut in cuts if cut < days)})
    ends = [*starts[1:], days]
    return [
        {
            "data": [bucket_of(name, day) for day in range(start, end)],
            "has_more": end < days,
            "next_page": f"{label}-{end}" if end < days else None,
        }
        for start, end in zip(starts, ends, strict=True)
    ]


@pytest.mark.parametrize("name", PAGED)
@settings(max_examples=30)
@given(data=st.data())
def test_a_missing_page_is_noticed_beside_other_listings(run: Run, name: str, data: st.DataObject) -> None:
    shapes = data.draw(st.lists(st.tuples(st.integers(1, 8), st.sets(st.integers(1, 7))), min_size=1, max_size=3))
    listings = [listing(name, str(place), *shape) for place, shape in enumerate(shapes)]
    pages = [each for found in listings for each in found]
    shuffled = data.draw(st.permutations([*pages, *data.draw(st.lists(st.sampled_from(pages), max_size=1))]))
    assert "incomplete" not in run(name, *shuffled).kinds
    following = [each for found in listings for each in found[1:]]
    if following:
        lost = data.draw(st.sampled_from(following))
        assert "incomplete" in run(name, *[each for each in pages if each is not lost]).kinds


def test_pages_on_claude_code_are_of_a_day(run: Run) -> None:
    def of(day: int, *, more: bool) -> dict[str, Any]:
        report = {"date": f"2026-08-0{day}T00:00:00Z", "actor": {}, "model_breakdown": []}
        return {"data": [report], "has_more": more, "next_page": f"{day}-{more}" if more else None}

    whole = [of(1, more=True), of(1, more=True), of(1, more=False), of(2, more=False)]
    assert "incomplete" not in run("anthropic-usage", *whole[::-1]).kinds
    outcome = run("anthropic-usage", of(1, more=True), of(2, more=False))
    assert [notice.count for notice in outcome.conversion.notices if notice.kind == "incomplete"] == [1]


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


RESULTS: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
    "openai-usage": (
        {"start_time": 1785542400, "end_time": 1785628800},
        {"object": "organization.usage.completions.result", "model": "m", "input_tokens": 5, "output_tokens": 0},
    ),
    "openai-costs": (
        {"start_time": 1785542400, "end_time": 1785628800},
        {"object": "organization.costs.result", "amount": {"value": 5, "currency": "usd"}, "line_item": "a line"},
    ),
    "anthropic-usage": (
        {"starting_at": "2026-08-01T00:00:00Z", "ending_at": "2026-08-02T00:00:00Z"},
        {"model": "m", "uncached_input_tokens": 5, "output_tokens": 0},
    ),
    "anthropic-cost": (
        {"starting_at": "2026-08-01T00:00:00Z", "ending_at": "2026-08-02T00:00:00Z"},
        {"amount": "500", "currency": "USD", "description": "a line"},
    ),
}


def bought(rows: list[dict[str, Any]]) -> Decimal:
    return sum((Decimal(row.get("billed_cost", row.get("consumed_quantity", "0"))) for row in rows), Decimal())


@pytest.mark.parametrize("name", PAGED)
@pytest.mark.parametrize("key", ["key", None])
@given(places=st.lists(st.sampled_from(["north", "south", "dana@example.com"]), min_size=1, unique=True))
def test_results_that_differ_in_an_unknown_dimension_all_count(
    run: Run, assert_sound: Run, name: str, key: str | None, places: list[str]
) -> None:
    bucket, result = RESULTS[name]
    results = [{**result, "dream_region": place} for place in places]
    outcome = run(name, {**bucket, "results": results}, pseudonym_key=key)
    assert bought(outcome.rows) == 5 * len(places)
    assert "unknown_field" in outcome.kinds
    assert_sound(outcome.rows)
    again = run(name, {**bucket, "results": results[::-1]}, {**bucket, "results": results}, pseudonym_key=key)
    assert sorted(map(json.dumps, again.rows)) == sorted(map(json.dumps, outcome.rows))
    assert "dana" not in json.dumps([*outcome.rows, *map(str, outcome.conversion.notices)])


@pytest.mark.parametrize("key", ["key", None])
def test_an_address_stands_for_a_user_without_identifier(run: Run, assert_sound: Run, key: str | None) -> None:
    bucket, result = RESULTS["openai-costs"]
    people = [{"user_email": "dana@example.com"}, {"user_email": "kim@example.com"}, {"user_id": "u-1"}]
    outcome = run("openai-costs", {**bucket, "results": [{**result, **each} for each in people]}, pseudonym_key=key)
    assert bought(outcome.rows) == 15
    assert_sound(outcome.rows)
    named = {row["principal_id"] for row in outcome.rows if "principal_id" in row}
    keyed = {hmac.new(b"key", each["user_email"].encode(), "sha256").hexdigest() for each in people[:2]}
    assert named == ({"u-1", *keyed} if key else {"u-1"})
    assert ("personal_data" in outcome.kinds) == (key is None)


def test_amounts_of_two_currencies_are_two(run: Run) -> None:
    bucket, result = RESULTS["openai-costs"]
    both = [result, {**result, "amount": {"value": 7, "currency": "eur"}}]
    rows = run("openai-costs", {**bucket, "results": both}).rows
    assert {(row["billed_cost"], row["billing_currency"]) for row in rows} == {("5", "USD"), ("7", "EUR")}


@pytest.mark.parametrize("dimension", ["product", "rbac_group_id", "slack_channel_id"])
@pytest.mark.parametrize("name", ["anthropic-usage", "anthropic-cost"])
def test_the_reports_of_an_enterprise(run: Run, assert_sound: Run, name: str, dimension: str) -> None:
    bucket, result = RESULTS[name]
    results = [{**result, dimension: value, "requests": 3} for value in ("a", "b")]
    outcome = run(name, {**bucket, "results": results})
    assert bought([row for row in outcome.rows if row.get("meter") != "requests"]) == 10
    assert_sound(outcome.rows)
    assert "unknown_field" not in outcome.kinds
    requests = [row["consumed_quantity"] for row in outcome.of_meter("requests")]
    assert requests == (["3", "3"] if name == "anthropic-usage" else [])
    assert all("3" in row["source_counters"].values() for row in outcome.rows)


@pytest.mark.parametrize("kind", ["completions", "embeddings", "moderations"])
def test_a_result_without_counts_is_rejected(run: Run, kind: str) -> None:
    bucket, _ = RESULTS["openai-usage"]
    outcome = run("openai-usage", {**bucket, "results": [{"object": f"organization.usage.{kind}.result"}]})
    assert outcome.reasons == ["results.0: the result states no count"]


def test_users_of_claude_code_in_an_unknown_dimension(run: Run) -> None:
    model = {"model": "m", "tokens": {"input": 5, "output": 0}}
    days = [
        {"date": "2026-08-03", "actor": {"api_key_name": "k"}, "dream": dream, "model_breakdown": [model]}
        for dream in ("a", "b")
    ]
    outcome = run("anthropic-usage", {"data": days})
    assert outcome.tokens("input") == 10
    assert "unknown_field" in outcome.kinds


@pytest.mark.parametrize("name", PAGED)
def test_pages_of_two_groupings_are_reported(run: Run, name: str) -> None:
    bucket, result = RESULTS[name]
    by_owner = [{**result, "api_key_id": key, "workspace_id": None} for key in ("a", None)]
    whole = {**bucket, "results": [{**result, "api_key_id": None}]}

    def said(*pages: object) -> bool:
        return any("other dimensions" in str(each) for each in run(name, *pages).conversion.notices)

    assert said({**bucket, "results": by_owner}, whole)
    assert said(whole, {**bucket, "results": by_owner})
    assert not said({**bucket, "results": by_owner}, {**bucket, "results": by_owner[::-1]})
    assert not said(whole, {**whole, **bucket_of(name, 5), "results": by_owner})


@pytest.mark.parametrize("name", PAGED)
def test_pages_of_nothing_need_no_source(exports: Path, name: str) -> None:
    whole = {**page(exports, name), "has_more": True, "next_page": "next"}
    bucket = whole["data"][-1]
    after = {
        each: bucket[end] for each, end in (("start_time", "end_time"), ("starting_at", "ending_at")) if end in bucket
    }
    empty: list[dict[str, Any]] = [{"data": []}, {"data": [{**after, "results": []}]}]
    for nothing in empty:
        inputs = [io.BytesIO(json.dumps(each).encode()) for each in ({**nothing, "has_more": False}, whole)]
        conversion = convert(inputs)
        assert list(conversion)
        assert [each.name for each in conversion.sources] == [name]
        kinds = {notice.kind.value for notice in conversion.notices}
        assert "empty_bucket" in kinds
        assert "incomplete" not in kinds


def test_a_page_of_something_else_needs_one() -> None:
    with pytest.raises(ConvertError) as caught:
        list(convert(io.BytesIO(b'{"data": [{"id": 5}]}')))
    assert caught.value.code == "source_undetected"


def test_numbered_pages(run: Run) -> None:
    def of(number: int, *, more: bool) -> dict[str, Any]:
        event = {"timestamp": f"178575300{number}000", "kind": "Usage-based", "model": "m", "chargedCents": 1}
        return {"usageEvents": [event], "pagination": {"currentPage": number, "hasNextPage": more}}

    pages = [of(1, more=True), of(2, more=True), of(3, more=False)]
    assert "incomplete" not in run("cursor", *pages[::-1]).kinds
    for lost in (1, 2):
        assert "incomplete" in run("cursor", *(each for place, each in enumerate(pages) if place != lost)).kinds
