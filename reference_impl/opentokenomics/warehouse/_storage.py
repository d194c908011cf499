"""How the warehouses keep what is no plain text, number or instant: maps, lists, and casts that do not fail."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from opentokenomics.rules import Dialect
from opentokenomics.standard import Column, Kind

_JSON_TEXT = r'"(?:[^"\\]|\\["\\/bfnrtu])*"'
_JSON_PAIR = rf"{_JSON_TEXT}\s*:\s*{_JSON_TEXT}"
FLAT_MAP = rf"\s*[{{]\s*(?:{_JSON_PAIR}\s*(?:,\s*{_JSON_PAIR}\s*)*)?[}}]\s*"
"""JSON text of an object whose members are texts."""


@dataclass(frozen=True, slots=True)
class Storage:
    """What a dialect's tables hold, and how to look into it.

    Attributes:
        boolean: Type of a boolean.
        date: Type of a day.
        map: Type of a map of texts.
        list: Type of a list of texts.
        decimal: Type of a decimal column with its precision and scale.
        cast: A text that is well formed, as another type.
        size: Number of members of the list ``{0}``.
        has: Whether the list ``{0}`` has the member ``{1}``.
        read_list: A list as it was written.
        odd_map: Whether the map ``{0}`` holds something other than texts.
        json: JSON text of the map ``{0}``, where the dialect keeps maps as JSON; it takes the place of ``odd_map``.
        materialized: The word that has a part of a query computed once, where engines would compute it again and again.
    """

    boolean: str = "BOOLEAN"
    date: str = "DATE"
    map: str = "MAP(VARCHAR, VARCHAR)"
    list: str = "ARRAY(VARCHAR)"
    decimal: str = "DECIMAL({0}, {1})"
    cast: str = "TRY_CAST({0} AS {1})"
    size: str = "cardinality({0})"
    has: str = "contains({0}, {1})"
    read_list: str = "{0}"
    odd_map: str = "any_match(map_values({0}), member -> member IS NULL)"
    json: str | None = None
    materialized: str = ""

    def type_of(self, column: Column, dialect: Dialect) -> str:
        """The type that a column is expected to have."""
        own = {
            Kind.DECIMAL: self.decimal.format(column.precision, column.scale),
            Kind.INTEGER: dialect.integer,
            Kind.TIMESTAMP: dialect.timestamp,
            Kind.BOOLEAN: self.boolean,
            Kind.DATE: self.date,
            Kind.MAP: self.map,
            Kind.LIST: self.list if column.record is None else dialect.text,
        }
        return own.get(column.kind, dialect.text)


_SPARK = Storage(
    map="MAP<STRING, STRING>",
    list="ARRAY<STRING>",
    size="size({0})",
    has="array_contains({0}, {1})",
    odd_map="exists(map_values({0}), member -> member IS NULL)",
)

STORAGES: Mapping[str, Storage] = {
    "duckdb": Storage(
        list="VARCHAR[]",
        size="len({0})",
        has="list_contains({0}, {1})",
        odd_map="list_count(map_values({0})) < cardinality({0})",
        materialized="MATERIALIZED",
    ),
    "spark": _SPARK,
    "databricks": replace(_SPARK),
    "postgres": Storage(
        map="JSONB",
        list="TEXT[]",
        decimal="NUMERIC({0}, {1})",
        cast="CAST({0} AS {1})",
        has="({1} = ANY({0}))",
        json="CAST({0} AS TEXT)",
        materialized="MATERIALIZED",
    ),
    "bigquery": Storage(
        boolean="BOOL",
        map="JSON",
        list="ARRAY<STRING>",
        decimal="BIGNUMERIC({0}, {1})",
        cast="SAFE_CAST({0} AS {1})",
        size="ARRAY_LENGTH({0})",
        has="({1} IN UNNEST({0}))",
        read_list="IF(ARRAY_LENGTH({0}) > 0, {0}, NULL)",  # a table keeps a null list as an empty one
        json="TO_JSON_STRING({0})",
    ),
    "snowflake": Storage(
        map="OBJECT",
        list="ARRAY",
        decimal="NUMBER({0}, {1})",
        size="ARRAY_SIZE({0})",
        has="ARRAY_CONTAINS(CAST({1} AS VARIANT), {0})",
        json="TO_JSON({0})",
    ),
    "trino": Storage(),
}
"""Each dialect's storage under the dialect's name."""
