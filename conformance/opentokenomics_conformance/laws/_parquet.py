"""Records as files of Parquet, in which columns have the types that the standard gives to them."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import duckdb

from opentokenomics.standard import Column, Kind, load

Record = Mapping[str, Any]

_PLAIN_TYPES = {Kind.INTEGER: "BIGINT", Kind.BOOLEAN: "BOOLEAN", Kind.TIMESTAMP: "TIMESTAMPTZ", Kind.DATE: "DATE"}


def parquet_file(dataset: str, records: Sequence[Record], *, typed: bool) -> bytes:
    """The records as a file.

    Args:
        dataset: Whose records they are.
        records: Records whose values are well formed.
        typed: Whether columns have types of their own; else each holds the text that a cell of CSV would.
    """
    columns = load().datasets[dataset].by_name
    names = list(dict.fromkeys(name for record in records for name in record))
    types = {name: _type(columns.get(name)) if typed else "VARCHAR" for name in names}
    with tempfile.TemporaryDirectory() as folder, duckdb.connect() as connection:
        file = Path(folder, "records.parquet")
        # What is written must not depend on where it is written.
        connection.execute("SET TimeZone = 'UTC'")
        defined = ", ".join(f"{_quoted(name)} {type_}" for name, type_ in types.items())
        connection.execute(f"CREATE TABLE records ({defined})")
        for record in records:
            cells = [_cell(record.get(name), types[name]) for name in names]
            values = ", ".join(place for place, _ in cells)
            connection.execute(
                f"INSERT INTO records VALUES ({values})",  # noqa: S608 - places of parameters
                [each for _, parameters in cells for each in parameters],
            )
        connection.execute(f"COPY records TO '{file}' (FORMAT parquet)")
        return file.read_bytes()


def _type(column: Column | None) -> str:
    if column is None:
        return "VARCHAR"
    if column.kind is Kind.DECIMAL:
        return f"DECIMAL({column.precision}, {column.scale})"
    if column.kind is Kind.MAP:
        return "MAP(VARCHAR, VARCHAR)"
    return _PLAIN_TYPES.get(column.kind, "VARCHAR")


def _cell(value: Any, type_: str) -> tuple[str, Sequence[object]]:  # noqa: ANN401 - a JSON value
    """How a value is written in SQL, and its parameters."""
    if value is None:
        return "NULL", ()
    if type_.startswith("MAP") and isinstance(value, dict):
        return "map(?::VARCHAR[], ?::VARCHAR[])", (list(value), list(value.values()))
    text = value if isinstance(value, str) else json.dumps(value)
    return f"?::{type_}", (text,)


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'
