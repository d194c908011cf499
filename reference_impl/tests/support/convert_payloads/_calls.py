"""Payloads that hold calls one by one: logs, sessions, responses and telemetry."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

from hypothesis import strategies as st

from convert_payloads._payload import Payload, amounts, as_lines, as_number, counts, dollars, maybe


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
