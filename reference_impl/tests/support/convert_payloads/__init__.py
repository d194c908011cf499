"""Generated payloads of the sources, each with the figures that its vendor states in it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from hypothesis import strategies as st

from convert_payloads._bills import AWS, FOCUS, aws_cur, cursor, focus, github_copilot, openrouter_activity
from convert_payloads._calls import (
    bedrock_invocation_log,
    claude_code,
    codex_cli,
    cohere_response,
    langfuse,
    litellm,
    otel,
    otlp_attributes,
    otlp_spans,
)
from convert_payloads._payload import Payload, csv_of, table
from convert_payloads._reports import (
    anthropic_console,
    anthropic_cost,
    anthropic_usage,
    openai_batch,
    openai_costs,
    openai_usage,
)

__all__ = ["AWS", "FOCUS", "PAYLOADS", "Payload", "csv_of", "meters_of", "otlp_attributes", "otlp_spans", "table"]


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
