"""CSV, against Python's own reader of it."""

from __future__ import annotations

import csv
import io
import re

from hypothesis.strategies import SearchStrategy
from reading import read_csv
from records import USAGE, csv_file, dataset
from wild import SHORT

from fuzz._mutations import damaged
from fuzz._target import Target, report_on
from fuzz.targets._records import hold_against_checks
from opentokenomics.exact_json import JsonError, decode
from opentokenomics.standard import Kind

_RECORDS = dataset()
_NARROW = ("record_id", "team", "tags", "attempt", "billed_cost", "x_shard")
_SEEDS = [
    csv_file([SHORT]),
    csv_file([SHORT], "\r\n"),
    csv_file([{name: record[name] for name in _NARROW if name in record} for record in _RECORDS[:4]]),
    csv_file([{"team": 'a "quoted", cell\nof two lines', "attempt": 1, "tags": {"a": "b"}}, {"team": " b "}]),
    csv_file(_RECORDS[:2]),
]
_WORDS = [
    *(b",", b'"', b'""', b"\n", b"\r\n", b"\n\n", b'"\n"', b' "', b'" ', b",,,", b'"",', b"team,", b"x_a,", b",colour"),
    *(b"{}", b'"{""a"":""b""}"', b"1.50", b"1e3", b"1.0-draft", b"2026-08-30T10:00:00Z", b"a@example.com", b"NULL"),
]
_INTEGER = re.compile(r"0|-?[1-9][0-9]{0,500}")
_LONE_RETURN = re.compile(rb"\r(?!\n)")
"""To Python's reader it ends a line, and to RFC 4180 it does not."""


def _inputs() -> SearchStrategy[bytes]:
    return damaged(_SEEDS, _WORDS)


def _read(content: bytes) -> None:
    reading = read_csv(content)
    if reading.direct is not None:
        # A copy has a column for the version, for the sake of refused rows, and its maps are judged.
        names = set(reading.direct[0]) - {"tags"} if reading.direct else set()
        direct, copied = (
            [{name: row[name] for name in names} for row in rows] for rows in (reading.direct, reading.copied)
        )
        assert direct == copied
    table = _table(content)
    if table is None or _LONE_RETURN.search(content):
        return
    header, rows = table
    assert reading.copied_rows == len(rows)
    assert (reading.faults.get("OTS-GEN-001", 0) > 0) == any(len(row) != len(header) for row in rows)
    for row, copied_row in zip(rows, reading.copied, strict=True):
        cells = {
            name: cell for name, cell in zip(header, row, strict=False) if name in USAGE.by_name and name != "tags"
        }
        if len(row) == len(header) and len(set(header)) == len(header):
            assert {name: copied_row[name] or "" for name in cells} == cells


def _validate(content: bytes) -> None:
    report = report_on({"usage.csv": content}, "usage.csv", "csv")
    table = _table(content)
    if report is None or table is None or _LONE_RETURN.search(content):
        return
    header, rows = table
    assert sum(each.rows for each in report.datasets) == len(rows)
    is_whole = len(set(header)) == len(header) and all(len(row) == len(header) for row in rows)
    if is_whole and report.spec_version in _versions(header, rows):
        hold_against_checks(report, [_record(header, row) for row in rows], len(rows))


def _versions(header: list[str], rows: list[list[str]]) -> set[str]:
    """The versions that are stated, where that is the same one everywhere, so that each row is judged by it."""
    if "spec_version" not in header:
        return set()
    found = {row[header.index("spec_version")] for row in rows}
    return found if len(found) == 1 else set()


def _table(content: bytes) -> tuple[list[str], list[list[str]]] | None:
    """Header and rows as Python's reader has them; None where it cannot tell."""
    try:
        text = content.decode("utf-8-sig")
        header, *rows = (row for row in csv.reader(io.StringIO(text, newline=""), strict=True) if row)
    except (ValueError, csv.Error):
        return None
    return header, rows


def _record(header: list[str], row: list[str]) -> dict[str, object]:
    record: dict[str, object] = {}
    for name, cell in zip(header, row, strict=True):
        column = USAGE.by_name.get(name)
        if not cell or column is None:
            continue
        record[name] = _value(column.kind, cell)
    return record


def _value(kind: Kind, cell: str) -> object:
    if kind is Kind.MAP:
        try:
            return decode(cell)
        except JsonError:
            return cell
    return int(cell) if kind is Kind.INTEGER and _INTEGER.fullmatch(cell) else cell


TARGETS = {"csv": Target(_inputs, _read, rate=5), "validate-csv": Target(_inputs, _validate)}
