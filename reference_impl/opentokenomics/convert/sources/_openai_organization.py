"""Buckets of OpenAI's organization interfaces: their period, who they belong to, and their costs."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from opentokenomics.convert._errors import Refused
from opentokenomics.convert._fields import survey
from opentokenomics.convert._held import Held
from opentokenomics.convert._model import NoticeKind
from opentokenomics.convert._numbers import plain
from opentokenomics.convert._time import from_unix, instant_text
from opentokenomics.convert.sources._amounts import billed, cost_row, currency_code, exact, pricing_quantity
from opentokenomics.convert.sources._buckets import further

if TYPE_CHECKING:
    from collections.abc import Mapping

    from opentokenomics.convert._context import Context
    from opentokenomics.convert._fields import Fields
    from opentokenomics.convert._model import Row

COSTS = "organization.costs.result"
OWNERS = {
    "billing_account_id": "organization_id",
    "sub_account_id": "project_id",
    "principal_id": "user_id",
    "credential_id": "api_key_id",
}
NAMES = {
    "project_name": "project_id",
    "organization_name": "organization_id",
    "user_email": "user_id",
    "api_key_name": "api_key_id",
}
_COST_DIMENSIONS = ("object", "line_item", "api_source")
_KNOWN_COST = frozenset(
    {
        *(*_COST_DIMENSIONS, "amount.value", "amount.currency", "quantity", "quantity_unit"),
        *(*OWNERS.values(), *NAMES),
    }
)


def period(bucket: Fields) -> tuple[str, str]:
    """Start and end of a bucket; raises Refused where they are absent or inverted."""
    start, end = exact(bucket, "start_time"), exact(bucket, "end_time")
    if start is None or end is None:
        raise Refused("the bucket lacks start_time or end_time")
    if start >= end:
        raise Refused(f"the bucket's start_time {start} is not before its end_time {end}")
    return instant_text(from_unix(start, "start_time")), instant_text(from_unix(end, "end_time"))


def begin(bucket: Fields, result: Fields, context: Context) -> Row:
    """The columns that every row of a result has."""
    row = context.start_row(*period(bucket))
    for column, name in OWNERS.items():
        row[column] = context.identifier(result.text(name), name) or row.get(column)
    for name in NAMES:
        if name not in result:
            continue
        if name == "user_email" and row.get("principal_id") is None:
            row["principal_id"] = context.person(result.text(name), name)
        else:
            context.warn(NoticeKind.PERSONAL_DATA, f"{name} is left out")
    return row


def fact(
    bucket: Fields,
    result: Fields,
    names: Mapping[str, object],
    known: frozenset[str],
    context: Context,
) -> tuple[str, str]:
    """The key and the identity of a result.

    Args:
        bucket: what stands around it, which says its period.
        result: the result.
        names: what results of its kind are grouped by, beside their owners.
        known: the fields that are known; any other may be what it is grouped by, too.
        context: the conversion.
    """
    people = {
        name: result.values[name] for name, owner in NAMES.items() if name in result and result.text(owner) is None
    }
    people |= further(result, known)
    everything = {
        **{name: plain(exact(bucket, name) or Decimal(0)) for name in ("start_time", "end_time")},
        **{name: result.values.get(name) for name in OWNERS.values()},
        **names,
        **people,
    }
    return context.fact(everything, people)


def report_unknown(result: Fields, known: frozenset[str], context: Context) -> dict[str, str]:
    """Counts the fields that the source does not know, and returns the numbers of the result."""
    found = survey(result.values, known)
    for field in found.unknown:
        context.unknown("field", field)
    return found.counters


def cost(bucket: Fields, result: Fields, context: Context) -> Held:
    """The row of a cost result, in the vendor's own words."""
    report_unknown(result, _KNOWN_COST, context)
    start = begin(bucket, result, context)
    amount = exact(result.child("amount"), "value")
    if amount is None:
        raise Refused("amount.value is absent")
    quantity = exact(result, "quantity")
    line_item = context.text(result.text("line_item"), "line_item")
    currency = currency_code(result.child("amount").text("currency"), "amount.currency")
    names = {name: result.values.get(name) for name in _COST_DIMENSIONS}
    names["currency"] = None if currency == "USD" else currency
    key, identity = fact(bucket, result, names, _KNOWN_COST, context)
    columns = {
        "charge_description": line_item,
        "pricing_quantity": None
        if quantity is None
        else pricing_quantity(context, quantity, "quantity", is_credit=amount < 0),
        "pricing_unit": context.text(result.text("quantity_unit"), "quantity_unit"),
        **billed(context, amount, currency, "amount.value"),
    }
    return Held(key, context.rank(abs(amount)), (cost_row(start, identity, amount, columns),))
