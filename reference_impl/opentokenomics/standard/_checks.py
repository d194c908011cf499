"""How a requirement is checked: one small frozen class for each check kind of the catalogue."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

Tree = Mapping[str, Any]
"""A compiled predicate: the JSON tree that the catalogue publishes (see the *Rules* chapter)."""


@dataclass(frozen=True, slots=True)
class Predicate:
    """A predicate as its author wrote it, and the tree that was compiled from it and is the only thing that runs."""

    sql: str
    tree: Tree


class Fault(StrEnum):
    """What can be wrong with an input before any of its values is looked at."""

    RECORD = "record"
    TEXT = "text"
    DUPLICATE_NAME = "duplicate_name"
    LINE_LENGTH = "line_length"
    BYTE_ORDER_MARK = "byte_order_mark"
    NO_RECORDS = "no_records"


class GroupRule(StrEnum):
    """What must hold within one group of records."""

    SUMS_TO = "sums_to"
    ALL_OR_NONE = "all_or_none"
    UNIFORM = "uniform"
    AT_MOST_ONE = "at_most_one"
    ANY = "any"
    CONTIGUOUS = "contiguous"
    CONSECUTIVE = "consecutive"


class ReferenceRule(StrEnum):
    """What must hold between a record and the one that it names."""

    EXISTS = "exists"
    EQUALS = "equals"
    NEGATES = "negates"
    SATISFIES = "satisfies"


class BundleFault(StrEnum):
    """What can be wrong with a bundle as a whole."""

    MANIFEST = "manifest"
    REPEATED = "repeated"
    MISSING = "missing"
    UNLISTED = "unlisted"
    DIGEST = "digest"
    SIZE = "size"
    ROWS = "rows"
    VERSION = "version"
    PERIOD = "period"
    PROFILE = "profile"
    TRUNCATED = "truncated"
    GROUPING = "grouping"


NAMED = "named__"
"""Before a column's name in a predicate on a reference: the column of the record that is named."""


@dataclass(frozen=True, slots=True)
class Encoding:
    """Judged by a reader, on bytes and records."""

    fault: Fault


@dataclass(frozen=True, slots=True)
class Schema:
    """Judged by the JSON Schema keywords that the pointers in ``at`` lead to."""

    at: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Row:
    """A predicate that no record may make false; ``where`` says to which records it applies."""

    predicate: Predicate
    where: Predicate | None = None


@dataclass(frozen=True, slots=True)
class Unique:
    """No two records (of those in ``where``) have the same values in the columns."""

    columns: tuple[str, ...]
    where: Predicate | None = None


@dataclass(frozen=True, slots=True)
class References:
    """The value of ``column`` names a record by its ``to_column``; ``rule`` compares the two in ``compare``.

    ``predicate`` is what the two satisfy together; the named record's columns have the prefix ``NAMED`` in it.
    ``match`` has pairs of a column and a named one's that are equal too, where the record is named.
    """

    column: str
    to_dataset: str
    to_column: str
    rule: ReferenceRule
    compare: tuple[str, ...] = ()
    match: tuple[tuple[str, str], ...] = ()
    predicate: Predicate | None = None
    where: Predicate | None = None


@dataclass(frozen=True, slots=True)
class Group:
    """Records (of those in ``where``) with equal values in ``by`` keep ``rule``.

    ``by`` empty makes the whole input one group. ``column`` is what is summed, distinguished or uniform;
    ``total`` is what the sum must be; ``predicate`` is what some record must satisfy. With ``upper``, ``column`` is the
    lower bound: the ranges begin at nothing or zero, and none begins beyond where those before it end. With ``first``,
    the consecutive numbers in ``column`` begin there.
    """

    by: tuple[str, ...]
    rule: GroupRule
    column: str | None = None
    total: str | None = None
    upper: str | None = None
    first: int | None = None
    predicate: Predicate | None = None
    where: Predicate | None = None


@dataclass(frozen=True, slots=True)
class NoOverlap:
    """No two records (of those in ``where``) with equal values in ``by``, null being a value, overlap in every range.

    A range is half-open and given by the columns of its ends; a null end is open. With ``apart``, only records that
    differ in that column are held against each other.
    """

    by: tuple[str, ...]
    ranges: tuple[tuple[str, str], ...]
    apart: str | None = None
    where: Predicate | None = None


@dataclass(frozen=True, slots=True)
class Acyclic:
    """No record, identified by ``start``, is reached again by following ``to`` from one record to the next."""

    start: str
    to: str


@dataclass(frozen=True, slots=True)
class Quotient:
    """``value`` is ``numerator`` by ``denominator``, rounded half to even to 18 digits after the point."""

    numerator: str
    denominator: str
    value: str


@dataclass(frozen=True, slots=True)
class Recompute:
    """A statement that is computed again from its inputs says the same."""


@dataclass(frozen=True, slots=True)
class Bundle:
    """Judged on a bundle: its manifest against its files."""

    fault: BundleFault


@dataclass(frozen=True, slots=True)
class Given:
    """The input has records of at least one of the datasets; judged on the input as a whole."""

    any_of: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Excluded:
    """No program can check this; ``reason`` says why."""

    reason: str


Check = (
    Encoding
    | Schema
    | Row
    | Unique
    | References
    | Group
    | NoOverlap
    | Acyclic
    | Quotient
    | Recompute
    | Bundle
    | Given
    | Excluded
)
