"""Sources whose records are calls of a model: responses, and logs of them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from opentokenomics_conformance.laws._payload import AT, COUNTS, NOON, Counted, Draw, Form, answered, dollars, part_of


def _inclusive(draw: Draw) -> tuple[dict[str, Any], int, int]:
    """Counters that hold what is counted apart as well: cached tokens of the prompt, reasoning of the completion."""
    prompt, completion = draw(COUNTS), draw(COUNTS)
    usage = {
        "prompt_tokens": prompt,
        "completion_tokens": completion,
        "total_tokens": prompt + completion,
        "prompt_tokens_details": {"cached_tokens": part_of(draw, prompt)},
        "completion_tokens_details": {"reasoning_tokens": part_of(draw, completion)},
    }
    return usage, prompt, completion


def _openai(draw: Draw, place: int) -> Counted:
    usage, entering, leaving = _inclusive(draw)
    name = f"chatcmpl-{place}"
    body = {"id": name, "object": "chat.completion", "created": NOON + place, "model": "gpt-5-2025-08-07"}
    return answered({**body, "service_tier": "default", "usage": usage}, entering, leaving, name)


def _openrouter(draw: Draw, place: int) -> Counted:
    usage, entering, leaving = _inclusive(draw)
    name = f"gen-{NOON}-{place}"
    body = {"id": name, "provider": "OpenAI", "model": "openai/gpt-5", "created": NOON + place}
    amount = dollars(draw)
    text = json.dumps({**body, "usage": {**usage, "cost": float(amount)}})
    return Counted(text, entering, leaving, name, amount)


def _anthropic(draw: Draw, place: int) -> Counted:
    """The counters of input are disjoint; thinking is part of the output."""
    plain, read, short, long, leaving = (draw(COUNTS) for _ in range(5))
    usage = {
        "input_tokens": plain,
        "cache_read_input_tokens": read,
        "cache_creation_input_tokens": short + long,
        "cache_creation": {"ephemeral_5m_input_tokens": short, "ephemeral_1h_input_tokens": long},
        "output_tokens": leaving,
        "output_tokens_details": {"thinking_tokens": part_of(draw, leaving)},
        "service_tier": "standard",
    }
    name = f"msg_{place}"
    body = {"id": name, "type": "message", "model": "claude-sonnet-4-5-20250929", "usage": usage}
    return answered(body, plain + read + short + long, leaving, name)


def _gemini(draw: Draw, place: int) -> Counted:
    """Cached tokens are part of the prompt; results of tools stand beside it, and thoughts beside the candidates."""
    prompt, tools, candidates, thoughts = (draw(COUNTS) for _ in range(4))
    usage = {
        "promptTokenCount": prompt,
        "cachedContentTokenCount": part_of(draw, prompt),
        "toolUsePromptTokenCount": tools,
        "candidatesTokenCount": candidates,
        "thoughtsTokenCount": thoughts,
        "totalTokenCount": prompt + tools + candidates + thoughts,
    }
    name = f"response-{place}"
    body = {"responseId": name, "createTime": f"2026-08-31T08:00:0{place}Z", "modelVersion": "gemini-2.5-flash"}
    return answered({**body, "usageMetadata": usage}, prompt + tools, candidates + thoughts, name)


def _bedrock(draw: Draw, place: int) -> Counted:
    """The counters of input are disjoint, and the total has all of them."""
    plain, read, write, leaving = (draw(COUNTS) for _ in range(4))
    usage = {
        "inputTokens": plain,
        "outputTokens": leaving,
        "totalTokens": plain + read + write + leaving,
        "cacheReadInputTokens": read,
        "cacheWriteInputTokens": write,
    }
    name = f"request-{place}"
    return answered({"ResponseMetadata": {"RequestId": name}, "usage": usage}, plain + read + write, leaving, name)


def _batch(draw: Draw, place: int) -> Counted:
    """A line of the output of a batch, with a response inside."""
    entering, leaving = draw(COUNTS), draw(COUNTS)
    name = f"resp_{place}"
    usage = {
        "input_tokens": entering,
        "input_tokens_details": {"cached_tokens": part_of(draw, entering)},
        "output_tokens": leaving,
        "output_tokens_details": {"reasoning_tokens": part_of(draw, leaving)},
        "total_tokens": entering + leaving,
    }
    body = {"id": name, "object": "response", "created_at": NOON + place, "model": "gpt-5-mini-2025-08-07"}
    response = {"status_code": 200, "request_id": f"req_{place}", "body": {**body, "usage": usage}}
    line = {"id": f"batch_req_{place}", "custom_id": f"claim-{place}", "response": response, "error": None}
    return answered(line, entering, leaving, name)


def _invocation(draw: Draw, place: int) -> Counted:
    """A line of the log of Amazon Bedrock; its counters of input are disjoint."""
    plain, read, write, leaving = (draw(COUNTS) for _ in range(4))
    name = f"0b1c-{place}"
    line = {
        "schemaType": "ModelInvocationLog",
        "schemaVersion": "1.0",
        "timestamp": f"2026-08-03T10:20:0{place}Z",
        "accountId": "123456789012",
        "region": "eu-central-1",
        "requestId": name,
        "operation": "Converse",
        "modelId": "amazon.nova-lite-v1:0",
        "input": {"inputTokenCount": plain, "cacheReadInputTokenCount": read, "cacheWriteInputTokenCount": write},
        "output": {"outputTokenCount": leaving},
    }
    return answered(line, plain + read + write, leaving, name)


def _session(draw: Draw, place: int) -> Counted:
    """A line of the log of a session of Claude Code, with a message inside."""
    inner = _anthropic(draw, place)
    line = {
        "type": "assistant",
        "uuid": f"a{place}",
        "sessionId": "5f2c",
        "requestId": f"req_{place}",
        "timestamp": f"2026-08-03T09:00:0{place}.500Z",
        "version": "2.0.14",
        "isSidechain": False,
        "message": {**json.loads(inner.text), "role": "assistant"},
    }
    return answered(line, inner.input, inner.output, f"msg_{place}")


def _cohere(draw: Draw, place: int) -> Counted:
    """Billed units count; the tokens beside them include what the vendor adds of its own, and are not billed."""
    entering, leaving = draw(COUNTS), draw(COUNTS)
    name = f"c14{place}"
    usage = {
        "billed_units": {"input_tokens": entering, "output_tokens": leaving},
        "tokens": {"input_tokens": entering + draw(COUNTS), "output_tokens": leaving + draw(COUNTS)},
    }
    body = {"id": name, "finish_reason": "COMPLETE", "model": "command-a-03-2025", "usage": usage}
    return answered(body, entering, leaving, name)


def _spend(draw: Draw, place: int) -> Counted:
    """A line of the spend log of LiteLLM, which counts as OpenAI does."""
    usage, entering, leaving = _inclusive(draw)
    name = f"chatcmpl-{place}"
    line = {
        "request_id": name,
        "call_type": "acompletion",
        "api_key": "88dc28d0f030c55e",
        "spend": 0.25,
        **{each: usage[each] for each in ("prompt_tokens", "completion_tokens", "total_tokens")},
        "startTime": f"2026-08-03 10:15:0{place}.120000",
        "endTime": f"2026-08-03 10:15:0{place}.440000",
        "model": "gpt-5-2025-08-07",
        "custom_llm_provider": "openai",
        "cache_hit": "None",
        "status": "success",
        "metadata": json.dumps({"usage_object": usage}),
    }
    return answered(line, entering, leaving, name)


def _span(draw: Draw, place: int) -> Counted:
    """A span of a call, with attributes of OpenTelemetry."""
    entering, leaving = draw(COUNTS), draw(COUNTS)
    name = f"chatcmpl-{place}"
    texts = {"operation.name": "chat", "provider.name": "openai", "request.model": "gpt-5"}
    counts = {"input_tokens": entering, "cache_read.input_tokens": part_of(draw, entering), "output_tokens": leaving}
    attributes = [
        *({"key": f"gen_ai.{key}", "value": {"stringValue": value}} for key, value in texts.items()),
        {"key": "gen_ai.response.id", "value": {"stringValue": name}},
        *({"key": f"gen_ai.usage.{key}", "value": {"intValue": str(value)}} for key, value in counts.items()),
    ]
    start = 1785753000 + place
    span = {
        "traceId": "5b8efff798038103d269b633813fc60c",
        "spanId": f"eee19b7ec3c1b17{place}",
        "name": "chat",
        "kind": 3,
        "startTimeUnixNano": f"{start}000000000",
        "endTimeUnixNano": f"{start}500000000",
        "attributes": attributes,
    }
    line = {"resourceSpans": [{"scopeSpans": [{"scope": {"name": "example"}, "spans": [span]}]}]}
    return answered(line, entering, leaving, name)


def _turn(draw: Draw, place: int) -> Counted:
    """An event of a session of Codex: each turn counts a thousand tokens in, and ten out, on the totals before it."""
    last = {"input_tokens": 1000, "cached_input_tokens": part_of(draw, 1000) // place, "output_tokens": 10}
    total = {**{name: count * place for name, count in last.items()}, "reasoning_output_tokens": 0}
    info = {
        "total_token_usage": {**total, "total_tokens": 1010 * place},
        "last_token_usage": {**last, "reasoning_output_tokens": 0, "total_tokens": 1010},
    }
    payload = {"type": "token_count", "info": info}
    line = {"timestamp": f"2026-08-03T11:00:0{place}.000Z", "type": "event_msg", "payload": payload}
    return Counted(json.dumps(line), 1000, 10)


def _observation(draw: Draw, place: int) -> Counted:
    """An observation of Langfuse, whose counters are disjoint in both directions."""
    plain, read, write, leaving, reasoning = (draw(COUNTS) for _ in range(5))
    name, amount = f"obs-{place}", dollars(draw)
    usage = {
        "input": plain,
        "input_cache_read": read,
        "input_cache_creation_5m": write,
        "output": leaving,
        "output_reasoning_tokens": reasoning,
        "total": plain + read + write + leaving + reasoning,
    }
    times = {"startTime": f"2026-08-03T10:30:0{place}.000Z", "endTime": f"2026-08-03T10:30:0{place}.500Z"}
    body = {"id": name, "traceId": f"trace-{place}", "type": "GENERATION", "model": "claude-sonnet-4-5-20250929"}
    costs = {"costDetails": {"total": float(amount)}, "totalCost": float(amount)}
    text = json.dumps({**body, **times, "usageDetails": usage, **costs})
    return Counted(text, plain + read + write, leaving + reasoning, name, amount)


CALLS: Mapping[str, Form] = {
    "openai-response": Form(_openai),
    "anthropic-response": Form(_anthropic, options=AT),
    "gemini-response": Form(_gemini),
    "bedrock-response": Form(_bedrock, options={**AT, "model": "anthropic.claude-sonnet-4-5-20250929-v1:0"}),
    "openrouter-response": Form(_openrouter, states_amounts=True),
    "cohere-response": Form(_cohere, "cohere.jsonl", options={**AT, "model": "command-a-03-2025"}),
    "openai-batch": Form(_batch, "batch_output.jsonl"),
    "bedrock-invocation-log": Form(_invocation, "log.jsonl"),
    "claude-code": Form(_session, "session.jsonl"),
    "codex-cli": Form(
        _turn,
        "rollout.jsonl",
        head='{"timestamp": "2026-08-03T11:00:00.010Z", "type": "session_meta", "payload": {"id": "0199-aa", '
        '"timestamp": "2026-08-03T11:00:00.000Z", "cli_version": "0.42.0"}}\n'
        '{"timestamp": "2026-08-03T11:00:00.100Z", "type": "turn_context", "payload": {"model": "gpt-5-codex"}}\n',
        is_ordered=True,
    ),
    "litellm": Form(_spend, "spend_logs.jsonl"),
    "otel": Form(_span, "spans.jsonl"),
    "langfuse": Form(
        _observation,
        "observations.json",
        head='{"data": [',
        between=", ",
        tail='], "meta": {"cursor": null}}\n',
        states_amounts=True,
    ),
}
"""For each source what its payloads look like."""
