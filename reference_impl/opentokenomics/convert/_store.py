"""What a conversion has to remember, in bounded memory: beyond some entries it is kept in a temporary file."""

from __future__ import annotations

import sqlite3
from typing import TYPE_CHECKING, NamedTuple

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
        if self._file is None:
            return self._entries.get(key)
        found = self._file.execute("SELECT rank, body FROM entry WHERE key = ?", (key,)).fetchone()
        return None if found is None else Entry(*found)

    def put(self, key: bytes, entry: Entry) -> None:
        """Sets the entry of a key."""
        if self._file is not None:
            self._insert(self._file, key, entry)
            return
        self._entries[key] = entry
        if len(self._entries) > self._most:
            self._spill()

    def entries(self) -> Iterator[Entry]:
        """Every entry."""
        if self._file is None:
            yield from self._entries.values()
        else:
            for rank, body in self._file.execute("SELECT rank, body FROM entry ORDER BY rowid"):
                yield Entry(rank, body)

    def _spill(self) -> None:
        # A database without a name is a private temporary file, which ends with its connection.
        self._file = sqlite3.connect("", isolation_level=None, check_same_thread=False)
        for setting in ("journal_mode = OFF", "synchronous = OFF", "cache_size = -32768"):
            self._file.execute(f"PRAGMA {setting}")
        self._file.execute(_TABLE)
        self._file.execute("BEGIN")
        for key, entry in self._entries.items():
            self._insert(self._file, key, entry)
        self._entries.clear()

    @staticmethod
    def _insert(file: sqlite3.Connection, key: bytes, entry: Entry) -> None:
        file.execute(
            "INSERT INTO entry VALUES (?, ?, ?) ON CONFLICT (key) DO UPDATE SET rank = excluded.rank,"
            " body = excluded.body",
            (key, *entry),
        )
