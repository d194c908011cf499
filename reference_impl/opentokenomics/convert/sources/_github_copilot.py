"""Usage reports of GitHub Copilot, in four generations of CSV, metered usage, and answers of the billing interface.

Facts: the vendor's documentation and reports in public tools. A credit is a cent. The report on metered usage holds
seats, too, and other products. What the plan covers has a gross amount and a net amount of zero. ``aic_quantity`` and
``aic_gross_amount`` compare, and are never added to anything.
"""

from __future__ import annotations

import csv
import re
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from opentokenomics.convert._errors import ConvertError, Refused
from opentokenomics.convert._fields import Fields
from opentokenomics.convert._model import NoticeKind, Row, shown
from opentokenomics.convert._numbers import fitted
from opentokenomics.convert._rows import Group, Reading, rows_of
from opentokenomics.convert._source import Converter, Evidence, Header, Member, Source
from opentokenomics.convert._split import Part, Parts, Tokens, add
from opentokenomics.convert._time import after, instant_text, one_second_from
from opentokenomics.convert.sources._amounts import (
    amount_text,
    billed,
    consumed_quantity,
    exact_whole,
    pricing_quantity,
)
from opentokenomics.convert.sources._cells import Cells, moment_of
from opentokenomics.convert.sources._logs import report_fields

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from decimal import Decimal

    from opentokenomics.convert._context import Context

_UNITS = {"requests": "x_premium_request", "request": "x_premium_request", "premium-requests": "x_premium_request"}
_UNITS |= {
    "ai-credits": "x_ai_credit",
    "ai-credit": "x_ai_credit",
    "credits": "x_ai_credit",
    "aicredits": "x_ai_credit",
    "user-months": "seat_months",
    "user-month": "seat_months",
    "usermonths": "seat_months",
}
_SEATS = frozenset({"copilot_for_business", "copilot_business", "copilot_enterprise", "copilot_standalone"})
_PRODUCTS = ("copilot", "spark", "models")
_RENAMED = {
    "Timestamp": "date",
    "Date": "date",
    "User": "username",
    "Model": "model",
    "Requests Used": "quantity",
    "Exceeds Monthly Quota": "exceeds_quota",
    "Total Monthly Quota": "total_monthly_quota",
    "unitType": "unit_type",
    "pricePerUnit": "applied_cost_per_quantity",
    "grossQuantity": "quantity",
    "grossAmount": "gross_amount",
    "discountAmount": "discount_amount",
    "netAmount": "net_amount",
    "organizationName": "organization",
    "repositoryName": "repository",
}
_TOKENS = {
    "input": Part(cache_action="uncached"),
    "cache_read": Part(cache_action="read"),
    "cache_write": Part(cache_action="write"),
}
_COUNTERS = (
    *("quantity", "gross_amount", "discount_amount", "net_amount", "aic_quantity", "aic_gross_amount", *_TOKENS),
    *("output", "total_monthly_quota", "discountQuantity", "netQuantity"),
)
_NAMES = (
    *("date", "end", "product", "sku", "model", "unit_type", "username", "organization", "repository"),
    *("cost_center_name", "exceeds_quota", "workflow_path"),
)
_KNOWN = frozenset({*_COUNTERS, *_NAMES, "applied_cost_per_quantity", "total_input_tokens"})
_US_DATE = re.compile(r"([0-9]{1,2})/([0-9]{1,2})/([0-9]{4})")
_TOLERANCE = 200


def _split(header: Header) -> tuple[str, ...]:
    """The names of the columns, where each line is one quoted cell, too."""
    if header is not None and len(header) == 1 and "," in header[0]:
        return tuple(_cells_of(header[0]))
    return header or ()


def _cells_of(line: str) -> list[str]:
    """The cells of a line of CSV; one cell where it is none."""
    try:
        return next(csv.reader([line]))
    except csv.Error:
        return [line]


def _open(context: Context, header: Header) -> Converter:
    names = _split(header)
    known = {_RENAMED.get(name, name) for name in names}
    if header is not None and not {"date", "quantity"} <= known:
        raise ConvertError(
            "header_unknown",
            f"{context.input} is no usage report of GitHub Copilot: it lacks a date or a quantity.",
            "Export the usage report as CSV.",
        )
    for name in sorted(known - _KNOWN):
        context.unknown("column", name)

    def convert(record: Mapping[str, Any]) -> list[Row]:
        if header is not None and len(header) == 1 and len(names) > 1:
            cells = _cells_of(str(record.get(header[0], "")))
            if len(cells) != len(names):
                raise Refused(f"the row has {len(cells)} cells, and the header {len(names)}")
            record = dict(zip(names, cells, strict=True))
        if header is None:
            report_fields(record, _KNOWN | _RENAMED.keys(), context)
        rows = _rows(Cells({_RENAMED.get(name, name): value for name, value in record.items()}, context))
        if rows:
            kind = "table by model" if "model" in known else "table by SKU"
            context.note_export("interface" if header is None else kind)
        return rows

    return convert


def _rows(cells: Cells) -> list[Row]:
    context = cells.context
    unit_type, unit, product = cells.text("unit_type"), _unit(cells), (cells.text("product") or "").lower()
    if unit is None and product and not any(name in product for name in _PRODUCTS):
        context.warn(NoticeKind.NOT_CONVERTED, "a row of another product than Copilot, Spark and Models")
        return []
    quantity = cells.decimal("quantity")
    if quantity is None:
        raise Refused("quantity is blank")
    if unit is None:
        raise Refused(f"unit_type is {shown(unit_type)!r}, which is not known" if unit_type else "unit_type is unknown")
    model = cells.text("model")
    start = {
        **context.start_row(*_period(cells)),
        "model_id": model,
        "sku_meter": cells.text("sku"),
        "service_name": cells.text("product"),
        "sub_account_id": cells.identifier("organization"),
        "resource_id": cells.identifier("repository"),
        "team": cells.identifier("cost_center_name"),
        "principal_id": context.person(cells.text("username"), "username"),
    }
    counters = {name: text for name in _COUNTERS if (text := cells.figure(name)) is not None}
    amount = _amount(cells, quantity, unit_type)
    read = consumed_quantity(context, quantity, "quantity")
    meter, service = ("seat_months", "seat") if unit == "seat_months" else ("credits", "inference")
    reading = Reading(meter, read, service, unit=unit, cost=amount or None)
    tokens = _tokens(cells)
    carrier = str(amount.get("cost_carrier", "unknown"))
    group = Group("inference", tokens, (reading,), cost_carrier="other_row" if carrier == "this_row" else carrier)
    return list(rows_of(group, start, context.row_identity(cells.values, {"username"}), counters))


def _unit(cells: Cells) -> str | None:
    """What a row counts, by its unit, else by its SKU; None where the unit is not known."""
    unit_type = cells.text("unit_type")
    if unit_type is not None:
        return _UNITS.get(unit_type.lower().replace(" ", "-").replace("_", "-"))
    sku = (cells.text("sku") or "").lower().replace(" ", "_")
    if sku in _SEATS:
        return "seat_months"
    return "x_ai_credit" if "ai_credit" in sku else "x_premium_request"


def _tokens(cells: Cells) -> Tokens | None:
    """The leaves of the newest generation, whose counters are disjoint; None where it states none."""
    if all(cells.figure(name) is None for name in (*_TOKENS, "output")):
        return None
    parts: Parts = {}
    for name, part in _TOKENS.items():
        add(parts, part, cells.count(name) or 0)
    leaving = cells.count("output") or 0
    return Tokens(parts, {Part(): leaving} if leaving else {})


def _amount(cells: Cells, quantity: Decimal, unit_type: str | None) -> Row:
    """What is billed, and what it would be without plan and discount; what the plan covers is not billed."""
    context = cells.context
    gross, discount, net = (cells.decimal(f"{name}_amount") for name in ("gross", "discount", "net"))
    for name, each in (("gross", gross), ("net", net)):
        if each is not None and each < 0:
            raise Refused(f"{name}_amount is negative, and usage never is")
    if net is None:
        return {}
    columns: Row = {}
    if gross is not None:
        columns = {"list_cost": amount_text(context, gross, "gross_amount"), "billing_currency": "USD"}
        if abs(gross - (discount or 0) - net) * _TOLERANCE > 1:
            context.warn(
                NoticeKind.CONTRADICTION,
                "gross_amount less discount_amount is not net_amount, which is what counts",
                f"{gross} - {discount} <> {net}",
            )
        columns |= _price(cells, quantity, gross, unit_type)
    if net == 0 and gross:
        return {**columns, "cost_carrier": "plan"}
    return {**columns, **billed(context, net, "USD", "net_amount")}


def _price(cells: Cells, quantity: Decimal, gross: Decimal, unit_type: str | None) -> Row:
    price = cells.decimal("applied_cost_per_quantity")
    columns: Row = {
        "pricing_quantity": pricing_quantity(cells.context, quantity, "quantity"),
        "pricing_unit": unit_type or "requests",
    }
    if price is None or price < 0 or abs(price * quantity - gross) * _TOLERANCE > 1:
        return columns
    return {
        **columns,
        "list_unit_price": fitted(price, 7, 12, "applied_cost_per_quantity")[0],
        "pricing_block_size": 1,
    }


def _period(cells: Cells) -> tuple[str, str]:
    text, end = cells.text("date"), cells.text("end")
    if text is None:
        raise Refused("date is blank")
    match = _US_DATE.fullmatch(text)
    if match is not None:
        cells.context.warn(NoticeKind.INTERPRETED, "a date is written with slashes, and taken for month, day, year")
        text = f"{match[3]}-{int(match[1]):02d}-{int(match[2]):02d}"
    start = moment_of(text)
    if end is None and start.time() != start.min.time():
        return one_second_from(start)
    return instant_text(start), instant_text(moment_of(end) if end else after(start, timedelta(days=1)))


def _members(record: Mapping[str, Any]) -> Iterator[Member]:
    """The items of an answer of the interface, which say together or each which period they are of."""
    items = record.get("usageItems")
    if not isinstance(items, list):
        yield Member("", record)
        return
    period, times = record.get("timePeriod"), {}
    if isinstance(period, dict):
        times = dict(zip(("date", "end"), _time_period(period), strict=True))
    elif period is not None or not any(map(_is_dated, items)):
        raise Refused("the answer has no timePeriod, and its items have no date")
    for place, item in enumerate(items):
        path = f"usageItems.{place}"
        if isinstance(item, dict):
            whose = {"username": record.get("user"), "organization": record.get("organization")}
            given = {name: value for name, value in whose.items() if value is not None}
            yield Member(path, {**given, **item, **times})
        else:
            yield Member(path, Refused("it is no object"))


def _is_dated(item: object) -> bool:
    """Whether an item of an answer says of which day it is."""
    return isinstance(item, dict) and {"date", "sku"} <= item.keys()


def _time_period(period: Mapping[str, Any]) -> tuple[str, str]:
    year, month, day = (exact_whole(Fields(period, "timePeriod"), name) for name in ("year", "month", "day"))
    try:
        start = datetime(year or 0, 1 if month is None else month, 1 if day is None else day, tzinfo=UTC)
        if day is not None:
            end = after(start, timedelta(days=1))
        elif month is not None:
            end = after(start, timedelta(days=32)).replace(day=1)
        else:
            end = start.replace(year=start.year + 1)
    except (ValueError, TypeError, OverflowError):
        raise Refused("timePeriod names no period") from None
    return instant_text(start), instant_text(end)


def _recognizes(header: Header, record: Mapping[str, Any]) -> bool:
    if header is not None:
        names = set(_split(header))
        reports = (
            {"sku", "quantity", "username"},
            {"sku", "quantity", "net_amount"},
            {"User", "Model", "Requests Used"},
        )
        return any(report <= names for report in reports)
    items = record.get("usageItems")
    return items is not None and ("timePeriod" in record or (isinstance(items, list) and any(map(_is_dated, items))))


SOURCE = Source(
    name="github-copilot",
    title="Usage reports of GitHub Copilot, and the answer of its billing interface",
    provider="GitHub",
    profile="cost",
    formats=("csv", "json", "jsonl"),
    evidence=(Evidence.FIXTURE, Evidence.FIELDS),
    distinguishes=(
        "premium requests or AI credits, and tokens by cache action where the report states them",
        "seats by the month, in reports on metered usage",
        "net amount, gross amount, and what the plan covers",
        "model, SKU, organization, repository, cost center and user",
    ),
    limits=(
        "Rows of other products, such as Actions, are counted and left out.",
        "Reports of the first generation state no amounts, so that they meet metering alone.",
        "Reports on metered usage and on the use of AI may state the same credits: give one of them.",
        "User names are left out, or become pseudonyms with --pseudonym-key.",
        "What the plan covers carries no billed amount: its cost carrier is the plan, its list cost the gross amount.",
        "The figures of AI credits beside premium requests are comparisons, and are kept in source_counters only.",
        "Dates with slashes are taken for month, day, year, as spreadsheets of the United States write them.",
        "Models are the report's words, such as 'Auto: ...'.",
    ),
    open=_open,
    recognizes=_recognizes,
    members=_members,
)
