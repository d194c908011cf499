"""Where there is no room, no permission or nobody listening, a command says so and leaves what was there alone."""

from __future__ import annotations

import gzip
import os
import resource
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from records import dataset, json_lines
from watched import AT, Watched, without_privileges

_BODY = b'{"model":"m","usage":{"prompt_tokens":5,"completion_tokens":1}}\n'
_CONVERT = ("convert", *AT, "--from", "openai-response")
_COMMANDS = {
    "validate": ("validate", "usage.jsonl", "--report", "json"),
    "convert": (*_CONVERT, "bodies"),
    "convert-compressed": (*_CONVERT, "bodies"),
    "generate": ("generate", "--rows", "500"),
}


def _can_mount() -> bool:
    if shutil.which("unshare") is None:
        return False
    mount = ["unshare", "-m", "mount", "-t", "tmpfs", "none", str(Path(__file__).parent)]
    return subprocess.run(mount, capture_output=True, check=False).returncode == 0


needs_mount = pytest.mark.skipif(not _can_mount(), reason="needs the right to mount a file system of its own")


def small_disk(folder: Path, size: str) -> list[str]:
    """What puts a command into a world in which the folder is a disk of that size."""
    script = 'mount -t tmpfs -o size="$0" none "$1" && shift && exec "$@"'
    return ["unshare", "-m", "sh", "-c", script, size, str(folder)]


@pytest.fixture
def filled(watched: Watched) -> Watched:
    watched.file("usage.jsonl", json_lines(dataset()))
    watched.file("bodies", _BODY * 3000)
    (watched.work / "disk").mkdir()
    return watched


def _small_files() -> None:
    resource.setrlimit(resource.RLIMIT_FSIZE, (8192, 8192))


class TestNoRoomForTheOutput:
    @pytest.mark.parametrize("name", _COMMANDS)
    @pytest.mark.parametrize(
        "place",
        [
            pytest.param("disk", marks=needs_mount),
            pytest.param(
                "/dev/full", marks=pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full")
            ),
        ],
    )
    def test_on_the_disk(self, name: str, place: str, filled: Watched) -> None:
        suffix = ".jsonl.zst" if name.endswith("compressed") else ".jsonl"
        output = place if place == "/dev/full" else f"{place}/out{suffix}"
        prefix = small_disk(filled.work / "disk", "4k") if place == "disk" else []
        outcome = filled.run(*_COMMANDS[name], "-o", output, outputs=[output], prefix=prefix)
        assert outcome.code == 2
        assert outcome.err.startswith(f"Error: The output {output} cannot be written: No space left on device.")

    @pytest.mark.parametrize("name", ["convert", "generate"])
    def test_for_a_file_so_large(self, name: str, filled: Watched) -> None:
        (filled.work / "out.csv").write_text("before")
        outcome = filled.run(*_COMMANDS[name], "-o", "out.csv", outputs=["out.csv"], before=_small_files)
        assert outcome.err.startswith("Error: The output out.csv cannot be written: File too large.")
        assert (filled.work / "out.csv").read_text() == "before"

    def test_for_rejects(self, filled: Watched) -> None:
        filled.file("broken", b"{\n" * 999)
        outcome = filled.run(
            *(*_CONVERT, "broken", "-o", "out", "--rejects", "rejects"), outputs=["out", "rejects"], before=_small_files
        )
        assert outcome.err.startswith("Error: The output rejects cannot be written: File too large.")


class TestNoRoomForTemporaryFiles:
    @needs_mount
    @pytest.mark.parametrize("size", ["4k", "300k", "1m", "3m"])
    @pytest.mark.parametrize("name", ["usage.jsonl", "mark.csv", "packed.gz"])
    def test_on_the_disk(self, size: str, name: str, filled: Watched) -> None:
        lines = b"".join(
            b'{"record_id":"%d","model_id":"%s"}\n' % (n, os.urandom(100).hex().encode()) for n in range(9000)
        )
        content = {
            "usage.jsonl": lines,
            "mark.csv": b"\xef\xbb\xbfrecord_id,model_id\n"
            + b"".join(b"%d,%s\n" % (n, b"m" * 300) for n in range(9000)),
            "packed.gz": gzip.compress(lines),
        }
        filled.file(name, content[name])
        outcome = filled.validate(name, prefix=small_disk(filled.temporary, size), most=400)
        if outcome.code == 2:
            assert "emporary folder" in outcome.err
            assert "TMPDIR" in outcome.err

    def test_for_a_file_so_large(self, filled: Watched) -> None:
        filled.file("packed.gz", gzip.compress((filled.work / "usage.jsonl").read_bytes() * 99))
        outcome = filled.validate("packed.gz", before=_small_files)
        assert outcome.code == 2
        assert "temporary folder" in outcome.err

    @pytest.mark.parametrize("folder", ["missing", "file", "locked", "/proc", "odd?"])
    def test_in_a_folder_that_cannot_be_used(self, folder: str, filled: Watched) -> None:
        filled.file("file", b"")
        (filled.work / "locked").mkdir(0o555)
        (filled.work / "odd?").mkdir()
        outcome = filled.validate("usage.jsonl", env={"TMPDIR": folder}, before=without_privileges)
        assert outcome.code == 2
        assert "TMPDIR" in outcome.err
        assert not list((filled.work / "odd?").iterdir())
        (filled.work / "locked").chmod(0o755)


class TestNoPermission:
    @pytest.mark.parametrize("name", _COMMANDS)
    def test_to_write_the_output(self, name: str, filled: Watched) -> None:
        (filled.work / "disk" / "old").write_text("before")
        (filled.work / "disk" / "old").chmod(0o444)
        for output, words in (
            ("disk/old", "The output disk/old is write-protected."),
            ("disk/new", "Permission denied."),
        ):
            (filled.work / "disk").chmod(0o755 if output == "disk/old" else 0o555)
            outcome = filled.run(*_COMMANDS[name], "-o", output, outputs=[output], before=without_privileges)
            assert (outcome.code, words in outcome.err) == (2, True), outcome.err
        (filled.work / "disk").chmod(0o755)
        assert (filled.work / "disk" / "old").read_text() == "before"


def _close(*numbers: int) -> Callable[[], None]:
    def close() -> None:
        for number in numbers:
            os.close(number)

    return close


class TestNobodyListens:
    @pytest.mark.parametrize("name", ["validate", "convert"])
    @pytest.mark.parametrize("numbers", [(0,), (1,), (2,), (0, 1), (1, 2), (0, 1, 2)], ids=str)
    def test_streams_that_are_closed(self, name: str, numbers: tuple[int, ...], filled: Watched) -> None:
        process = filled.start(*_COMMANDS[name], before=_close(*numbers))
        outcome = filled.finish(process)
        assert outcome.code == (2 if 1 in numbers else 0)
        if numbers in {(1,), (0, 1)}:
            assert outcome.err.startswith("Error: Standard output is closed.")
        elif 1 not in numbers:
            assert outcome.out
        process = filled.start(*_COMMANDS[name], "-o", "out", outputs=["out"], before=_close(*numbers))
        assert filled.finish(process).code == 0

    @pytest.mark.parametrize("name", ["validate", "convert"])
    @pytest.mark.parametrize("taken", [0, 10])
    def test_a_reader_that_goes_away(self, name: str, taken: int, filled: Watched) -> None:
        process = filled.start(*_COMMANDS[name], stderr=subprocess.PIPE)
        assert process.stdout is not None
        assert len(os.read(process.stdout.fileno(), taken)) == taken
        process.stdout.close()
        process.stdout = None
        outcome = filled.finish(process)
        # A report is written at once, before anybody can go away.
        assert outcome.code in ({0, 141} if name == "validate" else {141})
        assert "Error" not in outcome.err

    @pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full")
    @pytest.mark.parametrize("name", _COMMANDS)
    def test_a_full_standard_output(self, name: str, filled: Watched) -> None:
        with Path("/dev/full").open("wb") as full:
            outcome = filled.run(*_COMMANDS[name], stdout=full)
        assert outcome.code == 2
        assert outcome.err.startswith("Error: No space left on device")


class TestTwoAtOnce:
    """Runs at the same time do not know of each other; of their outputs, one stands there whole."""

    @pytest.mark.parametrize("name", ["validate", "convert"])
    def test_on_one_input_and_one_output(self, name: str, filled: Watched) -> None:
        assert filled.run(*_COMMANDS[name], "-o", "alone", outputs=["alone"]).code == 0
        runs = [filled.start(*_COMMANDS[name], "-o", "out", outputs=["out"]) for _ in range(3)]
        for run in runs:
            assert run.communicate(timeout=120)[0] == b""
            assert run.returncode == 0
        assert not filled.left()
        assert (filled.work / "out").read_bytes() == (filled.work / "alone").read_bytes()
