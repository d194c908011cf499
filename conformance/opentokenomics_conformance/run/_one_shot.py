"""Tests a plain command: ``tool FILE`` ends with exit code 0 where the file is conformant, and with 1 where not."""

from __future__ import annotations

import asyncio
import json
import platform
import tempfile
from base64 import b64decode
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path, PurePosixPath
from typing import Any

from opentokenomics_conformance.cases import Case, Role, Suite
from opentokenomics_conformance.report import Outcome, Result, SuiteReport
from opentokenomics_conformance.run._runner import Plan, result_of, suite_facts
from opentokenomics_conformance.tool import Child

_CONFORMANT, _NOT_CONFORMANT = 0, 1
_MANIFEST = "manifest.json"


def run_plain_command(suite: Suite, plan: Plan) -> SuiteReport:
    """Runs a command for each case of a validator; in its words ``{profile}`` stands for the profile of the case.

    Only the verdict is compared, so a report in this mode says less than one through the protocol.

    Raises:
        ToolError: The command cannot be started.
    """
    started = datetime.now(UTC)
    results = asyncio.run(_run_all(suite.cases, plan))
    return SuiteReport(
        suite_facts(suite),
        {"name": Path(plan.command[0]).name, "version": "unknown", "language": "unknown"},
        platform.platform(),
        started.isoformat(timespec="seconds").replace("+00:00", "Z"),
        "one-shot",
        results,
    )


async def _run_all(cases: Sequence[Case], plan: Plan) -> list[Result]:
    results: dict[str, Result] = {}
    queue = list(cases)[::-1]

    async def work() -> None:
        while queue:
            case = queue.pop()
            results[case.id] = await _run(case, plan)

    try:
        async with asyncio.TaskGroup() as group:
            for _ in range(plan.workers):
                group.create_task(work())
    except ExceptionGroup as several:
        raise several.exceptions[0] from None
    return [results[case.id] for case in cases]


async def _run(case: Case, plan: Plan) -> Result:
    if case.role is not Role.VALIDATOR:
        return result_of(case, Outcome.SKIPPED, "a plain command is tested as a validator only")
    with tempfile.TemporaryDirectory() as folder:
        paths = write_input(case.input, Path(folder))
        command = [word.replace("{profile}", case.input["profile"]) for word in plan.command]
        child = await Child.start([*command, *paths], spoken_to=False)
        code: int | None
        try:
            code = await asyncio.wait_for(child.process.wait(), plan.limits.answer_seconds)
        except TimeoutError:
            code = child.process.returncode
        finally:
            await child.end()
    if code is None:
        return result_of(case, Outcome.TIMED_OUT, f"it did not end within {plan.limits.answer_seconds:g} seconds")
    expected = _CONFORMANT if case.expected["valid"] else _NOT_CONFORMANT
    if code == expected:
        return result_of(case, Outcome.PASSED, None)
    if code not in {_CONFORMANT, _NOT_CONFORMANT}:
        return result_of(case, Outcome.CRASHED, f"it ended with {code}: {child.said_in_passing[-300:]}")
    return result_of(case, Outcome.FAILED, f"expected exit code {expected}, found {code}")


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
