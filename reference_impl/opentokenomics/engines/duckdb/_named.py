"""References: a record names another one, which exists, equals it or is cancelled by it."""

from __future__ import annotations

from opentokenomics.engines.duckdb._layout import RuleBits
from opentokenomics.engines.duckdb._result import SetResult
from opentokenomics.engines.duckdb._session import Session, identifier
from opentokenomics.standard import ReferenceRule, References

# Queries are built from column names of the standard, quoted, and from bit tests; no text of an input is in them.
# ruff: noqa: S608


class Named:
    """Judges references. Records that some record names are few, so they are looked up once and set aside."""

    def __init__(self, session: Session, most_examples: int) -> None:
        self._session = session
        self._most = most_examples
        self._tables: dict[tuple[str, str], str] = {}

    def judge(self, number: int, rule: RuleBits, check: References) -> SetResult:
        """Evaluates the rule over all facts."""
        column, target = identifier(check.column), identifier(check.to_column)
        digest, wanted = (f"h{number}", f"n{number}") if check.compare else ("NULL", "NULL")
        pairs = f"""
            WITH naming AS (
                SELECT id, {column} AS name, {wanted} AS wanted FROM facts
                WHERE {rule.first.test} AND NOT {rule.second.test} AND {column} IS NOT NULL
            ),
            named AS (
                SELECT {target} AS name, arg_min({digest}, id) AS digest, arg_min({rule.second.test}, id) AS broken
                FROM {self._table(check)} GROUP BY ALL
            ),
            pairs AS (
                SELECT id, wanted, digest, broken, named.name IS NOT NULL AS found
                FROM naming LEFT JOIN named USING (name)
            )
        """
        if check.rule is ReferenceRule.EXISTS:
            judged, violated = "TRUE", "NOT found"
        else:
            judged, violated = "found AND NOT broken", "found AND NOT broken AND wanted <> digest"
        (evaluated, violations) = self._session.row(
            f"{pairs} SELECT count(*) FILTER ({judged}), count(*) FILTER ({violated}) FROM pairs"
        )
        if not violations:
            return SetResult(evaluated, 0, ())
        found = self._session.rows(f"{pairs} SELECT id FROM pairs WHERE {violated} ORDER BY id LIMIT {self._most}")
        return SetResult(evaluated, violations, tuple((int(row), None) for (row,) in found))

    def _table(self, check: References) -> str:
        """The facts of the records that some record names."""
        key = check.column, check.to_column
        if key not in self._tables:
            table = f"named_{len(self._tables)}"
            column, target = map(identifier, key)
            self._session.run(
                f"CREATE TEMP TABLE {table} AS SELECT * FROM facts "
                f"WHERE {target} IN (SELECT {column} FROM facts WHERE {column} IS NOT NULL)"
            )
            self._tables[key] = table
        return self._tables[key]
