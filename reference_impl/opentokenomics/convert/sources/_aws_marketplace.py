"""What the Marketplace of AWS says of tokens of Amazon Bedrock: direction, cache action, tier, and how many a unit is.

Facts: usage types and descriptions of the vendor's price list, by which models of other makers are billed.
``USE1-MP:USE1_CacheWrite1hInputTokenCount_Global-Units`` is a usage type, ``USE1_input_tokens_global_standard-Units``
a newer one. How many tokens a unit is, a description tells: ``Million Input Tokens Regional``.
"""

from __future__ import annotations

import re

from opentokenomics.convert._split import Part
from opentokenomics.convert.sources._aws_usage_type import TIERS, UsageType

_TYPE = re.compile(r"(?:[A-Z0-9]+-)?(?:MP:)?[A-Z]{2,4}[0-9]?_(?P<name>[A-Za-z0-9_]+)-Units")
_WORD = re.compile(r"[A-Z]+(?=[A-Z][a-z])|[A-Z]?[a-z]+|[A-Z]+|[0-9]+[a-z]*")
_LIFETIME = re.compile(r"(?P<number>[0-9]{1,4})(?P<unit>[hm])")
_SIZE = re.compile(r"\b(?P<size>million|thousand)\b[^|]{0,80}\btokens\b", re.IGNORECASE)
_SIZES = {"million": 1_000_000, "thousand": 1_000}
_INPUT, _OUTPUT, _ACTIONS = {"input", "cache"}, {"output", "response"}, {"read", "write"}
_MODALITIES = {"text", "image", "audio", "video"}
_READ = {*_INPUT, *_OUTPUT, *_ACTIONS, *_MODALITIES, *TIERS, *_SIZES, "token", "tokens", "count", "global", "regional"}
_VARIANTS = {"long", "context", "latency", "optimized", "custom", "model"}


def read_marketplace_type(text: str) -> UsageType | None:
    """What a usage type of the Marketplace says, without a model; None where it counts no tokens."""
    match = _TYPE.fullmatch(text)
    words = [word.lower() for word in _WORD.findall(match["name"])] if match else []
    found = set(words)
    actions, is_output = found & _ACTIONS, bool(found & _OUTPUT)
    if not found & {"token", "tokens"} or is_output == bool(found & _INPUT) or len(actions) != ("cache" in found):
        return None
    action = actions.pop() if actions else None if is_output else "uncached"
    lifetimes = [each for each in map(_LIFETIME.fullmatch, words) if each is not None and action == "write"]
    lifetime = lifetimes[0] if len(lifetimes) == 1 else None
    read = {*_READ, *_VARIANTS, *([lifetime[0]] if lifetime else [])}
    unknown = tuple(word for word in words if word not in read)
    variants = [word for word in words if word in _VARIANTS]
    seconds = lifetime and int(lifetime["number"]) * (60 if lifetime["unit"] == "m" else 3600)
    return UsageType(
        model="",
        direction="output" if is_output else "input",
        part=Part(
            cache_action=action, ttl_seconds=seconds, modality=next(filter(_MODALITIES.__contains__, words), None)
        ),
        tier=next((TIERS[word] for word in words if word in TIERS), None),
        variant=".".join([*variants, *unknown]) or None,
        is_global="global" in found,
        unknown=unknown,
    )


def tokens_per_marketplace_unit(description: str | None) -> int | None:
    """How many tokens a unit is that a line describes, or None where it does not say."""
    match = _SIZE.search(description or "")
    return None if match is None else _SIZES[match["size"].lower()]
