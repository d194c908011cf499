"""Splits a vendor's inclusive counters into disjoint parts that provably add up to them.

Nothing is apportioned. Where a vendor states two breakdowns of one count and not their combination (cached 2, audio 3,
of 5), the first one is kept and the second becomes ``unspecified``. Every function conserves the count it is given.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, NamedTuple

from opentokenomics.convert._model import NoticeKind

UNSPECIFIED = "unspecified"

Warn = Callable[[NoticeKind, str, str], None]
"""Reports a notice: its kind, a sentence that does not vary, and the figures of this occurrence."""


class Part(NamedTuple):
    """The token dimensions of a disjoint part within one direction."""

    cache_action: str | None = None
    ttl_seconds: int | None = None
    modality: str | None = None
    role: str | None = None


Parts = dict[Part, int]
"""How many tokens each part has; parts without tokens are absent."""

_DIMENSIONS = tuple(name for name in Part._fields if name != "ttl_seconds")
_WHOLE = {"input": "prompt", "output": "answer"}


class Breakdown(NamedTuple):
    """What a vendor states about one dimension of a count.

    Attributes:
        dimension: the member of :class:`Part` that it fills.
        counts: stated tokens for each value; empty where the vendor states nothing.
        rest: the value of the tokens that ``counts`` leaves.
        name: what the messages call it.
        complete: whether the vendor means ``counts`` to add up to the whole.
    """

    dimension: str
    counts: Mapping[str, int]
    rest: str
    name: str
    complete: bool = False

    def of(self, total: int, warn: Warn) -> dict[str | None, int]:
        """The total by value of the dimension; one entry for None where the dimension is not distinguished."""
        if not self.counts:
            return {None: total}
        stated = sum(self.counts.values())
        if stated > total:
            warn(NoticeKind.CONTRADICTION, f"{self.name} add up to more than their total", f"{stated} > {total}")
            return {UNSPECIFIED: total}
        if self.complete and stated < total:
            warn(NoticeKind.UNEXPLAINED, f"{self.name} add up to less than their total", f"{stated} < {total}")
        if self.rest == UNSPECIFIED and not stated:
            return {None: total}
        found: dict[str | None, int] = {value: count for value, count in self.counts.items() if count}
        if stated < total:
            found[self.rest] = found.get(self.rest, 0) + total - stated
        return found


def divide(total: int, first: Breakdown, second: Breakdown, warn: Warn) -> Parts:
    """Disjoint parts of a count from two breakdowns; both are kept where one of them has a single value."""
    by_first, by_second = first.of(total, warn), second.of(total, warn)
    if not total:
        return {}
    if len(by_first) == 1:
        (one,) = by_first
        return {_part(first.dimension, one, second.dimension, value): count for value, count in by_second.items()}
    (other,) = by_second if len(by_second) == 1 else (UNSPECIFIED,)
    return {_part(first.dimension, value, second.dimension, other): count for value, count in by_first.items()}


@lru_cache(maxsize=4096)
def _part(first: str, one: str | None, second: str, other: str | None) -> Part:
    """Parts are few, and the same in record after record."""
    values: dict[str, Any] = {first: one, second: other}
    return Part(**values)


def cross(
    total: int, cached: int, by_modality: Mapping[str, int], cached_by_modality: Mapping[str, int]
) -> Parts | None:
    """Cache action and modality together, where the vendor's figures leave one solution; else None.

    They do where the modalities of the cached tokens add up to the cached tokens: what a modality has beyond its
    cached tokens is uncached, and so is what no modality explains.
    """
    stated = sum(by_modality.values())
    if not cached or sum(cached_by_modality.values()) != cached or stated > total:
        return None
    if any(count > by_modality.get(modality, 0) for modality, count in cached_by_modality.items()):
        return None
    parts: Parts = {}
    for modality, count in by_modality.items():
        read = cached_by_modality.get(modality, 0)
        add(parts, Part(cache_action="read", modality=modality), read)
        add(parts, Part(cache_action="uncached", modality=modality), count - read)
    add(parts, Part(cache_action="uncached", modality=UNSPECIFIED), total - stated)
    return parts


def add(parts: Parts, part: Part, count: int) -> None:
    """Adds tokens to a part; a count of 0 leaves no trace."""
    if count:
        parts[part] = parts.get(part, 0) + count


def level(parts: Parts) -> Parts:
    """The same tokens, with each dimension given on every part or on none (OTS-TOK-012 to 014)."""
    if len(parts) == 1:
        return parts
    given = [name for name in _DIMENSIONS if len({getattr(part, name) is None for part in parts}) > 1]
    if not given:
        return parts
    leveled: Parts = {}
    for part, count in parts.items():
        missing: dict[str, Any] = {name: UNSPECIFIED for name in given if getattr(part, name) is None}
        add(leveled, part._replace(**missing) if missing else part, count)
    return leveled


@dataclass(frozen=True, slots=True)
class Tokens:
    """The token leaves of one usage group, and the vendor's own total where it agrees with them."""

    input: Parts = field(default_factory=dict)
    output: Parts = field(default_factory=dict)
    total: int | None = None

    @property
    def count(self) -> int:
        """All tokens of the group."""
        return sum(self.input.values()) + sum(self.output.values())


def remainder_of(entering: int | None, leaving: int | None) -> str:
    """The direction of what only the total holds: the output, or the input where that alone is not stated."""
    return "input" if entering is None and leaving is not None else "output"


def reconcile(tokens: Tokens, remainder: str, name: str, warn: Warn) -> Tokens:
    """Holds the leaves against the vendor's total, which afterwards is what they add up to, or None.

    What the total holds beyond its parts becomes tokens of an unspecified role in the direction ``remainder``. A total
    that is smaller than its parts proves nothing; the parts are kept, and the total is left to the source's counters.
    """
    parts = {"input": tokens.input, "output": tokens.output}
    total, count = tokens.total, tokens.count
    if total is None or total == count:
        pass
    elif total < count:
        warn(NoticeKind.CONTRADICTION, f"{name} is smaller than its parts", f"{total} < {count}")
        total = None
    else:
        warn(
            NoticeKind.UNEXPLAINED,
            f"{name} is larger than its parts; the rest is {remainder} tokens of an unspecified role",
            f"{total} > {count}",
        )
        whole = _WHOLE[remainder]
        named: Parts = {part._replace(role=part.role or whole): each for part, each in parts[remainder].items()}
        add(named, Part(role=UNSPECIFIED), total - count)
        parts[remainder] = named
    return Tokens(level(parts["input"]), level(parts["output"]), total)
