"""Amounts of money as rows carry them: exact, in a known currency, and said to be what they are."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from opentokenomics.convert._errors import Refused
from opentokenomics.convert._model import NoticeKind, Row, shown
from opentokenomics.convert._numbers import decimal_from_text, describe, fitted, whole_number

if TYPE_CHECKING:
    from collections.abc import Mapping
    from decimal import Decimal

    from opentokenomics.convert._context import Context
    from opentokenomics.convert._fields import Fields

_AMOUNT = (14, 18)
_PRICING_QUANTITY = (12, 6)
_CONSUMED_QUANTITY = (18, 6)


def fitted_text(context: Context, number: Decimal, digits: tuple[int, int], name: str) -> str:
    """A number as its column holds it, with a notice where it was rounded."""
    text, rounded = fitted(number, *digits, name)
    if rounded:
        context.warn(NoticeKind.ROUNDED, f"{name} was rounded to {digits[1]} decimals", str(number))
    return text


def amount_text(context: Context, amount: Decimal, name: str) -> str:
    """An amount as the columns of amounts hold it."""
    return fitted_text(context, amount, _AMOUNT, name)


def pricing_quantity(context: Context, quantity: Decimal, name: str, *, is_credit: bool = False) -> str:
    """A quantity that an amount is for; it is negative beside a negative amount only."""
    if quantity < 0 and not is_credit:
        raise Refused(f"{name} is {describe(quantity)}, and is negative only beside a negative amount")
    return fitted_text(context, quantity, _PRICING_QUANTITY, name)


def consumed_quantity(context: Context, quantity: Decimal, name: str) -> str:
    """What a meter read, which is never negative."""
    if quantity < 0:
        raise Refused(f"{name} is {describe(quantity)}, and consumption is never negative")
    return fitted_text(context, quantity, _CONSUMED_QUANTITY, name)


def exact(fields: Fields, name: str) -> Decimal | None:
    """A number that is stated as a number or as its text, or None."""
    value = fields.values.get(name)
    if value is None or value == "":
        return None
    if isinstance(value, str):
        return decimal_from_text(value, fields.named(name))
    return fields.number(name)


def exact_whole(fields: Fields, name: str) -> int | None:
    """A count that is stated as a number or as its text, or None."""
    number = exact(fields, name)
    return None if number is None else whole_number(number, fields.named(name))


def billed(context: Context, amount: Decimal, currency: str, name: str) -> Row:
    """The columns of an amount that the vendor charges."""
    text = amount_text(context, amount, name)
    return {
        "cost_carrier": "this_row",
        "billed_cost": text,
        "effective_cost": text,
        "billing_currency": currency,
        "cost_source": "invoiced",
    }


def estimated(context: Context, amount: Decimal, currency: str, name: str, cost_source: str) -> Row:
    """The columns of an amount that somebody computed and nobody billed; raises Refused for one below zero."""
    if amount < 0:
        raise Refused(f"{name} is {describe(amount)}, and no call has a negative cost")
    return {
        "cost_carrier": "this_row",
        "billed_cost": "0",
        "effective_cost": amount_text(context, amount, name),
        "billing_currency": currency,
        "cost_source": cost_source,
    }


def cost_row(start: Mapping[str, object], identity: str, amount: Decimal, columns: Mapping[str, object]) -> Row:
    """A row that states an amount and no quantity; a negative amount is a credit."""
    row = {
        **start,
        "record_id": identity,
        "charge_category": "credit" if amount < 0 else "usage",
        **columns,
    }
    return {name: value for name, value in row.items() if value is not None}


def currency_code(text: str | None, name: str) -> str:
    """An ISO 4217 code in upper case; raises Refused for anything else."""
    if text is None:
        raise Refused(f"{name} is blank beside an amount")
    if text.upper() not in _currencies():
        raise Refused(f"{name} is {shown(text)!r}, which is no ISO 4217 code")
    return text.upper()


@cache
def _currencies() -> frozenset[str]:
    from opentokenomics import standard

    shapes = standard.load().datasets["usage"].by_name["billing_currency"].shapes
    return frozenset(code for shape in shapes if shape.facet is standard.Facet.CODE for code in shape.values)
