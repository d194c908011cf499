"""What a usage type of Amazon Bedrock says: model, direction, cache action, tier and where a call may go.

Facts: the service's page on cost and usage data, and usage types of its price list.
``USE1-Claude4.6Sonnet-input-tokens`` is a classic one,
``USW2-openai.gpt-5.6-mantle-cache-write-tokens-30m-standard`` one of a newer generation.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from opentokenomics.convert._split import Part

_REGION = re.compile(r"(?:[A-Z]{2,4}[0-9]?[A-Z]?[0-9]?)-(?=.)")
_KIND = re.compile(
    r"-(?:(?P<modality>text|image|audio|video)-)?"
    r"(?:(?P<read>cache-?read)|(?P<write>cache-?write)|(?P<input>input)|(?P<output>output))"
    r"(?:-(?P<before>[0-9]+(?:-hour|h|-?m)))?(?:-(?:input|output))?-(?:tokens|token-count)"
    r"(?:-(?P<after>[0-9]+(?:-hour|h|-?m)))?(?=-|$)"
)
TIERS = {"standard": "standard", "batch": "batch", "flex": "flex", "priority": "priority"}
_VARIANTS = {"custom-model", "long-ctx", "latency-optimized"}
_GLOBAL = {"cross-region-global", "global"}
_TAIL = re.compile(r"-(cross-region-global|custom-model|long-ctx|latency-optimized|[a-z0-9.]+)")


@dataclass(frozen=True, slots=True)
class UsageType:
    """What a usage type says.

    Attributes:
        model: the model's name in it; empty where it names none.
        direction: input or output.
        part: cache action, time-to-live and modality.
        tier: the processing tier, or None where none is named.
        variant: what else sets it apart, in the vendor's words.
        is_global: whether calls may go anywhere.
        unknown: words that are not known.
    """

    model: str
    direction: str
    part: Part
    tier: str | None
    variant: str | None
    is_global: bool
    unknown: tuple[str, ...]


def read_usage_type(text: str) -> UsageType | None:
    """What a usage type says, or None where it counts no tokens."""
    rest = _REGION.sub("", text, count=1) if _REGION.match(text) else text
    match = _KIND.search(rest)
    if match is None:
        return None
    model = rest[: match.start()].removesuffix("-mantle")
    words = _TAIL.findall(rest[match.end() :])
    tiers = [TIERS[word] for word in words if word in TIERS]
    variants = [word for word in words if word in _VARIANTS]
    unknown = tuple(word for word in words if word not in {*TIERS, *_VARIANTS, *_GLOBAL})
    action = next((name for name in ("read", "write") if match[name]), None)
    lifetime = _seconds(match["before"] or match["after"]) if action == "write" else None
    direction = "output" if match["output"] else "input"
    if direction == "input" and action is None:
        action = "uncached"
    return UsageType(
        model,
        direction,
        Part(cache_action=action, ttl_seconds=lifetime, modality=match["modality"]),
        tiers[0] if tiers else None,
        ".".join([*variants, *unknown]) or None,
        bool(_GLOBAL & set(words)),
        unknown,
    )


def _seconds(text: str | None) -> int | None:
    if text is None:
        return None
    digits = re.match(r"[0-9]+", text)
    return None if digits is None else int(digits[0]) * (60 if text.endswith("m") else 3600)


_UNITS = {"tokens": 1, "token": 1, "1k tokens": 1000, "1m tokens": 1_000_000, "1k token": 1000}
_UNITS |= {"1000 tokens": 1000, "1000000 tokens": 1_000_000, "thousand tokens": 1000, "million tokens": 1_000_000}


def tokens_per_unit(unit: str | None) -> int | None:
    """How many tokens a unit of pricing is, or None where that is not known."""
    return None if unit is None else _UNITS.get(" ".join(unit.lower().replace(",", "").split()))
