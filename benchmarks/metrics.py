"""Times metrics over made-up usage and outcomes: ``python benchmarks/metrics.py [USAGE_ROWS [OUTCOMES]]``.

Each metric runs in a process of its own, so that its peak of memory is its own.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import duckdb

METRICS = ("unit_cost", "cache_hit_ratio", "retry_overhead", "cost_per_outcome", "baseline_ratio")
OF_OUTCOMES = {"cost_per_outcome", "baseline_ratio"}

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
    TIMESTAMP '2026-07-01' AS started_at, TIMESTAMP '2027-08-01' AS completed_at, 'user-1' AS decided_by
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


def make(folder: Path, usage: int, outcomes: int) -> None:
    """Writes the inputs."""
    connection = duckdb.connect()
    connection.execute("SET memory_limit = '1GB'")
    connection.execute("SET preserve_insertion_order = false")
    for name, columns, rows in (("usage", USAGE, usage), ("outcome", OUTCOME, outcomes)):
        query = f"SELECT {columns.replace('$outcomes', str(outcomes))} FROM range({rows}) numbers(i)"  # noqa: S608 - numbers
        connection.execute(f"COPY ({query}) TO '{folder / f'{name}.parquet'}' (FORMAT parquet)")
    (folder / "outcome_definition.jsonl").write_text(json.dumps(DEFINITION) + "\n")


def run(folder: Path, metric: str) -> tuple[float, int]:
    """Seconds and megabytes at the peak."""
    files = ["usage=usage.parquet"]
    if metric in OF_OUTCOMES:
        files += ["outcome=outcome.parquet", "outcome_definition=outcome_definition.jsonl"]
    command = [sys.executable, "-m", "opentokenomics", "metrics", metric, "--report", "json", "-o", f"{metric}.json"]
    start = time.perf_counter()
    process = subprocess.Popen([*command, *(word for file in files for word in ("--input", file))], cwd=folder)
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        sys.exit(f"{metric} ended with {process.returncode}")
    return time.perf_counter() - start, used.ru_maxrss // 1024


def main() -> None:
    """Prints a line for each metric."""
    usage = int(sys.argv[1]) if len(sys.argv) > 1 else 10_000_000
    outcomes = int(sys.argv[2]) if len(sys.argv) > 2 else usage // 10  # noqa: PLR2004 - the second word
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        make(folder, usage, outcomes)
        print(f"{usage:,} records of usage, {outcomes:,} outcomes")
        for metric in METRICS:
            seconds, megabytes = run(folder, metric)
            print(f"| {metric} | {seconds:.0f} s | {megabytes} MB |", flush=True)


if __name__ == "__main__":
    main()
