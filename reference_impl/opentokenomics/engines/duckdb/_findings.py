"""Findings: what the facts say about each requirement."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from opentokenomics.engines.duckdb._facts import Facts
from opentokenomics.engines.duckdb._layout import Layout
from opentokenomics.engines.duckdb._session import Session
from opentokenomics.engines.duckdb._sets import Sets
from opentokenomics.standard import Row


@dataclass(frozen=True, slots=True)
class Finding:
    """What was found of one requirement, or of one column's part of it.

    Attributes:
        requirement: Its identifier.
        column: The column to blame.
        evaluated: How many rows, values or groups were judged.
        violations: How many of them violate it.
        rows: The ``id`` of the first violating rows; None stands for the input as a whole.
        text: What the values were in a rule on sets, where the row's own value does not say it.
    """

    requirement: str
    column: str
    evaluated: int
    violations: int
    rows: tuple[tuple[int | None, str | None], ...]


class Findings:
    """Counts everything at once, and looks for examples only where something was found.

    ``views`` has the facts of each dataset in the run.
    """

    def __init__(
        self, session: Session, layout: Layout, facts: Facts, most_examples: int, views: Mapping[str, str]
    ) -> None:
        self._views = views
        self._session = session
        self._layout = layout
        self._facts = facts
        self._most = most_examples
        self._counts = facts.count()

    def __iter__(self) -> Iterator[Finding]:
        yield from self._of_shapes()
        yield from self._of_rows()
        yield from self._of_sets()

    def _of_shapes(self) -> Iterator[Finding]:
        slots = self._layout.slots
        for slot in slots:
            violations, filled = self._counts.get(slot.fault, 0), self._counts.get(slot.present, 0)
            examples = self._facts.first(slot.fault, self._most) if violations else []
            evaluated = filled if slot.malformed else filled + violations
            rows = tuple((identity, None) for identity in examples)
            yield Finding(slot.requirement, slot.column.name, evaluated, violations, rows)

    def _of_rows(self) -> Iterator[Finding]:
        rules = [rule for rule in self._layout.rules if isinstance(rule.requirement.check, Row)]
        for rule in rules:
            judged, violations = self._counts.get(rule.first, 0), self._counts.get(rule.second, 0)
            examples = self._facts.first(rule.second, self._most) if violations else []
            rows = tuple((identity, None) for identity in examples)
            yield Finding(rule.requirement.id, rule.requirement.columns[0], judged, violations, rows)

    def _of_sets(self) -> Iterator[Finding]:
        for rule, result in Sets(self._session, self._layout, self._most, self._views):
            column = rule.requirement.columns[0]
            yield Finding(rule.requirement.id, column, result.evaluated, result.violations, result.examples)
