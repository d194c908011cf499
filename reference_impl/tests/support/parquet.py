"""Records as Parquet files, with every column as text or with types."""

from __future__ import annotations

import io
from collections.abc import Sequence
from datetime import UTC
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
from records import USAGE, Record, cell, header

from opentokenomics.shapes import faults_of, parse
from opentokenomics.standard import Column, Kind


def parquet_file(records: Sequence[Record], *, typed: bool) -> bytes:
    """The records as a Parquet file.

    Args:
        records: What it holds.
        typed: Whether a column whose every value is well formed has the type of its kind, and not text.
    """
    target = io.BytesIO()
    pq.write_table(arrow_table(records, typed=typed), target)
    return target.getvalue()


def arrow_table(records: Sequence[Record], *, typed: bool) -> pa.Table:
    """The same as a table in memory."""
    return pa.table(
        {name: _array(name, [record.get(name) for record in records], typed=typed) for name in header(records)}
    )


def _array(name: str, values: Sequence[object], *, typed: bool) -> pa.Array:
    column = USAGE.by_name.get(name)
    if typed and column and not any(faults_of(column, value) for value in values if value is not None):
        type_ = _type(column)
        if type_ is not None:
            return pa.array([None if value is None else _value(column, value) for value in values], type_)
    return pa.array([None if value is None else cell(value) for value in values], pa.string())


def _type(column: Column) -> Any:  # noqa: ANN401 - the library has no types for mypy
    match column.kind:
        case Kind.DECIMAL:
            return pa.decimal128(column.precision, column.scale)
        case Kind.TIMESTAMP:
            return pa.timestamp("us", "UTC")
        case Kind.INTEGER:
            return pa.int64()
        case Kind.MAP:
            return pa.map_(pa.string(), pa.string())
        case _:
            return None


def _value(column: Column, value: Any) -> object:  # noqa: ANN401 - a JSON value
    if column.kind is Kind.MAP:
        return list(value.items())
    parsed: Any = parse(column, value)
    return parsed.replace(tzinfo=UTC) if column.kind is Kind.TIMESTAMP else parsed
