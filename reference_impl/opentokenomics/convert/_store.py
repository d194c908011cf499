"""What a conversion has to remember, in bounded memory: beyond some entries it is kept in a temporary file."""

from __future__ import annotations

import sqlite3
from typing import TYPE_CHECKING, NamedTuple
from weakref import finalize

if TYPE_CHECKING:
    from collections.abc import Iterator

_MOST_ENTRIES = 200_000
_TABLE = "CREATE TABLE entry (key BLOB UNIQUE, rank INTEGER, body TEXT)"


class Entry(NamedTuple):
    """What stands under a key: a rank among entries of this key, and a text."""

    rank: int
    body: str


class Store:
    """Entries by key, in the order in which their keys came first."""

    def __init__(self, most: int = _MOST_ENTRIES) -> None:
        self._most = most
        self._entries: dict[bytes, Entry] = {}
        self._file: sqlite3.Connection | None = None

    def get(self, key: bytes) -> Entry | None:
        """The entry of a key, or None."""
        kept = self._entries.get(key)
        if kept is not None or self._file is None:
            return kept
        found = self._file.execute("SELECT rank, body FROM entry WHERE key = ?", (key,)).fetchone()
        return None if found is None else Entry(*found)

    def put(self, key: bytes, entry: Entry) -> None:
        """Sets the entry of a key."""
        self._entries[key] = entry
        if len(self._entries) > self._most:
            self._spill()

    def entries(self) -> Iterator[Entry]:
        """Every entry."""
        if self._file is None:
            yield from self._entries.values()
        else:
            self._spill()
            for rank, body in self._file.execute("SELECT rank, body FROM entry ORDER BY rowid"):
                yield Entry(rank, body)

    def _spill(self) -> None:
        if self._file is None:
            self._file = self._opened()
            finalize(self, self._file.close)
        self._file.executemany(
            "INSERT INTO entry VALUES (?, ?, ?) ON CONFLICT (key) DO UPDATE SET rank = excluded.rank,"
            " body = excluded.body",
            ((key, *entry) for key, entry in self._entries.items()),
        )
        self._entries.clear()

    @staticmethod
    def _opened() -> sqlite3.Connection:
        # A database without a name is a private temporary file, which ends with its connection.
        file = sqlite3.connect("", isolation_level=None, check_same_thread=False)
        for setting in ("journal_mode = OFF", "synchronous = OFF", "cache_size = -32768"):
            file.execute(f"PRAGMA {setting}")
        file.execute(_TABLE)
        file.execute("BEGIN")
        return file
