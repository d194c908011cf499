"""The implementation in JavaScript beside the reference implementation: one process answers many validations."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from checkout import CHECKOUT

from opentokenomics import Report, validate

FOLDER = CHECKOUT / "conformance" / "implementations" / "javascript"
MOST = 1000
_PLACE = ("requirement", "dataset", "path", "row", "line", "column")


@dataclass(frozen=True, slots=True)
class Case:
    """Inputs that both implementations judge."""

    paths: tuple[Path, ...]
    profile: str | None = "intelligence"
    dataset: str | None = None


def _node() -> str:
    node = shutil.which("node")
    if node is None:
        pytest.fail("These tests need Node 20 or newer, and it is not on the PATH: install it; `make javascript`.")
    if not (FOLDER / "node_modules").is_dir():
        pytest.fail("The dependencies of the JavaScript implementation are not installed: run `make javascript`.")
    return node


def by_javascript(cases: Sequence[Case]) -> list[dict[str, Any]]:
    """The reports of one Node process on all cases."""
    asked = "".join(
        json.dumps(
            {
                "paths": [str(path) for path in case.paths],
                "maxExamples": MOST,
                **({"profile": case.profile} if case.profile else {}),
                **({"dataset": case.dataset} if case.dataset else {}),
            }
        )
        + "\n"
        for case in cases
    )
    command = [_node(), str(FOLDER / "agreement" / "batch.js")]
    answer = subprocess.run(command, input=asked, capture_output=True, text=True, check=False, timeout=300)
    assert answer.returncode == 0, answer.stderr
    reports = [json.loads(line) for line in answer.stdout.split("\n") if line]
    assert len(reports) == len(cases)
    return reports


def by_python(case: Case) -> dict[str, Any]:
    """The report of the reference implementation."""
    report: Report = validate(list(case.paths), profile=case.profile, dataset=case.dataset, max_examples=MOST)
    return report.to_dict()


def essence(report: dict[str, Any]) -> dict[str, Any]:
    """What two implementations have to agree on: everything but wording and what is shown of values."""
    assert "error" not in report, report
    return {
        **{name: report[name] for name in ("spec_version", "profile", "conformant", "achieved_profile", "summary")},
        "datasets": report["datasets"],
        "checks": {
            check["requirement"]: (check["keyword"], check["status"], check["evaluated"], check["violations"])
            for check in report["checks"]
        },
        "violations": Counter(
            # What is found in no file is of no dataset in particular.
            tuple(each[name] if each["path"] or name != "dataset" else None for name in _PLACE)
            for each in report["violations"]
        ),
    }


def assert_agree(cases: Sequence[Case]) -> None:
    """Both implementations say the same of every case."""
    assert cases
    differing = []
    for case, report in zip(cases, by_javascript(cases), strict=True):
        ours, theirs = essence(by_python(case)), essence(report)
        differing += [(case, *each) for part, said in ours.items() for each in _differing(part, said, theirs[part])]
    assert not differing, "\n".join(map(str, differing[:20]))


def _differing(part: str, ours: object, theirs: object) -> list[tuple[object, ...]]:
    if not isinstance(ours, dict) or not isinstance(theirs, dict):
        return [] if ours == theirs else [(part, ours, theirs)]
    keys = dict.fromkeys([*ours, *theirs])
    return [(part, key, ours.get(key), theirs.get(key)) for key in keys if ours.get(key) != theirs.get(key)]
