"""Usage objects in the shape that OpenAI gave them: inclusive totals, and details that are subsets of them.

Facts: OpenAI's interface description (chat completions, responses, embeddings, audio, images, realtime), and recorded
bodies of OpenAI, Azure, Cerebras, DeepSeek, Groq, Mistral, OpenRouter, Z.ai and Google's compatible endpoint. That xAI
counts reasoning beside the output is documented by Google for Grok.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from opentokenomics.convert._errors import Refused
from opentokenomics.convert._model import NoticeKind
from opentokenomics.convert._split import UNSPECIFIED, Breakdown, Parts, Tokens, Warn, cross, divide, reconcile

if TYPE_CHECKING:
    from opentokenomics.convert._fields import Fields

_MODALITIES = ("text", "audio", "image", "video")
DETAILS = ("prompt_tokens_details", "input_tokens_details", "input_token_details")
OUTPUT_DETAILS = ("completion_tokens_details", "output_tokens_details", "output_token_details")

KNOWN = frozenset(
    {
        *("prompt_tokens", "completion_tokens", "input_tokens", "output_tokens", "total_tokens", "type", "seconds"),
        *(f"{details}.{name}" for details in DETAILS for name in ("cached_tokens", "cache_write_tokens")),
        *(f"{details}.{name}_tokens" for details in (*DETAILS, *OUTPUT_DETAILS) for name in _MODALITIES),
        *(f"{details}.cached_tokens_details.{name}_tokens" for details in DETAILS for name in _MODALITIES),
        *(f"{details}.reasoning_tokens" for details in OUTPUT_DETAILS),
        *(f"{details}.{name}_prediction_tokens" for details in OUTPUT_DETAILS for name in ("accepted", "rejected")),
        *("num_cached_tokens", "cached_tokens", "prompt_cache_hit_tokens", "prompt_cache_miss_tokens"),
        *("prompt_time", "completion_time", "queue_time", "total_time"),
    }
)

BARE = frozenset({"prompt_tokens", "completion_tokens", "total_tokens", "input_tokens", "output_tokens", "seconds"})


def inclusive_tokens(usage: Fields, warn: Warn) -> Tokens:
    """The leaves of inclusive totals: cached tokens are part of the input, reasoning tokens part of the output.

    A total beyond input and output is explained by the reasoning tokens if they are exactly the difference; else the
    rest becomes output, since what is known to be left out of such bodies is reasoning. Where input or output is not
    stated at all, the rest is that.
    """
    entering = _alias(usage, ("prompt_tokens", "input_tokens"), warn)
    leaving = _alias(usage, ("completion_tokens", "output_tokens"), warn)
    total = usage.whole("total_tokens")
    if entering is None and leaving is None:
        raise Refused("usage states neither input nor output tokens")
    produced = leaving or 0
    reasoning = usage.child(*OUTPUT_DETAILS).whole("reasoning_tokens")
    if total is not None and reasoning and total == (entering or 0) + produced + reasoning:
        warn(
            NoticeKind.INTERPRETED,
            "the total proves that reasoning tokens stand beside the output tokens, not inside them",
            f"{total} = {entering} + {leaving} + {reasoning}",
        )
        produced += reasoning
    tokens = Tokens(_input_parts(usage, entering or 0, warn), _output_parts(usage, produced, warn), total)
    return reconcile(tokens, "input" if entering is None else "output", "total_tokens", warn)


def _alias(usage: Fields, names: tuple[str, ...], warn: Warn) -> int | None:
    """The count that goes under several names; the first one that is stated holds."""
    found = {name: count for name in names if (count := usage.whole(name)) is not None}
    if len(set(found.values())) > 1:
        warn(NoticeKind.CONTRADICTION, f"{' and '.join(found)} differ", " ".join(map(str, found.values())))
    return next(iter(found.values()), None)


def _input_parts(usage: Fields, total: int, warn: Warn) -> Parts:
    details = usage.child(*DETAILS)
    read = details.whole("cached_tokens")
    if read is None:
        read = _alias(usage, ("num_cached_tokens", "prompt_cache_hit_tokens", "cached_tokens"), warn)
    write = details.whole("cache_write_tokens")
    stated = _modalities(details)
    if read and not write:
        combined = cross(total, read, stated, _modalities(details.child("cached_tokens_details")))
        if combined is not None:
            return combined
    actions = {name: count for name, count in (("read", read), ("write", write)) if count is not None}
    cache = Breakdown("cache_action", actions, "uncached", f"cache counters of {usage.path or 'usage'}")
    return divide(total, cache, _modality(details, stated), warn)


def _output_parts(usage: Fields, total: int, warn: Warn) -> Parts:
    details = usage.child(*OUTPUT_DETAILS)
    named = (("reasoning", "reasoning_tokens"), ("rejected_prediction", "rejected_prediction_tokens"))
    roles = {role: count for role, name in named if (count := details.whole(name)) is not None}
    role = Breakdown("role", roles, "answer", f"reasoning and rejected tokens of {details.path}")
    return divide(total, role, _modality(details, _modalities(details)), warn)


def _modalities(details: Fields) -> dict[str, int]:
    return {name: count for name in _MODALITIES if (count := details.whole(f"{name}_tokens")) is not None}


def _modality(details: Fields, counts: dict[str, int]) -> Breakdown:
    return Breakdown("modality", counts, UNSPECIFIED, f"modalities of {details.path}", complete="text" in counts)
