"""Buckets of OpenAI's organization interfaces: their period, who they belong to, and their costs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from opentokenomics.convert._errors import Refused
from opentokenomics.convert._fields import survey
from opentokenomics.convert._model import NoticeKind
from opentokenomics.convert._source import Held
from opentokenomics.convert._time import from_unix, instant_text
from opentokenomics.convert.sources._amounts import billed, cost_row, currency_code, exact, pricing_quantity

if TYPE_CHECKING:
    from collections.abc import Iterable

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
NAMES = ("project_name", "organization_name", "user_email", "api_key_name")
_KNOWN_COST = frozenset(
    {
        *("object", "amount.value", "amount.currency", "line_item", "quantity", "quantity_unit", "api_source"),
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
        if name in result:
            context.warn(NoticeKind.PERSONAL_DATA, f"{name} is left out")
    return row


def named(bucket: Fields, result: Fields, dimensions: Iterable[str]) -> dict[str, object]:
    """What names a result: the period of its bucket, its owners, and these dimensions."""
    names = (*OWNERS.values(), *dimensions)
    return {
        "start_time": str(bucket.values.get("start_time")),
        "end_time": str(bucket.values.get("end_time")),
        **{name: result.values.get(name) for name in names},
    }


def report_unknown(result: Fields, known: frozenset[str], context: Context) -> dict[str, str]:
    """Counts the fields that the source does not know, and returns the numbers of the result."""
    found = survey(result.values, known)
    for field in found.unknown:
        context.warn(NoticeKind.UNKNOWN_FIELD, f"the field {field[:120]!r} is not known to {context.source_name}")
    return found.counters


def cost(bucket: Fields, result: Fields, context: Context) -> Held:
    """The row of a cost result, in the vendor's own words."""
    counters = report_unknown(result, _KNOWN_COST, context)
    start = begin(bucket, result, context)
    amount = exact(result.child("amount"), "value")
    if amount is None:
        raise Refused("amount.value is absent")
    quantity = exact(result, "quantity")
    line_item = context.text(result.text("line_item"), "line_item")
    key, identity = context.fact(named(bucket, result, ("object", "line_item", "api_source")), counters)
    columns = {
        "charge_description": line_item,
        "pricing_quantity": None
        if quantity is None
        else pricing_quantity(context, quantity, "quantity", is_credit=amount < 0),
        "pricing_unit": context.text(result.text("quantity_unit"), "quantity_unit"),
        **billed(
            context, amount, currency_code(result.child("amount").text("currency"), "amount.currency"), "amount.value"
        ),
    }
    return Held(key, context.rank(abs(amount)), (cost_row(start, identity, amount, columns),))
