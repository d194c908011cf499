"""The company whose usage is made up: who asks models for what, in which run."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from opentokenomics.generate._dice import Dice
from opentokenomics.generate._row import Row


@dataclass(frozen=True, slots=True)
class Workflow:
    """A kind of work that runs again and again."""

    team: str
    application: str
    name: str
    cost_center: str
    principal_type: str
    longest_run: int


WORKFLOWS = (
    Workflow("claims", "claims-assistant", "claim-intake", "4711", "service_account", 4),
    Workflow("claims", "claims-assistant", "fraud-screening", "4711", "agent", 7),
    Workflow("support", "help-desk", "ticket-triage", "4712", "service_account", 2),
    Workflow("support", "help-desk", "ticket-resolution", "4712", "agent", 9),
    Workflow("engineering", "code-review", "pull-request-review", "5020", "agent", 6),
    Workflow("engineering", "pair-programming", "interactive-coding", "5020", "human", 12),
    Workflow("marketing", "studio", "campaign-draft", "6100", "human", 3),
    Workflow("legal", "contract-desk", "contract-review", "6200", "human", 5),
    Workflow("data", "warehouse", "document-indexing", "5030", "service_account", 3),
)
_ENVIRONMENTS = ("production", "production", "production", "staging", "development")
_PRINCIPALS_OF_A_WORKFLOW = 12
_FIRST_SUCCEEDS = 0.9
_NOT_IN_A_LOOP = 0.998
_MOST_ATTEMPTS_AFTER_FAILURE = 3
_MOST_ATTEMPTS_IN_A_LOOP = 25


class Run:
    """One run of a workflow: steps, some of them tried again, now and then an agent that is stuck in a loop."""

    def __init__(self, number: int, principals: Mapping[str, list[str]], dice: Dice) -> None:
        workflow = dice.pick(WORKFLOWS)
        principal = dice.pick(principals[workflow.name])
        self._dice = dice
        self._number = number
        self._step = 0
        self._steps = 1 + dice.below(workflow.longest_run)
        self._attempt = 0
        self._attempts = 0
        self._tags = {"cost_center": workflow.cost_center}
        self._columns: Row = {
            "principal_id": f"user-{principal}",
            "principal_type": workflow.principal_type,
            "credential_id": f"key-{principal[:4]}",
            "team": workflow.team,
            "application": workflow.application,
            "environment": dice.pick(_ENVIRONMENTS),
            "workflow": workflow.name,
            "run_id": f"run-{number:08d}",
            "outcome_id": f"outcome-{number:08d}",
        }

    @property
    def finished(self) -> bool:
        """Whether no invocation is left."""
        return self._step == self._steps and self._attempt == self._attempts

    def next_invocation(self) -> Row:
        """The columns that say who made the next invocation of a model, and where in the run it stands."""
        if self._attempt == self._attempts:
            self._step += 1
            self._attempt = 0
            self._attempts = self._draw_attempts()
        self._attempt += 1
        step = f"step-{self._number:08d}-{self._step}"
        return {
            **self._columns,
            "step_id": step,
            "attempt": self._attempt,
            "invocation_id": f"inv-{step[5:]}-{self._attempt}",
            "tags": self._tags,
        }

    def _draw_attempts(self) -> int:
        draw = self._dice.random()
        if draw < _FIRST_SUCCEEDS:
            return 1
        most = _MOST_ATTEMPTS_AFTER_FAILURE if draw < _NOT_IN_A_LOOP else _MOST_ATTEMPTS_IN_A_LOOP
        return 2 + self._dice.below(most - 1)


class Company:
    """Starts one run after the other."""

    def __init__(self, dice: Dice) -> None:
        self._dice = dice
        self._runs = 0
        self._principals = {
            workflow.name: [f"{dice.below(2**32):08x}" for _ in range(_PRINCIPALS_OF_A_WORKFLOW)]
            for workflow in WORKFLOWS
        }

    def someone(self) -> Row:
        """The columns that say who used something outside of any run."""
        workflow = self._dice.pick(WORKFLOWS)
        return {
            "principal_id": f"user-{self._dice.pick(self._principals[workflow.name])}",
            "principal_type": workflow.principal_type,
            "team": workflow.team,
            "application": workflow.application,
            "environment": self._dice.pick(_ENVIRONMENTS),
        }

    def start_run(self) -> Run:
        """The next run."""
        self._runs += 1
        return Run(self._runs, self._principals, self._dice)
