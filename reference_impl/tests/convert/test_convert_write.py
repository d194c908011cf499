"""What is written is complete or absent, and reads back as what was converted."""

from __future__ import annotations

import csv
import io
import json
import os
import stat
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from fixtures import Run
from hypothesis import example, given
from hypothesis import strategies as st

from opentokenomics import validate
from opentokenomics.convert import ConvertError, encode_rows, write_rows
from opentokenomics.standard import load

BODY = {"model": 'a "model", with é', "usage": {"prompt_tokens": 5, "completion_tokens": 1, "total_tokens": 6}}


@pytest.fixture
def rows(run: Run) -> list[dict[str, object]]:
    return list(run("openai-response", BODY).rows)


def test_json_lines(tmp_path: Path, rows: list[dict[str, object]]) -> None:
    target = tmp_path / "usage.jsonl"
    assert write_rows(rows, target) == 2
    text = target.read_bytes()
    assert text.endswith(b"}\n")
    assert b", " not in text.replace(b'", with', b"")
    assert [json.loads(line) for line in text.splitlines()] == rows


def test_csv_has_every_column_of_the_standard(tmp_path: Path, rows: list[dict[str, object]]) -> None:
    target = tmp_path / "usage.csv"
    assert write_rows(rows, str(target)) == 2
    with target.open(newline="", encoding="utf-8") as stream:
        table = list(csv.DictReader(stream))
    assert list(table[0]) == [column.name for column in load().datasets["usage"].columns]
    for cells, row in zip(table, rows, strict=True):
        filled: dict[str, object] = {name: cell for name, cell in cells.items() if cell}
        filled["source_counters"] = json.loads(str(filled["source_counters"]))
        assert filled == {name: value if isinstance(value, dict) else str(value) for name, value in row.items()}


@given(cells=st.lists(st.text(st.sampled_from('a,"\r\n \t\x00\u2028é'), min_size=1), min_size=2, max_size=4))
@example(cells=["a\rb", "c"])
@example(cells=["\r", "\r\n"])
def test_csv_reads_back_as_it_was(cells: list[str]) -> None:
    names = ["team", "workflow", "application", "environment"][: len(cells)]
    text = b"".join(encode_rows([dict(zip(names, cells, strict=True))], "csv")).decode()
    (table,) = csv.DictReader(io.StringIO(text, newline=""), strict=True)
    assert [table[name] for name in names] == cells


def test_a_carriage_return_in_a_name_keeps_the_csv_conformant(tmp_path: Path, run: Run) -> None:
    target = tmp_path / "usage.csv"
    write_rows(run("openai-response", {**BODY, "model": "a\rb"}).rows, target)
    assert validate(target).conformant


def test_no_rows(tmp_path: Path) -> None:
    assert write_rows([], tmp_path / "a.csv") == 0
    assert write_rows([], tmp_path / "a.jsonl") == 0
    assert (tmp_path / "a.csv").read_text().startswith("spec_version,record_id,")
    assert (tmp_path / "a.jsonl").read_bytes() == b""


@pytest.mark.parametrize("target", [None, "-"])
def test_standard_output(monkeypatch: pytest.MonkeyPatch, rows: list[dict[str, object]], target: str | None) -> None:
    out = io.TextIOWrapper(io.BytesIO())
    monkeypatch.setattr(sys, "stdout", out)
    assert write_rows(rows, target, "csv") == 2
    assert out.buffer.getvalue().count(b"\n") == 3


def test_a_stream_is_left_open(rows: list[dict[str, object]]) -> None:
    stream = io.BytesIO()
    assert write_rows(rows, stream) == 2
    assert stream.getvalue().count(b"\n") == 2


@pytest.mark.parametrize("error", [KeyboardInterrupt, ConvertError("code", "It broke.", "Mend it.")])
def test_an_interruption_leaves_everything_as_it_was(
    tmp_path: Path, rows: list[dict[str, object]], error: BaseException
) -> None:
    target = tmp_path / "usage.jsonl"
    target.write_text("old")

    def interrupted() -> Iterator[dict[str, object]]:
        yield from rows
        raise error

    with pytest.raises(type(error) if isinstance(error, ConvertError) else KeyboardInterrupt):
        write_rows(interrupted(), target)
    assert target.read_text() == "old"
    assert list(tmp_path.iterdir()) == [target]


def test_a_full_disk_is_an_error_and_leaves_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, rows: list[dict[str, object]]
) -> None:
    def refuse(_: Path, __: Path) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "replace", refuse)
    with pytest.raises(ConvertError, match="No space left") as caught:
        write_rows(rows, tmp_path / "usage.jsonl")
    assert caught.value.code == "output_unwritable"
    assert not list(tmp_path.iterdir())


def test_the_file_has_the_usual_permissions_and_keeps_those_it_had(
    tmp_path: Path, rows: list[dict[str, object]]
) -> None:
    fresh, old = tmp_path / "fresh.jsonl", tmp_path / "old.jsonl"
    old.touch(mode=0o640)
    old.chmod(0o640)
    mask = os.umask(0o027)
    try:
        write_rows(rows, fresh)
        write_rows(rows, old)
    finally:
        os.umask(mask)
    assert stat.S_IMODE(fresh.stat().st_mode) == 0o640
    assert stat.S_IMODE(old.stat().st_mode) == 0o640
    assert old.read_bytes() == fresh.read_bytes()


def test_a_link_is_followed_and_a_device_is_not_replaced(tmp_path: Path, rows: list[dict[str, object]]) -> None:
    link, real = tmp_path / "link.jsonl", tmp_path / "real.jsonl"
    link.symlink_to(real)
    write_rows(rows, link)
    assert link.is_symlink()
    assert real.stat().st_size > 0
    write_rows(rows, "/dev/null")
    assert not Path("/dev/null").is_file()


@pytest.mark.parametrize("name", ["no/such/folder/a.jsonl", "a\0b.jsonl", "."])
def test_unwritable(tmp_path: Path, rows: list[dict[str, object]], name: str) -> None:
    with pytest.raises(ConvertError) as caught:
        write_rows(rows, tmp_path / name)
    assert caught.value.code == "output_unwritable"
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(("name", "format_"), [("a.jsonl", "xml"), ("a.parquet", "orc")])
def test_unknown_formats(tmp_path: Path, name: str, format_: str | None) -> None:
    with pytest.raises(ConvertError) as caught:
        write_rows([], tmp_path / name, format_)
    assert caught.value.code == "format_unknown"
    assert not list(tmp_path.iterdir())
