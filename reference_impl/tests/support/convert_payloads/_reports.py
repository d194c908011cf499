"""Payloads of what OpenAI and Anthropic report of an organization."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from hypothesis import strategies as st

from convert_payloads._payload import Payload, amounts, as_lines, as_number, counts, models, table


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
