"""Reads documents of JSON, one after the other or as an array, of which one record at a time is held."""

from __future__ import annotations

import codecs
import re
from typing import TYPE_CHECKING, Any

from opentokenomics.convert._errors import Refused

if TYPE_CHECKING:
    from collections.abc import Generator, Iterable, Iterator

    from opentokenomics.convert._json import StrictParser

_OPENING = frozenset('[{"')
_LONGEST_SCALAR = 10_000
_BLANK = re.compile(r"[ \t\n\r]*+")
_MARKS = re.compile(r'"[^"\\]*+(?:\\.[^"\\]*+)*+("?)|[][{}]', re.DOTALL)
_INSIDE = re.compile(r'[^"\\]*+(?:\\.[^"\\]*+)*+', re.DOTALL)


def documents(
    parser: StrictParser, chunks: Iterable[bytes], first: int, longest: int
) -> Iterator[tuple[int, Any | Refused]]:
    """Each record of JSON documents with the number of its line; the elements of an array are its records.

    A record that is refused is given as Refused. Where nobody can tell where it ends it is the last one.

    Args:
        parser: What decodes them.
        chunks: Their bytes.
        first: The number of their first line.
        longest: How many characters a record may have, since it takes many times its size as objects.
    """
    text = _Text(chunks, first)
    while mark := text.next_mark():
        if mark == "[":
            is_whole = yield from _elements(parser, text, longest)
        else:
            is_whole = yield from _value(parser, text, longest)
        if not is_whole:
            return


class _Text:
    """A text that is read from its beginning, of which the rest of some chunks is held.

    Attributes:
        held: The characters that are held.
        at: The place in them up to which it was read.
    """

    def __init__(self, chunks: Iterable[bytes], first: int) -> None:
        self.held = ""
        self.at = 0
        self._chunks = iter(chunks)
        self._decode = codecs.getincrementaldecoder("utf-8")("surrogateescape").decode
        self._is_ended = False
        self._line = first
        self._counted = 0

    def line(self) -> int:
        """The number of the line up to which it was read."""
        self._line += self.held.count("\n", self._counted, self.at)
        self._counted = self.at
        return self._line

    def more(self) -> bool:
        """Holds another chunk, and no longer what was read; whether there was one."""
        if self._is_ended:
            return False
        self.line()
        chunk = next(self._chunks, None)
        self._is_ended = chunk is None
        self.held = self.held[self.at :] + self._decode(chunk or b"", final=self._is_ended)
        self.at = self._counted = 0
        return True

    def look(self, size: int) -> None:
        """Holds so many characters that are not read yet, if there are."""
        while len(self.held) - self.at < size and self.more():
            pass

    def next_mark(self) -> str:
        """The next character that is not blank, to which it is read; none at the end."""
        while True:
            blank = _BLANK.match(self.held, self.at)
            self.at = self.at if blank is None else blank.end()
            if self.at < len(self.held) or not self.more():
                return self.held[self.at : self.at + 1]

    def is_followed(self) -> bool:
        """Whether something follows the broken value that begins here, as far as its brackets tell."""
        self.look(_LONGEST_SCALAR)
        rest = self.held[self.at :].rstrip()
        if not self._is_ended or "\n" in rest:
            return True
        if rest[:1] not in _OPENING:
            return "," in rest
        brackets = _Brackets()
        end, is_closed = brackets.close(rest, 0)
        return rest[end:].lstrip().startswith(",") if is_closed else not brackets.is_inside


class _Brackets:
    """Finds where the value with which a text begins is closed, over any number of pieces of it.

    Attributes:
        is_inside: Whether the text ends in a string.
    """

    def __init__(self) -> None:
        self._depth = 0
        self.is_inside = False

    def close(self, text: str, start: int) -> tuple[int, bool]:
        """The place up to which the text was read, from which on the next piece has to go on, and whether it closes."""
        if self.is_inside:
            inside = _INSIDE.match(text, start)
            start = start if inside is None else inside.end()
            if text[start : start + 1] != '"':
                return start, False
            self.is_inside = False
            start += 1
            if not self._depth:
                return start, True
        for mark in _MARKS.finditer(text, start):
            character = text[mark.start()]
            if character == '"':
                if not mark[1]:
                    self.is_inside = True
                    return mark.end(), False
            else:
                self._depth += 1 if character in "[{" else -1
            if self._depth <= 0:
                return mark.end(), True
        return len(text), False


def _elements(parser: StrictParser, text: _Text, longest: int) -> Generator[tuple[int, Any | Refused], None, bool]:
    """The elements of the array that begins here; whether it was read to its end."""
    text.at += 1
    if text.next_mark() == "]":
        text.at += 1
        return True
    while True:
        text.next_mark()
        line = text.line()
        if not (yield from _value(parser, text, longest)):
            return False
        mark = text.next_mark()
        if not mark:
            yield line, Refused("the JSON array is cut short")
            return False
        if mark not in "],":
            yield line, Refused("the JSON array lacks a comma here; what follows it is not read")
            return False
        text.at += 1
        if mark == "]":
            return True


def _value(parser: StrictParser, text: _Text, longest: int) -> Generator[tuple[int, Any | Refused], None, bool]:
    """The value that begins here; whether its end was found."""
    line = text.line()
    try:
        value, end = _parse(parser, text, longest)
    except Refused as refused:
        yield line, _last(refused, text)
        return False
    if not isinstance(value, Refused) and not text.held.isascii() and not _is_unicode(text.held[text.at : end]):
        value = Refused("the record is not valid UTF-8")
    text.at = end
    yield line, value
    return True


def _parse(parser: StrictParser, text: _Text, longest: int) -> tuple[Any | Refused, int]:
    """The value that begins here and where it ends; of a record that is too long no objects are made.

    Raises:
        Refused: Its end cannot be found.
    """
    if text.held[text.at : text.at + 1] not in _OPENING:
        text.look(_LONGEST_SCALAR)
        return parser.parse_at(text.held, text.at)
    if len(text.held) - text.at <= longest:
        try:
            return parser.parse_at(text.held, text.at)
        except Refused:
            pass  # it may go on in what is not held yet
    brackets = _Brackets()
    end, is_closed = brackets.close(text.held, text.at)
    while not is_closed and end - text.at <= longest:
        read = end - text.at
        if not text.more():
            break
        end, is_closed = brackets.close(text.held, text.at + read)
    if end - text.at <= longest:
        return parser.parse_at(text.held, text.at)
    while not is_closed:
        text.at = end
        if not text.more():
            break
        end, is_closed = brackets.close(text.held, text.at)
    return Refused(f"the record is longer than {longest} characters"), end


def _last(refused: Refused, text: _Text) -> Refused:
    """The reason, and that what follows is lost with the record, since nobody can tell where it ends."""
    is_cut = str(refused).endswith("is cut short")
    return refused if is_cut or not text.is_followed() else Refused(f"{refused}; what follows it is not read")


def _is_unicode(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True
