"""Attribution tables as text, JSON, CSV and Markdown."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal

from opentokenomics.exact_csv import csv_rows
from opentokenomics.exact_decimal import plain
from opentokenomics.metrics._attribution import AttributionTable
from opentokenomics.report import Columns, Look, cell, lay_out_columns, visible_json

_HEADER = ("key", "currency", "direct", "shared", "total")


def render_account(tables: Sequence[AttributionTable], form: str, look: Look | None = None) -> str:
    """The tables in the form ``text``, ``json``, ``csv`` or ``markdown``."""
    if form == "json":
        return visible_json([_document(each) for each in tables])
    if form == "csv":
        found = [[kind, *row] for table in tables for kind, row in _rows(table)]
        return "".join(csv_rows([["kind", *_HEADER], *found]))
    rows = [
        [row[0] if kind == "attributed" else f"({kind})", *row[1:]] for table in tables for kind, row in _rows(table)
    ]
    if form == "markdown":
        lines = [f"| {' | '.join(_HEADER)} |", f"|{'|'.join(' --- ' for _ in _HEADER)}|"]
        return "\n".join([*lines, *(f"| {' | '.join(map(cell, row))} |" for row in rows), ""])
    if not rows:
        return "There is nothing to attribute.\n"
    numeric = range(_HEADER.index("direct"), len(_HEADER))
    return lay_out_columns(Columns(_HEADER, rows, 1, numeric), look or Look())


def _rows(table: AttributionTable) -> Iterator[tuple[str, list[str]]]:
    """What each key bears, what is nobody's, and everything; the first two add up to the last."""
    money = table.currency or ""
    for row in table.rows:
        yield "attributed", [row.key, money, *map(_text, (row.direct, row.shared, row.total))]
    yield "unattributed", ["", money, "", "", _text(table.unattributed)]
    yield "total", ["", money, "", "", _text(table.total)]


def _document(table: AttributionTable) -> dict[str, object]:
    return {
        "currency": table.currency,
        "total": _text(table.total),
        "unattributed": _text(table.unattributed),
        "drivers": dict(table.drivers),
        "rows": [
            {"key": row.key, "direct": _text(row.direct), "shared": _text(row.shared), "total": _text(row.total)}
            for row in table.rows
        ],
    }


def _text(number: Decimal) -> str:
    return f"{plain(number):f}"
