"""What the implementation in JavaScript converts becomes the rows of the reference implementation."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

from javascript import FOLDER

from opentokenomics.convert import sources
from opentokenomics.standard import load
from opentokenomics_conformance import Case, Outcome, Plan, Role, load_suite, run_suite
from opentokenomics_conformance.reference import _ROLES

_ADAPTER = ("node", str(FOLDER / "bin" / "adapter.js"))
_EXPORTS = FOLDER.parents[2] / "examples" / "exports"
_OPTIONS = {"at": "2026-08-31T08:00:00Z"}


def _source(file: Path) -> str:
    folder = file.parent.name
    return f"{file.stem}-response" if folder == "responses" else file.stem if folder == "month" else folder


def _cases() -> Iterator[Case]:
    for file in sorted(_EXPORTS.glob("*/*")):
        if file.suffix in {".csv", ".json", ".jsonl"}:
            payload = {"path": file.name, "text": file.read_text("utf-8")}
            given = {"source": _source(file), "payload": payload, "options": _OPTIONS}
            expected = _ROLES["converter"](given, load().version)
            name = f"{file.parent.name}/{file.name}"
            yield Case(name, "An example.", Role.CONVERTER, "convert", (), (), given, expected)


def test_every_vector_of_a_converter_has_the_same_rows_from_both() -> None:
    suite = load_suite().of([Role.CONVERTER])
    report = run_suite(suite, Plan(_ADAPTER))
    assert {each.case: each.detail for each in report.results if each.outcome is not Outcome.PASSED} == {}
    assert {each.name for each in sources()} == {case.input["source"] for case in suite.cases}


def test_examples_are_converted_alike() -> None:
    report = run_suite(replace(load_suite(), cases=list(_cases())), Plan(_ADAPTER))
    assert {each.case: str(each.detail) for each in report.results if each.outcome is not Outcome.PASSED} == {}


_HEADER = "start_time,end_time,input_tokens,output_tokens,input_text_tokens,compute_units"
_EVENT = {"timestamp": 1788134400123, "model": "m", "kind": "Usage-based", "chargedCents": 5, "requestsCosts": 2}
_RESULT = {"object": "organization.usage.completions.result", "input_tokens": 5, "output_tokens": 6}
_RESULTS: tuple[dict[str, Any], ...] = (
    {},
    {"project_id": ""},
    {"user_id": "", "user_email": "a@example.com"},
    {"service_tier": None},
    {"model": "a", "input_tokens": 9},
    {"model": "a", "input_tokens": 6, "input_text_tokens": 6},
    {"model": "b", "images": 0.5},
)
_LOG = {"call_type": "acompletion", "spend": 0.5, "startTime": "2026-08-03T10:15:00Z", "total_tokens": 10}
_DETAILS = {"usage_object": {"prompt_tokens": 5, "completion_tokens": 4, "total_tokens": 9}}
_WRITTEN = {"prompt_tokens": 9, "completion_tokens": 1, "total_tokens": 10, "cache_creation_input_tokens": 5}
_SHORT, _LONG = "ephemeral_5m_input_tokens", "ephemeral_1h_input_tokens"
_LIFETIMES: tuple[dict[str, Any], ...] = (
    *({"cache_creation": each} for each in ({}, {_SHORT: 5}, {_SHORT: 2, _LONG: 2}, {_LONG: 6}, {_LONG: 0}, "some")),
    {"prompt_tokens_details": {"cache_creation_token_details": {_LONG: 5}}, "cache_creation": {_SHORT: 5}},
    {"prompt_tokens_details": {"cache_creation_token_details": {_LONG: 0}}, "cache_creation": {_SHORT: 5}},
)
_TIERS = ("priority", "odd", "", None)
_USAGES: tuple[object, ...] = ({"output_tokens": 5}, "some", [], None)
_CACHED: tuple[dict[str, object], ...] = (
    {},
    {"cache_read_input_tokens": 0},
    {"cache_read_input_tokens": 4},
    {"cache_creation": {"ephemeral_5m_input_tokens": 4}},
    {"cache_creation_input_tokens": 0, "cache_creation": {"ephemeral_5m_input_tokens": 4}},
    {"server_tool_use": {"web_search_requests": 4}},
)
_MONTHS: tuple[object, ...] = (0, 8, 1.5, "8", True)
_PERIODS: tuple[dict[str, object], ...] = (
    {"year": 2026},
    {"year": 2026, "month": 8, "day": 0},
    *({"year": 2026, "month": month} for month in _MONTHS),
)
_CENTS = {"amount": "5", "currency": "USD"}
_LINE = {"type": "assistant", "uuid": "u", "timestamp": "2026-08-03T10:15:00Z"}
_CHARGES = (
    "BilledCost,EffectiveCost,BillingCurrency,ChargeCategory,ChargePeriodStart,ChargePeriodEnd,ServiceCategory,"
    "ConsumedQuantity,ListCost"
)
_CHARGE = "1,1,USD,Usage,2026-08-03,2026-08-04,AI and Machine Learning"
_SEEN = {"id": "o", "type": "GENERATION", "startTime": "2026-08-03T10:15:00Z", "usageDetails": {"input": 5}}
_INVOKED = {
    "schemaType": "ModelInvocationLog",
    "timestamp": 1785753000,
    "requestId": "r",
    "input": {"inputTokenCount": 5},
}
_POINT = {
    "asInt": "10",
    "startTimeUnixNano": "1785542400000000000",
    "timeUnixNano": "1785542460000000000",
    "attributes": {"gen_ai.token.type": "input"},
}
_METRIC: dict[str, Any] = {
    "name": "gen_ai.client.token.usage",
    "sum": {"aggregationTemporality": 2, "dataPoints": [_POINT]},
}
_MODAL = (
    *(
        {**_POINT, "attributes": {"gen_ai.token.modality": each}}
        for each in ("text", "document", "unknown", "smell", "", None, 5)
    ),
    {**_POINT, "attributes": {"gen_ai.token.type": "input", "gen_ai.operation.name": "Embeddings"}},
)
_SPANS: tuple[dict[str, object], ...] = tuple(
    {"traceId": "t", "spanId": f"s{place}", "startTimeUnixNano": "1785542400000000000", "attributes": stated}
    for place, stated in enumerate(
        {"gen_ai.usage.total_tokens": 7, "gen_ai.operation.name": kind} for kind in ("chat", "embeddings", "agent")
    )
)
_NOTED = {"event.name": "api_request", "model": "m", "cost_usd": "0.5"}
_REQUESTED: tuple[dict[str, object], ...] = (
    {},
    {"output_tokens": 0},
    {"input_tokens": "5", "request_id": "q"},
    {"gen_ai.usage.output_tokens": 5, "output_tokens": 4},
)
_REQUESTS: tuple[dict[str, object], ...] = tuple(
    {**_SPANS[0], "name": "claude_code.llm_request", "spanId": f"r{place}", "attributes": {"model": "m", **stated}}
    for place, stated in enumerate(_REQUESTED)
)
_ADDRESSES = (
    *("a'b@example.com", "\u00e9.a@example.com", "a@\u00e9xample.com", "a@b_c.de", "a@b.c1", "a@b", "a''b@c.de"),
    *("'a@b.de'", "a@b.de1", "\u7528\u6237a@b.de"),
)
_LINES = (
    "line_item_usage_type,line_item_unblended_cost,line_item_usage_start_date,line_item_usage_end_date,"
    "line_item_product_code,product,product_product_name,line_item_usage_amount,pricing_unit,"
    "line_item_line_item_description"
)
_DAY = "1.5,2026-08-03T00:00:00Z,2026-08-04T00:00:00Z"
_BILLED = f"USW2-MP:USW2_InputTokenCount-Units,{_DAY}"
_NAMED = (
    *("InputTokenCount", "CacheWrite1hInputTokenCount_Global", "cache_read_tokens_global_standard", "OutputTokenCount"),
    *("MillionBatchInputTokens", "Reserved_1Month_InputTPM_Geo", "CacheInputTokenCount", "ResponseTokens_Dream_1h"),
    *(
        "image_input_tokens_flex",
        "cache_write_tokens_1h_5m",
        "read_input_tokens",
        "InputOutputTokens",
        "LongContextInputTokens",
    ),
)
_SAID = (
    *(",Million Input Tokens", "Units,x|1 million input tokens", "units,thousand Tokens", "Units,Input Tokens"),
    *("1M tokens,Input Tokens", "Hours,Million Tokens", "Units,Million|Tokens"),
)
_EDITION = "Claude (Amazon Bedrock Edition)"
_PRODUCTS = (
    *(
        ("x", "", _EDITION),
        ("x", f'"{{""product_name"": ""{_EDITION}""}}"', ""),
        ("x", f"{{product_name={_EDITION}}}", ""),
    ),
    *(("x", '"{""product_name"": ""Bedrock""}"', ""), ("x", '"{""product_name"": 5, ""a"": ""bedrock""}"', "")),
    *(("AmazonBedrock", "{bedrock}", ""), ("x", f'"{{""product_name"": ""{_EDITION}""}}"', "Other")),
    *(("x", '"[""bedrock""]"', ""), ("x", '"{""model"": ""m"", ""of"": ""bedrock""}"', _EDITION.upper())),
)
_SCOPES: tuple[object, ...] = ("a", {}, {"name": "a"}, {"name": "a", "version": ""}, {"name": "a", "version": "1"})
_MOMENTS: tuple[object, ...] = (0, -0.0, "0", "", None, "2026-08-03", "2026-08-03 10:15:00", "2026-08-03T10:15:00+0100")
_TOTALS: tuple[dict[str, object], ...] = ({}, {"total_tokens": 9}, {"total_tokens": 0}, {"total_tokens": "9"})
_IDENTIFIERS: tuple[object, ...] = (5, 0, True, {}, {"id": "a"}, ["a"], "", None)
_LISTS: tuple[object, ...] = ("9", 9, {}, [9], ["9"])
_COSTS: tuple[object, ...] = ("1", "some", [], None)
_CACHED_BESIDE = tuple(
    {"cachedContentTokenCount": 70, "totalTokenCount": total, "promptTokenCount": prompt, **lists}
    for prompt in (30, 0, None, 90)
    for total in ((prompt or 0), (prompt or 0) + 70, (prompt or 0) + 71)
    for lists in (
        {},
        {"cacheTokensDetails": [{"modality": "TEXT", "tokenCount": 70}]},
        {"promptTokensDetails": [{"modality": "TEXT", "tokenCount": 30}], "candidatesTokenCount": 0}
        | {"cacheTokensDetails": [{"modality": "AUDIO", "tokenCount": 60}, {"modality": "TEXT", "tokenCount": 10}]},
        {"promptTokensDetails": [{"modality": "TEXT", "tokenCount": 30}]},
    )
)
_SIDES = ("prompt_tokens", "completion_tokens", "input_tokens", "output_tokens")
_STATED = ((0, 0, 5, 4), (5, 4, 1, 1), (None, 5, 5, 4), (5, 5, 5, 4), (1, 1, 9, None), (1, 2, 3, 4), (0, 9, 5, 4))
_ODD: dict[str, tuple[object, ...] | str] = {
    "openai-response": (
        *({"usage": usage} for usage in _TOTALS),
        {"usage": {"total_tokens": 9, "prompt_tokens_details": {"cached_tokens": 4}}},
        {"data": [{"object": "embedding"}], "usage": {"total_tokens": 9}},
        {"object": "batch", "usage": {"input_tokens": 5, "output_tokens": 4, "total_tokens": 9}},
        *({"usage": {**dict(zip(_SIDES, each, strict=True)), "total_tokens": 9}} for each in _STATED),
        *({"id": each, "usage": {"prompt_tokens": 1}} for each in _IDENTIFIERS),
    ),
    "gemini-response": (
        {"usageMetadata": {"totalTokenCount": 9}},
        {"usageMetadata": {"totalTokenCount": 9, "promptTokenDetails": []}},
        {"usageMetadata": {"totalTokenCount": 9, "thoughtsTokenCount": 4}},
        *({"usageMetadata": {"promptTokenCount": 9, "promptTokensDetails": each}} for each in _LISTS),
        *({"responseId": f"c{place}", "usageMetadata": usage} for place, usage in enumerate(_CACHED_BESIDE)),
    ),
    "bedrock-response": (
        {"usage": {"totalTokens": 9}},
        {"usage": {"totalTokens": 9, "cacheReadInputTokens": 4}},
        *({"usage": {"totalTokens": 9}, "ResponseMetadata": each, "serviceTier": each} for each in _IDENTIFIERS),
    ),
    "openai-dashboard": "\n".join(
        [_HEADER, *(f"1785542400,1785628800,5,6,{cell},{cell}" for cell in ("5.0", "", "some", "-1", "1.5"))]
    ),
    "cursor": (
        _EVENT,
        *({**_EVENT, name: str(value)} for name, value in _EVENT.items()),
        *({**_EVENT, name: each} for name in ("teamId", "owningTeam") for each in _IDENTIFIERS),
        *({**_EVENT, "serviceAccountId": each, "serviceAccountName": "n"} for each in _IDENTIFIERS),
        *({**_EVENT, "tokenUsage": {"totalCents": 5, **each}} for each in ({}, {"outputTokens": 0})),
        *({**_EVENT, name: ""} for name in ("model", "conversationId", "requestsCosts")),
    ),
    "openai-usage": tuple(
        {"start_time": 1785542400, "end_time": 1785628800, "results": [{**_RESULT, **each}]} for each in _RESULTS
    ),
    "openrouter-response": (
        *({"id": f"w{place}", "usage": {**_WRITTEN, **each}} for place, each in enumerate(_LIFETIMES)),
        *({"id": f"t{place}", "usage": {**_WRITTEN, "service_tier": each}} for place, each in enumerate(_TIERS)),
        *({"id": f"b{each}", "service_tier": each, "usage": {**_WRITTEN, "service_tier": "flex"}} for each in _TIERS),
    ),
    "litellm": (
        _LOG,
        *({**_LOG, "call_type": name} for name in ("aembedding", "arerank")),
        *({**_LOG, "completion_tokens": count, "metadata": _DETAILS} for count in (4, -1, "some")),
        *(
            {**_LOG, "request_id": f"w{place}", "metadata": {"usage_object": {**_WRITTEN, **each}}}
            for place, each in enumerate(_LIFETIMES)
        ),
        {**_LOG, "metadata": {"usage_object": {"total_tokens": 9, "prompt_tokens_details": {"cached_tokens": 4}}}},
    ),
    "claude-code": (
        *({**_LINE, "message": {"usage": {"output_tokens": 5}}, "cwd": each} for each in _IDENTIFIERS),
        *(
            {**_LINE, "message": {"usage": {"output_tokens": 0}, "id": 5, "model": each}}
            for each in ("<synthetic>", "m")
        ),
        *({**_LINE, "uuid": each, "message": {"usage": {"output_tokens": 5}}, "timestamp": each} for each in _MOMENTS),
        *({**_LINE, "message": {"usage": usage, "id": f"u{place}"}} for place, usage in enumerate(_USAGES + _CACHED)),
        *({**_LINE, "message": {"usage": {"input_tokens": 5}}, "costUSD": cost} for cost in (9, 10, 0.5, None)),
        *(
            {**_LINE, "message": {"usage": {"input_tokens": 5}, "id": f"m{place}"}, name: each}
            for name in ("version", "requestId", "uuid", "sessionId")
            for place, each in enumerate(_IDENTIFIERS)
        ),
    ),
    "codex-cli": (
        *({"type": each, "payload": {"type": each}} for each in _IDENTIFIERS),
        *(
            {
                "timestamp": f"2026-08-03T10:00:0{place}Z",
                "type": "event_msg",
                "payload": {"type": "token_count", "info": {"last_token_usage": each}},
            }
            for place, each in enumerate(
                (
                    {"cached_input_tokens": 5},
                    {"output_tokens": 5, "total_tokens": 9},
                    {"total_tokens": 9},
                    {"input_tokens": 0},
                )
            )
        ),
    ),
    "langfuse": (
        *({**_SEEN, "id": "more", "usageDetails": {"input": 5, name: "7"}} for name in ("unit", "some", "u", "\u00fc")),
        *({**_SEEN, "id": "more", "usageDetails": {"input": 5, "unit": each}} for each in ("5", "50", "\u00fc", '"')),
        *({**_SEEN, name: each} for name in ("userId", "traceId", "environment", "model") for each in _IDENTIFIERS),
        *({**_SEEN, "totalCost": 1, "costDetails": {"total": each}} for each in _COSTS),
        {**_SEEN, "usageDetails": {"input": 5, "more": {"x": 1}}},
    ),
    "bedrock-invocation-log": (
        *({**_INVOKED, "accountId": each, "requestMetadata": {"team": each, "other": 1}} for each in _IDENTIFIERS),
        *(
            {**_INVOKED, "requestId": f"c{count}", "input": {"cacheWriteInputTokenCount": count}}
            for count in (None, 0, 4)
        ),
    ),
    "anthropic-usage": tuple(
        {
            "starting_at": "2026-08-01T00:00:00Z",
            "ending_at": "2026-08-02T00:00:00Z",
            "results": [{**each, "model": name}],
        }
        for name, each in zip("abcdef", _CACHED, strict=True)
    ),
    "github-copilot": (
        {"usageItems": []},
        {"usageItems": [], "timePeriod": None},
        *(
            {"usageItems": [{"date": "2026-08-03", "sku": sku, "quantity": 1, "product": "Actions", **unit}]}
            for sku in ("Copilot Business", "copilot_ai_credit", "actions_linux", None)
            for unit in ({}, {"unitType": "minutes"}, {"unitType": "User Months"}, {"unitType": "ai_credits"})
        ),
        *({"usageItems": [{"quantity": 1}], "timePeriod": period} for period in _PERIODS),
        *(
            {"usageItems": [{"quantity": 1, name: each}], "timePeriod": {"year": 2026}}
            for name in ("model", "product", "sku", "discountQuantity", "organization")
            for each in _IDENTIFIERS
            if name != "discountQuantity" or not isinstance(each, int)
        ),
    ),
    "aws-cur": "\n".join(
        [
            _LINES,
            *(f"{_BILLED},{code},{product},{name},,," for code, product, name in _PRODUCTS),
            *(f"USW2-MP:USW2_{name}-Units,{_DAY},AmazonBedrock,,,2.5,{_SAID[0]}" for name in _NAMED),
            *(f"{_BILLED},AmazonBedrock,,{_EDITION},2.5,{said}" for said in _SAID),
        ]
    ),
    "focus": "\n".join(
        [_CHARGES, *(f"{_CHARGE},{used},{cost}" for used in ("5", "", "abc") for cost in ("1", "0", ""))]
    ),
    "otel": tuple(
        {"resourceLogs": [{"scopeLogs": [{"logRecords": [{"timeUnixNano": 1785542400000000000, "attributes": each}]}]}]}
        for each in ({**_NOTED, "request_id": "a"}, {**_NOTED, "request_id": "b", "cache_read_tokens": 0})
    )
    + tuple(
        {"resourceMetrics": [{"scopeMetrics": [{"scope": scope, "metrics": [_METRIC]}]}]}
        for scope in (*_SCOPES, {"name": "a", "attributes": {"k": ""}}, {"name": "a", "attributes": 5}, [])
    )
    + tuple(
        {"resourceMetrics": [{"scopeMetrics": [{"metrics": [{**_METRIC, "sum": {**_METRIC["sum"], **odd}}]}]}]}
        for odd in (
            {"dataPoints": [5, _POINT, {**_POINT, "startTimeUnixNano": 0}, {**_POINT, "startTimeUnixNano": "0"}]},
            {"dataPoints": 5},
        )
    )
    + tuple(
        {
            "resourceMetrics": [
                {"scopeMetrics": [{"metrics": [{"name": name, "sum": {**_METRIC["sum"], "dataPoints": _MODAL}}]}]}
            ]
        }
        for name in (
            "gen_ai.client.embeddings.operation.input_tokens",
            "gen_ai.client.inference.operation.input_tokens",
            "gen_ai.client.inference.usage.input_tokens",
            "gen_ai.client.inference.usage.output_tokens",
        )
    )
    + tuple({"resourceSpans": [5, {"scopeSpans": [5, {"spans": [5, span]}]}, 5]} for span in _SPANS + _REQUESTS)
    + tuple({"resourceSpans": [{"scopeSpans": [{"spans": [{**_SPANS[0], "spanId": each}]}]}]} for each in _IDENTIFIERS),
    "anthropic-cost": tuple(
        {"starting_at": "2026-08-01T00:00:00Z", "ending_at": "2026-08-02T00:00:00Z", "results": [{**_CENTS, **each}]}
        for each in (
            *({"inference_geo": "a@example.com"}, {"description": "of a@example.com"}),
            *({"description": f"'{each}' and more"} for each in _ADDRESSES),
            *({"workspace_id": each} for each in _ADDRESSES),
        )
    ),
}


def test_facts_are_told_apart_and_refused_alike() -> None:
    version = load().version
    cases = []
    for source, stated in _ODD.items():
        text = stated if isinstance(stated, str) else "\n".join(json.dumps(each) for each in stated)
        payload = {"path": "odd.csv" if isinstance(stated, str) else "odd.jsonl", "text": text}
        given = {"source": source, "payload": payload, "options": _OPTIONS}
        expected = _ROLES["converter"](given, version)
        cases.append(Case(source, "Odd.", Role.CONVERTER, "convert", (), (), given, expected))
    report = run_suite(replace(load_suite(), cases=cases), Plan(_ADAPTER))
    assert {each.case: str(each.detail) for each in report.results if each.outcome is not Outcome.PASSED} == {}
