"""Whoever interrupts a command, at whatever moment, finds everything as it was, and no message but the exit code."""

from __future__ import annotations

import gzip
import json
import os
import secrets
import signal
import subprocess
import sys
import time
from typing import Any

import pytest
from records import dataset, json_lines
from watched import AT, WATCH, Watched

_BODIES = b'{"model":"m","usage":{"prompt_tokens":5,"completion_tokens":1}}\n' * 3 + b"{\n"
_INPUTS = {
    "usage.jsonl": json_lines(dataset()),
    "mark.csv.gz": gzip.compress(b"\xef\xbb\xbfteam,tags\na,b\n"),
    "bodies": _BODIES,
}
_COMMANDS: dict[str, tuple[list[str], int, int]] = {
    "validate": (["validate", "usage.jsonl"], 0, 40),
    "validate-copy": (["validate", "mark.csv.gz", "--report", "json"], 1, 12),
    "convert": (["convert", "--from", "openai-response", *AT, "bodies", "--rejects", "rejects"], 1, 40),
    "generate": (["generate", "--rows", "20"], 0, 12),
}
"""Each command with its exit code, and how often it is interrupted."""


class TestAtAnyLine:
    """The signal comes before a line of Python: many that make or remove something, the last ones, and some others."""

    @pytest.mark.parametrize("name", _COMMANDS)
    def test_nothing_is_left(self, name: str, watched: Watched) -> None:
        command, code, most = _COMMANDS[name]
        for file, content in _INPUTS.items():
            watched.file(file, content)
        whole, *runs = self._runs(watched, [*command, "-o", "out"], most)
        assert whole["code"] == code
        assert not watched.left()
        for run in runs:
            # A signal before the command handles signals, or when it is done, is not its business.
            assert run["code"] in {128 + run["signal"], -run["signal"], code}, run
            assert run["err"] in {"", whole["err"]}, run
        assert sum(run["code"] == 128 + run["signal"] for run in runs) > most // 3

    @staticmethod
    def _runs(watched: Watched, command: list[str], most: int) -> list[dict[str, Any]]:
        environment = {**os.environ, "TMPDIR": str(watched.temporary)}
        driver = [sys.executable, str(WATCH / "interrupt.py"), str(most), secrets.token_hex(4), *command]
        done = subprocess.run(driver, cwd=watched.work, env=environment, capture_output=True, check=True, timeout=300)
        return [json.loads(line) for line in done.stdout.splitlines()]


_WHILE_LOADING = """
import _imp, os, signal, sys
from opentokenomics.cli import main

load = _imp.exec_dynamic

def interrupted(module):
    if "duckdb" in module.__name__:
        try:
            os.kill(os.getpid(), signal.SIGINT)
        except KeyboardInterrupt:
            os.abort()  # as some libraries do
    return load(module)

_imp.exec_dynamic = interrupted
sys.argv[1:] = ["validate", "usage.jsonl", "-o", "out"]
main()
"""


def test_while_a_library_is_loaded(watched: Watched) -> None:
    """What is not written in Python may abort the process; the signal is handled as soon as it is loaded."""
    watched.file("usage.jsonl", json_lines(dataset()) * 1000)
    environment = {**os.environ, "TMPDIR": str(watched.temporary)}
    done = subprocess.run(
        [sys.executable, "-c", _WHILE_LOADING],
        cwd=watched.work,
        env=environment,
        capture_output=True,
        check=False,
        timeout=60,
    )
    assert (done.returncode, done.stdout, done.stderr) == (130, b"", b"")
    assert not (watched.work / "out").exists()


_WHILE_AN_OBJECT_IS_DESTROYED = """
import os, signal, sys, time
from opentokenomics.cli import _run

class Gone:
    def __del__(self):
        os.kill(os.getpid(), signal.SIGTERM)
        [_ for _ in range(9)]

def dispatch(_):
    Gone()
    time.sleep(20)
    return 0

_run._dispatch = dispatch
sys.exit(_run.run([]))
"""


def test_while_an_object_is_destroyed() -> None:
    """Python passes over what is raised then, such as while a lock of a module goes away; the signal is not lost."""
    done = subprocess.run(
        [sys.executable, "-c", _WHILE_AN_OBJECT_IS_DESTROYED], capture_output=True, check=False, timeout=60
    )
    assert (done.returncode, done.stdout, done.stderr) == (143, b"", b"")


class TestAtAnyTime:
    """The signal comes whenever it comes, while the engine works or while nothing happens at all."""

    @pytest.mark.parametrize("delay", [0.0, 0.1, 0.3, 0.8])
    @pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM], ids=lambda number: number.name)
    def test_nothing_is_left(self, number: signal.Signals, delay: float, watched: Watched) -> None:
        content = json_lines([{**record, "x_b": "b" * 300} for record in dataset()]) * 1000
        name = watched.file("large.jsonl", content if delay < 0.5 else b"\xef\xbb\xbf" + content)
        process = watched.start("validate", name, "--output", "out", outputs=["out"])
        self._wait_for_work(watched)
        time.sleep(delay)
        process.send_signal(number)
        outcome = watched.finish(process)
        is_done = (watched.work / "out").exists()
        assert (outcome.code, outcome.out) == (1 if is_done else 128 + number, b"")  # 1, for each record is there often
        assert is_done or not outcome.err

    @pytest.mark.parametrize(
        "command", [["validate", "pipe"], ["convert", "pipe"], ["validate", "-"], ["convert", "-"]]
    )
    def test_while_waiting_for_input(self, command: list[str], watched: Watched) -> None:
        os.mkfifo(watched.work / "pipe")
        process = watched.start(*command, "-o", "out", outputs=["out"], stdin=subprocess.PIPE)
        self._wait_for_work(watched)
        process.send_signal(signal.SIGINT)
        outcome = watched.finish(process)
        assert (outcome.code, outcome.out, outcome.err) == (130, b"", "")
        assert not (watched.work / "out").exists()

    @staticmethod
    def _wait_for_work(watched: Watched) -> None:
        end = time.monotonic() + 60
        while not (watched.left()):
            assert time.monotonic() < end
            time.sleep(0.01)
