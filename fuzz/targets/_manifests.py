"""The manifest of a bundle in a folder, whose files are sound."""

from __future__ import annotations

import hashlib
import json

from bundles import made
from hypothesis.strategies import SearchStrategy

from fuzz._mutations import JSON_WORDS, damaged
from fuzz._target import Target, report_on

_MADE = made()
_MANIFEST = _MADE.contents["manifest.json"]
_WORDS = [
    *JSON_WORDS,
    *(b"1e9", b'"../', b'"/etc/passwd"'),
    *(b'"usage.jsonl"', b'"USAGE.jsonl"', b'"manifest.json"', b'"\\u0000"', b'"\\ud800"', b'"parquet"', b'"spark"'),
    *(b'"path":', b'"rows":', b'"bytes":', b'"sha256":', b'"dataset":', b'"format":', b'"files":', b'"price"'),
    *(b"2026-08-30T10:00:00Z", b"cost", b"intelligence", b"1.0-draft", b"2.0", b"./", b"a/../", b"\\\\"),
]


def _inputs() -> SearchStrategy[bytes]:
    return damaged([_MANIFEST, json.dumps(_MADE.manifest, indent=1).encode(), b'{"files": []}'], _WORDS)


def _judge(content: bytes) -> None:
    files = {f"bundle/{path}": each for path, each in _MADE.files.items()}
    report = report_on({**files, "bundle/manifest.json": content}, "bundle")
    if report is None or not report.conformant:
        return
    entries = json.loads(content.decode("utf-8-sig"))["files"]
    assert {each["path"] for each in entries} == set(_MADE.files)
    for each in entries:
        stated = _MADE.files[each["path"]]
        assert (each["bytes"], each["sha256"]) == (len(stated), hashlib.sha256(stated).hexdigest())


TARGET = Target(_inputs, _judge)
