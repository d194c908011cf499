"""Responses of Anthropic's Messages interface: disjoint input counters, and iterations with counters of their own.

Facts: the SDK's types and recorded bodies. The counters of the top level leave out iterations of compaction and of the
advisor, which are billed all the same and here become usage groups of their own. Thinking tokens are counted again with
a tokenizer, so the vendor calls them approximate; they never exceed the output.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from opentokenomics.convert._errors import Refused
from opentokenomics.convert._model import NoticeKind, shown
from opentokenomics.convert._rows import Group
from opentokenomics.convert._source import Evidence, Source
from opentokenomics.convert._split import UNSPECIFIED, Breakdown, Part, Parts, Tokens, Warn, add, divide
from opentokenomics.convert.sources._anthropic_buckets import region_columns, tier_columns
from opentokenomics.convert.sources._response import Call, Family, tool_readings

if TYPE_CHECKING:
    from collections.abc import Iterable

    from opentokenomics.convert._fields import Fields

_LIFETIMES = {"ephemeral_5m_input_tokens": 300, "ephemeral_1h_input_tokens": 3600}
_TOOLS = {"web_search_requests": "searches", "web_fetch_requests": "tool_calls"}
_OUTSIDE = {"compaction", "advisor_message"}
_COUNTERS = ("input_tokens", "cache_read_input_tokens", "cache_creation_input_tokens", "output_tokens")

_PLAIN = frozenset(
    {*_COUNTERS, *(f"cache_creation.{name}" for name in _LIFETIMES), "output_tokens_details.thinking_tokens"}
)
KNOWN = frozenset(
    {
        *_PLAIN,
        *(f"iterations.{name}" for name in (*_PLAIN, "type", "model")),
        *(f"server_tool_use.{name}" for name in _TOOLS),
        *("service_tier", "inference_geo", "speed", "fallback_credit.status"),
    }
)


@dataclass(frozen=True, slots=True)
class _Iteration:
    number: int
    kind: str
    fields: Fields
    counts: tuple[int, ...]


def measure(call: Call) -> list[Group]:
    """The groups of a response: the one of its top level, and one for each iteration that it leaves out."""
    usage, context = call.usage, call.context
    columns = {
        **tier_columns(usage.text("service_tier"), usage.text("speed"), context),
        **region_columns(usage.text("inference_geo"), context),
    }
    groups = [
        Group(
            "inference", _tokens(usage, context.warn), tool_readings(call, "server_tool_use", _TOOLS), columns=columns
        )
    ]
    for iteration in _outside(call):
        model = iteration.fields.text("model") or (call.model if iteration.kind != "advisor_message" else None)
        if model is None:
            context.warn(NoticeKind.MODEL_MISSING, f"an iteration of type {shown(iteration.kind)!r} names no model")
        groups.append(
            Group(
                "inference",
                _tokens(iteration.fields, context.warn),
                columns={**columns, "model_id": context.text(model, "the iteration's model")},
                suffix=f"#iteration-{iteration.number}",
            )
        )
    return groups


def _tokens(usage: Fields, warn: Warn) -> Tokens:
    """The leaves of disjoint counters; the vendor states no total, so none is kept."""
    entering, leaving = usage.whole("input_tokens"), usage.whole("output_tokens")
    read = usage.whole("cache_read_input_tokens")
    writes = _writes(usage, warn)
    if entering is None and leaving is None and not read and not any((writes or {}).values()):
        raise Refused(f"{usage.path or 'usage'} states neither input_tokens nor output_tokens, nor tokens of the cache")
    distinguished = read is not None or writes is not None
    parts: Parts = {}
    add(parts, Part(cache_action="uncached" if distinguished else None), entering or 0)
    add(parts, Part(cache_action="read"), read or 0)
    for lifetime, count in (writes or {}).items():
        add(parts, Part(cache_action="write", ttl_seconds=lifetime), count)
    details = usage.child("output_tokens_details")
    thinking = details.whole("thinking_tokens")
    role = Breakdown(
        "role", {} if thinking is None else {"reasoning": thinking}, "answer", f"{details.path}.thinking_tokens"
    )
    return Tokens(parts, divide(leaving or 0, role, Breakdown("modality", {}, UNSPECIFIED, ""), warn))


def _writes(usage: Fields, warn: Warn) -> dict[int | None, int] | None:
    """Written tokens by time-to-live; under None what the split does not explain. None where nothing is stated."""
    total, split = usage.whole("cache_creation_input_tokens"), usage.child("cache_creation")
    stated: dict[int | None, int] = {
        lifetime: count for name, lifetime in _LIFETIMES.items() if (count := split.whole(name)) is not None
    }
    if total is None:
        return stated or None
    explained = sum(stated.values())
    if explained > total:
        warn(
            NoticeKind.CONTRADICTION,
            "cache_creation adds up to more than cache_creation_input_tokens",
            f"{explained} > {total}",
        )
        return {None: total}
    if stated and explained < total:
        warn(
            NoticeKind.UNEXPLAINED,
            "cache_creation adds up to less than cache_creation_input_tokens; the rest has no time-to-live",
            f"{explained} < {total}",
        )
    return {**stated, None: total - explained}


def _outside(call: Call) -> list[_Iteration]:
    """The iterations that the counters of the top level leave out."""
    iterations = [
        _Iteration(number, fields.text("type") or "untyped", fields, _counts(fields))
        for number, fields in enumerate(call.usage.items("iterations"), start=1)
    ]
    if not iterations:
        return []
    top = _counts(call.usage)
    messages = _sum(each for each in iterations if each.kind == "message")
    if any(each.kind == "fallback_message" for each in iterations):
        call.context.warn(
            NoticeKind.INTERPRETED, "iterations hold a fallback_message; the counters of the top level are taken"
        )
        return [each for each in iterations if each.kind in _OUTSIDE]
    if messages == top:
        return _known_kinds(call, [each for each in iterations if each.kind != "message"])
    if _sum(iterations) == top:
        return []
    call.context.warn(
        NoticeKind.CONTRADICTION,
        "iterations of type message do not add up to the counters of the top level, which are taken",
        f"{sum(messages)} <> {sum(top)}",
    )
    return _known_kinds(call, [each for each in iterations if each.kind in _OUTSIDE])


def _known_kinds(call: Call, iterations: list[_Iteration]) -> list[_Iteration]:
    for each in iterations:
        if each.kind not in _OUTSIDE:
            call.context.warn(
                NoticeKind.INTERPRETED,
                f"iterations of the unknown type {shown(each.kind)!r} are outside the top level, as its sums prove",
            )
    return iterations


def _counts(fields: Fields) -> tuple[int, ...]:
    return tuple(fields.whole(name) or 0 for name in _COUNTERS)


def _sum(iterations: Iterable[_Iteration]) -> tuple[int, ...]:
    columns = zip(*(each.counts for each in iterations), strict=True)
    return tuple(map(sum, columns)) or (0,) * len(_COUNTERS)


def _measure_response(call: Call) -> list[Group]:
    if "total_tokens" in call.usage and "input_tokens_details" in call.usage:
        raise Refused(
            "usage is in OpenAI's shape, whose input_tokens hold the cache; convert it with --from openai-response"
        )
    return measure(call)


FAMILY = Family(bare=frozenset({"input_tokens", "output_tokens"}), known=KNOWN, measure=_measure_response)

SOURCE = Source(
    name="anthropic-response",
    title="Responses of Anthropic's Messages interface",
    provider="Anthropic",
    profile="metering",
    formats=("jsonl", "json", "csv"),
    evidence=(Evidence.REAL, Evidence.OFFICIAL),
    distinguishes=(
        "input tokens by cache action, and cache writes by time-to-live: 5 minutes, 1 hour",
        "output tokens by role: answer, reasoning (approximate, as the vendor says)",
        "iterations of compaction and of the advisor, with their own model",
        "web searches, web fetches and calls of other server tools",
        "tier, speed and the geography of inference",
    ),
    limits=(
        "The vendor states no total of all tokens, so usage_group_total is empty.",
        "A response does not say where its cost is: the cost carrier is unknown.",
        "A response carries no time: --at is needed.",
        "Thinking tokens of iterations outside the top level are not stated, and are part of their output.",
    ),
    open=FAMILY.open,
)
