"""References: a record names another one, and the two agree, cancel each other or satisfy a condition."""

from __future__ import annotations

from collections.abc import Mapping

from opentokenomics.engines.duckdb._layout import RuleBits, is_joined, odd_name
from opentokenomics.engines.duckdb._result import SetResult
from opentokenomics.engines.duckdb._session import Session, identifier
from opentokenomics.rules import mentioned, named_by, to_duckdb
from opentokenomics.standard import NAMED, ReferenceRule, References

# Queries are built from column names of the standard, quoted, and from bit tests; no text of an input is in them.
# ruff: noqa: S608


class Named:
    """Judges the references of one dataset. Records that some record names are few, so they are set aside."""

    def __init__(self, session: Session, dataset: str, most_examples: int, views: Mapping[str, str]) -> None:
        self._session = session
        self._dataset = dataset
        self._most = most_examples
        self._views = views
        self._view = views[dataset]
        self._tables: dict[tuple[str, str], str] = {}

    def judge(self, number: int, rule: RuleBits, check: References) -> SetResult:
        """Evaluates the rule over all facts."""
        joined = is_joined(check, self._dataset)
        pairs, judged, violated = self._joined(rule, check) if joined else self._compared(number, rule, check)
        (evaluated, violations) = self._session.row(
            f"{pairs} SELECT count(*) FILTER ({judged}), count(*) FILTER ({violated}) FROM pairs"
        )
        if not violations:
            return SetResult(evaluated, 0, ())
        found = self._session.rows(f"{pairs} SELECT id FROM pairs WHERE {violated} ORDER BY id LIMIT {self._most}")
        return SetResult(evaluated, violations, tuple((int(row), None) for (row,) in found))

    def _compared(self, number: int, rule: RuleBits, check: References) -> tuple[str, str, str]:
        """SQL of pairs of records of this dataset, of which digests are compared; when judged, and when violated."""
        column, target = identifier(check.column), identifier(check.to_column)
        digest, wanted = (f"h{number}", f"n{number}") if check.compare else ("NULL", "NULL")
        pairs = f"""
            WITH naming AS (
                SELECT id, {column} AS name, {wanted} AS wanted FROM {self._view}
                WHERE {rule.first.test} AND NOT {rule.second.test} AND {column} IS NOT NULL
            ),
            named AS (
                SELECT {target} AS name, arg_min({digest}, id) AS digest, arg_min({digest} IS NULL, id) AS broken
                FROM {self._table(check)} GROUP BY ALL
            ),
            pairs AS (
                SELECT id, wanted, digest, broken, named.name IS NOT NULL AS found
                FROM naming LEFT JOIN named USING (name)
            )
        """
        if check.rule is ReferenceRule.EXISTS:
            return pairs, "TRUE", "NOT found"
        return pairs, "found AND NOT broken", "found AND NOT broken AND wanted <> digest"

    def _joined(self, rule: RuleBits, check: References) -> tuple[str, str, str]:
        """The same for records that may be of two datasets, and of which values are compared."""
        columns = [check.column, *(column for column, _ in check.match)]
        targets = [_named(check.to_column), *(_named(column) for _, column in check.match)]
        keys = [f"key_{number}" for number in range(len(columns))]
        needed = sorted(named_by(check))
        broken = " OR ".join(map(odd_name, needed))
        others = ", ".join([*(f"{name} := {name}" for name in map(_named, needed)), f"broken := {broken}"])
        own = sorted(mentioned(check.predicate))
        kept = "".join(f", {identifier(name)}" for name in own)
        given = ", ".join(f"{identifier(column)} AS {key}" for column, key in zip(columns, keys, strict=True))
        found = ", ".join(f"{target} AS {key}" for target, key in zip(targets, keys, strict=True))
        filled = " AND ".join(f"{identifier(column)} IS NOT NULL" for column in columns)
        condition = "NULL::BOOLEAN" if check.predicate is None else to_duckdb(check.predicate.tree)
        # The first record of a name counts; that names are unique is another rule's business.
        pairs = f"""
            WITH naming AS (
                SELECT id, {given}{kept} FROM {self._view}
                WHERE {rule.first.test} AND NOT {rule.second.test} AND {filled}
            ),
            firsts AS (
                SELECT {found}, arg_min(struct_pack({others}), id) AS record
                FROM {self._views[check.to_dataset]} WHERE {targets[0]} IN (SELECT key_0 FROM naming) GROUP BY ALL
            ),
            named AS (SELECT {", ".join(keys)}, TRUE AS found, unnest(record) FROM firsts),
            pairs AS (
                SELECT id, coalesce(found, FALSE) AS found, CASE WHEN NOT broken THEN {condition} END AS satisfied
                FROM naming LEFT JOIN named USING ({", ".join(keys)})
            )
        """
        if check.rule is ReferenceRule.EXISTS:
            return pairs, "TRUE", "NOT found"
        return pairs, "found AND satisfied IS NOT NULL", "found AND satisfied IS FALSE"

    def _table(self, check: References) -> str:
        """The facts of the records that some record names."""
        key = check.column, check.to_column
        if key not in self._tables:
            table = identifier(f"named in {self._dataset} {len(self._tables)}")
            column, target = map(identifier, key)
            self._session.run(
                f"CREATE TEMP TABLE {table} AS SELECT * FROM {self._view} "
                f"WHERE {target} IN (SELECT {column} FROM {self._view} WHERE {column} IS NOT NULL)"
            )
            self._tables[key] = table
        return self._tables[key]


def _named(column: str) -> str:
    return identifier(NAMED + column)
