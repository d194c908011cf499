"""Times metrics over made-up records: ``python benchmarks/metrics.py [--usage N] [METRIC...]``.

Each metric runs in a process of its own, so that its peak of memory is its own.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

import duckdb

_USAGE, _OUTCOMES, _EVALUATIONS = (
    ("usage",),
    ("usage", "outcome", "outcome_definition"),
    ("evaluation",),
)
METRICS: Mapping[str, tuple[Sequence[str], str]] = {
    "unit_cost": (_USAGE, ""),
    "cache_hit_ratio": (_USAGE, ""),
    "cache_cost_efficiency": (_USAGE, "--base-price 5 --block-size 1000000"),
    "retry_overhead": (_USAGE, ""),
    "cost_per_outcome": (_OUTCOMES, ""),
    "baseline_ratio": (_OUTCOMES, ""),
    "break_even_success_rate": (_OUTCOMES, ""),
    "marginal_token_utility": (_OUTCOMES[:2], "--where workflow=heavy --compare workflow=light"),
    "cost_of_pass": (_EVALUATIONS, ""),
    "cost_of_pass_ratio": (_EVALUATIONS, "--where model_id=model-0 --compare model_id=model-1"),
    "frontier_cost_of_pass": (_EVALUATIONS, ""),
    "cost_quality_frontier": (_EVALUATIONS, ""),
}
"""Each metric with the datasets that it needs, and with options."""

USAGE = """
    '1.0-draft' AS spec_version, 'r' || i AS record_id, 'original' AS record_type, 'gateway' AS source_name,
    'metered' AS measurement_method, TIMESTAMP '2026-08-01' + INTERVAL 1 SECOND * (i % 2000000) AS charge_period_start,
    TIMESTAMP '2026-08-01' + INTERVAL 1 SECOND * (i % 2000000 + 1) AS charge_period_end,
    'OpenAI' AS service_provider_name, 'account-1' AS billing_account_id, 'inference' AS ai_service,
    'model-' || (i % 7) AS model_id, 'tokens' AS meter, 'g' || i AS usage_group_id,
    'input' AS token_direction, CASE WHEN i % 3 = 0 THEN 'read' ELSE 'uncached' END AS token_cache_action,
    CAST(1 + i % 9000 AS DECIMAL(24, 6)) AS consumed_quantity, 'tokens' AS consumed_unit,
    'this_row' AS cost_carrier, 'usage' AS charge_category,
    CAST((i * 7919 % 100000 + 1) / 100000.0 AS DECIMAL(18, 6)) AS billed_cost, billed_cost AS effective_cost,
    'USD' AS billing_currency, 'invoiced' AS cost_source, 'run-' || (i % $outcomes) AS run_id,
    CAST(1 + i // $outcomes % 2 AS BIGINT) AS attempt, 'o' || (i % $outcomes) AS outcome_id
"""

OUTCOME = """
    '1.0-draft' AS spec_version, 'o' || i AS outcome_id, 'answered' AS outcome_definition_id,
    '1' AS outcome_definition_version,
    CASE WHEN hash(i) % 100 < 70 THEN 'accepted' WHEN hash(i) % 100 < 90 THEN 'rejected' ELSE 'abandoned' END AS status,
    TIMESTAMP '2026-07-01' AS started_at, TIMESTAMP '2027-08-01' AS completed_at, 'user-1' AS decided_by,
    CASE WHEN i % 5 = 0 THEN 'heavy' ELSE 'light' END AS workflow,
    CASE WHEN status = 'accepted' THEN CAST(1 + i % 90 AS DECIMAL(32, 18)) END AS value_amount,
    CASE WHEN status = 'accepted' THEN 'labor_avoided' END AS value_method,
    CASE WHEN status = 'accepted' THEN 'USD' END AS currency
"""

EVALUATION = """
    '1.0-draft' AS spec_version, 'run-' || (i % 5) AS evaluation_id, 'tasks' AS benchmark_id, '1' AS benchmark_version,
    'runner' AS harness, '1' AS harness_version, 'model-' || (i % 5) AS model_id, 'task-' || (i // 20) AS task_id,
    CAST(1 + i // 5 % 4 AS BIGINT) AS trial, hash(i) % 100 < 60 AS solved,
    CAST((i * 7919 % 100000 + 1) / 100000.0 AS DECIMAL(32, 18)) AS cost, 'USD' AS currency, 'list' AS price_basis,
    TIMESTAMP '2026-08-01' AS priced_as_of
"""

DEFINITION = {
    "spec_version": "1.0-draft",
    "outcome_definition_id": "answered",
    "version": "1",
    "unit_name": "answered question",
    "acceptance_criteria": "Not asked again within a week.",
    "baseline_kind": "outsourced",
    "baseline_unit_cost": "20",
    "baseline_currency": "USD",
    "review_unit_cost": "1",
}


def make(folder: Path, rows: Mapping[str, int]) -> None:
    """Writes the inputs."""
    connection = duckdb.connect()
    connection.execute("SET memory_limit = '1GB'")
    connection.execute("SET preserve_insertion_order = false")
    for name, columns in (("usage", USAGE), ("outcome", OUTCOME), ("evaluation", EVALUATION)):
        text = columns.replace("$outcomes", str(rows["outcome"]))
        query = f"SELECT {text} FROM range({rows[name]}) numbers(i)"  # noqa: S608 - numbers
        connection.execute(f"COPY ({query}) TO '{folder / f'{name}.parquet'}' (FORMAT parquet)")
    (folder / "outcome_definition.jsonl").write_text(json.dumps(DEFINITION) + "\n")


def run(folder: Path, metric: str) -> tuple[float, int]:
    """Seconds and megabytes at the peak."""
    datasets, options = METRICS[metric]
    files = [f"{name}={next(folder.glob(f'{name}.*')).name}" for name in datasets]
    command = [sys.executable, "-m", "opentokenomics", "metrics", metric, "--report", "json", "-o", f"{metric}.json"]
    command += [*options.split(), *(word for file in files for word in ("--input", file))]
    start = time.perf_counter()
    process = subprocess.Popen(command, cwd=folder)
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        sys.exit(f"{metric} ended with {process.returncode}")
    if not json.loads((folder / f"{metric}.json").read_text())["results"]:
        sys.exit(f"{metric} has no result")
    return time.perf_counter() - start, used.ru_maxrss // 1024


def main() -> None:
    """Prints a line for each metric."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("metrics", metavar="METRIC", nargs="*", help=f"all unless named: {', '.join(METRICS)}")
    parser.add_argument("--usage", type=int, default=10_000_000, help="records of usage")
    parser.add_argument("--outcomes", type=int, help="outcomes; a tenth of the usage unless given")
    parser.add_argument(
        "--attempts", type=int, help="attempts at tasks of a benchmark; as many as outcomes unless given"
    )
    chosen = parser.parse_args()
    unknown = [each for each in chosen.metrics if each not in METRICS]
    if unknown:
        parser.error(f"there is no metric {unknown[0]} here")
    outcomes = chosen.outcomes or max(1, chosen.usage // 10)
    rows = {"usage": chosen.usage, "outcome": outcomes, "evaluation": chosen.attempts or outcomes}
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        make(folder, rows)
        print(", ".join(f"{count:,} records of {dataset}" for dataset, count in rows.items()))
        for metric in chosen.metrics or METRICS:
            seconds, megabytes = run(folder, metric)
            print(f"| `{metric}` | {seconds:.0f} s | {megabytes} MB |", flush=True)


if __name__ == "__main__":
    main()
