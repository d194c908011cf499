"""A table of the warehouse: what it is called, and which columns of a dataset it has."""

from __future__ import annotations

import re
from dataclasses import dataclass

from opentokenomics.errors import UnsupportedError
from opentokenomics.rules import Dialect
from opentokenomics.standard import Dataset
from opentokenomics.warehouse._names import parts_of, relation, template
from opentokenomics.warehouse._stages import PREFIX, Relation


@dataclass(frozen=True, slots=True)
class Table:
    """A table.

    Attributes:
        name: Its name, such as ``usage`` or ``catalog.schema.usage``; that of the dataset unless given.
        columns: The names of its columns; unless given, it has all columns of the dataset.
    """

    name: str | None = None
    columns: tuple[str, ...] | None = None


def relation_of(dataset: Dataset, table: Table, dialect: Dialect, *, is_dbt: bool) -> Relation:
    """The table as a query of the dialect reads it.

    Raises:
        UnsupportedError: The table's name is none, or is one that the query itself uses, or a column is named twice.
    """
    own = dataset.name if is_dbt else _folded(dataset.name, dialect)
    name = own if table.name is None else table.name
    if parts_of(name)[0].lower().startswith(PREFIX) and len(parts_of(name)) == 1:
        raise UnsupportedError(
            "table_reserved",
            f"Names that begin with {PREFIX}, like {name!r}, are those of parts of the query.",
            "Put the schema before the table's name.",
        )
    # What is referred to by another tool's template is quoted there.
    quoted = template(name) if is_dbt else relation(name, dialect)
    if table.columns is None:
        spelled = {column.name: _folded(column.name, dialect) for column in dataset.columns}
        return Relation(dataset, quoted, spelled, None)
    known = {each.name: each.name for each in dataset.columns}
    spelled = {}
    unknown = []
    for column in table.columns:
        # Warehouses fold the case of names, each in its own way.
        folded = column.lower()
        if not column or not column.isprintable():
            raise UnsupportedError("column_malformed", f"{column!r} is not the name of a column.", "Write its name.")
        if folded in spelled or column in unknown:
            raise UnsupportedError("column_repeated", f"The column {column!r} is named twice.", "Name each once.")
        if folded in known:
            spelled[folded] = column
        elif re.fullmatch(dataset.custom_pattern[1:-1], folded) is None:
            unknown.append(column)
    return Relation(dataset, quoted, spelled, tuple(unknown))


def _folded(name: str, dialect: Dialect) -> str:
    """A name as the dialect keeps it where a table was made without quotation marks."""
    return name.upper() if dialect.name == "snowflake" else name
