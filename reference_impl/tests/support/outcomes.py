"""Outcome definitions, outcomes, evaluations and statements for tests: datasets that keep every rule.

Without arguments, they are those that the usage records of ``records.dataset`` name, and each other. With another
prefix they stand alone, so that several datasets make one input in which no rule on sets looks across their borders.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Mapping
from hashlib import sha256
from pathlib import Path

from records import STANDARD, Record, Records, json_lines

from opentokenomics import Report, validate
from opentokenomics.convert import encode_rows

OWNER = "d"
"""The prefix of what the usage of ``records.dataset`` names."""

_DIGEST = sha256(b"").hexdigest()
_BENCHMARK: Record = {
    "benchmark_id": "tasks",
    "benchmark_version": "2",
    "dataset_digest": f"sha256:{_DIGEST}",
    "split": "verified",
    "harness": "runner",
    "harness_version": "1.4",
    "scaffold": "bash",
    "sampling": "temperature 1",
    "retry_policy": "none",
    "cache_policy": "on",
    "grader_id": "unit-tests-2",
    "model_id": "model-a",
    "canonical_model_id": "example/model-a",
    "model_version": "2026-01",
    "reasoning_effort": "high",
    "price_basis": "list",
    "priced_as_of": "2026-08-01T00:00:00Z",
}


def _finished(records: Records, prefix: str, *identities: str) -> Records:
    whole = [{"spec_version": STANDARD.version, "x_sheet": "7", **record} for record in records]
    return [
        {name: f"{prefix}/{value}" if name in identities else value for name, value in record.items()}
        for record in whole
    ]


def definitions(prefix: str = OWNER) -> Records:
    """Outcome definitions on which every requirement of their dataset that a program can check is evaluated."""
    named: Record = {
        "outcome_definition_id": "decided",
        "version": "1",
        "unit_name": "decided claim",
        "acceptance_criteria": "Not reopened within thirty days.",
        "baseline_kind": "outsourced",
    }
    amounts = {"baseline_unit_cost": "361", "baseline_currency": "USD", "review_unit_cost": "86", "failure_loss": "40"}
    new: Record = {**named, "version": "2", "baseline_kind": "none"}
    return _finished([{**named, **amounts}, new], prefix, "outcome_definition_id")


def outcomes(prefix: str = OWNER) -> Records:
    """Outcomes likewise."""
    judged: Record = {
        "outcome_definition_id": "decided",
        "outcome_definition_version": "1",
        "started_at": "2026-08-30T10:00:00Z",
        "completed_at": "2026-08-30T10:05:00Z",
        "decided_by": "user-1",
        "workflow": "intake",
        "team": "claims",
        "principal_id": "user-2",
    }
    worth = {"value_amount": "361", "currency": "USD", "value_method": "baseline_replacement"}
    human = {"human_seconds": 60, "human_cost": "1.5", "currency": "USD"}
    records: Records = [
        {"outcome_id": "outcome", "status": "accepted", **judged, **worth, **human, "tags": {"segment": "a"}},
        {"outcome_id": "first", "status": "reworked", **judged, **human},
        {"outcome_id": "second", "status": "accepted", **judged, **worth, "rework_of_outcome_id": "first"},
        {"outcome_id": "lost", "status": "abandoned", **judged, "value_amount": "0.00", **_of(worth, "currency")},
        {"outcome_id": "open", "status": "pending", **_without(judged, "completed_at", "decided_by")},
    ]
    records[3]["value_method"] = "self_reported"
    return _finished(records, prefix, "outcome_id", "outcome_definition_id", "rework_of_outcome_id")


def _of(record: Record, *names: str) -> Record:
    return {name: record[name] for name in names}


def _without(record: Record, *names: str) -> Record:
    return {name: value for name, value in record.items() if name not in names}


def evaluations(prefix: str = OWNER) -> Records:
    """Evaluations likewise."""
    spent: Record = {
        "currency": "USD",
        "input_tokens": 1200,
        "output_tokens": 300,
        "completed_at": "2026-08-30T10:00:00Z",
    }
    attempt: Record = {"evaluation_id": "attempts", **_BENCHMARK, **spent, "score": "1"}
    records: Records = [
        {**attempt, "task_id": task, "trial": trial, "solved": solved, "cost": cost}
        for task, trial, solved, cost in (("a", 1, True, "1.5"), ("a", 2, False, "2"), ("b", 1, False, "0"))
    ]
    counts = {"task_count": 50, "attempt_count": 60, "solved_count": 35}
    records.append({"evaluation_id": "sum", **_BENCHMARK, **spent, **counts, "cost": "50", "score": "70"})
    return _finished(records, prefix, "evaluation_id")


def statements(prefix: str = OWNER) -> Records:
    """Statements likewise."""
    common: Record = {
        "metric_version": "1.0",
        "prepared_at": "2026-09-01T00:00:00Z",
        "prepared_by": "finops",
        "period_start": "2026-08-01T00:00:00Z",
        "period_end": "2026-09-01T00:00:00Z",
        "parameters": {},
        "sample_size": 50,
        "inputs": [{"dataset": "evaluation", "sha256": _DIGEST, "rows": 0}],
    }
    interval = {
        "lower_bound": "1.2",
        "upper_bound": "1.8",
        "confidence_level": "0.95",
        "interval_method": "cluster_bootstrap",
    }
    money = {"currency": "USD", "estimator": "ratio_of_sums"}
    passed: Record = {"metric": "cost_of_pass", **common, **_BENCHMARK, **money, "numerator": "50"}
    outcome = {"outcome_definition_id": f"{prefix}/decided", "outcome_definition_version": "1"}
    column = {"cost_column": "effective_cost"}
    quotient = {"numerator": "2", "denominator": "3", "value": "0.666666666666666667"}
    records: Records = [
        {
            "statement_id": "passed",
            **passed,
            "denominator": "35",
            "value": "1.428571428571428571",
            **interval,
            "scope": {"split": "verified"},
            "parameters": {"seed": "7", "resamples": "1000"},
        },
        {"statement_id": "nothing", **passed, "denominator": "0.0", **_without(interval, "upper_bound")},
        {"statement_id": "unknown", **passed, "denominator": "0", **interval},
        {"statement_id": "outcome", "metric": "cost_per_outcome", **common, **money, **column, **outcome}
        | {"numerator": "722", "denominator": "2", "value": "361"},
        {"statement_id": "cache", "metric": "cache_hit_ratio", **common, **quotient},
        {"statement_id": "margin", "metric": "marginal_token_utility", **common, **column, **_of(money, "currency")}
        | {"numerator": "-1", "denominator": "-9", "value": "0.111111111111111111"}
        | {"comparison_scope": {"team": "support"}, "identification": "observational"},
    ]
    return _finished(records, prefix, "statement_id")


MAKE: Mapping[str, Callable[[str], Records]] = {
    "outcome_definition": definitions,
    "outcome": outcomes,
    "evaluation": evaluations,
    "statement": statements,
}
"""What makes the records of each dataset."""


def report_of(inputs: Mapping[str, Records], suffix: str = ".jsonl", profile: str = "intelligence") -> Report:
    """The report on one file for each dataset."""
    with tempfile.TemporaryDirectory() as folder:
        files = [Path(folder, name + suffix) for name in inputs]
        for file, (name, records) in zip(files, inputs.items(), strict=True):
            custom = sorted(
                {column for record in records for column in record} - STANDARD.datasets[name].by_name.keys()
            )
            text = encode_rows(records, "csv", name, custom) if suffix == ".csv" else [json_lines(records)]
            file.write_bytes(b"".join(text))
        return validate(files, profile=profile, max_examples=10**6)
