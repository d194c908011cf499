"""The two CSV exports of Anthropic's Console: tokens, and cost, in all generations of their headers.

Facts: headers of real exports in public tools. Cost is in dollars, unlike in the interface, and names models as people
do. Keys and workspaces are names, not identifiers.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from opentokenomics.convert._errors import ConvertError, Refused
from opentokenomics.convert._model import NoticeKind, Row
from opentokenomics.convert._rows import Group, Reading, rows_of
from opentokenomics.convert._source import Converter, Evidence, Header, Source
from opentokenomics.convert._split import Part, Parts, Tokens, add
from opentokenomics.convert._time import after, instant_text
from opentokenomics.convert.sources._amounts import billed, cost_row
from opentokenomics.convert.sources._anthropic_buckets import context_columns, region_columns, tier_columns
from opentokenomics.convert.sources._cells import Cells, report_columns

if TYPE_CHECKING:
    from collections.abc import Mapping

    from opentokenomics.convert._context import Context

_INPUT = {
    "usage_input_tokens_no_cache": Part(cache_action="uncached"),
    "usage_input_tokens_cache_read": Part(cache_action="read"),
    "usage_input_tokens_cache_write_5m": Part(cache_action="write", ttl_seconds=300),
    "usage_input_tokens_cache_write_1h": Part(cache_action="write", ttl_seconds=3600),
}
_OUTPUT = "usage_output_tokens"
_SHARED = (
    *("usage_date_utc", "workspace", "api_key", "api_key_id", "usage_type", "context_window", "inference_geo"),
    *("speed", "api_key_status"),
)
_TOKEN_COLUMNS = frozenset({*_SHARED, "model_version", *_INPUT, _OUTPUT, "web_search_count"})
_COST_COLUMNS = frozenset({*_SHARED, "model", "token_type", "cost_usd", "list_price_usd", "cost_type"})
_PEOPLE = {"api_key"}


def _open(context: Context, header: Header) -> Converter:
    names = set(header or ())
    if header is not None and {"usage_date_utc", "cost_usd"} <= names:
        report_columns(header, _COST_COLUMNS, context)
        make = _cost
    elif header is not None and {"usage_date_utc", _OUTPUT} <= names:
        report_columns(header, _TOKEN_COLUMNS, context)
        make = _tokens
    else:
        raise ConvertError(
            "header_unknown",
            f"{context.input} is neither the tokens nor the cost export of the Console.",
            "Export tokens or cost as CSV.",
        )

    def convert(record: Mapping[str, Any]) -> list[Row]:
        return make(Cells(record, context))

    return convert


def _tokens(cells: Cells) -> list[Row]:
    context = cells.context
    counts = {name: cells.count(name) for name in (*_INPUT, _OUTPUT)}
    searches = cells.count("web_search_count")
    is_counted = any(count is not None for count in counts.values())
    if not is_counted and searches is None:
        raise Refused("the row states no usage")
    parts: Parts = {}
    for name, part in _INPUT.items():
        add(parts, part, counts[name] or 0)
    leaving = counts[_OUTPUT] or 0
    model = cells.text("model_version") or context.options.model
    if model is None:
        context.warn(NoticeKind.MODEL_MISSING, "no model is named; give it with --model")
    start = {**_begin(cells), "model_id": model}
    counters = {name: text for name in (*_INPUT, _OUTPUT, "web_search_count") if (text := cells.text(name)) is not None}
    group = Group(
        "inference",
        Tokens(parts, {Part(): leaving} if leaving else {}) if is_counted else None,
        (Reading("searches", str(searches), "tool"),) if searches else (),
        cost_carrier="other_row",
    )
    return list(rows_of(group, start, context.row_identity(cells.values, _PEOPLE), counters))


def _cost(cells: Cells) -> list[Row]:
    context = cells.context
    amount, listed = cells.decimal("cost_usd"), cells.text("list_price_usd")
    if amount is None:
        raise Refused("cost_usd is blank")
    if listed is not None:
        context.warn(
            NoticeKind.NOT_CONVERTED, "list_price_usd is a price or an amount, which is not known; it is kept as it is"
        )
    kind = cells.text("token_type") or cells.text("cost_type")
    counters = {name: text for name in ("cost_usd", "list_price_usd") if (text := cells.text(name)) is not None}
    columns = {
        "model_id": cells.text("model"),
        "charge_description": " ".join(filter(None, (cells.text("model"), kind))) or None,
        "sku_meter": kind,
        "source_counters": counters,
        **billed(context, amount, "USD", "cost_usd"),
    }
    return [cost_row(_begin(cells), context.row_identity(cells.values, _PEOPLE), amount, columns)]


def _begin(cells: Cells) -> Row:
    context = cells.context
    day = cells.instant("usage_date_utc")
    if day is None:
        raise Refused("usage_date_utc is blank")
    named = None if cells.text("api_key_id") else context.person(cells.text("api_key"), "api_key")
    return {
        **context.start_row(instant_text(day), instant_text(after(day, timedelta(days=1)))),
        "team": cells.identifier("workspace"),
        "credential_id": cells.identifier("api_key_id") or named,
        **tier_columns(cells.text("usage_type"), cells.text("speed"), context),
        **region_columns(cells.text("inference_geo"), context),
        **context_columns(cells.text("context_window"), context),
    }


def _recognizes(header: Header, _record: Mapping[str, Any]) -> bool:
    return header is not None and "usage_date_utc" in header


SOURCE = Source(
    name="anthropic-console",
    title="CSV exports of Anthropic's Console: tokens, and cost",
    provider="Anthropic",
    profile="cost",
    formats=("csv",),
    evidence=(Evidence.FIXTURE,),
    distinguishes=(
        "tokens: input by cache action and time-to-live, output, web searches",
        "cost: amount in dollars by token type and model",
        "tier, speed, context window, geography, workspace and API key",
    ),
    limits=(
        "Names of API keys are left out, or become pseudonyms with --pseudonym-key; workspaces are names of teams.",
        "The cost export names models as people do, the tokens export as the interface does: they do not join.",
        "Whether list_price_usd is a price or an amount is not documented: it is kept in source_counters only.",
        "The names of token types for cache writes were not seen, and stay the vendor's words.",
    ),
    open=_open,
    recognizes=_recognizes,
)
