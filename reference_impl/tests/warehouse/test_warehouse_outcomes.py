"""Queries on outcomes, evaluations and statements count what the engine counts on files of the same records."""

from __future__ import annotations

import duckdb
import pytest
from outcomes import MAKE, report_of
from records import STANDARD, Record, Records
from tables import differences, fill, run

from opentokenomics.standard import Profile
from opentokenomics.warehouse import Request, Table

_REQUEST = Request("duckdb", Profile.INTELLIGENCE, is_text=True)


def _known(name: str, records: Records) -> list[Record]:
    columns = STANDARD.datasets[name].by_name
    return [{column: value for column, value in record.items() if column in columns} for record in records]


def _changed(name: str) -> Records:
    """Faultless records, and the first of them again with a trial that leaves a gap or a version that is not there."""
    records = MAKE[name]("d")
    if name == "evaluation":
        records.append({**records[0], "trial": 4})
    if name == "outcome":
        records.append({**records[0], "outcome_id": "d/again", "outcome_definition_version": "0"})
    return _known(name, records)


@pytest.mark.parametrize("name", MAKE)
def test_of_each_dataset(connection: duckdb.DuckDBPyConnection, name: str) -> None:
    records = _changed(name)
    fill(connection, STANDARD.datasets[name], records, text=True)
    rows = run(connection, STANDARD, name, _REQUEST)
    # What is in a list of records is counted in a file alone.
    lists = [column.record for column in STANDARD.datasets[name].columns if column.record is not None]
    within = [shape.requirement for record in lists for column in record.columns for shape in column.shapes]
    assert not differences(report_of({name: records}, ".csv"), rows, within)
    for row in rows.values():
        assert row.evaluated is not None or row.reason
        assert row.requirement not in within or "list of records" in (row.reason or "")


def test_of_names_of_two_parts(connection: duckdb.DuckDBPyConnection) -> None:
    inputs = {name: _changed(name) for name in ("outcome", "outcome_definition")}
    for name, records in inputs.items():
        fill(connection, STANDARD.datasets[name], records, text=True)
    rows = run(connection, STANDARD, "outcome", _REQUEST, {name: Table(name) for name in inputs})
    (check,) = (each for each in report_of(inputs, ".csv").checks if each.requirement == "OTS-OUT-026")
    assert (check.evaluated, check.violations) == (len(inputs["outcome"]), 1)
    row = rows["OTS-OUT-026"]
    assert (row.evaluated, row.violations) == (check.evaluated, check.violations)
