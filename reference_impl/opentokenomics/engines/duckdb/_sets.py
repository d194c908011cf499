"""Rules on sets of rows: each kind has its module; here every rule finds its own."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from opentokenomics.engines.duckdb._chains import Chains
from opentokenomics.engines.duckdb._groups import Groups
from opentokenomics.engines.duckdb._layout import Layout, RuleBits
from opentokenomics.engines.duckdb._named import Named
from opentokenomics.engines.duckdb._quotients import Quotients
from opentokenomics.engines.duckdb._ranges import Ranges
from opentokenomics.engines.duckdb._result import SetResult
from opentokenomics.engines.duckdb._session import Session, identifier
from opentokenomics.standard import Acyclic, Group, GroupRule, NoOverlap, Quotient, References, Unique

# Queries are built from column names of the standard, quoted, and from bit tests; no text of an input is in them.
# ruff: noqa: S608


class Sets:
    """Judges the rules on sets over all facts of a dataset; ``views`` has the facts of each dataset in the run."""

    def __init__(self, session: Session, layout: Layout, most_examples: int, views: Mapping[str, str]) -> None:
        self._session = session
        self._layout = layout
        self._most = most_examples
        self._view = views[layout.dataset.name]
        self._groups = Groups(session, layout.rules, most_examples, self._view)
        self._named = Named(session, layout.dataset.name, most_examples, views)
        self._ranges = Ranges(session, most_examples, self._view)
        self._chains = Chains(session, most_examples, self._view)
        self._quotients = Quotients(session, most_examples, self._view)

    def __iter__(self) -> Iterator[tuple[RuleBits, SetResult]]:
        for number, rule in enumerate(self._layout.rules):
            if rule.on_sets:
                yield rule, self._judge(number, rule)

    def _judge(self, number: int, rule: RuleBits) -> SetResult:  # noqa: PLR0911 - one per kind
        match rule.requirement.check:
            case Unique() as check:
                return self._unique(rule, check)
            case References() as check:
                return self._named.judge(number, rule, check)
            case Group() as check if check.rule is GroupRule.ANY:
                return self._any(rule, self._layout.rules[number + 1])
            case Group() as check if check.rule is GroupRule.CONTIGUOUS:
                return self._ranges.contiguous(rule, check)
            case Group() as check if check.rule is GroupRule.CONSECUTIVE:
                return self._ranges.consecutive(rule, check)
            case NoOverlap() as check:
                return self._ranges.no_overlap(number, rule, check)
            case Acyclic() as check:
                return self._chains.acyclic(rule, check)
            case Quotient() as check:
                return self._quotients.judge(rule, check)
            case Group() as check:
                return self._groups.judge(rule, check)
            case _:
                raise TypeError(rule.requirement.id)

    def _unique(self, rule: RuleBits, check: Unique) -> SetResult:
        columns = ", ".join(map(identifier, check.columns))
        filled = " AND ".join(f"{identifier(name)} IS NOT NULL" for name in check.columns)
        rows = f"SELECT id, {columns} FROM {self._view} WHERE {rule.first.test} AND NOT {rule.second.test} AND {filled}"
        distinct = f"({columns})" if len(check.columns) > 1 else columns
        (evaluated, values) = self._session.row(f"SELECT count(*), count(DISTINCT {distinct}) FROM ({rows})")
        violations = evaluated - values
        if not violations:
            return SetResult(evaluated, 0, ())
        found = self._session.rows(
            f"WITH r AS ({rows}), "
            f"first AS (SELECT {columns}, min(id) AS first FROM r GROUP BY ALL HAVING count(*) > 1) "
            f"SELECT id FROM r JOIN first USING ({columns}) WHERE id <> first ORDER BY id LIMIT {self._most}"
        )
        return SetResult(evaluated, violations, tuple((int(row), None) for (row,) in found))

    def _any(self, rule: RuleBits, predicate: RuleBits) -> SetResult:
        (broken, judged, satisfied) = self._session.row(
            f"SELECT count(*) FILTER ({rule.second.test}), count(*) FILTER ({predicate.first.test}), "
            f"count(*) FILTER ({predicate.first.test} AND NOT {predicate.second.test}) FROM {self._view}"
        )
        if satisfied:
            return SetResult(1, 0, ())
        # A malformed value might have been the one that satisfies.
        return SetResult(0, 0, ()) if broken or not judged else SetResult(1, 1, ((None, None),))
