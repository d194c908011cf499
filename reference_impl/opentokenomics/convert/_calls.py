"""Calls that have a name: one that is logged again counts once, whatever the order of its records."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import msgspec

from opentokenomics.convert._digests import short_digest, weight
from opentokenomics.convert._errors import ConvertError
from opentokenomics.convert._model import Row, shown
from opentokenomics.convert._store import Entry, Store

if TYPE_CHECKING:
    from collections.abc import Iterator

    from opentokenomics.convert._held import Claim

CALLS_DIFFER = "calls_differ"
"""The code of the error that ends a conversion which would have to take rows back."""

_MOST_HELD = 20_000
"""Calls whose rows are kept in memory."""


class Place(NamedTuple):
    """Where a record stands: its input, its line, and its path inside of a page."""

    input: str
    line: int
    path: str


class Taken(NamedTuple):
    """What became of a record of a call.

    Attributes:
        rows: what is made at once.
        is_again: whether an earlier record states the same.
        lost: the place of the record that does not count, and why, where two state different things.
    """

    rows: list[Row]
    is_again: bool = False
    lost: tuple[Place, str] | None = None


class _Statement(msgspec.Struct, array_like=True):
    """What a record states of a call, while it is held."""

    said: str
    place: Place
    rows: list[Row]


_encode = msgspec.json.Encoder().encode
_decode = msgspec.json.Decoder(_Statement).decode


class Calls:
    """The calls of a conversion by their names.

    Two records that state different things of one call need no order: the larger counts, by the rule for
    facts that are held. Which that is, is known at the end alone. Either rows wait until then, or they are made at once
    and the conversion ends where two records differ, to be begun anew.
    """

    def __init__(self, *, at_once: bool) -> None:
        self._at_once = at_once
        self._known = Store() if at_once else Store(_MOST_HELD)
        self._lost = Store()

    def take(self, claim: Claim, text: bytes, place: Place) -> Taken:
        """Takes what a record states of a call.

        Args:
            claim: the call.
            text: what its rows were before people were left out.
            place: where the record stands.

        Raises:
            ConvertError: ``calls_differ``: an earlier record states something else, and its rows are made already.
        """
        key, said = short_digest("", claim.name), f"{hash(text):x}"
        known = self._known.get(key)
        if self._at_once:
            if known is None:
                self._known.put(key, Entry(0, said))
                return Taken(claim.rows)
            if known.body != said:
                raise ConvertError(
                    CALLS_DIFFER,
                    f"Two records state different things of the call {shown(claim.name, 80)!r}.",
                    "Convert anew, and let rows wait for the end.",
                )
            return Taken([], is_again=True)
        mine = _Statement(said, place, claim.rows)
        if known is None:
            self._known.put(key, Entry(0, _encode(mine).decode()))
            return Taken([])
        other = _decode(known.body)
        if said == other.said or self._lost.get(short_digest(said, claim.name)) is not None:
            return Taken([], is_again=True)
        more, less = (mine, other) if weight(mine.rows) > weight(other.rows) else (other, mine)
        self._lost.put(short_digest(less.said, claim.name), Entry(0, ""))
        if more is mine:
            self._known.put(key, Entry(0, _encode(mine).decode()))
        where = f"{more.place.input}:{more.place.line}"
        reason = f"the call {shown(claim.name, 80)!r} is stated otherwise at {where}, and the larger of both counts"
        return Taken([], lost=(less.place, reason))

    def release(self) -> Iterator[Row]:
        """The rows that waited."""
        if not self._at_once:
            for entry in self._known.entries():
                yield from _decode(entry.body).rows
