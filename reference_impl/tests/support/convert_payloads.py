"""Generated payloads of the sources, each with the figures that its vendor states in it."""

from __future__ import annotations

import csv
import io
import json
import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from hypothesis import strategies as st

counts = st.one_of(st.integers(0, 30), st.integers(0, 2_000_000))
maybe = st.one_of(st.none(), counts)
amounts = st.builds(lambda units, places: Decimal(units).scaleb(-places), st.integers(0, 10**9), st.integers(0, 9))
names = st.sampled_from(["a", "b-1", "c.2"])
models = st.sampled_from(["gpt-5", "claude-sonnet-4-5", "m"])


def as_number(value: Decimal) -> str:
    """A decimal that :func:`as_lines` writes as a JSON number, digit by digit."""
    return f"number {value:f}"


@dataclass(frozen=True)
class Payload:
    """What a source hands over, and what it says.

    Attributes:
        lines: the records as bytes, in an order that does not matter.
        input: tokens that went in, by the vendor's own counters.
        output: tokens that came out.
        amount: what its amounts add up to.
        meters: what its other meters read.
        head: a line that stays in front, as a CSV header does.
        tail: a record of this format that cannot be read.
    """

    lines: list[bytes]
    input: int = 0
    output: int = 0
    amount: Decimal = Decimal(0)
    meters: Mapping[str, int] = field(default_factory=dict)
    head: list[bytes] = field(default_factory=list)
    tail: bytes = b'{"cut":'

    @property
    def content(self) -> bytes:
        """The whole input."""
        return b"\n".join([*self.head, *self.lines])


def as_lines(records: list[Any]) -> list[bytes]:
    """The records as JSON Lines."""
    return [re.sub(r'"number ([0-9.]+)"', r"\1", json.dumps(each)).encode() for each in records]


def table(header: list[str], rows: list[dict[str, Any]], **figures: Any) -> Payload:  # noqa: ANN401 - those of Payload
    """A payload of CSV."""
    text = io.StringIO()
    writer = csv.DictWriter(text, header, restval="", lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    first, *lines = text.getvalue().encode().splitlines()
    return Payload(lines, head=[first], tail=b"one cell", **figures)


def draw_results(draw: st.DrawFn, result: st.SearchStrategy[dict[str, Any]]) -> list[dict[str, Any]]:
    """Results whose dimensions differ, so that each is a fact of its own."""
    return draw(st.lists(result, min_size=1, max_size=4, unique_by=lambda each: each["project_id"]))


def openai_page(results: list[dict[str, Any]], *, day: int = 0) -> dict[str, Any]:
    """A page with an empty bucket and one that holds these results."""
    start = 1_785_542_400 + day * 86_400
    empty = {"object": "bucket", "start_time": start - 86_400, "end_time": start, "results": []}
    bucket = {"object": "bucket", "start_time": start, "end_time": start + 86_400, "results": results}
    return {"object": "page", "data": [empty, bucket], "has_more": False, "next_page": None}


projects = st.sampled_from([None, "proj_1", "proj_2", "proj_3", "proj_4"])


@st.composite
def openai_usage(draw: st.DrawFn) -> Payload:
    result = st.fixed_dictionaries(
        {
            "object": st.just("organization.usage.completions.result"),
            "input_tokens": counts,
            "output_tokens": counts,
            "num_model_requests": counts,
            "project_id": projects,
            "user_id": st.sampled_from([None, "dana@example.com"]),
            "model": models,
            "batch": st.sampled_from([None, True, False]),
        },
        optional={
            "input_cached_tokens": counts,
            "input_uncached_tokens": counts,
            "input_cache_write_tokens": counts,
            "input_text_tokens": counts,
            "input_cached_text_tokens": counts,
            "output_text_tokens": counts,
            "output_audio_tokens": counts,
            "service_tier": st.sampled_from(["default", "flex", None]),
        },
    )
    pages = [draw_results(draw, result) for _ in range(draw(st.integers(1, 2)))]
    results = [each for page in pages for each in page]
    searches, images = draw(counts), draw(counts)
    others = [
        {"object": "organization.usage.web_searches.result", "num_requests": searches, "num_model_requests": 5},
        {"object": "organization.usage.images.result", "images": images, "num_model_requests": 0, "size": "256x256"},
    ]
    return Payload(
        as_lines([openai_page(each, day=day) for day, each in enumerate([*pages, others])]),
        sum(each["input_tokens"] for each in results),
        sum(each["output_tokens"] for each in results),
        meters={
            "requests": sum(each["num_model_requests"] for each in results),
            "searches": searches,
            "images": images,
        },
    )


@st.composite
def openai_costs(draw: st.DrawFn) -> Payload:
    result = st.fixed_dictionaries(
        {
            "object": st.just("organization.costs.result"),
            "amount": st.builds(
                lambda value, as_text: {"value": str(value) if as_text else as_number(value), "currency": "usd"},
                amounts,
                st.booleans(),
            ),
            "line_item": st.sampled_from(["gpt-5, input_tokens", None]),
            "project_id": projects,
        },
        optional={"quantity": counts, "quantity_unit": st.sampled_from(["tokens", "1000_tokens", None])},
    )
    results = draw_results(draw, result)
    values = [Decimal(each["amount"]["value"].removeprefix("number ")) for each in results]
    return Payload(as_lines([openai_page(results)]), amount=sum(values, Decimal()))


@st.composite
def openai_batch(draw: st.DrawFn) -> Payload:
    usages = draw(st.lists(st.tuples(counts, counts, counts), min_size=1, max_size=4))
    records: list[dict[str, Any]] = [{"id": "batch_req_0", "custom_id": "x", "response": None, "error": {"code": "e"}}]
    for place, (fresh, cached, leaving) in enumerate(usages):
        usage = {
            "prompt_tokens": fresh + cached,
            "completion_tokens": leaving,
            "total_tokens": fresh + cached + leaving,
            "prompt_tokens_details": {"cached_tokens": cached},
        }
        body = {"id": f"chatcmpl-{place}", "object": "chat.completion", "created": 5, "model": "gpt-5", "usage": usage}
        response = {"status_code": 200, "request_id": f"req_{place}", "body": body}
        records.append({"id": f"batch_req_{place}", "custom_id": f"c-{place}", "response": response, "error": None})
    return Payload(as_lines(records), sum(each[0] + each[1] for each in usages), sum(each[2] for each in usages))


workspaces = st.sampled_from([None, "wrkspc_1", "wrkspc_2", "wrkspc_3"])


def anthropic_page(results: list[dict[str, Any]]) -> dict[str, Any]:
    times = {"starting_at": "2026-08-01T00:00:00Z", "ending_at": "2026-08-02T00:00:00Z"}
    return {"data": [{**times, "results": results}], "has_more": False, "next_page": None}


def by_workspace(result: st.SearchStrategy[dict[str, Any]]) -> st.SearchStrategy[list[dict[str, Any]]]:
    return st.lists(result, min_size=1, max_size=4, unique_by=lambda each: each["workspace_id"])


@st.composite
def anthropic_usage(draw: st.DrawFn) -> Payload:
    result = st.fixed_dictionaries(
        {
            "uncached_input_tokens": counts,
            "cache_read_input_tokens": counts,
            "cache_creation": st.fixed_dictionaries(
                {"ephemeral_5m_input_tokens": counts, "ephemeral_1h_input_tokens": counts}
            ),
            "output_tokens": counts,
            "server_tool_use": st.fixed_dictionaries({"web_search_requests": counts}),
            "workspace_id": workspaces,
            "model": models,
            "service_tier": st.sampled_from([None, "standard", "batch", "priority_on_demand"]),
            "context_window": st.sampled_from([None, "0-200k", "200k-1M", "1M-2M"]),
            "inference_geo": st.sampled_from([None, "us", "global", "not_available"]),
        }
    )
    results = draw(by_workspace(result))
    return Payload(
        as_lines([anthropic_page([each]) for each in results]),
        sum(
            each["uncached_input_tokens"] + each["cache_read_input_tokens"] + sum(each["cache_creation"].values())
            for each in results
        ),
        sum(each["output_tokens"] for each in results),
        meters={"searches": sum(each["server_tool_use"]["web_search_requests"] for each in results)},
    )


@st.composite
def anthropic_cost(draw: st.DrawFn) -> Payload:
    result = st.fixed_dictionaries(
        {
            "amount": amounts.map(lambda amount: f"{amount:f}"),
            "currency": st.just("USD"),
            "workspace_id": workspaces,
            "cost_type": st.sampled_from(["tokens", "web_search", None]),
            "token_type": st.sampled_from(["output_tokens", None]),
        },
        optional={"list_amount": amounts.map(str), "description": st.just("Claude Usage - Output Tokens")},
    )
    results = draw(by_workspace(result))
    cents = sum((Decimal(each["amount"]) for each in results), Decimal())
    return Payload(as_lines([anthropic_page(results)]), amount=cents / 100)


@st.composite
def claude_code(draw: st.DrawFn) -> Payload:
    messages = draw(st.lists(st.tuples(counts, counts, counts, st.integers(1, 9)), min_size=1, max_size=3))
    lines: list[dict[str, Any]] = [{"type": "user", "sessionId": "s", "uuid": "u", "message": {"role": "user"}}]
    for place, (fresh, read, leaving, more) in enumerate(messages):
        usage = {
            "input_tokens": fresh,
            "cache_read_input_tokens": read,
            "cache_creation_input_tokens": 7,
            "cache_creation": {"ephemeral_5m_input_tokens": 7},
            "service_tier": "standard",
        }
        for request, output in (("r1", leaving), ("r2", leaving + more), ("r3", leaving + more)):
            line = {
                "type": "assistant",
                "sessionId": "s",
                "cwd": "/home/dana@example.com",
                "timestamp": "2026-08-01T10:00:00.123Z",
                "requestId": request,
                "isSidechain": request == "r3",
                "message": {"id": f"msg_{place}", "model": "claude", "usage": {**usage, "output_tokens": output}},
            }
            lines.append(line)
    return Payload(
        as_lines(lines),
        sum(fresh + read + 7 for fresh, read, _, _ in messages),
        sum(leaving + more for _, _, leaving, more in messages),
        meters={"requests": len(messages)},
    )


@st.composite
def litellm(draw: st.DrawFn) -> Payload:
    calls = draw(st.lists(st.tuples(counts, counts, counts, amounts, st.booleans()), min_size=1, max_size=4))
    lines = []
    for place, (fresh, read, leaving, spend, kept) in enumerate(calls):
        prompt = fresh + read
        usage = {"prompt_tokens": prompt, "completion_tokens": leaving, "total_tokens": prompt + leaving}
        details = {**usage, "cache_read_input_tokens": read, "prompt_tokens_details": {"cached_tokens": read}}
        line = {
            "request_id": f"chatcmpl-{place}",
            "call_type": "acompletion",
            "spend": as_number(spend),
            **usage,
            "startTime": "2026-08-01 10:00:00.5",
            "model": "m",
            "custom_llm_provider": "anthropic",
            "user": "dana@example.com",
            "cache_hit": "True" if kept else "None",
            "request_tags": '["team:claims", "dana@example.com"]',
            "metadata": json.dumps({"usage_object": details}),
        }
        lines.append(line)
    used = [each for each in calls if not each[4]]
    return Payload(
        as_lines(lines),
        sum(each[0] + each[1] for each in used),
        sum(each[2] for each in used),
        sum((each[3] for each in calls), Decimal()),
        {"requests": len(calls)},
    )


@st.composite
def bedrock_invocation_log(draw: st.DrawFn) -> Payload:
    calls = draw(st.lists(st.tuples(counts, maybe, maybe, counts), min_size=1, max_size=4))
    lines = []
    for place, (fresh, read, written, leaving) in enumerate(calls):
        entering = {"inputTokenCount": fresh, "cacheReadInputTokenCount": read, "cacheWriteInputTokenCount": written}
        line = {
            "schemaType": "ModelInvocationLog",
            "timestamp": "2026-08-01T10:00:00Z",
            "requestId": f"r-{place}",
            "modelId": "m",
            "identity": {"arn": "arn:aws:sts::1:assumed-role/analyst/dana@example.com"},
            "input": {**entering, "inputBodyJson": {"prompt": 5}},
            "output": {"outputTokenCount": leaving},
        }
        lines.append(line)
    lines.append({"schemaType": "ModelInvocationLog", "errorCode": "Throttled", "input": {}, "output": {}})
    return Payload(
        as_lines(lines),
        sum(fresh + (read or 0) + (written or 0) for fresh, read, written, _ in calls),
        sum(each[3] for each in calls),
        meters={"requests": len(calls)},
    )


@st.composite
def codex_cli(draw: st.DrawFn) -> Payload:
    sessions = draw(st.lists(st.lists(st.tuples(counts, counts, counts), min_size=1, max_size=3), max_size=3))
    blocks = []
    for number, turns in enumerate(sessions):
        time = {"timestamp": "2026-08-01T10:00:00.123Z"}
        block: list[dict[str, Any]] = [
            {**time, "type": "session_meta", "payload": {"id": f"s-{number}", "cwd": "/home/dana"}},
            {**time, "type": "turn_context", "payload": {"model": "gpt-5-codex"}},
            {**time, "type": "event_msg", "payload": {"type": "token_count", "info": None}},
        ]
        running = {"input_tokens": 0, "cached_input_tokens": 0, "output_tokens": 0, "total_tokens": 0}
        for fresh, read, leaving in turns:
            last = {
                "input_tokens": fresh + read,
                "cached_input_tokens": read,
                "output_tokens": leaving,
                "total_tokens": fresh + read + leaving,
            }
            running = {name: count + last[name] for name, count in running.items()}
            info = {"total_token_usage": running, "last_token_usage": last}
            block += 2 * [{**time, "type": "event_msg", "payload": {"type": "token_count", "info": info}}]
        blocks.append(b"\n".join(as_lines(block)))
    everything = [turn for turns in sessions for turn in turns]
    return Payload(
        blocks or [b'{"type":"compacted"}'],
        sum(fresh + read for fresh, read, _ in everything),
        sum(leaving for _, _, leaving in everything),
    )


@st.composite
def cohere_response(draw: st.DrawFn) -> Payload:
    calls = draw(st.lists(st.tuples(counts, counts, counts), min_size=1, max_size=4))
    lines: list[dict[str, Any]] = []
    for place, (entering, leaving, more) in enumerate(calls):
        seen = {"input_tokens": entering + more, "output_tokens": leaving + more}
        usage = {"billed_units": {"input_tokens": entering, "output_tokens": leaving}, "tokens": seen}
        lines.append({"id": f"c-{place}", ("usage" if place % 2 else "meta"): usage})
    lines.append({"id": "r", "results": [], "meta": {"billed_units": {"search_units": 3}}})
    return Payload(
        as_lines(lines), sum(each[0] for each in calls), sum(each[1] for each in calls), meters={"searches": 3}
    )


def otlp_attributes(values: dict[str, Any]) -> list[dict[str, Any]]:
    """Attributes as OTLP/JSON writes them: integers are texts."""
    return [
        {"key": name, "value": {"intValue": str(value)} if isinstance(value, int) else {"stringValue": value}}
        for name, value in values.items()
    ]


def otlp_spans(spans: list[dict[str, Any]]) -> dict[str, Any]:
    return {"resourceSpans": [{"resource": {}, "scopeSpans": [{"spans": spans}]}]}


@st.composite
def otel(draw: st.DrawFn) -> Payload:
    cached = draw(st.sampled_from(["cache_read.input_tokens", "cache_read_input_tokens"]))
    calls = draw(st.lists(st.tuples(counts, counts, counts, st.booleans()), min_size=1, max_size=4))
    requests = []
    for place, (fresh, read, leaving, named) in enumerate(calls):
        usage = {
            "gen_ai.provider.name": "anthropic",
            "gen_ai.request.model": "m",
            "gen_ai.usage.input_tokens": fresh + read,
            f"gen_ai.usage.{cached}": read,
            "gen_ai.usage.output_tokens": leaving,
            "user.email": "dana@example.com",
        }
        response = {"gen_ai.response.id": f"msg_{place}"} if named else {}
        time = {"startTimeUnixNano": str(1785753000000000000 + place), "traceId": "ab"}
        agent = {
            "spanId": f"a{place}",
            "attributes": otlp_attributes({**usage, "gen_ai.operation.name": "invoke_agent"}),
        }
        around = {"spanId": f"b{place}", "parentSpanId": f"a{place}", "attributes": otlp_attributes(usage)}
        attributes = otlp_attributes({**usage, **response, "gen_ai.operation.name": "chat"})
        leaf = {"spanId": f"c{place}", "parentSpanId": f"b{place}", "attributes": attributes}
        requests += [otlp_spans([{**time, **each}]) for each in (agent, around, leaf)]
    return Payload(
        as_lines(requests),
        sum(each[0] + each[1] for each in calls),
        sum(each[2] for each in calls),
        meters={"requests": len(calls)},
    )


AWS = {
    "identity_line_item_id": "a",
    "line_item_product_code": "AmazonBedrock",
    "line_item_line_item_type": "Usage",
    "line_item_usage_start_date": "2026-08-01T00:00:00.000Z",
    "line_item_usage_end_date": "2026-08-02T00:00:00.000Z",
    "line_item_usage_account_id": "123456789012",
    "line_item_iam_principal": "arn:aws:sts::1:assumed-role/a/dana@example.com",
    "line_item_currency_code": "USD",
    "pricing_unit": "1K tokens",
    "resource_tags_user_team": "claims",
}
AWS_KINDS = {
    "USE1-Claude4.6Sonnet-input-tokens": "input",
    "USE1-Claude4.6Sonnet-cache-read-input-token-count-cross-region-global": "input",
    "USE1-Claude4.6Sonnet-cache-write-input-token-count-1-hour": "input",
    "EUC1-Nova2.0Lite-output-tokens-flex": "output",
    "USW2-openai.gpt-5.6-mantle-cache-write-tokens-30m-global-standard": "input",
    "USE1-xai.grok-4.3-mantle-output-tokens-priority": "output",
}


@st.composite
def aws_cur(draw: st.DrawFn) -> Payload:
    lines = draw(st.lists(st.tuples(st.sampled_from(sorted(AWS_KINDS)), counts, amounts), min_size=1, max_size=5))
    rows = [
        {
            **AWS,
            "line_item_usage_type": kind,
            "line_item_usage_amount": f"{Decimal(count).scaleb(-3):f}",
            "line_item_unblended_cost": f"{amount:f}",
            "identity_line_item_id": str(place),
        }
        for place, (kind, count, amount) in enumerate(lines)
    ]
    other = {**AWS, "line_item_product_code": "AmazonS3", "line_item_usage_type": "x", "line_item_unblended_cost": "1"}
    credit = {**AWS, "line_item_line_item_type": "Credit", "line_item_unblended_cost": "-0.25"}
    header = [*AWS, "line_item_usage_type", "line_item_usage_amount", "line_item_unblended_cost"]
    return table(
        header,
        [*rows, other, credit],
        input=sum(count for kind, count, _ in lines if AWS_KINDS[kind] == "input"),
        output=sum(count for kind, count, _ in lines if AWS_KINDS[kind] == "output"),
        amount=sum((amount for _, _, amount in lines), Decimal("-0.25")),
    )


FOCUS = {
    "ChargePeriodStart": "2026-08-01T00:00:00Z",
    "ChargePeriodEnd": "2026-08-02T00:00:00Z",
    "BillingPeriodStart": "2026-08-01T00:00:00Z",
    "BillingPeriodEnd": "2026-09-01T00:00:00Z",
    "ChargeCategory": "Usage",
    "ChargeFrequency": "Usage-Based",
    "BillingCurrency": "USD",
    "ProviderName": "Microsoft",
    "ServiceCategory": "AI and Machine Learning",
    "Tags": '{"owner": "dana@example.com", "team": "claims"}',
    "ConsumedUnit": "1K Tokens",
    "PricingUnit": "1K Tokens",
}


@st.composite
def focus(draw: st.DrawFn) -> Payload:
    meters = st.sampled_from(["gpt 5 inp glbl Tokens", "Input Tokens", "Output Tokens"])
    lines = draw(st.lists(st.tuples(meters, counts, amounts, amounts), min_size=1, max_size=5))
    rows = [
        {
            **FOCUS,
            "SkuMeter": meter,
            "ConsumedQuantity": f"{Decimal(count).scaleb(-3):f}",
            "BilledCost": f"{billed:f}",
            "EffectiveCost": f"{effective:f}",
        }
        for meter, count, billed, effective in lines
    ]
    other = {**FOCUS, "ServiceCategory": "Storage", "ConsumedUnit": "GB", "PricingUnit": "GB", "BilledCost": "9"}
    return table(
        [*FOCUS, "SkuMeter", "ConsumedQuantity", "BilledCost", "EffectiveCost"],
        [*rows, other],
        input=sum(line[1] for line in lines if line[0].startswith("Input")),
        output=sum(line[1] for line in lines if line[0].startswith("Output")),
        amount=sum((line[3] for line in lines), Decimal()),
    )


def dollars(values: Iterable[Decimal]) -> Decimal:
    return sum(values, Decimal())


@st.composite
def openrouter_activity(draw: st.DrawFn) -> Payload:
    days = draw(st.lists(st.tuples(counts, counts, counts, amounts), min_size=1, max_size=4))
    lines = [
        {
            "date": f"2026-08-0{place + 1}",
            "model": "anthropic/claude",
            "model_permaslug": "anthropic/claude-4",
            "usage": as_number(usage),
            "byok_usage_inference": 0.5,
            "requests": 3,
            "prompt_tokens": entering,
            "completion_tokens": answer + thought,
            "reasoning_tokens": thought,
        }
        for place, (entering, answer, thought, usage) in enumerate(days)
    ]
    return Payload(
        as_lines([{"data": [each]} for each in lines]),
        sum(each[0] for each in days),
        sum(each[1] + each[2] for each in days),
        dollars(each[3] for each in days),
        {"requests": 3 * len(days)},
    )


CONSOLE_INPUT = [
    f"usage_input_tokens_{name}" for name in ("no_cache", "cache_write_5m", "cache_write_1h", "cache_read")
]


@st.composite
def anthropic_console(draw: st.DrawFn) -> Payload:
    rows = draw(st.lists(st.tuples(counts, counts, counts, counts, counts, counts), min_size=1, max_size=4))
    header = ["usage_date_utc", "model_version", "api_key", "workspace", "usage_type", "context_window"]
    cells = [
        {
            "usage_date_utc": f"2026-08-0{place + 1}",
            "model_version": "claude",
            "api_key": "dana@example.com's key",
            "usage_type": "standard",
            "context_window": "\u2264 200k",
            **dict(zip([*CONSOLE_INPUT, "usage_output_tokens", "web_search_count"], row, strict=True)),
        }
        for place, row in enumerate(rows)
    ]
    return table(
        [*header, *CONSOLE_INPUT, "usage_output_tokens", "web_search_count"],
        cells,
        input=sum(sum(row[:4]) for row in rows),
        output=sum(row[4] for row in rows),
        meters={"searches": sum(row[5] for row in rows)},
    )


@st.composite
def github_copilot(draw: st.DrawFn) -> Payload:
    covered = st.booleans()
    rows = draw(st.lists(st.tuples(amounts, amounts, covered, counts, counts, counts), min_size=1, max_size=4))
    cells = [
        {
            "date": f"2026-08-0{place + 1}",
            "username": "dana@example.com",
            "product": "copilot",
            "sku": "copilot_ai_credit",
            "model": "Auto: GPT-5",
            "quantity": f"{quantity:.6f}",
            "unit_type": "ai-credits",
            "gross_amount": f"{gross:f}",
            "discount_amount": f"{gross:f}" if plan else "0",
            "net_amount": "0" if plan else f"{gross:f}",
            "input": fresh,
            "cache_read": read,
            "output": leaving,
        }
        for place, (quantity, gross, plan, fresh, read, leaving) in enumerate(rows)
    ]
    return table(
        list(cells[0]),
        cells,
        input=sum(row[3] + row[4] for row in rows),
        output=sum(row[5] for row in rows),
        amount=dollars(row[1] for row in rows if not row[2]),
    )


@st.composite
def cursor(draw: st.DrawFn) -> Payload:
    kinds = st.sampled_from(["Usage-based", "Included in Business", "Errored, Not Charged"])
    events = draw(st.lists(st.tuples(counts, counts, counts, amounts, kinds), min_size=1, max_size=4))
    lines = [
        {
            "timestamp": str(1785753000000 + place),
            "userEmail": "dana@example.com",
            "model": "claude",
            "kind": kind,
            "requestsCosts": 1.5,
            "isTokenBasedCall": True,
            "tokenUsage": {"inputTokens": fresh, "cacheReadTokens": read, "outputTokens": leaving, "totalCents": 1},
            "chargedCents": as_number(cents),
        }
        for place, (fresh, read, leaving, cents, kind) in enumerate(events)
    ]
    return Payload(
        as_lines([{"usageEvents": [each]} for each in lines]),
        sum(each[0] + each[1] for each in events),
        sum(each[2] for each in events),
        dollars(each[3] for each in events if each[4] == "Usage-based") / 100,
    )


@st.composite
def langfuse(draw: st.DrawFn) -> Payload:
    calls = draw(st.lists(st.tuples(counts, counts, counts, counts, amounts), min_size=1, max_size=4))
    lines = []
    for place, (fresh, read, answer, thought, cost) in enumerate(calls):
        usage = {
            "input": fresh,
            "input_cache_read": read,
            "output": answer,
            "output_reasoning_tokens": thought,
            "total": fresh + read + answer + thought,
        }
        line = {
            "id": f"o-{place}",
            "traceId": "t",
            "type": "GENERATION",
            "startTime": "2026-08-01T10:00:00.000Z",
            "model": "gpt-5",
            "userId": "dana@example.com",
            "usageDetails": usage,
            "totalCost": as_number(cost),
        }
        lines += [line, {**line, "id": f"s-{place}", "type": "SPAN"}]
    return Payload(
        as_lines([{"data": [each]} for each in lines]),
        sum(each[0] + each[1] for each in calls),
        sum(each[2] + each[3] for each in calls),
        dollars(each[4] for each in calls),
        {"requests": len(calls)},
    )


PAYLOADS: Mapping[str, st.SearchStrategy[Payload]] = {
    "openai-usage": openai_usage(),
    "openai-costs": openai_costs(),
    "openai-batch": openai_batch(),
    "anthropic-usage": anthropic_usage(),
    "anthropic-cost": anthropic_cost(),
    "claude-code": claude_code(),
    "litellm": litellm(),
    "bedrock-invocation-log": bedrock_invocation_log(),
    "codex-cli": codex_cli(),
    "cohere-response": cohere_response(),
    "otel": otel(),
    "aws-cur": aws_cur(),
    "focus": focus(),
    "openrouter-activity": openrouter_activity(),
    "anthropic-console": anthropic_console(),
    "github-copilot": github_copilot(),
    "cursor": cursor(),
    "langfuse": langfuse(),
}


def meters_of(rows: list[dict[str, Any]]) -> Counter[str]:
    """What the meters of some rows read, but for tokens."""
    found: Counter[str] = Counter()
    for row in rows:
        if row.get("meter", "tokens") != "tokens":
            found[row["meter"]] += Decimal(row["consumed_quantity"])  # type: ignore[assignment]
    return found
