"""What a reader hands to the engine, seen as the texts that the engine reads; and files with damaged bytes."""

from __future__ import annotations

import atexit
import tempfile
from collections.abc import Mapping, Sequence
from contextlib import nullcontext
from functools import cache
from pathlib import Path
from threading import Event
from typing import NamedTuple
from unittest import mock

import duckdb
from hypothesis import strategies as st
from records import STANDARD, USAGE

from opentokenomics.engines.duckdb import Source
from opentokenomics.readers import CsvReader, Format, JsonLinesReader, Local, Marks, Tally, _csv, _jsonl

Texts = list[Mapping[str, str | None]]


class Reading(NamedTuple):
    """What became of a file: read as it is, where its reader lets it pass, and through a copy."""

    direct: Texts | None
    copied: Texts
    copied_rows: int
    faults: dict[str, int]
    marks: Marks
    lines: dict[int, int | None]


def read_json_lines(content: bytes, block: int | None = None) -> Reading:
    """Reads JSON Lines on both paths, ``inspect`` taking blocks of another size where one is given."""
    return _read(content, Format.JSONL, block)


def read_csv(content: bytes, block: int | None = None) -> Reading:
    """Reads CSV on both paths."""
    return _read(content, Format.CSV, block)


def _read(content: bytes, format_: Format, block: int | None) -> Reading:
    with tempfile.TemporaryDirectory() as folder:
        file, copy = Path(folder, "file"), Path(folder, "copy")
        file.write_bytes(content)
        local = Local("file", file, format_)
        module, kind = (_csv, CsvReader) if format_ is Format.CSV else (_jsonl, JsonLinesReader)
        with nullcontext() if block is None else mock.patch.object(module, "_BLOCK", block):
            rows = kind(local, USAGE).inspect(Event())
        marks, tally, reader = Marks(), Tally(STANDARD, 3), kind(local, USAGE)
        copied_rows = reader.copy(copy, marks, tally)
        copied = _texts(reader, copy, is_copy=True)
        lines = {row: fetched.line for row, fetched in reader.fetch(range(1, copied_rows + 1)).items()}
        direct = None
        if rows is not None:
            try:
                direct = _texts(reader, file, is_copy=False)
            except duckdb.InvalidInputException:
                direct = None
        if direct is not None and len(direct) != rows:
            direct = None
        return Reading(direct, copied, copied_rows, dict(tally.totals), marks, lines)


def _texts(reader: CsvReader | JsonLinesReader, file: Path, *, is_copy: bool) -> Texts:
    if isinstance(reader, CsvReader):
        header = reader.header
        width, places = header.copied if is_copy else (header.width, header.places)
        source = Source.csv(str(file), width, places, (), is_copy=is_copy)
    else:
        source = Source.json_lines(str(file), USAGE.columns, is_copy=is_copy)
    texts = ", ".join(["1", *source.texts.values()])
    rows = _connection().execute(f"SELECT {texts} FROM {source.relation}").fetchall()  # noqa: S608
    return [dict(zip(source.texts, row[1:], strict=True)) for row in rows]


@cache
def _connection() -> duckdb.DuckDBPyConnection:
    connection = duckdb.connect(config={"threads": 1})
    atexit.register(_connection.cache_clear)
    atexit.register(connection.close)
    return connection


@st.composite
def damaged(draw: st.DrawFn, lines: Sequence[bytes], pieces: Sequence[bytes], heads: Sequence[bytes] = ()) -> bytes:
    """Some of the lines under one of the heads, with a few pieces put in or written over what was there."""
    line_break = draw(st.sampled_from([b"\n", b"\n", b"\r\n"]))
    chosen = draw(st.lists(st.sampled_from(lines), max_size=3))
    head = [draw(st.sampled_from(heads))] if heads else []
    content = line_break.join([*head, *chosen]) + draw(st.sampled_from([b"", line_break]))
    for _ in range(draw(st.sampled_from([0, 1, 1, 1, 2, 3]))):
        start = draw(st.integers(0, len(content)))
        end = min(len(content), start + draw(st.sampled_from([0, 0, 0, 1, 1, 5])))
        content = content[:start] + draw(st.sampled_from(pieces)) + content[end:]
    return content
