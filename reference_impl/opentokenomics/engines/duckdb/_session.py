"""A DuckDB connection that is locked down and lives in a temporary folder."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import Any

import duckdb

from opentokenomics.errors import ResourceError

_MEMORY = "768MB"
_FETCH = 1024
_APPENDED = 100_000
_LONGEST_REASON = 200
_NOT_WRITTEN = ("No space left", "Could not write file")


class Session:
    """One connection. It may read the named files, read and write in its folder, and it cannot be reconfigured."""

    input_errors = (
        *(duckdb.DataError, duckdb.ProgrammingError, duckdb.NotSupportedError, duckdb.OperationalError),
        duckdb.PermissionException,  # the input is no longer what it was when it was named
    )
    """Raised where an input is not what its scan expects, or asks for more than there is."""

    errors = duckdb.Error
    """Whatever the engine raises."""

    exhausted = (duckdb.OutOfMemoryException, duckdb.IOException)
    """Raised where memory or the folder is full."""

    def __init__(self, folder: Path, files: Sequence[Path], *, is_settled: bool = True) -> None:
        self.folder = folder
        self._inputs = 0
        try:
            self._connection = self._connect(folder)
        except duckdb.Error as error:
            raise self.no_room(error) from None
        # In a notebook that cannot draw one it is off, and to say so again is refused there.
        if self._connection.execute("SELECT current_setting('enable_progress_bar')").fetchone() != (False,):
            self._connection.execute("SET enable_progress_bar = false")
        # The engine follows links and looks at where they lead, so both ends are named.
        readable = ", ".join(literal(str(file.resolve())) for file in files if is_plain(file.resolve()))
        self._connection.execute(f"SET allowed_directories = [{literal(str(folder) + '/')}]")
        self._connection.execute(f"SET allowed_paths = [{readable}]")
        self._connection.execute("SET enable_external_access = false")
        if is_settled:
            self.settle()

    def settle(self) -> None:
        """Ends all configuration. Before it, what a file states of itself is believed; after it, only what is in it."""
        # A long IN list becomes a join otherwise, and a join gives up the order of rows.
        # Looking for common subexpressions takes longer than validating a small input, and a scan has none.
        # What a Parquet file states of its values, such as that none is null, may be a lie that hides a violation.
        optimizers = "in_clause,common_subexpressions,statistics_propagation"
        self._connection.execute(f"SET disabled_optimizers = {literal(optimizers)}")
        self._connection.execute("SET lock_configuration = true")

    @staticmethod
    def _connect(folder: Path) -> duckdb.DuckDBPyConnection:
        return duckdb.connect(
            ":memory:",  # what does not fit goes to the folder; a file of facts takes a sixth more time to compress
            config={
                "autoinstall_known_extensions": "false",
                "autoload_known_extensions": "false",
                "allow_community_extensions": "false",
                "memory_limit": _MEMORY,
                "temp_directory": str(folder / "spill"),
                "threads": str(os.cpu_count() or 1),
            },
        )

    def no_room(self, error: Exception) -> ResourceError:
        """What to say where memory or the folder is full."""
        reason = str(error).partition("\n")[0][:_LONGEST_REASON].rstrip(".")
        return ResourceError(
            "room_exhausted",
            f"Memory or the temporary folder {self.folder.parent} is full: {reason}.",
            "Set TMPDIR to a folder with more room, or validate fewer files at once.",
        )

    @staticmethod
    def is_exhausted(error: Exception) -> bool:
        """Whether memory or the disk is full, rather than an input other than expected."""
        return isinstance(error, duckdb.OutOfMemoryException) or any(each in str(error) for each in _NOT_WRITTEN)

    def expose(self, file: Path) -> str:
        """A name inside the folder under which the engine can read a file, whatever characters its path has."""
        if file.parent == self.folder:
            return str(file)
        self._inputs += 1
        link = self.folder / f"input-{self._inputs}"
        link.symlink_to(file)
        return str(link)

    def run(self, sql: str) -> None:
        """Runs a statement for its effect."""
        self._connection.execute(sql)

    def rows(self, sql: str, *parameters: object) -> list[tuple[Any, ...]]:
        """All rows of a query; only for results of bounded size."""
        return self._connection.execute(sql, parameters or None).fetchall()

    def row(self, sql: str, *parameters: object) -> tuple[Any, ...]:
        """The one row of a query."""
        (row,) = self.rows(sql, *parameters)
        return row

    def stream(self, sql: str, *parameters: object) -> Iterator[tuple[Any, ...]]:
        """The rows of a query of any size, on a connection of their own so that others may run meanwhile."""
        cursor = self._connection.cursor()
        try:
            cursor.execute(sql, parameters or None)
            while some := cursor.fetchmany(_FETCH):
                yield from some
        finally:
            cursor.close()

    def append(self, table: str, numbers: Iterable[int]) -> None:
        """Adds numbers to a table of one column."""
        rest = iter(numbers)
        # As one list at a time, since a statement for each row takes seconds for some thousand rows.
        while some := list(islice(rest, _APPENDED)):
            self._connection.execute(f"INSERT INTO {table} SELECT unnest(?::BIGINT[])", [some])

    def close(self) -> None:
        """Ends the connection; a query that still runs is interrupted first."""
        self._connection.interrupt()
        self._connection.close()


def is_plain(path: Path) -> bool:
    """Whether the engine takes a path for what it is; backslashes it turns into slashes."""
    text = str(path)
    return not {"\\", "?"} & set(text) and not any("\ud800" <= character <= "\udfff" for character in text)


def literal(text: str) -> str:
    """A string literal."""
    return "'" + text.replace("'", "''") + "'"


def identifier(name: str) -> str:
    """A quoted identifier."""
    return '"' + name.replace('"', '""') + '"'
