"""Parquet, whose reader is not ours and is written in C++, so that its process can die of an input."""

from __future__ import annotations

import io
import tempfile
from collections.abc import Iterator
from datetime import datetime
from decimal import Decimal
from functools import cache
from pathlib import Path
from threading import Event
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
from hypothesis.strategies import SearchStrategy
from parquet import arrow_table
from records import USAGE, dataset

from fuzz._mutations import lying
from fuzz._target import Target, hold_error, report_on
from opentokenomics.engines.duckdb import ParquetReader
from opentokenomics.errors import Error
from opentokenomics.readers import Format, Local

_COLUMNS = ("record_id", "tags", "billed_cost", "charge_period_start", "attempt", "team", "meter", "x_shard")
_WAYS: list[dict[str, Any]] = [
    {"compression": "NONE"},
    {"compression": "NONE", "use_dictionary": False, "data_page_version": "2.0"},
    {"compression": "NONE", "data_page_size": 20, "dictionary_pagesize_limit": 30},
    {"compression": "NONE", "write_page_index": True, "row_group_size": 7},
    {"compression": "snappy"},
    {"compression": "zstd", "data_page_version": "2.0"},
    {"compression": "gzip", "row_group_size": 5},
]
_ENCODINGS = [
    (pa.types.is_integer, "DELTA_BINARY_PACKED"),
    (pa.types.is_string, "DELTA_BYTE_ARRAY"),
    (pa.types.is_binary, "DELTA_LENGTH_BYTE_ARRAY"),
    (pa.types.is_float64, "BYTE_STREAM_SPLIT"),
    (pa.types.is_boolean, "RLE"),
]


def _odd_table() -> pa.Table:
    """A table with every kind of type that a file can have, in columns of the standard and in others."""
    named = pa.struct([("a", pa.int32()), ("b", pa.struct([("c", pa.string())]))])
    values = {
        "tags": pa.array([[("a", "b")], None, [("c", None)]] * 7, pa.map_(pa.string(), pa.string())),
        "source_counters": pa.array([{"a": 1, "b": {"c": "x"}}, None, {"a": None, "b": None}] * 7, named),
        "x_lists": pa.array([[["a"], None], [], None] * 7, pa.list_(pa.list_(pa.string()))),
        "attempt": pa.array([1, 2, 3] * 7, pa.int64()),
        "pricing_block_size": pa.array([1.5, None, 2] * 7, pa.float64()),
        "x_true": pa.array([True, None, False] * 7),
        "team": pa.array(["a" * 4, "b" * 40, None] * 7),
        "billed_cost": pa.array([Decimal("1.5"), None, Decimal(2)] * 7, pa.decimal128(38, 18)),
        "list_cost": pa.array([Decimal("1.5"), None, Decimal(2)] * 7, pa.decimal128(9, 2)),
        "charge_period_start": pa.array([datetime(2026, 1, 1), None, datetime(2026, 1, 2)] * 7, pa.timestamp("ns")),  # noqa: DTZ001
        "x_fixed": pa.array([b"abcd", None, b"efgh"] * 7, pa.binary(4)),
        "charge_period_end": pa.array([1, 2, None] * 7, pa.date32()),
        "x_time": pa.array([1, 2, None] * 7, pa.time64("us")),
        "x_half": pa.array([1.5, None, 2] * 7, pa.float16()),
        "workflow": pa.array([b"\x00\xff", None, b""] * 7),
    }
    return pa.table(values)


@cache
def _seeds() -> list[bytes]:
    return list(_files())


def _files() -> Iterator[bytes]:
    records = dataset()
    tables = [
        *(arrow_table(records, typed=typed).select(_COLUMNS) for typed in (True, False)),
        _odd_table(),
        pa.table({"team": ["a", None]}),
    ]
    for table in tables:
        for way in _WAYS:
            yield _file(table, **way)
        encoding = {column.name: name for column in table.schema for is_of, name in _ENCODINGS if is_of(column.type)}
        for version in ("1.0", "2.0"):
            options = {"use_dictionary": False, "column_encoding": encoding, "data_page_version": version}
            yield _file(table, compression="NONE", **options)


def _file(table: pa.Table, **options: Any) -> bytes:  # noqa: ANN401 - those of pyarrow
    target = io.BytesIO()
    pq.write_table(table, target, **options)
    return target.getvalue()


def _inputs() -> SearchStrategy[bytes]:
    return lying(_seeds())


def _read(content: bytes) -> None:
    """Everything that is asked of a file, without the rules, which are the same for all formats."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder, "usage.parquet")
        file.write_bytes(content)
        reader = None
        try:
            reader = ParquetReader(Local("usage.parquet", file, Format.PARQUET), USAGE, Path(folder, "reader"))
            rows = reader.inspect(Event())
            assert rows is not None
            reader.filled_unknown()
            reader.first_text("spec_version")
            found = reader.fetch([1, 2, max(rows, 1)])
            assert set(found) <= {1, 2, rows}
        except Error as error:
            hold_error(error)
        finally:
            if reader is not None:
                reader.close()


def _validate(content: bytes) -> None:
    report_on({"usage.parquet": content}, "usage.parquet", "parquet")


TARGETS = {"parquet": Target(_inputs, _read, rate=5), "validate-parquet": Target(_inputs, _validate)}
