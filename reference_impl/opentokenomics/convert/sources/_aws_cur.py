"""Cost and usage reports of AWS: line items of Amazon Bedrock, in the names of both generations of the report.

Facts: the service's pages and blog, and usage types of its price list. There is no request in it: a line is a usage
type over an hour or a day. Units are 1K tokens mostly, and what a line says of them holds; the Marketplace says it in
the description of a line.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from opentokenomics.convert._errors import ConvertError, Refused
from opentokenomics.convert._model import NoticeKind, Row, shown
from opentokenomics.convert._numbers import fitted, product, shifted
from opentokenomics.convert._source import Converter, Evidence, Header, Source
from opentokenomics.convert.sources._amounts import amount_text, billed, currency_code, pricing_quantity
from opentokenomics.convert.sources._aws_marketplace import read_marketplace_type, tokens_per_marketplace_unit
from opentokenomics.convert.sources._aws_principal import principal
from opentokenomics.convert.sources._aws_usage_type import read_usage_type, tokens_per_unit
from opentokenomics.convert.sources._cells import Cells, report_columns, without_blanks
from opentokenomics.convert.sources._logs import inner, tags

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from decimal import Decimal

    from opentokenomics.convert._context import Context
    from opentokenomics.convert.sources._aws_usage_type import UsageType

_NEEDED = ("line_item_usage_type", "line_item_unblended_cost", "line_item_usage_start_date")
_CODE, _EDITION = "AmazonBedrock", "(amazon bedrock edition)"
_TITLES = ("product_product_name", "product_servicename", "product_service_name")
_CATEGORIES = {"Tax": "tax", "Fee": "purchase", "RIFee": "purchase", "SavingsPlanRecurringFee": "purchase"}
_USAGE = {"Usage", "DiscountedUsage", "SavingsPlanCoveredUsage"}
_CORRECTION = {"Credit", "Refund", "EdpDiscount", "PrivateRateDiscount", "BundledDiscount", "Discount"}
_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
_GROUPS = (
    *("bill_", "capacity_reservation", "cost_category", "discount", "iam_principal", "identity_", "line_item_"),
    *("pricing_", "product", "reservation_", "resource_tags", "savings_plan_", "split_line_item_", "year", "month"),
    "billing_period",
)
"""What the names of columns begin with, of which the report has hundreds; the last ones are those of its folders."""

_TAGS = ("resource_tags_", "iam_principal_")
_CALLER = "line_item_iam_principal"


def _name(column: str) -> str:
    """The name of a column in the newer generation: ``lineItem/UsageType`` is ``line_item_usage_type``."""
    if "/" not in column:
        return column
    group, _, rest = column.partition("/")
    if group in {"resourceTags", "iamPrincipal"}:
        return f"{_CAMEL.sub('_', group).lower()}_{rest}"
    return f"{_CAMEL.sub('_', group)}_{_CAMEL.sub('_', rest)}".lower()


def _open(context: Context, header: Header) -> Converter:
    names = {column: _name(column) for column in header or ()}
    groups = (name for name in names.values() if not name.startswith(_GROUPS))
    report_columns(tuple(groups), (), context)
    missing = [name for name in _NEEDED if name not in names.values()]
    if missing:
        raise ConvertError(
            "header_unknown",
            f"{context.input} is no cost and usage report: it lacks {', '.join(missing)}.",
            "Export the report as CSV or Parquet with these columns.",
        )

    def convert(record: Mapping[str, Any]) -> Iterable[Row]:
        return _rows(Cells({names[column]: cell for column, cell in record.items()}, context))

    return convert


def _is_service(cells: Cells) -> bool:
    return (cells.text("line_item_product_code") or "").startswith(_CODE)


def _edition(cells: Cells) -> str | None:
    """What the Marketplace calls the model of a line."""
    titles = (cells.text(name) or "" for name in _TITLES)
    return next((title[: -len(_EDITION)].strip() for title in titles if title.lower().endswith(_EDITION)), None)


def _opened(cells: Cells) -> Cells:
    """The cells of a line that the Marketplace may bill, and those that the newer generation keeps in a map."""
    text = str(cells.values.get("product") or "")
    if _is_service(cells) or "bedrock" not in text.lower():
        return cells
    found = {f"product_{name}": value for name, value in inner(text, "product").items() if isinstance(value, str)}
    return Cells({**found, **{name: cell for name, cell in cells.values.items() if str(cell).strip()}}, cells.context)


def _rows(given: Cells) -> list[Row]:
    context, cells = given.context, _opened(given)
    if not _is_service(cells) and _edition(cells) is None:
        context.warn(NoticeKind.NOT_CONVERTED, "a line item of another service than Amazon Bedrock")
        return []
    amount = cells.decimal("line_item_unblended_cost")
    if amount is None:
        raise Refused("line_item_unblended_cost is blank")
    kind = cells.text("line_item_line_item_type") or "Usage"
    quantity = cells.decimal("line_item_usage_amount")
    currency = cells.text("line_item_currency_code")
    if currency is None:
        context.warn(NoticeKind.INTERPRETED, "a line states no currency, and is taken for US dollars")
    row: Row = {
        **context.start_row(*_period(cells)),
        **_columns(cells),
        **billed(
            context,
            amount,
            currency_code(currency or "USD", "line_item_currency_code"),
            "line_item_unblended_cost",
        ),
        "charge_category": _category(kind, amount, cells),
    }
    known = {_CALLER: row["principal_id"]} if cells.text(_CALLER) else {}
    row["record_id"] = context.row_identity({**given.values, **known})
    if row["charge_category"] == "usage" and quantity is not None:
        row |= _quantity(cells, quantity, row)
        row |= _list_price(cells, row)
    return [without_blanks(row)]


def _category(kind: str, amount: Decimal, cells: Cells) -> str:
    if kind in _CATEGORIES and amount >= 0:
        return _CATEGORIES[kind]
    if kind in _USAGE and amount >= 0 and (cells.decimal("line_item_usage_amount") or 0) >= 0:
        return "usage"
    if kind in _USAGE:
        cells.context.warn(
            NoticeKind.INTERPRETED, "usage has a negative amount or quantity: an adjustment without quantity"
        )
    if kind not in {*_CATEGORIES, *_USAGE, *_CORRECTION}:
        cells.context.warn(
            NoticeKind.UNKNOWN_FIELD, "a type of line item is unknown; its amount is an adjustment", kind
        )
    return "credit" if amount < 0 and kind in _CORRECTION else "adjustment"


def _period(cells: Cells) -> tuple[str, str]:
    return cells.period("line_item_usage_start_date", "line_item_usage_end_date")


def _columns(cells: Cells) -> Row:
    context = cells.context
    region = cells.text("product_region_code", "product_region")
    model = cells.text("product_model", "product_model_name") or _edition(cells)
    found: dict[str, object] = dict(inner(cells.text("resource_tags"), "resource_tags"))
    for name, value in cells.values.items():
        for prefix in _TAGS:
            if name.startswith(prefix) and str(value).strip():
                found[name.removeprefix(prefix).removeprefix("user:").removeprefix("user_")] = value
    return {
        "host_provider_name": "Amazon Web Services",
        "billing_account_id": context.options.account or cells.identifier("bill_payer_account_id"),
        "sub_account_id": cells.identifier("line_item_usage_account_id"),
        "invoice_id": cells.identifier("bill_invoice_id"),
        "resource_id": cells.identifier("line_item_resource_id"),
        "principal_id": principal(cells.text(_CALLER), _CALLER, context),
        "region_id": region,
        "region_scope": region and "region",
        "service_name": cells.text("line_item_operation"),
        "model_id": model,
        "charge_description": cells.text("line_item_line_item_description"),
        "sku_meter": cells.text("line_item_usage_type"),
        "sku_id": cells.identifier("product_sku"),
        "sku_price_id": cells.identifier("pricing_rate_id", "pricing_rate_code"),
        "tags": tags(found, context),
    }


def _quantity(cells: Cells, quantity: Decimal, row: Row) -> Row:
    """Tokens where usage type and unit say so; else what the line states, as the quantity of its price."""
    context, unit = cells.context, cells.text("pricing_unit")
    usage_type, block = cells.text("line_item_usage_type") or "", tokens_per_unit(unit)
    said = read_usage_type(usage_type)
    if said is None:
        said = read_marketplace_type(usage_type)
        if said and (unit or "units").lower() == "units":
            block = tokens_per_marketplace_unit(cells.text("line_item_line_item_description"))
    columns: Row = {
        "pricing_quantity": pricing_quantity(context, quantity, "line_item_usage_amount"),
        "pricing_unit": unit,
    }
    if said is None:
        context.warn(NoticeKind.NOT_CONVERTED, "a usage type counts no tokens, and becomes an amount alone")
        return columns
    columns |= _said(said, context)
    count = None if block is None else product(quantity, block)
    if count is None or count != count.to_integral_value():
        context.warn(
            NoticeKind.NOT_CONVERTED,
            "the unit of a line tells no whole number of tokens; only its amount is kept",
            f"{quantity} {unit}",
        )
        return columns
    part = said.part
    return columns | {
        "measurement_method": "metered",
        "ai_service": "inference",
        "meter": "tokens",
        "usage_group_id": str(row["record_id"]),
        "token_direction": said.direction,
        "token_cache_action": part.cache_action,
        "token_cache_ttl_seconds": part.ttl_seconds,
        "token_modality": part.modality,
        "consumed_quantity": fitted(count, 18, 0, "tokens")[0],
        "consumed_unit": "tokens",
        "pricing_block_size": block,
    }


def _said(said: UsageType, context: Context) -> Row:
    for word in said.unknown:
        context.warn(NoticeKind.UNKNOWN_FIELD, f"the word {shown(word)!r} of a usage type is not known")
    columns: Row = {
        "meter_variant": said.variant,
        "processing_tier": said.tier or "standard",
        "processing_tier_reported": said.tier,
    }
    if said.model:
        columns["model_id"] = context.text(said.model, "the model of the usage type")
    return columns | ({"region_scope": "global"} if said.is_global else {})


def _list_price(cells: Cells, row: Row) -> Row:
    """The public price, where quantity and cost agree with it."""
    cost, rate = cells.decimal("pricing_public_on_demand_cost"), cells.decimal("pricing_public_on_demand_rate")
    if cost is None:
        return {}
    if cost < 0:
        cells.context.warn(NoticeKind.CONTRADICTION, "the public cost of usage is negative, and left out", str(cost))
        return {}
    columns: Row = {"list_cost": amount_text(cells.context, cost, "pricing_public_on_demand_cost")}
    quantity = cells.decimal("line_item_usage_amount")
    if rate is None or rate < 0 or quantity is None or row.get("pricing_block_size") is None:
        return columns
    if abs(rate * quantity - cost) > shifted(type(rate)(5), -6):
        cells.context.warn(
            NoticeKind.CONTRADICTION,
            "the public rate times the usage amount is not the public cost; the rate is left out",
            f"{rate} * {quantity} <> {cost}",
        )
        return columns
    return columns | {"list_unit_price": fitted(rate, 7, 12, "pricing_public_on_demand_rate")[0]}


def _recognizes(header: Header, _record: Mapping[str, Any]) -> bool:
    return header is not None and {"line_item_usage_type", "lineItem/UsageType"} & set(header) != set()


SOURCE = Source(
    name="aws-cur",
    title="Cost and usage reports of AWS: line items of Amazon Bedrock",
    provider="Amazon Web Services",
    profile="cost",
    formats=("csv", "parquet"),
    evidence=(Evidence.OFFICIAL, Evidence.FIXTURE),
    distinguishes=(
        "tokens by direction, cache action, time-to-live and modality, as the usage type says",
        "tier: standard, batch, flex, priority; and whether calls may go anywhere",
        "billed amount, public price and cost, account, region, caller and tags",
        "taxes, credits, refunds and discounts",
    ),
    limits=(
        "A line is a usage type over an hour or a day: there are no requests in it.",
        "The model is the name inside the usage type or of the product, not the identifier that calls use.",
        "Lines that do not say how many tokens their unit is become amounts alone, as do those of reserved throughput.",
        "Long context and custom models are kept as the variant of the meter, since no bound is stated.",
        "Line items of other services are counted and left out.",
        "Of callers the names of users and sessions are pseudonyms, or left out without a key; roles stay.",
    ),
    open=_open,
    recognizes=_recognizes,
)
