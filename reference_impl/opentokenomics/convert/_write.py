"""Writes rows as JSON Lines, CSV or Parquet; a file is complete or absent."""

from __future__ import annotations

import os
import sys
import tempfile
from contextlib import contextmanager
from itertools import chain
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

import msgspec

from opentokenomics.convert._errors import ConvertError
from opentokenomics.exact_csv import csv_rows

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

ROW_FORMATS = ("jsonl", "csv", "parquet")
"""The formats that rows can be written in."""

_encode = msgspec.json.Encoder().encode
_SUFFIXES = {".jsonl": "jsonl", ".ndjson": "jsonl", ".csv": "csv", ".parquet": "parquet"}


def write_rows(
    rows: Iterable[Mapping[str, object]],
    target: str | PathLike[str] | BinaryIO | None = None,
    format: str | None = None,  # noqa: A002 - the word of the command line
    *,
    columns: Iterable[str] = (),
) -> int:
    """Writes rows and returns how many.

    A path is written beside itself and takes its place when the last row is there; an interruption leaves it as it was.

    Args:
        rows: the rows, taken one at a time.
        target: a path, a binary stream, or None or ``-`` for standard output.
        format: ``jsonl``, ``csv`` or ``parquet``; by default what the path's suffix says, else ``jsonl``.
        columns: further columns of a CSV header, or of a Parquet file.

    Raises:
        ConvertError: ``format_unknown``; ``output_unwritable``; see :func:`encode_rows`. Whatever the rows raise passes
            through.
    """
    chosen = format or _format_of(target)
    counted = _Counted(rows)
    pieces = encode_rows(counted, chosen, columns=columns)
    if target is None or target == "-":
        _write(pieces, sys.stdout.buffer)
    elif isinstance(target, str | PathLike):
        with _replacing(Path(target)) as stream:
            _write(pieces, stream)
    else:
        _write(pieces, target)
    return counted.count


class _Counted:
    """Rows that are counted while they pass."""

    def __init__(self, rows: Iterable[Mapping[str, object]]) -> None:
        self._rows = rows
        self.count = 0

    def __iter__(self) -> Iterator[Mapping[str, object]]:
        for self.count, row in enumerate(self._rows, start=1):  # noqa: B020 - the count is what it is for
            yield row


def encode_rows(
    rows: Iterable[Mapping[str, object]],
    format: str,  # noqa: A002 - the word of the command line
    dataset: str = "usage",
    columns: Iterable[str] = (),
) -> Iterator[bytes]:
    """The rows as bytes: one line of JSON Lines each, or a CSV header and then one CSV row each, or pieces of Parquet.

    Args:
        rows: the rows, taken one at a time.
        format: ``jsonl``, ``csv`` or ``parquet``.
        dataset: the dataset whose columns a CSV header names, or a Parquet file has with their types.
        columns: further columns.

    Raises:
        ConvertError: ``format_unknown``; for Parquet ``tables_unsupported`` without the Arrow library, and
            ``value_untyped`` for a value that is malformed.
    """
    if format == "jsonl":
        return _json_lines(rows)
    if format == "csv":
        return _csv_lines(rows, dataset, columns)
    if format == "parquet":
        from opentokenomics import standard
        from opentokenomics.convert._parquet import parquet_chunks

        return parquet_chunks(rows, standard.load().datasets[dataset], columns)
    raise ConvertError("format_unknown", f"Rows cannot be written as {format[:40]!r}.", "Name jsonl, csv or parquet.")


def _format_of(target: str | PathLike[str] | BinaryIO | None) -> str:
    if isinstance(target, str | PathLike) and target != "-":
        suffix = Path(target).suffix.lower()
        return _SUFFIXES.get(suffix, "jsonl")
    return "jsonl"


@contextmanager
def _replacing(target: Path) -> Iterator[BinaryIO]:
    """A stream that becomes the file at the end; a device or pipe is written as it is."""
    try:
        if target.exists() and not target.is_file():
            with target.open("wb") as device:
                yield device
            return
        target = target.resolve()
        mode = target.stat().st_mode & 0o777 if target.exists() else 0o666 & ~_umask()
        descriptor, name = tempfile.mkstemp(prefix=f".{target.name[:100]}.", suffix=".part", dir=target.parent)
    except (OSError, ValueError) as error:
        raise _unwritable(target, error) from error
    part = Path(name)
    try:
        with os.fdopen(descriptor, "wb") as stream:
            yield stream
        part.chmod(mode)
        part.replace(target)
    except OSError as error:
        raise _unwritable(target, error) from error
    finally:
        part.unlink(missing_ok=True)


def _unwritable(target: Path, error: Exception) -> ConvertError:
    return ConvertError("output_unwritable", f"{target} cannot be written: {error}.", "Name another file or folder.")


def _umask() -> int:
    """The process's mask for new files, which can only be read by setting it."""
    mask = os.umask(0)
    os.umask(mask)
    return mask


def _write(pieces: Iterable[bytes], stream: BinaryIO) -> None:
    stream.writelines(pieces)
    stream.flush()


def _json_lines(rows: Iterable[Mapping[str, object]]) -> Iterator[bytes]:
    for row in rows:
        yield _encode(row) + b"\n"


def _csv_lines(rows: Iterable[Mapping[str, object]], dataset: str, further: Iterable[str]) -> Iterator[bytes]:
    """The header, with every column of the dataset, and the rows; maps and lists are JSON text."""
    from opentokenomics import standard

    columns = [column.name for column in standard.load().datasets[dataset].columns] + list(further)
    cells = ([_cell(row.get(name)) for name in columns] for row in rows)
    for text in csv_rows(chain([columns], cells)):
        yield text.encode()


def _cell(value: object) -> object:
    return _encode(value).decode() if isinstance(value, dict | list | bool | msgspec.Raw) else value
