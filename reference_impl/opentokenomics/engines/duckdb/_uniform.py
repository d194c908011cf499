"""A rule on all records that are given, whatever datasets they belong to."""

from __future__ import annotations

from collections.abc import Sequence

from opentokenomics.engines.duckdb._layout import RuleBits
from opentokenomics.engines.duckdb._result import SetResult
from opentokenomics.engines.duckdb._session import Session, identifier

# Queries are built from column names of the standard, quoted, and from bit tests; no text of an input is in them.
# ruff: noqa: S608


def uniform(session: Session, tables: Sequence[tuple[str, int, RuleBits]], column: str) -> tuple[SetResult, int | None]:
    """Whether a column has one value, that of the first record.

    Args:
        session: Where the facts are.
        tables: For each input, in the order in which they were given: the table of its facts, the ``id`` of its first
            row among those of its dataset, and the rule.
        column: The column.

    Returns:
        What was found, and the place among the inputs of the one whose record is to blame.
    """
    name = identifier(column)
    values = " UNION ALL ".join(
        f"SELECT {place} AS place, {name} AS value, min(rowid) + {offset} AS id, bool_or({rule.second.test}) AS broken "
        f"FROM {table} WHERE {rule.first.test} GROUP BY {name}"
        for place, (table, offset, rule) in enumerate(tables)
    )
    found = session.rows(
        f"WITH found AS ({values}), first AS (SELECT value FROM found ORDER BY place, id LIMIT 1) "
        "SELECT place, id, value IS DISTINCT FROM (SELECT value FROM first) AS differs, bool_or(broken) OVER () "
        "FROM found ORDER BY differs DESC, place, id LIMIT 1"
    )
    if not found or found[0][3]:
        return SetResult(0, 0, ()), None
    place, identity, differs, _ = found[0]
    return (SetResult(1, 1, ((int(identity), None),)), int(place)) if differs else (SetResult(1, 0, ()), None)
