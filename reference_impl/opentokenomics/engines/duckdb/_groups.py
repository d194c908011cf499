"""Rules on groups of records: sums, dimensions that are all or none, uniform values, no two alike."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from opentokenomics.engines.duckdb._layout import RuleBits
from opentokenomics.engines.duckdb._result import SetResult
from opentokenomics.engines.duckdb._session import Session, identifier
from opentokenomics.standard import Group, GroupRule

# Queries are built from column names of the standard, quoted, and from bit tests; no text of an input is in them.
# ruff: noqa: S608


_ELSEWHERE = {GroupRule.ANY, GroupRule.CONTIGUOUS, GroupRule.CONSECUTIVE}


@dataclass(frozen=True, slots=True)
class _Aggregates:
    """SQL aggregates over one group: was it judged, does it violate, which row is to blame, what is to be shown."""

    judged: str
    violated: str
    blamed: str = "NULL"
    shown: str = "NULL"


class Groups:
    """Judges rules on groups. Rules that group alike and concern the same rows are counted in one pass."""

    def __init__(self, session: Session, rules: Sequence[RuleBits], most_examples: int, view: str) -> None:
        self._session = session
        self._view = view
        self._most = most_examples
        self._counts: dict[str, tuple[int, int]] = {}
        self._batches: dict[tuple[str, ...], list[tuple[RuleBits, Group]]] = {}
        for rule in rules:
            check = rule.requirement.check
            if rule.on_sets and isinstance(check, Group) and check.rule not in _ELSEWHERE:
                self._batches.setdefault(check.by, []).append((rule, check))

    def judge(self, rule: RuleBits, check: Group) -> SetResult:
        """Evaluates the rule over all facts."""
        if rule.requirement.id not in self._counts:
            self._count(check.by)
        evaluated, violations = self._counts[rule.requirement.id]
        if not violations:
            return SetResult(evaluated, 0, ())
        found = self._session.rows(
            f"SELECT blamed, shown FROM ({_groups(rule, check, self._view)}) WHERE judged AND violated "
            f"ORDER BY blamed LIMIT {self._most}"
        )
        return SetResult(evaluated, violations, tuple((int(row), shown) for row, shown in found))

    def _count(self, by: tuple[str, ...]) -> None:
        """Counts the rules that group by these columns, in one pass where they concern the same rows."""
        batch = self._batches[by]
        first = batch[0][0].first.test
        others = [f"({rule.first.test}) = ({first})" for rule, _ in batch[1:]]
        alike = (
            not others
            or self._session.row(f"SELECT coalesce(bool_and({' AND '.join(others)}), TRUE) FROM {self._view}")[0]
        )
        for part in [batch] if alike else [[each] for each in batch]:
            counts = self._session.row(_screen(part, self._view))
            for place, (rule, _) in enumerate(part):
                self._counts[rule.requirement.id] = int(counts[2 * place]), int(counts[2 * place + 1])


def _screen(batch: Sequence[tuple[RuleBits, Group]], view: str) -> str:
    """SQL of one row: for each rule, how many groups were judged and how many violate."""
    rule, check = batch[0]
    by = ", ".join(map(identifier, check.by))
    inner, outer = [], []
    for number, (each, its_check) in enumerate(batch):
        aggregates = _aggregates(its_check)
        inner.append(f"({aggregates.judged}) AND NOT bool_or({each.second.test}) AS judged_{number}")
        inner.append(f"({aggregates.violated}) AS violated_{number}")
        outer.append(f"count(*) FILTER (judged_{number}), count(*) FILTER (judged_{number} AND violated_{number})")
    group_by = f"GROUP BY {by}" if by else ""
    groups = f"SELECT {', '.join(inner)} FROM {view} WHERE {rule.first.test} {group_by} HAVING count(*) > 0"
    return f"SELECT {', '.join(outer)} FROM ({groups})"


def _groups(rule: RuleBits, check: Group, view: str) -> str:
    """SQL of the groups of one rule, with the row to blame."""
    by = ", ".join(map(identifier, check.by))
    facts, takes_part, broken = view, rule.first.test, rule.second.test
    aggregates = _aggregates(check)
    if check.rule is GroupRule.UNIFORM:
        prefix = by + ", " if by else ""
        # One row for each value of each group; the first row of a second value is to blame.
        facts = f"""(
            SELECT {prefix} min(id) AS id, bool_or({broken}) AS broken
            FROM {view} WHERE {takes_part} GROUP BY {prefix} {identifier(check.column or "")}
        )"""
        takes_part, broken = "TRUE", "broken"
        aggregates = _Aggregates("TRUE", "count(*) > 1", "min(id, 2)[2]")
    return f"""
        SELECT {aggregates.judged} AS judged, {aggregates.violated} AS violated, {aggregates.blamed} AS blamed,
            {aggregates.shown} AS shown
        FROM {facts} WHERE {takes_part} {f"GROUP BY {by}" if by else ""}
        HAVING count(*) > 0 AND NOT bool_or({broken})
    """


def _aggregates(check: Group) -> _Aggregates:
    column = identifier(check.column or "")
    match check.rule:
        case GroupRule.SUMS_TO:
            total = identifier(check.total or "")
            return _Aggregates(
                judged=f"count({total}) = count(*) AND count({column}) = count(*) AND min({total}) = max({total})",
                violated=f"sum({column}) <> min({total})",
                blamed="min(id)",
                shown=f"'sum ' || {_plain(f'sum({column})')} || ', total ' || {_plain(f'min({total})')}",
            )
        case GroupRule.ALL_OR_NONE:
            return _Aggregates("TRUE", f"count({column}) NOT IN (0, count(*))", f"min(id) FILTER ({column} IS NULL)")
        case GroupRule.UNIFORM:
            some = f"count({column}) NOT IN (0, count(*))"
            return _Aggregates("TRUE", f"{some} OR coalesce(min({column}) <> max({column}), FALSE)")
        case _:
            return _Aggregates("TRUE", "count(*) > 1", "min(id, 2)[2]")


def _plain(decimal: str) -> str:
    """SQL of a decimal's text without the zeros that its scale adds."""
    return f"rtrim(rtrim(CAST({decimal} AS VARCHAR), '0'), '.')"
