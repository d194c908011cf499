"""Reads the records of an input: JSON Lines, JSON documents, CSV or Parquet, from a binary stream.

JSON Lines, CSV and Parquet stream in constant memory. JSON documents (an array, or objects over several lines) are held
whole.
"""

from __future__ import annotations

import csv
import zlib
from collections import Counter, deque
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import chain
from typing import TYPE_CHECKING, Any, NamedTuple

from opentokenomics.convert._errors import ConvertError, Refused
from opentokenomics.convert._json import StrictParser, documents, skip_white_space
from opentokenomics.convert._model import Input, shown
from opentokenomics.convert._read_parquet import MAGIC, parquet_cells

if TYPE_CHECKING:
    from opentokenomics.convert._model import Readable

MAXIMUM_LINE = 16 * 1024 * 1024
"""Bytes of a line, its break not counted (OTS-GEN-005)."""

MAXIMUM_DOCUMENT = 128 * 1024 * 1024
"""Bytes of an input that is not line by line and so has to be held whole."""

OBJECT_COLUMNS = frozenset({"usage", "usageMetadata", "usage_metadata", "amazon-bedrock-invocationMetrics"})
"""Columns of CSV whose cells are objects as JSON text."""

_MOST_CELLS = 10_000
_CHUNK = 256 * 1024
_TOO_LONG = f"it is longer than {MAXIMUM_LINE} bytes, or a quote is not closed"
_BEFORE_OBJECT = (b"[", b",", b":")
_UTF_8_MARK = b"\xef\xbb\xbf"
_UTF_16_MARKS = (b"\xff\xfe", b"\xfe\xff")

Line = tuple[int, bytes | None]
"""A physical line with its number; None where it is too long."""


class Record(NamedTuple):
    """One record and the physical line on which it begins, or the reason why it is none."""

    line: int
    value: Mapping[str, Any] | Refused


@dataclass(frozen=True, slots=True)
class Records:
    """The records of an input, to be read once.

    Attributes:
        header: that of a table (CSV or Parquet), else None.
        items: the records.
        floats: the columns of floats, whose shortest decimals are taken.
    """

    header: tuple[str, ...] | None
    items: Iterator[Record]
    floats: tuple[str, ...] = ()


def open_records(source: Input) -> Records:
    """Finds out which format an input has, and reads it.

    Raises:
        ConvertError: ``input_encoding`` (UTF-16), ``input_unreadable``, ``input_too_large``, ``header_unknown`` (a CSV
            header that names a column twice or is not UTF-8); some of them while the records are read.
    """
    begin = _begin(source)
    source = Input(source.name, _Continued(begin, source.stream))
    return _parquet(source) if begin == MAGIC else _text(source)


def _text(source: Input) -> Records:
    lines = _physical_lines(source)
    held: list[Line] = []
    first = _next_filled(lines, held)
    if first is None:
        return Records(None, iter(()))
    start = (first[1] or b"").lstrip()
    parser = StrictParser()
    if start[:1] == b"[":
        return Records(None, _documents(parser, source, chain(held, lines)))
    if start[:1] == b"{":
        if _parses(parser, first) or not _continues(first, lines, held):
            return Records(None, _json_lines(parser, chain(held, lines)))
        return Records(None, _documents(parser, source, chain(held, lines)))
    is_value = first[1] is None or (_parses(parser, first) and start[:1] != b'"')
    if is_value or _is_cut(parser, first, lines, held):
        return Records(None, _json_lines(parser, chain(held, lines)))
    return _table(source, chain(held, lines))


def _physical_lines(source: Input) -> Iterator[Line]:
    """Lines without their break, the byte order mark removed."""
    number, carry, overlong, first = 1, bytearray(), False, True
    for chunk in _chunks(source):
        data = chunk
        if first:
            first = False
            if data.startswith(_UTF_16_MARKS):
                raise ConvertError("input_encoding", f"{source.name} is UTF-16.", "Save it as UTF-8.")
            data = data.removeprefix(_UTF_8_MARK)
        *complete, rest = data.split(b"\n")
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


class _Continued:
    """A stream of which the first bytes were read already; they are a read of their own."""

    def __init__(self, begin: bytes, stream: Readable) -> None:
        self._begin = begin
        self._stream = stream

    def read(self, size: int, /) -> bytes:
        """At most so many bytes, and none only at the end."""
        begin, self._begin = self._begin, b""
        return begin or self._stream.read(size)


def _begin(source: Input) -> bytes:
    """The first bytes, which tell a mark of UTF-8 and Parquet."""
    with _reported(source):
        begin = source.stream.read(len(MAGIC))
        while 0 < len(begin) < len(MAGIC) and (more := source.stream.read(len(MAGIC) - len(begin))):
            begin += more
        return begin


def _chunks(source: Input) -> Iterator[bytes]:
    with _reported(source):
        while chunk := source.stream.read(_CHUNK):
            yield chunk


@contextmanager
def _reported(source: Input) -> Iterator[None]:
    try:
        yield
    except (OSError, EOFError, zlib.error) as error:
        raise ConvertError(
            "input_unreadable", f"{source.name} cannot be read: {error}.", "Check the file and its compression."
        ) from error


def _next_filled(lines: Iterator[Line], held: list[Line]) -> Line | None:
    """The next line that is not blank, which is held for the reader that follows."""
    for line in lines:
        if line[1] is None or line[1].strip():
            held.append(line)
            return line
    return None


def _continues(first: Line, lines: Iterator[Line], held: list[Line]) -> bool:
    """Whether a first line that is no complete value is the beginning of a longer document, not a broken line."""
    second = _next_filled(lines, held)
    if second is None or second[1] is None:
        return False
    return not second[1].startswith(b"{") or (first[1] or b"").rstrip().endswith(_BEFORE_OBJECT)


def _is_cut(parser: StrictParser, first: Line, lines: Iterator[Line], held: list[Line]) -> bool:
    """Whether a first line that is no object is what is left of one, as where a log was cut, and no header."""
    if not _parses(parser, first) and not (first[1] or b"").rstrip().endswith(b"}"):
        return False
    second = _next_filled(lines, held)
    return second is not None and (second[1] or b"").lstrip().startswith(b"{") and _parses(parser, second)


def _parses(parser: StrictParser, line: Line) -> bool:
    """Whether the line is one complete JSON value."""
    try:
        text = (line[1] or b"").decode("utf-8")
        _, end = parser.parse_at(text, skip_white_space(text, 0))
    except (UnicodeDecodeError, Refused):
        return False
    return skip_white_space(text, end) == len(text)


def _json_lines(parser: StrictParser, lines: Iterator[Line]) -> Iterator[Record]:
    for number, line in lines:
        if line is None:
            yield Record(number, Refused(f"the line is longer than {MAXIMUM_LINE} bytes"))
        elif line.strip():
            yield Record(number, _parse_line(parser, line))


def _parse_line(parser: StrictParser, line: bytes) -> Mapping[str, Any] | Refused:
    try:
        return _as_object(parser.parse(line.decode("utf-8")))
    except UnicodeDecodeError:
        return Refused("the line is not valid UTF-8")
    except Refused as refused:
        return refused


def _as_object(value: Any) -> Mapping[str, Any] | Refused:  # noqa: ANN401 - a JSON value
    if isinstance(value, dict | Refused):
        return value
    kinds = {list: "an array", str: "a text", bool: "true or false", type(None): "null"}
    return Refused(f"the record is {kinds.get(type(value), 'a number')}, where a JSON object belongs")


def _documents(parser: StrictParser, source: Input, lines: Iterator[Line]) -> Iterator[Record]:
    document = _Document(source, lines)
    if document.is_of_lines(parser):
        yield from _json_lines(parser, document.lines())
        return
    line_number, position = document.first, 0
    try:
        text = document.text()
    except UnicodeDecodeError:
        yield Record(line_number, Refused("the document is not valid UTF-8"))
        return
    for start, value in documents(parser, text, MAXIMUM_LINE):
        line_number += text.count("\n", position, start)
        position = start
        yield Record(line_number, _as_object(value))


class _Document:
    """An input that is held whole, from its first line that is not blank.

    Attributes:
        first: The number of that line.

    Raises:
        ConvertError: It is too large.
    """

    def __init__(self, source: Input, lines: Iterator[Line]) -> None:
        self.first = 0
        self._data = bytearray()
        self._filled = 0
        self._last = b""
        number = 0
        for following, line in lines:
            self.first = self.first or following
            self._data += b"\n" * (following - (number or following))
            number = following
            self._data += line or b""
            if line is None or len(self._data) > MAXIMUM_DOCUMENT:
                raise ConvertError(
                    "input_too_large",
                    f"{source.name} is one JSON document of more than {MAXIMUM_DOCUMENT} bytes, or has a line of more"
                    f" than {MAXIMUM_LINE}.",
                    "Write one object on each line (JSON Lines).",
                )
            if line.strip():
                self._filled += 1
                self._last = line

    def is_of_lines(self, parser: StrictParser) -> bool:
        """Whether it is JSON Lines with a broken first line: it looks like a document, but its last line is whole."""
        return self._filled > 1 and self._last.startswith(b"{") and _parses(parser, (0, self._last))

    def lines(self) -> Iterator[Line]:
        """Its lines, one at a time, since lines that are short take many times their size as objects."""
        number, start = self.first, 0
        while start <= len(self._data):
            end = self._data.find(b"\n", start)
            end = len(self._data) if end < 0 else end
            yield number, bytes(self._data[start:end])
            number, start = number + 1, end + 1

    def text(self) -> str:
        """The whole of it as text; it can be had once."""
        text = self._data.decode("utf-8")
        self._data.clear()
        return text


class _TextLines(Iterator[str]):
    """Text for the CSV reader; bytes that are not UTF-8 survive as surrogates, so that one row is refused, not all."""

    def __init__(self, lines: Iterator[Line]) -> None:
        self._lines = lines
        self._size = 0
        self.line = 0
        self.refused: deque[Record] = deque()

    def begin(self) -> None:
        """A row begins; it may be as long as a line, however many lines it is on."""
        self._size = 0

    def __next__(self) -> str:
        for number, line in self._lines:
            self.line = number
            if line is not None:
                self._size += len(line) + 1
                if self._size > MAXIMUM_LINE + 1:
                    raise csv.Error(_TOO_LONG)
                return line.decode("utf-8", "surrogateescape") + "\n"
            self.refused.append(Record(number, Refused(f"the line is longer than {MAXIMUM_LINE} bytes")))
        raise StopIteration


def _table(source: Input, lines: Iterator[Line]) -> Records:
    texts = _TextLines(lines)
    rows = csv.reader(texts, strict=True)
    header: list[str] = []
    try:
        while not any(header):
            texts.begin()
            header = [name.strip() for name in next(rows)]
    except (csv.Error, StopIteration):
        header = []
    if not header or not _is_unicode(header):
        raise ConvertError(
            "input_format",
            f"{source.name} is neither JSON nor CSV in UTF-8.",
            "Give JSON, JSON Lines or CSV in UTF-8.",
        )
    return Records(_checked(source, header), _rows(rows, tuple(header), texts))


def _parquet(source: Input) -> Records:
    """A Parquet file as the table of texts that it would be in CSV; its records have rows and no lines."""
    header, floats, cells = parquet_cells(source)
    parser = StrictParser()
    items = (Record(number, _as_row(header, row, parser)) for number, row in enumerate(cells, start=1))
    return Records(_checked(source, header), items, floats)


def _checked(source: Input, header: Sequence[str]) -> tuple[str, ...]:
    """The header, if it is not too wide and names no column twice."""
    if len(header) > _MOST_CELLS:
        raise ConvertError(
            "header_unknown",
            f"The header of {source.name} has {len(header):,} cells, of which {_MOST_CELLS:,} can be read.",
            "Leave out columns that no source has.",
        )
    repeated = next((name for name, times in Counter(header).items() if times > 1), None)
    if repeated is not None:
        raise ConvertError(
            "header_unknown",
            f"The header of {source.name} names the column {shown(repeated, 80)!r} twice.",
            "Write each column once.",
        )
    return tuple(header)


def _rows(rows: Iterator[list[str]], header: tuple[str, ...], texts: _TextLines) -> Iterator[Record]:
    parser = StrictParser()
    while True:
        line = texts.line + 1
        texts.begin()
        try:
            cells = next(rows)
        except StopIteration:
            yield from texts.refused
            return
        except csv.Error as error:
            yield Record(line, Refused(f"the row is not valid CSV: {error}"))
            continue
        while texts.refused:
            yield texts.refused.popleft()
        if cells and cells != [""]:
            yield Record(line, _as_row(header, cells, parser))


def _as_row(header: tuple[str, ...], cells: list[str], parser: StrictParser) -> Mapping[str, Any] | Refused:
    """The cells that are not blank under their names; those that hold an object, as the object."""
    if len(cells) != len(header):
        return Refused(f"the row has {len(cells)} cells, and the header {len(header)}")
    if not _is_unicode(cells):
        return Refused("the row is not valid UTF-8")
    row: dict[str, Any] = {name: cell for name, cell in zip(header, cells, strict=True) if cell.strip()}
    try:
        for name in OBJECT_COLUMNS & row.keys():
            row[name] = parser.parse(row[name])
    except Refused as refused:
        return Refused(f"{name}: {refused}")
    return row


def _is_unicode(texts: list[str]) -> bool:
    try:
        "".join(texts).encode()
    except UnicodeEncodeError:
        return False
    return True
