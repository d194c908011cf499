"""Records as a table of DuckDB, with typed columns or with texts, and what the printed query says of it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any, NamedTuple

import duckdb
from records import Record, cell

from opentokenomics import Report
from opentokenomics.rules import DIALECTS
from opentokenomics.standard import Column, Dataset, Kind, Standard
from opentokenomics.warehouse import STORAGES, Request, Table
from opentokenomics.warehouse._query import query_of

DUCKDB = DIALECTS["duckdb"]
_EPOCH_YEARS = range(1, 10_000)


class Row(NamedTuple):
    """A row of the query's result."""

    requirement: str
    keyword: str
    status: str
    evaluated: int | None
    violations: int | None
    reason: str | None


def fill(
    connection: duckdb.DuckDBPyConnection,
    dataset: Dataset,
    records: Sequence[Record],
    *,
    text: bool,
    columns: Sequence[str] | None = None,
    decimal: str | None = None,
) -> None:
    """Makes a table of the records, named as their dataset."""
    names = list(columns or dataset.by_name)
    types = [_type_of(dataset.by_name.get(name), text=text, decimal=decimal) for name in names]
    spelled = ", ".join(f"{DUCKDB.identifier(name)} {kind}" for name, kind in zip(names, types, strict=True))
    connection.execute(f"CREATE OR REPLACE TABLE {DUCKDB.identifier(dataset.name)} ({spelled})")
    if not records:
        return
    # As one list for each column, since a statement for each row takes seconds for some thousand rows.
    values = [[_stored(dataset.by_name.get(name), record.get(name), text=text) for record in records] for name in names]
    lists = ", ".join(f"unnest(CAST(? AS {kind}[]))" for kind in types)
    connection.execute(f"INSERT INTO {DUCKDB.identifier(dataset.name)} SELECT {lists}", values)


def _type_of(column: Column | None, *, text: bool, decimal: str | None) -> str:
    if text or column is None:
        return "VARCHAR"
    return decimal if decimal and column.kind is Kind.DECIMAL else STORAGES["duckdb"].type_of(column, DUCKDB)


def _stored(column: Column | None, value: Any, *, text: bool) -> object:  # noqa: ANN401 - a JSON value
    """A value as a loader would put it into the table."""
    if text or column is None:
        return cell(value) or None
    match column.kind:
        case Kind.DECIMAL:
            return None if value is None else Decimal(value)
        case Kind.TIMESTAMP:
            return None if value is None else datetime.fromisoformat(value.removesuffix("Z"))
        case Kind.MAP:
            return None if value is None else {"key": list(value), "value": list(value.values())}
        case _:
            return value


def run(
    connection: duckdb.DuckDBPyConnection,
    standard: Standard,
    dataset: str,
    request: Request,
    tables: Mapping[str, Table] | None = None,
) -> dict[str, Row]:
    """What the query says of each requirement."""
    found = connection.execute(query_of(standard, dataset, tables or {}, request)).fetchall()
    return {row[0]: Row(*row) for row in found}


def differences(report: Report, rows: Mapping[str, Row], leaving: Iterable[str] = ()) -> list[object]:
    """The requirements of which a report and a query say different things; those without counts aside."""
    apart = set(leaving)
    return [
        (check, rows.get(check.requirement))
        for check in report.checks
        if check.requirement not in apart
        and (row := rows.get(check.requirement)) is not None
        and row.evaluated is not None
        and (check.keyword, check.status, check.evaluated, check.violations)
        != (row.keyword, row.status, row.evaluated, row.violations)
    ]
