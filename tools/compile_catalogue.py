"""Compiles the draft's requirements and metrics into ``catalogue.json`` and ``metrics.json``.

``--check`` writes nothing and says whether they are current. The sources are ``spec/requirements/*.yaml`` and
``spec/metrics.yaml``.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

from drafts import FOLDER, IS_DRAFT, ROOT, WORKING
from opentokenomics.rules import compile_predicate
from opentokenomics.standard import NAMED, Column
from opentokenomics.standard._catalogue import Owners, read_requirement
from opentokenomics.standard._schema import read_dataset

SOURCE = ROOT / "spec" / "requirements"
METRICS = ROOT / "spec" / "metrics.yaml"
AREAS = (
    "general",
    "usage",
    "tokens",
    "cost",
    "price",
    "plan",
    "attribution",
    "outcome",
    "evaluation",
    "statement",
    "manifest",
    "metrics",
    "validator",
)


def compile_catalogue() -> str:
    """The text of ``catalogue.json``."""
    entries = [entry for area in AREAS for entry in yaml.safe_load((SOURCE / f"{area}.yaml").read_text("utf-8"))]
    columns = _columns(entries)
    catalogue = {
        "$schema": "catalogue.schema.json",
        "version": WORKING,
        "requirements": [_compile(entry, columns) for entry in entries],
    }
    return json.dumps(catalogue, indent=1, ensure_ascii=False) + "\n"


def _columns(entries: list[dict[str, Any]]) -> Mapping[str, Mapping[str, Column]]:
    """The columns of each dataset; which requirement owns their schema keywords is settled by the schema entries."""
    documents = {file.name: json.loads(file.read_text("utf-8")) for file in FOLDER.glob("*.schema.json")}
    owners = Owners([read_requirement(_entry(entry)) for entry in entries if entry["check"]["kind"] == "schema"])
    datasets = [read_dataset(documents, file, owners) for file, schema in documents.items() if "x-dataset" in schema]
    return {dataset.name: dataset.by_name for dataset in datasets}


def _entry(entry: dict[str, Any]) -> dict[str, Any]:
    """The entry with every key, in the order of the catalogue."""
    keys = ("id", "since", "dataset", "profile", "keyword", "statement", "rationale", "columns", "check", "fix")
    return {key: entry.get(key, [] if key == "columns" else None) for key in keys}


def _compile(entry: dict[str, Any], columns: Mapping[str, Mapping[str, Column]]) -> dict[str, Any]:
    compiled = _entry(entry)
    check = dict(compiled["check"])
    known: Mapping[str, Column] = columns[compiled["dataset"] or "usage"]
    if check["kind"] == "references":
        named = columns[check["to"]["dataset"]]
        joined: Mapping[str, Column] = {**known, **{NAMED + name: column for name, column in named.items()}}
    else:
        joined = known
    for key in ("predicate", "where"):
        if key in check:
            sql = check[key].strip()
            try:
                check[key] = {"sql": sql, "tree": compile_predicate(sql, joined if key == "predicate" else known)}
            except ValueError as error:
                message = f"{compiled['id']}: {error}"
                raise SystemExit(message) from error
    compiled["check"] = check
    return compiled


def compile_metrics() -> str:
    """The text of ``metrics.json``."""
    metrics = {"$schema": "metrics.schema.json", "metrics": yaml.safe_load(METRICS.read_text("utf-8"))}
    return json.dumps(metrics, indent=2, ensure_ascii=False) + "\n"


def main() -> int:
    """Writes what is compiled, or compares it; returns the exit code."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="write nothing; exit 1 when something is out of date")
    arguments = parser.parse_args()
    texts = {"metrics.json": compile_metrics, "catalogue.json": compile_catalogue}
    return max([_settle(FOLDER / name, text(), is_check=arguments.check) for name, text in texts.items()])


def _settle(target: Path, text: str, *, is_check: bool) -> int:
    if target.exists() and target.read_text("utf-8") == text:
        return 0
    name = target.relative_to(ROOT)
    if not IS_DRAFT:
        print(f"{name} is published and never changes: undo the change, or open the next draft", file=sys.stderr)
        return 1
    if is_check:
        print(f"{name} is out of date: run python tools/compile_catalogue.py", file=sys.stderr)
        return 1
    target.write_text(text, "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
