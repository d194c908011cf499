"""Payloads of vendors with any figures in them: sums that do not add up, absent counters, names that come again."""

from __future__ import annotations

from collections.abc import Mapping

from hypothesis import strategies as st

from vendor_payloads._bills import (
    COPILOT,
    CUR,
    CUR_TIMES,
    CURSOR,
    FIRST,
    FOCUS,
    FOCUS_REST,
    charges,
    copilot_rows,
    cursor_rows,
    events,
    first_generation,
    line_items,
    month,
    premium,
)
from vendor_payloads._calls import (
    batches,
    bodies,
    cohere,
    converse,
    in_client,
    interactions,
    logged,
    messages,
    metadata,
    observations,
    sessions,
    spend,
    thinking,
    traces,
    work,
)
from vendor_payloads._pieces import BUCKET, PERIOD, Payloads, as_lines, lines, of, pages, some, tables
from vendor_payloads._reports import (
    BILL,
    CONSOLE,
    DAYS,
    EXPORT,
    GENERATIONS,
    SPENT,
    actors,
    bills,
    cents,
    completions,
    console,
    cost_analytics,
    cost_reports,
    costly,
    costs,
    day_reports,
    days,
    exported,
    generations,
    reports,
    spent,
    usage_analytics,
    work_days,
)

__all__ = ["PAYLOADS"]
PAYLOADS: Mapping[str, Payloads] = {
    "openai-usage": pages(completions, BUCKET, "input_tokens"),
    "openai-costs": st.lists(costs, min_size=1, max_size=4).map(costly),
    "openai-dashboard": st.one_of(tables(exported, EXPORT), tables(bills, BILL)),
    "openai-batch": lines(batches),
    "openai-response": lines(bodies),
    "openrouter-response": lines(bodies),
    "openrouter-activity": st.one_of(tables(days, DAYS), tables(generations, GENERATIONS)),
    "codex-cli": sessions(),
    "anthropic-usage": st.one_of(
        pages(reports, PERIOD, "uncached_input_tokens"),
        st.lists(work_days, min_size=1, max_size=3).map(day_reports),
        st.builds(usage_analytics, st.lists(reports, min_size=1, max_size=3), st.lists(actors, max_size=3)),
    ),
    "anthropic-console": st.one_of(tables(console, CONSOLE), tables(spent, SPENT)),
    "anthropic-cost": st.lists(cents, min_size=1, max_size=4).flatmap(
        lambda found: st.sampled_from((cost_reports(found), cost_analytics(found)))
    ),
    "anthropic-response": lines(some(id=of("r", "s"), usage=messages)),
    "claude-code": lines(work),
    "bedrock-invocation-log": lines(logged),
    "gemini-response": lines(
        st.one_of(
            some(responseId=of("r", "s"), usageMetadata=metadata | thinking),
            some(responseId=of("r", "s"), modelVersion=of("m"), usageMetadata=metadata).map(in_client),
            some(id=of("i", "j"), status=of("completed", "in_progress"), service_tier=of("flex"), usage=interactions),
        )
    ),
    "bedrock-response": lines(some(usage=converse, modelId=of("m"))),
    "cohere-response": lines(cohere),
    "otel": traces(),
    "langfuse": observations().map(lambda each: as_lines([each])),
    "litellm": lines(spend),
    "cursor": st.one_of(lines(events), tables(cursor_rows, ("Date", "Kind", *CURSOR, "Cost"))),
    "aws-cur": tables(line_items, (*CUR_TIMES, *CUR)),
    "focus": tables(charges, tuple(FOCUS_REST | FOCUS)),
    "github-copilot": st.one_of(
        tables(copilot_rows, COPILOT),
        tables(first_generation, FIRST),
        st.lists(premium, min_size=1, max_size=3).map(month),
    ),
}
"""For each source, what it may be given."""
