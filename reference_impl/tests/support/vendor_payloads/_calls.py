"""What responses, sessions, telemetry and gateways state, with any figures in them."""

from __future__ import annotations

import re

from hypothesis import strategies as st

from vendor_payloads._pieces import ADDRESSES, STEP, TIME, Json, as_lines, counters, counts, of, some

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
bodies = st.builds(
    lambda usage, around: {**around, "usage": usage},
    usage,
    some(
        id=of("r", "s", *ADDRESSES),
        model=of("m", None),
        created=of(1788134400, 1788134401, 0, TIME),
        service_tier=of("auto", "flex", "odd"),
        choices=of([]),
    ),
)

batches = st.builds(
    lambda body, around: {"custom_id": "c", "response": {"body": body, **around}},
    bodies,
    some(status_code=of(200, 200, 400, None), request_id=of("q")),
)

logged = st.builds(
    lambda entering, leaving, around: {
        "schemaType": "ModelInvocationLog",
        "timestamp": TIME,
        "input": entering,
        "output": leaving,
        **around,
    },
    some(**counters("inputTokenCount", "cacheReadInputTokenCount", "cacheWriteInputTokenCount", "oddCount")),
    some(**counters("outputTokenCount")),
    some(
        requestId=of("r", "s", None, *ADDRESSES),
        modelId=of("m", None),
        region=of("eu-central-1"),
        inferenceRegion=of("eu-west-3"),
        accountId=of("1", None),
        operation=of("Converse"),
        errorCode=of("ThrottlingException"),
        identity=some(arn=of("arn:aws:sts::1:assumed-role/role/ada@example.com", "arn:aws:iam::1:user/ada")),
        requestMetadata=some(team=of("t", *ADDRESSES), odd=of(None, 1) | st.booleans()),
    ),
)

messages = some(
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

work = st.builds(
    lambda usage, message, line: {"timestamp": TIME, **line, "message": {"id": "m", **message, "usage": usage}},
    messages,
    some(id=of("m", "n", None), model=of("a", "a", "<synthetic>")),
    some(
        sessionId=of("s", "t"),
        requestId=of("q", "p"),
        uuid=of("u", "v"),
        isSidechain=st.booleans(),
        costUSD=of(0.5, "0.25", 0, -1),
        cwd=of("/home/ada"),
        version=of("2", *ADDRESSES),
    ),
)

_modal = st.lists(some(modality=of("TEXT", "AUDIO", "SMELL"), tokenCount=counts), max_size=3)
metadata = some(
    **counters("promptTokenCount", "candidatesTokenCount", "thoughtsTokenCount", "toolUsePromptTokenCount"),
    **counters("cachedContentTokenCount"),
    totalTokenCount=of(None, 0, 1, 3, 5, 8, 10, 13, 16, 21),
    promptTokensDetails=_modal,
    candidatesTokensDetails=_modal,
    cacheTokensDetails=_modal,
    serviceTier=of("FLEX", "unspecified", "odd"),
    trafficType=of("ON_DEMAND", "TRAFFIC_TYPE_UNSPECIFIED"),
)

_by_modality = st.lists(some(modality=of("text", "audio", "smell"), tokens=counts), max_size=3)
interactions = some(
    **counters("total_input_tokens", "total_output_tokens", "total_thought_tokens", "total_tool_use_tokens"),
    **counters("total_cached_tokens", "raw_prompt_token"),
    total_tokens=of(None, 0, 1, 3, 5, 8, 10, 13, 16, 21),
    input_tokens_by_modality=_by_modality,
    output_tokens_by_modality=_by_modality,
    cached_tokens_by_modality=_by_modality,
    grounding_tool_count=st.lists(some(type=of("google_search", "google_maps", "odd one"), count=counts), max_size=3),
)


def in_client(value: Json) -> Json:
    """The same with the names that the client library for Python writes."""
    if isinstance(value, dict):
        spelled = ((re.sub("[A-Z]", lambda found: f"_{found[0].lower()}", name), each) for name, each in value.items())
        return {name: in_client(each) for name, each in spelled}
    return [in_client(each) for each in value] if isinstance(value, list) else value


thinking = st.builds(
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

converse = some(
    **counters("inputTokens", "outputTokens", "cacheReadInputTokens", "cacheWriteInputTokens", "outputTokenCount"),
    totalTokens=of(None, 0, 3, 8, 13, 21),
    cacheDetails=st.lists(some(ttl=of("5m", "1h", "90s", "odd"), inputTokens=counts), max_size=2),
    serverToolUsage=some(**counters("web_search_requests")),
)

_billed = some(**counters("input_tokens", "output_tokens", "search_units", "images", "classifications"))
cohere = st.builds(
    lambda usage, around: {"usage": usage, **around},
    some(billed_units=_billed, tokens=some(**counters("input_tokens", "output_tokens"))),
    some(id=of("r", "s"), embeddings=of([]), results=of([])),
)


_EARLIER, _FORK, _LATER = (
    f"{found[:8]}-{found[8:12]}-7abc-8def-0123456789ab"
    for found in (f"{1788084000000 + second * 1000:012x}" for second in (-9, 0, 2))
)
_metas = some(
    id=of(_FORK, _FORK, "s", _EARLIER, "parent"),
    session_id=of("s", "parent", 7),
    forked_from_id=of(_EARLIER, "parent", _FORK, None),
    parent_thread_id=of(_EARLIER, "parent"),
    source=of("cli", {"subagent": "review"}, {"subagent": {"thread_spawn": {"parent_thread_id": "parent"}}}),
    cli_version=of("1"),
)
_between = st.one_of(
    st.fixed_dictionaries({"type": of("session_meta"), "payload": _metas}),
    st.fixed_dictionaries(
        {
            "type": of("turn_context"),
            "payload": some(turn_id=of(_EARLIER, _LATER, _LATER.upper(), "t1", 1), model=of("m")),
        }
    ),
)


@st.composite
def sessions(draw: st.DrawFn) -> tuple[str, str]:
    """A session of which running figures mostly grow, and sometimes begin anew, and which may be a fork."""
    records: list[Json] = [{"type": "session_meta", "payload": {"id": "s", "cli_version": "1"}}] * draw(of(0, 1, 1))
    written = [f"2026-08-30T10:{clock}Z" for clock in ("00:00", "00:04.5", "00:05.001", "00:59", "01:01")]
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
        if draw(of(0, 0, 0, 0, 1)):
            running = dict.fromkeys(running, 0)
            info = {name: {**running, "total_tokens": 9000} for name in info}
        payload = {"type": "token_count", "info": info}
        others = draw(st.lists(_between, max_size=2))
        records += [{"timestamp": draw(st.sampled_from(written)), **other} for other in others]
        time = draw(st.sampled_from((f"2026-08-30T10:00:0{place}Z", *written)))
        records.append({"timestamp": time, "type": "event_msg", "payload": payload})
    return as_lines(records)


@st.composite
def traces(draw: st.DrawFn) -> tuple[str, str]:
    """Spans inside of spans and log records on them, in any order, of which some state usage."""
    signals: dict[str, list[Json]] = {"spans": [], "logRecords": []}
    for place in range(draw(st.integers(1, 6))):
        kind = draw(of("spans", "spans", "logRecords"))
        said = draw(
            some(
                **{f"gen_ai.usage.{name}": counts for name in ("input_tokens", "output_tokens")},
                **{f"gen_ai.usage.{name}.tokens": counts for name in ("cache_read", "odd")},
                **{"gen_ai.usage.cache_read.input_tokens": counts, "gen_ai.usage.total_tokens": of(3, 8, 13)},
                **{f"gen_ai.usage.{name}.input_tokens": counts for name in ("text", "audio", "text.cache_read")},
                **{"gen_ai.usage.audio.cache_read.input_tokens": counts, "gen_ai.usage.audio.output_tokens": counts},
                **{"gen_ai.response.id": of("r", "s"), "gen_ai.operation.name": of("chat", "invoke_agent")},
            )
        )
        counted = next(
            (name for name in ("gen_ai.usage.input_tokens", "gen_ai.usage.output_tokens") if name in said), None
        )
        if counted is not None:
            said[counted] += STEP * place
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
def observations(draw: st.DrawFn) -> Json:
    around = draw(
        some(
            totalCost=of(0.25, 0, None),
            costDetails=some(total=of(0.5), input=of(0.125), output=of("0.25")),
            type=of("GENERATION", "embedding", "SPAN"),
            userId=of("u", *ADDRESSES),
        )
    )
    return {"id": "o", "traceId": "t", "startTime": TIME, "model": "m", "usageDetails": draw(_types), **around}


spend = st.builds(
    lambda log, totals, usage: {**log, **totals, **({} if usage is None else {"metadata": {"usage_object": usage}})},
    st.fixed_dictionaries(
        {"request_id": of("1", "2"), "call_type": of("acompletion", "aembedding", "image"), "startTime": of(TIME)},
        optional={"spend": of(0.5, 0), "cache_hit": of("True", "False"), "status": of("failure"), "user": of("u")},
    ),
    some(**counters("prompt_tokens", "completion_tokens", "total_tokens")),
    st.none() | usage,
)
