"""What is kept of the records of a bundle, to hold them against its manifest."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from opentokenomics.engines.duckdb._layout import Layout
from opentokenomics.engines.duckdb._session import Session, identifier

# Queries are built from column names of the standard and instants, all quoted.
# ruff: noqa: S608

_VERSION = identifier("stated version")
_IDENTITY = identifier("sound identity")
_OUTSIDE = identifier("outside the period")
_FEW = 3

Period = tuple[datetime, datetime]
"""Start and end, naive and in UTC."""


@dataclass(frozen=True, slots=True)
class Seen:
    """What the records of one file say.

    Attributes:
        versions: The versions that they state, a few of them where there are many.
        placed: How many records there are of which it is known whether they lie in the period.
        outside: How many of these lie outside.
        first_outside: The first of those, from 1; None where there is none.
    """

    versions: tuple[str, ...]
    placed: int
    outside: int
    first_outside: int | None


def kept_of(layout: Layout, period: Period | None) -> Mapping[str, str]:
    """What to keep of each record, beside its facts: names with SQL over its values."""
    return {
        _VERSION: layout.sound("spec_version"),
        _IDENTITY: layout.sound(layout.dataset.identity),
        _OUTSIDE: "NULL::BOOLEAN" if period is None else _outside(layout, period),
    }


def _outside(layout: Layout, period: Period) -> str:
    """Whether a record begins outside the period, or is one of usage that ends after it; corrections may do both."""
    if "charge_period_start" not in layout.dataset.by_name:
        return "NULL::BOOLEAN"
    start, end = (f"TIMESTAMP '{instant.isoformat(sep=' ')}'" for instant in period)
    guard = layout.is_malformed({"charge_period_start", "charge_period_end", "charge_category", "charge_class"})
    return f"""CASE
        WHEN {guard} OR charge_period_start IS NULL OR charge_class IS NOT DISTINCT FROM 'correction' THEN NULL
        ELSE charge_period_start < {start} OR charge_period_start >= {end}
          OR (charge_category IS NOT DISTINCT FROM 'usage' AND COALESCE(charge_period_end > {end}, FALSE))
        END"""


def seen_in(session: Session, table: str) -> Seen:
    """What the records of a table say."""
    versions = session.rows(
        f"SELECT DISTINCT {_VERSION} FROM {table} WHERE {_VERSION} IS NOT NULL ORDER BY 1 LIMIT {_FEW}"
    )
    placed, outside, first = session.row(
        f"SELECT count({_OUTSIDE}), coalesce(count_if({_OUTSIDE}), 0), "
        f"min(CASE WHEN {_OUTSIDE} THEN rowid END) FROM {table}"
    )
    return Seen(tuple(str(each) for (each,) in versions), placed, outside, None if first is None else first + 1)


def holds(session: Session, table: str, identity: str) -> bool:
    """Whether a table has a record with that identifier."""
    (count,) = session.row(f"SELECT count(*) FROM {table} WHERE {_IDENTITY} = ?", identity)
    return bool(count)
