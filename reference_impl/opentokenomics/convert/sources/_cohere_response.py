"""Responses of Cohere's interfaces: billed units beside the tokens that the model saw.

Facts: the vendor's interface description and real bodies. Both counts are stated and differ, since the tokens include
what the vendor adds to a prompt; what is billed are the billed units.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from opentokenomics.convert._errors import Refused
from opentokenomics.convert._model import NoticeKind
from opentokenomics.convert._rows import Group, Reading
from opentokenomics.convert._source import Evidence, Header, Source
from opentokenomics.convert._split import Part, Tokens
from opentokenomics.convert.sources._response import Call, Family

if TYPE_CHECKING:
    from collections.abc import Mapping

_KNOWN = frozenset(
    {
        *(f"{kind}.{side}_tokens" for kind in ("billed_units", "tokens") for side in ("input", "output")),
        *(f"billed_units.{unit}" for unit in ("search_units", "classifications", "images", "image_tokens")),
        *("cached_tokens", "api_version.version", "api_version.is_deprecated", "api_version.is_experimental"),
    }
)
_NOT_OF = {"searches": "embedding", "images": "reranking"}
"""The service that a meter does not measure; what is billed for it nevertheless is inference."""


def _measure(call: Call) -> list[Group]:
    billed, seen = call.usage.child("billed_units"), call.usage.child("tokens")
    counts = {side: billed.whole(f"{side}_tokens") for side in ("input", "output")}
    searches, labels = billed.whole("search_units"), billed.whole("classifications")
    images = billed.whole("images")
    if billed.whole("image_tokens"):
        call.context.warn(
            NoticeKind.NOT_CONVERTED,
            "billed image_tokens may be part of the input, which is not documented; they are kept in source_counters",
        )
    if all(count is None for count in (*counts.values(), searches, labels, images)):
        if not seen.values:
            raise Refused("the response states neither billed_units nor tokens")
        call.context.warn(NoticeKind.INTERPRETED, "billed_units are absent; the tokens that the model saw are taken")
        counts = {side: seen.whole(f"{side}_tokens") for side in ("input", "output")}
    elif seen.values and any(seen.whole(f"{side}_tokens") != count for side, count in counts.items()):
        call.context.warn(
            NoticeKind.INTERPRETED,
            "billed_units differ from the tokens that the model saw, and are what is taken",
            " ".join(f"{count} <> {seen.whole(f'{side}_tokens')}" for side, count in counts.items()),
        )
    service = _service(call, searches)
    counted = any(count is not None for count in counts.values())
    readings = [
        Reading(meter, str(count), "inference" if _NOT_OF.get(meter) == service else service, unit=unit)
        for meter, unit, count in (
            ("searches", None, searches),
            ("images", None, images),
            ("other", "classifications", labels),
        )
        if count or not (count is None or counted)
    ]
    tokens = None
    if counted:
        entering, leaving = counts["input"] or 0, counts["output"] or 0
        tokens = Tokens({Part(): entering} if entering else {}, {Part(): leaving} if leaving else {})
    return [Group(service, tokens, tuple(readings))]


def _service(call: Call, searches: int | None) -> str:
    if "embeddings" in call.envelope:
        return "embedding"
    return "reranking" if searches and "results" in call.envelope else "inference"


def _recognizes(_header: Header, record: Mapping[str, Any]) -> bool:
    inside = [record.get(name) for name in ("usage", "meta")]
    return any(isinstance(each, dict) and isinstance(each.get("billed_units"), dict) for each in inside)


FAMILY = Family(bare=frozenset({"billed_units"}), known=_KNOWN, measure=_measure, preferred="meta")

SOURCE = Source(
    name="cohere-response",
    title="Responses of Cohere's interfaces (chat, embed, rerank, classify)",
    provider="Cohere",
    profile="metering",
    formats=("jsonl", "json", "csv"),
    evidence=(Evidence.REAL, Evidence.OFFICIAL),
    distinguishes=(
        "billed input and output tokens",
        "searches of a rerank, billed images and classifications",
    ),
    limits=(
        "Quantities are billed units; the tokens that the model saw are kept in source_counters only.",
        "Billed image tokens are kept in source_counters only, since whether they are part of the input is not known.",
        "Neither cache actions nor roles are told apart.",
        "A response carries no time and may name no model: --at and --model are needed.",
        "A response does not say where its cost is: the cost carrier is unknown.",
    ),
    open=FAMILY.open,
    recognizes=_recognizes,
)
