"""The tokens of a bucket of OpenAI's organization usage, as its interface and its dashboard state them.

``input_tokens`` holds uncached, cached and written tokens. ``input_text_tokens`` and its siblings are uncached tokens
only, and ``input_cached_text_tokens`` and its siblings divide the cached ones, so cache action and modality are known
together; written tokens are divided by how long they live, and not by modality.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from opentokenomics.convert._model import NoticeKind
from opentokenomics.convert._split import UNSPECIFIED, Breakdown, Part, Parts, Tokens, Warn, add, level

_MODALITIES = ("text", "audio", "image")
_LIFETIMES = {"input_cache_write_30m_tokens": 1800, "input_cache_write_12h_tokens": 43_200}
TIERS = {
    "default": "standard",
    "standard": "standard",
    "auto": None,
    "flex": "flex",
    "priority": "priority",
    "fast": "fast",
    "batch": "batch",
    "scale": "provisioned",
}
COUNTERS = (
    "input_tokens",
    "output_tokens",
    "input_cached_tokens",
    "input_cache_write_tokens",
    *_LIFETIMES,
    "input_uncached_tokens",
    *(f"{prefix}_{name}_tokens" for prefix in ("input", "input_cached", "output") for name in _MODALITIES),
    "num_model_requests",
)

Count = Callable[[str], int | None]
"""The count under a name, or None."""


def bucket_tokens(read_count: Count, warn: Warn) -> Tokens | None:
    """The leaves of a bucket and the sum of both directions; None where it counts no tokens."""
    entering, leaving = _input(read_count, warn), read_count("output_tokens")
    if entering is None and leaving is None:
        return None
    output: Parts = {}
    for modality, count in _by_modality(read_count, warn, leaving or 0, "output").items():
        add(output, Part(modality=modality), count)
    total = None if entering is None or leaving is None else sum(entering.values()) + leaving
    return Tokens(level(entering or {}), level(output), total)


def _input(read_count: Count, warn: Warn) -> Parts | None:
    """Parts that add up to ``input_tokens``, or None where no input is stated."""
    total, read, uncached = (read_count(f"input{name}_tokens") for name in ("", "_cached", "_uncached"))
    write, lifetimes = _written(read_count)
    actions = [count for count in (read, write, uncached) if count is not None]
    if total is None and not actions:
        return None
    if not actions:
        return {Part(): total} if total else {}
    if total is None:
        total = sum(actions)
    if uncached is None:
        uncached = max(total - sum(actions), 0)
    explained = uncached + (read or 0) + (write or 0)
    if explained > total:
        warn(
            NoticeKind.CONTRADICTION,
            "uncached, cached and written tokens add up to more than input_tokens",
            f"{explained} > {total}",
        )
        return {Part(cache_action=UNSPECIFIED): total} if total else {}
    parts: Parts = {}
    for action, count, prefix in (("uncached", uncached, "input"), ("read", read or 0, "input_cached")):
        for modality, share in _by_modality(read_count, warn, count, prefix).items():
            add(parts, Part(cache_action=action, modality=modality), share)
    for ttl, count in _by_lifetime(write or 0, lifetimes, warn).items():
        add(parts, Part(cache_action="write", ttl_seconds=ttl), count)
    if explained < total:
        warn(
            NoticeKind.UNEXPLAINED,
            "uncached, cached and written tokens add up to less than input_tokens; the rest is unspecified",
            f"{explained} < {total}",
        )
        add(parts, Part(cache_action=UNSPECIFIED), total - explained)
    return parts


def _written(read_count: Count) -> tuple[int | None, dict[int | None, int]]:
    """All written tokens, where any are stated, and how long they live as far as that is stated."""
    write = read_count("input_cache_write_tokens")
    lifetimes: dict[int | None, int] = {
        ttl: count for name, ttl in _LIFETIMES.items() if (count := read_count(name)) is not None
    }
    return sum(lifetimes.values()) if write is None and lifetimes else write, lifetimes


def _by_lifetime(total: int, lifetimes: Mapping[int | None, int], warn: Warn) -> Mapping[int | None, int]:
    """Written tokens by how long they live; those that no lifetime explains have none."""
    explained = sum(lifetimes.values())
    if explained > total:
        warn(
            NoticeKind.CONTRADICTION, "parts by time-to-live are more than the written tokens", f"{explained} > {total}"
        )
        return {None: total}
    return {**lifetimes, None: total - explained}


def _by_modality(read_count: Count, warn: Warn, total: int, prefix: str) -> dict[str | None, int]:
    counts = {name: count for name in _MODALITIES if (count := read_count(f"{prefix}_{name}_tokens")) is not None}
    modality = Breakdown("modality", counts, UNSPECIFIED, f"{prefix}_text, _audio and _image_tokens", complete=True)
    return modality.of(total, warn)
