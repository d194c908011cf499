"""Payloads of vendors with any figures in them: sums that do not add up, absent counters, names that come again."""

from __future__ import annotations

from collections.abc import Mapping

from hypothesis import strategies as st

from vendor_payloads._bills import (
    COPILOT,
    CUR,
    CUR_TIMES,
    CURSOR,
    FOCUS,
    FOCUS_REST,
    charges,
    copilot_rows,
    cursor_rows,
    events,
    line_items,
)
from vendor_payloads._calls import (
    bodies,
    cohere,
    converse,
    messages,
    metadata,
    observations,
    sessions,
    spend,
    thinking,
    traces,
)
from vendor_payloads._pieces import BUCKET, PERIOD, TIME, Payloads, as_lines, lines, of, pages, some, tables
from vendor_payloads._reports import (
    DAYS,
    EXPORT,
    cents,
    completions,
    cost_reports,
    costly,
    costs,
    days,
    exported,
    reports,
)

__all__ = ["PAYLOADS"]
PAYLOADS: Mapping[str, Payloads] = {
    "openai-usage": pages(completions, BUCKET, "input_tokens"),
    "openai-costs": st.lists(costs, min_size=1, max_size=4).map(costly),
    "openai-dashboard": tables(exported, EXPORT),
    "openai-response": lines(bodies),
    "openrouter-response": lines(bodies),
    "openrouter-activity": tables(days, DAYS),
    "codex-cli": sessions(),
    "anthropic-usage": pages(reports, PERIOD, "uncached_input_tokens"),
    "anthropic-cost": st.lists(cents, min_size=1, max_size=4).map(cost_reports),
    "anthropic-response": lines(some(id=of("r", "s"), usage=messages)),
    "claude-code": messages.map(
        lambda usage: as_lines([{"timestamp": TIME, "sessionId": "s", "message": {"id": "m", "usage": usage}}])
    ),
    "gemini-response": lines(some(responseId=of("r", "s"), usageMetadata=metadata | thinking)),
    "bedrock-response": lines(some(usage=converse, modelId=of("m"))),
    "cohere-response": lines(cohere),
    "otel": traces(),
    "langfuse": observations().map(lambda each: as_lines([each])),
    "litellm": lines(spend),
    "cursor": st.one_of(lines(events), tables(cursor_rows, ("Date", "Kind", *CURSOR, "Cost"))),
    "aws-cur": tables(line_items, (*CUR_TIMES, *CUR)),
    "focus": tables(charges, tuple(FOCUS_REST | FOCUS)),
    "github-copilot": tables(copilot_rows, COPILOT),
}
"""For each source, what it may be given."""
