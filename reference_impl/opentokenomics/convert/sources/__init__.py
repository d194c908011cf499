"""One module for each source of usage and cost, and the shapes that several of them share."""

from __future__ import annotations

from typing import TYPE_CHECKING

from opentokenomics.convert.sources import (
    _anthropic_console,
    _anthropic_cost,
    _anthropic_response,
    _anthropic_usage,
    _aws_cur,
    _bedrock_invocation_log,
    _bedrock_response,
    _claude_code,
    _codex_cli,
    _cohere_response,
    _cursor,
    _focus,
    _gemini_response,
    _github_copilot,
    _langfuse,
    _litellm,
    _openai_batch,
    _openai_costs,
    _openai_dashboard,
    _openai_response,
    _openai_usage,
    _openrouter_activity,
    _openrouter_response,
    _otel,
)
from opentokenomics.convert.sources._shapes import response_sources

if TYPE_CHECKING:
    from opentokenomics.convert._source import Source

__all__ = ["SOURCES", "response_sources"]

SOURCES: tuple[Source, ...] = (
    _openai_dashboard.SOURCE,
    _openai_usage.SOURCE,
    _openai_costs.SOURCE,
    _openai_batch.SOURCE,
    _openai_response.SOURCE,
    _codex_cli.SOURCE,
    _anthropic_usage.SOURCE,
    _anthropic_cost.SOURCE,
    _anthropic_console.SOURCE,
    _anthropic_response.SOURCE,
    _claude_code.SOURCE,
    _gemini_response.SOURCE,
    _bedrock_response.SOURCE,
    _bedrock_invocation_log.SOURCE,
    _aws_cur.SOURCE,
    _cohere_response.SOURCE,
    _openrouter_response.SOURCE,
    _openrouter_activity.SOURCE,
    _github_copilot.SOURCE,
    _cursor.SOURCE,
    _litellm.SOURCE,
    _langfuse.SOURCE,
    _otel.SOURCE,
    _focus.SOURCE,
)
