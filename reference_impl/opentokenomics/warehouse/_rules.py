"""What a rule reads and when it applies, as SQL over the values of a table."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from opentokenomics.rules import mentioned, to_sql
from opentokenomics.standard import Predicate, Requirement
from opentokenomics.warehouse._reads import read_by
from opentokenomics.warehouse._stages import PREFIX, Stages, short
from opentokenomics.warehouse._text import all_of, listed


@dataclass(frozen=True, slots=True)
class Rule:
    """A requirement with a rule, on the values of a table.

    Attributes:
        requirement: The requirement.
        stages: What makes the values.
    """

    requirement: Requirement
    stages: Stages

    @property
    def reads(self) -> set[str]:
        """The columns of which no value may be malformed."""
        return read_by(self.requirement)

    @property
    def guard(self) -> str:
        """SQL that is true where a value is malformed that the rule reads."""
        return self.stages.malformed(self.reads)

    @property
    def where(self) -> str:
        """SQL that is true where the rule applies."""
        where: Predicate | None = getattr(self.requirement.check, "where", None)
        return "TRUE" if where is None else self.show(where)

    @property
    def taken(self) -> str:
        """SQL that is true where the rule applies and nothing that it reads is malformed."""
        return " AND ".join(all_of([f"NOT ({self.guard})" if self.guard != "FALSE" else "TRUE", self.where]))

    @property
    def name(self) -> str:
        """The name of the part of the query that has its counts."""
        return PREFIX + short(self.requirement.id)

    @property
    def note(self) -> str:
        """What it says, for a comment."""
        return f"{self.requirement.id} {self.requirement.keyword}: {self.requirement.statement}"

    def counts(self, evaluated: str, violations: str) -> str:
        """The beginning of the part that has its counts."""
        name = short(self.requirement.id)
        return f"SELECT\n{listed([f'{evaluated} AS {name}_evaluated', f'{violations} AS {name}_violations'])}"

    def quoted(self, columns: Iterable[str]) -> list[str]:
        """Names of columns as the dialect writes them."""
        return [self.stages.shapes.dialect.identifier(name) for name in columns]

    def show(self, predicate: Predicate) -> str:
        """A predicate in the dialect."""
        return to_sql(predicate.tree, self.stages.shapes.dialect)

    def judged(self, predicate: Predicate) -> str:
        """SQL of a predicate on one record: null where it does not apply or reads a malformed value."""
        guard, where = self.stages.malformed(self.reads | mentioned(predicate)), self.where
        if guard == "FALSE" and where == "TRUE":
            return self.show(predicate)
        broken = f"WHEN {guard} THEN NULL " if guard != "FALSE" else ""
        applies = f"ELSE {self.show(predicate)}" if where == "TRUE" else f"WHEN {where} THEN {self.show(predicate)}"
        return f"CASE {broken}{applies} END"
