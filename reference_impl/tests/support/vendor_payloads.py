"""Payloads of vendors with any figures in them: sums that do not add up, absent counters, names that come again."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Mapping, Sequence
from typing import Any

from hypothesis import strategies as st

Json = Any
Payloads = st.SearchStrategy[tuple[str, str]]
"""The path and the text of a payload."""

_BUCKET = {"start_time": 1788134400, "end_time": 1788220800}
_PERIOD = {"starting_at": "2026-08-30T00:00:00Z", "ending_at": "2026-08-31T00:00:00Z"}
_TIME = "2026-08-30T10:00:00Z"
_ADDRESSES = ("ada@example.com", "eve@example.com")
_STEP = 1000
"""Between the figures of results, so that of two with one name one is the larger."""

counts = st.sampled_from((0, 1, 2, 3, 5, 8))
maybe_counts = st.sampled_from((None, 0, 1, 2, 3, 5, 8))


def some(**members: st.SearchStrategy[Json]) -> st.SearchStrategy[dict[str, Json]]:
    """An object with any of these members."""
    return st.fixed_dictionaries({}, optional=members)


def counters(*names: str) -> dict[str, st.SearchStrategy[Json]]:
    """A counter under each name, which may be null."""
    return dict.fromkeys(names, maybe_counts)


def of(*values: Json) -> st.SearchStrategy[Json]:
    """One of these values."""
    return st.sampled_from(values)


def lines(records: st.SearchStrategy[Json], most: int = 4) -> Payloads:
    """Some records, each a line of JSON."""
    return st.lists(records, min_size=1, max_size=most).map(as_lines)


def as_lines(records: Sequence[Json]) -> tuple[str, str]:
    """Records as lines of JSON."""
    return "payload.jsonl", "".join(json.dumps(each) + "\n" for each in records)


def tables(rows: st.SearchStrategy[dict[str, Json]], columns: Sequence[str]) -> Payloads:
    """Some rows as CSV."""

    def written(found: Sequence[Mapping[str, Json]]) -> tuple[str, str]:
        text = io.StringIO()
        writer = csv.DictWriter(text, columns, restval="", lineterminator="\n")
        writer.writeheader()
        writer.writerows({name: "" if value is None else value for name, value in row.items()} for row in found)
        return "payload.csv", text.getvalue()

    return st.lists(rows, min_size=1, max_size=4).map(written)


def _pages(results: st.SearchStrategy[dict[str, Json]], bucket: Mapping[str, Json], size: str) -> Payloads:
    """A page of results, of which each has a larger figure than the one before."""

    def page(found: Sequence[Json]) -> tuple[str, str]:
        for place, result in enumerate(found):
            if result.get(size) is not None:
                result[size] += _STEP * place
        return as_lines([{"data": [{**bucket, "results": found}], "has_more": False, "next_page": None}])

    # One that differs from another in nothing but what no converter knows counts as well.
    apart = st.sampled_from(({}, {}, {"is_trial": True}, {"region": "ap"}, {"user_email": _ADDRESSES[0]}))
    found = st.lists(results, min_size=1, max_size=3)
    return st.builds(lambda some, own: page([*some, {**some[0], **own}] if own else some), found, apart)


_GROUPED = {"region": of("eu", "us"), "is_trial": st.booleans(), "user_email": of(*_ADDRESSES)}
_OWNED = {"project_id": of("p", None), "user_id": of("u", None, *_ADDRESSES), "organization_id": of("o", "q")}

_completions = st.builds(
    lambda result, others: {**result, **others, "object": "organization.usage.completions.result"},
    st.fixed_dictionaries({"input_tokens": counts}),
    some(
        **counters("output_tokens", "input_cached_tokens", "input_cache_write_tokens", "input_uncached_tokens"),
        **counters("input_text_tokens", "input_audio_tokens", "input_cached_text_tokens", "output_text_tokens"),
        **counters("num_model_requests"),
        **_GROUPED,
        **_OWNED,
        batch=st.booleans() | st.none(),
        service_tier=of("default", "auto", "scale", "odd"),
        model=of("m", None),
    ),
)

_costs = some(
    currency=of("usd", "USD", "eur", "zzz"),
    line_item=of("a", "b", None),
    quantity=of(1, 2.5, None),
    **_GROUPED,
    **_OWNED,
).map(
    lambda each: {
        **{name: value for name, value in each.items() if name != "currency"},
        "object": "organization.costs.result",
        "amount": {"value": 0, "currency": each.get("currency", "usd")},
    }
)


def _costly(found: Sequence[Json]) -> tuple[str, str]:
    """Amounts of which none is as large as another, of either sign."""
    for place, result in enumerate(found):
        result["amount"]["value"] = (place + 1.25) * (-1 if place == 1 else 1)
    return as_lines([{"data": [{**_BUCKET, "results": found}], "has_more": False, "next_page": None}])


_reports = st.builds(
    lambda result, others: {**result, **others},
    st.fixed_dictionaries({"uncached_input_tokens": counts}),
    some(
        **counters("cache_read_input_tokens", "output_tokens", "requests"),
        cache_creation=some(**counters("ephemeral_5m_input_tokens", "ephemeral_1h_input_tokens")),
        server_tool_use=some(**counters("web_search_requests")),
        account_id=of("a", *_ADDRESSES, None),
        service_account_id=of("s", None),
        workspace_id=of("w", None),
        product=of("chat", "code"),
        context_window=of("0-200k", "200k-1M", "odd"),
        speed=of("fast", "standard"),
        service_tier=of("standard", "batch", "odd"),
        inference_geo=of("us", "global", "not_available"),
        region=of("eu", "us"),
        model=of("m", None),
    ),
)

_details = some(**counters("cached_tokens", "cache_write_tokens", "text_tokens", "audio_tokens"))
_output_details = some(**counters("reasoning_tokens", "rejected_prediction_tokens", "text_tokens", "audio_tokens"))
usage = some(
    **counters("prompt_tokens", "completion_tokens", "input_tokens", "output_tokens", "cache_read_input_tokens"),
    **counters("cached_tokens", "num_cached_tokens", "cache_creation_input_tokens"),
    total_tokens=of(None, 0, 1, 2, 3, 5, 8, 13, 21),
    prompt_tokens_details=_details,
    input_tokens_details=_details,
    completion_tokens_details=_output_details,
    output_tokens_details=_output_details,
)
_bodies = st.builds(
    lambda usage, around: {**around, "usage": usage},
    usage,
    some(
        id=of("r", "s", *_ADDRESSES),
        model=of("m", None),
        created=of(1788134400, 1788134401, 0, _TIME),
        service_tier=of("auto", "flex", "odd"),
        choices=of([]),
    ),
)

_messages = some(
    **counters("input_tokens", "output_tokens", "cache_read_input_tokens", "cache_creation_input_tokens"),
    cache_creation=some(**counters("ephemeral_5m_input_tokens", "ephemeral_1h_input_tokens")),
    output_tokens_details=some(**counters("thinking_tokens")),
    server_tool_use=some(**counters("web_search_requests", "web_fetch_requests", "other_tool")),
    service_tier=of("standard", "priority", "odd"),
    speed=of("fast", "standard"),
    iterations=st.lists(
        some(
            type=of("message", "compaction", "advisor_message", "fallback_message", "odd"),
            model=of("m", "n"),
            **counters("input_tokens", "output_tokens"),
        ),
        max_size=3,
    ),
)

_modal = st.lists(some(modality=of("TEXT", "AUDIO", "SMELL"), tokenCount=counts), max_size=3)
_metadata = some(
    **counters("promptTokenCount", "candidatesTokenCount", "thoughtsTokenCount", "toolUsePromptTokenCount"),
    **counters("cachedContentTokenCount"),
    totalTokenCount=of(None, 0, 1, 3, 5, 8, 10, 13, 16, 21),
    promptTokensDetails=_modal,
    candidatesTokensDetails=_modal,
    cacheTokensDetails=_modal,
    serviceTier=of("FLEX", "unspecified", "odd"),
    trafficType=of("ON_DEMAND", "TRAFFIC_TYPE_UNSPECIFIED"),
)

_thinking = st.builds(
    lambda given, taken, thoughts: {
        "promptTokenCount": given,
        "candidatesTokenCount": taken,
        "thoughtsTokenCount": thoughts,
        "totalTokenCount": given + taken,
    },
    counts,
    counts,
    counts,
)

_converse = some(
    **counters("inputTokens", "outputTokens", "cacheReadInputTokens", "cacheWriteInputTokens", "outputTokenCount"),
    totalTokens=of(None, 0, 3, 8, 13, 21),
    cacheDetails=st.lists(some(ttl=of("5m", "1h", "90s", "odd"), inputTokens=counts), max_size=2),
    serverToolUsage=some(**counters("web_search_requests")),
)

_billed = some(**counters("input_tokens", "output_tokens", "search_units", "images", "classifications"))
_cohere = st.builds(
    lambda usage, around: {"usage": usage, **around},
    some(billed_units=_billed, tokens=some(**counters("input_tokens", "output_tokens"))),
    some(id=of("r", "s"), embeddings=of([]), results=of([])),
)


@st.composite
def _sessions(draw: st.DrawFn) -> tuple[str, str]:
    """A session of which running figures mostly grow, and sometimes begin anew."""
    records: list[Json] = [{"type": "session_meta", "payload": {"id": "s", "cli_version": "1"}}] * draw(of(0, 1, 1))
    running = {"input_tokens": 0, "cached_input_tokens": 0, "output_tokens": 0, "reasoning_output_tokens": 0}
    for place in range(draw(st.integers(1, 4))):
        turn = {name: draw(counts) for name in running}
        running = {name: turn[name] + before * draw(of(0, 1, 1, 1, 1)) for name, before in running.items()}
        figures = {"total_token_usage": running, "last_token_usage": turn}
        info = {
            name: {**each, "total_tokens": each["input_tokens"] + each["output_tokens"]}
            for name, each in figures.items()
            if draw(of(0, 1, 1, 1))
        }
        payload = {"type": "token_count", "info": info}
        records.append({"timestamp": f"2026-08-30T10:00:0{place}Z", "type": "event_msg", "payload": payload})
    return as_lines(records)


@st.composite
def _traces(draw: st.DrawFn) -> tuple[str, str]:
    """Spans inside of spans and log records on them, in any order, of which some state usage."""
    signals: dict[str, list[Json]] = {"spans": [], "logRecords": []}
    for place in range(draw(st.integers(1, 6))):
        kind = draw(of("spans", "spans", "logRecords"))
        said = draw(
            some(
                **{f"gen_ai.usage.{name}": counts for name in ("input_tokens", "output_tokens")},
                **{f"gen_ai.usage.{name}.tokens": counts for name in ("cache_read", "odd")},
                **{"gen_ai.usage.cache_read.input_tokens": counts, "gen_ai.usage.total_tokens": of(3, 8, 13)},
                **{"gen_ai.response.id": of("r", "s"), "gen_ai.operation.name": of("chat", "invoke_agent")},
            )
        )
        counted = next(
            (name for name in ("gen_ai.usage.input_tokens", "gen_ai.usage.output_tokens") if name in said), None
        )
        if counted is not None:
            said[counted] += _STEP * place
        item = {
            "traceId": "t",
            "spanId": str(place) if kind == "spans" else str(draw(st.integers(0, 5))),
            "attributes": [
                {"key": name, "value": {"stringValue" if isinstance(value, str) else "intValue": str(value)}}
                for name, value in said.items()
            ],
            "startTimeUnixNano" if kind == "spans" else "timeUnixNano": str(1788134400000000000 + place),
        }
        if draw(st.booleans()):
            item["parentSpanId"] = str(draw(st.integers(0, 5)))
        signals[kind].append(item)
    return as_lines(
        [
            {
                "resourceSpans": [{"scopeSpans": [{"spans": draw(st.permutations(signals["spans"]))}]}],
                "resourceLogs": [{"scopeLogs": [{"logRecords": signals["logRecords"]}]}],
            }
        ]
    )


_types = some(
    **counters("input", "input_tokens", "promptTokens", "input_cached_tokens", "inputCacheRead", "input_audio_tokens"),
    **counters("input_cache_creation", "input_cache_creation_5m", "input_cache_creation_1h", "odd", "input_odd"),
    **counters("output", "completion_tokens", "output_reasoning_tokens"),
    total=of(None, 0, 3, 5, 8, 13, 16, 21),
)


@st.composite
def _observations(draw: st.DrawFn) -> Json:
    around = draw(
        some(
            totalCost=of(0.25, 0, None),
            costDetails=some(total=of(0.5), input=of(0.125), output=of("0.25")),
            type=of("GENERATION", "embedding", "SPAN"),
            userId=of("u", *_ADDRESSES),
        )
    )
    return {"id": "o", "traceId": "t", "startTime": _TIME, "model": "m", "usageDetails": draw(_types), **around}


_spend = st.builds(
    lambda log, totals, usage: {**log, **totals, **({} if usage is None else {"metadata": {"usage_object": usage}})},
    st.fixed_dictionaries(
        {"request_id": of("1", "2"), "call_type": of("acompletion", "aembedding", "image"), "startTime": of(_TIME)},
        optional={"spend": of(0.5, 0), "cache_hit": of("True", "False"), "status": of("failure"), "user": of("u")},
    ),
    some(**counters("prompt_tokens", "completion_tokens", "total_tokens")),
    st.none() | usage,
)

_CURSOR = ("Input (w/ Cache Write)", "Input (w/o Cache Write)", "Cache Read", "Output Tokens", "Total Tokens")
_cursor_rows = some(
    **dict.fromkeys(_CURSOR, of(None, 0, 1, 3, 5, 8, "1,000", "1,00")),
    Cost=of("$0.05", "0,05", "Included", "-", "odd"),
    Kind=of("On-Demand", "Included", "Errored, Not Charged", "odd"),
).map(lambda row: {**row, "Date": _TIME})
_events = st.builds(
    lambda around, usage: {"timestamp": "1788134400123", "model": "m", **around, "tokenUsage": usage},
    some(
        kind=of("Usage-based", "Included in Business", "Free", "odd"),
        isChargeable=st.booleans() | st.none(),
        chargedCents=of(2.5, 0, None),
        usageBasedCosts=of("$1,234.50", "Included", "1,5"),
        cursorTokenFee=of(0.5),
        requestsCosts=of(1.5, 0),
        userEmail=of(*_ADDRESSES),
    ),
    some(totalCents=of(1.25), **counters("inputTokens", "outputTokens", "cacheReadTokens", "cacheWriteTokens")),
)

_COPILOT: tuple[str, ...] = (
    "date",
    "username",
    "model",
    "quantity",
    "unit_type",
    "applied_cost_per_quantity",
    "gross_amount",
)
_COPILOT += ("discount_amount", "net_amount", "input", "output", "cache_read", "cache_write")
_copilot_rows = some(
    quantity=of(1, 3, "1,500", "1,5", -1),
    unit_type=of("requests", "AI Credits", "ai-credits", "odd"),
    gross_amount=of(0.12, 0),
    net_amount=of(0.12, 0, -1),
    applied_cost_per_quantity=of(0.04, 0.12, 7),
    **counters("input", "output", "cache_read"),
).map(lambda row: {"date": "2026-08-30", **row})

_DAYS = ("Date", "Slug", "Usage", "BYOK Usage", "Requests", "Prompt Tokens", "Completion Tokens", "Reasoning Tokens")
_days = some(**dict.fromkeys(_DAYS[2:], of(None, 0, 1, 3, 5, "1,000"))).map(lambda row: {"Date": "2026-08-30", **row})

_EXPORT: tuple[str, ...] = (
    "start_time",
    "end_time",
    "project_id",
    "user_email",
    "batch",
    "service_tier",
    "input_tokens",
)
_EXPORT += ("output_tokens", "input_cached_tokens", "input_text_tokens", "input_uncached_tokens", "num_model_requests")
_exported = some(
    user_email=of(*_ADDRESSES),
    batch=of("True", "False", "odd"),
    service_tier=of("default", "scale"),
    **counters(*_EXPORT[6:]),
).map(lambda row: {**_BUCKET, **row})

_FOCUS = {
    "ServiceCategory": of("AI and Machine Learning", "Compute"),
    "ModelId": of("m"),
    "ChargeCategory": of("Usage", "Usage", "Usage", "Credit", "Purchase", "odd"),
    "ChargeClass": of("Correction"),
    "ChargeFrequency": of("Usage-Based", "Recurring"),
    "BilledCost": of(1, 0, 0.12, -1, "1,5"),
    "EffectiveCost": of(1, 0, -2),
    "ListCost": of(2, 0.12),
    "ListUnitPrice": of(0.04, -1),
    "PricingQuantity": of(3, 0, -3),
    "PricingUnit": of("1K Tokens", "Tokens", "Hours"),
    "ConsumedQuantity": of(3, 0, 0.5, 0.0005),
    "ConsumedUnit": of("1K Tokens", "Tokens", "Hours"),
    "SkuMeter": of("Input tokens", "Cached input", "cache write output", "Uncached"),
    "SkuPriceDetails": of('{"x_TokenDirection": "Output"}', '{"TokenCacheAction": "Read", "n": 1}'),
    "CommitmentDiscountId": of("c"),
    "CommitmentDiscountStatus": of("Used", "odd"),
    "BillingPeriodStart": of("2026-08-01", "2026-09-01"),
    "Tags": of('{"a": "b", "c": 1.50, "d": null, "e": true, "f": "ada@example.com"}'),
    "BillingAccountId": of("b", *_ADDRESSES),
    "ChargeDescription": of("for ada@example.com"),
}
_FOCUS_TIMES = {"ChargePeriodStart": _TIME, "ChargePeriodEnd": "2026-08-30T11:00:00Z"}
_FOCUS_REST = {**_FOCUS_TIMES, "BillingCurrency": "USD", "BillingPeriodEnd": "2026-10-01", "ProviderName": "P"}
_charges = some(**_FOCUS).map(lambda row: {**_FOCUS_REST, "BilledCost": 1, "ChargeCategory": "Usage", **row})

_LINE = "line_item_"
_CUR = {
    f"{_LINE}product_code": of("AmazonBedrock", "AmazonBedrockService", "AmazonEC2"),
    f"{_LINE}line_item_type": of("Usage", "Usage", "DiscountedUsage", "Tax", "Credit", "EdpDiscount", "odd"),
    f"{_LINE}usage_type": st.builds(
        "{}{}{}{}".format,
        of("USE1-", "EUW1-", ""),
        of("Model4.6-", "Model-mantle-", "Model-text-"),
        of("input-tokens", "output-token-count", "cache-read-input-tokens", "cache-write-1h-tokens", "other"),
        of("", "-batch", "-cross-region-global", "-long-ctx-flex", "-odd"),
    ),
    f"{_LINE}usage_amount": of(1, 2.5, 0, -1, 0.0005),
    f"{_LINE}unblended_cost": of(1, 0, 0.12, -1),
    f"{_LINE}currency_code": of("USD"),
    "pricing_unit": of("1K tokens", "1M Tokens", "Tokens", "Units"),
    "pricing_public_on_demand_cost": of(0.12, 2, -1),
    "pricing_public_on_demand_rate": of(0.12, 2, 1),
    "product_servicename": of("Model (Amazon Bedrock Edition)"),
    "product_region": of("us-east-1"),
    "resource_tags": of('{"user_a": "b"}'),
    "iam_principal_user_team": of("t", *_ADDRESSES),
    "identity_line_item_id": of("same"),
}
_CUR_TIMES = {f"{_LINE}usage_start_date": _TIME, f"{_LINE}usage_end_date": "2026-08-30T11:00:00Z"}
_CUR_DEFAULTS = {f"{_LINE}product_code": "AmazonBedrock", f"{_LINE}unblended_cost": 1}
_line_items = some(**_CUR).map(lambda row: {**_CUR_TIMES, **_CUR_DEFAULTS, **row})

PAYLOADS: Mapping[str, Payloads] = {
    "openai-usage": _pages(_completions, _BUCKET, "input_tokens"),
    "openai-costs": st.lists(_costs, min_size=1, max_size=4).map(_costly),
    "openai-dashboard": tables(_exported, _EXPORT),
    "openai-response": lines(_bodies),
    "openrouter-response": lines(_bodies),
    "openrouter-activity": tables(_days, _DAYS),
    "codex-cli": _sessions(),
    "anthropic-usage": _pages(_reports, _PERIOD, "uncached_input_tokens"),
    "anthropic-response": lines(some(id=of("r", "s"), usage=_messages)),
    "claude-code": _messages.map(
        lambda usage: as_lines([{"timestamp": _TIME, "sessionId": "s", "message": {"id": "m", "usage": usage}}])
    ),
    "gemini-response": lines(some(responseId=of("r", "s"), usageMetadata=_metadata | _thinking)),
    "bedrock-response": lines(some(usage=_converse, modelId=of("m"))),
    "cohere-response": lines(_cohere),
    "otel": _traces(),
    "langfuse": _observations().map(lambda each: as_lines([each])),
    "litellm": lines(_spend),
    "cursor": st.one_of(lines(_events), tables(_cursor_rows, ("Date", "Kind", *_CURSOR, "Cost"))),
    "aws-cur": tables(_line_items, (*_CUR_TIMES, *_CUR)),
    "focus": tables(_charges, tuple(_FOCUS_REST | _FOCUS)),
    "github-copilot": tables(_copilot_rows, _COPILOT),
}
"""For each source, what it may be given."""
