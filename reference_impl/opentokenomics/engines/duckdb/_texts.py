"""The cells of any Parquet file as the texts that they would have in CSV, behind the checks that every file passes."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from opentokenomics.engines.duckdb._columns import place
from opentokenomics.engines.duckdb._parquet import ParquetReader
from opentokenomics.readers import Local
from opentokenomics.standard import load

_FLOATS = {"FLOAT", "DOUBLE"}
_FINE_INSTANTS = {"TIMESTAMP_NS", "TIMESTAMPTZ_NS"}


class ParquetTexts:
    """A Parquet file whose columns may be anybody's.

    Attributes:
        header: The names of its columns.
        floats: The columns of floats, which are written as the shortest decimals that name the same floats.
    """

    def __init__(self, local: Local, folder: Path) -> None:
        """Opens a file.

        Args:
            local: The file.
            folder: A folder that does not exist yet, for the engine.

        Raises:
            InputError: It is damaged, too wide, or asks for more than its size explains.
        """
        self._reader = ParquetReader(local, load().datasets["usage"], folder)
        self.header = tuple(name for name, _ in self._reader.columns)
        self.floats = tuple(name for name, type_ in self._reader.columns if type_ in _FLOATS)

    def rows(self) -> Iterator[tuple[str | None, ...]]:
        """The rows in the order of the file, None for what has no value; they can be read once.

        Raises:
            InputError: The file is damaged.
            ResourceError: A row group takes more memory than there is.
        """
        try:
            yield from self._reader.texts(
                [_text(place(at), type_) for at, (_, type_) in enumerate(self._reader.columns)]
            )
        finally:
            self._reader.close()


def _text(name: str, type_: str) -> str:
    """SQL of a value's text: instants in UTC, maps and lists as JSON, all else as the engine writes it."""
    if type_ == "TIMESTAMP WITH TIME ZONE":
        name = f"make_timestamp(epoch_us({name}))"
    elif type_ in _FINE_INSTANTS:  # finer than what any charge is stated in
        name = f"make_timestamp(epoch_ns({name}) // 1000)"
    if type_.startswith("TIMESTAMP"):
        return f"strftime(CAST({name} AS TIMESTAMP), '%Y-%m-%dT%H:%M:%S.%fZ')"
    if type_.endswith("]") or type_.startswith(("MAP(", "STRUCT(")):
        return f"CAST(to_json({name}) AS VARCHAR)"
    return f"CAST({name} AS VARCHAR)"
