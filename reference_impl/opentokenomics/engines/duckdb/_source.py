"""What the engine scans, whatever the format: a relation, and the text of each column in it."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

from opentokenomics.engines.duckdb._columns import Cell
from opentokenomics.engines.duckdb._session import identifier, literal
from opentokenomics.standard import Column

_LONGEST_LINE = 16 * 1024 * 1024
_LONGEST_COPIED_LINE = 2 * _LONGEST_LINE + 65_536
"""Each quote of a row is doubled in a copy, and each cell is quoted."""


@dataclass(frozen=True, slots=True)
class Source:
    """What the engine scans: SQL of a relation, and SQL of each column's text in it."""

    relation: str
    texts: Mapping[str, str]
    texts_within: Collection[str]
    """The columns whose maps or lists of records are JSON text that nobody has judged yet."""
    marked: Collection[str] | None
    """The columns that may hold marks; None stands for all of them, as in a reader's copy."""
    faults: Mapping[str, str] = field(default_factory=dict)
    """For each column that is a typed value and no text: SQL condition that the value is out of shape."""
    is_bare: bool = False
    """Whether no text is empty, has an @ or is longer than ``SHORT`` bytes."""

    def is_marked(self, column: str) -> bool:
        """Whether a column may hold marks."""
        return self.marked is None or column in self.marked

    @classmethod
    def json_lines(cls, path: str, columns: Sequence[Column], *, is_copy: bool) -> Source:
        """A file of JSON Lines; a line that is no object is a row of nulls, so that rows keep their places."""
        lists = {column.name for column in columns if column.record is not None}
        names = [column.name for column in columns]
        types = ", ".join(f"{literal(name)}: 'VARCHAR'" for name in names)
        relation = (
            f"read_json({literal(path)}, format = 'newline_delimited', columns = {{{types}}}, auto_detect = false, "
            # Of one column, the engine would else take each line for a value of it where no line names it.
            f"records = 'true', ignore_errors = true, compression = 'none', maximum_object_size = {_LONGEST_LINE + 1})"
        )
        return cls(relation, {name: identifier(name) for name in names}, lists, None if is_copy else ())

    @classmethod
    def csv(
        cls,
        path: str,
        width: int,
        places: Mapping[str, int],
        nested: Collection[str],
        *,
        is_copy: bool,
        is_bare: bool = False,
    ) -> Source:
        """A CSV file; its columns are known by their places, whatever the header calls them."""
        if not width:
            return cls("(SELECT NULL LIMIT 0)", {}, nested, None if is_copy else ())
        types = ", ".join(f"'c{place}': 'VARCHAR'" for place in range(width))
        longest = _LONGEST_COPIED_LINE if is_copy else _LONGEST_LINE
        relation = (
            f"read_csv({literal(path)}, columns = {{{types}}}, auto_detect = false, header = true, delim = ',', "
            f"quote = '\"', escape = '\"', strict_mode = true, null_padding = false, ignore_errors = false, "
            f"compression = 'none', max_line_size = {longest}, buffer_size = {2 * longest}, "
            f"parallel = {'false' if is_copy else 'true'})"  # rows of many lines cannot be found from their middle
        )
        texts = {name: f"c{place}" for name, place in places.items()}
        return cls(relation, texts, nested, None if is_copy else (), is_bare=is_bare)

    @classmethod
    def parquet(cls, relation: str, cells: Mapping[str, Cell]) -> Source:
        """A Parquet file, each of whose columns is read as its type demands."""
        return cls(
            relation,
            {name: cell.sql for name, cell in cells.items()},
            frozenset(name for name, cell in cells.items() if not cell.is_judged),
            marked=frozenset(name for name, cell in cells.items() if cell.may_be_wrong),
            faults={name: cell.fault for name, cell in cells.items() if cell.fault is not None},
        )
