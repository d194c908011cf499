"""What a record states: calls that are made at once, facts that wait for the end, and their places inside of others."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from opentokenomics.convert._model import Row


class Span(NamedTuple):
    """The place of a fact inside of others, which may state it again.

    Attributes:
        name: names the place.
        parent: names the place around it, if there is one.
        is_note: whether it is a note on the call in the place around it, and not a call inside of that.
        is_named: whether the fact has a name of its own, beside its place.
    """

    name: str
    parent: str | None = None
    is_note: bool = False
    is_named: bool = True


@dataclass(frozen=True, slots=True)
class Claim:
    """The rows of a call that has a name; it may be logged again, and counts once.

    Attributes:
        name: the vendor's identifier, and the time where the record states it.
        rows: its rows, which are made at once.
    """

    name: str
    rows: list[Row]


@dataclass(frozen=True, slots=True)
class Held:
    """Rows that wait for the end of the conversion, because the same fact may come again.

    Attributes:
        key: what tells the fact from others of its source.
        rank: the rows of the highest rank are those that are made; where ranks are equal, order does not matter.
        rows: the rows of the fact, as this record states it; none where only its place is known.
        span: its place, where other facts may lie inside of it.
    """

    key: str
    rank: int
    rows: tuple[Row, ...]
    span: Span | None = None
