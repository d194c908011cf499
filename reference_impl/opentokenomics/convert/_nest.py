"""Facts that lie inside of others and may be stated by these again, such as calls inside of the span of an agent."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import msgspec

from opentokenomics.convert._digests import short_digest, weight
from opentokenomics.convert._store import Entry, Store

if TYPE_CHECKING:
    from collections.abc import Iterator

    from opentokenomics.convert._held import Held, Span

_MOST_NESTED = 20_000
_NOTHING, _TOKENS = -1, 1
"""What lies inside of a place: no fact, and one that states tokens; between them, facts without."""

_encode = msgspec.json.Encoder().encode


class Nested(NamedTuple):
    """A fact that has a place inside of others.

    Attributes:
        source: the name of its source.
        span: the digest of its place.
        parent: the digest of the place around it, or the empty string.
        is_note: see :class:`Span`.
        is_named: see :class:`Span`.
        key: what tells the fact from others of its source.
        rows: its rows.
        where: the input and the line of the record that states it.
    """

    source: str
    span: str
    parent: str
    is_note: bool
    is_named: bool
    key: str
    rows: tuple[dict[str, Any], ...]
    where: tuple[str, int]


_decode = msgspec.json.Decoder(Nested).decode


class Nest:
    """Keeps nested facts until all places are known, in any order of the input; then the innermost ones count."""

    def __init__(self) -> None:
        self._parents = Store()
        self._facts = Store(_MOST_NESTED)
        self._outer = Store()

    def put(self, source: str, held: Held, span: Span, where: tuple[str, int]) -> bool:
        """Remembers a place and the fact that is stated there, if there is one; whether one was known already."""
        place = _digest(source, span.name)
        parent = "" if span.parent is None else _digest(source, span.parent)
        if parent > self._parent(place) and not span.is_note:
            self._parents.put(bytes.fromhex(place), Entry(0, parent))
        if not held.rows:
            return False
        fact = Nested(source, place, parent, span.is_note, span.is_named, held.key, held.rows, where)
        entry = Entry(held.rank, _encode(fact).decode())
        known = self._facts.get(bytes.fromhex(place))
        if known is None or _weight(fact, held.rank) > _weight(_decode(known.body), known.rank):
            self._facts.put(bytes.fromhex(place), entry)
        return known is not None

    def facts(self) -> Iterator[tuple[Nested, int, bool]]:
        """Each fact, its rank, and whether it counts: the others are stated by what lies inside of them, or around."""
        for entry in self._facts.entries():
            self._mark(_decode(entry.body), entry.rank)
        for entry in self._facts.entries():
            fact = _decode(entry.body)
            around = self._stated(fact.parent) if fact.is_note else None
            is_repeated = around is not None and not fact.is_named
            is_outer = self._marked(fact.span) >= min(entry.rank, _TOKENS)
            yield fact, entry.rank, not (is_repeated or is_outer)

    def _mark(self, fact: Nested, size: int) -> None:
        """Marks all that lies around a fact; one without tokens covers no more than others without."""
        around, mark = fact.parent, min(size, _TOKENS)
        if around and fact.is_note:
            # A note on a call stands in the call's own place.
            call = self._stated(around)
            if call is not None and (not fact.is_named or call.key == fact.key):
                around = self._parent(around)
        while around and self._marked(around) < mark:
            self._outer.put(bytes.fromhex(around), Entry(mark, ""))
            around = self._parent(around)

    def _marked(self, place: str) -> int:
        found = self._outer.get(bytes.fromhex(place))
        return _NOTHING if found is None else found.rank

    def _parent(self, place: str) -> str:
        found = self._parents.get(bytes.fromhex(place))
        return "" if found is None else found.body

    def _stated(self, place: str) -> Nested | None:
        found = self._facts.get(bytes.fromhex(place)) if place else None
        return None if found is None else _decode(found.body)


def _weight(fact: Nested, rank: int) -> tuple[object, ...]:
    return rank, *weight(fact.rows), fact.key, fact.parent


def _digest(source: str, name: str) -> str:
    return short_digest(source, name).hex()
