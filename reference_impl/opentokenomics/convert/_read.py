"""Reads the records of an input: JSON Lines, JSON documents, CSV or Parquet, from a binary stream.

All of them stream in constant memory: of a JSON document (an array, or objects over several lines) one record is held.
"""

from __future__ import annotations

import csv
from collections import Counter, deque
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Any, NamedTuple

from opentokenomics.convert._documents import documents
from opentokenomics.convert._errors import ConvertError, Refused
from opentokenomics.convert._json import StrictParser, skip_white_space
from opentokenomics.convert._lines import MAXIMUM_LINE, Bytes, Line, physical_lines, reported
from opentokenomics.convert._model import Input, shown
from opentokenomics.convert._read_parquet import MAGIC, parquet_cells

if TYPE_CHECKING:
    from opentokenomics.convert._model import Readable

OBJECT_COLUMNS = frozenset({"usage", "usageMetadata", "usage_metadata", "amazon-bedrock-invocationMetrics"})
"""Columns of CSV whose cells are objects as JSON text."""

_MOST_CELLS = 10_000
_LOOKED_AT = 20
_TOO_LONG = f"it is longer than {MAXIMUM_LINE} bytes, or a quote is not closed"
_BEFORE_OBJECT = (b"[", b",", b":")


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
        ConvertError: ``input_encoding`` (UTF-16), ``input_unreadable``, ``header_unknown`` (a CSV
            header that names a column twice or is not UTF-8); some of them while the records are read.
    """
    begin = _begin(source)
    source = Input(source.name, _Continued(begin, source.stream))
    return _parquet(source) if begin == MAGIC else _text(source)


def _text(source: Input) -> Records:
    data = Bytes(source)
    parser = StrictParser()
    if not (begin := data.look(1)):
        return Records(None, iter(()))
    start = begin.lstrip()[:1]
    if start == b"[":
        return Records(None, _documents(parser, data))
    first, second = data.filled_lines()
    if start == b"{" and not _parses(parser, first) and _continues(first, second):
        return Records(None, _documents(parser, data))
    is_value = first is None or start == b"{" or (_parses(parser, first) and start != b'"')
    if is_value or _is_cut(parser, first, second):
        return Records(None, _json_lines(parser, physical_lines(data, data.first)))
    return _table(source, physical_lines(data, data.first))


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
    with reported(source):
        begin = source.stream.read(len(MAGIC))
        while 0 < len(begin) < len(MAGIC) and (more := source.stream.read(len(MAGIC) - len(begin))):
            begin += more
        return begin


def _continues(first: bytes | None, second: bytes | None) -> bool:
    """Whether a first line that is no complete value is the beginning of a longer document, not a broken line."""
    if first is None or second is None:
        return False
    return not second.startswith(b"{") or first.rstrip().endswith(_BEFORE_OBJECT)


def _is_cut(parser: StrictParser, first: bytes | None, second: bytes | None) -> bool:
    """Whether a first line that is no object is what is left of one, as where a log was cut, and no header."""
    if not _parses(parser, first) and not (first or b"").rstrip().endswith(b"}"):
        return False
    return second is not None and second.lstrip().startswith(b"{") and _parses(parser, second)


def _parses(parser: StrictParser, line: bytes | None) -> bool:
    """Whether the line is one complete JSON value."""
    try:
        text = (line or b"").decode("utf-8")
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


def _documents(parser: StrictParser, data: Bytes) -> Iterator[Record]:
    if _is_of_lines(parser, data):
        yield from _json_lines(parser, physical_lines(data, data.first))
        return
    for line, value in documents(parser, data, data.first, MAXIMUM_LINE):
        yield Record(line, _as_object(value))


def _is_of_lines(parser: StrictParser, data: Bytes) -> bool:
    """Whether it is JSON Lines with a broken first line: it looks like a document, but its last line is whole.

    Of an input that is longer than a line may be, two lines have to follow each other that are whole.
    """
    begin = data.look(MAXIMUM_LINE + 1)[: MAXIMUM_LINE + 1]
    lines = begin.rstrip().rsplit(b"\n", _LOOKED_AT)
    whole = [line.startswith(b"{") and _parses(parser, line) for line in lines[1:]]
    if len(begin) <= MAXIMUM_LINE:
        return bool(whole) and whole[-1]
    return any(one and other for one, other in pairwise(whole))


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
        if len(cells) > 1 or (cells and cells[0].strip()):
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
