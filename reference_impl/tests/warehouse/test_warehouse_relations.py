"""Rules between records, of one dataset and of two: the query judges made-up ones as the engine does."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import cache
from typing import Any

import duckdb
import pytest
from editions import Edition, library
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from prices import report_of
from records import Record, Records
from tables import Row, fill, run

from opentokenomics.standard import Group, NoOverlap, Profile, References, Requirement, Standard, Unique, using
from opentokenomics.standard import Row as RowRule
from opentokenomics.warehouse import Request, Table

_VERSION = "9.0-draft"
_OVERLAP, _EXISTS, _SATISFIES = "OTS-TST-001", "OTS-TST-002", "OTS-TST-003"
_QUIET = settings(max_examples=6, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@cache
def _edition() -> Edition:
    edition = Edition(_VERSION)
    like = "OTS-USG-018"
    period = ["charge_period_start", "charge_period_end"]
    apart = {"kind": "no_overlap", "by": ["service_name"], "ranges": [period], "apart": "source_name"}
    edition.add_requirement(_OVERLAP, like, columns=[period[0]], check=apart)
    to = {"dataset": "price", "column": "price_id"}
    edition.add_requirement(
        _EXISTS, like, columns=["price_id"], check={"kind": "references", "to": to, "rule": "exists"}
    )
    predicate = edition.predicate(
        "list_unit_price = named__unit_price AND charge_period_start >= named__effective_from", named="price"
    )
    check = {"kind": "references", "to": to, "rule": "satisfies", "predicate": predicate}
    edition.add_requirement(_SATISFIES, like, columns=["price_id", "list_unit_price"], check=check)
    return edition


@cache
def _standard() -> Standard:
    return _edition().read()


def _judged(
    connection: duckdb.DuckDBPyConnection, inputs: Mapping[str, Records], *, text: bool
) -> dict[str, tuple[int, int]]:
    """What the query counts of the made-up requirements, which is what the engine counts."""
    # To plan every other requirement takes seconds for each query, and tells nothing of these.
    ours = tuple(each for each in _standard().requirements if each.id.startswith("OTS-TST") or not _is_rule(each))
    standard = replace(_standard(), requirements=ours)
    inputs = {name: [{**record, "spec_version": _VERSION} for record in records] for name, records in inputs.items()}
    for name, records in inputs.items():
        fill(connection, standard.datasets[name], records, text=text)
    request = Request("duckdb", Profile.INTELLIGENCE, is_text=text)
    rows: dict[str, Row] = run(connection, standard, "usage", request, {name: Table(name) for name in inputs})
    with using(library(_edition())):
        report = report_of(inputs)
    counted = {}
    for check in report.checks:
        if check.requirement.startswith("OTS-TST"):
            row = rows[check.requirement]
            counted[check.requirement] = row.evaluated or 0, row.violations or 0
            assert counted[check.requirement] == (check.evaluated, check.violations), check
    return counted


def _is_rule(requirement: Requirement) -> bool:
    return isinstance(requirement.check, RowRule | Group | Unique | References | NoOverlap)


def _numbered(rows: Sequence[tuple[Any, ...]], names: Sequence[str]) -> Records:
    made = [dict(zip(names, row, strict=True)) for row in rows]
    return [{name: value for name, value in record.items() if value is not None} for record in made]


_INSTANTS = st.integers(1, 6).map(lambda day: f"2026-01-{day:02}T00:00:00Z")


class TestRecordsApart:
    """Records that overlap count where they differ in a column, and only there."""

    ROWS = st.lists(
        st.tuples(
            st.sampled_from(["a", "b", None]), st.sampled_from(["s", "t", None]), st.none() | _INSTANTS,
            st.none() | _INSTANTS | st.just("2026-01-01"),
        ),
        min_size=1, max_size=12, unique_by=lambda row: (row[0], row[2]),
    )  # fmt: skip

    @_QUIET
    @given(rows=ROWS)
    def test_agrees(self, connection: duckdb.DuckDBPyConnection, rows: list[tuple[Any, ...]]) -> None:
        names = ("service_name", "source_name", "charge_period_start", "charge_period_end")
        assert _judged(connection, {"usage": _numbered(rows, names)}, text=True)


class TestAcrossDatasets:
    """A reference is judged where the other dataset's table is named, on the record that is named."""

    PRICES = st.sampled_from(["1", "2.50", "2.5", "1e3", None])

    @_QUIET
    @given(
        rows=st.lists(st.tuples(st.sampled_from(["p", "q", "r", None]), PRICES, _INSTANTS), min_size=1, max_size=8),
        others=st.lists(
            st.tuples(st.sampled_from(["p", "q"]), PRICES, _INSTANTS),
            min_size=1,
            max_size=2,
            unique_by=lambda row: row[0],
        ),
    )
    def test_agrees(
        self, connection: duckdb.DuckDBPyConnection, rows: list[tuple[Any, ...]], others: list[tuple[Any, ...]]
    ) -> None:
        usage = _numbered(rows, ("price_id", "list_unit_price", "charge_period_start"))
        price = _numbered(others, ("price_id", "unit_price", "effective_from"))
        assert _judged(connection, {"usage": usage, "price": price}, text=True)

    @pytest.mark.parametrize("text", [False, True])
    def test_finds_what_is_wrong(self, connection: duckdb.DuckDBPyConnection, text: bool) -> None:  # noqa: FBT001 - a case
        began = {"charge_period_start": "2026-02-01T00:00:00Z"}
        usage: list[Record] = [
            {"price_id": "p", "list_unit_price": "1", **began},
            {"price_id": "p", "list_unit_price": "2", **began},
            {"price_id": "p", **began},
            {"price_id": "nowhere", "list_unit_price": "1", **began},
        ]
        price: list[Record] = [{"price_id": "p", "unit_price": "1.0", "effective_from": "2026-01-01T00:00:00Z"}]
        counted = _judged(connection, {"usage": usage, "price": price}, text=text)
        assert counted[_EXISTS] == (4, 1)
        assert counted[_SATISFIES] == (2, 1)

    def test_without_the_table_the_reason_says_so(self, connection: duckdb.DuckDBPyConnection) -> None:
        fill(connection, _standard().datasets["usage"], [{"price_id": "p"}], text=True)
        rows = run(connection, _standard(), "usage", Request("duckdb", Profile.INTELLIGENCE, is_text=True))
        for identifier in (_EXISTS, _SATISFIES):
            assert rows[identifier].status == "not_applicable"
            assert rows[identifier].evaluated is None
            assert "No table of price records is named" in (rows[identifier].reason or "")
