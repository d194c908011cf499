"""Parquet and tables in memory: what each type of column stands for, and files that are not what they say."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any
from unittest import mock

import pandas as pd
import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from parquet import arrow_table, parquet_file
from records import Records, dataset, found, json_lines, report_on

from opentokenomics import Report, validate
from opentokenomics.errors import InputError, UnsupportedError

INSTANT = datetime(2026, 1, 1, tzinfo=UTC)


def violations(column: str, array: pa.Array) -> dict[str, str | None]:
    """Requirement and shown value of each violation in a column of a table that has nothing else."""
    report = validate(pa.table({column: array}), max_examples=100)
    return {each.requirement: each.value for each in report.violations if each.column == column}


class TestTypes:
    """A value means what the same value means in JSON Lines, whatever type its writer chose."""

    @pytest.mark.parametrize(
        "array",
        [
            pa.array(["12.5"]),
            pa.array(["12.5"], pa.large_string()),
            pa.array(["12.5"]).dictionary_encode(),
            pa.array([Decimal("12.5")], pa.decimal128(24, 6)),
            pa.array([Decimal("12.5")], pa.decimal128(38, 18)),
            pa.array([Decimal("12.5")], pa.decimal128(3, 1)),
            pa.array([12], pa.int64()),
            pa.array([12], pa.uint8()),
        ],
        ids=lambda array: str(array.type),
    )
    def test_a_quantity(self, array: pa.Array) -> None:
        assert violations("consumed_quantity", array) == {}

    def test_a_quantity_is_never_a_float(self) -> None:
        assert list(violations("consumed_quantity", pa.array([12.5]))) == ["OTS-GEN-009"]

    def test_a_quantity_with_more_digits_than_there_may_be(self) -> None:
        found = violations("consumed_quantity", pa.array([Decimal("0.0000001")], pa.decimal128(38, 18)))
        assert found == {"OTS-GEN-010": "0.0000001"}

    def test_a_decimal_that_is_read_as_a_float_is_refused(self) -> None:
        with pytest.raises(
            InputError, match="has decimals of 76 digits in consumed_quantity, which are not read exactly"
        ):
            violations("consumed_quantity", pa.array([Decimal("12.5")], pa.decimal256(76, 38)))

    @pytest.mark.parametrize("type_", ["us", "ms", "s", "ns"])
    @pytest.mark.parametrize("zone", ["UTC", None, "America/New_York"])
    def test_an_instant(self, type_: str, zone: str | None) -> None:
        assert violations("charge_period_start", pa.array([INSTANT], pa.timestamp(type_, zone))) == {}

    def test_an_instant_that_the_standard_does_not_have(self) -> None:
        early = pa.array([datetime(1969, 12, 31, 23, tzinfo=UTC)], pa.timestamp("us", "UTC"))
        assert violations("charge_period_start", early) == {"OTS-GEN-011": "1969-12-31T23:00:00Z"}
        finer = pa.array([1_767_225_600_000_000_001], pa.timestamp("ns", "UTC"))
        assert violations("charge_period_start", finer) == {"OTS-GEN-011": "2026-01-01T00:00:00.000000001Z"}

    def test_a_day_is_no_instant(self) -> None:
        assert list(violations("charge_period_start", pa.array([date(2026, 1, 1)]))) == ["OTS-GEN-011"]

    @pytest.mark.parametrize("array", [pa.array([2], pa.int32()), pa.array([2.0]), pa.array(["2"])], ids=str)
    def test_an_integer(self, array: pa.Array) -> None:
        assert violations("attempt", array) == {}

    @pytest.mark.parametrize("value", [2.5, float("nan"), float("inf"), 1e300])
    def test_a_float_that_is_no_integer(self, value: float) -> None:
        assert list(violations("attempt", pa.array([value]))) == ["OTS-GEN-012"]

    @pytest.mark.parametrize(
        "array",
        [
            pa.array(['{"a": "b"}']),
            pa.array([[("a", "b")]], pa.map_(pa.string(), pa.string())),
            pa.array([{"a": "b", "c": None}], pa.struct([("a", pa.string()), ("c", pa.string())])),
        ],
        ids=lambda array: str(array.type),
    )
    def test_a_map(self, array: pa.Array) -> None:
        assert violations("tags", array) == {}

    @pytest.mark.parametrize(
        "array",
        [
            pa.array(["[1]"]),
            pa.array([["a"]]),
            pa.array([[("a", None)]], pa.map_(pa.string(), pa.string())),
            pa.array([[("a", "b"), ("a", "b")]], pa.map_(pa.string(), pa.string())),
            pa.array([[("a", 1)]], pa.map_(pa.string(), pa.int64())),
            pa.array([{"a": 1}]),
            pa.array([b"{}"]),
        ],
        ids=lambda array: str(array.type),
    )
    def test_what_is_no_map_of_texts(self, array: pa.Array) -> None:
        assert list(violations("tags", array)) == ["OTS-GEN-015"]

    def test_a_column_of_nothing_but_nulls(self) -> None:
        assert violations("tags", pa.nulls(1)) == {}
        assert violations("team", pa.nulls(1)) == {}


class TestColumns:
    def test_names_are_compared_letter_by_letter(self) -> None:
        report = validate(pa.table({"Team": ["a", None], "team": ["b", "c"], "x_a": [1, 2]}), max_examples=100)
        unknown = [each for each in report.violations if each.requirement == "OTS-GEN-007"]
        assert [(each.column, each.row, each.line) for each in unknown] == [("Team", None, None)]
        assert found(report)["OTS-GEN-007"] == 1

    @pytest.mark.parametrize("more", [["team"], ["x_a"], ["colour", "colour"]], ids=lambda more: more[0])
    @pytest.mark.parametrize("rows", [2, 0])
    def test_a_name_that_several_have(self, more: list[str], rows: int) -> None:
        names = ["team", "x_a", *more]
        content = io.BytesIO()
        pq.write_table(pa.table([pa.array(["a"] * rows, pa.string())] * len(names), names), content)
        text = "".join(f"{','.join(line)}\n" for line in [names, *[["a"] * len(names)] * rows])
        table, lines = report_on(content.getvalue(), suffix=".parquet"), report_on(text.encode(), suffix=".csv")
        assert found(table)["OTS-GEN-004"] == 1
        assert table.checks == lines.checks
        (twice,) = [each for each in table.violations if each.requirement == "OTS-GEN-004"]
        assert (twice.column, twice.row) == (more[0], None)

    def test_too_many(self, tmp_path: Path) -> None:
        file = tmp_path / "wide.parquet"
        pq.write_table(pa.table({f"x_{n}": ["a"] for n in range(10_001)}), file)
        with pytest.raises(InputError, match="10,001 columns"):
            validate(file)

    def test_none(self) -> None:
        target = io.BytesIO()
        pq.write_table(pa.table({}), target)
        report = report_on(target.getvalue(), suffix=".parquet")
        assert not report.conformant
        assert "OTS-GEN-006" in found(report)


def _comparable(report: Report) -> object:
    return report.checks, report.conformant, report.achieved_profile


class TestTables:
    """Data frames and Arrow tables give the report of the same records in a file."""

    RECORDS = dataset()

    @pytest.mark.parametrize("typed", [False, True])
    def test_of_each_library(self, typed: bool) -> None:  # noqa: FBT001
        expected = _comparable(report_on(json_lines(self.RECORDS), profile="cost"))
        table = arrow_table(self.RECORDS, typed=typed)
        frames = [table, table.to_reader(), pl.from_arrow(table), table.to_pandas(types_mapper=pd.ArrowDtype)]
        for frame in frames:
            assert _comparable(validate(frame, profile="cost")) == expected, type(frame)

    @pytest.mark.parametrize("is_closed", [None, False, True])
    def test_with_maps_and_categories_of_polars(self, is_closed: bool | None) -> None:  # noqa: FBT001
        frame = pl.DataFrame(self.RECORDS, infer_schema_length=None)
        assert any(type_.is_nested() for type_ in frame.dtypes)
        kinds = {
            texts.name: pl.Enum(texts.unique().drop_nulls()) if is_closed else pl.Categorical()
            for texts in frame.select(pl.col(pl.String))
            if is_closed is not None
        }
        frame = frame.with_columns(pl.col(name).cast(kind) for name, kind in kinds.items())
        for some in (frame, frame[3:]):
            expected = report_on(some.write_ndjson().encode())
            assert found(validate(some)) == found(expected)
            assert validate(some).conformant is expected.conformant

    @pytest.mark.parametrize("frame_of", [pd.DataFrame, pl.DataFrame, pa.Table.from_pylist])
    def test_whose_maps_are_all_empty(self, frame_of: Callable[[Records], Any]) -> None:
        records = [{**self.RECORDS[0], "tags": {}}, {**self.RECORDS[1], "record_id": "b", "tags": None}]
        assert found(validate(frame_of(records))) == found(report_on(json_lines(records)))

    def test_labels_of_rows_are_no_column_unless_they_have_a_name(self) -> None:
        frame = arrow_table(self.RECORDS, typed=False).to_pandas(types_mapper=pd.ArrowDtype)
        few = frame[frame["meter"] == "tokens"]
        assert _comparable(validate(few)) == _comparable(validate(few.reset_index(drop=True)))
        expected = _comparable(validate(frame))
        assert _comparable(validate(frame.set_index("record_id"))) == expected
        named = validate(frame.rename(index=str).rename_axis(index="colour"))
        assert {each.column for each in named.violations} == {"colour"}
        odd = pa.table({"record_id": ["a"], "__index_level_0__": ["a"], "index": ["a"]})
        assert found(validate(odd))["OTS-GEN-007"] == 1

    def test_beside_a_file(self, tmp_path: Path) -> None:
        file = tmp_path / "usage.jsonl"
        file.write_bytes(json_lines(self.RECORDS))
        report = validate([file, arrow_table(dataset("other"), typed=True)], profile="cost")
        assert report.conformant
        assert [each.path for each in report.datasets] == [str(file), "<Table>"]

    def test_whose_column_has_values_of_several_types(self) -> None:
        with pytest.raises(InputError, match="cannot be read as a table"):
            validate(pd.DataFrame({"team": ["a", 1, {}]}))

    @pytest.mark.parametrize("odd", [pl.LazyFrame({"team": ["a"]}), {"team": "a"}, b"usage.csv", 5, 0, None])
    def test_what_is_neither_a_path_nor_a_table(self, odd: Any) -> None:  # noqa: ANN401 - any value
        for given in (odd, [odd], ["usage.csv", odd]):
            if isinstance(given, dict):
                continue  # its names are taken for paths
            with pytest.raises(InputError, match=f"type {type(odd).__name__} is neither a path nor a table") as caught:
                validate(given)
            assert caught.value.code == "input_of_no_kind"

    def test_without_the_library(self) -> None:
        with mock.patch.dict("sys.modules", {"pyarrow": None}), pytest.raises(UnsupportedError, match="Arrow library"):
            validate(pl.DataFrame({"team": ["a"]}))


class TestDamagedFiles:
    CONTENT = parquet_file(dataset(), typed=True)

    @pytest.mark.parametrize(
        "content",
        [
            b"PAR1",
            CONTENT[:-1],
            CONTENT[:-20],
            CONTENT[: len(CONTENT) // 2],
            b"PAR1" + bytes(200) + b"PAR1",
            b"",
            b"x,y\n",
        ],
    )
    def test_is_said_in_one_sentence(self, content: bytes, tmp_path: Path) -> None:
        file = tmp_path / "usage.parquet"
        file.write_bytes(content)
        with pytest.raises(InputError, match="damaged"):
            validate(file)

    def test_is_known_by_its_content(self, tmp_path: Path) -> None:
        file = tmp_path / "export"
        file.write_bytes(self.CONTENT)
        assert validate(file, profile="cost").conformant
