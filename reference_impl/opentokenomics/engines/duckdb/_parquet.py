"""Parquet: read by the engine alone, as typed as its writer left it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from threading import Event

import duckdb

from opentokenomics.engines.duckdb._columns import Cell, cell_of, place
from opentokenomics.engines.duckdb._footer import FooterError, check_footer
from opentokenomics.engines.duckdb._repeated import SUSPICIOUS, size_of_texts, suspicious_columns
from opentokenomics.engines.duckdb._session import Session, literal
from opentokenomics.errors import InputError, ResourceError
from opentokenomics.readers import Fetched, Local, Marks, Reader, Tallied, Tally, from_texts
from opentokenomics.shapes import is_custom
from opentokenomics.standard import Dataset, Fault, Kind

# Queries are built from names that are quoted and from literals of this module.
# ruff: noqa: S608

_MOST_COLUMNS = 10_000
_MOST_DIGITS = 38
"""The engine takes wider decimals for floats."""
_LONGEST_VALUE = 200
_FEW_ROWS = 25_000
_UNSUSPICIOUS_ROWS = 10_000_000
_MOST_ROWS_PER_BYTE = 250
_AT_ONCE = 500
"""Columns, for each of which a scan takes some memory, however short it is."""
_NO_COLUMNS = "at least one non-root column"
"""What the engine says of a table without columns, which is as sound as a CSV file without a header."""

_NOTHING = "(SELECT NULL LIMIT 0)"


class ParquetReader(Reader):
    """Reads one Parquet file. There is nothing to copy: what the engine cannot read, nobody can."""

    has_copy = False

    def __init__(self, local: Local, dataset: Dataset, folder: Path) -> None:
        super().__init__(local, dataset)
        _refuse_bombs(local)
        folder.mkdir()
        self._session = Session(folder, [local.file], is_settled=False)
        self._path = self._session.expose(local.file)
        try:
            with _reported(local):
                self.columns = self._columns()
                self._rows = self._count()
                self._refuse_repetition()
                self._session.settle()
        except BaseException:
            self.close()
            raise
        self.places = {name: number for number, (name, _) in reversed(list(enumerate(self.columns)))}
        self._cells = self.cells("")

    def _columns(self) -> list[tuple[str, str]]:
        """Names and types of the columns, under the names that the file itself gives them."""
        try:
            schema = self._session.rows(
                "SELECT name, coalesce(num_children, 0), coalesce(precision, 0) "
                f"FROM parquet_schema({literal(self._path)})"
            )
        except duckdb.InvalidInputException as error:
            if _NO_COLUMNS not in str(error):
                raise
            return []
        names, skipped = [], 0
        for name, children, digits in schema[1:]:
            if digits > _MOST_DIGITS:
                message = f"{self.local.name} has decimals of {digits} digits in {str(name)[:_LONGEST_VALUE]}, "
                raise InputError(
                    "input_too_precise",
                    message + "which are not read exactly.",
                    f"Write decimals of at most {_MOST_DIGITS} digits, or texts.",
                )
            if skipped:
                skipped += children - 1
            else:
                names.append(str(name))
                skipped = children
        if len(names) > _MOST_COLUMNS:
            raise InputError(
                "input_too_wide",
                f"{self.local.name} has {len(names):,} columns, of which {_MOST_COLUMNS:,} can be read.",
                "Leave out columns that the standard does not know.",
            )
        described = self._session.rows(f"DESCRIBE SELECT * FROM read_parquet({literal(self._path)})")
        if len(described) != len(names):
            raise duckdb.InvalidInputException
        return [(name, str(each[1])) for name, each in zip(names, described, strict=True)]

    def cells(self, wrong_type: str) -> Mapping[str, Cell]:
        """How each column of the dataset that the file has is read."""
        known = (column for column in self.dataset.columns if column.name in self.places)
        return {
            column.name: cell_of(
                column, place(self.places[column.name]), self.columns[self.places[column.name]][1], wrong_type
            )
            for column in known
        }

    def relation(self, path: str) -> str:
        """SQL of the file's rows, whose columns are known by their places."""
        if not self.columns:
            return _NOTHING
        names = ", ".join(place(number) for number in range(len(self.columns)))
        return f"read_parquet({literal(path)}, file_row_number = true) AS file({names}, row_number)"

    @property
    def is_scannable(self) -> bool:
        """Always."""
        return True

    def header_faults(self, tally: Tally) -> None:
        """Counts the names that several columns have; the first of them is read."""
        requirement = tally.standard.encoding(Fault.DUPLICATE_NAME).id
        for name, times in Counter(name for name, _ in self.columns).items():
            if times > 1:
                tally.add(Tallied(requirement, column=name[:_LONGEST_VALUE]))

    @property
    def unknown(self) -> list[tuple[str, int]]:
        """Names and places of the columns that the dataset does not know."""
        return [
            (name, number)
            for number, (name, _) in enumerate(self.columns)
            if number == self.places[name] and name not in self.dataset.by_name and not is_custom(self.dataset, name)
        ]

    @property
    def text_maps(self) -> frozenset[str]:
        """The columns whose maps are text that nobody has judged."""
        return frozenset(name for name, cell in self._cells.items() if not cell.is_judged)

    def inspect(self, stop: Event) -> int | None:  # noqa: ARG002 - there is nothing to stop
        """The number of rows that the file states."""
        return self._rows

    def _count(self) -> int:
        if not self.columns:
            return 0
        # As stated, without counting: a count would go on for as long as the number lies.
        (rows,) = self._session.row(f"SELECT count(*) FROM read_parquet({literal(self._path)})")
        size = self.local.file.stat().st_size
        if rows > max(_UNSUSPICIOUS_ROWS, size * _MOST_ROWS_PER_BYTE):
            message = f"{self.local.name} states {rows:,} rows, more than {_MOST_ROWS_PER_BYTE} for each of its bytes."
            raise InputError("input_bomb", message, "Export records that differ from each other.")
        return int(rows)

    def _refuse_repetition(self) -> None:
        """Raises InputError where a dictionary makes small bytes so many that nobody has the time to judge them."""
        if not self.columns:
            return
        chunks = self._session.rows(
            "SELECT path_in_schema, coalesce(num_values, 0), "
            "coalesce(least(dictionary_page_offset, data_page_offset), 0) "
            f"FROM parquet_metadata({literal(self._path)}) WHERE type = 'BYTE_ARRAY'"
        )
        suspicious = suspicious_columns(self.local.file, [(str(name), int(n), int(at)) for name, n, at in chunks])
        for number, (name, kind) in enumerate(self.columns):
            if not any(path == name or path.startswith(f"{name}, ") for path in suspicious):
                continue
            size = size_of_texts(place(number), kind)
            if size is not None and self._is_more(size):
                message = f"{self.local.name} repeats values that are more than {SUSPICIOUS:,} bytes in one column."
                raise InputError("input_bomb", message, "Export texts of at most 4,096 characters.")

    def _is_more(self, size: str) -> bool:
        """Whether texts are more than is read in seconds; of ever more rows, to find a bomb long before its end."""
        rows = _FEW_ROWS
        while True:
            (bytes_,) = self._session.row(
                f"SELECT sum({size}) FROM {self.relation(self._path)} WHERE row_number < {rows}"
            )
            if bytes_ is not None and bytes_ > SUSPICIOUS:
                return True
            if rows >= self._rows:
                return False
            rows *= 4

    def close(self) -> None:
        """Lets go of the file."""
        self._session.close()

    def copy(self, target: Path, marks: Marks, tally: Tally) -> int:  # noqa: ARG002 - the protocol of readers
        """Says that the file is damaged."""
        raise _damaged(self.local)

    def filled_unknown(self) -> dict[str, int]:
        """How many rows fill each column that the dataset does not know."""
        if not self.unknown:
            return {}
        filled: dict[str, int] = {}
        for start in range(0, len(self.unknown), _AT_ONCE):
            some = self.unknown[start : start + _AT_ONCE]
            counts = ", ".join(f"count({place(number)})" for _, number in some)
            with _reported(self.local):
                found = self._session.row(f"SELECT {counts} FROM {self.relation(self._path)}")
            filled.update((name, int(count)) for (name, _), count in zip(some, found, strict=True))
        return filled

    def first_text(self, column: str) -> str | None:
        """The first value of a column that has the shape of one, listed or not."""
        cell = self._cells.get(column)
        if cell is None:
            return None
        longest = max(shape.high or 0 for shape in self.dataset.by_name[column].shapes)
        is_stated = f"length({cell.sql}) BETWEEN 1 AND {longest}"
        sql = f"SELECT {cell.sql} FROM {self.relation(self._path)} WHERE {is_stated} LIMIT 1"
        with _reported(self.local):
            found = self._session.rows(sql)
        return str(found[0][0]) if found else None

    def records(self) -> Iterator[dict[str, object]]:
        """The data rows, in the order of the file."""
        shown = {name: _shown(cell, self.dataset.by_name[name].kind) for name, cell in self._cells.items()}
        own = [name for name, _ in self.columns if is_custom(self.dataset, name)]
        shown |= {name: f"CAST({place(self.places[name])} AS VARCHAR)" for name in own}
        texts = ", ".join(shown.values()) or "NULL"
        with _reported(self.local):
            for values in self._session.stream(f"SELECT {texts} FROM {self.relation(self._path)}"):
                yield from_texts(self.dataset, dict(zip(shown, values, strict=False)))

    def texts(self, cells: Sequence[str]) -> Iterator[tuple[str | None, ...]]:
        """The rows in the order of the file, each with the texts that these cells of SQL make of it."""
        if not self.columns:
            return
        with _reported(self.local):
            yield from self._session.stream(f"SELECT {', '.join(cells)} FROM {self.relation(self._path)}")

    def custom(self) -> set[str]:
        """The names of columns besides those of the dataset."""
        return {name for name, _ in self.columns if name not in self.dataset.by_name}

    def fetch(self, rows: Collection[int]) -> dict[int, Fetched]:
        """Looks rows up by their numbers; a Parquet file has no lines."""
        shown = [(name, _shown(cell, self.dataset.by_name[name].kind)) for name, cell in self._cells.items()]
        shown += [(name, f"CAST({place(number)} AS VARCHAR)") for name, number in self.unknown]
        texts = ", ".join(["row_number", *(f"left({sql}, {_LONGEST_VALUE})" for _, sql in shown)])
        wanted = ", ".join(str(row - 1) for row in rows)
        sql = f"SELECT {texts} FROM {self.relation(self._path)} WHERE row_number IN ({wanted})"
        found: dict[int, Fetched] = {}
        with _reported(self.local):
            for number, *values in self._session.rows(sql):
                pairs = zip((name for name, _ in shown), values, strict=True)
                found[int(number) + 1] = Fetched(None, {name: str(value) for name, value in pairs if value})
        return found


def _refuse_bombs(local: Local) -> None:
    try:
        check_footer(local.file)
    except FooterError as error:
        message = f"{local.name} {error}, which takes more memory to read than its records do."
        raise InputError("input_bomb", message, "Write fewer columns, and larger row groups.") from None


@contextmanager
def _reported(local: Local) -> Iterator[None]:
    """Turns what the engine says of a file into one sentence and a fix."""
    try:
        yield
    except duckdb.OutOfMemoryException:
        raise ResourceError(
            "room_exhausted",
            f"{local.name} needs more memory than there is.",
            "Write it in smaller row groups, or set TMPDIR to a folder with more room.",
        ) from None
    except duckdb.Error:
        raise _damaged(local) from None


def _damaged(local: Local) -> InputError:
    return InputError(
        "input_damaged",
        f"{local.name} is damaged: it cannot be read as Parquet to its end.",
        "Fetch or export it again.",
    )


def _shown(cell: Cell, kind: Kind) -> str:
    """SQL of a value as a report shows it."""
    if cell.shown is not None or cell.fault is None:
        return cell.shown or cell.sql
    if kind is Kind.TIMESTAMP:
        day, second = f"strftime({cell.sql}, '%Y-%m-%dT%H:%M:%S')", f"strftime({cell.sql}, '.%f')"
        return f"{day} || rtrim(rtrim({second}, '0'), '.') || 'Z'"
    text = f"CAST({cell.sql} AS VARCHAR)"
    return f"CASE WHEN contains({text}, '.') THEN rtrim(rtrim({text}, '0'), '.') ELSE {text} END"
