"""Metrics of OpenTelemetry that count tokens or money: sums and histograms, delta and cumulative.

A cumulative series states what was counted since its start, again and again: its highest value counts. Counters of
cached, written and reasoning tokens are parts of the counters of input and output, and are never added to them, and
neither are the histograms of tokens for each operation, which state the same. Counters of input and output are divided
by modality. Embeddings have a histogram alone.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from opentokenomics.convert._errors import Refused
from opentokenomics.convert._fields import Fields
from opentokenomics.convert._held import Held
from opentokenomics.convert._model import NoticeKind, shown
from opentokenomics.convert._numbers import whole_number
from opentokenomics.convert._rows import Group, rows_of
from opentokenomics.convert._split import UNSPECIFIED, Part, Tokens
from opentokenomics.convert._time import instant_text
from opentokenomics.convert.sources._amounts import cost_row, estimated
from opentokenomics.convert.sources._otel_attributes import (
    SERVICES,
    Attributes,
    first_text,
    instant,
    number,
    read_attributes,
    shared_columns,
)

if TYPE_CHECKING:
    from collections.abc import Mapping
    from decimal import Decimal

    from opentokenomics.convert._context import Context

_CUMULATIVE = {"2", "AGGREGATION_TEMPORALITY_CUMULATIVE"}
_DELTA = {"1", "AGGREGATION_TEMPORALITY_DELTA"}
_COST = "claude_code.cost.usage"
_TOKENS = "claude_code.token.usage"
_USAGE = "gen_ai.client.token.usage"
_COUNTERS = {
    "gen_ai.client.inference.usage.input_tokens": "input",
    "gen_ai.client.inference.usage.output_tokens": "output",
}
_SUBSETS = frozenset(
    f"gen_ai.client.inference.usage.{name}_tokens"
    for name in ("cache_read.input", "cache_write.input", "reasoning.output")
)
_SAME = frozenset(f"gen_ai.client.inference.operation.{name}_tokens" for name in ("input", "output"))
_EMBEDDINGS = "gen_ai.client.embeddings.operation.input_tokens"
_TYPES = {
    "input": ("input", Part(cache_action="uncached")),
    "output": ("output", Part()),
    "cacheRead": ("input", Part(cache_action="read")),
    "cacheCreation": ("input", Part(cache_action="write")),
}
_MODALITIES = frozenset({"text", "image", "audio", "video", "document"})
_PEOPLE = frozenset({"resource user.email", "attribute user.email"})
METRICS = frozenset({_COST, _TOKENS, _USAGE, *_COUNTERS, *_SUBSETS, *_SAME, _EMBEDDINGS})


def generation_of(name: str) -> str | None:
    """Which generation of the conventions a metric is of: an application may record the same calls in two of them.

    The newer one counts embeddings apart from other calls.
    """
    if name == _EMBEDDINGS:
        return "embeddings"
    return "histogram" if name == _USAGE else "counters" if name in _COUNTERS else None


def point_rows(member: Mapping[str, Any], context: Context) -> list[Held]:
    """What a data point of a metric adds; raises Refused where it states no count."""
    name, point = member["metric"], member["item"]
    if name in _SUBSETS:
        context.warn(NoticeKind.NOT_CONVERTED, "a counter of a part of the input or output is not added to it")
        return []
    if name in _SAME:
        context.warn(
            NoticeKind.NOT_CONVERTED,
            f"the metric {name!r} states what counters do, and is not added to them",
        )
        return []
    attributes, resource = read_attributes(point), read_attributes(member["resource"])
    amount = _value(point)
    start, end = _period(point)
    cumulative = member["temporality"] in _CUMULATIVE
    if not cumulative and member["temporality"] not in _DELTA:
        raise Refused("the metric states no temporality: neither delta nor cumulative")
    row = {**context.start_row(start, end), **shared_columns(attributes, resource, context)}
    direction, part = ("", Part()) if name == _COST else _leaf(name, attributes)
    series = {"metric": name, "start": start} | ({} if cumulative else {"end": end})
    series |= _named("resource", resource) | _named("attribute", attributes)
    series |= _scope(member, resource, context)
    key, identity = context.fact(series, _PEOPLE)
    if name == _COST:
        row |= estimated(context, amount, "USD", name, "vendor_estimate")
        row["charge_description"] = "Claude Code, as its client reckons at list prices"
        return [Held(key, context.rank(amount), (cost_row(row, identity, amount, {}),))]
    count = whole_number(amount, name)
    if not count:
        return []
    parts = {part._replace(modality=_modality(attributes, context)): count}
    tokens = Tokens(parts, {}) if direction == "input" else Tokens({}, parts)
    group = Group(
        _service(name, attributes), tokens, columns={"processing_tier": "fast"} if _is_fast(attributes) else {}
    )
    return [Held(key, count, tuple(rows_of(group, row, identity, {name: str(count)})))]


def _scope(member: Mapping[str, Any], resource: Attributes, context: Context) -> dict[str, str]:
    """The instrumentation scope, which tells streams of one metric apart, as the protocol's data model says."""
    scope = dict(Fields(member).child("scope").values)
    library = first_text(scope, "name") or ""
    if context.ledger.is_otherwise(f"{member['metric']} of {sorted(_texts(resource).items())}", library):
        context.warn(
            NoticeKind.INTERPRETED,
            "two instrumentation scopes of one resource state a metric, and both count: if both watch the same calls,"
            " give one",
        )
    stated = {"name": library, "version": first_text(scope, "version") or ""}
    return {
        **{f"scope {name}": text for name, text in stated.items()},
        **_named("scope attribute", read_attributes(scope)),
    }


def _named(kind: str, attributes: Attributes) -> dict[str, str]:
    """The attributes under names of their own, so that those of a resource and of a point do not hide each other."""
    return {f"{kind} {name}": text for name, text in _texts(attributes).items()}


def _texts(attributes: Attributes) -> dict[str, str]:
    """The attributes that say something."""
    return {name: str(value) for name, value in attributes.items() if value is not None}


def _leaf(name: str, attributes: Attributes) -> tuple[str, Part]:
    if name == _EMBEDDINGS:
        return "input", Part()
    if name in _COUNTERS:
        return _COUNTERS[name], Part()
    if name == _TOKENS:
        kind = first_text(attributes, "type")
        if kind not in _TYPES:
            raise Refused(f"the token type {shown(str(kind))!r} is unknown")
        return _TYPES[kind]
    kind = first_text(attributes, "gen_ai.token.type")
    if kind not in {"input", "output", "completion"}:
        raise Refused(f"the token type {shown(str(kind))!r} is unknown")
    return ("input" if kind == "input" else "output"), Part()


def _service(name: str, attributes: Attributes) -> str:
    kind = "embeddings" if name == _EMBEDDINGS else first_text(attributes, "gen_ai.operation.name") or ""
    return SERVICES.get(kind.lower(), "inference")


def _modality(attributes: Attributes, context: Context) -> str | None:
    """The modality that a point counts tokens of; none where its instrumentation does not know it."""
    named = first_text(attributes, "gen_ai.token.modality")
    if named is None or named == "unknown":
        return None
    if named in _MODALITIES:
        return named
    context.warn(NoticeKind.UNKNOWN_FIELD, "a modality of tokens is not known", repr(shown(named)))
    return UNSPECIFIED


def _value(point: Mapping[str, Any]) -> Decimal:
    for name in ("asInt", "asDouble", "sum", "value"):
        found = number(point.get(name), name)
        if found is not None:
            return found
    raise Refused("the data point states no value")


def _period(point: Mapping[str, Any]) -> tuple[str, str]:
    start = instant(point.get("startTimeUnixNano"), "startTimeUnixNano")
    end = instant(point.get("timeUnixNano"), "timeUnixNano")
    if start is None or end is None or start >= end:
        raise Refused("the data point states no period: startTimeUnixNano must be before timeUnixNano")
    return instant_text(start), instant_text(end)


def _is_fast(attributes: Attributes) -> bool:
    return attributes.get("speed") == "fast"
