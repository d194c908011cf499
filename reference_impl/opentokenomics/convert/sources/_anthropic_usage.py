"""Anthropic's usage reports; that for messages has buckets of disjoint counters, grouped by whatever was asked for.

Facts: the documentation of the administration interface and the SDK's types. Input is uncached input; there are no
thinking tokens in it, and requests and a total only in the reports of analytics. A dimension that is null was not
grouped by, or is the default workspace, or the Console.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from opentokenomics.convert._errors import Refused
from opentokenomics.convert._fields import survey
from opentokenomics.convert._held import Held
from opentokenomics.convert._model import NoticeKind
from opentokenomics.convert._pages import Page
from opentokenomics.convert._rows import Group, Reading, rows_of
from opentokenomics.convert._source import Evidence, Header, Member, Source
from opentokenomics.convert._split import Part, Parts, Tokens, Warn, add, reconcile
from opentokenomics.convert.sources import _anthropic_rows as reports
from opentokenomics.convert.sources._anthropic_buckets import (
    ANALYTICS,
    PERSONAL,
    PRINCIPALS,
    analytics_columns,
    context_columns,
    period,
    principal_columns,
    region_columns,
    tier_columns,
)
from opentokenomics.convert.sources._anthropic_claude_code import is_report, make_model, model_members
from opentokenomics.convert.sources._buckets import further, opened

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from opentokenomics.convert._context import Context
    from opentokenomics.convert._fields import Fields

_PARTS = {
    "uncached_input_tokens": Part(cache_action="uncached"),
    "cache_read_input_tokens": Part(cache_action="read"),
}
_WRITES = {"ephemeral_5m_input_tokens": 300, "ephemeral_1h_input_tokens": 3600}
_OWNERS = {"sub_account_id": "workspace_id", "credential_id": "api_key_id"}
_DIMENSIONS = (
    *(*_OWNERS.values(), *PRINCIPALS, *ANALYTICS),
    *("model", "service_tier", "speed", "context_window", "inference_geo"),
)
_KNOWN = frozenset(
    {
        *(*_PARTS, "output_tokens", "total_tokens", "requests", "server_tool_use.web_search_requests"),
        *(f"cache_creation.{name}" for name in _WRITES),
        *(*_DIMENSIONS, *PERSONAL),
    }
)


def _tokens(result: Fields, warn: Warn) -> Tokens | None:
    """The leaves of disjoint counters; None where none but those of the cache is stated, and these are zero."""
    parts: Parts = {}
    for name, part in _PARTS.items():
        add(parts, part, result.whole(name) or 0)
    written = result.child("cache_creation")
    for name, lifetime in _WRITES.items():
        add(parts, Part(cache_action="write", ttl_seconds=lifetime), written.whole(name) or 0)
    leaving, total = result.whole("output_tokens"), result.whole("total_tokens")
    if not parts and leaving is None and "uncached_input_tokens" not in result and not total:
        return None
    tokens = Tokens(parts, {Part(): leaving} if leaving else {}, total)
    return reconcile(tokens, "output", "total_tokens", warn)


def _members(record: Mapping[str, Any]) -> Iterator[Member]:
    """The results of buckets, rows of analytics, or the models of what users of Claude Code did in a day."""
    days = record.get("data")
    if is_report(record):
        yield from model_members(record, "")
    elif isinstance(days, list) and any(map(is_report, days)):
        for place, day in enumerate(days):
            if is_report(day):
                yield from model_members(day, f"data.{place}")
            else:
                yield Member(f"data.{place}", Refused("it has no model_breakdown, which others beside it have"))
    else:
        yield from reports.members(record)


def _page(record: Mapping[str, Any]) -> Page | None:
    """The place of a page; those of the report on Claude Code are all of one day, and in no order of time."""
    page, days = reports.page(record), record.get("data")
    if page is None or not isinstance(days, list) or not any(map(is_report, days)):
        return page
    day = str(next(each.get("date") for each in days if is_report(each)))[: len("2026-08-31")]
    return Page(page.is_last, day if page.is_last else None, None if page.is_last else day)


def _make(bucket: Fields, result: Fields, context: Context) -> Held:
    is_day = "date" in bucket or "actor" in bucket
    return make_model(bucket, result, context) if is_day else _make_result(bucket, result, context)


def _make_result(bucket: Fields, result: Fields, context: Context) -> Held:
    found = survey(result.values, _KNOWN)
    for field in found.unknown:
        context.unknown("field", field)
    model = result.text("model") or context.options.model
    if model is None:
        context.warn(NoticeKind.MODEL_MISSING, "the report is not grouped by model; give the model with --model")
    whole = period(bucket)
    start = context.start_row(*whole)
    for column, name in _OWNERS.items():
        start[column] = context.identifier(result.text(name), name)
    start |= principal_columns(result, context) | analytics_columns(result, context)
    searches, requests = result.child("server_tool_use").whole("web_search_requests"), result.whole("requests")
    readings = [Reading("searches", str(searches), "tool")] if searches else []
    if requests:
        readings.append(Reading("requests", str(requests), "inference"))
    tokens = _tokens(result, context.warn)
    if tokens is None and not readings:
        raise Refused("the result states neither uncached_input_tokens nor output_tokens, nor what else is counted")
    group = Group(
        "inference",
        tokens,
        tuple(readings),
        cost_carrier="other_row",
        columns={
            "model_id": context.text(model, "model"),
            **tier_columns(result.text("service_tier"), result.text("speed"), context),
            **region_columns(result.text("inference_geo"), context),
            **context_columns(result.text("context_window"), context),
        },
    )
    names = {name: result.values.get(name) for name in _DIMENSIONS} | (unknown := further(result, _KNOWN))
    key, identity = context.fact({"period": f"{whole}", **names}, unknown)
    rows = tuple(rows_of(group, start, identity, found.counters))
    context.note_export("messages")
    return Held(key, 0 if tokens is None else tokens.count, rows)


def _recognizes(_header: Header, record: Mapping[str, Any]) -> bool:
    days = record.get("data")
    if is_report(record) or (isinstance(days, list) and any(map(is_report, days))):
        return True
    found = reports.first(record)
    if found is None or "starting_at" not in found[0]:
        return False
    return not found[1] or "uncached_input_tokens" in found[1] or "output_tokens" in found[1]


SOURCE = Source(
    name="anthropic-usage",
    title="Anthropic's usage: its analytics, and its reports for messages and for Claude Code",
    provider="Anthropic",
    profile="cost",
    formats=("json", "jsonl"),
    evidence=(Evidence.OFFICIAL,),
    distinguishes=(
        "input tokens by cache action, and cache writes by time-to-live: 5 minutes, 1 hour",
        "output tokens and web searches",
        "model, tier, speed, context window, geography, workspace, API key and account, where it is grouped by them",
        "product, group, channel, agent, user or service account, and requests, where analytics state them",
        "Claude Code: day, user or key, model and terminal, and the vendor's estimate at list prices",
    ),
    limits=(
        "Amounts are on other rows, those of anthropic-cost; priority tier costs are in no report.",
        "The vendor states no thinking tokens, and requests and a total in analytics only.",
        "What analytics count as requests of sandboxes and code execution are spans, not calls of a model.",
        "Pages of analytics are in no order of time: that one is missing is seen where none of them is the last.",
        "A dimension that is null may mean that the report is not grouped by it, or the default workspace or Console.",
        "Give pages of one grouping, or usage counts twice; a bucket that is stated again counts once.",
        "What API customers use with Claude Code is in the report for messages, too: give one of them.",
        "Users of Claude Code and names of keys are left out, or become pseudonyms with --pseudonym-key.",
        "Names and addresses of the users of analytics are left out.",
        "Sessions, lines of code, commits and actions of tools are not converted.",
    ),
    open=opened(_make),
    recognizes=_recognizes,
    members=_members,
    page=_page,
)
