"""Values of a Parquet file that a dictionary repeats: how many bytes they would be, each written out.

A value of a megabyte takes a few bytes for each row that repeats it, and is judged on every one of them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import BinaryIO

import duckdb
from duckdb.sqltypes import DuckDBPyType

from opentokenomics.engines.duckdb._session import literal

SUSPICIOUS = 10**11
"""Bytes in one column that are no longer read in seconds."""

_FEW = 1000
_HEADER = 16
"""Bytes that hold the first two fields of the header of a page, however large they are."""
_DICTIONARY_PAGE = 2
_FIRST_NUMBER = 0x15
"""How a field of 32 bits begins that follows the one before it, in the compact protocol."""

Chunk = tuple[str, int, int]
"""The column of a chunk, how many values it has, and where its first page begins."""


def suspicious_columns(file: Path, chunks: Iterable[Chunk]) -> set[str]:
    """The columns that may hold so many bytes: as many values as there are, each as large as the whole dictionary.

    A dictionary cannot be larger than its page says, because a reader takes no more than that.
    """
    most: Counter[str] = Counter()
    with file.open("rb") as stream:
        for column, values, place in chunks:
            if values > _FEW:
                most[column] += values * _size_of_dictionary(stream, place)
    return {column for column, size in most.items() if size > SUSPICIOUS}


def size_of_texts(value: str, type_: str) -> str | None:
    """SQL of how many bytes the texts in a value have, however deep they are in it; None where it can have none.

    Args:
        value: SQL of the value.
        type_: Its type, as the engine calls it.
    """
    return _size_within(value, duckdb.sqltype(type_), 0)


def _size_within(value: str, type_: DuckDBPyType, depth: int) -> str | None:
    if type_.id == "varchar":
        return f"strlen({value})"
    if type_.id not in {"list", "map", "struct"}:
        return None
    children = {name: child for name, child in type_.children if isinstance(child, DuckDBPyType)}
    if type_.id == "list":
        member = f"m{depth}"
        size = _size_within(member, children["child"], depth + 1)
        return size and f"list_sum(list_transform({value}, lambda {member}: {size}))"
    if type_.id == "map":
        lists = {f"map_{name}s({value})": duckdb.list_type(child) for name, child in children.items()}
    else:
        lists = {f"struct_extract({value}, {literal(name)})": child for name, child in children.items()}
    sizes = [_size_within(inner, child, depth) for inner, child in lists.items()]
    return " + ".join(f"coalesce({size}, 0)" for size in sizes if size) or None


def _size_of_dictionary(stream: BinaryIO, place: int) -> int:
    """The bytes of the dictionary page there; 0 where there is another page, or none."""
    stream.seek(max(0, place))
    header = stream.read(_HEADER)
    kind, rest = _number(header)
    size, _ = _number(rest)
    return max(0, size) if kind == _DICTIONARY_PAGE else 0


def _number(data: bytes) -> tuple[int, bytes]:
    """The number of a field at the beginning, and what follows; -1 where there is none."""
    if not data or data[0] != _FIRST_NUMBER:
        return -1, b""
    number = 0
    for place, byte in enumerate(data[1:]):
        number |= (byte & 0x7F) << (7 * place)
        if byte < 0x80:  # noqa: PLR2004 - the last byte of a number has no highest bit
            return (number >> 1) ^ -(number & 1), data[place + 2 :]
    return -1, b""
