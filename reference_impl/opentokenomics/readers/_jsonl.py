"""JSON Lines, read as strict I-JSON and judged as JSON Schema judges."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from pathlib import Path
from threading import Event
from typing import IO, Any, NamedTuple

import msgspec

from opentokenomics.exact_json import JsonError, decode, shown
from opentokenomics.readers._bytes import LONGEST_LINE, Local, lines
from opentokenomics.readers._gate import LARGEST_INTEGER, Gate
from opentokenomics.readers._reader import Fetched, Marks, Reader, Tallied, Tally
from opentokenomics.shapes import faults_of, is_custom, is_stated
from opentokenomics.standard import Column, Dataset, Facet, Fault, Kind

_BLOCK = 1 << 20
_WHOLE = 4 << 20
_BLANK = b" \t\r"
_MARK = b"\xef\xbb\xbf"
_UTF_16 = (b"\xff\xfe", b"\xfe\xff")
_LONGEST_VALUE = 200
_encode = msgspec.json.Encoder(decimal_format="number").encode
_WRITTEN_AS_TEXT = {Kind.STRING, Kind.ENUM, Kind.DECIMAL, Kind.TIMESTAMP, Kind.DATE}
_SHORT = 1024 * 1024
_ESCAPED = b"\\u"
"""No other escape can stand for a letter of a column's name."""
_ALWAYS = "spec_version"
"""A copy has it whatever the file has, for it marks the rows that were refused."""


class _Line(NamedTuple):
    number: int
    row: int
    content: bytes | None


class JsonLinesReader(Reader):
    """Reads one file of JSON Lines."""

    def __init__(self, local: Local, dataset: Dataset) -> None:
        super().__init__(local, dataset)
        self._gate = Gate(dataset)

    def mentioned(self) -> Sequence[Column]:
        """The columns that records may have: where a file is short, those whose names are in it."""
        columns = self.dataset.columns
        with self.local.file.open("rb") as file:
            text = file.read(_SHORT + 1)
        if len(text) > _SHORT or _ESCAPED in text:
            return columns
        return [each for each in columns if each.name == _ALWAYS or f'"{each.name}"'.encode() in text]

    def inspect(self, stop: Event) -> int | None:
        """Blocks pass the gate, or line by line once it has learnt custom columns; anything else needs a copy."""
        rows = size = 0
        with self.local.file.open("rb") as file:
            for block in _blocks(file):
                if stop.is_set() or block is None or (rows == 0 and block.startswith((_MARK, *_UTF_16))):
                    return None
                accepted = self._accepted(block)
                size += len(block)
                # Engines that read in large pieces lose a last line that has no line break and begins in the piece
                # before the last.
                if accepted is None or (size > _WHOLE and not block.endswith(b"\n")):
                    return None
                rows += accepted
        return rows

    def _accepted(self, block: bytes) -> int | None:
        accepted = self._gate.accepts(block)
        if accepted is not None:
            return accepted
        for line in block.splitlines(keepends=True):
            if line.strip() and self._gate.accepts(line) is None and not self._gate.learns(line):
                return None
        return self._gate.accepts(block)

    def _passes(self, line: bytes) -> bool:
        return self._gate.accepts(line) == 1 or (self._gate.learns(line) and self._gate.accepts(line) == 1)

    def copy(self, target: Path, marks: Marks, tally: Tally) -> int:
        """Every line that the gate accepts goes over as it is; the others are judged and written anew."""
        judge = _Judge(self.dataset, marks, tally)
        row = 0
        with self.local.file.open("rb") as source, target.open("wb") as copy:
            head = source.read(len(_MARK))
            if head.startswith(_UTF_16):
                tally.fault(Fault.TEXT, "it is UTF-16", line=1)
                return 0
            if head == _MARK:
                tally.fault(Fault.BYTE_ORDER_MARK, None, line=1)
            else:
                source.seek(0)
            for line in _data_lines(source):
                row = line.row
                content = line.content
                if content is None:
                    tally.fault(Fault.LINE_LENGTH, None, line.row, line.number)
                    content = judge.refused
                elif not self._passes(content):
                    content = judge.rewritten(content, line)
                copy.write(content + b"\n")
        return row

    def first_text(self, column: str) -> str | None:
        """The first value of a column that has the shape of one, listed or not."""
        with self.local.file.open("rb") as source:
            if source.read(len(_MARK)) != _MARK:
                source.seek(0)
            for line in _data_lines(source):
                try:
                    record = decode(line.content or b"")
                except JsonError:
                    continue
                if isinstance(record, dict) and is_stated(self.dataset.by_name[column], value := record.get(column)):
                    return str(value)
        return None

    def records(self) -> Iterator[dict[str, object]]:
        """The data rows, one for each line that is not blank."""
        with self.local.file.open("rb") as source:
            if source.read(len(_MARK)) != _MARK:
                source.seek(0)
            for line in _data_lines(source):
                stated = decode(line.content or b"").items()
                yield {name: self._written(name, value) for name, value in stated if value is not None}

    def _written(self, name: str, value: Any) -> object:  # noqa: ANN401 - a JSON value
        """A value as whoever writes the record again has to write it: a number stays the number that it is."""
        column = self.dataset.by_name.get(name)
        if column is None:
            return value if isinstance(value, str) else msgspec.Raw(_encode(value))
        return int(value) if column.kind is Kind.INTEGER else value

    def fetch(self, rows: Collection[int]) -> dict[int, Fetched]:
        """Reads the file again up to the last row that is wanted."""
        wanted, last = set(rows), max(rows, default=0)
        found: dict[int, Fetched] = {}
        with self.local.file.open("rb") as source:
            if source.read(len(_MARK)) != _MARK:
                source.seek(0)
            for line in _data_lines(source):
                if line.row in wanted:
                    found[line.row] = Fetched(line.number, _texts(line.content))
                if line.row >= last:
                    break
        return found


class _Judge:
    """Pronounces on the structure of single lines; values are left to the engine, as in every other format."""

    def __init__(self, dataset: Dataset, marks: Marks, tally: Tally) -> None:
        self._dataset = dataset
        self._marks = marks
        self._tally = tally
        self._texts = {column.name for column in dataset.columns if column.kind in _WRITTEN_AS_TEXT}
        self.refused = msgspec.json.encode({"spec_version": marks.refused})

    def rewritten(self, content: bytes, line: _Line) -> bytes:
        """The line as an engine can read it, or the mark of a refused one."""
        try:
            record = decode(content)
        except JsonError as error:
            self._tally.fault(error.fault, error.problem, line.row, line.number)
            return self.refused
        if not isinstance(record, dict):
            self._tally.fault(Fault.RECORD, "the line holds no JSON object", line.row, line.number)
            return self.refused
        readable: dict[str, object] = {}
        for name, value in record.items():
            if type(value) is str and name in self._texts:
                readable[name] = value
                continue
            column = self._dataset.by_name.get(name)
            if column is None:
                if not is_custom(self._dataset, name):
                    self._tally.add(
                        Tallied(
                            self._dataset.unknown_requirement, line.row, line.number, name, shown(value, _LONGEST_VALUE)
                        )
                    )
            elif value is not None:
                readable[name] = self._readable(column, value)
        return _encode(readable)

    def _readable(self, column: Column, value: Any) -> object:  # noqa: ANN401 - a JSON value
        """The value as an engine can read it, or the mark of one of the wrong type."""
        if column.record is not None and isinstance(value, list):
            return value  # it is judged down to its members, whatever else is among them
        facets = {fault.facet for fault in faults_of(column, value)}
        if facets & {Facet.TYPE, Facet.MEMBERS}:
            return self._marks.wrong_type
        if column.kind is Kind.INTEGER:
            # abs() of a decimal is arithmetic, which overflows on huge exponents.
            is_exact = -LARGEST_INTEGER <= value <= LARGEST_INTEGER
            return int(value) if is_exact else self._marks.wrong_type
        return value


def _blocks(file: IO[bytes]) -> Iterator[bytes | None]:
    """Blocks of whole lines; None, and nothing after it, where a line is over-long."""
    rest = b""
    while chunk := file.read(_BLOCK):
        end = chunk.rfind(b"\n") + 1
        if end:
            if len(rest) + chunk.find(b"\n") > LONGEST_LINE:
                yield None
                return
            yield rest + chunk[:end]
            rest = chunk[end:]
        else:
            rest += chunk
        if len(rest) > LONGEST_LINE:
            yield None
            return
    if rest:
        yield rest


def _data_lines(file: IO[bytes]) -> Iterator[_Line]:
    row = 0
    for number, content in lines(file):
        if content is None or content.strip(_BLANK):
            row += 1
            yield _Line(number, row, content)


def _texts(content: bytes | None) -> dict[str, str]:
    try:
        record = decode(content or b"")
    except JsonError:
        return {}
    if not isinstance(record, dict):
        return {}
    return {name: shown(value, _LONGEST_VALUE) for name, value in record.items() if value is not None}
