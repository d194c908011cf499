"""Quotients: no engine divides decimals exactly, so Python does; records that state one are few."""

from __future__ import annotations

from opentokenomics.engines.duckdb._layout import RuleBits
from opentokenomics.engines.duckdb._result import SetResult
from opentokenomics.engines.duckdb._session import Session, identifier
from opentokenomics.rules import is_quotient
from opentokenomics.standard import Quotient

# Queries are built from column names of the standard, quoted, and from bit tests; no text of an input is in them.
# ruff: noqa: S608


class Quotients:
    """Judges rules on quotients over the facts of one dataset."""

    def __init__(self, session: Session, most_examples: int, view: str) -> None:
        self._session = session
        self._most = most_examples
        self._view = view

    def judge(self, rule: RuleBits, check: Quotient) -> SetResult:
        """Evaluates the rule over all facts."""
        columns = list(map(identifier, (check.numerator, check.denominator, check.value)))
        filled = " AND ".join(f"{name} IS NOT NULL" for name in columns)
        texts = ", ".join(f"CAST({name} AS VARCHAR)" for name in columns)
        evaluated = violations = 0
        found: list[tuple[int, None]] = []
        for row, *stated in self._session.stream(
            f"SELECT id, {texts} FROM {self._view} WHERE {rule.first.test} AND NOT {rule.second.test} "
            f"AND {filled} AND {columns[1]} <> 0 ORDER BY id"
        ):
            evaluated += 1
            if not is_quotient(*map(str, stated)):
                violations += 1
                if len(found) < self._most:
                    found.append((int(row), None))
        return SetResult(evaluated, violations, tuple(found))
