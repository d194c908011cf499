"""The printed query, run by DuckDB over plain tables, gives the counts that validating the same records gives."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

import duckdb
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from records import (
    BREAKS,
    STANDARD,
    USAGE,
    WHOLE_INPUT,
    Record,
    break_it,
    cell,
    csv_file,
    dataset,
    found,
    json_lines,
    report_on,
)
from tables import Row, differences, fill, run
from wild import BASE, SPOKEN_OF, fitting, tidy_records, wild_records

from opentokenomics.shapes import faults_of
from opentokenomics.standard import (
    Bundle,
    Column,
    Encoding,
    Excluded,
    Facet,
    Fault,
    Kind,
    Profile,
    ReferenceRule,
    References,
    Schema,
)
from opentokenomics.warehouse import Request, Table

_SLOW = settings(
    max_examples=2,
    deadline=None,
    phases=[Phase.generate],  # to shrink would take minutes
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
_TYPED = Request("duckdb", Profile.COST)
_TEXTS = Request("duckdb", Profile.COST, is_text=True)
_COMPARED = [
    each.id
    for each in STANDARD.requirements
    if isinstance(each.check, References) and each.check.rule is not ReferenceRule.EXISTS
]
"""They look at the first record of a name, and a table has no first record."""
_WIDE = "DECIMAL(38, 18)"


@pytest.fixture(scope="module")
def connection() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as connected:
        connected.execute("SET threads = 1")
        connected.execute("SET memory_limit = '1GB'")
        # They take several times as long to plan the query as a few records take to be judged.
        connected.execute("SET disabled_optimizers = 'common_subexpressions,cte_inlining,in_clause'")
        yield connected


def _is_ambiguous(records: Sequence[Record]) -> bool:
    """Whether a record names one of several of one name."""
    times = Counter(cell(record.get("record_id")) for record in records)
    return any(
        times[cell(record.get("corrects_record_id"))] > 1 for record in records if "corrects_record_id" in record
    )


def _known(records: Sequence[Record]) -> list[Record]:
    return [{name: value for name, value in record.items() if name in USAGE.by_name} for record in records]


def _assert_same_of_texts(connection: duckdb.DuckDBPyConnection, records: Sequence[Record]) -> dict[str, Row]:
    records = _known(records)
    fill(connection, USAGE, records, text=True)
    rows = run(connection, STANDARD, "usage", _TEXTS)
    report = report_on(csv_file(records), suffix=".csv")
    assert not differences(report, rows, _COMPARED if _is_ambiguous(records) else ())
    return rows


def _assert_same_of_types(
    connection: duckdb.DuckDBPyConnection, records: Sequence[Record], decimal: str | None = None
) -> dict[str, Row]:
    fill(connection, USAGE, records, text=False, decimal=decimal)
    rows = run(connection, STANDARD, "usage", _TYPED)
    assert not differences(report_on(json_lines(records)), rows, _COMPARED if _is_ambiguous(records) else ())
    return rows


# Records that typed columns can hold -------------------------------------------------------------------------------

_STRANGE_TEXTS = (
    "",
    " ",
    "\0",
    "\U0001f600" * 4096,
    "x" * 4097,
    "a@b.co",
    "é@b",
    "Tokens",
    "USD\n",
    "x_a",
    "'; --",
    "\\",
)
_STRANGE_INTEGERS = (0, -1, 1, 10**9, 10**12 + 1, 2**63 - 1, -(2**63))
_STRANGE_TIMES = (
    "1969-12-31T23:59:59.999999Z",
    "1970-01-01T00:00:00Z",
    "9999-12-31T23:59:59.999999Z",
    "0001-01-01T00:00:00Z",
)
_instants = st.datetimes(datetime(1900, 1, 1), datetime(2200, 1, 1))  # noqa: DTZ001 - a column of naive UTC


def _plain(units: int, scale: int) -> str:
    digits = f"{abs(units):0{scale + 1}}"
    number = f"{digits[:-scale]}.{digits[-scale:]}".rstrip("0").rstrip(".")
    return "-" + number if units < 0 else number


def _any_typed(column: Column, *, wide: bool) -> st.SearchStrategy[Any]:
    """Values that the column's type can hold, whether the standard allows them or not."""
    match column.kind:
        case Kind.DECIMAL:
            precision, scale = (38, 18) if wide else (column.precision or 0, column.scale or 0)
            limit = 10**precision - 1
            return st.integers(-limit, limit).map(lambda units: _plain(units, scale))
        case Kind.INTEGER:
            return st.sampled_from(_STRANGE_INTEGERS) | st.integers(0, 400)
        case Kind.TIMESTAMP:
            return st.sampled_from(_STRANGE_TIMES) | _instants.map(lambda at: at.isoformat() + "Z")
        case Kind.BOOLEAN:
            return st.booleans()
        case Kind.MAP:
            return st.dictionaries(st.text(max_size=3), st.text(max_size=3) | st.none(), max_size=2)
        case _:
            return st.sampled_from(_STRANGE_TEXTS) | st.text(st.characters(exclude_categories=["Cs"]), max_size=9)


@st.composite
def _typed_records(draw: st.DrawFn, *, wide: bool) -> Record:
    record = dict(draw(st.sampled_from(BASE)))
    record = {name: value for name, value in record.items() if name in USAGE.by_name}
    for column in draw(st.lists(st.sampled_from(USAGE.columns[1:]), min_size=1, max_size=3)):
        record[column.name] = draw(st.none() | st.sampled_from(fitting(column)) | _any_typed(column, wide=wide))
    return record


@st.composite
def _colliding(draw: st.DrawFn) -> list[Record]:
    """Records that share keys, groups and targets, so that rules on sets find much to judge."""
    dice = random.Random(draw(st.integers(0, 2**32)))  # noqa: S311 - a seed makes it repeatable
    records: list[Record] = []
    for number in range(draw(st.integers(1, 120))):
        record = dict(dice.choice(BASE))
        record["usage_group_id"] = f"g{dice.randrange(20)}"
        record["record_id"] = f"r{number}"
        if dice.random() < 0.3:
            record |= {"record_type": "retraction", "corrects_record_id": f"r{dice.randrange(130)}"}
        for column in dice.sample(SPOKEN_OF, dice.randrange(4)):
            record[column.name] = dice.choice((None, *fitting(column)[:3]))
        if dice.random() < 0.1:
            record["meter"] = "Tokens"
        records.append({name: value for name, value in record.items() if name in USAGE.by_name})
    return records


class TestTypedColumns:
    """Over typed columns, of the standard's own width or wider, every count is that of the same records in a file."""

    @given(st.lists(_typed_records(wide=True), min_size=40, max_size=120))
    @_SLOW
    def test_that_are_wider(self, connection: duckdb.DuckDBPyConnection, records: list[Record]) -> None:
        _assert_same_of_types(connection, records, "DECIMAL(38, 18)")

    @given(st.lists(_typed_records(wide=False), min_size=40, max_size=120))
    @_SLOW
    def test_that_fit(self, connection: duckdb.DuckDBPyConnection, records: list[Record]) -> None:
        _assert_same_of_types(connection, records)

    @given(_colliding())
    @_SLOW
    def test_of_records_that_collide(self, connection: duckdb.DuckDBPyConnection, records: list[Record]) -> None:
        _assert_same_of_types(connection, records)

    def test_of_faultless_records(self, connection: duckdb.DuckDBPyConnection) -> None:
        rows = _assert_same_of_types(connection, _known(dataset()))
        judged = {row.requirement for row in rows.values() if row.evaluated is not None}
        assert {rows[each].status for each in judged} == {"pass"}

    def test_of_no_records(self, connection: duckdb.DuckDBPyConnection) -> None:
        rows = _assert_same_of_types(connection, [])
        failed = [row for row in rows.values() if row.status == "fail"]
        assert [each.requirement for each in failed] == [STANDARD.encoding(Fault.NO_RECORDS).id]
        assert {row.reason for row in rows.values() if row.evaluated == 0} >= {"The table has no rows."}

    def test_of_broken_requirements_together(self, connection: duckdb.DuckDBPyConnection) -> None:
        kept = [each for each in BREAKS if each not in WHOLE_INPUT]
        broken = [record for each in kept for record in _known(break_it(each, dataset(each))) if _is_typed(record)]
        rows = _assert_same_of_types(connection, broken)
        assert sum(bool(rows[each].violations) for each in kept) > len(kept) - 10


def _is_typed(record: Record) -> bool:
    """Whether typed columns can hold the record."""
    return not any(
        fault.facet in {Facet.TYPE, Facet.MEMBERS, Facet.DIGITS}
        or (fault.facet is Facet.PATTERN and USAGE.by_name[name].kind is not Kind.STRING)
        for name, value in record.items()
        if value is not None
        for fault in faults_of(USAGE.by_name[name], value)
    )


class TestTexts:
    """Over columns of text, every count is that of a CSV file with the same cells."""

    @given(st.lists(wild_records() | tidy_records(), min_size=60, max_size=120))
    @_SLOW
    def test_of_wild_records(self, connection: duckdb.DuckDBPyConnection, records: list[Record]) -> None:
        _assert_same_of_texts(connection, records)

    @given(_colliding())
    @_SLOW
    def test_of_records_that_collide(self, connection: duckdb.DuckDBPyConnection, records: list[Record]) -> None:
        _assert_same_of_texts(connection, records)

    def test_of_every_broken_requirement_together(self, connection: duckdb.DuckDBPyConnection) -> None:
        kept = [each for each in BREAKS if each not in WHOLE_INPUT]
        records = [record for identifier in kept for record in break_it(identifier, dataset(identifier))]
        rows = _assert_same_of_texts(connection, records)
        missed = {each for each in kept if not rows[each].violations}
        assert missed == {USAGE.unknown_requirement}

    @pytest.mark.parametrize("identifier", sorted(WHOLE_INPUT))
    def test_of_a_broken_whole(self, connection: duckdb.DuckDBPyConnection, identifier: str) -> None:
        _assert_same_of_texts(connection, break_it(identifier, dataset()))

    def test_of_columns_that_the_table_has(self, connection: duckdb.DuckDBPyConnection) -> None:
        """A column that is not there is null; one that nobody may add is a violation where it is filled."""
        used = {name for record in dataset() for name in record}
        records = [
            {**record, "metre": str(number % 2) if number % 3 else None} for number, record in enumerate(dataset())
        ]
        names = (*(name for name in USAGE.by_name if name in used), "x_shard", "metre", "unused")
        fill(connection, USAGE, records, text=True, columns=names)
        tables = {"usage": Table("usage", names)}
        rows = run(connection, STANDARD, "usage", _TEXTS, tables)
        file = csv_file(records).split(b"\n")
        with_unused = b"\n".join(
            line + (b",unused" if number == 0 else b",") for number, line in enumerate(file) if line
        )
        report = report_on(with_unused + b"\n", suffix=".csv")
        assert not differences(report, rows)
        assert rows[USAGE.unknown_requirement].violations == found(report)[USAGE.unknown_requirement] > 1


class TestNoRequirementIsSkipped:
    """Each requirement of the profile is a row: with counts, or with the reason why there are none."""

    @pytest.mark.parametrize("request_", [_TYPED, _TEXTS])
    def test_those_without_counts_say_why(self, connection: duckdb.DuckDBPyConnection, request_: Request) -> None:
        fill(connection, USAGE, dataset(), text=request_.is_text)
        rows = run(connection, STANDARD, "usage", request_)
        assert list(rows) == [each.id for each in STANDARD.of("usage") if each.profile.rank <= Profile.COST.rank]
        silent = {row.requirement for row in rows.values() if row.evaluated is None}
        other = {
            each.id
            for each in STANDARD.of("usage")
            if isinstance(each.check, Excluded | Bundle)
            or (isinstance(each.check, Encoding) and each.check.fault is not Fault.NO_RECORDS)
            or (isinstance(each.check, References) and each.check.to_dataset != "usage")
            or each.id == USAGE.unknown_requirement
        }
        assert silent == other
        assert all(rows[each].reason for each in silent)
        excluded = {each.id for each in STANDARD.of("usage") if isinstance(each.check, Excluded)}
        assert {row.requirement for row in rows.values() if row.status == "not_machine_checkable"} == excluded

    def test_types_that_guarantee_a_shape_say_so(self, connection: duckdb.DuckDBPyConnection) -> None:
        fill(connection, USAGE, _known(dataset()), text=False)
        rows = run(connection, STANDARD, "usage", _TYPED)
        guaranteed = {row.requirement for row in rows.values() if row.evaluated is not None and row.reason}
        decimals = {
            shape.requirement for column in USAGE.columns if column.kind is Kind.DECIMAL
            for shape in column.shapes if shape.facet in {Facet.TYPE, Facet.PATTERN}
        }  # fmt: skip
        assert guaranteed == decimals
        assert all(isinstance(STANDARD.requirement(each).check, Schema) for each in guaranteed)
        assert {rows[each].reason for each in guaranteed} == {"The types of the columns guarantee it."}


class TestVersions:
    """The query is about one version; a table of which no record states it is not supported by it."""

    @pytest.mark.parametrize("versions", ["aa", "a-", "ab", "b", "bb", "-"])
    def test_agrees(self, connection: duckdb.DuckDBPyConnection, versions: str) -> None:
        stated = {"a": STANDARD.version, "b": "0.9", "-": None}
        records = [
            {**record, "spec_version": stated[v]} for record, v in zip(_known(dataset()), versions, strict=False)
        ]
        _assert_same_of_types(connection, records)
        _assert_same_of_texts(connection, records)
