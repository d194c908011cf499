"""Rules on ranges and runs of numbers: periods that do not overlap, tiers and attempts without gaps."""

from __future__ import annotations

from collections.abc import Sequence

from opentokenomics.engines.duckdb._layout import RuleBits
from opentokenomics.engines.duckdb._result import SetResult
from opentokenomics.engines.duckdb._session import Session, identifier
from opentokenomics.standard import Group, NoOverlap

# Queries are built from column names of the standard, quoted, and from bit tests; no text of an input is in them.
# ruff: noqa: S608


class Ranges:
    """Judges rules on ranges over the facts of one dataset."""

    def __init__(self, session: Session, most_examples: int, view: str) -> None:
        self._session = session
        self._most = most_examples
        self._view = view

    def no_overlap(self, number: int, rule: RuleBits, check: NoOverlap) -> SetResult:
        """Counts the records that overlap one of the same key which begins before them, or as early and above them."""
        key, apart = f"h{number}", f"n{number}"
        ends = ", ".join(f"{identifier(a)} AS s{n}, {identifier(b)} AS e{n}" for n, (a, b) in enumerate(check.ranges))
        rows = (
            f"SELECT id, {key} AS k, {apart} AS a, {ends} FROM {self._view} "
            f"WHERE {rule.first.test} AND NOT {rule.second.test}"
        )
        (evaluated, is_alike) = self._session.row(f"SELECT count(*), coalesce(min(a) = max(a), TRUE) FROM ({rows})")
        if check.apart and is_alike:
            return SetResult(evaluated, 0, ())
        if check.apart:
            # Few keys have records that differ there, and only among those can any overlap.
            rows = f"SELECT * FROM ({rows}) WHERE k IN (SELECT k FROM ({rows}) GROUP BY k HAVING min(a) <> max(a))"
        found = swept(rows, check.apart) if len(check.ranges) == 1 else _paired(rows, len(check.ranges), check.apart)
        (violations,) = self._session.row(f"SELECT count(*) FROM ({found})")
        if not violations:
            return SetResult(evaluated, 0, ())
        first = self._session.rows(f"SELECT id FROM ({found}) ORDER BY id LIMIT {self._most}")
        return SetResult(evaluated, violations, tuple((int(row), None) for (row,) in first))

    def contiguous(self, rule: RuleBits, check: Group) -> SetResult:
        """Counts the groups in which a range begins beyond the end of all before it, or the first beyond zero."""
        low, high = identifier(check.column or ""), identifier(check.upper or "")
        by = "".join(f"{identifier(name)}, " for name in check.by)
        partition = f"PARTITION BY {by[:-2]} " if by else ""
        group = f"GROUP BY {by[:-2]}" if by else ""
        gaps = f"""
            WITH ranges AS (
                SELECT {by} id, {rule.second.test} AS broken, coalesce({low}, 0) AS low, {high} AS high
                FROM {self._view} WHERE {rule.first.test}
            ),
            placed AS (
                SELECT *, max(high) OVER before AS reach, bool_or(high IS NULL) OVER before AS is_open
                FROM ranges WINDOW before AS (
                    {partition} ORDER BY low, id ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
                )
            ),
            judged AS (
                SELECT *, low > 0 AND NOT coalesce(is_open OR low <= reach, FALSE) AS gap FROM placed
            )
            SELECT bool_or(gap) AS violated, first(id ORDER BY low, id) FILTER (gap) AS blamed
            FROM judged {group} HAVING count(*) > 0 AND NOT bool_or(broken)
        """
        (evaluated, violations) = self._session.row(f"SELECT count(*), count(*) FILTER (violated) FROM ({gaps})")
        if not violations:
            return SetResult(evaluated, 0, ())
        found = self._session.rows(f"SELECT blamed FROM ({gaps}) WHERE violated ORDER BY blamed LIMIT {self._most}")
        return SetResult(evaluated, violations, tuple((int(row), None) for (row,) in found))

    def consecutive(self, rule: RuleBits, check: Group) -> SetResult:
        """Counts the groups whose different numbers leave one out, or begin elsewhere than they have to."""
        by = "".join(f"{identifier(name)}, " for name in check.by)
        group = f"GROUP BY {by[:-2]}" if by else ""
        column = identifier(check.column or "")
        begins = "" if check.first is None else f" OR min(number) <> {check.first}"
        groups = f"""
            WITH numbers AS (
                SELECT {by} {column} AS number, min(id) AS id, bool_or({rule.second.test}) AS broken
                FROM {self._view} WHERE {rule.first.test} GROUP BY ALL
            )
            SELECT min(id) AS blamed, max(number)::HUGEINT - min(number) + 1 <> count(number){begins} AS violated
            FROM numbers {group} HAVING count(number) > 0 AND NOT bool_or(broken)
        """
        (evaluated, violations) = self._session.row(f"SELECT count(*), count(*) FILTER (violated) FROM ({groups})")
        if not violations:
            return SetResult(evaluated, 0, ())
        found = self._session.rows(f"SELECT blamed FROM ({groups}) WHERE violated ORDER BY blamed LIMIT {self._most}")
        return SetResult(evaluated, violations, tuple((int(row), None) for (row,) in found))


def swept(rows: str, apart: str | None) -> str:
    """SQL of the rows that begin while another of their key goes on, by going through beginnings and ends in order."""
    through = "ORDER BY place NULLS FIRST, step, id ROWS UNBOUNDED PRECEDING"
    own = f"sum(step) OVER (PARTITION BY k, a {through})" if apart else "1"
    return f"""
        WITH taken AS ({rows}),
        steps AS (
            SELECT id, k, a, s0 AS place, 1 AS step FROM taken WHERE s0 IS NULL OR e0 IS NULL OR s0 < e0
            UNION ALL
            SELECT id, k, a, e0, -1 FROM taken WHERE e0 IS NOT NULL AND (s0 IS NULL OR s0 < e0)
        ),
        counted AS (
            SELECT id, step,
                sum(step) OVER (PARTITION BY k {through})
                - {own} AS others
            FROM steps
        )
        SELECT id FROM counted WHERE step = 1 AND others > 0
    """


def _paired(rows: str, ranges: int, apart: str | None) -> str:
    """The same for several ranges, by comparing every two rows of a key between which no range has a break."""
    # Nulls come first, and none of these conditions may be null.
    earlier = (
        "(one.s0 IS NULL AND other.s0 IS NOT NULL OR coalesce(one.s0 < other.s0, FALSE) "
        "OR one.s0 IS NOT DISTINCT FROM other.s0 AND one.id < other.id)"
    )
    holds_something = " AND ".join(f"(s{n} IS NULL OR e{n} IS NULL OR s{n} < e{n})" for n in range(ranges))
    meet = [
        f"(one.e{n} IS NULL OR other.s{n} IS NULL OR other.s{n} < one.e{n}) AND "
        f"(other.e{n} IS NULL OR one.s{n} IS NULL OR one.s{n} < other.e{n})"
        for n in range(ranges)
    ]
    different = " AND one.a <> other.a" if apart else ""
    parts = ["k"]
    clusters = []
    for n in range(ranges):
        clusters.append(_clustered(n, parts))
        parts.append(f"c{n}")
    alike = " AND ".join(f"one.{part} = other.{part}" for part in parts)
    return f"""
        WITH clusters AS (SELECT * FROM ({rows}) WHERE {holds_something}),
        {", ".join(clusters)}
        SELECT DISTINCT other.id FROM clusters{ranges - 1} AS one JOIN clusters{ranges - 1} AS other
        ON {alike} AND {earlier}
        WHERE {" AND ".join(meet)}{different}
    """


def _clustered(number: int, parts: Sequence[str]) -> str:
    """SQL of the rows with a number for each stretch of a range that they cover without a break."""
    start, end = f"s{number}", f"e{number}"
    before = f"PARTITION BY {', '.join(parts)} ORDER BY {start} NULLS FIRST, id ROWS"
    former = "clusters" if number == 0 else f"clusters{number - 1}"
    breaks = f"coalesce(NOT is_open AND {start} >= reach, FALSE)"
    return f"""
        reaches{number} AS (
            SELECT *, max({end}) OVER earlier AS reach, bool_or({end} IS NULL) OVER earlier AS is_open
            FROM {former} WINDOW earlier AS ({before} BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING)
        ),
        clusters{number} AS (
            SELECT * EXCLUDE (reach, is_open),
                count_if({breaks}) OVER ({before} UNBOUNDED PRECEDING) AS c{number}
            FROM reaches{number}
        )"""
