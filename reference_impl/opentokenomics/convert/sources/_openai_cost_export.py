"""Rows of the cost export: each amount becomes one cost-only record, in the vendor's own words."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from opentokenomics.convert._errors import Refused
from opentokenomics.convert._model import NoticeKind, Row
from opentokenomics.convert._numbers import decimal_from_text, fitted
from opentokenomics.convert.sources._export_row import OWNER_COLUMNS, PRIVATE_COLUMNS, TIME_COLUMNS, ExportRow

if TYPE_CHECKING:
    from decimal import Decimal

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
    amount = _fitted(row, number, (14, 18), "amount_value")
    made: Row = {
        **row.begin(),
        "record_id": row.identity("cost"),
        "cost_carrier": "this_row",
        "charge_category": "credit" if number < 0 else "usage",
        "charge_description": row.text("line_item"),
        "pricing_quantity": _quantity(row, quantity, is_credit=number < 0),
        "pricing_unit": row.text("quantity_unit"),
        "billed_cost": amount,
        "effective_cost": amount,
        "billing_currency": _currency(row),
        "cost_source": "invoiced",
    }
    return [{name: cell for name, cell in made.items() if cell is not None}]


def _quantity(row: ExportRow, text: str | None, *, is_credit: bool) -> str | None:
    if text is None:
        return None
    number = decimal_from_text(text, "quantity")
    if number < 0 and not is_credit:
        raise Refused(f"quantity is {text[:40]}, and is negative only beside a negative amount")
    return _fitted(row, number, (12, 6), "quantity")


def _fitted(row: ExportRow, number: Decimal, digits: tuple[int, int], name: str) -> str:
    text, rounded = fitted(number, *digits, name)
    if rounded:
        row.context.warn(NoticeKind.ROUNDED, f"{name} was rounded to {digits[1]} decimals", str(number))
    return text


def _currency(row: ExportRow) -> str:
    text = row.text("amount_currency")
    if text is None:
        raise Refused("amount_currency is blank beside an amount")
    if text.upper() not in _currencies():
        raise Refused(f"amount_currency is {text[:40]!r}, which is no ISO 4217 code")
    return text.upper()


@cache
def _currencies() -> frozenset[str]:
    from opentokenomics import standard

    shapes = standard.load().datasets["usage"].by_name["billing_currency"].shapes
    return frozenset(code for shape in shapes if shape.facet is standard.Facet.CODE for code in shape.values)
