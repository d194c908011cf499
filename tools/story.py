"""Makes the worked story of examples/story/ anew; ``--check`` only says whether it is current.

The records are made up: seeded, and with totals that are set beforehand, so that what the story says is exactly so. The
statements are computed from the files by the package like anybody else's.
"""

from __future__ import annotations

import argparse
import csv
import io
import json
import sys
import tempfile
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from random import Random

from drafts import ROOT
from opentokenomics.metrics import Axis
from opentokenomics.metrics.measured import Parameters, Preparation, make_statements
from story_readme import readme
from story_records import CHANGE_DEFINITION, CLAIM_DEFINITION, Row, agents, claims, seats

STORY = ROOT / "examples" / "story"
SEED = 361
PREPARATION = Preparation(datetime(2026, 9, 1, 8, tzinfo=UTC), "finops-team")


_HEAVY, _LIGHT = {"tags.tier": "heavy"}, {"tags.tier": "light"}
STATEMENTS: Mapping[str, Sequence[tuple[str, Parameters]]] = {
    "claims": (
        ("baseline_ratio", Parameters()),
        ("baseline_ratio", Parameters(by=("tags.document",))),
        ("cost_per_outcome", Parameters(by=("tags.document",))),
        ("break_even_success_rate", Parameters(by=("tags.document",))),
        ("retry_overhead", Parameters()),
    ),
    "seats": (
        ("cost_per_outcome", Parameters(by=("tags.tier",))),
        ("marginal_token_utility", Parameters(scope=_HEAVY, comparison_scope=_LIGHT)),
        ("marginal_token_utility", Parameters(scope=_HEAVY, comparison_scope=_LIGHT, axis=Axis.TOKENS)),
        ("unit_cost", Parameters(block_size=1_000_000)),
        ("cache_hit_ratio", Parameters()),
    ),
    "agents": (
        ("cost_of_pass", Parameters()),
        ("cost_quality_frontier", Parameters()),
    ),
}
"""What is claimed in each part of the story."""


def make(folder: Path) -> None:
    """Writes the whole story into a folder."""
    random = Random(SEED)  # noqa: S311 - made-up records, no secrets
    found = {"claims": claims(random), "seats": seats(random)}
    definitions = {"claims": CLAIM_DEFINITION, "seats": CHANGE_DEFINITION}
    for part, records in found.items():
        (folder / part).mkdir(parents=True)
        write_csv(folder / part / "usage.csv", records.usage)
        write_lines(folder / part / "outcome.jsonl", records.outcomes)
        write_lines(folder / part / "outcome_definition.jsonl", [definitions[part]])
    (folder / "agents").mkdir()
    write_csv(folder / "agents" / "evaluation.csv", agents(random))
    for part, wanted in STATEMENTS.items():
        inputs = [(file.name.partition(".")[0], file) for file in sorted((folder / part).iterdir())]
        rows = [
            row for metric, how in wanted for row in make_statements(metric, needed(metric, inputs), how, PREPARATION)
        ]
        write_lines(folder / part / "statement.jsonl", rows)
    (folder / "tampered").mkdir()
    write_lines(folder / "tampered" / "statement.jsonl", [flattered(folder / "claims" / "statement.jsonl")])
    (folder / "README.md").write_text(readme(folder), "utf-8", newline="\n")


def needed(metric: str, inputs: Iterable[tuple[str, Path]]) -> list[tuple[str, Path]]:
    """The inputs without those that the metric does not look at."""
    only_usage = metric in {"unit_cost", "cache_hit_ratio", "retry_overhead"}
    return [(dataset, file) for dataset, file in inputs if dataset == "usage" or not only_usage]


def flattered(statements: Path) -> Row:
    """The claim about the exceptions with more than a third of its cost left out, and everything in it consistent."""
    rows: list[Row] = [json.loads(line) for line in statements.read_text("utf-8").splitlines()]
    (row,) = (
        each
        for each in rows
        if each["metric"] == "baseline_ratio" and each.get("scope") == {"tags.document": "exception"}
    )
    cost = Decimal(row["denominator"]) * Decimal("0.95")
    factor = cost / Decimal(row["numerator"])
    bounds = {name: f"{Decimal(row[name]) * factor:.6f}" for name in ("lower_bound", "upper_bound")}
    return {**row, "numerator": f"{cost.normalize():f}", "value": "0.95", **bounds}


def write_csv(path: Path, rows: Sequence[Row]) -> None:
    """Rows with the columns that they have."""
    sink = io.StringIO()
    writer = csv.DictWriter(sink, list(dict.fromkeys(name for row in rows for name in row)), lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    path.write_text(sink.getvalue(), "utf-8", newline="\n")


def write_lines(path: Path, rows: Iterable[Row]) -> None:
    """One JSON object on each line."""
    path.write_text("".join(f"{json.dumps(row)}\n" for row in rows), "utf-8", newline="\n")


def main() -> int:
    """Writes the story, or compares it; returns the exit code."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="write nothing; exit 1 when a file is out of date")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        make(Path(name))
        made = {file.relative_to(name).as_posix(): file.read_bytes() for file in Path(name).rglob("*.*")}
    if not arguments.check:
        for path, content in made.items():
            (STORY / path).parent.mkdir(parents=True, exist_ok=True)
            (STORY / path).write_bytes(content)
        return 0
    stale = [path for path, content in made.items() if not is_current(STORY / path, content)]
    if stale:
        print(f"examples/story/ is out of date: {', '.join(stale)}: run python tools/story.py", file=sys.stderr)
    return 1 if stale else 0


def is_current(path: Path, content: bytes) -> bool:
    """Whether a file is there and has this content."""
    return path.is_file() and path.read_bytes() == content


if __name__ == "__main__":
    sys.exit(main())
