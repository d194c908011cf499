"""Loading: an input becomes facts, as it is where that is safe, else through a copy that its reader writes."""

from __future__ import annotations

from pathlib import Path
from threading import Event, Thread

from opentokenomics.engines._parts import Input
from opentokenomics.engines.duckdb import Facts, Layout, ParquetReader, Session, Source, is_plain
from opentokenomics.errors import InputError
from opentokenomics.exact_json import shown
from opentokenomics.readers import CsvReader, JsonLinesReader, Marks, Reader, Tallied, Tally, decoded, is_map_text
from opentokenomics.shapes import asked_inside, faults_of, inside
from opentokenomics.standard import Column, Standard

_LONGEST_VALUE = 200


class _Inspection(Thread):
    """A reader's inspection of its file, beside the engine's scan."""

    def __init__(self, reader: Reader, stop: Event) -> None:
        super().__init__(daemon=True)
        self._reader = reader
        self._stop_it = stop
        self._rows: int | None = None
        self._error: Exception | None = None

    def run(self) -> None:
        try:
            self._rows = self._reader.inspect(self._stop_it)
        except Exception as error:  # noqa: BLE001 - raised where the result is asked for
            self._error = error

    def result(self) -> int | None:
        """What the inspection came to; raises what it raised."""
        self.join()
        if self._error is not None:
            raise self._error
        return self._rows


class Loader:
    """Loads the inputs of one dataset into its facts."""

    def __init__(self, session: Session, layout: Layout, facts: Facts, marks: Marks) -> None:
        self._session = session
        self._layout = layout
        self._facts = facts
        self._marks = marks

    def load(self, number: int, reader: Reader, standard: Standard, most_examples: int) -> Input:
        """Loads one input.

        Args:
            number: Its place among the inputs of its dataset.
            reader: How it is read.
            standard: The version that it is held to.
            most_examples: How many violations to keep of each requirement that the reader judges.

        Raises:
            InputError: The engine read other rows than the reader.
        """
        tally = Tally(standard, most_examples)
        reader.header_faults(tally)
        scannable = reader.is_scannable and is_plain(reader.local.file.resolve())
        rows = self._load_as_it_is(number, reader) if scannable or not reader.has_copy else None
        if rows is None:
            rows = self._load_copy(number, reader, tally)
        self._judge_texts(number, tally)
        self._count_unknown(reader, tally, rows)
        return Input(reader.local.name, rows, tally, reader)

    def _load_copy(self, number: int, reader: Reader, tally: Tally) -> int:
        copy = self._session.folder / f"copy of {self._layout.dataset.name} {number}"
        rows = reader.copy(copy, self._marks, tally)
        loaded = self._facts.load(number, self._source(reader, copy, is_copy=True))
        if loaded != rows:
            raise InputError(
                "engine_disagrees",
                f"{reader.local.name} has {rows} rows, of which the engine read {loaded}.",
                "Please report this, with the file if it may be shared.",
            )
        copy.unlink()
        return rows

    def _load_as_it_is(self, number: int, reader: Reader) -> int | None:
        """Scans the input itself while the reader makes sure that this is the same as reading it strictly."""
        stop, guess = Event(), reader.is_bare
        inspection = _Inspection(reader, stop)
        inspection.start()
        try:
            loaded = self._scan(number, reader, is_bare=guess)
        except BaseException:
            stop.set()
            inspection.join()
            raise
        rows = inspection.result()
        if rows is not None and guess and not reader.is_bare:
            loaded = self._scan(number, reader, is_bare=False)
        return rows if rows is not None and rows == loaded else None

    def _scan(self, number: int, reader: Reader, *, is_bare: bool) -> int | None:
        """The number of rows that the engine finds in an input as it is, if it can read it at all."""
        try:
            return self._facts.load(number, self._source(reader, reader.local.file, is_copy=False, is_bare=is_bare))
        except self._session.errors as error:
            if not self._is_of_input(reader, error):
                raise
            return None

    def _is_of_input(self, reader: Reader, error: Exception) -> bool:
        """Whether an error says that the input is not what its scan expects."""
        if reader.has_copy:
            return isinstance(error, self._session.input_errors)
        # Of damage inside a Parquet file the engine speaks in errors of every kind.
        return not self._session.is_exhausted(error)

    def _source(self, reader: Reader, file: Path, *, is_copy: bool, is_bare: bool = False) -> Source:
        path = self._session.expose(file)
        if isinstance(reader, ParquetReader):
            cells = reader.cells(self._marks.wrong_type)
            return Source.parquet(reader.relation(path), cells)
        if isinstance(reader, CsvReader):
            header = reader.header
            width, places = header.copied if is_copy else (header.width, header.places)
            nested = [column.name for column in self._layout.nested]
            return Source.csv(path, width, places, nested, is_copy=is_copy, is_bare=is_bare)
        if isinstance(reader, JsonLinesReader):
            return Source.json_lines(path, reader.mentioned(), is_copy=is_copy)
        raise TypeError(reader)

    def _judge_texts(self, number: int, tally: Tally) -> None:
        """Maps and lists of records, as far as SQL could not judge them."""
        odd: dict[str, list[int]] = {}
        for column, row, text in self._facts.odd_texts(number):
            if text != self._marks.wrong_type and not self._is_sound(column, row, text, tally):
                odd.setdefault(column.name, []).append(row)
        for name, rows in odd.items():
            slot = next(slot for slot in self._layout.slots if slot.column.name == name and slot.malformed)
            self._facts.mark(number, rows, slot.fault)

    def _is_sound(self, column: Column, row: int, text: str, tally: Tally) -> bool:
        if column.record is None:
            return is_map_text(text)
        value = decoded(text)
        tally.evaluated.update(asked_inside(column, value))
        for found in inside(column, value):
            shown_ = None if found.value is None else shown(found.value, _LONGEST_VALUE)
            tally.add(Tallied(found.requirement, row + 1, None, column.name, shown_, found.place))
        return value is not None and not faults_of(column, value)

    def _count_unknown(self, reader: Reader, tally: Tally, rows: int) -> None:
        """An unknown column counts once for each row that fills it, and once where no row does."""
        filled = reader.filled_unknown() if rows and reader.unknown else {}
        for name, _ in reader.unknown:
            tally.add(
                Tallied(reader.dataset.unknown_requirement, None, reader.header_line, name[:200]),
                max(1, filled.get(name, 0)),
            )
