"""Judges inputs in a process of its own, so that what kills it or never ends is found as well."""

from __future__ import annotations

import json
import select
import struct
import subprocess
import sys
from types import TracebackType
from typing import Self

from fuzz import CHECKOUT

_PATIENCE = 120
"""Seconds; a stop for what never ends, and no measure of speed."""

_USES = 1000
"""Inputs for each process, so that what libraries keep does not add up."""


class Finding(Exception):  # noqa: N818 - it is what is looked for
    """An input that has another outcome than any that is foreseen."""


class Hang(Finding):
    """An input that is never done with."""


class Judged:
    """The judge of a target."""

    def __init__(self, target: str) -> None:
        self._target = target
        self._process: subprocess.Popen[bytes] | None = None
        self._uses = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(self, _: type[BaseException] | None, __: BaseException | None, ___: TracebackType | None) -> None:
        self._stop()

    def judge(self, content: bytes) -> None:
        """Judges one input.

        Raises:
            Finding: Something is wrong with its outcome.
        """
        if self._uses == _USES:
            self._stop()
        process = self._process or self._start()
        self._uses += 1
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdin.write(struct.pack("<I", len(content)) + content)
        process.stdin.flush()
        if not select.select([process.stdout], [], [], _PATIENCE)[0]:
            process.kill()
            self._stop()
            message = f"it is not done with after {_PATIENCE} seconds"
            raise Hang(message)
        answer = process.stdout.readline()
        if not answer:
            code = process.wait()
            self._stop()
            message = f"the process died of it, with code {code}"
            raise Finding(message)
        problem = json.loads(answer)
        if problem is not None:
            raise Finding(problem)

    def _start(self) -> subprocess.Popen[bytes]:
        command = [sys.executable, "-m", "fuzz.worker", self._target]
        self._process = subprocess.Popen(command, cwd=CHECKOUT, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        self._uses = 0
        return self._process

    def _stop(self) -> None:
        process, self._process, self._uses = self._process, None, 0
        if process is not None:
            for stream in (process.stdin, process.stdout):
                if stream is not None:
                    stream.close()
            process.wait()
