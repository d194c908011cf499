"""Whatever a file holds, ``validate`` names the requirement and the line, and ``convert`` refuses what it must."""

from __future__ import annotations

import codecs
import gzip
import json
from collections.abc import Mapping
from typing import NamedTuple

import pytest
from backports import zstd
from watched import AT, Watched
from wild import SHORT

_DEEP = 100_000
_LONG = b"9" * 400


def _line(record_id: str, **values: bytes) -> bytes:
    """A line that is one record, faultless but for the values given, which are JSON text."""
    record: Mapping[str, bytes] = {
        **{name: json.dumps(value).encode() for name, value in SHORT.items()},
        "record_id": b'"%s"' % record_id.encode(),
        **values,
    }
    return b"{" + b",".join(b'"%s":%s' % (name.encode(), value) for name, value in record.items()) + b"}\n"


def _row(record_id: str, *cells: bytes) -> bytes:
    """A row of the header, with more cells."""
    own = [str({**SHORT, "record_id": record_id}[name]).encode() for name in SHORT]
    return b",".join([*own, *cells]) + b"\n"


_HEAD = ",".join(SHORT).encode()
_LINE, _ROW, _HEADER = _line("a"), _row("a"), _HEAD + b"\n"
_LINES = _line("a") + _line("b")


_ODD_TIMES = [
    *(b"0000-01-01T00:00:00Z", b"99999-01-01T00:00:00Z", b"10000-01-01T00:00:00Z", b"1969-12-31T23:59:59Z"),
    *(b"2016-12-31T23:59:60Z", b"2026-08-30T24:00:00Z", b"2026-02-29T00:00:00Z", b"-2026-08-30T00:00:00Z"),
    *(b"2026-08-30T10:00:00+02:00", b"infinity", b"epoch", b"now", b"\xd9\xa2026-08-30T10:00:00Z"),
]


class _Case(NamedTuple):
    name: str
    content: bytes
    places: set[tuple[str, int | None]]
    """Requirement and line of each violation, but for what is missing on rows that say too little."""


_NO_ROWS = ("OTS-GEN-006", None)
_MISSING = {"OTS-GEN-008", "OTS-USG-006", "OTS-USG-008", "OTS-USG-009", "OTS-USG-010"}


def _at(requirement: str, *lines: int) -> set[tuple[str, int | None]]:
    return {(f"OTS-{requirement}", line) for line in lines}


_EMPTY = [
    _Case("empty.jsonl", b"", {_NO_ROWS}),
    _Case("empty.csv", b"", {_NO_ROWS}),
    _Case("blank.jsonl", b"\n \t\r\n\n", {_NO_ROWS}),
    _Case("header-only.csv", _HEADER, {_NO_ROWS}),
    _Case("mark-only.csv", codecs.BOM_UTF8, {*_at("GEN-003", 1), _NO_ROWS}),
]
_ENCODED = [
    _Case("mark.jsonl", codecs.BOM_UTF8 + _LINE, _at("GEN-003", 1)),
    _Case("mark.csv", codecs.BOM_UTF8 + _HEADER + _ROW, _at("GEN-003", 1)),
    *(
        _Case(f"{coding}.{suffix}", mark + text.decode().encode(coding), {*_at("GEN-002", 1), _NO_ROWS})
        for coding, mark in (("utf-16-le", codecs.BOM_UTF16_LE), ("utf-16-be", codecs.BOM_UTF16_BE))
        for suffix, text in (("jsonl", _LINE), ("csv", _HEADER + _ROW))
    ),
    _Case("utf-16-without-mark.jsonl", _LINE.decode().encode("utf-16-le"), _at("GEN-001", 1, 2)),
    _Case("latin-1.jsonl", _LINE + _line("b", x_a=b'"\xe9"'), _at("GEN-002", 2)),
    _Case("latin-1.csv", _HEADER + _ROW + _row("#").replace(b"#", b"\xe9"), _at("GEN-002", 3)),
    _Case("binary", b"\x89PNG\r\n\x1a\n" + bytes(range(256)), {*_at("GEN-002", 1), _NO_ROWS}),
    _Case("binary.jsonl", b"\x00\xff" + bytes(range(256)), _at("GEN-002", 1, 2)),
    _Case("binary.csv", bytes(range(256)) * 2, {*_at("GEN-002", 2, 3), *_at("GEN-007", 1)}),
]
_CUT = [
    _Case("cut.jsonl", _LINE + _line("b")[:-20], _at("GEN-001", 2)),
    _Case("cut-first.jsonl", _LINE[:-20] + b"\n" + _LINE, _at("GEN-001", 1)),
    _Case("cut-in-a-letter.jsonl", _LINE + b'{"team":"\xc3', _at("GEN-002", 2)),
    _Case("cut.csv", _HEADER + _ROW + _ROW[:30], _at("GEN-001", 3)),
    _Case("cut-in-quotes.csv", _HEADER + _ROW + b'"a\nb\nc', _at("GEN-001", 3)),
]
_STRUCTURE = [
    _Case(
        "no-objects.jsonl",
        b'[]\n1\nnull\ntrue\n"text"\n[' + _LINE.rstrip() + b"]\n{}{}\n" + _LINE,
        _at("GEN-001", *range(1, 8)),
    ),
    _Case("scalars-for-maps.jsonl", _line("a", tags=b"[]") + _line("b", tags=b'"x"'), _at("GEN-015", 1, 2)),
    _Case(
        "objects-for-scalars.jsonl",
        _line("a", workflow=b'{"a":1}', attempt=b"[1]"),
        {*_at("GEN-012", 1), *_at("GEN-013", 1)},
    ),
    _Case(
        "deep.jsonl",
        b"[" * _DEEP
        + b"\n"
        + b'{"a":' * _DEEP
        + b"\n"
        + _line("a", x_a=b"[" * _DEEP + b"]" * _DEEP)
        + _line("b", tags=b'{"a":' * _DEEP + b"1" + b"}" * _DEEP)
        + _LINE,
        _at("GEN-001", 1, 2, 3, 4),
    ),
    _Case("deep.csv", b"tags," + _HEADER + b"{" * _DEEP + b"," + _ROW, _at("GEN-015", 2)),
    _Case(
        "names-twice.jsonl",
        _line("a", x_a=b'1,"x_a":2') + _line("b", tags=b'{"a":"b","\\u0061":"c"}') + _line("c"),
        _at("GEN-004", 1, 2),
    ),
    _Case("names-twice.csv", _HEAD + b",team,team\n" + _row("a", b"1", b"2"), _at("GEN-004", 1)),
    _Case("surrogates.jsonl", _line("a", x_a=b'"\\ud800"') + _line("b", x_a=b'"\\udc00\\ud800"'), _at("GEN-002", 1, 2)),
    _Case("surrogate-names.jsonl", _line("a", x_a=b'1,"\\ud800":1'), _at("GEN-002", 1)),
    _Case("surrogate-bytes.jsonl", _line("a", x_a=b'"\xed\xa0\x80"'), _at("GEN-002", 1)),
]
_VALUES = [
    _Case(
        "long-numbers.jsonl",
        _line("a", list_cost=b'"' + _LONG + b'"')
        + _line("b", list_cost=_LONG)
        + _line("c", attempt=_LONG)
        + _line("d", x_a=_LONG)
        + _line("e", attempt=b"1e400")
        + _line("f", attempt=b"1E-99999999999999999999")
        + _line("g", list_cost=b'"0.%s1"' % (b"0" * 400)),
        {*_at("GEN-009", 2), *_at("GEN-010", 1, 7), *_at("GEN-012", 3, 5, 6)},
    ),
    _Case(
        "long-numbers.csv",
        _HEAD + b",list_cost,attempt\n" + _row("a", _LONG, _LONG),
        {*_at("GEN-010", 2), *_at("GEN-012", 2)},
    ),
    _Case("no-numbers.jsonl", _line("a", x_a=b"NaN") + _line("b", x_a=b"-Infinity"), _at("GEN-001", 1, 2)),
    _Case(
        "no-numbers.csv",
        _HEAD + b",list_cost,attempt\n" + _row("a", b"NaN", b"Infinity"),
        {*_at("GEN-009", 2), *_at("GEN-012", 2)},
    ),
    _Case(
        "times.jsonl",
        b"".join(_line(f"r{number}", charge_period_end=b'"%s"' % time) for number, time in enumerate(_ODD_TIMES)),
        _at("GEN-011", *range(1, len(_ODD_TIMES) + 1)),
    ),
    _Case(
        "times.csv",
        _HEAD + b",billing_period_end\n" + b"".join(_row(f"r{number}", time) for number, time in enumerate(_ODD_TIMES)),
        {*_at("GEN-011", *range(2, len(_ODD_TIMES) + 2))},
    ),
]
_ODD_NAMES = [
    b"'; DROP TABLE facts; --",
    b'a""b',
    b"a\nb",
    b"a\r\nb",
    b"`x`",
    b"a,b",
    b"$1",
    b"\x1b[2J",
    b"x_",
    b" team",
    b"\0",
]
_NAMES = [
    _Case(
        "names.csv",
        _HEAD + b"".join(b',"%s"' % name for name in _ODD_NAMES) + b"\n" + _row("a", *[b"1"] * len(_ODD_NAMES)),
        _at("GEN-007", 1),
    ),
    _Case(
        "names.jsonl",
        b"".join(
            _line(f"r{number}").replace(b"}", b",%s:1}" % json.dumps(name.decode()).encode())
            for number, name in enumerate(_ODD_NAMES)
        ),
        _at("GEN-007", *range(1, len(_ODD_NAMES) + 1)),
    ),
    _Case(
        "custom-names.jsonl",
        b"".join(_line(f"r{n}", **{f"x_{n}_{m}": b"{}" for m in range(100)}) for n in range(30)),
        set(),
    ),
    _Case(
        "custom-names.csv",
        _HEAD + b"".join(b",x_%d" % number for number in range(5000)) + b"\n" + _row("a", *[b"1"] * 5000),
        set(),
    ),
    _Case(
        "10000-names.csv",
        _HEAD + b"".join(b",n%d" % number for number in range(9_980)) + b"\n" + _row("a", *[b"1"] * 9_980),
        _at("GEN-007", 1),
    ),
    _Case("10000-names.jsonl", _line("a", **{f"n{number}": b"1" for number in range(10_000)}), _at("GEN-007", 1)),
    _Case("too-many-names.csv", _HEAD + b",x" * 20_000 + b"\n" + _row("a"), {*_at("GEN-001", 1), _NO_ROWS}),
]
_CLAIMS = [
    _Case("claim.csv", b"# rows: 1000000000\n" + _HEADER + _ROW, {*_at("GEN-001", 2, 3), *_at("GEN-007", 1)}),
    _Case("claim.jsonl", b'{"rows":1000000000,"complete":true}\n' + _LINE, _at("GEN-007", 1)),
]
_COMPRESSED = [
    _Case("empty.csv.gz", gzip.compress(b""), {_NO_ROWS}),
    _Case("empty.jsonl.zst", zstd.compress(b""), {_NO_ROWS}),
    _Case("not-compressed.jsonl.gz", _LINE, set()),
    _Case(
        "twice.csv.gz", gzip.compress(gzip.compress(_HEADER + _ROW, mtime=0), mtime=0), {*_at("GEN-002", 1), _NO_ROWS}
    ),
]
CASES = [*_EMPTY, *_ENCODED, *_CUT, *_STRUCTURE, *_VALUES, *_NAMES, *_CLAIMS, *_COMPRESSED]


class TestValidate:
    """The report names the requirement and the physical line of everything that is wrong with a file, and no more."""

    @pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
    def test_names_what_is_wrong(self, case: _Case, watched: Watched) -> None:
        outcome = watched.validate(watched.file(case.name, case.content))
        must = {requirement for requirement, _ in case.places} - {"OTS-GEN-003"}
        assert {place for place in outcome.places if place[0] not in _MISSING} == case.places
        assert outcome.code == bool(must)
        assert outcome.err == ""

    @pytest.mark.parametrize(
        "name", ["cut.jsonl.gz", "cut.csv.zst", "broken.csv.gz", "broken.zst", "trailing.jsonl.gz"]
    )
    def test_what_cannot_be_decompressed(self, name: str, watched: Watched) -> None:
        watched.file(name, _DAMAGED[name])
        for outcome in (watched.validate(name), watched.convert(name)):
            assert outcome.code == 2
            assert outcome.err == f"Error: {name} is damaged: it cannot be decompressed to its end.\n" + _FETCH


_FETCH = "  Fetch or export it again.\n"
_DAMAGED = {
    "cut.jsonl.gz": gzip.compress(_LINES, mtime=0)[:-9],
    "cut.csv.zst": zstd.compress(_HEADER + _ROW)[:-3],
    "broken.csv.gz": b"\x1f\x8b\x08" + bytes(range(100)),
    "broken.zst": b"\x28\xb5\x2f\xfd" + b"\xff" * 50,
    "trailing.jsonl.gz": gzip.compress(_LINES, mtime=0) + b"more",
}

_BODY = b'{"model":"m","usage":{"prompt_tokens":5,"completion_tokens":1}}'
_USAGE = b'{"model":"m","usage":{"prompt_tokens":%s}}'
_BAD_BODIES = [
    *(b"{", b"[]", b"1", b"null", b'"text"', _BODY[:-9], b"[" * _DEEP, b'{"usage":' * _DEEP, b"\x00\xff\xfe"),
    _USAGE % (b"[" * _DEEP + b"]" * _DEEP),
    *(_USAGE % value for value in (_LONG, b"1e400", b"1E-99999999999999999999", b"NaN", b"-Infinity", b"-1", b"1.5")),
    *(_USAGE % value for value in (b'1,"prompt_tokens":2', b'"\\ud800"', b"{}", b"[1]", b"true")),
    *(
        b'{"created":%s,"model":"m","usage":{"prompt_tokens":1}}' % time
        for time in (b"1e400", b"-1", b"99999999999999")
    ),
]


class TestConvert:
    """A record that cannot be converted is rejected with its line; an input that is none ends the work."""

    def test_good_records_between_bad_ones(self, watched: Watched) -> None:
        content = b"\n".join([_BODY, *(b"%s\n%s" % (bad, _BODY) for bad in _BAD_BODIES)])
        outcome = watched.run(
            "convert",
            "--from",
            "openai-response",
            *AT,
            *("-o", "rows.jsonl", "--rejects", "rejects.jsonl"),
            watched.file("bodies.jsonl", content),
            outputs=["rows.jsonl", "rejects.jsonl"],
        )
        rejects = [json.loads(line) for line in (watched.work / "rejects.jsonl").read_bytes().splitlines()]
        assert [each["line"] for each in rejects] == list(range(2, 2 * len(_BAD_BODIES) + 1, 2))
        assert len((watched.work / "rows.jsonl").read_bytes().splitlines()) == 2 * len(_BAD_BODIES) + 2
        assert outcome.code == 1
        assert max(map(len, outcome.err.splitlines())) < 400

    @pytest.mark.parametrize(
        ("name", "content", "code", "words"),
        [
            ("empty.jsonl", b"", 0, "the input holds no record"),
            ("blank.json", b"\n \t\r\n", 0, "the input holds no record"),
            ("mark.json", codecs.BOM_UTF8, 0, "the input holds no record"),
            ("header-only.csv", b"model,usage\n", 0, "0 records read"),
            ("utf-16.json", codecs.BOM_UTF16_LE + _BODY.decode().encode("utf-16-le"), 2, "is UTF-16."),
            ("utf-16.csv", codecs.BOM_UTF16_BE + "usage\n".encode("utf-16-be"), 2, "is UTF-16."),
            ("utf-16-without-mark.json", _BODY.decode().encode("utf-16-le"), 1, "1 record rejected"),
            ("binary", b"\x89PNG\r\n\x1a\n" + bytes(range(256)), 2, "is neither JSON nor CSV in UTF-8."),
            ("parquet", b"PAR1" + bytes(100) + b"PAR1", 2, "is damaged: it cannot be read as Parquet"),
            ("cut.json", b"[\n" + _BODY + b",\n" + _BODY[:-2], 1, "cut.json:3: the JSON text is cut short"),
            ("open.csv", b'usage\n"{}"\n"{', 1, "open.csv:3: the row is not valid CSV"),
            ("never-open.csv", b'"usage', 2, "is neither JSON nor CSV in UTF-8."),
            ("deep.json", b"\n" + b"[" * _DEEP, 1, "nested too deeply"),
            ("deep.csv", b"usage\n" + b"[" * _DEEP, 1, "nested too deeply"),
            ("names-twice.csv", b"usage,usage\n{},{}\n", 2, "names the column 'usage' twice."),
            ("10000-names.csv", b"usage," + b",".join(b"n%d" % n for n in range(9_999)) + b"\n", 0, "0 records read"),
            ("10001-names.csv", b"usage" + b",x" * 10_000 + b"\n", 2, "has 10,001 cells, of which 10,000 can be read."),
            ("names.csv", b'\'; DROP TABLE usage; --,"a\nb"\n1,2\n', 2, "CSV without a column usage"),
        ],
        ids=lambda value: value if isinstance(value, str) and "." in value else "",
    )
    def test_inputs(self, name: str, content: bytes, code: int, words: str, watched: Watched) -> None:
        outcome = watched.convert("--from", "openai-response", watched.file(name, content))
        assert (outcome.code, words in outcome.err) == (code, True), outcome.err
