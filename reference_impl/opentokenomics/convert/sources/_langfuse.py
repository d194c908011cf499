"""Observations of Langfuse: generations with usage by type and cost by type.

Facts: the vendor's interface description and documentation. Types of usage are stored disjoint; their names are free,
and told by their words. The cost may be what the application stated, or what Langfuse reckons from its table of prices.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from opentokenomics.convert._errors import Refused
from opentokenomics.convert._fields import Fields
from opentokenomics.convert._held import Held
from opentokenomics.convert._model import NoticeKind, shown
from opentokenomics.convert._numbers import added
from opentokenomics.convert._rows import Group, Reading, rows_of
from opentokenomics.convert._source import Converter, Evidence, Header, Member, Source
from opentokenomics.convert._split import Part, Parts, Tokens, add, level, reconcile
from opentokenomics.convert.sources._amounts import estimated, exact, exact_whole
from opentokenomics.convert.sources._logs import figures_of, inner, moment, report_fields

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from decimal import Decimal

    from opentokenomics.convert._context import Context
    from opentokenomics.convert._model import Row

_COUNTED = {"GENERATION": "inference", "EMBEDDING": "embedding"}
_MODALITIES = ("text", "audio", "image", "video")
_LIFETIMES = {"5m": 300, "1h": 3600}
_TOTALS = ("total", "total_tokens", "totalTokens")
_WRITTEN = Part(cache_action="write")
_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
_WORDS = re.compile(r"[a-z0-9]+")
_KNOWN_WORDS = {
    *("input", "output", "prompt", "completion", "tokens", "token", "cached", "cache", "read", "write", "creation"),
    *("reasoning", *_MODALITIES, *_LIFETIMES),
}
_KNOWN = frozenset(
    {
        *("id", "traceId", "type", "name", "startTime", "endTime", "timestamp", "completionStartTime", "createdAt"),
        *(
            "updatedAt",
            "model",
            "providedModelName",
            "internalModelId",
            "modelId",
            "modelParameters",
            "input",
            "output",
        ),
        *("metadata", "version", "release", "level", "statusMessage", "parentObservationId", "promptId", "promptName"),
        *("promptVersion", "environment", "projectId", "userId", "sessionId", "traceName", "tags", "bookmarked"),
        *("public", "latency", "timeToFirstToken", "unit", "usage", "usageDetails", "costDetails", "totalCost"),
        *("calculatedInputCost", "calculatedOutputCost", "calculatedTotalCost", "inputCost", "outputCost"),
        *("inputPrice", "outputPrice", "totalPrice", "inputUsage", "outputUsage", "totalUsage", "promptTokens"),
        *("completionTokens", "totalTokens", "usagePricingTierId", "usagePricingTierName", "toolDefinitions"),
        *("toolCalls", "toolCallNames"),
    }
)


def _open(context: Context, _header: Header) -> Converter:
    def convert(record: Mapping[str, Any]) -> Iterable[Row] | Held:
        return _observation(Fields(record), context)

    return convert


def _observation(seen: Fields, context: Context) -> Iterable[Row] | Held:
    report_fields(seen.values, _KNOWN, context)
    service = _COUNTED.get((seen.text("type") or "GENERATION").upper())
    usage = inner(seen.values.get("usageDetails"), "usageDetails") or inner(seen.values.get("usage"), "usage")
    if service is None:
        if usage:
            context.warn(NoticeKind.NOT_CONVERTED, "an observation that is no generation repeats what is inside of it")
        return ()
    tokens = _tokens(Fields(usage, "usageDetails"), context)
    cost = _cost(seen, context)
    if tokens is None and cost is None:
        context.warn(NoticeKind.NOT_CONVERTED, "a generation states neither usage nor cost")
        return ()
    key = seen.text("id")
    name = context.identifier(key, "id")
    if key is None or name is None:
        raise Refused("the observation has no id that can be kept")
    model = seen.text("model") or seen.text("providedModelName") or context.options.model
    if model is None:
        context.warn(NoticeKind.MODEL_MISSING, "no model is named; give it with --model")
    start = {
        **context.start_row(*moment(seen, "startTime", "timestamp"), name),
        "model_id": context.text(model, "model"),
        "sub_account_id": context.identifier(seen.text("projectId"), "projectId"),
        "principal_id": context.identifier(seen.text("userId"), "userId"),
        "run_id": context.identifier(seen.text("traceId"), "traceId"),
        "environment": context.identifier(seen.text("environment"), "environment"),
    }
    priced = None if cost is None else estimated(context, cost, "USD", "the cost", "list_estimate")
    group = Group(
        service,
        tokens,
        (Reading("requests", "1", service, cost=priced),),
        cost_carrier="unknown" if priced is None else "other_row",
    )
    counters = figures_of(usage)
    rank = 0 if tokens is None else tokens.count
    return Held(key, rank, tuple(rows_of(group, start, f"{context.source_name}:{name}", counters)))


def _tokens(usage: Fields, context: Context) -> Tokens | None:
    """The leaves by the words of their types; what the total holds beyond them is of an unspecified role."""
    found: dict[tuple[bool, Part], list[int]] = {}
    for name in usage.values:
        if name in {*_TOTALS, "unit"} or name.endswith("Cost"):
            continue
        words = _WORDS.findall(_CAMEL.sub("_", name).lower())
        direction = next((word for word in words if word in {"input", "output", "prompt", "completion"}), None)
        if direction is None or not set(words) <= _KNOWN_WORDS:
            context.warn(NoticeKind.UNKNOWN_FIELD, f"the type of usage {shown(name, 120)!r} is not known")
            continue
        modality = next((word for word in words if word in _MODALITIES), None)
        if is_input := direction in {"input", "prompt"}:
            part = _input_part(words, modality)
        else:
            part = Part(modality=modality, role="reasoning" if "reasoning" in words else None)
        found.setdefault((is_input, part), []).append(exact_whole(usage, name) or 0)
    total = next((count for name in _TOTALS if (count := exact_whole(usage, name)) is not None), None)
    entering, leaving = _each_once(found, total, context)
    if not usage.values or (total is None and not entering and not leaving):
        return None
    if any(part.cache_action for part in entering):
        entering = {_with_action(part): count for part, count in entering.items()}
    if any(part.role for part in leaving):
        leaving = {_with_role(part): count for part, count in leaving.items()}
    entering, leaving = _inside(entering, leaving, total, context)
    return reconcile(Tokens(level(entering), level(leaving), total), "output", "total", context.warn)


def _inside(entering: Parts, leaving: Parts, total: int | None, context: Context) -> tuple[Parts, Parts]:
    """The parts where the total proves that cached or reasoning tokens stand inside of the others, not beside them."""
    both = (entering, leaving)
    count = sum(entering.values()) + sum(leaving.values())
    details = [_details(parts) for parts in both]
    proofs = [
        sides
        for sides in ((0, 1), (0,), (1,))
        if all(details[side] for side in sides) and count - sum(details[side] for side in sides) == total
    ]
    if len(proofs) != 1:
        return both
    context.warn(
        NoticeKind.INTERPRETED,
        "the total proves that cached, reasoning or other tokens stand inside of the input or output, not beside them",
        f"{total} <> {count}",
    )
    made: tuple[Parts, Parts] = ({}, {})
    for side, parts in enumerate(both):
        for part, each in parts.items():
            add(made[side], part, each - (details[side] if side in proofs[0] and _is_rest(part) else 0))
    return made


def _details(parts: Parts) -> int:
    """How many tokens stand beside the rest of their direction; 0 where they are too many to stand inside of it."""
    details = sum(count for part, count in parts.items() if not _is_rest(part))
    return details if details <= sum(parts.values()) - details else 0


def _is_rest(part: Part) -> bool:
    return part.modality is None and part.cache_action in {None, "uncached"} and part.role in {None, "answer"}


def _each_once(
    found: Mapping[tuple[bool, Part], list[int]], total: int | None, context: Context
) -> tuple[Parts, Parts]:
    """Input and output by part: a part under two names is one, unless the total proves that it holds both."""
    entering: Parts = {}
    leaving: Parts = {}
    are_disjoint = sum(sum(counts) for counts in found.values()) == total
    for (is_input, part), counts in found.items():
        if len(counts) > 1 and not are_disjoint:
            context.warn(
                NoticeKind.CONTRADICTION if len(set(counts)) > 1 else NoticeKind.INTERPRETED,
                "types of usage of the same meaning are the same tokens, and the largest counts",
                " ".join(map(str, counts)),
            )
        count = sum(counts) if are_disjoint else max(counts)
        add(entering if is_input else leaving, part, count)
    by_lifetime = sum(count for part, count in entering.items() if part.ttl_seconds)
    if not are_disjoint and by_lifetime and entering.get(_WRITTEN) == by_lifetime:
        context.warn(
            NoticeKind.INTERPRETED,
            "written tokens are as many as those by time-to-live, which are the same",
            str(by_lifetime),
        )
        del entering[_WRITTEN]
    return entering, leaving


def _input_part(words: list[str], modality: str | None) -> Part:
    if "write" in words or "creation" in words:
        lifetime = next((_LIFETIMES[word] for word in words if word in _LIFETIMES), None)
        return Part(cache_action="write", ttl_seconds=lifetime, modality=modality)
    return Part(cache_action="read" if "cached" in words or "read" in words else None, modality=modality)


def _with_action(part: Part) -> Part:
    return part if part.cache_action else Part(cache_action="uncached", modality=part.modality)


def _with_role(part: Part) -> Part:
    return part if part.role else Part(modality=part.modality, role="answer")


def _cost(seen: Fields, context: Context) -> Decimal | None:
    """The cost of the call, which is what its types add up to where no total is stated."""
    details = Fields(inner(seen.values.get("costDetails"), "costDetails"), "costDetails")
    costs = {name: cost for name in details.values if (cost := exact(details, name)) is not None}
    named = [(name, exact(seen, name)) for name in ("totalCost", "calculatedTotalCost")]
    stated = [
        (name, cost) for name, cost in [*named, ("costDetails.total", costs.pop("total", None))] if cost is not None
    ]
    if len({cost for _, cost in stated}) > 1:
        names, figures = zip(*stated, strict=True)
        context.warn(
            NoticeKind.CONTRADICTION,
            f"{' and '.join(names)} differ; the first is taken",
            " <> ".join(map(str, figures)),
        )
    if stated or not costs:
        return stated[0][1] if stated else None
    context.warn(NoticeKind.INTERPRETED, "costDetails state no total; the costs of their types are added up")
    return added(costs.values())


def _members(record: Mapping[str, Any]) -> Iterator[Member]:
    """The observations of a page; one by itself is one."""
    data = record.get("data")
    if not isinstance(data, list):
        yield Member("", record)
        return
    for place, each in enumerate(data):
        yield Member(f"data.{place}", each if isinstance(each, dict) else Refused("it is no object"))


def _recognizes(header: Header, record: Mapping[str, Any]) -> bool:
    data = record.get("data")
    first = data[0] if isinstance(data, list) and data and isinstance(data[0], dict) else record
    names = set(header or first)
    return "traceId" in names and bool({"usageDetails", "costDetails", "calculatedTotalCost"} & names)


SOURCE = Source(
    name="langfuse",
    title="Observations of Langfuse",
    provider="Langfuse",
    profile="cost",
    formats=("json", "jsonl", "csv"),
    evidence=(Evidence.OFFICIAL, Evidence.FIELDS),
    distinguishes=(
        "input tokens by cache action, time-to-live and modality, output tokens by role, as types of usage are named",
        "the cost of the call, on a row of its own with the meter requests",
        "model, trace, user and environment",
    ),
    limits=(
        "Types of usage whose words mean the same are one, unless the total proves that they stand beside each other.",
        "Types of usage with unknown words are counted and left out; the total tells how many tokens they hold.",
        "The cost is an estimate: the application's own, or reckoned from a table of prices.",
        "Which provider served a call is not stated: name it with --provider.",
        "Only generations and embeddings are counted; what lies around them repeats them.",
    ),
    open=_open,
    recognizes=_recognizes,
    members=_members,
)
