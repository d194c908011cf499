"""Outcomes of the runs of the made-up company, and the definitions by which they were judged."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import count
from zlib import crc32

from opentokenomics import standard
from opentokenomics.generate._company import WORKFLOWS
from opentokenomics.generate._dice import Dice
from opentokenomics.generate._fates import fate_of, is_accepted
from opentokenomics.generate._row import Row, in_order
from opentokenomics.generate._tariff import plain

_VERSION = "2026-1"
_BEFORE = "2025-1"
_SCALE = 2
_CENTS_AN_HOUR = 4800
_JUDGED = {"accepted", "rejected", "reworked"}
_COST = {workflow.name: 1500 + 700 * number for number, workflow in enumerate(WORKFLOWS)}
"""What one outcome of each workflow costs without AI, in cents."""


def definition_of(workflow: str) -> str:
    """The definition by which outcomes of a workflow are judged."""
    return f"{workflow}-done"


class Definitions:
    """Outcome definitions without end; the first ones are those of the made-up company, whatever the seed."""

    def __init__(self, seed: int) -> None:
        self._version = standard.versions()[-1]
        self._dice = Dice(seed)
        self._numbers = count(1)

    def units(self) -> Iterator[list[Row]]:
        """Definitions, a few at a time."""
        for version, percent in ((_VERSION, 100), (_BEFORE, 104)):
            yield [self._of(workflow.name, version, _COST[workflow.name] * percent) for workflow in WORKFLOWS]
        while True:
            yield [self.single()]

    def single(self) -> Row:
        """The next definition of work that nobody did before, or that others do."""
        number = next(self._numbers)
        row: Row = {
            "outcome_definition_id": f"idea-{number}",
            "version": "1",
            "unit_name": f"result of idea {number}",
            "acceptance_criteria": "Approved by the person who asked for it, and in use a week later.",
            "baseline_kind": "none",
        }
        if self._dice.chance(0.5):
            row |= {"baseline_kind": "internal_labor", "baseline_unit_cost": str(10 + self._dice.below(400))}
            row |= {"baseline_currency": "EUR", "review_unit_cost": "5"}
        return self._finished(row)

    def is_final(self, unit: list[Row]) -> bool:  # noqa: ARG002 - the protocol of sources
        """Always: no definition corrects another."""
        return True

    def _of(self, workflow: str, version: str, cost: int) -> Row:
        return self._finished(
            {
                "outcome_definition_id": definition_of(workflow),
                "version": version,
                "unit_name": f"finished {workflow.replace('-', ' ')}",
                "acceptance_criteria": "Accepted by the next person who works on it, and not reopened within a month.",
                "baseline_kind": "outsourced",
                "baseline_unit_cost": plain(cost, _SCALE + 2),
                "baseline_currency": "USD",
                "review_unit_cost": plain(cost // 5, _SCALE + 2),
                "failure_loss": "40",
            }
        )

    def _finished(self, row: Row) -> Row:
        return in_order({"spec_version": self._version, **row}, "outcome_definition")


@dataclass(frozen=True, slots=True)
class _Work:
    """A run, as its usage shows it."""

    outcome: str
    workflow: str
    team: str
    principal: str
    start: str
    end: str


class Outcomes:
    """The outcomes of the runs in a stream of usage, one for each run, in order."""

    def __init__(self, usage: Iterable[list[Row]]) -> None:
        self._version = standard.versions()[-1]
        self._works = _works(usage)
        self._ahead: list[_Work] = []
        self._last: list[_Work] = []

    def units(self) -> Iterator[list[Row]]:
        """Outcomes; those that do each other again are together."""
        while True:
            one, other = self._next(), self._next()
            if not is_accepted(one.outcome) and other.workflow == one.workflow:
                self._last = [one, other]
                again = self._row(other, fate_of(other.outcome)) | {"rework_of_outcome_id": one.outcome}
                yield [self._row(one, "reworked"), in_order(again, "outcome")]
            else:
                self._last, self._ahead = [one], [other]
                yield [self._row(one, fate_of(one.outcome))]

    def single(self) -> Row:
        """The next outcome, as if nobody did it again."""
        work = self._next()
        return self._row(work, fate_of(work.outcome))

    def alone(self) -> list[Row]:
        """The outcomes of the last unit, as if nobody did them again."""
        return [self._row(work, fate_of(work.outcome)) for work in self._last]

    def _next(self) -> _Work:
        return self._ahead.pop() if self._ahead else next(self._works)

    def is_final(self, unit: list[Row]) -> bool:  # noqa: ARG002 - the protocol of sources
        """Always: outcomes are stated once."""
        return True

    def _row(self, work: _Work, status: str) -> Row:
        chance = crc32(work.principal.encode() + work.outcome.encode())
        row: Row = {
            "spec_version": self._version,
            "outcome_id": work.outcome,
            "outcome_definition_id": definition_of(work.workflow),
            "outcome_definition_version": _VERSION,
            "status": status,
            "started_at": work.start,
            "workflow": work.workflow,
            "team": work.team,
            "principal_id": work.principal,
            "tags": {"segment": "exception" if chance % 7 == 0 else "standard"},
        }
        if status != "pending":
            row["completed_at"] = work.end
        if status in _JUDGED:
            row["decided_by"] = f"user-{chance % 9999:04d}"
        if status in {"rejected", "reworked", "escalated"} or (status == "accepted" and chance % 3 == 0):
            minutes = 1 + chance % 40
            cost = plain(_CENTS_AN_HOUR * minutes // 60, _SCALE)
            row |= {"human_seconds": 60 * minutes, "human_cost": cost, "currency": "USD"}
        if status == "accepted":
            row |= {"value_amount": plain(_COST[work.workflow], _SCALE), "currency": "USD"}
            row["value_method"] = "baseline_replacement"
        return in_order(row, "outcome")


def _works(usage: Iterable[list[Row]]) -> Iterator[_Work]:
    """The runs in a stream of usage, in the order in which they begin; one ends before the next one begins."""
    last: list[Row] = []
    for unit in usage:
        for row in unit:
            if row["record_type"] == "original" and "outcome_id" in row:
                if last and row["outcome_id"] != last[0]["outcome_id"]:
                    yield _work(last[0], last[-1])
                    last = []
                last = [*last[:1], row]


def _work(first: Row, last: Row) -> _Work:
    return _Work(
        first["outcome_id"],
        first["workflow"],
        first["team"],
        first["principal_id"],
        first["charge_period_start"],
        last["charge_period_end"],
    )
