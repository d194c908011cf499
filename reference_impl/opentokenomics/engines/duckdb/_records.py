"""The values of records that were validated, for those who add them up."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import Any

from opentokenomics.engines.duckdb._layout import Layout
from opentokenomics.engines.duckdb._ranges import swept
from opentokenomics.engines.duckdb._session import Session, identifier
from opentokenomics.readers import Reader
from opentokenomics.rules import to_duckdb
from opentokenomics.standard import Column, Kind, NoOverlap, Standard

# Queries are built from column names of the standard, all quoted.
# ruff: noqa: S608

_TYPES = {
    Kind.INTEGER: "BIGINT",
    Kind.TIMESTAMP: "TIMESTAMP",
    Kind.DATE: "DATE",
    Kind.BOOLEAN: "BOOLEAN",
}
_MALFORMED = "malformed_columns"


class Records:
    """Tables named after datasets, with the wanted columns as they are typed; those not given are empty.

    ``row_number`` is the 1-based place of a record among all those of its dataset, and ``malformed_columns`` names
    those of the wanted columns, with commas between, whose values are null because they are malformed.
    Decimals have the type that the standard's digits ask for, and are added up exactly.
    """

    def __init__(
        self,
        session: Session,
        standard: Standard,
        wanted: Mapping[str, Collection[str]],
        views: Mapping[str, str],
        readers: Mapping[str, Sequence[Reader]],
    ) -> None:
        self._session = session
        self._readers = readers
        for name, columns in wanted.items():
            known = standard.datasets[name].by_name
            if name in views:
                values = ", ".join(f"{_kept(column)} AS {identifier(column)}" for column in columns)
                source = f"SELECT {values}, id + 1 AS row_number, {_MALFORMED} FROM {views[name]}"
            else:
                nulls = ", ".join(f"NULL::{_type(known[column])} AS {identifier(column)}" for column in columns)
                source = f"SELECT {nulls}, NULL::BIGINT AS row_number, NULL::VARCHAR AS {_MALFORMED} WHERE FALSE"
            session.run(f"CREATE VIEW {identifier(name)} AS {source}")

    def originals(self, dataset: str) -> Iterator[dict[str, object]]:
        """The records of a dataset as they were given, in the order of their row numbers."""
        for reader in self._readers.get(dataset, ()):
            yield from reader.records()

    def custom(self, dataset: str) -> set[str]:
        """The names of the columns of the records that are not the standard's."""
        readers = self._readers.get(dataset, ())
        return {name for reader in readers for name in reader.custom()}

    def rows(self, sql: str, *parameters: object) -> list[tuple[Any, ...]]:
        """All rows of a query; only for results of bounded size."""
        return self._session.rows(sql, *parameters)

    def stream(self, sql: str, *parameters: object) -> Iterator[tuple[Any, ...]]:
        """The rows of a query of any size."""
        return self._session.stream(sql, *parameters)

    def overlaps(self, dataset: str, check: NoOverlap, where: str, *parameters: object) -> bool:
        """Whether two of the records that a condition selects overlap, as a rule on one range says."""
        ((start, end),) = check.ranges
        key = ", ".join(f"{identifier(name)} := {identifier(name)}" for name in check.by)
        of_rule = "TRUE" if check.where is None else to_duckdb(check.where.tree)
        rows = (
            f"SELECT row_number AS id, struct_pack({key}) AS k, {identifier(check.apart or start)} AS a, "
            f"{identifier(start)} AS s0, {identifier(end)} AS e0 FROM {identifier(dataset)} "
            f"WHERE ({of_rule}) AND ({where})"
        )
        ((found,),) = self._session.rows(f"SELECT count(*) FROM ({swept(rows, check.apart)})", *parameters)
        return bool(found)

    def run(self, sql: str) -> None:
        """Runs a statement for its effect."""
        self._session.run(sql)


def values_of(layout: Layout, columns: Iterable[str]) -> Iterator[tuple[str, str]]:
    """What to keep of each record for its wanted columns: names with SQL over its values."""
    named = []
    for column in columns:
        yield _kept(column), layout.sound(column)
        named.append(f"CASE WHEN {layout.is_malformed({column})} THEN '{column}' END")
    if named:
        yield _MALFORMED, f"CASE WHEN malformed THEN concat_ws(',', {', '.join(named)}) END"


def _kept(column: str) -> str:
    return identifier(f"value of {column}")


def _type(column: Column) -> str:
    if column.kind is Kind.DECIMAL:
        return f"DECIMAL({column.precision}, {column.scale})"
    return _TYPES.get(column.kind, "VARCHAR")
