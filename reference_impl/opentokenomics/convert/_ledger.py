"""What the inputs of a conversion share: its notices, the identities that it hands out, and the facts that wait."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

import msgspec

from opentokenomics.convert._digests import digest, short_digest, sorted_text, weight
from opentokenomics.convert._held import Held
from opentokenomics.convert._model import Notice, NoticeKind, Row
from opentokenomics.convert._nest import Nest
from opentokenomics.convert._store import Entry, Store

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_MAXIMUM_NOTICES = 1000
_MOST_HELD = 20_000
"""Facts whose rows are kept in memory; a fact has several rows, and takes some kilobytes."""

STATED_AGAIN = "what is stated more than once counts once"
"""What is said of a fact that comes again."""
_STATED_OTHERWISE = "what is stated again with other figures counts once, with the larger ones"
_OF_NOBODY = re.compile(r"(?P<fact>(?P<source>.*:sha256-)[0-9a-f]{32}-1)(?:[:#].*)?", re.DOTALL)
"""The identity of a fact that is named by somebody who is left out, as ``Context.fact`` makes it."""

_encode = msgspec.json.Encoder().encode
_decode = msgspec.json.Decoder(tuple[dict[str, Any], ...]).decode


@dataclass(slots=True)
class Ledger:
    """Counts notices and hands out identities; shared by every input of a conversion.

    It remembers a digest and a place for each record: identical records need different identifiers, and a response that
    was logged twice must not count twice. Where that becomes much, it is kept in a temporary file.
    """

    _first: dict[tuple[NoticeKind, str], Notice] = field(default_factory=dict)
    _counts: Counter[tuple[NoticeKind, str]] = field(default_factory=Counter)
    _occurrences: Store = field(default_factory=Store)
    _held: Store = field(default_factory=lambda: Store(_MOST_HELD))
    _texts: Store = field(default_factory=Store)
    _nest: Nest = field(default_factory=Nest)
    signals: dict[str, set[str]] = field(default_factory=dict)
    """What kinds of things have stated usage, by source, for those that may state the same in several ways."""

    def add(self, notice: Notice) -> None:
        """Counts a notice; beyond a thousand different ones, those of a kind are counted together."""
        key = notice.kind, notice.message
        if key not in self._first:
            if len(self._first) >= _MAXIMUM_NOTICES:
                key = notice.kind, "further notices of this kind"
            self._first.setdefault(key, replace(notice, message=key[1]))
        self._counts[key] += notice.count

    @property
    def notices(self) -> tuple[Notice, ...]:
        """Each notice once, with its number of occurrences."""
        return tuple(replace(notice, count=self._counts[key]) for key, notice in self._first.items())

    def _number(self, key: bytes) -> int:
        before = self._occurrences.get(key)
        number = 1 if before is None else before.rank + 1
        self._occurrences.put(key, Entry(number, ""))
        return number

    def row_identity(self, facts: Mapping[str, object], place: str) -> tuple[str, bool]:
        """An identity for a record that has none, and whether an input before this one states the same.

        The identity is a digest of what it states, and its number among equal ones.
        """
        key = digest(facts)
        before = self._occurrences.get(key)
        known = Entry(1, place) if before is None else Entry(before.rank + 1, before.body)
        self._occurrences.put(key, known)
        return f"sha256-{key.hex()}-{known.rank}", known.body != place

    def is_otherwise(self, name: str, text: str) -> bool:
        """Whether what goes under a name was something else the first time."""
        key = short_digest("", name)
        known = self._texts.get(key)
        if known is None:
            self._texts.put(key, Entry(0, text))
        return known is not None and known.body != text

    def hold(self, source: str, held: Held, where: tuple[str, int]) -> str | None:
        """Keeps the rows of a fact if no better ones are kept; what to say where the fact was known."""
        if held.span is None:
            return self._keep(source, held)
        return STATED_AGAIN if self._nest.put(source, held, held.span, where) else None

    def _keep(self, source: str, held: Held) -> str | None:
        key, entry = short_digest(source, held.key), Entry(held.rank, _encode(held.rows).decode())
        known = self._held.get(key)
        if known is None:
            self._held.put(key, entry)
            return None
        if known == entry:
            return STATED_AGAIN
        mine: tuple[object, ...] = (held.rank,)
        other: tuple[object, ...] = (known.rank,)
        if mine == other:  # most of what comes again has grown
            mine, other = weight(held.rows), weight(_decode(known.body))
        if mine > other:
            self._held.put(key, entry)
        return STATED_AGAIN if mine == other else _STATED_OTHERWISE

    def release(self) -> Iterator[Row]:
        """The rows that are kept."""
        for fact, rank, counts in self._nest.facts():
            said: str | None = "what others inside or around it state already is not counted again"
            if counts:
                said = self._keep(fact.source, Held(fact.key, rank, fact.rows))
            if said is not None:
                self.add(Notice(NoticeKind.DUPLICATE, said, 1, *fact.where))
        for entry in self._held.entries():
            yield from self._numbered(_decode(entry.body))

    def _numbered(self, rows: tuple[Row, ...]) -> tuple[Row, ...]:
        """The rows of a fact, named by all that they state where people who name it are left out.

        Of those that state the same each has a number. Only facts that are kept have numbers, so that what was stated
        before and no longer counts changes none.
        """
        match = _OF_NOBODY.fullmatch(str(rows[0]["record_id"])) if rows else None
        if match is None:
            return rows
        key = digest([text.decode() for text in sorted(map(sorted_text, rows))])
        name = f"{match['source']}{key.hex()}-{self._number(key)}"
        for row in rows:
            for column in ("record_id", "usage_group_id"):
                if column in row:
                    row[column] = name + str(row[column])[match.end("fact") :]
        return rows
