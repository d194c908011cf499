"""What is huge, or claims to be, takes a bounded amount of memory, and of time no more than reading it takes."""

from __future__ import annotations

import gzip
from collections.abc import Iterator
from pathlib import Path

import pytest
from backports import zstd
from watched import Watched

_PIECE = 1 << 20
_HUGE = 100
"""Pieces."""


def _pieces(before: bytes, piece: bytes, after: bytes = b"", times: int = _HUGE) -> Iterator[bytes]:
    yield before
    yield from (piece * (_PIECE // len(piece)) for _ in range(times))
    yield after


HUGE_LINES = {
    "text.jsonl": (b'{"team":"', b"x", b'"}\n{}\n', 1),
    "cell.csv": (b"team,attempt\n", b"x", b",1\na,1\n", 2),
    "cells.csv": (b"team,attempt\n", b",", b"\na,1\n", 2),
    "quoted.csv": (b'team,attempt\n"', b'""', b'",1\na,1\n', 2),
    "header.csv": (b"", b"name,", b"\na,1\n", 1),
}
LONG_LINES = {
    # As long as a line may be, and as many things in it as there can be.
    "names.jsonl": (b'{"x_a":{"a":1', b',"a":1', b"}}\n", "GEN-004"),
    "brackets.jsonl": (b"{", b"[", b"\n", "GEN-001"),
    "numbers.jsonl": (b'{"attempt":[1', b",1.5", b"]}\n", "GEN-012"),
    "cells.csv": (b"team,attempt\n", b",", b"\n", "GEN-001"),
    "quotes.csv": (b"team,attempt\n", b'"",', b"\n", "GEN-001"),
    "header.csv": (b"team", b",", b"\n", "GEN-001"),
}


class TestLines:
    """A line is at most 16 MiB: what is longer is skipped, what is not is held."""

    @pytest.mark.parametrize("name", HUGE_LINES)
    def test_of_100_megabytes(self, name: str, watched: Watched) -> None:
        before, piece, after, line = HUGE_LINES[name]
        watched.file(name, *_pieces(before, piece, after))
        outcome = watched.validate(name, most=400)
        assert ("OTS-GEN-005", line) in outcome.places
        assert outcome.code == 1
        assert len(outcome.out) < 50_000
        outcome = watched.convert("--from", "openai-response", name, most=400)
        assert outcome.code in {1, 2}
        assert len(outcome.err) < 1000

    @pytest.mark.parametrize("name", LONG_LINES)
    def test_of_15_megabytes(self, name: str, watched: Watched) -> None:
        before, piece, after, requirement = LONG_LINES[name]
        watched.file(name, *_pieces(before, piece, after, times=15))
        outcome = watched.validate(name, most=900)
        assert f"OTS-{requirement}" in {found for found, _ in outcome.places}
        assert len(outcome.out) < 50_000
        assert watched.convert("--from", "openai-response", name, most=900).code in {1, 2}

    def test_that_a_name_occurs_twice_is_found_at_once(self, watched: Watched) -> None:
        names = b",".join(b'"n%d":1' % number for number in range(300_000))
        name = watched.file("names.jsonl", b"{" + names + b',"n299999":2}\n')
        outcome = watched.convert("--from", "openai-response", name)
        assert "the name 'n299999' occurs twice in one object" in outcome.err
        head = watched.file("names.csv", b",".join(b"n%d" % number for number in range(300_000)) + b"\n")
        assert "has 300,000 cells" in watched.convert("--from", "openai-response", head).err


class TestBlankLines:
    def test_by_the_million(self, watched: Watched) -> None:
        name = watched.file("blank.jsonl", *_pieces(b"", b"\n", times=1))
        assert watched.validate(name).places == {("OTS-GEN-006", None)}
        assert watched.convert(name, most=150).code == 0
        document = watched.file("blank.json", *_pieces(b"[", b"\n", b'{"usage":{}}]\n', times=1))
        outcome = watched.convert("--from", "openai-response", document, most=150)
        assert f"blank.json:{_PIECE + 1}: " in outcome.err


class TestDocuments:
    """Of a JSON document that is no JSON Lines one record is held at a time."""

    def test_of_many_short_lines(self, watched: Watched) -> None:
        name = watched.file("numbers.json", *_pieces(b"[\n", b"0,\n", b"0]", times=1))
        outcome = watched.convert("--from", "openai-response", name, most=150)
        assert "the record is a number, where a JSON object belongs" in outcome.err
        assert outcome.code == 1

    def test_of_one_vast_record(self, watched: Watched) -> None:
        lines = b'{"usage":[\n', b"1.5,\n", b'0]},{"usage":{"prompt_tokens":1}}]'
        name = watched.file("vast.json", b"[", *_pieces(*lines, times=20))
        outcome = watched.convert("--from", "openai-response", name, most=150)
        assert "vast.json:1: the record is longer than 16777216 characters" in outcome.err
        assert "2 records read from openai-response, 1 row made, 1 record rejected" in outcome.err

    @pytest.mark.parametrize("space", [b"\n", b" "])
    def test_of_any_size(self, space: bytes, watched: Watched) -> None:
        record = b'{"usage":{"prompt_tokens":1},"text":"' + b"x" * (_PIECE - 100) + b'"},' + space
        name = watched.file("large.json", *_pieces(b"[", record, b"{}]", times=130))
        outcome = watched.convert("--from", "openai-response", name, most=150)
        assert "131 records read from openai-response, 130 rows made, 1 record rejected" in outcome.err


class TestBombs:
    """What grows beyond reason is given up before it fills the disk."""

    @pytest.mark.parametrize("name", ["bomb.jsonl.gz", "bomb.csv.zst"])
    def test_given_up(self, name: str, watched: Watched) -> None:
        self._pack(Path(watched.work, name))
        for outcome in (watched.validate(name, most=250), watched.convert(name, most=100)):
            assert outcome.code == 2
            assert f"{name} grows to more than 250 times its size when it is decompressed." in outcome.err
        with Path(watched.work, name).open("rb") as packed:
            outcome = watched.run("validate", "-", stdin=packed, most=400)
        assert "Standard input grows to more than 250 times its size" in outcome.err

    @staticmethod
    def _pack(target: Path) -> None:
        with gzip.open(target, "wb") if target.suffix == ".gz" else zstd.open(target, "wb") as packed:
            packed.writelines(_pieces(b"", b" ", times=66))
