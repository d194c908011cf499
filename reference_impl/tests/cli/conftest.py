"""Runs command lines, in this process and in one of their own, and fakes what lies behind them where that helps."""

from __future__ import annotations

import io
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterable, Iterator
from typing import Any

import pytest

import opentokenomics.engines
import opentokenomics.generate
from opentokenomics.cli._run import run
from opentokenomics.errors import InputError
from opentokenomics.report import CheckResult, InputSummary, Report, Status, Violation
from opentokenomics.standard import Keyword, Profile, load

MAIN = "from opentokenomics.cli import main; main()"


@pytest.fixture(autouse=True)
def quiet_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """A developer's own settings must not decide a test."""
    for name in ("NO_COLOR", "FORCE_COLOR", "COLUMNS", "OPENTOKENOMICS_DEBUG", "_OPENTOKENOMICS_COMPLETE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("TERM", "xterm")


@pytest.fixture
def invoke(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Callable[..., tuple[int, str, str]]:
    """Runs a command line in this process; gives its exit code, its output and its messages."""

    def call(*arguments: object, stdin: bytes = b"") -> tuple[int, str, str]:
        reader = io.BufferedReader(io.BytesIO(stdin))
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(reader))
        capsys.readouterr()
        code = run([str(argument) for argument in arguments])
        out, err = capsys.readouterr()
        return code, out, err

    return call


@pytest.fixture
def start() -> Iterator[Callable[..., subprocess.Popen[bytes]]]:
    """Starts Python with a piece of code (by default, the command line) and arguments, in a process of its own."""
    started: list[subprocess.Popen[bytes]] = []

    def call(*arguments: object, code: str = MAIN, **options: Any) -> subprocess.Popen[bytes]:  # noqa: ANN401
        environment = {**os.environ, **options.pop("env", {})}
        environment.pop("PYTHONUNBUFFERED", None)  # it would hide what is left in a buffer when a pipe breaks
        streams = {"stdin": subprocess.DEVNULL, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
        command = [sys.executable, "-c", code, *map(str, arguments)]
        process = subprocess.Popen(command, env=environment, **{**streams, **options}, preexec_fn=_default_signals)  # noqa: PLW1509 - sets signals only
        started.append(process)
        return process

    yield call
    for process in started:
        if process.poll() is None:
            process.kill()
        process.wait()
        for stream in (process.stdin, process.stdout, process.stderr):
            if stream is not None:
                stream.close()


def _default_signals() -> None:
    """A process started from one that nohup started, or that runs in the background, ignores what that one ignores."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_DFL)


def make_report(paths: Iterable[str], *, conformant: bool, most: int = 5) -> Report:
    """A report on a cost export: every requirement passes, or one fails on one row."""
    standard = load()
    checks, violations = [], []
    for each in standard.of("usage"):
        if not each.machine_checkable:
            checks.append(CheckResult(each.id, each.keyword, Status.NOT_MACHINE_CHECKABLE, 0, 0, "no program can"))
        elif each.id == "OTS-CST-003" and not conformant:
            checks.append(CheckResult(each.id, Keyword.MUST, Status.FAIL, 9, 1))
            violations = [
                Violation(each.id, "usage", path, 3, 4, "secret-id", "list_cost", "3.14", "It is wrong.", each.fix)
                for path in paths
            ][:most]
        else:
            checks.append(CheckResult(each.id, each.keyword, Status.PASS, 9, 0))
    return Report(
        standard.version,
        Profile.COST,
        conformant=conformant,
        achieved_profile=Profile.COST if conformant else Profile.METERING,
        datasets=tuple(InputSummary("usage", path, 9) for path in paths),
        checks=tuple(checks),
        violations=tuple(violations),
        blocking={} if conformant else {Profile.COST: ("OTS-CST-003",)},
    )


@pytest.fixture
def engine(monkeypatch: pytest.MonkeyPatch) -> list[dict[str, Any]]:
    """An engine that judges by the name of the first input, and notes how it was called."""
    calls: list[dict[str, Any]] = []

    def validate(paths: Iterable[str], **options: Any) -> Report:  # noqa: ANN401
        paths = list(paths)
        calls.append({"paths": paths, **options})
        if "missing" in paths[0]:
            raise InputError("input_missing", f"{paths[0]} does not exist.", "Check the path.")
        if "crash" in paths[0]:
            message = f"crashed on {paths[0]}"
            raise ZeroDivisionError(message)
        return make_report(paths, conformant="bad" not in paths[0], most=options["max_examples"])

    monkeypatch.setattr(opentokenomics.engines, "validate", validate, raising=False)
    return calls


@pytest.fixture
def generator(monkeypatch: pytest.MonkeyPatch) -> None:
    """A generator of small rows."""

    def generate(rows: int, seed: int, profile: Profile, dataset: str) -> Iterator[dict[str, object]]:
        assert dataset == "usage"
        for number in range(rows):
            yield {"record_id": f"{seed}:{number}", "source_name": str(profile), "tags": {"a": "b"}}

    monkeypatch.setattr(opentokenomics.generate, "generate", generate)
