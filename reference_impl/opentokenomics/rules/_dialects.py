"""SQL dialects: one table of what they spell differently.

Each entry is the dialect's own spelling of something that every dialect has. The templates take their operands as
``{0}`` and ``{1}``. What all dialects share is not here but in the printers.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import Enum

_GROUP = "(?:"


class Arithmetic(Enum):
    """What keeps a result of arithmetic exact, given that the compiler has proved that 38 digits suffice."""

    WIDENED = "operands are widened to 38 digits first, since the engine computes in the width of its operands"
    BOUNDED = "each result is cast to its proven width, since the engine widens it and then drops digits"
    UNBOUNDED = "the engine's number type holds whatever may come out"


@dataclass(frozen=True, slots=True)
class Dialect:
    """A dialect of SQL.

    Attributes:
        name: As the command line knows it.
        title: As people know it.
        quote: What stands around an identifier.
        inner_quote: How that is written inside of an identifier; it is doubled unless stated.
        escapes_names: Whether a backslash in an identifier begins an escape.
        escapes: Whether a backslash in a text literal begins an escape.
        arithmetic: How results of arithmetic stay exact.
        free_scale: Up to this scale a product keeps all digits; above it, it has no more than one operand has.
        widest_product: How many digits the operands of a product may have together, so that none of its own are lost.
        widest_sign: How many digits a number may have so that none is lost when its sign is changed or dropped.
        decimal: Type of an exact number of ``{0}`` digits, ``{1}`` of them after the point.
        text: Type of a text.
        timestamp: Type of an instant in UTC, to the microsecond.
        integer: Type of an integer of 64 bits.
        anchors: What stands around a pattern to hold it against a whole text.
        captures: Whether each group of a pattern captures, because there is no other kind.
        matches: Whether a text matches a pattern with its anchors.
        contains: Whether a text has a part that matches a pattern.
        length: Number of code points of a text.
        starts_with: Whether a text starts with another one.
        modulo: Remainder with the sign of the dividend.
        truncate: Start of the unit ``{0}`` (``{1}`` in upper case) in which the instant ``{2}`` lies.
        microseconds: Microseconds from ``{0}`` to ``{1}``.
    """

    name: str
    title: str
    quote: str = '"'
    inner_quote: str | None = None
    escapes_names: bool = False
    escapes: bool = False
    arithmetic: Arithmetic = Arithmetic.BOUNDED
    free_scale: int | None = None
    widest_product: int | None = None
    widest_sign: int = 38
    decimal: str = "DECIMAL({0}, {1})"
    text: str = "VARCHAR"
    timestamp: str = "TIMESTAMP"
    integer: str = "BIGINT"
    anchors: tuple[str, str] = ("\\A(?:", ")\\z")
    captures: bool = False
    matches: str = "({0} RLIKE {1})"
    contains: str = "({0} RLIKE {1})"
    length: str = "length({0})"
    starts_with: str = "starts_with({0}, {1})"
    modulo: str = "({0} % {1})"
    truncate: str = "date_trunc('{0}', {2})"
    microseconds: str = "({1} - {0})"

    def identifier(self, name: str) -> str:
        """A name as the dialect writes it, whatever characters it holds."""
        if self.escapes_names:
            name = name.replace("\\", "\\\\")
        return self.quote + name.replace(self.quote, self.inner_quote or 2 * self.quote) + self.quote

    def literal(self, text: str) -> str:
        """A text as the dialect writes it."""
        if not self.escapes:
            return "'" + text.replace("'", "''") + "'"
        return "'" + "".join(_ESCAPES.get(each, each) for each in text) + "'"

    def number(self, value: str, precision: int, scale: int) -> str:
        """An exact number of that width."""
        return f"CAST('{value}' AS {self.decimal.format(precision, scale)})"

    def instant(self, text: str) -> str:
        """An instant, from text such as ``2026-08-31 00:00:00``."""
        return f"CAST('{text}' AS {self.timestamp})"

    def full_match(self, operand: str, pattern: str) -> str:
        """Whether a whole text matches a pattern."""
        before, after = self.anchors
        return self.matches.format(operand, self.literal(before + self._pattern(pattern) + after))

    def part_match(self, operand: str, pattern: str) -> str:
        """Whether a part of a text matches a pattern."""
        return self.contains.format(operand, self.literal(self._pattern(pattern)))

    def _pattern(self, pattern: str) -> str:
        return _with_capturing_groups(pattern) if self.captures else pattern


_ESCAPES: Mapping[str, str] = {"\\": "\\\\", "'": "\\'", "\n": "\\n", "\r": "\\r"}


def _with_capturing_groups(pattern: str) -> str:
    """The pattern with each ``(?:`` made ``(``, but for what stands inside of a class."""
    written, place, in_class = "", 0, False
    while place < len(pattern):
        if not in_class and pattern.startswith(_GROUP, place):
            written, place = written + "(", place + len(_GROUP)
            continue
        if pattern[place] in "[]":
            in_class = pattern[place] == "["
        if pattern[place] == "\\":
            written, place = written + "\\", place + 1
        written, place = written + pattern[place], place + 1
    return written


DUCKDB = Dialect(
    name="duckdb",
    title="DuckDB",
    arithmetic=Arithmetic.WIDENED,
    anchors=("", ""),
    matches="regexp_full_match({0}, {1})",
    contains="regexp_matches({0}, {1})",
    truncate="CAST(date_trunc('{0}', {2}) AS TIMESTAMP)",
    microseconds="(epoch_us({1}) - epoch_us({0}))",
)

SPARK = Dialect(
    name="spark",
    title="Apache Spark",
    quote="`",
    escapes=True,
    text="STRING",
    timestamp="TIMESTAMP_NTZ",
    starts_with="startswith({0}, {1})",
    widest_product=37,
    widest_sign=34,
    truncate="CAST(date_trunc('{1}', {2}) AS TIMESTAMP_NTZ)",
    microseconds="(unix_micros(CAST({1} AS TIMESTAMP)) - unix_micros(CAST({0} AS TIMESTAMP)))",
)

DATABRICKS = replace(SPARK, name="databricks", title="Databricks")

POSTGRES = Dialect(
    name="postgres",
    title="PostgreSQL",
    arithmetic=Arithmetic.UNBOUNDED,
    decimal="NUMERIC({0}, {1})",
    text="TEXT",
    anchors=("^(?:", ")$"),
    matches="({0} ~ {1})",
    contains="({0} ~ {1})",
    length="char_length({0})",
    microseconds="CAST(EXTRACT(EPOCH FROM ({1} - {0})) * 1000000 AS BIGINT)",
)

BIGQUERY = Dialect(
    name="bigquery",
    title="BigQuery",
    quote="`",
    inner_quote="\\`",
    escapes_names=True,
    escapes=True,
    arithmetic=Arithmetic.UNBOUNDED,
    decimal="BIGNUMERIC",
    text="STRING",
    integer="INT64",
    matches="REGEXP_CONTAINS({0}, {1})",
    contains="REGEXP_CONTAINS({0}, {1})",
    length="CHAR_LENGTH({0})",
    starts_with="STARTS_WITH({0}, {1})",
    modulo="MOD({0}, {1})",
    truncate="TIMESTAMP_TRUNC({2}, {1})",
    microseconds="TIMESTAMP_DIFF({1}, {0}, MICROSECOND)",
)

SNOWFLAKE = Dialect(
    name="snowflake",
    title="Snowflake",
    escapes=True,
    free_scale=12,
    timestamp="TIMESTAMP_NTZ",
    anchors=("", ""),
    captures=True,
    matches="REGEXP_LIKE({0}, {1})",
    contains="(REGEXP_INSTR({0}, {1}) > 0)",
    length="LENGTH({0})",
    starts_with="STARTSWITH({0}, {1})",
    truncate="DATE_TRUNC('{1}', {2})",
    microseconds="TIMESTAMPDIFF(MICROSECOND, {0}, {1})",
)

_TRINO_FRACTION = "CAST(substr(CAST({} AS VARCHAR), 21, 6) AS BIGINT)"

TRINO = Dialect(
    name="trino",
    title="Trino",
    timestamp="TIMESTAMP(6)",
    matches="regexp_like({0}, {1})",
    contains="regexp_like({0}, {1})",
    # There is no difference in microseconds: whole seconds first, then the fractions as they are written.
    microseconds=(
        "(date_diff('second', date_trunc('second', {0}), date_trunc('second', {1})) * 1000000 + "
        f"{_TRINO_FRACTION.format('{1}')} - {_TRINO_FRACTION.format('{0}')})"
    ),
)

DIALECTS: Mapping[str, Dialect] = {
    each.name: each for each in (DUCKDB, SPARK, POSTGRES, BIGQUERY, SNOWFLAKE, DATABRICKS, TRINO)
}
"""Every dialect under its name."""
