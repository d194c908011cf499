"""Facts about vendors that sums do not show: units, lifetimes, bounds, tiers, and what is no part of anything."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from decimal import Decimal
from io import BytesIO
from typing import Any

import pytest
from convert_payloads import AWS, FOCUS, otlp_attributes, table
from fixtures import Run
from hypothesis import given, settings
from hypothesis import strategies as st

from opentokenomics.convert import Input, Options, convert

BUCKET = {"start_time": 1785542400, "end_time": 1785628800}
TIMES = {"starting_at": "2026-08-01T00:00:00Z", "ending_at": "2026-08-02T00:00:00Z"}


def csv_of(row: dict[str, Any]) -> bytes:
    return table(list(row), [row]).content


@pytest.mark.parametrize(
    ("usage_type", "expected"),
    [
        ("USE1-Claude4.6Sonnet-input-tokens", ("input", "uncached", None, "standard", None)),
        ("USE1-Claude4.6Sonnet-output-tokens-batch", ("output", None, None, "batch", None)),
        ("USE1-Claude4.6Sonnet-cache-read-input-token-count", ("input", "read", None, "standard", None)),
        ("USE1-Claude4.6Sonnet-cache-write-input-token-count", ("input", "write", None, "standard", None)),
        (
            "USE1-Claude4.6Sonnet-cache-write-input-token-count-1-hour-batch-cross-region-global",
            ("input", "write", 3600, "batch", "global"),
        ),
        ("USE1-Nova-output-tokens-flex-cross-region-global", ("output", None, None, "flex", "global")),
        ("USW2-openai.gpt-5-mantle-input-tokens-priority", ("input", "uncached", None, "priority", None)),
        ("USW2-openai.gpt-5-mantle-cache-write-tokens-30m-standard", ("input", "write", 1800, "standard", None)),
        ("USW2-openai.gpt-5-mantle-output-tokens-global-standard", ("output", None, None, "standard", "global")),
    ],
)
def test_usage_types_of_aws(run: Run, usage_type: str, expected: tuple[object, ...]) -> None:
    line = {**AWS, "line_item_usage_type": usage_type, "line_item_unblended_cost": "1", "line_item_usage_amount": "2.5"}
    outcome = run("aws-cur", csv_of({**line, "pricing_unit": "1K tokens"}))
    (row,) = outcome.rows
    names = ("token_direction", "token_cache_action", "token_cache_ttl_seconds", "processing_tier", "region_scope")
    assert tuple(row.get(name) for name in names) == expected
    assert row["consumed_quantity"] == "2500"
    assert "unknown_field" not in outcome.kinds


@pytest.mark.parametrize(
    ("usage_type", "expected"),
    [
        ("USW2-MP:USW2_InputTokenCount-Units", ("input", "uncached", None, "standard", None, None)),
        ("USE1-MP:USE1_OutputTokenCount_Global_Batch-Units", ("output", None, None, "batch", "global", None)),
        ("EUC1-MP:EUC1_CacheReadInputTokenCount_Global-Units", ("input", "read", None, "standard", "global", None)),
        ("USE1-MP:USE1_CacheWrite1hInputTokenCount-Units", ("input", "write", 3600, "standard", None, None)),
        ("APN1-MP:APN1_MillionBatchInputTokens-Units", ("input", "uncached", None, "batch", None, None)),
        ("USE1_input_tokens_global_standard-Units", ("input", "uncached", None, "standard", "global", None)),
        ("USW2-MP:USW2_cache_write_tokens_1h_standard-Units", ("input", "write", 3600, "standard", None, None)),
        (
            "USE1-MP:USE1_InputTokenCount_LongContext-Units",
            ("input", "uncached", None, "standard", None, "long.context"),
        ),
        ("USE1-MP:USE1_Reserved_1Month_InputTPM_Geo-Units", None),
        ("USE1-MP:USE1_CacheInputTokenCount-Units", None),
        ("MP:NR_APoF_Overage-Units", None),
    ],
)
def test_usage_types_of_the_marketplace(run: Run, usage_type: str, expected: tuple[object, ...] | None) -> None:
    line = {**AWS, "line_item_usage_type": usage_type, "line_item_unblended_cost": "1", "line_item_usage_amount": "2.5"}
    line |= {"pricing_unit": "Units", "product_product_name": "Claude Haiku 4.5 (Amazon Bedrock Edition)"}
    text = "AWS Marketplace software usage|us-east-1|Million Input Tokens Regional CRIS"
    outcome = run("aws-cur", csv_of({**line, "line_item_line_item_description": text}))
    (row,) = outcome.rows
    names = ("token_direction", "token_cache_action", "token_cache_ttl_seconds", "processing_tier", "region_scope")
    found = tuple(row.get(name) for name in (*names, "meter_variant"))
    assert found == (expected or (None,) * 6)
    assert row.get("consumed_quantity") == ("2500000" if expected else None)
    assert row["model_id"] == "Claude Haiku 4.5"
    assert "unknown_field" not in outcome.kinds


@pytest.mark.parametrize(
    ("unit", "text", "tokens"),
    [
        ("Units", "x|Million Response Tokens Global", "2000000"),
        ("", "Price per 1 million input tokens", "2000000"),
        ("units", "thousand Cache Read Input Tokens", "2000"),
        ("1M tokens", "Input Tokens - Standard, Global", "2000000"),
        ("Units", "Input Tokens - Standard, Global", None),
        ("Units", "Million|Input Tokens", None),
        ("Hours", "Million Input Tokens", None),
    ],
)
def test_units_of_the_marketplace(run: Run, unit: str, text: str, tokens: str | None) -> None:
    line = {**AWS, "line_item_usage_type": "USE1-MP:USE1_InputTokenCount-Units", "line_item_unblended_cost": "1"}
    line |= {"line_item_usage_amount": "2", "pricing_unit": unit, "line_item_line_item_description": text}
    (row,) = run("aws-cur", csv_of(line)).rows
    assert row.get("consumed_quantity") == tokens
    assert row["billed_cost"] == "1"


@pytest.mark.parametrize(("unit", "tokens"), [("Tokens", "2"), ("1K tokens", "2000"), ("1M Tokens", "2000000")])
def test_units_of_aws(run: Run, unit: str, tokens: str) -> None:
    line = {**AWS, "line_item_usage_type": "USE1-Nova-input-tokens", "line_item_unblended_cost": "1"}
    (row,) = run("aws-cur", csv_of({**line, "pricing_unit": unit, "line_item_usage_amount": "2"})).rows
    assert row["consumed_quantity"] == tokens


@pytest.mark.parametrize(
    ("window", "bounds"),
    [
        ("0-200k", (0, 200_001)),
        ("200k-1M", (200_001, 1_000_001)),
        ("\u2264 200k", (0, 200_001)),
        ("> 200k", (200_001, None)),
        (None, (None, None)),
    ],
)
def test_windows_of_anthropic(run: Run, window: str | None, bounds: tuple[int | None, int | None]) -> None:
    result = {"uncached_input_tokens": 5, "output_tokens": 0, "model": "m", "context_window": window}
    (row,) = run("anthropic-usage", {**TIMES, "results": [result]}).rows
    assert (row.get("minimum_context_tokens"), row.get("maximum_context_tokens")) == bounds


def test_the_console_tells_lifetimes(run: Run) -> None:
    counts = {"no_cache": 1, "cache_write_5m": 2, "cache_write_1h": 3, "cache_read": 4}
    row = {f"usage_input_tokens_{name}": str(count) for name, count in counts.items()}
    row |= {"usage_date_utc": "2026-08-01", "model_version": "m", "usage_type": "batch", "usage_output_tokens": "5"}
    outcome = run("anthropic-console", csv_of(row))
    assert outcome.leaves == {
        ("input", "uncached", None, None, None): 1,
        ("input", "write", 300, None, None): 2,
        ("input", "write", 3600, None, None): 3,
        ("input", "read", None, None, None): 4,
        ("output", None, None, None, None): 5,
    }
    assert {each["processing_tier"] for each in outcome.rows} == {"batch"}


@pytest.mark.parametrize(
    ("batch", "tier", "expected"),
    [(True, "default", "batch"), (False, "flex", "flex"), (None, "priority", "priority"), (None, None, None)],
)
def test_tiers_of_openai(run: Run, *, batch: bool | None, tier: str | None, expected: str | None) -> None:
    result = {"object": "organization.usage.completions.result", "input_tokens": 5, "output_tokens": 0, "model": "m"}
    outcome = run("openai-usage", {**BUCKET, "results": [{**result, "batch": batch, "service_tier": tier}]})
    assert {row.get("processing_tier") for row in outcome.rows} == {expected}


def test_a_batch_of_openai_is_one(run: Run) -> None:
    usage = {"prompt_tokens": 5, "completion_tokens": 1, "total_tokens": 6}
    body = {"id": "r", "created": 1785753000, "model": "m", "service_tier": "default", "usage": usage}
    outcome = run("openai-batch", {"custom_id": "c", "response": {"status_code": 200, "body": body}})
    found = {(row["processing_tier"], row["processing_tier_reported"]) for row in outcome.rows}
    assert found == {("batch", "default")}


def test_messages_of_a_client_are_no_calls(run: Run) -> None:
    message = {"id": "m", "model": "<synthetic>", "usage": {"input_tokens": 0, "output_tokens": 0}}
    outcome = run("claude-code", {"timestamp": "2026-08-01T00:00:00Z", "message": message})
    assert outcome.rows == []
    assert outcome.kinds == {"not_converted"}


def test_micros_are_millionths(run: Run) -> None:
    stated = {"event.name": "api_request", "model": "m", "input_tokens": "1", "output_tokens": "1"}
    stated |= {"cost_usd_micros": "12345", "cost_usd": "0.01"}
    record = {"timeUnixNano": "1785753000000000000", "attributes": otlp_attributes(stated)}
    outcome = run("otel", {"resourceLogs": [{"scopeLogs": [{"logRecords": [record]}]}]})
    assert [row.get("list_cost") for row in outcome.of_meter("requests")] == ["0.012345"]


def test_counters_of_parts_are_never_added(run: Run) -> None:
    times = {"startTimeUnixNano": "1785753000000000000", "timeUnixNano": "1785753060000000000"}
    point = {**times, "asInt": "5", "attributes": otlp_attributes({"gen_ai.request.model": "m"})}
    metrics = [
        {
            "name": f"gen_ai.client.inference.usage.{name}_tokens",
            "sum": {"aggregationTemporality": 1, "dataPoints": [point]},
        }
        for name in ("input", "output", "cache_read.input", "cache_write.input", "reasoning.output")
    ]
    outcome = run("otel", {"resourceMetrics": [{"scopeMetrics": [{"metrics": metrics}]}]})
    assert (outcome.tokens("input"), outcome.tokens("output")) == (5, 5)
    assert outcome.reasons == []
    assert outcome.kinds == {"not_converted"}


def test_reasoning_of_the_router_is_inside_of_the_completion(run: Run) -> None:
    day = {"date": "2026-08-01", "model": "m", "model_permaslug": "m", "usage": 1.5, "requests": 2}
    counts = {"prompt_tokens": 10, "completion_tokens": 7, "reasoning_tokens": 3}
    outcome = run("openrouter-activity", {"data": [{**day, **counts}]})
    assert outcome.tokens("output", role="reasoning") == 3
    assert outcome.tokens("output", role="answer") == 4


def test_a_total_tells_what_input_with_cache_writes_holds(run: Run) -> None:
    counts = {"Input (w/ Cache Write)": "1500", "Input (w/o Cache Write)": "300", "Cache Read": "10,000"}
    row = {"Date": "2026-08-01", "Kind": "Free", "Model": "m", **counts, "Output Tokens": "450", "Cost": "Free"}
    inside = run("cursor", csv_of({**row, "Total Tokens": "11,950"}))
    beside = run("cursor", csv_of({**row, "Total Tokens": "12,250"}))
    assert inside.tokens("input", cache_action="write") == 1200
    assert beside.tokens("input", cache_action="write") == 1500
    assert (inside.tokens("input"), beside.tokens("input")) == (11_500, 11_800)


@pytest.mark.parametrize(
    ("value", "written"),
    [
        ("0.0000000000000000005", "0"),
        ("0.0000000000000000015", "0.000000000000000002"),
        ("0.0000000000000000025", "0.000000000000000002"),
        ("0.00000000000000000251", "0.000000000000000003"),
        ("-0.0000000000000000015", "-0.000000000000000002"),
    ],
)
def test_digits_beyond_a_column_are_rounded_half_to_even(run: Run, value: str, written: str) -> None:
    result = {"object": "organization.costs.result", "amount": {"value": value, "currency": "usd"}, "line_item": "a"}
    outcome = run("openai-costs", {**BUCKET, "results": [result]})
    assert [row["billed_cost"] for row in outcome.rows] == [written]
    assert outcome.kinds == {"rounded"}


def test_what_an_own_key_costs_is_paid_to_somebody_else(run: Run) -> None:
    call = {"id": "gen-1", "created_at": "2026-08-01T00:00:00Z", "model": "m", "total_cost": 0.5, "is_byok": True}
    outcome = run("openrouter-activity", {"data": {**call, "upstream_inference_cost": 3, "native_tokens_prompt": 10}})
    assert [row["billed_cost"] for row in outcome.of_meter("requests")] == ["0.5"]
    assert outcome.kinds == {"not_converted"}


def test_what_an_own_key_costs_in_a_day_is_paid_to_somebody_else(run: Run) -> None:
    day = {"date": "2026-08-01", "model": "m", "model_permaslug": "m", "usage": 0.5, "requests": 2, "prompt_tokens": 1}
    own = run("openrouter-activity", {"data": [{**day, "byok_usage_inference": 3}]})
    none = run("openrouter-activity", {"data": [{**day, "byok_usage_inference": 0}]})
    assert [row["billed_cost"] for row in own.of_meter("requests") + none.of_meter("requests")] == ["0.5", "0.5"]
    assert (own.kinds, none.kinds) == ({"not_converted"}, set())


@pytest.mark.parametrize(("amounts", "kept"), [(("9", "10"), "10"), (("0.5", "0.25"), "0.5"), (("-9", "-10"), "-10")])
def test_of_amounts_that_are_stated_again_the_larger_counts(run: Run, amounts: tuple[str, str], kept: str) -> None:
    for given_amounts in (amounts, amounts[::-1]):
        buckets = [
            {**BUCKET, "results": [{"amount": {"value": each, "currency": "usd"}, "line_item": "a"}]}
            for each in given_amounts
        ]
        outcome = run("openai-costs", *buckets)
        assert [row["billed_cost"] for row in outcome.rows] == [kept]
        assert outcome.kinds == {"duplicate"}


@pytest.mark.parametrize(
    ("action", "expected"), [("None", "uncached"), ("Uncached", "uncached"), ("Read", "read"), ("Write", "write")]
)
def test_cache_actions_of_focus(run: Run, action: str, expected: str) -> None:
    tokens = {"ConsumedQuantity": "1", "ConsumedUnit": "Tokens", "TokenDirection": "Input", "TokenCacheAction": action}
    outcome = run("focus", csv_of({**FOCUS, "BilledCost": "1", **tokens}))
    assert [row["token_cache_action"] for row in outcome.rows] == [expected]


def test_the_region_that_answered_is_a_tag(run: Run) -> None:
    call = {"schemaType": "ModelInvocationLog", "timestamp": "2026-08-01T00:00:00Z", "requestId": "r", "modelId": "m"}
    counts = {"input": {"inputTokenCount": 1}, "output": {"outputTokenCount": 1}}
    outcome = run("bedrock-invocation-log", {**call, **counts, "region": "eu-west-1", "inferenceRegion": "eu-north-1"})
    assert {row["region_id"] for row in outcome.rows} == {"eu-west-1"}
    assert [row["tags"] for row in outcome.of_meter("requests")] == [{"inference_region": "eu-north-1"}]


def test_a_null_states_no_more_than_an_absent_name(run: Run) -> None:
    event = {"timestamp": "1788134400123", "model": "m", "kind": "Included in Business", "tokenUsage": {}}
    again = {**event, "isChargeable": None, "tokenUsage": {"inputTokens": None}}
    once, twice = (run("cursor", *events).rows for events in ([event], [event, again]))
    assert twice == once


@pytest.mark.parametrize("name", ["conversationId", "model", "userEmail"])
def test_an_empty_text_states_no_more_than_an_absent_name(run: Run, name: str) -> None:
    event = {"timestamp": "1788134400123", "kind": "Included in Business", "tokenUsage": {"inputTokens": 1}}
    once, again = (run("cursor", *events).rows for events in ([event], [event, {**event, name: ""}]))
    assert again == once


def test_an_owner_without_a_name_hides_no_user(run: Run) -> None:
    result = {"object": "organization.usage.completions.result", "input_tokens": 5, "output_tokens": 6, "user_id": ""}
    results = [{**result, "user_email": f"{name}@example.com"} for name in "ab"]
    assert run("openai-usage", {**BUCKET, "results": results}).tokens("input") == 10


@pytest.mark.parametrize("name", ["timestamp", "chargedCents", "requestsCosts"])
def test_a_figure_is_the_same_as_a_text_and_as_a_number(run: Run, name: str) -> None:
    event = {"timestamp": 1788134400123, "model": "m", "kind": "Usage-based", "chargedCents": 5, "requestsCosts": 2}
    assert run("cursor", event, {**event, name: str(event[name])}).rows == run("cursor", event).rows


def points_of(scopes: list[object], temporality: int) -> dict[str, Any]:
    times = {"startTimeUnixNano": "1785542400000000000", "timeUnixNano": "1785542460000000000"}
    point = {"asInt": "10", "attributes": otlp_attributes({"gen_ai.token.type": "input"}), **times}
    total = {"aggregationTemporality": temporality, "dataPoints": [point]}
    metrics = [{"name": "gen_ai.client.token.usage", "sum": total}]
    return {"resourceMetrics": [{"scopeMetrics": [{"scope": scope, "metrics": metrics} for scope in scopes]}]}


@pytest.mark.parametrize("temporality", [1, 2])
@pytest.mark.parametrize(
    ("scopes", "tokens"),
    [
        ([{"name": "a"}, {"name": "b"}], 20),
        ([{"name": "a", "version": "1"}, {"name": "a", "version": "2"}], 20),
        ([{"name": "a"}, {"name": "a", "attributes": otlp_attributes({"k": 1})}], 20),
        ([{"name": "a"}, {"name": "a", "version": "", "attributes": []}], 10),
        ([None, {}], 10),
    ],
)
def test_scopes_tell_streams_of_a_metric_apart(run: Run, scopes: list[object], tokens: int, temporality: int) -> None:
    outcome = run("otel", points_of(scopes, temporality))
    assert outcome.tokens("input") == tokens
    assert ("interpreted" in outcome.kinds) == ({"name": "b"} in scopes)


def test_a_scope_is_an_object(run: Run) -> None:
    (reason,) = run("otel", points_of(["a"], 1)).reasons
    assert reason.endswith("scope is a text, where an object belongs")


@pytest.mark.parametrize(
    ("source", "record", "change"),
    [
        ("openai-response", {"usage": {"prompt_tokens": 5, "completion_tokens": 1}}, {}),
        ("cursor", {"timestamp": 1788134400123, "kind": "Included", "model": "m"}, {"requestsCosts": 2}),
    ],
)
def test_what_may_count_twice_is_reported(source: str, record: dict[str, Any], change: dict[str, Any]) -> None:
    inputs = [
        Input(str(place), BytesIO(json.dumps(each).encode())) for place, each in enumerate([record, record | change])
    ]
    conversion = convert(inputs, source, Options(at=datetime(2026, 8, 1, tzinfo=UTC)))
    assert len({row["usage_group_id"] for row in conversion}) == 2
    assert any("count" in notice.message for notice in conversion.notices)


@settings(max_examples=30)
@given(costs=st.lists(st.sampled_from(["9", "10", "0.5", "1e1", None]), min_size=1, max_size=4))
def test_of_equal_tokens_the_larger_amount_counts(run: Run, costs: list[str | None]) -> None:
    line = {"type": "assistant", "uuid": "u", "timestamp": "2026-08-03T10:15:00Z"}
    lines = [{**line, "costUSD": cost, "message": {"model": "m", "usage": {"input_tokens": 5}}} for cost in costs]
    (request,) = run("claude-code", *lines).of_meter("requests")
    largest = max((Decimal(cost) for cost in costs if cost is not None), default=None)
    assert request.get("list_cost") == (None if largest is None else f"{largest.normalize():f}")
