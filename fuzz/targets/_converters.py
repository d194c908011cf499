"""Every converter, on damaged exports of its vendor: what it makes keeps the standard, and it is never surprised."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from functools import cache, partial
from pathlib import Path

from hypothesis.strategies import SearchStrategy

from fuzz import CHECKOUT
from fuzz._mutations import JSON_WORDS, damaged
from fuzz._target import Target
from opentokenomics import check
from opentokenomics.convert import AUTO, Options, convert, encode_rows, sources
from opentokenomics.errors import Error
from opentokenomics.standard import Keyword, load

_EXPORTS = CHECKOUT / "examples" / "exports"
_FILES = {
    "openai-response": "responses/openai.jsonl",
    "anthropic-response": "responses/anthropic.jsonl",
    "gemini-response": "responses/gemini.jsonl",
    "bedrock-response": "responses/bedrock.jsonl",
    "openrouter-response": "responses/openrouter.jsonl",
    AUTO: "*/*.*",
}
_WORDS = [
    *JSON_WORDS,
    *(b"1.5", b"0", b"1e400", b"\n", b"\r\n"),
    *(b'"usage":', b'"total_tokens":', b'"model":', b'"created":', b'"\\ud800"', b'"a@example.com"', b'"1"', b"9" * 30),
    *(b'"prompt_tokens":', b'"input_tokens":', b'"cached_tokens":', b'"cost":', b'"text"', b"2026-08-30T10:00:00Z"),
]
_AT = Options(at=datetime(2026, 8, 31, tzinfo=UTC))
_LINES = 4


@cache
def _seeds(pattern: str) -> list[bytes]:
    """A few records of each file, since damage to one of many is rarely looked at."""
    found = []
    for file in sorted(_EXPORTS.glob(pattern)):
        if file.suffix == ".md":
            continue
        if file.suffix == ".json":
            found.append(file.read_bytes())
            continue
        lines = file.read_bytes().splitlines(keepends=True)
        head = lines[:1] if file.suffix == ".csv" else []
        found += [b"".join([*head, *lines[start : start + _LINES]]) for start in range(len(head), len(lines), _LINES)]
    return found


def _inputs(pattern: str) -> SearchStrategy[bytes]:
    return damaged(_seeds(pattern), _WORDS)


def _judge(source: str, content: bytes) -> None:
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder, "export")
        file.write_bytes(content)
        conversion = convert(file, source, _AT)
        try:
            rows = list(conversion)
        except Error as error:
            assert error.message.isprintable(), error.message
            return
    assert conversion.rejected <= conversion.records
    assert conversion.rows == len(rows)
    for reject in conversion.rejects:
        assert reject.reason.isprintable(), reject
    b"".join(encode_rows(rows, "jsonl"))
    b"".join(encode_rows(rows, "csv"))
    for row in rows:
        broken = [each for each in check(row) if load().requirement(each.requirement).keyword is Keyword.MUST]
        assert not broken, broken


def _target(source: str) -> Target:
    inputs: Callable[[], SearchStrategy[bytes]] = partial(_inputs, _FILES.get(source, f"{source}/*.*"))
    return Target(inputs, partial(_judge, source), rate=3)


TARGETS: Mapping[str, Target] = {
    f"convert-{name}": _target(name) for name in (*(each.name for each in sources()), AUTO)
}
