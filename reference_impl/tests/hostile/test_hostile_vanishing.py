"""Inputs that are removed, cut, written to or replaced while they are read end in a report or in one sentence."""

from __future__ import annotations

import errno
import io
import os
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any
from unittest import mock

import pytest
from parquet import parquet_file
from records import csv_file, dataset, json_lines
from watched import AT

from opentokenomics.cli._run import run
from opentokenomics.engines.duckdb import Facts, ParquetReader
from opentokenomics.readers import CsvReader, JsonLinesReader

_RECORDS = [{**record, "ai_service": "seat"} for number in range(4) for record in dataset(f"d{number}")]
_CONTENTS = {
    "usage.jsonl": json_lines(_RECORDS),
    "copied.csv": b"\xef\xbb\xbf" + csv_file(_RECORDS),
    "usage.parquet": parquet_file(_RECORDS, typed=True),
}


def _become_folder(file: Path) -> None:
    file.unlink()
    file.mkdir()


def _become_loop(file: Path) -> None:
    file.unlink()
    file.symlink_to(file.name)


_CHANGES: dict[str, Callable[[Path], object]] = {
    "removed": Path.unlink,
    "cut": lambda file: os.truncate(file, file.stat().st_size // 2),
    "longer": lambda file: file.write_bytes(file.read_bytes() * 2),
    "other": lambda file: file.write_bytes(b"PAR1\x00{\xff\n" * 99),
    "folder": _become_folder,
    "loop": _become_loop,
}
_READERS: dict[str, tuple[type, list[str]]] = {
    "usage.jsonl": (JsonLinesReader, ["inspect", "fetch"]),
    "copied.csv": (CsvReader, ["inspect", "copy", "fetch"]),
    "usage.parquet": (ParquetReader, ["inspect", "fetch"]),
}
"""Where a file changes: when one of these is called for the first time, or when facts are loaded or all there."""


@pytest.fixture
def work(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A folder for inputs; the one for temporary files has to be empty at the end."""
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    monkeypatch.setenv("TMPDIR", str(temporary))
    folder = tmp_path / "work"
    folder.mkdir()
    yield folder
    assert not list(temporary.iterdir())


class _Change:
    """Changes a file once, before a method does its work."""

    def __init__(self, work: Callable[..., Any], change: Callable[[], object]) -> None:
        self._work = work
        self._change = change
        self.happened = False

    def __call__(self, *arguments: Any) -> Any:  # noqa: ANN401
        if not self.happened:
            self.happened = True
            self._change()
        return self._work(*arguments)


class TestValidate:
    @pytest.mark.parametrize("change", _CHANGES)
    @pytest.mark.parametrize("name", _CONTENTS)
    def test_at_every_moment(self, name: str, change: str, work: Path, capfd: pytest.CaptureFixture[str]) -> None:
        reader, methods = _READERS[name]
        for kind, method in [*((reader, method) for method in methods), (Facts, "load"), (Facts, "seal")]:
            file = work / f"{method}-{name}"
            file.write_bytes(_CONTENTS[name])
            at = _Change(getattr(kind, method), partial(_CHANGES[change], file))
            with mock.patch.object(kind, method, lambda *arguments, at=at: at(*arguments)):
                code = run(["validate", str(file), "--profile", "cost", "--output", str(work / "out")])
            err = capfd.readouterr().err
            assert (work / "out").exists() == (code < 2), err
            (work / "out").unlink(missing_ok=True)
            assert "unexpectedly" not in err
            assert "Traceback" not in err
            assert code < 2 or len(err.splitlines()) == 2, err
            assert at.happened


class _Vanishing(io.BytesIO):
    """A stream that the operating system gives up on after some bytes."""

    def read(self, size: int | None = -1, /) -> bytes:
        if self.tell() >= 100:
            raise OSError(errno.EIO, os.strerror(errno.EIO))
        return super().read(min(size or 10, 50))

    def peek(self, _: int) -> bytes:
        return self.getvalue()[self.tell() :]


class TestStandardInput:
    @pytest.mark.parametrize("command", [["validate", "-"], ["convert", *AT, "-"]], ids=lambda command: command[0])
    def test_that_breaks_off(
        self, command: list[str], work: Path, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("sys.stdin", mock.Mock(buffer=_Vanishing(_CONTENTS["usage.jsonl"])))
        assert run([*command, "-o", str(work / "out")]) == 2
        assert "tandard input cannot be read: Input/output error." in capfd.readouterr().err
        assert not list(work.iterdir())
