"""Whatever an input is called, and whatever it is: a file is read, and anything else is refused in one sentence."""

from __future__ import annotations

import os
import socket
import subprocess
import threading
from pathlib import Path

import pytest
from records import json_lines
from watched import Watched, without_privileges
from wild import SHORT

_NAMES: list[str | bytes] = [
    *("it's.jsonl", 'qu"ote.jsonl', "a,b.jsonl", "'; DROP TABLE facts; --.jsonl", "$(id).jsonl", "%s%n.jsonl"),
    *("*.jsonl", "[a].jsonl", "a?b.jsonl", "{a,b}.jsonl", "**", "~", "back\\slash.jsonl", "a\\", " .jsonl", "NUL"),
    *("-dash.jsonl", "--help", "--output=x", "https:", "a\nb.jsonl", "a\r\x1b[31m\x07.jsonl", "\u202ea.jsonl"),
    *("é😀.jsonl", b"\xff\xfe.jsonl", b"\xed\xa0\x80.jsonl", "x" * 249 + ".jsonl", "two.dots.tar.jsonl", "usage"),
]
_BODY = b'{"model":"m","usage":{"prompt_tokens":%d}}\n'


def _shown(name: str | bytes) -> str:
    return os.fsencode(name).decode("utf-8", "backslashreplace")


class TestNames:
    """A name means a file and nothing else, and is shown in a form that acts on nothing."""

    def test_validate(self, watched: Watched) -> None:
        files = [
            watched.file(name, json_lines([{**SHORT, "record_id": f"r{number}"}])) for number, name in enumerate(_NAMES)
        ]
        outcome = watched.validate("--", *files)
        assert [(each["path"], each["rows"]) for each in outcome.report["datasets"]] == [
            (_shown(name), 1) for name in _NAMES
        ]
        assert outcome.code == 0
        text = watched.run("validate", "--", *files, most=400).out.decode("utf-8")
        assert all(line.isprintable() for line in text.split("\n"))

    def test_convert(self, watched: Watched) -> None:
        files = [watched.file(name, _BODY % number, b"{\n") for number, name in enumerate(_NAMES)]
        outcome = watched.run(
            *("convert", "--from", "openai-response", "--at", "2026-08-31T00:00:00Z", "-o", "out"),
            *("--rejects", "rejects", "--", *files),
            outputs=["out", "rejects"],
        )
        rejects = (watched.work / "rejects").read_text("utf-8").splitlines()
        assert len(rejects) == len(_NAMES)
        assert not [line for line in rejects if not line.isprintable() and "\u202e" not in line]
        assert all(line.isprintable() for line in outcome.err.split("\n"))

    @pytest.mark.parametrize("env", [{"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}], ids=["C"])
    def test_in_a_locale_without_letters(self, env: dict[str, str], watched: Watched) -> None:
        name = watched.file("é😀.jsonl", json_lines([SHORT]), '{"é": 1\n'.encode())
        outcome = watched.validate(name, env=env)
        assert outcome.report["datasets"][0]["path"] == "é😀.jsonl"
        assert (outcome.code, outcome.err) == (1, "")
        assert watched.run("validate", name, "--output", "é", outputs=["é"], env=env).code == 1
        assert watched.run("validate", name, env=env).out.isascii()
        assert watched.convert(name, env=env).err.isascii()


_ABSENT = [
    ("missing.csv", "missing.csv does not exist."),
    ("no/such/folder.csv", "no/such/folder.csv does not exist."),
    ("good.jsonl/inside", "good.jsonl/inside does not exist."),
    ("", "An empty path does not exist."),
    ("x" * 300, "cannot be read: File name too long."),
    ("https://example.com/usage.csv", "https://example.com/usage.csv is an address."),
    ("s3://bucket/usage.csv", "s3://bucket/usage.csv is an address."),
    ("file:///etc/passwd", "file:///etc/passwd is an address."),
    ("*.jsonl", "*.jsonl does not exist."),
    ("~/usage.csv", "~/usage.csv does not exist."),
    ("dangling", "dangling does not exist."),
    ("loop", "loop cannot be read: Too many levels of symbolic links."),
    ("socket", "socket cannot be read: No such device or address."),
    ("/dev/zero", "/dev/zero is a device."),
    ("/dev/urandom", "/dev/urandom is a device."),
    ("/dev/full", "/dev/full is a device."),
    ("/proc/self/mem", "/proc/self/mem cannot be read: Input/output error."),
]


@pytest.fixture
def odd(watched: Watched) -> Watched:
    """A folder in which there are things that are no files."""
    watched.file("good.jsonl", json_lines([SHORT]))
    (watched.work / "link.jsonl").symlink_to("good.jsonl")
    (watched.work / "dangling").symlink_to("nowhere")
    (watched.work / "loop").symlink_to("loop")
    os.mkfifo(watched.work / "pipe")
    (watched.work / "folder").mkdir()
    return watched


class TestWhatIsNoFile:
    """What does not exist, cannot be opened or never ends is one sentence; what can be read is read."""

    @pytest.mark.parametrize(("path", "words"), _ABSENT, ids=[path[:20] for path, _ in _ABSENT])
    def test_is_refused(self, path: str, words: str, odd: Watched) -> None:
        if path == "socket":
            with socket.socket(socket.AF_UNIX) as server:
                server.bind(str(odd.work / "socket"))
        for outcome in (odd.validate("--", path), odd.convert("--", path)):
            assert (outcome.code, words in outcome.err) == (2, True), outcome.err

    def test_folders(self, odd: Watched) -> None:
        assert "folder holds no data files." in odd.validate("folder").err
        assert "folder is a folder without exports." in odd.convert("folder").err

    def test_links_and_pipes_are_followed(self, odd: Watched) -> None:
        assert odd.validate("link.jsonl").code == 0
        feeder = threading.Thread(target=(odd.work / "pipe").write_bytes, args=(json_lines([SHORT]),))
        feeder.start()
        assert odd.validate("pipe").report["datasets"] == [{"dataset": "usage", "path": "pipe", "rows": 1}]
        feeder.join()

    def test_nothing(self, odd: Watched) -> None:
        for name in ("/dev/null", "-"):
            assert odd.validate(name, stdin=subprocess.DEVNULL).places == {("OTS-GEN-006", None)}
            assert odd.convert(name, stdin=subprocess.DEVNULL).code == 0

    def test_endless_standard_input(self, odd: Watched) -> None:
        with Path("/dev/zero").open("rb") as zero:
            assert "Standard input is a device." in odd.validate("-", stdin=zero).err

    def test_closed_standard_input(self, odd: Watched) -> None:
        for outcome in (odd.validate("-", before=lambda: os.close(0)), odd.convert("-", before=lambda: os.close(0))):
            assert (outcome.code, "Standard input is closed." in outcome.err) == (2, True), outcome.err

    def test_a_file_that_may_not_be_read(self, odd: Watched) -> None:
        (odd.work / "good.jsonl").chmod(0)
        for outcome in (
            odd.validate("link.jsonl", before=without_privileges),
            odd.convert("good.jsonl", before=without_privileges),
        ):
            assert (outcome.code, "may not be read." in outcome.err) == (2, True), outcome.err
