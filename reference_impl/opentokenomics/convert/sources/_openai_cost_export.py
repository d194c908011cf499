"""Rows of the cost export: each amount becomes one cost-only record, in the vendor's own words."""

from __future__ import annotations

from opentokenomics.convert._errors import Refused
from opentokenomics.convert._model import NoticeKind, Row
from opentokenomics.convert._numbers import decimal_from_text
from opentokenomics.convert.sources._amounts import billed, cost_row, currency_code, pricing_quantity
from opentokenomics.convert.sources._export_row import OWNER_COLUMNS, PRIVATE_COLUMNS, TIME_COLUMNS, ExportRow

KNOWN_COLUMNS = frozenset(
    {
        *(*TIME_COLUMNS, *PRIVATE_COLUMNS, *OWNER_COLUMNS),
        *("amount_value", "amount_currency", "quantity", "quantity_unit", "line_item"),
    }
)


def make_rows(row: ExportRow) -> list[Row]:
    """The record of one amount; none where the period has none. A negative amount is a credit."""
    value, quantity = row.text("amount_value"), row.text("quantity")
    if value is None:
        if quantity is not None or row.text("line_item") is not None:
            raise Refused("amount_value is blank beside a quantity or a line item")
        row.context.warn(NoticeKind.EMPTY_BUCKET, "a period without cost makes no row")
        return []
    number = decimal_from_text(value, "amount_value")
    return [
        cost_row(
            row.begin(),
            row.identity("cost"),
            number,
            {
                "charge_description": row.text("line_item"),
                "pricing_quantity": _quantity(row, quantity, is_credit=number < 0),
                "pricing_unit": row.text("quantity_unit"),
                **billed(
                    row.context,
                    number,
                    currency_code(row.text("amount_currency"), "amount_currency"),
                    "amount_value",
                ),
            },
        )
    ]


def _quantity(row: ExportRow, text: str | None, *, is_credit: bool) -> str | None:
    if text is None:
        return None
    return pricing_quantity(row.context, decimal_from_text(text, "quantity"), "quantity", is_credit=is_credit)
