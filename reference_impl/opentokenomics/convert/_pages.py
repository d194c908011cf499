"""Pages that say that another follows them, and whether one does that begins where they end."""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator

Where = tuple[str, int]
"""The name of an input and a line of it."""


class Page(NamedTuple):
    """What a page says of its place in a listing.

    Attributes:
        is_last: whether no other follows it.
        begin: where it begins, or None where nothing can follow that ends there, or it holds nothing.
        end: where the next one begins, or None where it holds nothing.
        next_name: what the vendor calls the next one.
    """

    is_last: bool
    begin: str | None
    end: str | None
    next_name: str | None = None


class Pages:
    """Remembers pages in any order. Two listings may be of the same time, so that pages are counted by place."""

    def __init__(self) -> None:
        self._awaited: dict[tuple[str, str | None, str | None], Where] = {}
        self._begun: Counter[tuple[str, str]] = Counter()
        self._empty: Counter[str] = Counter()

    def put(self, source: str, page: Page, where: Where) -> None:
        """Remembers a page of a source."""
        if page.begin is not None:
            self._begun[source, page.begin] += 1
        elif page.is_last and page.end is None:
            self._empty[source] += 1
        if not page.is_last:
            self._awaited.setdefault((source, page.end, page.next_name), where)

    def missing(self) -> Iterator[tuple[str, int, Where]]:
        """For each source how many pages are followed by none, and where the first of them is."""
        by_place: defaultdict[tuple[str, str | None], list[Where]] = defaultdict(list)
        for (source, end, _), where in self._awaited.items():
            by_place[source, end].append(where)
        left: defaultdict[str, list[Where]] = defaultdict(list)
        for (source, end), found in by_place.items():
            left[source] += found[0 if end is None else self._begun[source, end] :]
        for source, found in left.items():
            # A last page that holds nothing follows any other.
            if len(found) > self._empty[source]:
                yield source, len(found) - self._empty[source], found[0]
