"""Evaluations of models on a made-up benchmark, attempt by attempt or as sums."""

from __future__ import annotations

from collections.abc import Iterator
from hashlib import sha256
from itertools import count

from opentokenomics import standard
from opentokenomics.generate._dice import Dice
from opentokenomics.generate._row import Row, in_order
from opentokenomics.generate._tariff import plain

_MODELS = (
    ("gpt-5-2025-08-07", "openai/gpt-5"),
    ("gpt-5-mini-2025-08-07", "openai/gpt-5-mini"),
    ("claude-sonnet-4-5-20250929", "anthropic/claude-sonnet-4.5"),
    ("claude-haiku-4-5-20251001", "anthropic/claude-haiku-4.5"),
    ("gemini-2.5-pro", "google/gemini-2.5-pro"),
)
_SCALE = 6
_MOST_TASKS = 6
BENCHMARK: Row = {
    "benchmark_id": "claims-tasks",
    "benchmark_version": "2026.1",
    "dataset_digest": f"sha256:{sha256(b'claims-tasks').hexdigest()}",
    "split": "held-out",
    "harness": "task-runner",
    "harness_version": "1.4.0",
}
"""What every evaluation has in common."""


class Evaluations:
    """Evaluations without end: mostly attempts, now and then a sum of many."""

    def __init__(self, seed: int) -> None:
        self._version = standard.versions()[-1]
        self._dice = Dice(seed)
        self._numbers = count(1)

    def units(self) -> Iterator[list[Row]]:
        """One evaluation after the other."""
        while True:
            yield self._attempts() if self._dice.chance(0.6) else [self.single()]

    def single(self) -> Row:
        """The sum of all attempts of an evaluation."""
        tasks = 20 + self._dice.below(200)
        attempts = tasks * (1 + self._dice.below(3))
        counts: Row = {"task_count": tasks, "attempt_count": attempts, "solved_count": self._dice.below(attempts)}
        tokens = {"input_tokens": 9000 * attempts, "output_tokens": 1100 * attempts}
        cost = plain(attempts * self._dice.skewed(10_000, 4_000_000), _SCALE)
        return self._finished(self._common(), {**counts, **tokens, "cost": cost})

    def is_final(self, unit: list[Row]) -> bool:  # noqa: ARG002 - the protocol of sources
        """Always: no evaluation corrects another."""
        return True

    def _attempts(self) -> list[Row]:
        common = self._common()
        trials = 1 + self._dice.below(3)
        strength = 0.2 + 0.7 * self._dice.random()
        return [
            self._finished(
                common,
                {
                    "task_id": f"task-{task:03d}",
                    "trial": trial,
                    "solved": self._dice.chance(strength),
                    "cost": plain(self._dice.skewed(10_000, 4_000_000), _SCALE),
                    "input_tokens": self._dice.skewed(900, 90_000),
                    "output_tokens": self._dice.skewed(90, 9_000),
                },
            )
            for task in range(1, 3 + self._dice.below(_MOST_TASKS - 2))
            for trial in range(1, trials + 1)
        ]

    def _common(self) -> Row:
        model, canonical = self._dice.pick(_MODELS)
        return {
            "evaluation_id": f"evaluation-{next(self._numbers)}",
            **BENCHMARK,
            "scaffold": self._dice.pick(("bash-only", "planner", "three-agents")),
            "sampling": "temperature 1",
            "retry_policy": "every trial counts",
            "cache_policy": "prompt cache on",
            "grader_id": "unit-tests-2026.1",
            "model_id": model,
            "canonical_model_id": canonical,
            "reasoning_effort": self._dice.pick(("low", "medium", "high")),
            "currency": "USD",
            "price_basis": "list",
            "priced_as_of": "2026-06-01T00:00:00Z",
            "completed_at": f"2026-06-{1 + self._dice.below(28):02d}T12:00:00Z",
        }

    def _finished(self, common: Row, row: Row) -> Row:
        return in_order({"spec_version": self._version, **common, **row}, "evaluation")
