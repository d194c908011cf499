"""Runs one command line many times, each time interrupted before another line of Python that it executes.

Usage: ``python interrupt.py MOST SEED COMMAND...``. Everything is imported once, and each run is a fork. What became of
a run is a line of JSON: the signal, the exit code (negative where the signal killed it), and what it wrote.
"""

from __future__ import annotations

import json
import os
import random
import signal
import sys
from importlib import import_module
from types import FrameType
from typing import Any

_CARETAKERS = ("_workspace.py", "_output.py")
"""What makes and removes things: a signal comes before each of its lines."""

_OTHERS = ("contextlib.py", "shutil.py", "pathlib.py", "_run.py", "_session.py", "_load.py", "_bytes.py", "_convert.py")
"""What else is executed meanwhile: a signal comes before some of its lines."""


class _Lines:
    """Counts the lines that matter and are executed, and raises a signal before one of them."""

    def __init__(self, moment: int, number: int) -> None:
        self.count = 0
        self.caretaking: list[int] = []
        self._moment = moment
        self._number = number

    def __call__(self, frame: FrameType, event: str, _: object) -> Any:  # noqa: ANN401
        file = frame.f_code.co_filename
        if not file.endswith((*_CARETAKERS, *_OTHERS)):
            return None
        if event == "line":
            if self.count == self._moment:
                signal.raise_signal(self._number)
            if file.endswith(_CARETAKERS):
                self.caretaking.append(self.count)
            self.count += 1
        return self


def _run(arguments: list[str], lines: _Lines) -> None:
    """Runs the command in this process and ends it."""
    from opentokenomics.cli import main

    sys.argv = ["opentokenomics", *arguments]
    sys.settrace(lines)
    try:
        main()
    finally:
        sys.settrace(None)


def _fork(arguments: list[str], moment: int, number: int) -> dict[str, Any]:
    """What became of a run, with the moments that there are."""
    streams = [os.memfd_create(name) for name in ("out", "err", "moments")]
    child = os.fork()
    if not child:
        os.dup2(streams[0], 1)
        os.dup2(streams[1], 2)
        lines = _Lines(moment, number)
        try:
            _run(arguments, lines)
        finally:
            os.write(streams[2], json.dumps([lines.caretaking, lines.count]).encode())
    _, status = os.waitpid(child, 0)
    texts = []
    for stream in streams:
        os.lseek(stream, 0, os.SEEK_SET)
        texts.append(os.read(stream, 1 << 20).decode("utf-8", "replace"))
        os.close(stream)
    found = {"signal": number, "code": os.waitstatus_to_exitcode(status), "out": texts[0], "err": texts[1]}
    return {**found, "moments": json.loads(texts[2] or "null")}


def _main() -> None:
    most, seed, *arguments = sys.argv[1:]
    for module in ("convert", "engines", "generate", "report", "cli._convert", "cli._validate"):
        import_module(f"opentokenomics.{module}")
    whole = _fork(arguments, -1, 0)
    print(json.dumps(whole), flush=True)  # noqa: T201
    caretaking, total = whole["moments"]
    dice = random.Random(seed)  # noqa: S311
    moments = {*dice.sample(caretaking, min(len(caretaking), int(most) // 2)), *range(total - int(most) // 8, total)}
    moments |= set(dice.sample(range(total), int(most) - len(moments)))
    for moment in sorted(moments):
        number = dice.choice([signal.SIGINT, signal.SIGTERM])
        print(json.dumps(_fork(arguments, moment, int(number))), flush=True)  # noqa: T201


if __name__ == "__main__":
    _main()
