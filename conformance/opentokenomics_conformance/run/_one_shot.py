"""Tests a plain command: ``tool FILE`` ends with exit code 0 where the file is conformant, and with 1 where not."""

from __future__ import annotations

import json
import platform
import subprocess
import tempfile
from base64 import b64decode
from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path, PurePosixPath
from typing import Any

from opentokenomics_conformance.cases import Case, Role, Suite
from opentokenomics_conformance.report import Outcome, Result, SuiteReport
from opentokenomics_conformance.run._runner import Plan, result_of, suite_facts
from opentokenomics_conformance.tool import ToolError

_CONFORMANT, _NOT_CONFORMANT = 0, 1
_MANIFEST = "manifest.json"


def run_plain_command(suite: Suite, plan: Plan) -> SuiteReport:
    """Runs a command for each case of a validator; in its words ``{profile}`` stands for the profile of the case.

    Only the verdict is compared, so a report in this mode says less than one through the protocol.

    Raises:
        ToolError: The command cannot be started.
    """
    started = datetime.now(UTC)
    with ThreadPoolExecutor(plan.workers) as pool:
        results = list(pool.map(lambda case: _run(case, plan), suite.cases))
    return SuiteReport(
        suite_facts(suite),
        {"name": Path(plan.command[0]).name, "version": "unknown", "language": "unknown"},
        platform.platform(),
        started.isoformat(timespec="seconds").replace("+00:00", "Z"),
        "one-shot",
        results,
    )


def _run(case: Case, plan: Plan) -> Result:
    if case.role is not Role.VALIDATOR:
        return result_of(case, Outcome.SKIPPED, "a plain command is tested as a validator only")
    with tempfile.TemporaryDirectory() as folder:
        paths = write_input(case.input, Path(folder))
        command = [word.replace("{profile}", case.input["profile"]) for word in plan.command]
        try:
            ended = subprocess.run(  # noqa: S603 - the command that the user asked to test
                [*command, *paths],
                stdin=subprocess.DEVNULL,
                capture_output=True,
                timeout=plan.limits.answer_seconds,
                check=False,
            )
        except subprocess.TimeoutExpired:
            return result_of(case, Outcome.TIMED_OUT, f"it did not end within {plan.limits.answer_seconds:g} seconds")
        except OSError as error:
            raise ToolError(
                "tool_missing", f"{command[0]} cannot be started: {error.strerror}.", "Name a command that can be run."
            ) from None
    expected = _CONFORMANT if case.expected["valid"] else _NOT_CONFORMANT
    if ended.returncode == expected:
        return result_of(case, Outcome.PASSED, None)
    if ended.returncode not in {_CONFORMANT, _NOT_CONFORMANT}:
        said = ended.stderr[-300:].decode("utf-8", "replace")
        return result_of(case, Outcome.CRASHED, f"it ended with {ended.returncode}: {said}")
    return result_of(case, Outcome.FAILED, f"expected exit code {expected}, found {ended.returncode}")


def write_input(given: Any, folder: Path) -> Sequence[str]:  # noqa: ANN401 - JSON
    """Writes what a validator is given as files, and returns what to name to a command.

    Args:
        given: The input of a case.
        folder: An empty folder.

    Returns:
        The folder where it is a bundle, else its files.
    """
    if "records" in given:
        paths = []
        for dataset, records in given["records"].items():
            path = folder / f"{dataset}.jsonl"
            path.write_bytes(b"".join(json.dumps(each).encode() + b"\n" for each in records))
            paths.append(str(path))
        return paths
    paths = write_files(given["files"], folder)
    return [str(folder)] if any(file["path"] == _MANIFEST for file in given["files"]) else paths


def write_files(files: Iterable[Mapping[str, str]], folder: Path) -> list[str]:
    """Writes files of a case, and returns their paths.

    Args:
        files: What the protocol says of each.
        folder: Where they go; none of them leads out of it.
    """
    paths = []
    for file in files:
        path = folder.joinpath(*PurePosixPath(file["path"]).parts)
        if not path.resolve().is_relative_to(folder.resolve()):
            message = f"the path {file['path']} of a case leads out of its folder"
            raise ValueError(message)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b64decode(file["base64"]) if "base64" in file else file["text"].encode())
        paths.append(str(path))
    return paths
