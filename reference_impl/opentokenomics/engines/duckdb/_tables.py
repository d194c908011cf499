"""Tables in memory: data frames and whatever else speaks the Arrow protocol, set down as a Parquet file."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Protocol, runtime_checkable

from opentokenomics.errors import InputError, UnsupportedError

if TYPE_CHECKING:
    import pyarrow as pa

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
        schema = pa.schema([(stream.schema.names[number], _stored(stream.schema.types[number])) for number in own])
        with parquet.ParquetWriter(file, schema) as writer:
            for batch in stream:
                columns = [
                    _storable(batch.column(number), type_) for number, type_ in zip(own, schema.types, strict=True)
                ]
                writer.write_batch(pa.record_batch(columns, schema))
    except (pa.ArrowException, TypeError, ValueError) as error:
        reason = str(error).partition("\n")[0][:200].rstrip(".")
        message = f"The {name} cannot be read as a table: {reason}."
        raise InputError("table_unreadable", message, "Give each column values of one type, such as text.") from None


def _stored(type_: pa.DataType) -> pa.DataType:
    """The type as which values are written.

    The writer handles the views of polars only as whole columns of texts, and no maps of which each one is empty.
    """
    import pyarrow as pa

    types = pa.types
    others = {pa.string_view(): pa.large_string(), pa.binary_view(): pa.large_binary(), pa.struct([]): pa.string()}
    if type_ in others:
        return others[type_]
    if types.is_dictionary(type_):
        return pa.dictionary(type_.index_type, _stored(type_.value_type), ordered=type_.ordered)
    if types.is_list(type_) or types.is_large_list(type_) or types.is_fixed_size_list(type_):
        return pa.large_list(_stored(type_.value_type))
    if types.is_struct(type_):
        return pa.struct([field.with_type(_stored(field.type)) for field in type_])
    if types.is_map(type_):
        return pa.map_(_stored(type_.key_type), _stored(type_.item_type))
    return type_


def _storable(values: pa.Array, type_: pa.DataType) -> pa.Array:
    """The values as values of that type; an empty map is its JSON text."""
    import pyarrow as pa

    if values.type == pa.struct([]):
        return pa.array([None if each is None else "{}" for each in values.to_pylist()], type_)
    return values.cast(type_)
