"""The sources, and how one is told from the records of an input."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from opentokenomics.convert import (
    _anthropic_response,
    _bedrock_response,
    _gemini_response,
    _openai_dashboard,
    _openai_response,
    _openrouter_response,
)
from opentokenomics.convert._errors import ConvertError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from opentokenomics.convert._source import Header, Source

_SOURCES = (
    _openai_dashboard.SOURCE,
    _openai_response.SOURCE,
    _anthropic_response.SOURCE,
    _gemini_response.SOURCE,
    _bedrock_response.SOURCE,
    _openrouter_response.SOURCE,
)

_OPENAI, _ANTHROPIC, _GEMINI = "openai-response", "anthropic-response", "gemini-response"
_BEDROCK, _OPENROUTER, _DASHBOARD = "bedrock-response", "openrouter-response", "openai-dashboard"

_SHAPES: tuple[tuple[set[str], set[str]], ...] = (
    ({"promptTokenCount", "totalTokenCount", "candidatesTokenCount"}, {_GEMINI}),
    ({"inputTokens", "outputTokens", "inputTokenCount", "outputTokenCount"}, {_BEDROCK}),
    ({"is_byok", "cost_details"}, {_OPENROUTER}),
    ({"prompt_tokens", "completion_tokens"}, {_OPENAI, _OPENROUTER}),
)
_DASHBOARD_COLUMNS = {"start_time", "end_time", "start_time_iso", "end_time_iso"}
_ANTHROPIC_FIELDS = {
    *("cache_creation_input_tokens", "cache_read_input_tokens", "cache_creation", "iterations", "inference_geo"),
    *("server_tool_use", "service_tier", "speed"),
}
_OPENAI_FIELDS = {"total_tokens", "input_tokens_details", "input_token_details", "output_token_details"}


def sources() -> tuple[Source, ...]:
    """Every source that can be converted, in the order of the documentation."""
    return _SOURCES


def source(name: str) -> Source:
    """The source of this name.

    Raises:
        ConvertError: ``source_unknown``: there is none; the message lists those that exist.
    """
    for each in _SOURCES:
        if each.name == name:
            return each
    names = ", ".join(each.name for each in _SOURCES)
    raise ConvertError("source_unknown", f"There is no source {name[:80]!r}.", f"Name one of {names}, or auto.")


def detect(header: Header, records: Iterable[Mapping[str, Any]], name: str = "the input") -> Source:
    """The one source that the first records of an input, and its CSV header, can come from.

    Raises:
        ConvertError: ``source_undetected``: no record says it, or records of several sources are mixed.
    """
    if header is not None and len(_DASHBOARD_COLUMNS & set(header)) > 1:
        return source(_DASHBOARD)
    candidates = {each.name for each in _SOURCES}
    decided = False
    for record in records:
        possible = _candidates(record)
        if possible:
            decided = True
            candidates &= possible
    if candidates == {_OPENAI, _OPENROUTER}:
        return source(_OPENAI)
    if decided and len(candidates) == 1:
        return source(candidates.pop())
    if not decided:
        reason = f"No record of {name} states usage in a known shape."
    elif not candidates:
        reason = f"{name} mixes records of several sources."
    else:
        reason = f"The records of {name} can come from {' or '.join(sorted(candidates))}."
    raise ConvertError("source_undetected", reason, "Name the source with --from.")


def _candidates(record: Mapping[str, Any]) -> set[str]:
    """The sources whose records have this shape; empty where it is none of them."""
    usage = next((value for key in ("usage", "usageMetadata") if isinstance(value := record.get(key), dict)), record)
    names = set(usage)
    if "amazon-bedrock-invocationMetrics" in record:
        return {_BEDROCK}
    if isinstance(record.get("provider"), str) and str(record.get("id", "")).startswith("gen-"):
        return {_OPENROUTER}
    for fields, possible in _SHAPES:
        if fields & names:
            return set(possible)
    if {"input_tokens", "output_tokens"} & names:
        return _by_details(record, usage)
    return {_OPENAI} if usage.get("type") == "duration" else set()


def _by_details(record: Mapping[str, Any], usage: Mapping[str, Any]) -> set[str]:
    """Anthropic and OpenAI both write input_tokens and output_tokens; what stands beside them tells which."""
    details = usage.get("output_tokens_details")
    thinking = isinstance(details, dict) and "thinking_tokens" in details
    anthropic = bool(_ANTHROPIC_FIELDS & set(usage)) or thinking or record.get("type") == "message"
    openai = bool(_OPENAI_FIELDS & set(usage)) or record.get("object") == "response"
    if anthropic and not openai:
        return {_ANTHROPIC}
    if openai and not anthropic:
        return {_OPENAI, _OPENROUTER}
    return {_ANTHROPIC, _OPENAI, _OPENROUTER}
