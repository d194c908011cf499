"""Rules on sets of rows: uniqueness, references and groups, each as a few queries over the facts."""

from __future__ import annotations

from dataclasses import dataclass

from opentokenomics.engines.duckdb._layout import Layout, RuleBits
from opentokenomics.engines.duckdb._session import Session, identifier
from opentokenomics.standard import Group, GroupRule, ReferenceRule, References, Unique

# Queries are built from column names of the standard, quoted, and from bit tests; no text of an input is in them.
# ruff: noqa: S608


@dataclass(frozen=True, slots=True)
class SetResult:
    """What a rule on sets found; an example is a row's ``id``, and what to show where its own value does not say it."""

    evaluated: int
    violations: int
    examples: tuple[tuple[int | None, str | None], ...]


class SetRule:
    """Judges one rule on sets."""

    def __init__(self, session: Session, layout: Layout, number: int, most_examples: int) -> None:
        self._session = session
        self._layout = layout
        self._number = number
        self._rule: RuleBits = layout.rules[number]
        self._most = most_examples

    def judge(self) -> SetResult:
        """Evaluates the rule over all facts."""
        match self._rule.requirement.check:
            case Unique() as check:
                return self._unique(check)
            case References() as check:
                return self._references(check)
            case Group() as check if check.rule is GroupRule.ANY:
                return self._any()
            case Group() as check:
                return self._group(check)
            case _:
                raise TypeError(self._rule.requirement.id)

    @property
    def _takes_part(self) -> str:
        return self._rule.first.test

    @property
    def _is_broken(self) -> str:
        return self._rule.second.test

    def _unique(self, check: Unique) -> SetResult:
        columns = ", ".join(map(identifier, check.columns))
        filled = " AND ".join(f"{identifier(name)} IS NOT NULL" for name in check.columns)
        rows = f"SELECT id, {columns} FROM facts WHERE {self._takes_part} AND NOT {self._is_broken} AND {filled}"
        (evaluated, distinct) = self._session.row(
            f"SELECT count(*), count(DISTINCT ({columns})) FROM ({rows})"
            if len(check.columns) > 1
            else f"SELECT count(*), count(DISTINCT {columns}) FROM ({rows})"
        )
        violations = evaluated - distinct
        if not violations:
            return SetResult(evaluated, 0, ())
        found = self._session.rows(
            f"WITH r AS ({rows}), "
            f"first AS (SELECT {columns}, min(id) AS first FROM r GROUP BY ALL HAVING count(*) > 1) "
            f"SELECT id FROM r JOIN first USING ({columns}) WHERE id <> first ORDER BY id LIMIT {self._most}"
        )
        return SetResult(evaluated, violations, tuple((int(row), None) for (row,) in found))

    def _references(self, check: References) -> SetResult:
        column, target = identifier(check.column), identifier(check.to_column)
        digest, wanted = ("NULL", "NULL") if not check.compare else (f"h{self._number}", f"n{self._number}")
        pairs = f"""
            WITH naming AS (
                SELECT id, {column} AS name, {wanted} AS wanted FROM facts
                WHERE {self._takes_part} AND NOT {self._is_broken} AND {column} IS NOT NULL
            ),
            names AS (SELECT DISTINCT name FROM naming),
            named AS (
                SELECT {target} AS name, arg_min({digest}, id) AS digest, arg_min({self._is_broken}, id) AS broken
                FROM facts WHERE {target} IN (SELECT name FROM names) GROUP BY ALL
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
        found = self._session.rows(f"{pairs} SELECT id FROM pairs WHERE {violated} ORDER BY id LIMIT {self._most}")
        return SetResult(evaluated, violations, tuple((int(row), None) for (row,) in found))

    def _any(self) -> SetResult:
        predicate = self._layout.rules[self._number + 1]
        (broken, judged, satisfied) = self._session.row(
            f"SELECT count(*) FILTER ({self._is_broken}), count(*) FILTER ({predicate.first.test}), "
            f"count(*) FILTER ({predicate.first.test} AND NOT {predicate.second.test}) FROM facts"
        )
        if satisfied:
            return SetResult(1, 0, ())
        # A malformed value might have been the one that satisfies.
        return SetResult(0, 0, ()) if broken or not judged else SetResult(1, 1, ((None, None),))

    def _group(self, check: Group) -> SetResult:
        by = ", ".join(map(identifier, check.by))
        group_by = f"GROUP BY {by}" if by else ""
        if check.rule is GroupRule.UNIFORM:
            column = identifier(check.column or "")
            # One row for each value of each group; the first row of a second value is to blame.
            facts = f"""(
                SELECT {by + ", " if by else ""} min(id) AS id, bool_or({self._is_broken}) AS broken
                FROM facts WHERE {self._takes_part} GROUP BY {by + ", " if by else ""} {column}
            )"""
            taking_part, broken = "TRUE", "broken"
        else:
            facts, taking_part, broken = "facts", self._takes_part, self._is_broken
        aggregates = _aggregates(check)
        groups = f"""
            SELECT {aggregates.judged} AS judged, {aggregates.violated} AS violated, {aggregates.blamed} AS blamed,
                {aggregates.shown} AS shown
            FROM {facts} WHERE {taking_part} {group_by} HAVING count(*) > 0 AND NOT bool_or({broken})
        """
        (evaluated, violations) = self._session.row(
            f"SELECT count(*) FILTER (judged), count(*) FILTER (judged AND violated) FROM ({groups})"
        )
        if not violations:
            return SetResult(evaluated, 0, ())
        found = self._session.rows(
            f"SELECT blamed, shown FROM ({groups}) WHERE judged AND violated ORDER BY blamed LIMIT {self._most}"
        )
        return SetResult(evaluated, violations, tuple((int(row), shown) for row, shown in found))


@dataclass(frozen=True, slots=True)
class _Aggregates:
    """SQL aggregates over one group: is it judged, does it violate, which row is to blame, what is to be shown."""

    violated: str
    judged: str
    blamed: str
    shown: str = "NULL"


def _aggregates(check: Group) -> _Aggregates:
    column = identifier(check.column or "")
    match check.rule:
        case GroupRule.SUMS_TO:
            total = identifier(check.total or "")
            return _Aggregates(
                violated=f"sum({column}) <> min({total})",
                judged=f"count({total}) = count(*) AND count({column}) = count(*) AND min({total}) = max({total})",
                blamed="min(id)",
                shown=f"'sum ' || {_plain(f'sum({column})')} || ', total ' || {_plain(f'min({total})')}",
            )
        case GroupRule.ALL_OR_NONE:
            violated = f"count({column}) NOT IN (0, count(*))"
            return _Aggregates(violated, "TRUE", f"min(id) FILTER ({column} IS NULL)")
        case _:
            return _Aggregates("count(*) > 1", "TRUE", "min(id, 2)[2]")


def _plain(decimal: str) -> str:
    """SQL of a decimal's text without the zeros that its scale adds."""
    return f"rtrim(rtrim(CAST({decimal} AS VARCHAR), '0'), '.')"
