"""The bytes of an input and its physical lines, in constant memory."""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from opentokenomics.convert._errors import ConvertError

if TYPE_CHECKING:
    from opentokenomics.convert._model import Input

MAXIMUM_LINE = 16 * 1024 * 1024
"""Bytes of a line, its break not counted (OTS-GEN-005)."""

_CHUNK = 256 * 1024
_FILLED = 2
_UTF_8_MARK = b"\xef\xbb\xbf"
_UTF_16_MARKS = (b"\xff\xfe", b"\xfe\xff")
_BLANK_LINES = re.compile(rb"\s*\n")

Line = tuple[int, bytes | None]
"""A physical line with its number; None where it is too long."""


class Bytes(Iterable[bytes]):
    """The bytes of an input without a byte order mark and blank lines before them; what was looked at is held.

    Attributes:
        first: The number of the line with which they begin.

    Raises:
        ConvertError: ``input_encoding`` (UTF-16); ``input_unreadable`` at any time.
    """

    def __init__(self, source: Input) -> None:
        self.first = 1
        self._chunks = _chunks(source)
        self._held = bytearray()
        begin = self.look(len(_UTF_8_MARK))
        if begin.startswith(_UTF_16_MARKS):
            raise ConvertError("input_encoding", f"{source.name} is UTF-16.", "Save it as UTF-8.")
        if begin.startswith(_UTF_8_MARK):
            del self._held[: len(_UTF_8_MARK)]
        self._skip_blank_lines()

    def __iter__(self) -> Iterator[bytes]:
        """All of them, once."""
        while self._held:
            piece = bytes(self._held[:_CHUNK])
            del self._held[:_CHUNK]
            yield piece
        yield from self._chunks

    def look(self, size: int) -> bytes:
        """The first bytes, which are so many at least if there are."""
        while len(self._held) < size and self._more():
            pass
        return bytes(self._held)

    def filled_lines(self) -> tuple[bytes | None, bytes | None]:
        """The first two lines that are not blank; None for one that is absent or too long, and all after it."""
        found: list[bytes] = []
        start = 0
        while len(found) < _FILLED and start <= _FILLED * MAXIMUM_LINE:
            end = self._held.find(b"\n", start)
            if (end if end >= 0 else len(self._held)) - start > MAXIMUM_LINE:
                break
            if end < 0 and self._more():
                continue
            line = bytes(self._held[start : end if end >= 0 else None])
            if line.strip():
                found.append(line)
            if end < 0:
                break
            start = end + 1
        first, second = [*found, None, None][:_FILLED]
        return first, second

    def _skip_blank_lines(self) -> None:
        while True:
            blank = _BLANK_LINES.match(self._held)
            if blank is not None:
                self.first += self._held.count(b"\n", 0, blank.end())
                del self._held[: blank.end()]
            if self._held.strip() or len(self._held) > MAXIMUM_LINE:
                return
            if not self._more():
                self._held.clear()
                return

    def _more(self) -> bool:
        chunk = next(self._chunks, b"")
        self._held += chunk
        return bool(chunk)


def physical_lines(chunks: Iterable[bytes], first: int) -> Iterator[Line]:
    """Lines without their break, with their numbers from the first one on."""
    number, carry, overlong = first, bytearray(), False
    for chunk in chunks:
        *complete, rest = chunk.split(b"\n")
        for piece in complete:
            carry += piece
            yield number, None if overlong or len(carry) > MAXIMUM_LINE else bytes(carry)
            number, overlong = number + 1, False
            carry.clear()
        carry += rest
        if len(carry) > MAXIMUM_LINE:
            overlong = True
            carry.clear()
    if carry or overlong:
        yield number, None if overlong else bytes(carry)


def _chunks(source: Input) -> Iterator[bytes]:
    with reported(source):
        while chunk := source.stream.read(_CHUNK):
            yield chunk


@contextmanager
def reported(source: Input) -> Iterator[None]:
    """Errors of a stream become the one of this package."""
    try:
        yield
    except (OSError, EOFError, zlib.error) as error:
        raise ConvertError(
            "input_unreadable", f"{source.name} cannot be read: {error}.", "Check the file and its compression."
        ) from error
