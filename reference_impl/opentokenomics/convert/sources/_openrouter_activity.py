"""Activity of OpenRouter: daily figures by model, as CSV or from the interface, and one row per generation.

Facts: the vendor's interface description and the headers of real exports. Times of generations lack an offset; the
identifiers, which hold their second, prove that they are UTC. What an own key of an upstream costs is paid to somebody
else, and is no part of the usage.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from opentokenomics.convert._errors import ConvertError, Refused
from opentokenomics.convert._fields import Fields
from opentokenomics.convert._held import Held
from opentokenomics.convert._model import NoticeKind, Row
from opentokenomics.convert._rows import Group, Reading, rows_of
from opentokenomics.convert._source import Converter, Evidence, Header, Member, Source
from opentokenomics.convert._time import after, instant_text, one_second_from
from opentokenomics.convert.sources._amounts import billed, cost_row
from opentokenomics.convert.sources._cells import Cells, moment_of, report_columns
from opentokenomics.convert.sources._inclusive import inclusive_tokens
from opentokenomics.convert.sources._logs import report_fields
from opentokenomics.convert.sources._openai_bucket import TIERS
from opentokenomics.convert.sources._response import tier_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from opentokenomics.convert._context import Context

_DAILY = {
    "Date": "date",
    "Slug": "model",
    "Usage": "usage",
    "BYOK Usage": "byok_usage_inference",
    "Requests": "requests",
    "Prompt Tokens": "prompt_tokens",
    "Completion Tokens": "completion_tokens",
    "Reasoning Tokens": "reasoning_tokens",
}
_COUNTERS = ("prompt_tokens", "completion_tokens", "reasoning_tokens", "requests", "usage", "byok_usage_inference")
_GENERATION = {"generation_id", "created_at", "cost_total"}
_GENERATION_COUNTERS = {
    "prompt_tokens": ("native_tokens_prompt", "tokens_prompt"),
    "completion_tokens": ("native_tokens_completion", "tokens_completion"),
    "reasoning_tokens": ("native_tokens_reasoning", "tokens_reasoning"),
    "cached_tokens": ("native_tokens_cached", "tokens_cached"),
}
_KNOWN = frozenset(
    {
        *(
            *_DAILY,
            *_DAILY.values(),
            *_GENERATION,
            *(name for names in _GENERATION_COUNTERS.values() for name in names),
        ),
        *("model_permaslug", "endpoint_id", "provider_name", "id", "total_cost", "upstream_inference_cost", "is_byok"),
        *("cache_discount", "native_tokens_completion_images", "service_tier", "request_id", "session_id"),
        *("upstream_id", "workspace_id", "cost_web_search", "cost_cache", "cost_file_processing", "variant"),
        *("cancelled", "streamed", "user", "external_user", "finish_reason", "native_finish_reason"),
        *("finish_reason_raw", "finish_reason_normalized", "generation_time", "generation_time_ms", "latency"),
        *("time_to_first_token_ms", "api_key_disabled", "api_key_name", "app_name", "app_id", "http_referer"),
        *("moderation_latency", "num_media_prompt", "num_media_completion", "num_search_results", "origin", "api_type"),
    }
)


def _open(context: Context, header: Header) -> Converter:
    names = set(header or ())
    if header is not None and not (names >= _GENERATION or {"Date", "Slug", "Usage"} <= names):
        raise ConvertError(
            "header_unknown",
            f"{context.input} is neither the daily nor the generation export of OpenRouter's activity.",
            "Export the activity as CSV.",
        )

    report_columns(header or (), _KNOWN, context)

    def convert(record: Mapping[str, Any]) -> list[Row] | Held:
        if header is None:
            report_fields(record, _KNOWN, context)
        cells = Cells({_DAILY.get(name, name): value for name, value in record.items()}, context)
        if "generation_id" in cells.values or "total_cost" in cells.values:
            held = _generation(cells)
            context.note_export("generations")
            return held
        rows = _day(cells)
        context.note_export("days of the interface" if header is None else "days of a table")
        return rows

    return convert


def _day(cells: Cells) -> list[Row]:
    context = cells.context
    start = cells.instant("date")
    if start is None:
        raise Refused("date is blank")
    counters = {name: text for name in _COUNTERS if (text := cells.figure(name)) is not None}
    row = _begin(cells, (instant_text(start), instant_text(after(start, timedelta(days=1)))), None)
    found = {name: cells.count(name) for name in ("prompt_tokens", "completion_tokens", "reasoning_tokens")}
    return _rows(cells, row, context.row_identity(cells.values), found, counters, "usage")


def _generation(cells: Cells) -> Held:
    context = cells.context
    name = cells.identifier("generation_id", "id")
    created = cells.text("created_at")
    if name is None or created is None:
        raise Refused("the generation lacks its identifier or created_at")
    found = {
        kind: next((count for each in names if (count := cells.count(each)) is not None), None)
        for kind, names in _GENERATION_COUNTERS.items()
    }
    columns = [name for names in _GENERATION_COUNTERS.values() for name in names]
    counters = {each: text for each in columns if (text := cells.figure(each)) is not None}
    row = _begin(cells, one_second_from(moment_of(created)), name)
    cost = "cost_total" if cells.figure("cost_total") is not None else "total_cost"
    rows = _rows(cells, row, f"{context.source_name}:{name}", found, counters, cost)
    tokens = sum(int(str(each["consumed_quantity"])) for each in rows if each.get("meter") == "tokens")
    return Held(name, tokens, tuple(rows))


def _begin(cells: Cells, period: tuple[str, str], name: str | None) -> Row:
    context = cells.context
    model = cells.text("model_permaslug", "model") or context.options.model
    if model is None:
        context.warn(NoticeKind.MODEL_MISSING, "no model is named; give it with --model")
    key, tier = cells.text("api_key_name"), cells.text("service_tier")
    return {
        **context.start_row(*period, name),
        "host_provider_name": cells.text("provider_name"),
        "model_id": model,
        "sub_account_id": cells.identifier("workspace_id"),
        "application": cells.identifier("app_name"),
        "principal_id": cells.identifier("user", "external_user"),
        "credential_id": context.person(key, "api_key_name"),
        "run_id": cells.identifier("session_id"),
        "processing_tier": tier_of(tier, TIERS, context.warn),
        "processing_tier_reported": tier,
    }


def _rows(
    cells: Cells,
    start: Row,
    identity: str,
    found: Mapping[str, int | None],
    counters: Mapping[str, str],
    cost_name: str,
) -> list[Row]:
    context = cells.context
    usage = {
        "prompt_tokens": found["prompt_tokens"],
        "completion_tokens": found["completion_tokens"],
        "prompt_tokens_details": {"cached_tokens": found.get("cached_tokens")},
        "completion_tokens_details": {"reasoning_tokens": found["reasoning_tokens"]},
    }
    tokens = inclusive_tokens(Fields(usage, "the record"), context.warn)
    cost, own_key = cells.decimal(cost_name), cells.decimal("byok_usage_inference")
    if own_key or (str(cells.values.get("is_byok")).lower() == "true" and cells.decimal("upstream_inference_cost")):
        context.warn(
            NoticeKind.NOT_CONVERTED, "what an own key of an upstream costs is paid to somebody else, and left out"
        )
    if cost is not None and cost < 0:
        raise Refused(f"{cost_name} is negative, and usage never is")
    amount = None if cost is None else billed(context, cost, "USD", cost_name)
    requests = 1 if start["source_record_id"] else cells.count("requests")
    readings = () if requests is None else (Reading("requests", str(requests), "inference", cost=amount),)
    group = Group("inference", tokens, readings, cost_carrier="unknown" if amount is None else "other_row")
    rows = list(rows_of(group, start, identity, counters))
    if requests is None and cost is not None and amount is not None:
        rows.append(cost_row(start, f"{identity}:cost", cost, amount))
    return rows


def _members(record: Mapping[str, Any]) -> Iterator[Member]:
    """The days of a page, or the generation in an answer; a row of CSV is one."""
    data = record.get("data")
    if isinstance(data, dict):
        yield Member("data", data)
    elif isinstance(data, list):
        for place, each in enumerate(data):
            yield Member(f"data.{place}", each if isinstance(each, dict) else Refused("it is no object"))
    else:
        yield Member("", record)


def _recognizes(header: Header, record: Mapping[str, Any]) -> bool:
    if header is not None:
        return set(header) >= _GENERATION or {"Date", "Slug", "Usage"} <= set(header)
    data = record.get("data")
    first = data[0] if isinstance(data, list) and data else data
    names = set(first) if isinstance(first, dict) else set(record)
    return {"model_permaslug", "usage", "requests"} <= names or {"total_cost", "native_tokens_prompt"} <= names


SOURCE = Source(
    name="openrouter-activity",
    title="Activity of OpenRouter: by day and model, or by generation",
    provider="OpenRouter",
    profile="cost",
    formats=("csv", "json", "jsonl"),
    evidence=(Evidence.OFFICIAL, Evidence.REAL),
    distinguishes=(
        "what was charged in US dollars, on the row of the meter requests",
        "output tokens by role; input tokens by cache action, for generations",
        "model, upstream, workspace, application and user, and the tier of generations",
    ),
    limits=(
        "What an own key of an upstream costs is paid to somebody else; it is kept in source_counters only.",
        "Days do not state cached tokens.",
        "Whether tokens of the generation export are counted by the model's own tokenizer is not documented.",
        "Names of API keys are left out, or become pseudonyms with --pseudonym-key.",
        "Days have no identifier: two rows that state the same are two, and a generation that comes again is one.",
    ),
    open=_open,
    recognizes=_recognizes,
    members=_members,
)
