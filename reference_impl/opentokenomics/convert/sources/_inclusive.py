"""Usage objects in the shape that OpenAI gave them: inclusive totals, and details that are subsets of them.

Facts: OpenAI's interface description (chat completions, responses, embeddings, audio, images, realtime), and recorded
bodies of OpenAI, Azure, Cerebras, DeepSeek, Groq, Mistral, OpenRouter, Z.ai and Google's compatible endpoint. That xAI
counts reasoning beside the output is documented by Google for Grok. Gateways in front of Anthropic keep its names of
the cache counters: LiteLLM counts them inside the prompt, one path of Portkey beside it but inside the total.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from opentokenomics.convert._errors import Refused
from opentokenomics.convert._fields import Fields
from opentokenomics.convert._model import NoticeKind
from opentokenomics.convert._split import (
    UNSPECIFIED,
    Breakdown,
    Parts,
    Tokens,
    Warn,
    add,
    cross,
    divide,
    reconcile,
    remainder_of,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

_MODALITIES = ("text", "audio", "image", "video")
_MODALITY_COUNTERS = tuple((name, f"{name}_tokens") for name in _MODALITIES)
DETAILS = ("prompt_tokens_details", "input_tokens_details", "input_token_details")
OUTPUT_DETAILS = ("completion_tokens_details", "output_tokens_details", "output_token_details")
_READ = ("num_cached_tokens", "prompt_cache_hit_tokens", "cached_tokens", "cache_read_input_tokens")
_WRITE_DETAILS = ("cache_write_tokens", "cache_creation_tokens")
_WRITE = "cache_creation_input_tokens"

KNOWN = frozenset(
    {
        *("prompt_tokens", "completion_tokens", "input_tokens", "output_tokens", "total_tokens", "type", "seconds"),
        *(f"{details}.{name}" for details in DETAILS for name in ("cached_tokens", *_WRITE_DETAILS)),
        *(f"{details}.{name}_tokens" for details in (*DETAILS, *OUTPUT_DETAILS) for name in _MODALITIES),
        *(f"{details}.cached_tokens_details.{name}_tokens" for details in DETAILS for name in _MODALITIES),
        *(f"{details}.reasoning_tokens" for details in OUTPUT_DETAILS),
        *(f"{details}.{name}_prediction_tokens" for details in OUTPUT_DETAILS for name in ("accepted", "rejected")),
        *(*_READ, _WRITE, "prompt_cache_miss_tokens"),
        *("prompt_time", "completion_time", "queue_time", "total_time"),
    }
)

_LIFETIMES = {"ephemeral_5m_input_tokens": 300, "ephemeral_1h_input_tokens": 3600}
_LIFETIME_PLACES = ("prompt_tokens_details.cache_creation_token_details", "cache_creation")
LIFETIMES = frozenset(f"{place}.{name}" for place in _LIFETIME_PLACES for name in _LIFETIMES)
"""What gateways in front of Anthropic state of how long written tokens live."""

BARE = frozenset({"prompt_tokens", "completion_tokens", "total_tokens", "input_tokens", "output_tokens", "seconds"})


_ANTHROPIC = ("cache_read_input_tokens", "cache_creation_input_tokens", "cache_creation")


def refuse_disjoint(usage: Fields) -> None:
    """Refuses Anthropic's own usage object, whose names are OpenAI's and whose input leaves out the cache.

    Raises:
        Refused: It is one.
    """
    if "input_tokens" in usage and "total_tokens" not in usage and any(name in usage for name in _ANTHROPIC):
        raise Refused(
            "usage is in Anthropic's own shape, whose input_tokens leave out the cache; convert it with --from"
            " anthropic-response"
        )


def inclusive_tokens(usage: Fields, warn: Warn, *, only_input: bool = False) -> Tokens:
    """The leaves of inclusive totals: cached tokens are part of the input, reasoning tokens part of the output.

    A total beyond input and output is explained by the reasoning tokens, the cached and written tokens, or both, if
    they are exactly the difference; else the rest becomes output, since what is known to be left out of such bodies is
    reasoning. Where the input alone is not stated, the rest is that. ``only_input`` tells services without output,
    whose total is their input.
    """
    total = usage.whole("total_tokens")
    entering, leaving = _sides(usage, total, warn)
    if only_input and entering is None and leaving is None:
        entering = total
    if entering is None and leaving is None and total is None:
        raise Refused("usage states neither input nor output tokens, and no total")
    details, output_details = usage.child(*DETAILS), usage.child(*OUTPUT_DETAILS)
    cache = cache_counters(usage, warn)
    stated = (entering or 0) + (leaving or 0)
    more_input = more_output = 0
    if total is not None and total > stated:
        reasoning = output_details.whole("reasoning_tokens") or 0
        more_input, more_output = _beside(stated, sum(cache.values()), reasoning, total, warn)
    tokens = Tokens(
        _input_parts(usage.path, details, (entering or 0) + more_input, cache, warn),
        _output_parts(output_details, (leaving or 0) + more_output, warn),
        total,
    )
    return reconcile(tokens, remainder_of(entering, leaving), "total_tokens", warn)


def by_lifetime(tokens: Tokens, usage: Mapping[str, Any], warn: Warn) -> Tokens:
    """The tokens with written ones by time-to-live, as far as the usage object of a gateway states that."""
    lifetimes = _lifetimes(usage)
    written = [part for part in tokens.input if part.cache_action == "write"]
    if len(written) != 1 or not lifetimes:
        return tokens
    total, explained = tokens.input[written[0]], sum(lifetimes.values())
    if explained > total:
        warn(
            NoticeKind.CONTRADICTION, "parts by time-to-live are more than the written tokens", f"{explained} > {total}"
        )
        return tokens
    divided: Parts = {part: count for part, count in tokens.input.items() if part != written[0]}
    for lifetime, count in {**lifetimes, None: total - explained}.items():
        add(divided, written[0]._replace(ttl_seconds=lifetime), count)
    return replace(tokens, input=divided)


def _lifetimes(usage: Mapping[str, Any]) -> dict[int | None, int]:
    """Written tokens by time-to-live, among the details of the prompt or under the name that Anthropic gives them."""
    details = usage.get("prompt_tokens_details")
    among = details.get("cache_creation_token_details") if isinstance(details, dict) else None
    for place, path in zip((among, usage.get("cache_creation")), _LIFETIME_PLACES, strict=True):
        fields = Fields(place if isinstance(place, dict) else {}, path)
        found: dict[int | None, int] = {
            seconds: count for name, seconds in _LIFETIMES.items() if (count := fields.whole(name))
        }
        if found:
            return found
    return {}


def _beside(stated: int, cached: int, reasoning: int, total: int, warn: Warn) -> tuple[int, int]:
    """Tokens that the total proves to stand beside the input and the output, not inside them."""
    for name, more_input, more_output in (
        ("reasoning tokens stand beside the output tokens", 0, reasoning),
        ("cached and written tokens stand beside the input tokens", cached, 0),
        ("reasoning, cached and written tokens stand beside input and output tokens", cached, reasoning),
    ):
        if total - stated == more_input + more_output:
            figures = " + ".join(str(each) for each in (stated, more_input, more_output) if each)
            warn(
                NoticeKind.INTERPRETED,
                f"the total proves that {name}, not inside them",
                f"{total} = {figures}",
            )
            return more_input, more_output
    return 0, 0


def _sides(usage: Fields, total: int | None, warn: Warn) -> tuple[int | None, int | None]:
    """Input and output; where both pairs of names are stated, the pair holds that the total proves, else the first."""
    entering = _alias(usage, ("prompt_tokens", "input_tokens"), warn)
    leaving = _alias(usage, ("completion_tokens", "output_tokens"), warn)
    if total is None or (entering or 0) + (leaving or 0) == total:
        return entering, leaving
    other = usage.whole("input_tokens"), usage.whole("output_tokens")
    return other if None not in other and sum(filter(None, other)) == total else (entering, leaving)


def _alias(usage: Fields, names: tuple[str, ...], warn: Warn) -> int | None:
    """The count that goes under several names; the first one that is stated holds, and both are said."""
    found = {name: count for name in names if (count := usage.whole(name)) is not None}
    if len(set(found.values())) > 1:
        warn(
            NoticeKind.CONTRADICTION,
            f"{' and '.join(found)} differ",
            " ".join(str(count) for count in found.values()),
        )
    return next(iter(found.values()), None)


def cache_counters(usage: Fields, warn: Warn) -> dict[str, int]:
    """Read and written tokens, where they are stated; the details go before counters beside them."""
    details = usage.child(*DETAILS)
    stated = (
        ("read", details.whole("cached_tokens"), _alias(usage, _READ, warn)),
        ("write", _alias(details, _WRITE_DETAILS, warn), usage.whole(_WRITE)),
    )
    found = {}
    for name, inside, beside in stated:
        if inside is not None and beside is not None and inside != beside:
            warn(
                NoticeKind.CONTRADICTION,
                f"two counters of the tokens of cache {name}s differ; the one in {details.path} is taken",
                f"{inside} <> {beside}",
            )
        count = beside if inside is None else inside
        if count is not None:
            found[name] = count
    return found


def _input_parts(name: str, details: Fields, total: int, actions: dict[str, int], warn: Warn) -> Parts:
    stated = _modalities(details)
    if actions.get("read") and not actions.get("write"):
        combined = cross(total, actions["read"], stated, _modalities(details.child("cached_tokens_details")))
        if combined is not None:
            return combined
    cache = Breakdown("cache_action", actions, "uncached", f"cache counters of {name or 'usage'}")
    return divide(total, cache, _modality(details, stated), warn)


def _output_parts(details: Fields, total: int, warn: Warn) -> Parts:
    named = (("reasoning", "reasoning_tokens"), ("rejected_prediction", "rejected_prediction_tokens"))
    roles = {role: count for role, name in named if (count := details.whole(name)) is not None}
    role = Breakdown("role", roles, "answer", f"reasoning and rejected tokens of {details.path}")
    return divide(total, role, _modality(details, _modalities(details)), warn)


def _modalities(details: Fields) -> dict[str, int]:
    if not details.values:
        return {}
    return {name: count for name, counter in _MODALITY_COUNTERS if (count := details.whole(counter)) is not None}


def _modality(details: Fields, counts: dict[str, int]) -> Breakdown:
    return Breakdown("modality", counts, UNSPECIFIED, f"modalities of {details.path}", complete="text" in counts)
