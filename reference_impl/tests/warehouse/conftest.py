"""A database that runs queries as a warehouse would."""

from __future__ import annotations

from collections.abc import Iterator

import duckdb
import pytest


@pytest.fixture(scope="module")
def connection() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as connected:
        connected.execute("SET threads = 1")
        connected.execute("SET memory_limit = '1GB'")
        # They take several times as long to plan the query as a few records take to be judged.
        connected.execute("SET disabled_optimizers = 'common_subexpressions,cte_inlining,in_clause'")
        yield connected
