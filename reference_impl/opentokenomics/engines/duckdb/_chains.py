"""Chains: following what records name from one to the next comes to an end."""

from __future__ import annotations

from opentokenomics.engines.duckdb._layout import RuleBits
from opentokenomics.engines.duckdb._result import SetResult
from opentokenomics.engines.duckdb._session import Session, identifier
from opentokenomics.standard import Acyclic

# Queries are built from column names of the standard, quoted, and from bit tests; no text of an input is in them.
# ruff: noqa: S608


class Chains:
    """Judges rules on chains over the facts of one dataset."""

    def __init__(self, session: Session, most_examples: int, view: str) -> None:
        self._session = session
        self._most = most_examples
        self._view = view

    def acyclic(self, rule: RuleBits, check: Acyclic) -> SetResult:
        """Evaluates the rule over all facts.

        Each round doubles how far every record looks, and drops those whose chain has ended by then. So a chain of a
        million records takes twenty rounds; where records are left that look further than there are records, they go
        round in a circle, and what they have in view are the records on it.
        """
        start, to = identifier(check.start), identifier(check.to)
        where = f"{rule.first.test} AND NOT {rule.second.test}"
        (evaluated,) = self._session.row(
            f"SELECT count(*) FILTER ({start} IS NOT NULL AND {to} IS NOT NULL) FROM {self._view} WHERE {where}"
        )
        self._session.run(
            f"""
            CREATE OR REPLACE TEMP TABLE links AS
            WITH firsts AS (
                SELECT {start} AS name, min(id) AS id, arg_min_null(CASE WHEN {where} THEN {to} END, id) AS next
                FROM {self._view} WHERE {start} IS NOT NULL GROUP BY ALL
            )
            SELECT one.id, other.id AS next FROM firsts AS one JOIN firsts AS other ON one.next = other.name
            """
        )
        reach, left = 1, self._left()
        records = left
        while left and reach <= records:
            self._session.run(
                "CREATE OR REPLACE TEMP TABLE further AS "
                "SELECT one.id, other.next FROM links AS one JOIN links AS other ON one.next = other.id"
            )
            self._session.run("CREATE OR REPLACE TEMP TABLE links AS SELECT * FROM further")
            reach, left = 2 * reach, self._left()
        (violations,) = self._session.row("SELECT count(DISTINCT next) FROM links")
        found = self._session.rows(f"SELECT DISTINCT next FROM links ORDER BY next LIMIT {self._most}")
        return SetResult(int(evaluated), int(violations), tuple((int(row), None) for (row,) in found))

    def _left(self) -> int:
        (left,) = self._session.row("SELECT count(*) FROM links")
        return int(left)
