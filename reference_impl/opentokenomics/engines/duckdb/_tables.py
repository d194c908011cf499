"""Tables in memory: data frames and whatever else speaks the Arrow protocol, set down as a Parquet file."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Protocol, runtime_checkable

from opentokenomics.errors import InputError, UnsupportedError

_ROW_NUMBERS = re.compile("__index_level_[0-9]+__")
"""What pandas calls the labels of rows that have no name, such as those that are left of some that were sorted out."""


@runtime_checkable
class Table(Protocol):
    """What pandas, polars, pyarrow and other libraries of tables offer: a stream of Arrow data."""

    def __arrow_c_stream__(self, requested_schema: object | None = None) -> object:
        """The data, as the Arrow C stream interface has it."""


def set_down(table: Table, file: Path) -> None:
    """Writes a table to a Parquet file, every value as it is; labels of rows without a name are none.

    Raises:
        InputError: The table has a column whose values are of several types.
        UnsupportedError: The Arrow library is not installed.
    """
    name = type(table).__name__
    try:
        import pyarrow as pa
        from pyarrow import parquet
    except ImportError:
        raise UnsupportedError(
            "tables_unsupported", "Tables in memory need the Arrow library.", "pip install 'opentokenomics[tables]'"
        ) from None
    try:
        stream = pa.RecordBatchReader.from_stream(table)
        own = [number for number, name in enumerate(stream.schema.names) if not _ROW_NUMBERS.fullmatch(name)]
        with parquet.ParquetWriter(file, pa.schema([stream.schema.field(number) for number in own])) as writer:
            for batch in stream:
                writer.write_batch(batch.select(own))
    except (pa.ArrowException, TypeError, ValueError) as error:
        reason = str(error).partition("\n")[0][:200].rstrip(".")
        message = f"The {name} cannot be read as a table: {reason}."
        raise InputError("table_unreadable", message, "Give each column values of one type.") from None
