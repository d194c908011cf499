"""What a validation makes of its inputs: how many, how wrapped, from where, and what is left of them after it."""

from __future__ import annotations

import gzip
import io
import sys
import tempfile
import threading
from collections.abc import Callable, Iterator
from dataclasses import asdict
from pathlib import Path
from unittest import mock

import pytest
from backports import zstd
from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from reading import damaged
from records import Record, csv_file, csv_rows, dataset, found, header, json_lines, report_on

from opentokenomics import InputError, Report, validate
from opentokenomics.engines.duckdb import Facts, Findings, _source
from opentokenomics.errors import UnsupportedError
from opentokenomics.readers import CsvReader, JsonLinesReader, _csv

_REQUEST: Record = next(record for record in dataset() if str(record["record_id"]).endswith("/request"))


def _requests(*names: str, **values: object) -> list[Record]:
    return [{**_REQUEST, "record_id": name, **values} for name in names]


def _places(report: Report, requirement: str) -> list[tuple[str, int | None, int | None]]:
    return [
        (Path(str(each.path)).name, each.row, each.line)
        for each in report.violations
        if each.requirement == requirement
    ]


class TestExamplesAreBoundedAndTotalsAreExact:
    """Of each requirement a report lists at most so many violations, the first ones, and counts them all."""

    @pytest.mark.parametrize("most", [0, 4, 100])
    def test_for_every_kind_of_check(self, most: int) -> None:
        names = [f"r{number}" for number in range(6)]
        broken = _requests(
            *names, *names, colour="red", team="", charge_period_end="2026-08-30T09:00:00Z", ai_service="seat"
        )
        broken[0]["corrects_record_id"] = broken[7]["corrects_record_id"] = "nowhere"
        first, second = json_lines(broken[:5]), json_lines(broken[5:])
        report = report_on(first + b"{\n" * 5, second + b"[]\n", most=most)
        assert found(report) == {
            "OTS-GEN-001": 6,  # by the reader, on lines
            "OTS-GEN-007": 12,  # by the reader, on columns
            "OTS-GEN-013": 12,  # shape
            "OTS-USG-001": 6,  # set
            "OTS-USG-002": 12,  # row
            "OTS-USG-012": 12,
            "OTS-USG-016": 2,
            "OTS-USG-018": 2,
        }
        for requirement, total in found(report).items():
            assert len(_places(report, requirement)) == min(total, most)
        lines = [("0.jsonl", row, row) for row in range(1, 6)] + [("1.jsonl", row, row) for row in range(1, 8)]
        assert _places(report, "OTS-GEN-013") == _places(report, "OTS-GEN-007") == lines[:most]
        assert _places(report, "OTS-USG-001") == lines[6:][:most]


@pytest.fixture(scope="module")
def several(tmp_path_factory: pytest.TempPathFactory) -> Report:
    folder = tmp_path_factory.mktemp("files")
    correction = {"record_type": "restatement", "corrects_record_id": "c"}
    (folder / "one.jsonl").write_bytes(json_lines(_requests("a", "b")))
    (folder / "two's \"*?.csv").write_bytes(csv_file([*_requests("b", **correction), *_requests("d", "a")]))
    (folder / "three.ndjson").write_bytes(b"\n" + json_lines(_requests("c", "e", "d")))
    names = ["one.jsonl", "two's \"*?.csv", "three.ndjson"]
    return validate([folder / name for name in names], profile="cost", max_examples=10)


class TestSeveralFilesAreOneInput:
    """Identifiers are unique and references resolve across files; rows and lines are counted in each."""

    def test_identifiers_are_unique_across_them(self, several: Report) -> None:
        assert found(several) == {"OTS-USG-001": 3}
        assert _places(several, "OTS-USG-001") == [
            ("two's \"*?.csv", 1, 2),
            ("two's \"*?.csv", 3, 4),
            ("three.ndjson", 3, 4),
        ]

    def test_references_resolve_across_them(self, several: Report) -> None:
        (check,) = (each for each in several.checks if each.requirement == "OTS-USG-018")
        assert (check.evaluated, check.violations) == (1, 0)

    def test_rows_are_counted_in_each(self, several: Report) -> None:
        assert [each.rows for each in several.datasets] == [2, 3, 3]


class TestLines:
    """A violation names the physical line on which its record begins, as an editor counts lines."""

    def test_of_json_lines_with_blank_ones(self) -> None:
        bad, good = json_lines(_requests("a", team="")), json_lines(_requests("b"))
        report = report_on(b"\n" + good + b" \t\r\n\r\n" + bad + b"\n\n{\r\n")
        assert _places(report, "OTS-GEN-013") == [("0.jsonl", 2, 5)]
        assert _places(report, "OTS-GEN-001") == [("0.jsonl", 3, 8)]
        assert report.datasets[0].rows == 3

    @pytest.mark.parametrize("line_break", ["\n", "\r\n"])
    def test_of_csv_with_line_breaks_in_cells(self, line_break: str) -> None:
        records = (
            _requests("a", team="1\n2\r\n3") + _requests("b", team="x\n" * 3000) + _requests("c", region_scope="R")
        )
        content = csv_file(records, line_break) + line_break.encode() * 2 + b"short,row"
        report = report_on(content, suffix=".csv")
        assert _places(report, "OTS-GEN-013") == [("0.csv", 2, 5)]
        assert _places(report, "OTS-GEN-014") == [("0.csv", 3, 5 + 3001)]
        assert _places(report, "OTS-GEN-001") == [("0.csv", 4, 5 + 3001 + 3)]

    def test_of_csv_larger_than_what_engines_read_at_once(self) -> None:
        copied = [name for name in header(_requests("r", team="t")) if not name.startswith("x_")]
        like_a_row = ",".join("a" for _ in copied)
        records = _requests(*(f"r{number}" for number in range(99)), team=f"{like_a_row}\n" * 999)
        with mock.patch.object(_source, "_LONGEST_COPIED_LINE", 1 << 20):
            report = report_on(csv_file(records), suffix=".csv", most=99)
        lines = [each.line for each in report.violations if each.requirement == "OTS-GEN-013"]
        assert lines == [2 + 1000 * number for number in range(99)]

    def test_of_a_csv_header_over_several_lines(self) -> None:
        columns = header(_requests("a", region_scope="R"))
        head = ",".join([*columns, '"x_a\nb"']).encode()
        bad = csv_rows(_requests("a", region_scope="R"), [*columns, "x_a"])
        assert _places(report_on(head + b"\n\n" + bad, suffix=".csv"), "OTS-GEN-014") == [("0.csv", 1, 4)]

    def test_a_mark_does_not_count(self) -> None:
        content = b"\xef\xbb\xbf" + csv_file(_requests("a", region_scope="R"))
        report = report_on(content, suffix=".csv")
        assert found(report) == {"OTS-GEN-003": 1, "OTS-GEN-014": 1}
        assert _places(report, "OTS-GEN-014") == [("0.csv", 1, 2)]


def _plain(content: bytes) -> bytes:
    return content


def _gzip_in_parts(content: bytes) -> bytes:
    half = len(content) // 2
    return gzip.compress(content[:half]) + gzip.compress(content[half:])


def _zstd_in_parts(content: bytes) -> bytes:
    half = len(content) // 2
    return zstd.compress(content[:half]) + zstd.compress(content[half:])


class TestWrappings:
    """Compressed inputs and standard input are what is in them."""

    @pytest.mark.parametrize(
        ("wrap", "name"),
        [
            *((_plain, name) for name in ("a.csv.gz", "a", "a.txt")),
            *((_gzip_in_parts, name) for name in ("a.jsonl", "a.csv.gz", "a")),
            *((_zstd_in_parts, name) for name in ("a.csv", "a.CSV.ZST", "a.gz")),
        ],
    )
    def test_are_recognised_by_what_they_hold(self, tmp_path: Path, name: str, wrap: Callable[[bytes], bytes]) -> None:
        write = csv_file if "csv" in name.lower() else json_lines
        file = tmp_path / name
        file.write_bytes(wrap(write(_requests("a", "b", "a"))))
        report = validate(file, profile="cost")
        assert found(report) == {"OTS-USG-001": 1}
        assert report.datasets[0].path == str(file)

    @pytest.mark.parametrize("wrap", [_plain, gzip.compress, zstd.compress])
    def test_standard_input(self, monkeypatch: pytest.MonkeyPatch, wrap: Callable[[bytes], bytes]) -> None:
        stream = io.BufferedReader(io.BytesIO(wrap(csv_file(_requests("a", "b", "a")))))
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(stream))
        report = validate("-", profile="cost")
        assert found(report) == {"OTS-USG-001": 1}
        assert [(each.path, each.line) for each in report.violations] == [("-", 4)]

    @pytest.mark.parametrize("format_", ["csv", "jsonl"])
    def test_a_named_format_comes_before_the_name(self, tmp_path: Path, format_: str) -> None:
        file = tmp_path / ("a.jsonl" if format_ == "csv" else "a.csv")
        file.write_bytes(csv_file(_requests("a")) if format_ == "csv" else json_lines(_requests("a")))
        assert validate(file, profile="cost", format=format_).conformant


class TestNothingIsLeft:
    """The temporary folder goes away and no thread goes on, however a validation ends."""

    @pytest.fixture(autouse=True)
    def _clean(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
        temporary = tmp_path / "temporary"
        temporary.mkdir()
        monkeypatch.setattr(tempfile, "tempdir", str(temporary))
        before = set(threading.enumerate())
        yield
        assert not list(temporary.iterdir())
        assert set(threading.enumerate()) <= before

    def _file(self, folder: Path, name: str = "a.jsonl", content: bytes | None = None) -> Path:
        (folder / name).write_bytes(json_lines(_requests("a")) if content is None else content)
        return folder / name

    def test_after_a_report(self, tmp_path: Path) -> None:
        damaged = self._file(tmp_path, "b.csv.gz", gzip.compress(b"a,b\n1\n"))
        assert validate([self._file(tmp_path), damaged]).datasets

    def test_after_an_input_that_cannot_be_read(self, tmp_path: Path) -> None:
        with pytest.raises(InputError):
            validate([self._file(tmp_path), tmp_path / "missing"])
        with pytest.raises(InputError):
            validate([self._file(tmp_path), self._file(tmp_path, "b.gz", gzip.compress(b"a,b\n1\n" * 999)[:-9])])

    @pytest.mark.parametrize(
        "step", [(Facts, "load"), (Facts, "seal"), (Findings, "__iter__"), (JsonLinesReader, "fetch")]
    )
    @pytest.mark.parametrize("error", [KeyboardInterrupt])
    def test_after_an_interruption(self, tmp_path: Path, step: tuple[type, str], error: type[BaseException]) -> None:
        many = self._file(tmp_path, content=json_lines(_requests(*map(str, range(2000)), team="")))
        with mock.patch.object(*step, side_effect=error), pytest.raises(error):
            validate(many)


_JSON = [json_lines([record])[:-1] for record in (*_requests("a", "b", team="t", tags={"a": "b"}), *dataset()[:3])]
_CSV_COLUMNS = header([*dataset(), {"tags": {}}])
_CSV = [
    csv_rows([record], _CSV_COLUMNS)[:-1]
    for record in (*_requests("a", "b", team='t"', tags={"a": "b"}), *dataset()[:3])
]
_PIECES = [
    b'"',
    b'""',
    b",",
    b"{",
    b"}",
    b" ",
    b"\n",
    b"\r\n",
    b"\n\n",
    b"\xff",
    b"\x00",
    b'"team":"b",',
    b', ""',
    b',""\n',
    b"null",
    b"\\u003a",
]


def _summary(report: Report) -> dict[str, object]:
    whole = asdict(report)
    for each in (*whole["datasets"], *whole["violations"]):
        each["path"] = each["path"] and Path(each["path"]).name
    return whole


class TestBothPathsGiveOneReport:
    """A report is the same whether inputs are scanned as they are or through a reader's copy."""

    @pytest.mark.parametrize(("suffix", "lines"), [(".jsonl", _JSON), (".csv", _CSV)])
    @given(data=st.data())
    @settings(max_examples=1, deadline=None, phases=[Phase.generate])
    def test_on_damaged_files(self, suffix: str, lines: list[bytes], data: st.DataObject) -> None:
        heads = [",".join(_CSV_COLUMNS).encode()] if suffix == ".csv" else []
        contents = data.draw(st.lists(damaged(lines, _PIECES, heads), min_size=3, max_size=3))
        direct = report_on(*contents, suffix=suffix)
        with (
            mock.patch.object(JsonLinesReader, "inspect", return_value=None),
            mock.patch.object(CsvReader, "inspect", return_value=None),
        ):
            assert _summary(report_on(*contents, suffix=suffix)) == _summary(direct)

    @pytest.mark.parametrize(
        ("column", "value", "requirement", "scans"),
        [
            ("team", "x" * 4097, "OTS-GEN-013", 2),
            ("principal_id", "ann@example.com", "OTS-GEN-016", 2),
            ("team", "one@all", None, 2),
            ("team", "x" * 999, None, 1),
        ],
    )
    def test_where_a_look_at_parts_of_csv_misleads(
        self, column: str, value: str, requirement: str | None, scans: int
    ) -> None:
        records = _requests(*(f"r{number}" for number in range(60)), principal_type="human", principal_id="p", team="t")
        records[33][column] = value
        content, load = csv_file(records), Facts.load
        with (
            mock.patch.object(_csv, "_BLOCK", 64),
            mock.patch.object(Facts, "load", autospec=True, side_effect=load) as loaded,
        ):
            report = report_on(content, suffix=".csv")
        assert loaded.call_count == scans
        assert [each.row for each in report.violations if each.requirement == requirement] == [34] * bool(requirement)
        with mock.patch.object(CsvReader, "inspect", return_value=None):
            assert _summary(report_on(content, suffix=".csv")) == _summary(report)


@pytest.mark.parametrize(
    ("most", "says"),
    [
        (1_000_001, "at most 1,000,000 violations"),
        (10**30, "at most 1,000,000 violations"),
        (-1, "cannot list -1 violations"),
        (-(10**30), "cannot list -1,000,"),
    ],
)
def test_a_number_of_examples_that_no_report_lists_is_refused(most: int, says: str, tmp_path: Path) -> None:
    (tmp_path / "usage.csv").write_text("record_id\na\n")
    with pytest.raises(UnsupportedError, match=says):
        validate(tmp_path / "usage.csv", max_examples=most)


class TestNamesThatAreNearlyThoseOfADataset:
    """What does not conform and may have been taken for usage by mistake is told; nothing else is."""

    @pytest.mark.parametrize(
        ("name", "meant"),
        [
            ("outcome-1.jsonl", "outcome.jsonl"),
            ("Prices.2026.jsonl", "price.2026.jsonl"),
            ("outcome-definitions_2.jsonl", "outcome_definition.jsonl"),
            ("planet.jsonl", None),
            ("usage-1.jsonl", None),
            ("manifest-1.jsonl", None),
            ("outcome.1.jsonl", None),
        ],
    )
    def test_by_their_names(self, name: str, meant: str | None, tmp_path: Path) -> None:
        file, told = tmp_path / name, list[str]()
        file.write_text('{"x_a": "b"}\n')
        validate(file, notice=told.append)
        assert [f"name it {meant} or" in each for each in told] == ([] if meant is None else [True])

    def test_not_where_the_dataset_is_named_or_the_records_conform(self, tmp_path: Path) -> None:
        file, told = tmp_path / "outcome-1.jsonl", list[str]()
        file.write_bytes(json_lines(_requests("a")))
        validate(file, dataset="price", notice=told.append)
        assert validate(file, notice=told.append).conformant
        assert not told
