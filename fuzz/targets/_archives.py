"""Zip archives: bundles and plain ones."""

from __future__ import annotations

import io
import zipfile
from functools import cache

from bundles import made
from hypothesis import strategies as st
from hypothesis.strategies import DrawFn, SearchStrategy
from records import csv_file, dataset, json_lines

from fuzz._mutations import BYTES, damaged, zip_field
from fuzz._target import Target, report_on

_NAMES = [
    *("usage.jsonl", "../usage.csv", "/usage.csv", "a//b.csv", "C:\\a.csv", "a\n.csv", ".hidden.csv", "manifest.json"),
    *(
        "USAGE.JSONL",
        "é.csv",
        "e\u0301.csv",
        "a/" * 300 + "b.csv",
        "usage.parquet",
        "a.zip",
        "x.csv.gz",
        "",
        "/",
        "CON.csv",
    ),
]


def _zip(files: dict[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    memory = io.BytesIO()
    with zipfile.ZipFile(memory, "w", method) as archive:
        for path, content in files.items():
            archive.writestr(zipfile.ZipInfo(path), content, method)
    return memory.getvalue()


@cache
def _seeds() -> list[bytes]:
    return [
        _zip(made().contents),
        _zip(made().contents, zipfile.ZIP_STORED),
        _zip({"usage.csv": csv_file(dataset()[:2]), "more/usage.jsonl": json_lines(dataset("b")[:2])}),
        _zip({"notes.txt": b"a"}),
        _zip({}),
    ]


@st.composite
def _packed(draw: DrawFn) -> bytes:
    """A sound archive with entries of odd names or damaged content."""
    files = dict(made().contents)
    for _ in range(draw(st.integers(1, 2))):
        path = draw(st.sampled_from([*files, *_NAMES]))
        content = draw(damaged([files.get(path, b"team\na\n")]))
        files[path] = content
    return _zip(files)


def _inputs() -> SearchStrategy[bytes]:
    return st.one_of(damaged(_seeds(), [b"PK\x03\x04", b"PK\x05\x06"], (*BYTES, *[zip_field] * 8)), _packed())


def _judge(content: bytes) -> None:
    report_on({"export.zip": content}, "export.zip")


TARGET = Target(_inputs, _judge)
