"""JSON Lines, against one strict parse of each line and the check of one record."""

from __future__ import annotations

from collections.abc import Mapping

from hypothesis.strategies import SearchStrategy
from reading import read_json_lines
from records import dataset, json_lines
from wild import SHORT

from fuzz._mutations import damaged
from fuzz._target import Target, report_on
from fuzz.targets._records import hold_against_checks
from opentokenomics.exact_json import JsonError, decode
from opentokenomics.standard import load

_RECORDS = dataset()
_SEEDS = [
    json_lines([SHORT]),
    json_lines([SHORT, SHORT]),
    json_lines([{"team": "a\u00e9\U0001f600\\", "attempt": 1, "tags": {"a": "b", "c": ""}, "x_a": [1.5, {"b": None}]}]),
    json_lines(_RECORDS[:2]),
    json_lines(_RECORDS[7:9]),
]
_WORDS = [
    *(
        b'"',
        b"{",
        b"}",
        b"[",
        b"]",
        b":",
        b",",
        b"\n",
        b"\n\n",
        b"\r\n",
        b"\\",
        b"\\u0000",
        b"\\ud800",
        b"null",
        b"true",
    ),
    *(
        b'"team":"b",',
        b'"team" : ',
        b'"x_a":1,',
        b'"colour":1,',
        b'"t\\u0065am":',
        b"NaN",
        b"1e5",
        b"-0",
        b"1.0",
        b"//",
    ),
    *(b'"spec_version":"1.0-draft",', b"}{", b"}\n{", b" ", b"\t", b"[" * 3000, b'{"a":' * 3000, b"9" * 800),
]
_BLANK = b" \t\r"
_UTF_16 = (b"\xff\xfe", b"\xfe\xff")


def _inputs() -> SearchStrategy[bytes]:
    return damaged(_SEEDS, _WORDS)


def _read(content: bytes) -> None:
    reading = read_json_lines(content)
    if reading.direct is not None:
        assert reading.direct == reading.copied
    assert reading.copied_rows == len(reading.copied)


def _validate(content: bytes) -> None:
    report = report_on({"usage.jsonl": content}, "usage.jsonl", "jsonl")
    if report is None or content.startswith(_UTF_16):
        return
    filled = [line for line in content.removeprefix(b"\xef\xbb\xbf").split(b"\n") if line.strip(_BLANK)]
    records, refused = [], 0
    for line in filled:
        try:
            record = decode(line)
        except JsonError:
            refused += 1
            continue
        if isinstance(record, Mapping):
            records.append(record)
        else:
            refused += 1
    assert sum(each.rows for each in report.datasets) == len(filled)
    encoding = {each.requirement: each.violations for each in report.checks}
    broken = ("OTS-GEN-001", "OTS-GEN-002", "OTS-GEN-004")
    assert sum(encoding.get(name, 0) for name in broken) == refused, encoding
    if {record.get("spec_version") for record in records} == {load().version}:
        hold_against_checks(report, records, len(filled))


TARGETS = {"json-lines": Target(_inputs, _read, rate=5), "validate-json-lines": Target(_inputs, _validate)}
