"""Writes rows as Parquet with typed columns, as the standard's table of Parquet types reads them."""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from itertools import islice
from typing import TYPE_CHECKING, Any

import msgspec

from opentokenomics.convert._errors import ConvertError

if TYPE_CHECKING:
    import pyarrow as pa

    from opentokenomics.standard import Column, Dataset

_ROWS_AT_ONCE = 4096
_BATCHES_IN_A_GROUP = 16
"""65,536 rows in a group: 50 million rows make a footer that readers still accept."""

_DECIMAL = re.compile(r"-?[0-9]+(?:[.][0-9]+)?", re.ASCII)
_INTEGER = re.compile(r"-?[0-9]{1,18}", re.ASCII)
_INSTANT = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(?:[.][0-9]{1,6})?Z", re.ASCII)
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", re.ASCII)
_TRUTH = {"true": True, "false": False, True: True, False: False}

_encode = msgspec.json.Encoder().encode
_decode_map = msgspec.json.Decoder(dict[str, str]).decode


def parquet_chunks(rows: Iterable[Mapping[str, object]], dataset: Dataset, further: Iterable[str]) -> Iterator[bytes]:
    """A Parquet file of the rows, in pieces; memory does not grow with their number.

    Args:
        rows: the rows, taken one at a time.
        dataset: the dataset whose columns it has, each with its type.
        further: names of further columns, of text, in which what is no text is JSON.

    Raises:
        ConvertError: ``tables_unsupported``: the Arrow library is not installed; ``value_untyped``: a value is
            malformed, and no typed column can hold it.
    """
    try:
        import pyarrow as pa
        from pyarrow import parquet
    except ImportError:
        raise ConvertError(
            "tables_unsupported", "Writing Parquet needs the Arrow library.", "pip install 'opentokenomics[tables]'"
        ) from None
    fields = [(column.name, _type(pa, column), _reader(column)) for column in dataset.columns]
    fields += [(name, pa.string(), _as_text) for name in further]
    schema = pa.schema([(name, kind) for name, kind, _ in fields])
    sink = _Sink()
    remaining, written = iter(rows), 0
    with parquet.ParquetWriter(pa.PythonFile(sink, mode="w"), schema, compression="zstd") as writer:
        while True:
            batches: list[pa.RecordBatch] = []
            while len(batches) < _BATCHES_IN_A_GROUP and (some := list(islice(remaining, _ROWS_AT_ONCE))):
                arrays = [_array(pa, some, written, *each) for each in fields]
                batches.append(pa.record_batch(arrays, schema=schema))
                written += len(some)
            if not batches:
                break
            writer.write_table(pa.Table.from_batches(batches), row_group_size=_ROWS_AT_ONCE * _BATCHES_IN_A_GROUP)
            yield sink.taken()
    yield sink.taken()


class _Sink(io.BytesIO):
    """What the writer has written and nobody has taken yet."""

    def __init__(self) -> None:
        super().__init__()
        self._taken = 0

    def tell(self) -> int:
        """The place in the whole file, of which the writer makes its footer."""
        return self._taken + super().tell()

    def close(self) -> None:
        """Keeps the end of the file, which comes with the closing."""

    def taken(self) -> bytes:
        """What was written since the last time."""
        data = self.getvalue()
        self._taken += len(data)
        self.seek(0)
        self.truncate()
        return data


def _type(pa: Any, column: Column) -> pa.DataType:  # noqa: ANN401 - the module
    from opentokenomics.standard import Kind

    if column.kind is Kind.DECIMAL:
        return pa.decimal128(column.precision, column.scale)
    types = {
        Kind.INTEGER: pa.int64(),
        Kind.TIMESTAMP: pa.timestamp("us", tz="UTC"),
        Kind.DATE: pa.date32(),
        Kind.BOOLEAN: pa.bool_(),
        Kind.MAP: pa.map_(pa.string(), pa.string()),
    }
    return types.get(column.kind, pa.string())


def _reader(column: Column) -> Callable[[Any], object]:
    """How a value becomes one of the column's type; it raises ValueError where it is none."""
    from opentokenomics.standard import Kind

    readers: dict[Kind, Callable[[Any], object]] = {
        Kind.DECIMAL: lambda value: Decimal(_matched(_DECIMAL, str(value))),
        Kind.INTEGER: lambda value: int(_matched(_INTEGER, str(value))),
        Kind.TIMESTAMP: lambda value: datetime.fromisoformat(_matched(_INSTANT, value)),
        Kind.DATE: lambda value: date.fromisoformat(_matched(_DAY, value)),
        Kind.BOOLEAN: _TRUTH.__getitem__,
        Kind.MAP: _pairs,
        Kind.LIST: _as_text,
    }
    return readers.get(column.kind, _text)


def _array(
    pa: Any,  # noqa: ANN401 - the module
    rows: Sequence[Mapping[str, object]],
    before: int,
    name: str,
    kind: pa.DataType,
    read: Callable[[Any], object],
) -> pa.Array:
    values = [row.get(name) for row in rows]
    if not any(value is not None for value in values):
        return pa.nulls(len(rows), kind)
    try:
        return pa.array([None if value is None else read(value) for value in values], kind)
    except (ValueError, TypeError, KeyError, msgspec.DecodeError, pa.ArrowException):
        # Arrow names no place, and its arrays are made of many values: here is the first that it refuses.
        number = next(place for place, value in enumerate(values) if not _fits(pa, value, kind, read))
        raise ConvertError(
            "value_untyped",
            f"The value of {name} in record {before + number + 1} is malformed, and no typed column can hold it.",
            "Name the output .jsonl or .csv, which hold any value.",
        ) from None


def _fits(pa: Any, value: object, kind: pa.DataType, read: Callable[[Any], object]) -> bool:  # noqa: ANN401
    try:
        pa.array([None if value is None else read(value)], kind)
    except (ValueError, TypeError, KeyError, msgspec.DecodeError, pa.ArrowException):
        return False
    return True


def _matched(pattern: re.Pattern[str], value: str) -> str:
    if pattern.fullmatch(value) is None:
        raise ValueError
    return value


def _pairs(value: object) -> list[tuple[str, str]]:
    found = value if isinstance(value, Mapping) else _decode_map(str(value))
    if not all(isinstance(text, str) for text in found.values()):
        raise TypeError
    return list(found.items())


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError
    return value


def _as_text(value: object) -> str:
    return value if isinstance(value, str) else _encode(value).decode()
