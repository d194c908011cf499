"""Spend logs of LiteLLM, and the payload that it hands to logging integrations.

Facts: the gateway's database schema, types and tests. Prompt tokens include cached and written ones; details are only
in ``metadata.usage_object``. ``cache_hit`` is about answers that the gateway keeps, not about a provider's prompt
cache: such an answer used no tokens of a provider. ``spend`` is reckoned by the gateway from published prices.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from opentokenomics.convert._errors import Refused
from opentokenomics.convert._fields import Fields
from opentokenomics.convert._json import strict_value
from opentokenomics.convert._model import NoticeKind
from opentokenomics.convert._rows import Group, Reading, rows_of
from opentokenomics.convert._source import Converter, Evidence, Header, Member, Source
from opentokenomics.convert.sources._amounts import estimated, exact, exact_whole
from opentokenomics.convert.sources._anthropic_buckets import TIERS as ANTHROPIC_TIERS
from opentokenomics.convert.sources._anthropic_buckets import region_columns, tier_columns
from opentokenomics.convert.sources._inclusive import KNOWN, LIFETIMES, by_lifetime, cache_counters, inclusive_tokens
from opentokenomics.convert.sources._logs import counters_of, inner, moment, provider_named, report_fields, tags
from opentokenomics.convert.sources._openai_bucket import TIERS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from opentokenomics.convert._context import Context
    from opentokenomics.convert._held import Claim
    from opentokenomics.convert._model import Row
    from opentokenomics.convert._split import Tokens

_SERVICES = (
    ("embedding", "embedding"),
    ("image", "image_generation"),
    ("transcription", "speech_to_text"),
    ("speech", "text_to_speech"),
    ("rerank", "reranking"),
    ("moderation", "moderation"),
)
_OWN = frozenset({"call_type", "spend", "response_cost", "startTime", "model_group", "custom_llm_provider"})
_TIERS = {**TIERS, **ANTHROPIC_TIERS}
_TOTALS = ("prompt_tokens", "completion_tokens", "total_tokens")
_KNOWN_USAGE = KNOWN | {
    *("server_tool_use.web_search_requests", "inference_geo", "speed", "service_tier", "cost", "iterations"),
    *LIFETIMES,
    *("prompt_tokens_details.web_search_requests", "prompt_tokens_details.character_count"),
}
_KNOWN = frozenset(
    {
        *_TOTALS,
        *("request_id", "id", "call_type", "api_key", "spend", "response_cost", "startTime", "endTime", "metadata"),
        *(
            "completionStartTime",
            "model",
            "model_id",
            "model_group",
            "custom_llm_provider",
            "api_base",
            "user",
            "status",
        ),
        *("cache_hit", "cache_key", "request_tags", "team_id", "organization_id", "end_user", "session_id", "trace_id"),
        *(
            "agent_id",
            "mcp_namespaced_tool_name",
            "requester_ip_address",
            "user_agent",
            "request_duration_ms",
            "stream",
        ),
        *("messages", "response", "proxy_server_request", "model_parameters", "hidden_params", "response_time"),
        *("model_map_information", "saved_cache_cost", "cost_breakdown", "error_str", "error_information"),
        *("guardrail_information", "standard_built_in_tools_params", "response_cost_failure_debug_info"),
        *("status_fields", "tags"),
    }
)


def _open(context: Context, _header: Header) -> Converter:
    def convert(record: Mapping[str, Any]) -> Iterable[Row] | Claim:
        return _rows(Fields(record), context)

    return convert


def _rows(log: Fields, context: Context) -> Iterable[Row] | Claim:
    report_fields(log.values, _KNOWN, context)
    cost = exact(log, "spend") if "spend" in log else exact(log, "response_cost")
    metadata = inner(log.values.get("metadata"), "metadata")
    usage = _usage(log, metadata, context)
    if log.text("status") == "failure" and not cost and not any(usage.get(name) for name in _TOTALS):
        context.warn(NoticeKind.NOT_CONVERTED, "a call that failed states no usage")
        return ()
    service = _service(log.text("call_type"))
    kept = str(log.values.get("cache_hit")).lower() == "true"
    if kept:
        context.warn(NoticeKind.INTERPRETED, "an answer from the gateway's own cache used no tokens of a provider")
    priced = None if cost is None else estimated(context, cost, "USD", "spend", "list_estimate")
    request = Reading("requests", "1", service, "gateway_cache" if kept else None, cost=priced)
    searches = None if kept else _searches(usage)
    counters = counters_of(usage, _KNOWN_USAGE, context)
    group = Group(
        service,
        None if kept else _tokens(usage, service, context),
        (request, *([Reading("searches", str(searches), "tool")] if searches else ())),
        cost_carrier="unknown" if priced is None else "other_row",
        columns=_terms(usage, context),
    )
    key = log.text("request_id") or log.text("id")
    name = context.identifier(key, "request_id")
    begun = context.start_row(*moment(log, "startTime", "endTime"), name)
    start = {**begun, **_columns(log, Fields(metadata, "metadata"), context)}
    return context.claim(
        name,
        str(start["charge_period_start"]),
        lambda identity: rows_of(group, start, identity, counters),
        lambda: {**start, "usage": usage, "request": request, "terms": group.columns},
    )


def _usage(log: Fields, metadata: Mapping[str, Any], context: Context) -> dict[str, Any]:
    """The usage object with its details, else the totals of the log."""
    totals = {name: count for name in _TOTALS if (count := exact_whole(log, name)) is not None}
    stated = metadata.get("usage_object")
    if not isinstance(stated, dict) or not any(isinstance(stated.get(name), int) for name in _TOTALS):
        return totals
    for name, count in totals.items():
        if isinstance(stated.get(name), int) and stated[name] != count:
            context.warn(
                NoticeKind.CONTRADICTION,
                f"{name} of the log and of its usage_object differ; the latter is taken",
                f"{count} <> {stated[name]}",
            )
    return stated


def _tokens(usage: Mapping[str, Any], service: str, context: Context) -> Tokens | None:
    if not any(usage.get(name) is not None for name in _TOTALS):
        return None
    only_input = service == "embedding"
    whole = _with_cache(_of_one_modality(usage), context)
    tokens = inclusive_tokens(Fields(whole, "usage_object"), context.warn, only_input=only_input)
    return by_lifetime(tokens, usage, context.warn)


def _searches(usage: Mapping[str, Any]) -> int | None:
    """Searches of the provider's own tool, which the gateway writes in two places."""
    for name in ("server_tool_use", "prompt_tokens_details"):
        stated = usage.get(name)
        count = Fields(stated, name).whole("web_search_requests") if isinstance(stated, dict) else None
        if count is not None:
            return count
    return None


def _terms(usage: Mapping[str, Any], context: Context) -> Row:
    """Tier, speed and geography, where the provider states them."""
    tier, speed, geography = (
        value if isinstance(value := usage.get(name), str) and value else None
        for name in ("service_tier", "speed", "inference_geo")
    )
    return {**tier_columns(tier, speed, context, _TIERS), **region_columns(geography, context)}


def _with_cache(usage: Mapping[str, Any], context: Context) -> Mapping[str, Any]:
    """The usage with written tokens, and read ones, inside the prompt; older versions left them out, as sums prove."""
    fields = Fields(usage, "usage_object")
    prompt, cache = fields.whole("prompt_tokens"), cache_counters(fields, lambda *_: None)
    read, written = cache.get("read", 0), cache.get("write", 0)
    if prompt is None or read + written <= prompt:
        return usage
    beside = written if read <= prompt else read + written
    context.warn(
        NoticeKind.INTERPRETED,
        "cached and written tokens are more than the prompt, so that some of them stand beside it",
        f"{read} + {written} > {prompt}",
    )
    # The total is the gateway's own sum of what it took for all of the prompt.
    return {**usage, "prompt_tokens": prompt + beside, "total_tokens": None}


def _of_one_modality(usage: Mapping[str, Any]) -> Mapping[str, Any]:
    """The usage without text tokens of the output that only say what is no reasoning, which is not a modality."""
    details = usage.get("completion_tokens_details")
    if not isinstance(details, dict) or details.get("text_tokens") is None:
        return usage
    stated = Fields(details, "usage_object.completion_tokens_details")
    answer, reasoning = (stated.whole(f"{name}_tokens") or 0 for name in ("text", "reasoning"))
    if answer + reasoning != usage.get("completion_tokens"):
        return usage
    rest = {name: count for name, count in details.items() if name != "text_tokens"}
    return {**usage, "completion_tokens_details": rest}


def _service(call_type: str | None) -> str:
    return next((service for word, service in _SERVICES if word in (call_type or "").lower()), "inference")


def _columns(log: Fields, metadata: Fields, context: Context) -> Row:
    provider = context.text(provider_named(log.text("custom_llm_provider")), "custom_llm_provider")
    model = log.text("model") or context.options.model
    if model is None:
        context.warn(NoticeKind.MODEL_MISSING, "no model is named; give it with --model")
    team = log.text("team_id") or metadata.text("user_api_key_team_id")
    user = log.text("user") or metadata.text("user_api_key_user_id")
    key = log.text("api_key") or metadata.text("user_api_key_hash")
    return {
        "service_provider_name": context.options.provider or provider or context.provider,
        "model_id": context.text(model, "model"),
        "sub_account_id": context.identifier(log.text("organization_id"), "organization_id"),
        "team": context.identifier(team, "team_id"),
        "principal_id": context.identifier(user, "user"),
        "credential_id": context.identifier(key, "api_key"),
        "run_id": context.identifier(log.text("session_id") or log.text("trace_id"), "session_id"),
        "resource_id": context.identifier(log.text("model_id"), "model_id"),
        "tags": tags({**_request_tags(log), "end_user": log.text("end_user")}, context),
    }


def _request_tags(log: Fields) -> dict[str, object]:
    """Tags of the caller, ``name:value`` or a name alone."""
    values = log.values.get("request_tags")
    if isinstance(values, str) and values.strip():
        values = strict_value(values)
    if values is None or values in ({}, ""):
        return {}
    if not isinstance(values, list) or not all(isinstance(each, str) for each in values):
        raise Refused("request_tags is no list of texts")
    found: dict[str, object] = {}
    for each in values:
        name, mark, value = each.partition(":")
        found[name.strip()] = value.strip() if mark else "true"
    return found


def _members(record: Mapping[str, Any]) -> Iterator[Member]:
    """The logs of a page; a log by itself is one."""
    for name in ("data", "logs"):
        logs = record.get(name)
        if isinstance(logs, list) and "request_id" not in record:
            for place, log in enumerate(logs):
                is_object = isinstance(log, dict)
                yield Member(f"{name}.{place}", log if is_object else Refused("it is no object"))
            return
    yield Member("", record)


def _recognizes(header: Header, record: Mapping[str, Any]) -> bool:
    names = set(header or record)
    if not header and isinstance(record.get("data"), list) and record["data"] and isinstance(record["data"][0], dict):
        names = set(record["data"][0])
    return len(_OWN & names) > 1


SOURCE = Source(
    name="litellm",
    title="Spend logs and logging payloads of LiteLLM",
    provider="LiteLLM",
    profile="cost",
    formats=("jsonl", "json", "csv"),
    evidence=(Evidence.OFFICIAL, Evidence.FIXTURE),
    distinguishes=(
        "input tokens by cache action and time-to-live, output tokens by role, where the log has a usage object",
        "the spend of the call, on a row of its own with the meter requests",
        "provider, model, team, user, key, session and tags; tier, geography and web searches, as the provider says",
        "answers from the gateway's own cache, which used no tokens of a provider",
    ),
    limits=(
        "Spend is what the gateway reckons from published prices: an estimate, never a billed amount.",
        "Versions that leave cached or written tokens out of the prompt are told from others where sums prove it.",
        "A log without a usage object states no cached and no reasoning tokens, so they are not distinguished.",
        "Tokens of a log that states their total alone become output of an unspecified role, with a warning.",
        "The provider's name is the gateway's own where it is not a known one, and LiteLLM where none is logged.",
    ),
    open=_open,
    recognizes=_recognizes,
    members=_members,
)
