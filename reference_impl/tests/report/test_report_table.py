"""The tables of a report are what data frames are made of."""

from __future__ import annotations

from dataclasses import asdict, fields, replace

import pandas as pd
import polars as pl
import pyarrow as pa
from hypothesis import given
from reports import FEW, reports, saying

from opentokenomics.report import CheckResult, Report, Violation

COLUMNS = [each.name for each in fields(Violation)]


class TestViolations:
    @FEW
    @given(reports())
    def test_three_libraries_read_the_same_rows(self, report: Report) -> None:
        table = report.violations_table()
        rows = pa.table(table).to_pylist()
        assert rows == pl.DataFrame(table, infer_schema_length=None).to_dicts()
        frame = pd.DataFrame(table).astype(object)
        assert frame.where(frame.notna(), None).to_dict("records") == rows
        for row, violation in zip(rows, report.violations, strict=True):
            expected = asdict(violation)
            assert row.keys() == expected.keys()
            for name, value in expected.items():
                safe = value.encode("utf-8", "backslashreplace").decode() if isinstance(value, str) else value
                assert row[name] == safe

    def test_columns_are_there_without_rows(self) -> None:
        table = replace(saying("x"), violations=()).violations_table()
        assert list(pd.DataFrame(table).columns) == pl.DataFrame(table).columns == COLUMNS
        assert len(pd.DataFrame(table)) == 0

    def test_the_table_is_a_copy(self) -> None:
        report = saying("x")
        report.violations_table()["value"].clear()
        assert report.violations_table()["value"] == ["x", "x"]


class TestChecks:
    def test_they_have_the_exact_totals(self) -> None:
        frame = pl.DataFrame(saying("x", total=412).checks_table())
        assert frame.columns == [each.name for each in fields(CheckResult)]
        assert frame.filter(pl.col("status") == "fail")["violations"].to_list() == [412]
