"""What was attempted at which task, and what it cost."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from opentokenomics.metrics._errors import MetricError
from opentokenomics.metrics._exact import amount_from_zero, count, currency, one_currency, total


@dataclass(frozen=True, slots=True)
class Attempt:
    """One attempt at a task of a benchmark.

    Attributes:
        task_id: The task.
        solved: Whether the grader found it solved.
        cost: What the attempt cost, whether it succeeded or not; from 0.
        currency: Currency of the cost.
    """

    task_id: str
    solved: bool
    cost: Decimal
    currency: str

    def __post_init__(self) -> None:
        object.__setattr__(self, "cost", amount_from_zero(self.cost, "The cost of an attempt"))
        currency(self.currency)


@dataclass(frozen=True, slots=True)
class TaskTotal:
    """All attempts at one task, added up.

    Attributes:
        task_id: The task.
        attempts: How many attempts there were, at least one.
        solved: How many of them solved it.
        cost: What all of them cost; from 0.
        currency: Currency of the cost.
    """

    task_id: str
    attempts: int
    solved: int
    cost: Decimal
    currency: str

    def __post_init__(self) -> None:
        _check_counts(self.attempts, self.solved)
        object.__setattr__(self, "cost", amount_from_zero(self.cost, "The cost of a task"))
        currency(self.currency)


@dataclass(frozen=True, slots=True)
class RunTotal:
    """All attempts of a run of a benchmark, added up, where nothing is known of each task.

    Attributes:
        tasks: How many tasks there were, at least one.
        attempts: How many attempts there were, at least as many.
        solved: How many attempts solved their task.
        cost: What all of them cost; from 0.
        currency: Currency of the cost.
    """

    tasks: int
    attempts: int
    solved: int
    cost: Decimal
    currency: str

    def __post_init__(self) -> None:
        _check_counts(self.attempts, self.solved)
        if count(self.tasks, "The number of tasks", 1) > self.attempts:
            raise MetricError(
                "fewer_attempts_than_tasks",
                f"{self.attempts} attempts cannot have been made at {self.tasks} tasks.",
                "Count only tasks that were attempted.",
            )
        object.__setattr__(self, "cost", amount_from_zero(self.cost, "The cost of a run"))
        currency(self.currency)


def _check_counts(attempts: int, solved: int) -> None:
    count(attempts, "The number of attempts", 1)
    if count(solved, "The number of solved attempts") > attempts:
        raise MetricError(
            "more_solved_than_attempts", f"{solved} of {attempts} attempts cannot be solved.", "Correct the counts."
        )


def tasks_of(attempts: Iterable[Attempt | TaskTotal]) -> list[TaskTotal]:
    """Attempts added up by task, in the order of the tasks' names.

    Raises:
        MetricError: Their currencies differ.
    """
    grouped: dict[str, list[TaskTotal]] = defaultdict(list)
    for each in attempts:
        one = (
            each
            if isinstance(each, TaskTotal)
            else TaskTotal(each.task_id, 1, int(each.solved), each.cost, each.currency)
        )
        grouped[one.task_id].append(one)
    money = one_currency(each.currency for group in grouped.values() for each in group)
    return [
        TaskTotal(
            task,
            sum(each.attempts for each in group),
            sum(each.solved for each in group),
            total(each.cost for each in group),
            money or "",
        )
        for task, group in sorted(grouped.items())
    ]


def run_of(tasks: Sequence[TaskTotal]) -> RunTotal:
    """Totals of different tasks in one currency, at least one, added up."""
    return RunTotal(
        len(tasks),
        sum(each.attempts for each in tasks),
        sum(each.solved for each in tasks),
        total(each.cost for each in tasks),
        tasks[0].currency,
    )
