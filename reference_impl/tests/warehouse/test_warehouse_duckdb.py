"""The printed query, run by DuckDB over plain tables, gives the counts that validating the same records gives."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from random import Random
from typing import Any

import duckdb
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from prices import plans, prices, report_of
from records import (
    STANDARD,
    USAGE,
    WHOLE_INPUT,
    Record,
    Records,
    break_it,
    cell,
    checkable,
    csv_file,
    dataset,
    found,
    report_on,
    ways,
)
from tables import Row, differences, fill, run
from wild import BASE, fitting, tidy_records, wild_records

from opentokenomics.shapes import faults_of
from opentokenomics.standard import (
    Bundle,
    Column,
    Encoding,
    Excluded,
    Facet,
    Fault,
    Given,
    Kind,
    NoOverlap,
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
_TYPED = Request("duckdb", Profile.INTELLIGENCE)
_TEXTS = Request("duckdb", Profile.INTELLIGENCE, is_text=True)
_MAKE: dict[str, Callable[[str], Records]] = {"usage": dataset, "price": prices, "plan": plans}
_WIDE = "DECIMAL(38, 18)"
_COMPARED = [
    each.id
    for each in STANDARD.requirements
    if isinstance(each.check, References) and each.check.rule is not ReferenceRule.EXISTS
]
"""They look at the first record of a name, and a table has no first record."""
_APART = [each.id for each in STANDARD.requirements if isinstance(each.check, NoOverlap) and each.check.apart]
"""Where two sources begin and end at once, they count the later record, and a table has no later one either."""

datasets = pytest.mark.parametrize("name", _MAKE)
seeds = st.integers(0, 2**32)


def _is_ambiguous(records: Sequence[Record]) -> bool:
    """Whether a record names one of several of one name."""
    times = Counter(cell(record.get("record_id")) for record in records)
    return any(times[cell(record["corrects_record_id"])] > 1 for record in records if "corrects_record_id" in record)


def _unordered(records: Sequence[Record]) -> list[str]:
    """The requirements whose counts depend on an order that a table does not have."""
    sources = {cell(record.get("source_name")) for record in records}
    return [*(_COMPARED if _is_ambiguous(records) else ()), *(_APART if len(sources) > 1 else ())]


def _known(name: str, records: Sequence[Record]) -> list[Record]:
    columns = STANDARD.datasets[name].by_name
    return [{column: value for column, value in record.items() if column in columns} for record in records]


def _placed(name: str, records: Sequence[Record]) -> list[Record]:
    """Of two records that begin together, the earlier stands first in a file, and ends first in a table."""
    for each in STANDARD.of(name):
        if isinstance(each.check, NoOverlap):
            ends = [end for ends in each.check.ranges for end in ends][1:]
            columns = [STANDARD.datasets[name].by_name[end] for end in ends]
            records = sorted(records, key=lambda record: [_rank(each, record.get(each.name)) for each in columns])
    return list(records)


def _rank(column: Column, value: object) -> tuple[bool, object]:
    known = value is not None and not faults_of(column, value)
    return not known, (float(str(value)) if column.kind is not Kind.TIMESTAMP else str(value)) if known else 0


def _assert_same_of_texts(
    connection: duckdb.DuckDBPyConnection, name: str, records: Sequence[Record]
) -> dict[str, Row]:
    records = _placed(name, _known(name, records))
    fill(connection, STANDARD.datasets[name], records, text=True)
    rows = run(connection, STANDARD, name, _TEXTS)
    assert not differences(report_of({name: records}, ".csv"), rows, _unordered(records))
    return rows


def _assert_same_of_types(
    connection: duckdb.DuckDBPyConnection, name: str, records: Sequence[Record], decimal: str | None = None
) -> dict[str, Row]:
    records = _placed(name, _known(name, records))
    fill(connection, STANDARD.datasets[name], records, text=False, decimal=decimal)
    rows = run(connection, STANDARD, name, _TYPED)
    assert not differences(report_of({name: records}), rows, _unordered(records))
    return rows


# Records that typed columns can hold -------------------------------------------------------------------------------

_STRANGE: dict[Kind, tuple[Any, ...]] = {
    Kind.INTEGER: (0, -1, 1, 10**9, 10**12 + 1, 2**63 - 1, -(2**63)),
    Kind.TIMESTAMP: (
        *("1969-12-31T23:59:59.999999Z", "1970-01-01T00:00:00Z", "2026-08-01T00:00:00.000001Z"),
        *("9999-12-31T23:59:59.999999Z", "0001-01-01T00:00:00Z", "2027-01-01T00:00:00Z"),
    ),
    Kind.BOOLEAN: (True, False),
    Kind.MAP: ({}, {"a": "b"}, {"": ""}, {"a": None}, {'"': "\\"}),
    Kind.LIST: ([], ["monday"], ["sunday", "monday"], ["monday", "sunday"], ["monday", "monday"], ["Monday"], [None]),
}
_STRANGE_TEXTS = (
    *("", " ", "\0", "\U0001f600" * 4096, "x" * 4097, "23:59", "24:00", "09:30\n", "https://a.b", "http://a.b"),
    *("a@b.co", "é@b", "Tokens", "USD\n", "x_a", "'; --", "\\", "ünï", "{{ x }}"),
)


def _strange(column: Column, dice: Random, *, wide: bool) -> object:
    """A value that the column's type can hold, whether the standard allows it or not."""
    if column.kind is not Kind.DECIMAL:
        return dice.choice(_STRANGE.get(column.kind, _STRANGE_TEXTS))
    precision, scale = (38, 18) if wide else (column.precision or 0, column.scale or 0)
    units = dice.choice([10**precision - 1, dice.randrange(10**precision), dice.randrange(10 ** (scale + 2)), 0])
    digits = f"{units:0{scale + 1}}"
    return dice.choice(["", "-"]) + f"{digits[:-scale]}.{digits[-scale:]}".rstrip("0").rstrip(".")


def _few(column: Column) -> tuple[Any, ...]:
    """Values that are well formed, so few that records collide in them."""
    return _STRANGE[column.kind][1:3] if column.kind in {Kind.BOOLEAN, Kind.LIST} else fitting(column)


def _mixed(name: str, seed: int, *, wide: bool = False) -> Records:
    """Records of faultless datasets with a few columns changed, in ways that set them against each other."""
    dice = Random(seed)  # noqa: S311 - a seed makes it repeatable
    base = _known(name, [record for prefix in "vw" for record in _MAKE[name](prefix)])
    columns = [column for column in STANDARD.datasets[name].columns if column.name != "spec_version"]
    records: Records = []
    for number in range(dice.choice([1, 60, 150])):
        record = dict(dice.choice(base))
        if name == "usage":
            record |= {"record_id": f"r{number}", "usage_group_id": f"g{dice.randrange(30)}"}
            if dice.random() < 0.3:
                record |= {"record_type": "retraction", "corrects_record_id": f"r{dice.randrange(160)}"}
        for column in dice.sample(columns, dice.choice([0, 0, 1, 1, 2, 4])):
            values = (None, *_few(column)[:4])
            record[column.name] = _strange(column, dice, wide=wide) if dice.random() < 0.4 else dice.choice(values)
        records.append({key: value for key, value in record.items() if value is not None})
    return records


def _is_typed(name: str, record: Record) -> bool:
    """Whether typed columns can hold the record."""
    columns = STANDARD.datasets[name].by_name
    return not any(
        fault.facet in {Facet.TYPE, Facet.MEMBERS, Facet.DIGITS}
        or (fault.facet is Facet.PATTERN and columns[column].kind is not Kind.STRING)
        for column, value in record.items()
        if value is not None
        for fault in faults_of(columns[column], value)
    )


@datasets
class TestTypedColumns:
    """Over typed columns, of the standard's own width or wider, every count is that of the same records in a file."""

    @given(seed=seeds)
    @_SLOW
    def test_that_are_wider(self, connection: duckdb.DuckDBPyConnection, name: str, seed: int) -> None:
        _assert_same_of_types(connection, name, _mixed(name, seed, wide=True), _WIDE)

    @given(seed=seeds)
    @_SLOW
    def test_that_fit(self, connection: duckdb.DuckDBPyConnection, name: str, seed: int) -> None:
        _assert_same_of_types(connection, name, _mixed(name, seed))

    def test_of_faultless_records(self, connection: duckdb.DuckDBPyConnection, name: str) -> None:
        rows = _assert_same_of_types(connection, name, _MAKE[name]("p"))
        assert {row.status for row in rows.values() if row.evaluated} == {"pass"}

    def test_of_no_records(self, connection: duckdb.DuckDBPyConnection, name: str) -> None:
        fill(connection, STANDARD.datasets[name], [], text=False)
        rows = run(connection, STANDARD, name, _TYPED)
        (failed,) = (row for row in rows.values() if row.status == "fail")
        assert failed.requirement == STANDARD.encoding(Fault.NO_RECORDS).id
        assert "The table has no rows." in {row.reason for row in rows.values() if row.evaluated == 0}

    def test_of_every_broken_requirement_together(self, connection: duckdb.DuckDBPyConnection, name: str) -> None:
        kept = [each for each in ways(name) if each in {*checkable(name)} - WHOLE_INPUT]
        records = [record for each in kept for record in _known(name, break_it(each, _MAKE[name](each), name))]
        rows = _assert_same_of_types(connection, name, [record for record in records if _is_typed(name, record)])
        missed = {each for each in kept if not rows[each].violations}
        # What a typed column cannot hold cannot be broken in one, and columns are not named here.
        assert all(isinstance(STANDARD.requirement(each).check, Schema) for each in missed)


@datasets
class TestTexts:
    """Over columns of text, every count is that of a CSV file with the same cells."""

    @given(seed=seeds)
    @_SLOW
    def test_of_mixed_records(self, connection: duckdb.DuckDBPyConnection, name: str, seed: int) -> None:
        _assert_same_of_texts(connection, name, _mixed(name, seed, wide=True))

    def test_of_every_broken_requirement_together(self, connection: duckdb.DuckDBPyConnection, name: str) -> None:
        kept = [each for each in ways(name) if each in {*checkable(name)} - WHOLE_INPUT]
        records = [record for each in kept for record in break_it(each, _MAKE[name](each), name)]
        rows = _assert_same_of_texts(connection, name, records)
        assert {each for each in kept if not rows[each].violations} == {USAGE.unknown_requirement}


@given(st.lists(wild_records() | tidy_records(), min_size=60, max_size=120))
@_SLOW
def test_of_wild_records(connection: duckdb.DuckDBPyConnection, records: list[Record]) -> None:
    _assert_same_of_texts(connection, "usage", records)


@pytest.mark.parametrize("identifier", sorted(WHOLE_INPUT - {"OTS-GEN-006"}))
def test_of_a_broken_whole(connection: duckdb.DuckDBPyConnection, identifier: str) -> None:
    _assert_same_of_texts(connection, "usage", break_it(identifier, dataset()))


def test_of_columns_that_the_table_has(connection: duckdb.DuckDBPyConnection) -> None:
    """A column that is not there is null; one that nobody may add is a violation where it is filled."""
    used = {name for record in dataset() for name in record}
    records = [{**record, "metre": str(number % 2) if number % 3 else None} for number, record in enumerate(dataset())]
    names = (*(name for name in USAGE.by_name if name in used), "x_shard", "metre", "unused")
    fill(connection, USAGE, records, text=True, columns=names)
    tables = {"usage": Table("usage", names)}
    rows = run(connection, STANDARD, "usage", _TEXTS, tables)
    file = csv_file(records).split(b"\n")
    with_unused = b"\n".join(line + (b",unused" if number == 0 else b",") for number, line in enumerate(file) if line)
    report = report_on(with_unused + b"\n", suffix=".csv")
    assert not differences(report, rows)
    assert rows[USAGE.unknown_requirement].violations == found(report)[USAGE.unknown_requirement] > 1


@datasets
class TestNoRequirementIsSkipped:
    """Each requirement of the profile is a row: with counts, or with the reason why there are none."""

    @pytest.mark.parametrize("request_", [_TYPED, _TEXTS])
    def test_those_without_counts_say_why(
        self, connection: duckdb.DuckDBPyConnection, name: str, request_: Request
    ) -> None:
        fill(connection, STANDARD.datasets[name], _known(name, _MAKE[name]("p")), text=request_.is_text)
        rows = run(connection, STANDARD, name, request_)
        assert list(rows) == [each.id for each in STANDARD.of(name) if each.profile.rank <= Profile.INTELLIGENCE.rank]
        excluded = {each.id for each in STANDARD.of(name) if isinstance(each.check, Excluded)}
        other = {
            each.id
            for each in STANDARD.of(name)
            if isinstance(each.check, Bundle | Given)
            or (isinstance(each.check, Encoding) and each.check.fault is not Fault.NO_RECORDS)
            or (isinstance(each.check, References) and each.check.to_dataset != name)
            or each.id == USAGE.unknown_requirement
        }
        silent = {row.requirement: row.status for row in rows.values() if row.evaluated is None}
        expected = dict.fromkeys(other, "not_applicable") | dict.fromkeys(excluded, "not_machine_checkable")
        assert silent == expected
        assert all(rows[each].reason for each in silent)

    def test_types_that_guarantee_a_shape_say_so(self, connection: duckdb.DuckDBPyConnection, name: str) -> None:
        fill(connection, STANDARD.datasets[name], _known(name, _MAKE[name]("p")), text=False)
        rows = run(connection, STANDARD, name, _TYPED)
        guaranteed = {row.requirement for row in rows.values() if row.evaluated and row.reason}
        notations = {
            shape.requirement
            for column in STANDARD.datasets[name].columns
            if column.kind in {Kind.DECIMAL, Kind.BOOLEAN}
            for shape in column.shapes
            if shape.facet in {Facet.TYPE, Facet.PATTERN}
        }
        assert guaranteed == notations
        assert {rows[each].reason for each in guaranteed} == {"The types of the columns guarantee it."}


class TestVersions:
    """The query is about one version; a table of which no record states it is not supported by it."""

    @pytest.mark.parametrize("versions", ["aa", "a-", "ab", "b", "bb", "-", "al", "lb", "lll"])
    def test_agrees(self, connection: duckdb.DuckDBPyConnection, versions: str) -> None:
        stated = {"a": STANDARD.version, "b": "0.9", "-": None, "l": "9" * 4097}
        records = [{**record, "spec_version": stated[v]} for record, v in zip(BASE, versions, strict=False)]
        _assert_same_of_types(connection, "usage", records)
        _assert_same_of_texts(connection, "usage", records)
