"""Which interface a response comes from, by the shape of its usage object."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

_OPENAI, _ANTHROPIC, _GEMINI = "openai-response", "anthropic-response", "gemini-response"
_BEDROCK, _OPENROUTER = "bedrock-response", "openrouter-response"

_CLIENT_FIELDS = {"prompt_token_count", "total_token_count", "candidates_token_count"}
_SHAPES: tuple[tuple[set[str], set[str]], ...] = (
    ({"promptTokenCount", "totalTokenCount", "candidatesTokenCount"}, {_GEMINI}),
    (_CLIENT_FIELDS, {_GEMINI}),
    ({"inputTokens", "outputTokens", "inputTokenCount", "outputTokenCount"}, {_BEDROCK}),
    ({"is_byok", "cost_details"}, {_OPENROUTER}),
    ({"prompt_tokens", "completion_tokens"}, {_OPENAI, _OPENROUTER}),
)
_INTERACTION_FIELDS = {"total_input_tokens", "total_output_tokens"}
_ANTHROPIC_FIELDS = {
    *("cache_creation_input_tokens", "cache_read_input_tokens", "cache_creation", "iterations", "inference_geo"),
    *("server_tool_use", "service_tier", "speed"),
}
_OPENAI_FIELDS = {"total_tokens", "input_tokens_details", "input_token_details", "output_token_details"}


def response_sources(record: Mapping[str, Any]) -> set[str]:
    """The sources of responses whose records have this shape; empty where it is none of them."""
    usage = next((value for key in ("usage", "usageMetadata") if isinstance(value := record.get(key), dict)), record)
    of_client = record.get("usage_metadata")
    if usage is record and isinstance(of_client, dict):  # others have objects of their own under this name
        usage = {name: value for name, value in of_client.items() if name in _CLIENT_FIELDS}
    names = set(usage)
    if "amazon-bedrock-invocationMetrics" in record:
        return {_BEDROCK}
    if isinstance(record.get("provider"), str) and str(record.get("id", "")).startswith("gen-"):
        return {_OPENROUTER}
    if usage is not record and _INTERACTION_FIELDS & names:  # by itself such an object may be anybody's
        return {_GEMINI}
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
