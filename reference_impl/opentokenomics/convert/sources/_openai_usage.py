"""OpenAI's organization usage: the pages of all its endpoints, bucketed, grouped by whatever was asked for.

Facts: the interface description. The name of a result's kind is not always that of its endpoint. A page of costs is
converted as well, as its endpoint is one of the same family.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from opentokenomics.convert._errors import Refused
from opentokenomics.convert._held import Held
from opentokenomics.convert._model import NoticeKind, shown
from opentokenomics.convert._rows import Group, Reading, rows_of
from opentokenomics.convert._source import Evidence, Header, Source
from opentokenomics.convert._split import Part, Tokens
from opentokenomics.convert.sources._buckets import bucket_members, first_result, opened, page_of
from opentokenomics.convert.sources._openai_bucket import COUNTERS, TIERS, bucket_tokens
from opentokenomics.convert.sources._openai_organization import COSTS, NAMES, OWNERS, begin, cost, fact, report_unknown
from opentokenomics.convert.sources._response import tier_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from opentokenomics.convert._context import Context
    from opentokenomics.convert._fields import Fields

_KINDS = "organization.usage."
_DIMENSIONS = ("model", "batch", "service_tier", "source", "size", "vector_store_id", "context_level", "api_source")
_OTHER_COUNTERS = ("images", "characters", "seconds", "usage_bytes", "num_sessions", "num_requests")
_KNOWN = frozenset({"object", *COUNTERS, *_OTHER_COUNTERS, *_DIMENSIONS, *OWNERS.values(), *NAMES})


def _completions(result: Fields, context: Context) -> Group:
    tier, batch = result.text("service_tier"), result.values.get("batch")
    if batch is not None and not isinstance(batch, bool):
        raise Refused("batch is neither true nor false")
    return Group(
        "inference",
        bucket_tokens(result.whole, context.warn),
        _requests(result, "inference"),
        columns={
            "processing_tier": "batch" if batch else tier_of(tier, TIERS, context.warn),
            "processing_tier_reported": context.text(tier, "service_tier"),
        },
    )


def _only_input(service: str) -> Callable[[Fields, Context], Group]:
    def measure(result: Fields, _context: Context) -> Group:
        count = result.whole("input_tokens")
        tokens = None if count is None else Tokens({Part(): count} if count else {}, {}, count)
        return Group(service, tokens, _requests(result, service))

    return measure


def _metered(service: str, counter: str, meter: str, *, of_model: bool = True) -> Callable[[Fields, Context], Group]:
    """A result that has one counter beside the requests."""

    def measure(result: Fields, context: Context) -> Group:
        count = result.whole(counter)
        if count is None:
            raise Refused(f"the result states no {counter}")
        variant = result.text("size" if meter == "images" else "context_level")
        reading = Reading(meter, str(count), service, context.text(variant, "the variant"))
        return Group(service, None, (reading, *(_requests(result, service) if of_model else ())))

    return measure


def _stored(result: Fields, _context: Context) -> Group:
    count = result.whole("usage_bytes")
    if count is None:
        raise Refused("the result states no usage_bytes")
    return Group("storage", None, (Reading("other", str(count), "storage", "vector_store_bytes", unit="bytes"),))


def _file_searches(result: Fields, context: Context) -> Group:
    count = result.whole("num_requests")
    if count is None:
        raise Refused("the result states no num_requests")
    store = context.identifier(result.text("vector_store_id"), "vector_store_id")
    return Group(
        "tool", None, (Reading("tool_calls", str(count), "tool", "file_search"),), columns={"resource_id": store}
    )


def _requests(result: Fields, service: str) -> tuple[Reading, ...]:
    count = result.whole("num_model_requests")
    return (Reading("requests", str(count), service),) if count else ()


_MEASURES: Mapping[str, Callable[[Fields, Context], Group]] = {
    "completions": _completions,
    "decisions": _completions,
    "embeddings": _only_input("embedding"),
    "moderations": _only_input("moderation"),
    "images": _metered("image_generation", "images", "images"),
    "audio_speeches": _metered("text_to_speech", "characters", "characters"),
    "audio_transcriptions": _metered("speech_to_text", "seconds", "audio_seconds"),
    "vector_stores": _stored,
    "code_interpreter_sessions": _metered("tool", "num_sessions", "sessions"),
    "file_searches": _file_searches,
    # The requests of the model that searched are counted among the completions already.
    "web_searches": _metered("tool", "num_requests", "searches", of_model=False),
}


def _make(bucket: Fields, result: Fields, context: Context) -> Held:
    kind = result.text("object") or ""
    if kind == COSTS:
        return cost(bucket, result, context)
    name = kind.removeprefix(_KINDS).removesuffix(".result")
    if name not in _MEASURES or not kind.startswith(_KINDS):
        raise Refused(f"the result is of the unknown kind {shown(kind, 60)!r}")
    counters = report_unknown(result, _KNOWN, context)
    for each in (*COUNTERS, *_OTHER_COUNTERS):
        result.whole(each)  # held to be a count where no part is told by it, too
    start = begin(bucket, result, context)
    group = _MEASURES[name](result, context)
    if group.tokens is not None and "model" not in result and context.options.model is None:
        context.warn(NoticeKind.MODEL_MISSING, "the page is not grouped by model; give the model with --model")
    start["model_id"] = context.text(result.text("model") or context.options.model, "model")
    start["service_name"] = context.text(result.text("source"), "source") or name
    start["cost_carrier"] = "other_row"
    names = {each: result.values.get(each) for each in ("object", *_DIMENSIONS)}
    key, identity = fact(bucket, result, names, _KNOWN, context)
    rows = tuple(rows_of(group, start, identity, counters))
    if not rows:
        raise Refused("the result states no count")
    return Held(key, 0 if group.tokens is None else group.tokens.count, rows)


def _recognizes(_header: Header, record: Mapping[str, Any]) -> bool:
    found = first_result(record)
    kind = None if found is None else found[1].get("object")
    return found is not None and "start_time" in found[0] and (kind is None or str(kind).startswith(_KINDS))


SOURCE = Source(
    name="openai-usage",
    title="OpenAI's organization usage, as the interfaces of all its endpoints return it",
    provider="OpenAI",
    profile="cost",
    formats=("json", "jsonl"),
    evidence=(Evidence.OFFICIAL, Evidence.REAL),
    distinguishes=(
        "completions, decisions: input tokens by cache action and modality, output tokens by modality, requests, tier",
        "cache writes by time-to-live (30 minutes, 12 hours), and what was a batch",
        "embeddings, moderations, images by size, characters spoken, seconds transcribed, stored bytes",
        "code interpreter sessions, file searches, web searches by context level",
        "model, project, user and API key, where the page is grouped by them",
    ),
    limits=(
        "Amounts are on other rows, those of openai-costs.",
        "Reasoning tokens are inside output tokens, and the interface does not tell them apart.",
        "Give pages of one grouping, or usage counts twice, which is reported where a bucket tells it.",
        "A bucket that is stated again with other figures counts once, with the larger ones.",
        "Bytes of vector stores are stated as they are; over how long they were stored is not.",
    ),
    open=opened(_make),
    recognizes=_recognizes,
    members=bucket_members,
    page=page_of,
)
