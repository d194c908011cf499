"""Responses of Google's Gemini interfaces, and interactions: thoughts mostly stand beside the candidates.

Facts: the client library's types and recorded bodies. The messages are protocol buffers, whose zeros are left out: an
absent counter is 0. Cached tokens are part of the prompt; tool results that the model fed itself are not. Lists by
modality do not always add up to their counter. That some models count thoughts among the candidates, which the total
then shows, is handled by several gateways, and that a prompt sometimes leaves out cached tokens is reported of one.
Interactions have further counters that no documentation mentions, which are reported as unknown.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from opentokenomics.convert._errors import Refused
from opentokenomics.convert._model import NoticeKind, shown
from opentokenomics.convert._rows import Group, Reading
from opentokenomics.convert._source import Evidence, Source
from opentokenomics.convert._split import (
    UNSPECIFIED,
    Breakdown,
    Part,
    Parts,
    Tokens,
    Warn,
    add,
    cross,
    divide,
    reconcile,
    remainder_of,
)
from opentokenomics.convert.sources._gemini_names import COUNTERS, KNOWN, Names, names_of
from opentokenomics.convert.sources._response import USAGE_KEYS, Call, Family, first_text, readings_of, tier_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from opentokenomics.convert._fields import Fields

_TRAFFIC = {
    "on_demand": "standard",
    "on_demand_flex": "flex",
    "on_demand_priority": "priority",
    "provisioned_throughput": "provisioned",
    "traffic_type_unspecified": None,
}
_TIERS = {"standard": "standard", "default": "standard", "flex": "flex", "priority": "priority", "batch": "batch"} | {
    "unspecified": None,
    "service_tier_unspecified": None,
}
_MODALITIES = ("text", "image", "audio", "video", "document")
_TIER_NAMES = ("serviceTier", "service_tier")
_TRAFFIC_NAMES = ("trafficType", "traffic_type")
_GROUNDING = "grounding_tool_count"
_KNOWN = KNOWN | {*_TIER_NAMES, *_TRAFFIC_NAMES, f"{_GROUNDING}.type", f"{_GROUNDING}.count"}


def _measure(call: Call) -> list[Group]:
    _refuse_unfinished(call.envelope)
    names = names_of(call.usage)
    _, *of_embeddings = names.prompt_lists
    embedding = any(name in call.usage for name in of_embeddings) or any(
        name in call.envelope for name in ("embeddings", "embedding")
    )
    tokens = _tokens(call.usage, names, call.context.warn, generating=not embedding)
    service = "embedding" if embedding else "inference"
    return [Group(service, tokens, _searches(call), columns=_tier(call))]


def _refuse_unfinished(envelope: Fields) -> None:
    """Running counters are cumulative; adding them up would count tokens many times."""
    candidates = envelope.values.get("candidates")
    if (
        isinstance(candidates, list)
        and candidates
        and not any(
            isinstance(each, dict) and (each.get("finishReason") or each.get("finish_reason")) for each in candidates
        )
    ):
        raise Refused("no candidate has a finishReason: the record is a chunk of a stream, with running counters")
    if envelope.values.get("status") == "in_progress":
        raise Refused("the interaction is in progress, and its counters grow; give it when it has ended")


def _searches(call: Call) -> tuple[Reading, ...]:
    counts: dict[str, int] = {}
    for item in call.usage.items(_GROUNDING):
        kind = item.text("type") or ""
        counts[kind] = counts.get(kind, 0) + (item.whole("count") or 0)
    return readings_of(counts, counts.get, _GROUNDING, {"google_search": "searches"}, call.context)


def _tokens(usage: Fields, names: Names, warn: Warn, *, generating: bool) -> Tokens:
    """The leaves; ``generating`` tells a generation, whose counters know caches and roles, from an embedding."""
    prompt, candidates, thoughts, tools = (usage.whole(name) for name in names.counters)
    total = usage.whole(names.total)
    details = _modalities(usage, names.prompt_lists, names, warn)
    if prompt is None and details:
        prompt = sum(details.values())
    if prompt is None and candidates is None and thoughts is None and tools is None and total is None:
        raise Refused(f"{usage.path or 'the record'} states no token count")
    others = sum(count or 0 for count in (candidates, thoughts, tools))
    entering = _prompt(usage, _Prompt(prompt or 0, details, None if total is None else total - others), names, warn)
    if not generating and names.cached not in usage:
        entering = {part._replace(cache_action=None): count for part, count in entering.items()}
    role = "prompt" if generating else None
    entering = {part._replace(role=role): count for part, count in entering.items()}
    for part, count in _one_role(usage, tools or 0, names.tools_list, names, warn).items():
        add(entering, part._replace(role="tool_result", cache_action="uncached"), count)
    beside = (prompt or 0) + (tools or 0) + (candidates or 0)
    if thoughts and total == beside and thoughts <= (candidates or 0):
        leaving = _with_thoughts(usage, candidates or 0, thoughts, names, warn)
    else:
        leaving = {
            part._replace(role="answer"): count
            for part, count in _one_role(usage, candidates or 0, names.candidates_list, names, warn).items()
        }
        add(leaving, Part(role="reasoning"), thoughts or 0)
    stated_input, stated_output = (
        next((count for count in counts if count is not None), None)
        for counts in ((prompt, tools), (candidates, thoughts))
    )
    remainder = remainder_of(stated_input, stated_output) if generating else "input"
    return reconcile(Tokens(entering, leaving, total), remainder, names.total, warn)


class _Prompt(NamedTuple):
    """What is stated of a prompt.

    Attributes:
        tokens: of all kinds that its counter holds.
        details: the same by modality, as far as they are listed.
        room: what the total leaves for it, or None without a total.
    """

    tokens: int
    details: Mapping[str, int]
    room: int | None

    def whole(self, cached: int, cached_details: Mapping[str, int], warn: Warn) -> tuple[int, Mapping[str, int]]:
        """Its tokens and their modalities with cached ones, which the total may prove to stand beside it."""
        if not cached or self.room != self.tokens + cached:
            return self.tokens, self.details
        warn(
            NoticeKind.INTERPRETED,
            "the total proves that the cached tokens stand beside the prompt, not inside it",
            f"{self.room} = {self.tokens} + {cached}",
        )
        if sum(self.details.values()) != self.tokens or sum(cached_details.values()) != cached:
            return self.room, self.details
        every = {*self.details, *cached_details}
        return self.room, {name: self.details.get(name, 0) + cached_details.get(name, 0) for name in sorted(every)}


def _prompt(usage: Fields, prompt: _Prompt, names: Names, warn: Warn) -> Parts:
    cached = usage.whole(names.cached) or 0
    by_modality = _modalities(usage, (names.cached_list,), names, warn)
    total, details = prompt.whole(cached, by_modality, warn)
    modality = _modality(details, names.prompt_lists[0])
    combined = cross(total, cached, details, by_modality)
    if combined is not None:
        modality.of(total, warn)
        return combined
    _report_cached(cached, details, by_modality, names, warn)
    cache = Breakdown("cache_action", {"read": cached}, "uncached", names.cached)
    return divide(total, cache, modality, warn)


def _report_cached(
    cached: int, details: Mapping[str, int], by_modality: Mapping[str, int], names: Names, warn: Warn
) -> None:
    """Reports modalities of cached tokens that do not fit into the other figures, and are left out for it."""
    stated = sum(by_modality.values())
    if stated != cached and by_modality:
        message = f"{names.cached_list} do not add up to {names.cached}, and are left out"
        warn(NoticeKind.CONTRADICTION, message, f"{stated} <> {cached}")
        return
    beyond = [name for name, count in by_modality.items() if count > details.get(name, 0)]
    if beyond and details:
        message = f"{names.cached_list} hold more of a modality than {names.prompt_lists[0]}, and are left out"
        warn(NoticeKind.CONTRADICTION, message, ", ".join(beyond))


def _with_thoughts(usage: Fields, candidates: int, thoughts: int, names: Names, warn: Warn) -> Parts:
    """The output where the total has no room for thoughts beside the candidates."""
    warn(
        NoticeKind.INTERPRETED,
        "the total proves that the thoughts stand inside the candidates, not beside them",
        f"{thoughts} of {candidates}",
    )
    role = Breakdown("role", {"reasoning": thoughts}, "answer", names.counters[2])
    name = names.candidates_list
    return divide(candidates, role, _modality(_modalities(usage, (name,), names, warn), name), warn)


def _one_role(usage: Fields, total: int, name: str, names: Names, warn: Warn) -> Parts:
    nothing = Breakdown("role", {}, UNSPECIFIED, "")
    return divide(total, nothing, _modality(_modalities(usage, (name,), names, warn), name), warn)


def _modality(counts: Mapping[str, int], name: str) -> Breakdown:
    return Breakdown("modality", counts, UNSPECIFIED, name, complete=True)


def _modalities(usage: Fields, lists: tuple[str, ...], names: Names, warn: Warn) -> dict[str, int]:
    """Tokens by modality from the first of these lists that is stated; an unknown modality is unspecified."""
    found: dict[str, int] = {}
    for item in next((items for name in lists if (items := usage.items(name))), []):
        reported = (item.text("modality") or "MODALITY_UNSPECIFIED").lower()
        if reported not in (*_MODALITIES, "modality_unspecified"):
            warn(NoticeKind.UNKNOWN_FIELD, "a modality is unknown and becomes unspecified", repr(shown(reported)))
        modality = reported if reported in _MODALITIES else UNSPECIFIED
        found[modality] = found.get(modality, 0) + (item.whole(names.counted) or 0)
    return found


def _tier(call: Call) -> dict[str, object]:
    """The tier, else the type of traffic; both are the vendor's words for what was used.

    An interaction states its tier beside its usage.
    """
    tier = first_text(call.usage, _TIER_NAMES) or call.envelope.text(_TIER_NAMES[1])
    traffic = first_text(call.usage, _TRAFFIC_NAMES)
    named, by_traffic = (
        tier_of(text, names, call.context.warn) for text, names in ((tier, _TIERS), (traffic, _TRAFFIC))
    )
    if named and by_traffic and named != by_traffic:
        call.context.warn(
            NoticeKind.CONTRADICTION, "serviceTier and trafficType differ; the first is taken", f"{tier!r} {traffic!r}"
        )
    return {
        "processing_tier": named or by_traffic,
        "processing_tier_reported": call.context.text(tier or traffic, "the tier"),
    }


FAMILY = Family(bare=COUNTERS, known=_KNOWN, measure=_measure, keys=(*USAGE_KEYS, "usage_metadata"))

SOURCE = Source(
    name="gemini-response",
    title="Responses of Google's Gemini interfaces (Gemini API, Vertex AI), and interactions",
    provider="Google",
    profile="metering",
    formats=("jsonl", "json", "csv"),
    evidence=(Evidence.REAL, Evidence.OFFICIAL),
    distinguishes=(
        "input tokens by cache action and modality together, where the figures leave one solution",
        "input tokens by role: prompt, tool result",
        "output tokens by role: answer, reasoning",
        "modality of prompt, candidates and tool results",
        "tier or traffic type",
        "searches and calls of other tools of an interaction",
    ),
    limits=(
        "Tokens that a list by modality leaves out become unspecified modality.",
        "What the total holds beyond its parts becomes output of an unspecified role.",
        "Thoughts are taken to be part of the candidates only where the total has no room for them beside.",
        "Cached tokens are taken to stand beside the prompt only where the total holds exactly them beyond its parts.",
        "Cached tokens that are more than the prompt, without that proof, are left to the source's counters.",
        "Storage of cached content is billed by the hour and is not part of a response.",
        "A response does not say where its cost is: the cost carrier is unknown.",
        "Only final responses are converted; chunks of a stream carry running counters.",
        "Of interactions, those in progress are left out; one with an agent names no model.",
        "Counters of an interaction that are not documented, such as raw_prompt_token, are kept and not counted.",
    ),
    open=FAMILY.open,
)
