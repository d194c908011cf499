"""The made-up records of the worked story: seeded, and with totals that are set beforehand."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from random import Random
from typing import Any

from opentokenomics.metrics import share
from opentokenomics.standard import load

Row = dict[str, Any]

VERSION = load().version

_PRICES = {"uncached": Decimal("1.25"), "read": Decimal("0.125"), "output": Decimal(10)}
"""Dollars for a million tokens, by kind."""
MILLION = 1_000_000
_MONTH = datetime(2026, 8, 3, 8, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Setting:
    """What all usage of one workflow has in common."""

    team: str
    application: str
    workflow: str


@dataclass(slots=True)
class Records:
    """The files of one part of the story."""

    usage: list[Row] = field(default_factory=list)
    outcomes: list[Row] = field(default_factory=list)


def usage_of(
    setting: Setting, name: str, outcome: str, start: datetime, attempt: int, tokens: Mapping[str, int]
) -> Iterator[Row]:
    """A record for each kind of tokens of one model call, each with its cost."""
    for kind, quantity in tokens.items():
        direction = "output" if kind == "output" else "input"
        cost = f"{(quantity * _PRICES[kind] / MILLION).normalize():f}"
        yield {
            "spec_version": VERSION,
            "record_id": f"{name}:{kind}",
            "record_type": "original",
            "source_name": "gateway",
            "measurement_method": "metered",
            "charge_period_start": instant(start),
            "charge_period_end": instant(start + timedelta(seconds=30)),
            "service_provider_name": "OpenAI",
            "billing_account_id": "org-7hq2k1",
            "ai_service": "inference",
            "model_id": "gpt-5-2025-08-07",
            "canonical_model_id": "openai/gpt-5",
            "meter": "tokens",
            "usage_group_id": name,
            "usage_group_total": sum(tokens.values()),
            "token_direction": direction,
            "token_cache_action": kind if direction == "input" else None,
            "consumed_quantity": quantity,
            "consumed_unit": "tokens",
            "cost_carrier": "this_row",
            "charge_category": "usage",
            "billed_cost": cost,
            "effective_cost": cost,
            "billing_currency": "USD",
            "cost_source": "invoiced",
            "team": setting.team,
            "application": setting.application,
            "workflow": setting.workflow,
            "run_id": f"run-{outcome}",
            "attempt": attempt,
            "outcome_id": outcome,
        }


CLAIMS = Setting("claims", "claims-assistant", "claim-intake")
CLAIM_DEFINITION: Row = {
    "spec_version": VERSION,
    "outcome_definition_id": "claim-decided",
    "version": "2026-1",
    "unit_name": "decided claim",
    "acceptance_criteria": "Decided within two days by the rules of the policy, and not reopened within thirty days.",
    "baseline_kind": "outsourced",
    "baseline_unit_cost": "361",
    "baseline_currency": "USD",
    "review_unit_cost": "86",
    "failure_loss": "40",
}


_DONE_AGAIN = 0.5
"""The part of the refused claims that the assistant tries once more."""


@dataclass(frozen=True, slots=True)
class Segment:
    """How claims of one kind go; people are paid 60 dollars an hour, that is one for each minute."""

    document: str
    claims: int
    accepted: float
    input_tokens: int
    minutes: int


SEGMENTS = (Segment("standard", 150, 0.94, 30_000, 9), Segment("exception", 60, 0.42, 210_000, 115))


def claims(random: Random) -> Records:
    """Claims of policies with and without an exception document; what is refused once is done again once."""
    found, start = Records(), _MONTH
    number = 1000
    for segment in SEGMENTS:
        for _ in range(segment.claims):
            number, start = number + 1, start + timedelta(minutes=37)
            is_accepted = random.random() < segment.accepted
            first = claim(found, random, segment, f"claim-{number}", start)
            if is_accepted:
                first |= accepted("361", "baseline_replacement")
            elif random.random() < _DONE_AGAIN:
                first["status"] = "reworked"
                again = claim(found, random, segment, f"claim-{number}-again", start + timedelta(hours=3))
                again["rework_of_outcome_id"] = first["outcome_id"]
                if random.random() < segment.accepted:
                    again |= accepted("361", "baseline_replacement")
    return found


def claim(found: Records, random: Random, segment: Segment, name: str, start: datetime) -> Row:
    """One try at a claim, which people take over unless something better becomes of it."""
    for attempt in range(1, 2 + (random.random() < 1 - segment.accepted)):
        tokens = {
            "uncached": around(random, segment.input_tokens),
            "read": around(random, 12_000),
            "output": around(random, 1_800),
        }
        at = start + timedelta(minutes=attempt)
        found.usage += usage_of(CLAIMS, f"{name}:{attempt}", name, at, attempt, tokens)
    minutes = around(random, segment.minutes)
    outcome = {
        "spec_version": VERSION,
        "outcome_id": name,
        "outcome_definition_id": CLAIM_DEFINITION["outcome_definition_id"],
        "outcome_definition_version": CLAIM_DEFINITION["version"],
        "status": "escalated",
        "started_at": instant(start),
        "completed_at": instant(start + timedelta(minutes=10 + minutes)),
        "decided_by": "user-8f14e45f",
        "workflow": CLAIMS.workflow,
        "team": CLAIMS.team,
        "tags": {"document": segment.document},
        "human_seconds": 60 * minutes,
        "human_cost": str(minutes),
        "currency": "USD",
    }
    found.outcomes.append(outcome)
    return outcome


SEATS = Setting("engineering", "coding-assistant", "change-request")
CHANGE_DEFINITION: Row = {
    "spec_version": VERSION,
    "outcome_definition_id": "change-merged",
    "version": "1",
    "unit_name": "merged change",
    "acceptance_criteria": "Merged after a review by a colleague, and not reverted within fourteen days.",
    "baseline_kind": "none",
}


@dataclass(frozen=True, slots=True)
class Tier:
    """The seats of one tier: what they merged and what they gave up, and the tokens of the month by kind."""

    name: str
    merged: int
    given_up: int
    tokens: Mapping[str, int]


TIERS = (
    Tier("light", 48, 6, {"uncached": 960_000_000, "output": 40_000_000}),
    Tier("heavy", 96, 30, {"uncached": 6_253_776_900, "read": 3_446_223_000, "output": 300_000_100}),
)
"""The heavy tier has exactly 10 times the tokens, at exactly 7.03 times the cost, for twice the merged changes."""


def seats(random: Random) -> Records:
    """Changes of six light and six heavy users of a coding assistant."""
    found = Records()
    for tier in TIERS:
        names = [f"{tier.name}-{number:03}" for number in range(1, tier.merged + tier.given_up + 1)]
        weights = {name: Decimal(1 + int(random.random() * 8)) for name in names}
        tokens = {kind: share(Decimal(total), weights, 0) for kind, total in tier.tokens.items()}
        given_up = set(sorted(names, key=lambda _: random.random())[: tier.given_up])
        for number, name in enumerate(names):
            start = _MONTH + timedelta(minutes=61 * number)
            spent = {kind: int(shares[name]) for kind, shares in tokens.items()}
            found.usage += usage_of(SEATS, f"change-{name}", f"change-{name}", start, 1, spent)
            outcome = {
                "spec_version": VERSION,
                "outcome_id": f"change-{name}",
                "outcome_definition_id": CHANGE_DEFINITION["outcome_definition_id"],
                "outcome_definition_version": CHANGE_DEFINITION["version"],
                "status": "abandoned",
                "started_at": instant(start),
                "completed_at": instant(start + timedelta(minutes=45)),
                "workflow": SEATS.workflow,
                "team": SEATS.team,
                "tags": {"tier": tier.name, "seat": f"seat-{tier.name}-{1 + number % 6}"},
            }
            if name not in given_up:
                outcome |= {**accepted("240", "labor_avoided"), "decided_by": "user-1679091c", "currency": "USD"}
            found.outcomes.append(outcome)
    return found


@dataclass(frozen=True, slots=True)
class Agent:
    """How an agent did on fifty tasks."""

    scaffold: str
    solved: int
    cents: int


AGENTS = (
    Agent("terse agent", 27, 38_888),
    Agent("planning agent", 27, 159_990),
    Agent("debating agents", 27, 178_967),
    Agent("single prompt", 16, 9_720),
    Agent("terse agent with tests", 33, 84_150),
)
TASKS = 50


def agents(random: Random) -> list[Row]:
    """An attempt of each agent at each task; the same tasks are hard for all of them, and hard ones are dear."""
    hardness = {f"task-{number:02}": random.random() for number in range(1, TASKS + 1)}
    rows = []
    for agent in AGENTS:
        seen = {task: hard + 0.5 * random.random() for task, hard in hardness.items()}
        solved = set(sorted(seen, key=lambda task: seen[task])[: agent.solved])
        weights = {task: Decimal(1 + int(40 * seen[task] * random.random())) for task in hardness}
        cents = share(Decimal(agent.cents), weights, 0)
        rows += [attempt_at(agent, task, cents[task], is_solved=task in solved) for task in hardness]
    return rows


def attempt_at(agent: Agent, task: str, cents: Decimal, *, is_solved: bool) -> Row:
    """One attempt at one task."""
    return {
        "spec_version": VERSION,
        "evaluation_id": f"evaluation-{agent.scaffold.replace(' ', '-')}",
        "benchmark_id": "swe-tasks",
        "benchmark_version": "2026.2",
        "dataset_digest": "sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
        "split": "fifty",
        "harness": "task-runner",
        "harness_version": "1.4.0",
        "scaffold": agent.scaffold,
        "sampling": "temperature 1",
        "retry_policy": "one trial for each task",
        "cache_policy": "prompt cache on",
        "grader_id": "unit-tests-2026.2",
        "model_id": "gpt-5-2025-08-07",
        "canonical_model_id": "openai/gpt-5",
        "task_id": task,
        "trial": 1,
        "solved": "true" if is_solved else "false",
        "cost": f"{cents / 100:.2f}",
        "currency": "USD",
        "price_basis": "list",
        "priced_as_of": "2026-08-01T00:00:00Z",
        "completed_at": "2026-08-31T12:00:00Z",
    }


def accepted(value: str, method: str) -> Row:
    """What an accepted outcome has, and no other."""
    return {"status": "accepted", "value_amount": value, "value_method": method}


def around(random: Random, middle: int) -> int:
    """A whole number from half of the middle to one and a half times the middle."""
    return middle // 2 + int(random.random() * (middle + 1))


def instant(moment: datetime) -> str:
    """A time as the standard writes it."""
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")
