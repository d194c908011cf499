"""CSV as RFC 4180 has it: commas, double quotes, one header; an empty cell, quoted or not, is null."""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from threading import Event
from typing import IO, NamedTuple

from opentokenomics.exact_json import JsonError, decode
from opentokenomics.readers._bytes import LONGEST_LINE, Local, lines
from opentokenomics.readers._csv_gate import is_bare, lines_of
from opentokenomics.readers._reader import Fetched, Marks, Reader, Tallied, Tally, from_texts
from opentokenomics.shapes import is_custom, is_stated
from opentokenomics.standard import Dataset, Fault, Kind

_BLOCK = 1 << 20
_PARTS = 8
_MARK = b"\xef\xbb\xbf"
_UTF_16 = (b"\xff\xfe", b"\xfe\xff")
_ODD_HEADS = (_MARK, *_UTF_16, b"\n", b"\r")
_LONGEST_VALUE = 200
_LONGEST_CELL = LONGEST_LINE + 2
"""Of a cell whose row is as long as it may be, and goes on behind a line break of two bytes."""
_TOO_LONG = "row too long"
_LONE_RETURN = "a carriage return stands where no line ends"
_MOST_CELLS = 10_000
"""Of a header; the standard has no such limit, but with millions of columns an engine runs out of memory."""
_WIDEST = 2000
"""Columns that an engine is asked to scan; of a wider file it gets the columns of the dataset in a copy."""

_FEWEST_CELLS = 2
"""Of a row that engines read as RFC 4180 says: among rows of one cell they take an empty line for another."""


class _Row(NamedTuple):
    number: int
    row: int
    cells: list[str] | None
    fault: Fault | None
    problem: str | None


@dataclass(frozen=True, slots=True)
class Header:
    """The header of a CSV file.

    Attributes:
        width: The number of cells in the header.
        places: Where each column of the dataset is; the first place of a name counts.
        unknown: Where the columns are that the dataset does not know, under their names.
        twice: The names that occur more than once.
        line: The line on which it begins.
        problem: Why the header cannot be read, where it cannot; nothing is known of any row then, and none is read.
    """

    width: int
    places: dict[str, int]
    unknown: tuple[tuple[str, int], ...]
    twice: tuple[str, ...]
    line: int = 1
    problem: tuple[Fault, str | None] | None = None

    @property
    def copied(self) -> tuple[int, dict[str, int]]:
        """Width and places of a copy: the columns of the dataset, with one for the mark of refused rows in any case."""
        names = dict.fromkeys([*self.places, "spec_version"])
        return (len(names), {name: place for place, name in enumerate(names)}) if self.width else (0, {})


class CsvReader(Reader):
    """Reads one CSV file."""

    def __init__(self, local: Local, dataset: Dataset) -> None:
        super().__init__(local, dataset)
        self.header = self._read_header()
        self.header_line = self.header.line
        self.is_bare = self._seems_bare()

    def _read_header(self) -> Header:
        with self.local.file.open("rb") as file:
            first = next(_records(file), None)
        if first is None or first.cells is None:
            if first is None:
                return Header(0, {}, (), ())
            return Header(0, {}, (), (), first.number, (first.fault or Fault.RECORD, first.problem))
        if len(first.cells) > _MOST_CELLS:
            problem = Fault.RECORD, f"the header has {len(first.cells):,} cells, of which {_MOST_CELLS:,} can be read"
            return Header(0, {}, (), (), first.number, problem)
        places: dict[str, int] = {}
        unknown: list[tuple[str, int]] = []
        twice: list[str] = []
        seen: set[str] = set()
        for place, name in enumerate(first.cells):
            if name in seen:
                twice.append(name)
            elif name in self.dataset.by_name:
                places[name] = place
            elif not is_custom(self.dataset, name):
                unknown.append((name, place))
            seen.add(name)
        return Header(len(first.cells), places, tuple(unknown), tuple(dict.fromkeys(twice)), first.number)

    def _seems_bare(self) -> bool:
        """A look at parts of the file, for a wrong guess costs a second scan."""
        size = self.local.file.stat().st_size
        with self.local.file.open("rb") as file:
            for part in range(_PARTS):
                file.seek(part * size // _PARTS)
                if not is_bare(file.read(min(_BLOCK, size // _PARTS + 1))):
                    return False
        return True

    def header_faults(self, tally: Tally) -> None:
        """Counts what is wrong with the header itself."""
        if self.header.problem is not None:
            tally.fault(self.header.problem[0], self.header.problem[1], line=self.header_line)
        for name in self.header.twice:
            requirement = tally.standard.encoding(Fault.DUPLICATE_NAME).id
            tally.add(Tallied(requirement, None, self.header_line, name[:_LONGEST_VALUE]))

    @property
    def is_scannable(self) -> bool:
        """Whether the header is of a width that an engine can be asked to scan."""
        return self.header.width <= _WIDEST and super().is_scannable

    @property
    def unknown(self) -> Sequence[tuple[str, int]]:
        """Names and places of the columns that the dataset does not know."""
        return self.header.unknown

    def inspect(self, stop: Event) -> int | None:
        """Where a file has one line per row and nothing that engines read differently, its lines are its rows."""
        if not _FEWEST_CELLS <= self.header.width <= _WIDEST:
            return None
        found = 0
        with self.local.file.open("rb") as file:
            while block := file.read(_BLOCK):
                block += file.readline(LONGEST_LINE)
                if stop.is_set() or (found == 0 and block.startswith(_ODD_HEADS)):
                    return None
                count = lines_of(block, self.header.width)
                if count is None:
                    return None
                found += count
                self.is_bare = self.is_bare and is_bare(block)
        return found - 1

    def copy(self, target: Path, marks: Marks, tally: Tally) -> int:
        """Every row with a cell for each column goes over, all cells quoted; the others become refused rows."""
        nested = {column.name: column.kind for column in self.dataset.columns if column.is_nested}
        _, places = self.header.copied
        refused = [marks.refused if name == "spec_version" else "" for name in places]
        row = 0
        with self.local.file.open("rb") as source, target.open("w", encoding="utf-8", newline="") as copy:
            if source.read(len(_MARK)) == _MARK:
                tally.fault(Fault.BYTE_ORDER_MARK, None, line=1)
            if not self.header.width:
                return 0  # nothing says what the cells of any row mean
            source.seek(0)
            writer = csv.writer(copy, quoting=csv.QUOTE_ALL, lineterminator="\n")
            records = _records(source)
            writer.writerow(places)
            next(records, None)
            for record in records:
                row = record.row
                cells = record.cells
                if cells is not None and len(cells) != self.header.width:
                    held = f"{len(cells)} cell{'' if len(cells) == 1 else 's'}"
                    problem = f"the row has {held} and the header {self.header.width}"
                    tally.fault(Fault.RECORD, problem, row, record.number)
                    cells = None
                elif cells is None:
                    tally.fault(record.fault or Fault.RECORD, record.problem, row, record.number)
                if cells is None:
                    writer.writerow(refused)
                    continue
                texts = {name: cells[place] for name, place in self.header.places.items()}
                for name in nested.keys() & texts.keys():
                    if texts[name] and not _is_text_of(nested[name], texts[name]):
                        texts[name] = marks.wrong_type
                writer.writerow([texts.get(name, "") for name in places])
        return row

    def filled_unknown(self) -> dict[str, int]:
        """How many rows fill each column that the dataset does not know."""
        filled: Counter[str] = Counter()
        with self.local.file.open("rb") as source:
            for record in _records(source):
                if record.row and record.cells and len(record.cells) == self.header.width:
                    cells = record.cells
                    filled.update(name for name, place in self.header.unknown if cells[place])
        return filled

    def first_text(self, column: str) -> str | None:
        """The first value of a column that has the shape of one, listed or not."""
        place = self.header.places.get(column)
        if place is None:
            return None
        with self.local.file.open("rb") as source:
            for record in _records(source):
                if not record.row or not record.cells or len(record.cells) != self.header.width:
                    continue
                if is_stated(self.dataset.by_name[column], record.cells[place] or None):
                    return record.cells[place]
        return None

    def records(self) -> Iterator[dict[str, object]]:
        """The data rows; a cell that is not empty has a value."""
        names: list[str] = []
        with self.local.file.open("rb") as source:
            for record in _records(source):
                if record.row:
                    yield from_texts(self.dataset, dict(zip(names, record.cells or (), strict=True)))
                else:
                    names = list(record.cells or ())

    def custom(self) -> set[str]:
        """The names in the header besides the columns of the dataset."""
        with self.local.file.open("rb") as file:
            first = next(_records(file), None)
        return set() if first is None else {name for name in first.cells or () if name not in self.dataset.by_name}

    def fetch(self, rows: Collection[int]) -> dict[int, Fetched]:
        """Reads the file again up to the last row that is wanted."""
        wanted, last = set(rows), max(rows, default=0)
        found: dict[int, Fetched] = {}
        names = {**self.header.places, **dict(self.header.unknown)}
        with self.local.file.open("rb") as source:
            records = _records(source)
            next(records, None)
            for record in records:
                if record.row in wanted:
                    cells = record.cells or []
                    values = {name: cells[at][:_LONGEST_VALUE] for name, at in names.items() if at < len(cells)}
                    found[record.row] = Fetched(record.number, {name: text for name, text in values.items() if text})
                if record.row >= last:
                    break
        return found


def is_map_text(text: str) -> bool:
    """Whether a cell is the JSON text of an object whose values are strings."""
    value = decoded(text)
    return isinstance(value, dict) and all(isinstance(member, str) for member in value.values())


def decoded(text: str) -> object:
    """The JSON value of a cell; None where it has none."""
    try:
        return decode(text)
    except JsonError:
        return None


def _is_text_of(kind: Kind, text: str) -> bool:
    return is_map_text(text) if kind is Kind.MAP else isinstance(decoded(text), list)


def _records(file: IO[bytes]) -> Iterator[_Row]:
    """The records of a file, the header being row 0; what cannot be read is a row with its fault."""
    if file.read(len(_MARK)) != _MARK:
        file.seek(0)
    head = file.read(2)
    file.seek(-len(head), 1)
    if head in _UTF_16:
        yield _Row(1, 0, None, Fault.TEXT, "it is UTF-16")
        return
    source = _Lines(file)
    parser = csv.reader(source, strict=True)
    csv.field_size_limit(_LONGEST_CELL)
    row = 0
    while True:
        source.begin()
        problem = None
        try:
            cells = next(parser)
        except StopIteration:
            return
        except csv.Error as error:
            cells, problem = [], _problem(error)
        if source.too_long:
            yield _Row(source.first, row, None, Fault.LINE_LENGTH, None)
        elif source.undecodable:
            yield _Row(source.first, row, None, Fault.TEXT, "a cell is not UTF-8")
        elif problem is not None or source.ends_oddly:
            yield _Row(source.first, row, None, Fault.RECORD, problem or _LONE_RETURN)
        elif not cells:
            continue
        else:
            yield _Row(source.first, row, cells, None, None)
        row += 1


class _Lines(Iterator[str]):
    """Feeds lines to the parser, and remembers where the current record begins and what is wrong with it."""

    def __init__(self, file: IO[bytes]) -> None:
        # A line that ends inside quotes is part of a value, with its line break as it is.
        self._lines = lines(file, keep_breaks=True)
        self._begins = True
        self.first = 0
        self._size = 0
        self.too_long = False
        self.undecodable = False
        self.ends_oddly = False

    def begin(self) -> None:
        self._begins = True
        self._size = 0
        self.too_long = self.undecodable = self.ends_oddly = False

    def __next__(self) -> str:
        number, content = next(self._lines)
        if self._begins:
            self.first = number
            self._begins = False
        if content is None:
            self.too_long = True
            raise csv.Error(_TOO_LONG)
        is_ended = content.endswith(b"\n")
        bare = content[:-1].removesuffix(b"\r") if is_ended else content
        # The parser takes any number of carriage returns for a part of the line break, and one at the end of the file.
        self.ends_oddly = bare.endswith(b"\r")
        try:
            text = content.decode("utf-8")
        except UnicodeDecodeError:
            self.undecodable = True
            text = content.decode("utf-8", "replace")
        if self._size + len(bare) > LONGEST_LINE:
            raise csv.Error(_TOO_LONG)
        self._size += len(content)
        return text if is_ended else text + "\n"


def _problem(error: csv.Error) -> str:
    text = str(error)
    if "unexpected end of data" in text:
        return "a quote is not closed before the end"
    if text == _TOO_LONG:
        return "a row of several lines is longer than 16 MiB, or a quote is not closed"
    if "new-line character" in text:
        return _LONE_RETURN
    return "a quoted cell is followed by other text"
