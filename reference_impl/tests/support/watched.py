"""The command line in a process of its own, watched: what it writes and leaves behind, and what memory it takes."""

from __future__ import annotations

import ctypes
import json
import os
import resource
import signal
import subprocess
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

WATCH = Path(__file__).with_name("watch")
AT = ("--at", "2026-08-31T00:00:00Z")
FREE_MEMORY = 400
"""Megabytes that any command may take."""

_ADDRESSES = (2 << 30) + (os.cpu_count() or 1) * (80 << 20)
"""Bytes of addresses: a stop for what runs away. Stacks and arenas of threads take addresses, though no memory."""

_PATIENCE = 120


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a command ended.

    Attributes:
        code: Its exit code; negative is the signal that killed it.
        out: What it wrote to standard output.
        err: What it wrote to standard error.
        peak: Megabytes of memory that it had at most; None where it did not come to its end.
    """

    code: int
    out: bytes
    err: str
    peak: int | None

    @property
    def report(self) -> dict[str, Any]:
        """The JSON report on standard output, which has to be strict JSON."""
        return dict(json.loads(self.out.decode("utf-8"), parse_constant=_refuse))

    @property
    def places(self) -> set[tuple[str, int | None]]:
        """Requirement and line of each violation that the JSON report lists."""
        return {(each["requirement"], each["line"]) for each in self.report["violations"]}


class Watched:
    """Runs commands in a folder of their own, and holds each of them to what holds for any input.

    Attributes:
        work: The folder in which commands run and in which inputs and outputs are.
        temporary: The folder for temporary files, which has to be empty when a command has ended.
    """

    def __init__(self, home: Path) -> None:
        self._home = home
        self._notes = home / "notes"
        self._nobody = home / "nobody"
        self.work, self.temporary = home / "work", home / "temporary"
        for folder in (self.work, self.temporary, self._nobody):
            folder.mkdir()

    def file(self, name: str | bytes, *content: bytes) -> str:
        """Makes an input; gives its name."""
        with open(os.path.join(os.fsencode(self.work), os.fsencode(name)), "wb") as file:  # noqa: PTH118, PTH123
            file.writelines(content)
        return os.fsdecode(name)

    def start(
        self,
        *arguments: object,
        outputs: Iterable[str | Path] = (),
        env: Mapping[str, str] | None = None,
        before: Callable[[], None] | None = None,
        prefix: Sequence[str] = (),
        **options: Any,  # noqa: ANN401 - those of Popen
    ) -> subprocess.Popen[bytes]:
        """Starts a command; ``outputs`` are the files that it may write."""
        temporary = self.work / (env or {}).get("TMPDIR", self.temporary)
        written = [str((self.work / each).absolute()) for each in outputs]
        places = [f"{temporary.resolve()}/", "/dev/null", *written]
        path = os.pathsep.join([str(WATCH), *os.environ.get("PYTHONPATH", "").split(os.pathsep)])
        environment = {
            **{name: value for name, value in os.environ.items() if name not in {"COLUMNS", "OPENTOKENOMICS_DEBUG"}},
            "HOME": str(self._nobody),
            "HOSTILE_NOTES": str(self._notes),
            "HOSTILE_PLACES": "\n".join(places),
            "PYTHONDONTWRITEBYTECODE": "1",
            "PYTHONPATH": path,
            "TMPDIR": str(self.temporary),
            **(env or {}),
        }
        self._notes.write_bytes(b"")

        def prepare() -> None:
            resource.setrlimit(resource.RLIMIT_AS, (_ADDRESSES, _ADDRESSES))
            # What the tests were started from may ignore signals, and handed that on.
            for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
                signal.signal(number, signal.SIG_DFL)
            if before is not None:
                before()

        command = [*prefix, sys.executable, "-m", "opentokenomics", *map(_argument, arguments)]
        streams = {"stdin": subprocess.DEVNULL, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
        return subprocess.Popen(
            command,
            cwd=self.work,
            env=environment,
            preexec_fn=prepare,  # noqa: PLW1509 - sets limits and signals only
            **{**streams, **options},
        )

    def finish(self, process: subprocess.Popen[bytes], stdin: bytes | None = None) -> Outcome:
        """Waits for a command and gives how it ended; it may have done nothing but what it was asked for."""
        with process:
            try:
                out, err = process.communicate(stdin, timeout=_PATIENCE)
            finally:
                process.kill()
        notes = self._notes.read_text("utf-8").splitlines()
        foreign = [line for line in notes if line.startswith("did ")]
        assert not foreign, foreign
        assert not self.left(), err
        messages = (err or b"").decode("utf-8")
        for text in (messages, (out or b"").decode("utf-8", "replace")):
            assert "Traceback" not in text, text
            assert "unexpectedly" not in text, text
        peaks = [int(line.split()[1]) // 1024 for line in notes if line.startswith("peak ")]
        return Outcome(process.returncode, out or b"", messages, peaks[0] if peaks else None)

    def left(self) -> list[str]:
        """What is in the folders that have to be empty, and what is half done."""
        found = [*self.temporary.rglob("*"), *self._nobody.rglob("*"), *self.work.rglob(".*.part")]
        return [str(each) for each in found]

    def run(
        self,
        *arguments: object,
        stdin: bytes | int | IO[bytes] = b"",
        outputs: Iterable[str | Path] = (),
        most: int = FREE_MEMORY,
        **options: Any,  # noqa: ANN401
    ) -> Outcome:
        """Runs a command to its end; it ends with 0, 1 or 2, and where with 2, one sentence and a fix say why.

        Args:
            arguments: The command line.
            stdin: What standard input holds.
            outputs: Files that the command may write; none of them appears, or changes, where it ends with 2.
            most: Megabytes of memory that it may take.
            options: Those of :meth:`start`.
        """
        before = _state(self.work)
        source = subprocess.PIPE if isinstance(stdin, bytes) else stdin
        process = self.start(*arguments, outputs=outputs, stdin=source, **options)
        outcome = self.finish(process, stdin if isinstance(stdin, bytes) else None)
        assert outcome.code in {0, 1, 2}, outcome
        with suppress(FileNotFoundError):
            named = {str(self.work / each) for each in outputs}
            changed = {name for name, state in _state(self.work).items() if before.get(name) != state}
            assert changed <= (named if outcome.code < 2 else set()), changed
        if outcome.code == 2 and process.stderr is not None:
            assert outcome.out == b""
            first, second = outcome.err.splitlines()
            assert first.startswith("Error: "), outcome.err
            assert first.endswith((".", "?")), outcome.err
            assert second.startswith("  "), outcome.err
            assert second.endswith("."), outcome.err
        if sys.platform == "linux":
            assert outcome.peak is not None
            assert outcome.peak <= most, f"{outcome.peak} MB"
        return outcome

    def validate(self, *arguments: object, **options: Any) -> Outcome:  # noqa: ANN401
        """Validates with a JSON report to standard output."""
        return self.run("validate", "--report", "json", "--max-examples", "20", *arguments, **options)

    def convert(self, *arguments: object, **options: Any) -> Outcome:  # noqa: ANN401
        """Converts into the file ``out``, which is whole or absent."""
        (self.work / "out").unlink(missing_ok=True)
        outcome = self.run("convert", *AT, "-o", "out", *arguments, outputs=["out"], **options)
        assert (self.work / "out").exists() == (outcome.code < 2)
        return outcome


def without_privileges() -> None:
    """Takes from a process that is about to start what lets root read and write whatever it likes."""
    if os.geteuid() == 0:
        for capability in (1, 2):  # to override permissions, and to read in spite of them
            assert ctypes.CDLL(None).prctl(24, capability, 0, 0, 0) == 0


def _argument(argument: object) -> str:
    return os.fsdecode(argument) if isinstance(argument, bytes | Path) else str(argument)


def _state(folder: Path) -> dict[str, tuple[int, int, int]]:
    states = {str(each): each.lstat() for each in folder.rglob("*") if each.is_file() or each.is_symlink()}
    return {name: (state.st_ino, state.st_size, state.st_mtime_ns) for name, state in states.items()}


def _refuse(constant: str) -> object:
    raise ValueError(constant)
