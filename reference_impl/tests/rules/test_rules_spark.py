"""Random predicates over random records: Apache Spark gives the verdicts of Python and DuckDB.

Spark is no part of the dev extra. ``pip install 'pyspark>=4,<5'`` with Java 17 on the path makes these tests run.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from predicates import BOOLEANS, DECIMALS, INTEGERS, RECORDS, TIMESTAMPS, compiled, condition

from opentokenomics.rules import PredicateError, compile_predicate, to_python, to_spark
from opentokenomics.standard import Row, load

if TYPE_CHECKING:
    from opentokenomics.standard import Column

pytest.importorskip("pyspark", reason="needs the spark extra")
if shutil.which("java") is None:
    pytest.skip("Spark needs Java", allow_module_level=True)

pytestmark = [pytest.mark.spark, pytest.mark.filterwarnings("default")]


@pytest.fixture(scope="module")
def session(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    from pyspark.sql import SparkSession  # type: ignore[import-not-found,unused-ignore]

    place: Path = tmp_path_factory.mktemp("spark")
    builder = SparkSession.builder.master("local[1]").config("spark.ui.enabled", "false")
    builder = builder.config("spark.sql.session.timeZone", "UTC").config("spark.driver.memory", "1g")
    started = builder.config("spark.sql.warehouse.dir", str(place)).getOrCreate()
    started.createDataFrame(_rows(), _schema()).coalesce(1).createOrReplaceTempView("records")
    yield started
    started.stop()


def _schema() -> str:
    types = {
        **{name: f"DECIMAL({precision}, {scale})" for name, (precision, scale) in DECIMALS.items()},
        **dict.fromkeys(INTEGERS, "BIGINT"),
        **dict.fromkeys(TIMESTAMPS, "TIMESTAMP_NTZ"),
        **dict.fromkeys(BOOLEANS, "BOOLEAN"),
    }
    return ", ".join(f"`{name}` {types.get(name, 'STRING')}" for name in ("number", *RECORDS[0])).replace(
        "`number` STRING", "`number` INT"
    )


def _rows() -> list[tuple[object, ...]]:
    return [(number, *record.values()) for number, record in enumerate(RECORDS)]


def _verdicts(session: Any, conditions: list[str]) -> list[list[bool | None]]:  # noqa: ANN401 - a Spark session
    listed = ", ".join(f"{condition} AS c{number}" for number, condition in enumerate(conditions))
    found = session.sql(f"SELECT {listed} FROM records ORDER BY number").collect()  # noqa: S608
    return [[row[number] for row in found] for number in range(len(conditions))]


@settings(
    max_examples=3,
    deadline=None,
    phases=[Phase.generate],  # to shrink would take minutes
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much, HealthCheck.data_too_large],
)
@given(predicates=st.lists(condition(), min_size=20, max_size=40))
def test_spark_and_python_give_one_verdict(
    predicates: list[str], columns: Mapping[str, Column], session: Any  # noqa: ANN401 - a Spark session
) -> None:  # fmt: skip
    printed = [pair for predicate in predicates if (pair := _printed(predicate, columns))]
    expected = [[to_python(tree)(record) for record in RECORDS] for tree, _ in printed]
    assert _verdicts(session, [condition for _, condition in printed]) == expected


def _printed(predicate: str, columns: Mapping[str, Column]) -> tuple[Mapping[str, Any], str] | None:
    """The tree of a random predicate and what Spark is asked, unless it outgrows the digits of one or the other."""
    try:
        tree = compile_predicate(predicate, columns)
        return tree, to_spark(tree)
    except PredicateError:
        return None


@pytest.mark.parametrize(
    "predicate",
    [
        "price * priced = amount",
        "ABS(price * priced - amount) <= 0.000001",
        "ABS(priced * block - quantity) <= block * 0.0000005",
        "amount * ratio > balance",
        "COALESCE(amount, block) <> balance",
        "MOD(ratio, 7) * amount < block",
        "MICROSECONDS_BETWEEN(began, ended) * 0.01 < ratio",
        "MOD(widest, 7) = MOD(-widest, -7)",
        "ABS(widest) >= balance AND -widest < ABS(widest)",
        "ABS(amount * ratio) - ABS(- amount * ratio) = 0 OR - widest = ABS(widest)",
        "widest IN (0, 1, -1, 99999999999999999999999999999999999999)",
        "DATE_TRUNC('month', began) = DATE_TRUNC('hour', ended)",
        "MATCHES(label, '[a-z]+') AND LENGTH(label) = 1",
        "STARTS_WITH(label, 'a') OR settled IS NOT DISTINCT FROM shared",
    ],
)
def test_at_the_limits(predicate: str, columns: Mapping[str, Column], session: Any) -> None:  # noqa: ANN401 - a Spark session
    tree = compiled(predicate, columns)
    rule = to_python(tree)
    expected = [rule(record) for record in RECORDS]
    assert _verdicts(session, [to_spark(tree)]) == [expected]
    assert len(set(expected)) > 1


def test_every_predicate_of_the_catalogue_can_be_printed() -> None:
    for each in load().requirements:
        if isinstance(each.check, Row):
            assert to_spark(each.check.predicate.tree)
