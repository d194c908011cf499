"""Random predicates over random records: Python and DuckDB give one verdict, and the one that SQL itself gives."""

from __future__ import annotations

import json
from functools import cache
from typing import TYPE_CHECKING

import duckdb
import jsonschema
import pytest
from hypothesis import given, reject, settings
from predicates import RECORDS, ROWS, SMALL_ROWS, SQL_TYPES, compiled, condition, predicate_names

from opentokenomics.rules import columns_of, compile_predicate, to_duckdb, to_python
from opentokenomics.standard import Column, documents

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping


@pytest.fixture(scope="module")
def connection() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as connected:
        connected.execute("SET disabled_optimizers = 'in_clause'")
        connected.execute("SET threads = 1")
        typed = ", ".join(f'"{name}" {sql_type}' for name, sql_type in SQL_TYPES.items())
        connected.execute(f'CREATE TABLE "records" ("number" INTEGER, {typed})')
        marks = ", ".join("?" * (len(SQL_TYPES) + 1))
        rows = [[number, *(record[name] for name in SQL_TYPES)] for number, record in enumerate(RECORDS)]
        connected.executemany(f'INSERT INTO "records" VALUES ({marks})', rows)  # noqa: S608
        connected.execute("CREATE MACRO matches(value, pattern) AS regexp_full_match(value, pattern)")
        connected.execute("CREATE MACRO microseconds_between(f, t) AS date_diff('microsecond', f, t)")
        yield connected


def verdicts(connection: duckdb.DuckDBPyConnection, condition: str, first: int = ROWS) -> list[bool | None]:
    query = f'SELECT {condition} FROM "records" WHERE "number" < {first} ORDER BY "number"'  # noqa: S608
    return [row[0] for row in connection.execute(query).fetchall()]


@cache
def tree_schema() -> jsonschema.Draft202012Validator:
    text_of_schema = documents()["tree.schema.json"]
    return jsonschema.Draft202012Validator(json.loads(text_of_schema))


class TestAgreement:
    @settings(max_examples=100, deadline=None)
    @given(predicate=condition())
    def test_python_and_duckdb_give_one_verdict(
        self, predicate: str, columns: Mapping[str, Column], connection: duckdb.DuckDBPyConnection
    ) -> None:
        tree = compiled(predicate, columns)
        rule = to_python(tree)
        assert [rule(record) for record in RECORDS] == verdicts(connection, to_duckdb(tree))

    @pytest.mark.parametrize(
        "predicate",
        [
            "price * priced = amount",
            "ABS(price * priced - amount) <= 0.000001",
            "ABS(priced * block - quantity) <= block * 0.0000005",
            "amount * ratio = block",
            "amount * ratio + block > balance",
            "block - amount * ratio IS DISTINCT FROM block",
            "COALESCE(amount * ratio, block) <> balance",
            "MOD(amount * ratio, 999999999999999) < block",
            "MOD(ratio, 99999999999999999999) * amount < block",
            "MICROSECONDS_BETWEEN(began, ended) * priced * 0.01 < ratio",
            "MOD(widest, 7) = MOD(-widest, -7)",
            "ABS(widest) >= balance",
            "widest IN (0, 1, -1, 99999999999999999999999999999999999999)",
        ],
    )
    def test_at_the_limits_of_digits(
        self, predicate: str, columns: Mapping[str, Column], connection: duckdb.DuckDBPyConnection
    ) -> None:
        tree = compile_predicate(predicate, columns)
        rule = to_python(tree)
        given_verdicts = [rule(record) for record in RECORDS]
        assert given_verdicts == verdicts(connection, to_duckdb(tree))
        assert {True, False} <= set(given_verdicts)

    @settings(max_examples=60, deadline=None)
    @given(predicate=condition())
    def test_the_tree_means_what_the_text_means_in_sql(
        self, predicate: str, columns: Mapping[str, Column], connection: duckdb.DuckDBPyConnection
    ) -> None:
        tree = compiled(predicate, columns)
        try:
            expected = verdicts(connection, predicate, SMALL_ROWS)
        except duckdb.Error:
            reject()
        rule = to_python(tree)
        assert [rule(record) for record in RECORDS[:SMALL_ROWS]] == expected

    @settings(max_examples=40, deadline=None)
    @given(predicate=condition())
    def test_trees_are_json_that_keeps_the_schema(self, predicate: str, columns: Mapping[str, Column]) -> None:
        tree = compiled(predicate, columns)
        tree_schema().validate(tree)
        assert json.loads(json.dumps(tree)) == tree
        assert columns_of(tree) == {name for name in SQL_TYPES if name in predicate_names(predicate)}

    @settings(max_examples=25, deadline=None)
    @given(predicate=condition(1))
    def test_absent_columns_are_null_and_a_qualifier_changes_nothing(
        self, predicate: str, columns: Mapping[str, Column], connection: duckdb.DuckDBPyConnection
    ) -> None:
        tree = compiled(predicate, columns)
        rule = to_python(tree)
        sparse = [{name: value for name, value in record.items() if value is not None} for record in RECORDS]
        assert [rule(record) for record in sparse] == verdicts(connection, to_duckdb(tree, "records"))
