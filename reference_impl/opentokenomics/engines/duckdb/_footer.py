"""How much the footer of a Parquet file asks for, found out before the engine turns it into objects.

A footer is a struct of Thrift's compact protocol. The engine makes an object of some hundred bytes of each thing in its
lists, of which a byte is enough in the file, and it does so outside the memory that it is allowed.
"""

from __future__ import annotations

import os
from pathlib import Path

LONGEST = 64 << 20
"""Bytes of a footer; that of 10,000 row groups of 70 columns is shorter."""

MOST_THINGS = 500_000
"""In all lists together; 1,500 row groups of 70 columns have fewer."""

_UNSUSPICIOUS = 64 << 10
_TAIL = 8
_MAGIC = b"PAR1"
_DEEPEST = 64
_INTEGERS = {4, 5, 6}
_BYTE, _DOUBLE, _BINARY, _LIST, _SET, _MAP, _STRUCT = 3, 7, 8, 9, 10, 11, 12
_LONG_FORM = 15
_MORE = 0x80


class FooterError(ValueError):
    """A footer is too long, or asks for too much; the argument says which."""


def check_footer(file: Path) -> None:
    """Refuses a footer for which nobody has enough memory; what is merely damaged is left to the engine.

    Raises:
        FooterError: It is one.
    """
    with file.open("rb") as opened:
        size = opened.seek(0, os.SEEK_END)
        opened.seek(max(0, size - _TAIL))
        tail = opened.read()
        length = int.from_bytes(tail[:4], "little")
        if len(tail) < _TAIL or tail[4:] != _MAGIC or not _UNSUSPICIOUS < length <= size - _TAIL:
            return
        if length > LONGEST:
            message = f"has a footer of more than {LONGEST >> 20} MiB"
            raise FooterError(message)
        opened.seek(size - _TAIL - length)
        content = opened.read(length)
    try:
        _Footer(content).skip_struct(0)
    except (IndexError, KeyError):
        return


class _Footer:
    """Walks over a footer without making anything of it but a count."""

    def __init__(self, content: bytes) -> None:
        self._content = content
        self._place = 0
        self._things = 0

    def skip_struct(self, depth: int) -> None:
        content = self._content
        while kind := content[self._place]:
            self._place += 1
            if kind < 1 << 4:
                self._number()  # the field's, where it is not next to the one before
            self._skip(kind & 15, depth)
        self._place += 1

    def _skip(self, kind: int, depth: int) -> None:
        if kind in _INTEGERS:
            self._number()
        elif kind == _BINARY:
            size = self._number()
            self._place += size
        elif kind == _STRUCT and depth < _DEEPEST:
            self.skip_struct(depth + 1)
        elif kind in {_LIST, _SET} and depth < _DEEPEST:
            self._skip_list(depth + 1)
        elif kind in {_BYTE, _DOUBLE}:
            self._place += 1 if kind == _BYTE else 8
        elif kind >= _DOUBLE:
            raise KeyError(kind)  # nothing that a footer has, which ends the engine's reading as well

    def _skip_list(self, depth: int) -> None:
        head = self._content[self._place]
        self._place += 1
        kind = head & 15
        size = self._number() if head >> 4 == _LONG_FORM else head >> 4
        self._things += size
        if self._things > MOST_THINGS:
            message = f"describes more than {MOST_THINGS:,} parts"
            raise FooterError(message)
        if kind in {1, 2}:
            self._place += size
            return
        for _ in range(size):
            self._skip(kind, depth)

    def _number(self) -> int:
        content, result, shift = self._content, 0, 0
        while (byte := content[self._place]) >= _MORE:
            self._place += 1
            result |= (byte & 0x7F) << shift
            shift += 7
        self._place += 1
        return result | byte << shift
