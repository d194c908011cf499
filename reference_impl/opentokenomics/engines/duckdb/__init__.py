"""The DuckDB engine: in this process, no server, no network, nothing written outside one temporary folder."""

from opentokenomics.engines.duckdb._bundle import Period, Seen, holds, kept_of, seen_in
from opentokenomics.engines.duckdb._facts import Facts
from opentokenomics.engines.duckdb._findings import Finding, Findings
from opentokenomics.engines.duckdb._layout import Layout, Version
from opentokenomics.engines.duckdb._parquet import ParquetReader
from opentokenomics.engines.duckdb._records import Records, values_of
from opentokenomics.engines.duckdb._session import Session, is_plain
from opentokenomics.engines.duckdb._source import Source
from opentokenomics.engines.duckdb._tables import Table, set_down
from opentokenomics.engines.duckdb._texts import ParquetTexts
from opentokenomics.engines.duckdb._uniform import uniform

__all__ = [
    "Facts",
    "Finding",
    "Findings",
    "Layout",
    "ParquetReader",
    "ParquetTexts",
    "Period",
    "Records",
    "Seen",
    "Session",
    "Source",
    "Table",
    "Version",
    "holds",
    "is_plain",
    "kept_of",
    "seen_in",
    "set_down",
    "uniform",
    "values_of",
]
