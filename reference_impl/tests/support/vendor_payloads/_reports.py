"""What the reports and dashboards of OpenAI, Anthropic and OpenRouter state, with any figures in them."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from hypothesis import strategies as st

from vendor_payloads._pieces import ADDRESSES, BUCKET, PERIOD, STEP, Json, as_lines, counters, counts, of, some

_GROUPED = {"region": of("eu", "us"), "is_trial": st.booleans(), "user_email": of(*ADDRESSES)}
_ANALYSED = {
    "service_account_id": of("s", None),
    "claude_tag_user_id": of("U1", *ADDRESSES, None),
    "claude_tag_category": of("engaged", None),
    "agent_id": of("g", None),
    "actor_type": of("user", None),
    "slack_channel_id": of("c", None),
}
OF_COSTS = ("amount", "list_amount", "currency", "requests")
OF_USAGE = (
    *("uncached_input_tokens", "cache_read_input_tokens", "output_tokens", "total_tokens", "requests"),
    *("cache_creation", "server_tool_use"),
)
actors = st.one_of(
    st.builds(
        lambda user, address: {"type": "user_actor", "user_id": user, "email_address": address, "deleted": False},
        of("a", "b", *ADDRESSES),
        of(None, *ADDRESSES),
    ),
    of({"type": "service_account_actor", "service_account_id": "s"}, {"type": "odd", "odd_id": "o"}, None),
)
_OWNED = {"project_id": of("p", None), "user_id": of("u", None, *ADDRESSES), "organization_id": of("o", "q")}

completions = st.builds(
    lambda result, others: {**result, **others},
    st.fixed_dictionaries(
        {
            "object": of("organization.usage.completions.result", "organization.usage.decisions.result"),
            "input_tokens": counts,
        }
    ),
    some(
        **counters("output_tokens", "input_cached_tokens", "input_cache_write_tokens", "input_uncached_tokens"),
        **counters("input_text_tokens", "input_audio_tokens", "input_cached_text_tokens", "output_text_tokens"),
        **counters("num_model_requests", "input_cache_write_30m_tokens", "input_cache_write_12h_tokens"),
        **_GROUPED,
        **_OWNED,
        batch=st.booleans() | st.none(),
        service_tier=of("default", "auto", "scale", "odd"),
        model=of("m", None),
    ),
)

costs = some(
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


def costly(found: Sequence[Json]) -> tuple[str, str]:
    """Amounts of which none is as large as another, of either sign."""
    for place, result in enumerate(found):
        result["amount"]["value"] = (place + 1.25) * (-1 if place == 1 else 1)
    return as_lines([{"data": [{**BUCKET, "results": found}], "has_more": False, "next_page": None}])


cents = some(
    list_amount=of("0", "100", "-100", None),
    currency=of("USD", "eur", "zzz"),
    token_type=of("uncached_input_tokens", None),
    account_id=of("a", *ADDRESSES, None),
    workspace_id=of("w", None),
    **_ANALYSED,
).map(lambda each: {"currency": "USD", **each})


def _priced(found: Sequence[Json]) -> Json:
    """Results with amounts in cents of which none is as large as another, of either sign."""
    return [{**each, "amount": f"{-1 if place == 1 else 1}{place}.5"} for place, each in enumerate(found)]


def cost_reports(found: Sequence[Json]) -> tuple[str, str]:
    """A page of a bucket of amounts."""
    return as_lines([{"data": [{**PERIOD, "results": _priced(found)}], "has_more": False, "next_page": None}])


def in_rows(results: Sequence[Json], figures: str, names: Collection[str], actors: Sequence[Json] = ()) -> Json:
    """The same as rows of analytics, whose members of these names are their figures, with the actor of each."""
    rows = []
    for place, result in enumerate(results):
        group = {name: value for name, value in result.items() if name not in names}
        if place < len(actors):
            group["actor"] = actors[place]
        rows.append({**PERIOD, "group": group, figures: {name: result[name] for name in names if name in result}})
    return {"data": rows, "has_more": False, "next_page": None}


def cost_analytics(found: Sequence[Json]) -> tuple[str, str]:
    """A page of rows of amounts."""
    return as_lines([in_rows(_priced(found), "cost", OF_COSTS)])


def usage_analytics(found: Sequence[Json], actors: Sequence[Json]) -> tuple[str, str]:
    """A page of rows of usage, of which each has a larger figure than the one before."""
    for place, result in enumerate(found):
        result["uncached_input_tokens"] += STEP * place
    return as_lines([in_rows(found, "usage", OF_USAGE, actors)])


reports = st.builds(
    lambda result, others: {**result, **others},
    st.fixed_dictionaries({"uncached_input_tokens": counts}),
    some(
        **counters("cache_read_input_tokens", "output_tokens", "requests"),
        total_tokens=of(None, 0, 3, 8, 21, 10_000),
        **_ANALYSED,
        cache_creation=some(**counters("ephemeral_5m_input_tokens", "ephemeral_1h_input_tokens")),
        server_tool_use=some(**counters("web_search_requests")),
        account_id=of("a", *ADDRESSES, None),
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

DAYS = ("Date", "Slug", "Usage", "BYOK Usage", "Requests", "Prompt Tokens", "Completion Tokens", "Reasoning Tokens")
days = some(**dict.fromkeys(DAYS[2:], of(None, 0, 1, 3, 5, "1,000"))).map(lambda row: {"Date": "2026-08-30", **row})

GENERATIONS: tuple[str, ...] = ("generation_id", "created_at", "cost_total", "cost_cache", "byok_usage_inference")
GENERATIONS += (
    "tokens_prompt",
    "tokens_completion",
    "tokens_reasoning",
    "tokens_cached",
    "model_permaslug",
    "user",
    "workspace_id",
)
generations = some(
    generation_id=of("g", "h"),
    **dict.fromkeys(("cost_total", "cost_cache", "byok_usage_inference"), of("0.0123", "0", "-0.002", "")),
    **counters(*GENERATIONS[5:9]),
    user=of(*ADDRESSES),
    workspace_id=of("w", *ADDRESSES),
).map(lambda row: {"created_at": "2026-08-30 10:30:01.713", **row})

WRITTEN = ("usage_input_tokens_cache_write_5m", "usage_input_tokens_cache_write_1h")
CONSOLE: tuple[str, ...] = ("usage_date_utc", "model_version", "api_key", "api_key_id", "workspace", "usage_type")
CONSOLE += ("speed", "context_window", "inference_geo", "usage_input_tokens_no_cache", *WRITTEN)
CONSOLE += ("usage_input_tokens_cache_read", "usage_output_tokens", "web_search_count")
_of_console = {
    "api_key": of("k", *ADDRESSES),
    "api_key_id": of("i"),
    "workspace": of("w", *ADDRESSES),
    "usage_type": of("standard", "batch", "odd"),
    "speed": of("fast", "standard"),
    "context_window": of("≤ 200k", "> 200k", "odd"),
    "inference_geo": of("us", "not_available"),
}
console = some(model_version=of("m"), **_of_console, **counters(*CONSOLE[9:])).map(
    lambda row: {"usage_date_utc": "2026-08-30", **row}
)

SPENT = (*("usage_date_utc", "model", *CONSOLE[2:9]), "token_type", "cost_type", "cost_usd", "list_price_usd")
spent = some(
    model=of("Model"),
    **_of_console,
    token_type=of("output", "odd"),
    cost_type=of("token", "web_search"),
    cost_usd=of("0.05", "1,5", "1,234.50", "-2", "0"),
    list_price_usd=of("0.05"),
).map(lambda row: {"usage_date_utc": "2026-08-30", **row})

BILL = ("start_time", "end_time", "amount_value", "amount_currency", "quantity", "line_item", "user_email")
bills = some(
    amount_value=of("0.05", "-2", "0", "1e-7"),
    amount_currency=of("usd", "USD", "zzz"),
    quantity=of("3", "0.5", "-1"),
    line_item=of("a", "b, input"),
    user_email=of(*ADDRESSES),
).map(lambda row: {**BUCKET, **row})

_model_days = st.builds(
    lambda tokens, cost: {"model": "m", "tokens": tokens, **cost},
    some(**counters("input", "output", "cache_read", "cache_creation", "odd")),
    some(estimated_cost=st.builds(lambda amount, unit: {"amount": amount, "currency": unit}, of(77, 0.5), of("USD"))),
)
work_days = st.builds(
    lambda around, models: {"date": "2026-08-30T00:00:00Z", **around, "model_breakdown": models},
    some(
        actor=some(email_address=of(*ADDRESSES), api_key_name=of("ci", *ADDRESSES)),
        customer_type=of("subscription", "api", "odd"),
        terminal_type=of("vscode", "tmux"),
        organization_id=of("o", *ADDRESSES),
    ),
    st.lists(_model_days, min_size=1, max_size=2),
)


def day_reports(found: Sequence[Json]) -> tuple[str, str]:
    """A page of days of Claude Code."""
    return as_lines([{"data": found, "has_more": False, "next_page": None}])


EXPORT: tuple[str, ...] = (
    "start_time",
    "end_time",
    "project_id",
    "user_email",
    "batch",
    "service_tier",
    "input_tokens",
)
EXPORT += ("output_tokens", "input_cached_tokens", "input_text_tokens", "input_uncached_tokens", "num_model_requests")
exported = some(
    user_email=of(*ADDRESSES),
    batch=of("True", "False", "odd"),
    service_tier=of("default", "scale"),
    **counters(*EXPORT[6:]),
).map(lambda row: {**BUCKET, **row})
