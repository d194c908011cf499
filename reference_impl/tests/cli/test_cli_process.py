"""What only a process of its own shows: signals, pipes that break, full disks, terminals."""

from __future__ import annotations

import errno
import os
import pty
import re
import signal
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from records import dataset, json_lines

Start = Callable[..., "subprocess.Popen[bytes]"]

MAIN = "from opentokenomics.cli import main; main()"

STUB = """
import sys, tempfile, time
from pathlib import Path
import opentokenomics.engines
from opentokenomics.cli._run import run

home = Path(sys.argv[1])

def nap(step):
    time.sleep(0.02)

def validate(paths, *, progress, **options):
    with tempfile.TemporaryDirectory(dir=home) as folder:
        Path(folder, "spilled").touch()
        (home / "started").touch()
        for step in range(1000):
            progress("reading [bold]x\\x1b", step, 1000)
            nap(step)

opentokenomics.engines.validate = validate
# MORE
sys.exit(run(["validate", "x.csv", "--output", str(home / "report.json")]))
"""


def stub(*more: str) -> str:
    """A program whose engine works for 20 seconds in a temporary folder, and what is changed about it."""
    return STUB.replace("# MORE", "\n".join(more))


def wait_for(file: Path) -> None:
    end = time.monotonic() + 20
    while not file.exists():
        assert time.monotonic() < end, f"{file} never came"
        time.sleep(0.01)


def on_terminal(start: Start, *arguments: object, env: dict[str, str] | None = None, **options: object) -> str:
    """What a command writes when standard output and error are a terminal."""
    parent, child = pty.openpty()
    process = start(*arguments, stdout=child, stderr=child, env={"TERM": "xterm", **(env or {})}, **options)
    os.close(child)
    shown = b""
    try:
        while piece := os.read(parent, 65536):
            shown += piece
    except OSError as error:
        if error.errno != errno.EIO:  # Linux says so when the last writer has closed a terminal
            raise
    finally:
        os.close(parent)
    process.wait()
    return shown.decode()


class TestInterruption:
    """Whoever stops a command finds the folder as it was."""

    @pytest.mark.parametrize(
        ("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143), (signal.SIGHUP, 129)], ids=str
    )
    @pytest.mark.parametrize("swallowed", [False, True])
    def test_nothing_is_left(self, number: int, code: int, swallowed: bool, tmp_path: Path, start: Start) -> None:  # noqa: FBT001
        swallow = """
def nap(step):
    try:
        time.sleep(0.02)
    except KeyboardInterrupt:
        raise RuntimeError("a library makes an error of its own of it") from None
"""
        process = start(tmp_path, code=stub(swallow) if swallowed else stub())
        wait_for(tmp_path / "started")
        process.send_signal(number)
        process.send_signal(number)
        out, err = process.communicate(timeout=20)
        assert (process.returncode, out, err) == (code, b"", b"")
        assert [file.name for file in tmp_path.iterdir()] == ["started"]

    @pytest.mark.parametrize(
        "arguments",
        [["generate", "--rows", 10**9, "--output"], ["convert", "-", "--output"]],
        ids=["generate", "convert"],
    )
    @pytest.mark.parametrize("name", ["rows.jsonl", "rows.csv.gz"])
    def test_no_half_of_a_file_is_left(self, arguments: list[object], name: str, tmp_path: Path, start: Start) -> None:
        process = start(*arguments, tmp_path / name, stdin=subprocess.PIPE)
        end = time.monotonic() + 20
        while not list(tmp_path.iterdir()):
            assert time.monotonic() < end
            time.sleep(0.01)
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=20)
        assert (process.returncode, out, err) == (130, b"", b"")
        assert list(tmp_path.iterdir()) == []

    def test_an_interruption_while_the_program_loads_is_quiet(self, start: Start) -> None:
        slow = (
            "import builtins; real = builtins.__import__\ndef load(name, *rest):\n    if name.endswith('_run'): raise "
        )
        process = start(
            code=f"{slow}KeyboardInterrupt\n    return real(name, *rest)\nbuiltins.__import__ = load\n{MAIN}"
        )
        assert process.communicate(timeout=20) == (b"", b"")
        assert process.returncode == 130

    def test_a_signal_that_the_parent_ignores_stays_ignored(self, tmp_path: Path, start: Start) -> None:
        process = start(tmp_path, code=stub("import signal", "signal.signal(signal.SIGHUP, signal.SIG_IGN)"))
        wait_for(tmp_path / "started")
        process.send_signal(signal.SIGHUP)
        time.sleep(0.2)
        assert process.poll() is None


class TestPipes:
    """A reader that goes away ends a command quietly; a place that cannot take data ends it with a sentence."""

    @pytest.mark.parametrize(
        "arguments", [["schema", "usage"], ["explain"], ["--help"], ["generate", "--rows", "99999"]], ids=str
    )
    def test_a_reader_that_goes_away(self, arguments: list[str], start: Start) -> None:
        read, write = os.pipe()
        process = start(*arguments, stdout=write)
        os.close(write)
        os.close(read)
        _, err = process.communicate(timeout=20)
        assert (process.returncode, err) == (141, b"")

    @pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full")
    @pytest.mark.parametrize("arguments", [["schema", "usage"], ["explain", "OTS-CST-003"]], ids=str)
    def test_a_full_disk(self, arguments: list[str], start: Start) -> None:
        with Path("/dev/full").open("wb") as full:
            process = start(*arguments, stdout=full)
            _, err = process.communicate(timeout=20)
        assert process.returncode == 2
        assert err.startswith(b"Error: No space left on device")
        assert len(err.splitlines()) == 2

    @pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full")
    def test_priced_records_blame_neither_the_input_nor_the_temporary_folder(
        self, start: Start, tmp_path: Path
    ) -> None:
        usage = tmp_path / "usage.jsonl"
        usage.write_bytes(json_lines([record | {"x_note": "n" * 4000} for record in dataset()]))
        read, write = os.pipe()
        process = start("price", usage, stdout=write)
        os.close(write)
        os.close(read)
        _, err = process.communicate(timeout=20)
        assert (process.returncode, err) == (141, b"")
        with Path("/dev/full").open("wb") as full:
            process = start("price", usage, stdout=full)
            _, err = process.communicate(timeout=20)
        assert process.returncode == 2
        assert err.startswith(b"Error: No space left on device")

    def test_a_closed_output(self, start: Start) -> None:
        code = "import os, sys; os.close(1); sys.stdout = None; from opentokenomics.cli import main; main()"
        process = start("schema", "usage", code=code)
        _, err = process.communicate(timeout=20)
        assert process.returncode == 2
        assert err.startswith(b"Error: Standard output is closed.")

    def test_closed_messages_are_no_reason_to_fail_differently(self, start: Start) -> None:
        code = "import os, sys; os.close(2); sys.stderr = None; from opentokenomics.cli import main; main()"
        process = start("explain", "nonsense", code=code)
        assert process.wait(timeout=20) == 2

    def test_an_encoding_without_the_marks(self, start: Start) -> None:
        process = start("explain", env={"PYTHONIOENCODING": "ascii", "PYTHONUTF8": "0"})
        out, err = process.communicate(timeout=20)
        assert (process.returncode, err) == (0, b"")
        assert out.decode("ascii").count("OTS-") > 50
        assert b"----" in out


class TestTerminal:
    """Colours are for terminals whose owners want them."""

    def test_colours_on_a_terminal(self, start: Start) -> None:
        assert "\x1b[1m" in on_terminal(start, "explain", "OTS-CST-003")

    @pytest.mark.parametrize("env", [{"NO_COLOR": "1"}, {"TERM": "dumb"}], ids=str)
    def test_no_colours_for_those_who_want_none(self, env: dict[str, str], start: Start) -> None:
        shown = on_terminal(start, "explain", "OTS-CST-003", env=env)
        assert "OTS-CST-003" in shown
        assert "\x1b" not in shown

    def test_errors_are_marked_on_a_terminal(self, start: Start) -> None:
        assert "\x1b[31m\x1b[1mError:\x1b[0m" in on_terminal(start, "explain", "nonsense")


class TestProgress:
    """A bar appears on a terminal once work has lasted a second, and nowhere else."""

    LONG = stub("def nap(step):", "    time.sleep(0.02)", "    if step == 70: raise KeyboardInterrupt")
    SHORT = LONG.replace("70", "9")

    def test_long_work_on_a_terminal(self, tmp_path: Path, start: Start) -> None:
        shown = on_terminal(start, tmp_path, code=self.LONG)
        assert re.search(r"reading \[bold\]x\\x1b.*%", shown)

    def test_short_work_on_a_terminal(self, tmp_path: Path, start: Start) -> None:
        assert on_terminal(start, tmp_path, code=self.SHORT) == ""

    def test_long_work_without_a_terminal(self, tmp_path: Path, start: Start) -> None:
        process = start(tmp_path, code=self.LONG)
        assert process.communicate(timeout=20) == (b"", b"")
        assert process.returncode == 130
