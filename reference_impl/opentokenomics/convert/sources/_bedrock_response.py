"""Responses of Amazon Bedrock: Converse, and the metrics that InvokeModel adds.

Facts: the service's API model and recorded Converse bodies. Input is disjoint from cached tokens, the total includes
them; bodies repeat the cache counters under a second name.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from opentokenomics.convert._errors import Refused
from opentokenomics.convert._model import NoticeKind
from opentokenomics.convert._rows import Group
from opentokenomics.convert._source import Evidence, Source
from opentokenomics.convert._split import Part, Parts, Tokens, Warn, add, reconcile, remainder_of
from opentokenomics.convert.sources._response import Call, Family, tier_of, tool_readings

if TYPE_CHECKING:
    from opentokenomics.convert._fields import Fields

_METRICS = "amazon-bedrock-invocationMetrics"
_TIERS = {"default": "standard", "standard": "standard", "flex": "flex", "priority": "priority"} | {
    "reserved": "provisioned"
}
_INPUT = ("inputTokens", "inputTokenCount")
_OUTPUT = ("outputTokens", "outputTokenCount")
_READ = ("cacheReadInputTokens", "cacheReadInputTokenCount")
_WRITE = ("cacheWriteInputTokens", "cacheWriteInputTokenCount")
_KNOWN = frozenset(
    {
        *(*_INPUT, *_OUTPUT, *_READ, *_WRITE, "totalTokens", "cacheDetails.ttl", "cacheDetails.inputTokens"),
        *("invocationLatency", "firstByteLatency"),
    }
)
_LIFETIME = re.compile(r"([1-9][0-9]{0,5})([smh])")
_SECONDS = {"s": 1, "m": 60, "h": 3600}


def _measure(call: Call) -> list[Group]:
    usage, context = call.usage, call.context
    if "input_tokens" in usage or "prompt_tokens" in usage:
        raise Refused(
            "usage is in the model developer's own shape, as InvokeModel returns it; convert it with --from"
            " anthropic-response or openai-response and --provider 'Amazon Web Services'"
        )
    tier = _member(call, "serviceTier", "type")
    columns = {
        "processing_tier": tier_of(tier, _TIERS, call.context.warn),
        "processing_tier_reported": context.text(tier, "the tier"),
    }
    if _member(call, "performanceConfig", "latency") == "optimized":
        context.warn(NoticeKind.NOT_CONVERTED, "performanceConfig.latency is optimized, which no column states")
    return [
        Group("inference", _tokens(usage, context.warn), tool_readings(call, "serverToolUsage", {}), columns=columns)
    ]


def _tokens(usage: Fields, warn: Warn) -> Tokens:
    entering, leaving = _either(usage, _INPUT, warn), _either(usage, _OUTPUT, warn)
    total = usage.whole("totalTokens")
    if entering is None and leaving is None and total is None:
        raise Refused("usage states neither inputTokens nor outputTokens, and no totalTokens")
    read, write = _either(usage, _READ, warn), _either(usage, _WRITE, warn)
    parts: Parts = {}
    distinguished = read is not None or write is not None or bool(usage.items("cacheDetails"))
    add(parts, Part(cache_action="uncached" if distinguished else None), entering or 0)
    add(parts, Part(cache_action="read"), read or 0)
    for lifetime, count in _writes(usage, write, warn).items():
        add(parts, Part(cache_action="write", ttl_seconds=lifetime), count)
    output: Parts = {Part(): leaving} if leaving else {}
    return reconcile(Tokens(parts, output, total), remainder_of(entering, leaving), "totalTokens", warn)


def _either(usage: Fields, names: tuple[str, str], warn: Warn) -> int | None:
    """A counter that bodies repeat under a second name; they are one count, never two."""
    first, second = (usage.whole(name) for name in names)
    if first is not None and second is not None and first != second:
        warn(NoticeKind.CONTRADICTION, f"{names[0]} and {names[1]} differ; the first is taken", f"{first} <> {second}")
    return second if first is None else first


def _writes(usage: Fields, total: int | None, warn: Warn) -> dict[int | None, int]:
    """Written tokens by time-to-live; under None what ``cacheDetails`` does not explain."""
    stated: dict[int | None, int] = {}
    for detail in usage.items("cacheDetails"):
        lifetime = _lifetime(detail.text("ttl"), warn)
        stated[lifetime] = stated.get(lifetime, 0) + (detail.whole("inputTokens") or 0)
    explained = sum(stated.values())
    if total is None:
        return stated
    if explained > total:
        warn(NoticeKind.CONTRADICTION, "cacheDetails add up to more than the written tokens", f"{explained} > {total}")
        return {None: total}
    if stated and explained < total:
        warn(
            NoticeKind.UNEXPLAINED,
            "cacheDetails add up to less than the written tokens; the rest has no time-to-live",
            f"{explained} < {total}",
        )
    return {**stated, None: stated.get(None, 0) + total - explained}


def _lifetime(text: str | None, warn: Warn) -> int | None:
    match = _LIFETIME.fullmatch(text or "")
    if match is None:
        warn(NoticeKind.UNKNOWN_FIELD, "a ttl in cacheDetails is not a number of seconds, minutes or hours", repr(text))
        return None
    return int(match[1]) * _SECONDS[match[2]]


def _member(call: Call, name: str, member: str) -> str | None:
    """A text inside an object of the envelope, if there is such an object."""
    return call.envelope.child(name).text(member) if isinstance(call.envelope.values.get(name), dict) else None


FAMILY = Family(bare=frozenset({*_INPUT, *_OUTPUT, "totalTokens"}), known=_KNOWN, measure=_measure, preferred=_METRICS)

SOURCE = Source(
    name="bedrock-response",
    title="Responses of Amazon Bedrock (Converse, and the invocation metrics of InvokeModel)",
    provider="Amazon Web Services",
    profile="metering",
    formats=("jsonl", "json", "csv"),
    evidence=(Evidence.REAL, Evidence.OFFICIAL),
    distinguishes=(
        "input tokens by cache action, and cache writes by time-to-live where the response states it",
        "the service tier",
        "calls of server tools",
    ),
    limits=(
        "A response names no model: --model is needed for one.",
        "A response carries no time: --at is needed.",
        "A response does not say where its cost is: the cost carrier is unknown.",
        "Output is not divided; whether it includes reasoning is not documented.",
        "Latency-optimized inference is reported and not marked on the rows.",
    ),
    open=FAMILY.open,
)
