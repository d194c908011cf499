"""FOCUS cost and usage, versions 1.0 to 1.5: the charges for AI among them.

Facts: the FOCUS specification. Its columns are the standard's own under other spelling. A charge is one for AI if it
names a model, counts tokens, or is of the service category for AI; the others are left out. AWS keeps the usage type
of its own reports in ``x_UsageType``.
"""

from __future__ import annotations

import re
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from opentokenomics.convert._errors import Refused
from opentokenomics.convert._model import NoticeKind, Row, shown
from opentokenomics.convert._numbers import fitted, product
from opentokenomics.convert._source import Converter, Evidence, Header, Source
from opentokenomics.convert.sources._amounts import (
    amount_text,
    consumed_quantity,
    currency_code,
    fitted_text,
)
from opentokenomics.convert.sources._aws_usage_type import tokens_per_unit
from opentokenomics.convert.sources._cells import Cells, report_columns, require_header, without_blanks
from opentokenomics.convert.sources._logs import inner, tags

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from opentokenomics.convert._context import Context

_NEEDED = ("BilledCost", "ChargePeriodStart", "ChargePeriodEnd", "ChargeCategory")
_CATEGORY = "AI and Machine Learning"
_OF_ACCESS = frozenset({"Identity", "Security"})
"""Categories whose tokens let somebody in, and are none of a model."""
_METER = ("SkuMeter", "x_SkuMeterName", "x_UsageType")
_CHARGES = {"usage": "usage", "purchase": "purchase", "tax": "tax", "credit": "credit", "adjustment": "adjustment"}
_FREQUENCIES = {"usage-based": "usage_based", "recurring": "recurring", "one-time": "one_time"}
_PRICING = {"standard", "committed", "dynamic", "other"}
_ACTIONS = {"uncached": "uncached", "read": "read", "write": "write", "other": "other", "none": "uncached"}
_CACHE = {"cache", "cached", "caching"}
_TEXTS = {
    "host_provider_name": ("HostProviderName",),
    "invoice_issuer_name": ("InvoiceIssuerName", "InvoiceIssuer"),
    "region_id": ("RegionId",),
    "service_name": ("ServiceName",),
    "charge_description": ("ChargeDescription",),
    "sku_meter": _METER,
    "model_id": ("ModelId", "x_ModelId", "ModelName"),
}
_IDENTIFIERS = {
    "billing_account_id": ("BillingAccountId",),
    "sub_account_id": ("SubAccountId",),
    "invoice_id": ("InvoiceId",),
    "resource_id": ("ResourceId",),
    "sku_id": ("SkuId",),
    "sku_price_id": ("SkuPriceId",),
    "commitment_discount_id": ("CommitmentDiscountId",),
    "principal_id": ("PrincipalId",),
}
_PEOPLE = {"BillingAccountName", "SubAccountName", "ResourceName"}
_COLUMNS = frozenset(
    {
        *_NEEDED,
        *_PEOPLE,
        *(name for names in (*_TEXTS.values(), *_IDENTIFIERS.values()) for name in names),
        *("AvailabilityZone", "BillingAccountType", "BillingCurrency", "BillingPeriodEnd", "BillingPeriodStart"),
        *("CapacityReservationId", "CapacityReservationStatus", "ChargeClass", "ChargeFrequency", "ContractApplied"),
        *(f"CommitmentDiscount{each}" for each in ("Category", "Name", "Quantity", "Status", "Type", "Unit")),
        *("ConsumedQuantity", "ConsumedUnit", "ContractedCost", "ContractedUnitPrice", "EffectiveCost", "ListCost"),
        *("ListUnitPrice", "PricingCategory", "PricingCurrency", "PricingQuantity", "PricingUnit", "RegionName"),
        *(f"PricingCurrency{each}" for each in ("ContractedUnitPrice", "EffectiveCost", "ListUnitPrice")),
        *("ServiceProviderName", "ProviderName", "PublisherName", "Provider", "Publisher", "ResourceType"),
        *("ServiceCategory", "ServiceSubcategory", "SkuPriceDetails", "SubAccountType", "Tags"),
        *("TokenDirection", "TokenCacheAction", "InvoiceDetailId"),
        *(f"Allocated{each}" for each in ("MethodDetails", "MethodId", "ResourceId", "ResourceName", "Tags")),
    }
)


def _open(context: Context, header: Header) -> Converter:
    names = require_header(header, _NEEDED, context, "Give cost and usage in the columns of FOCUS as CSV or Parquet.")
    report_columns(names, _COLUMNS, context)

    def convert(record: Mapping[str, Any]) -> Iterable[Row]:
        return _rows(Cells(record, context))

    return convert


def _rows(cells: Cells) -> list[Row]:
    context = cells.context
    details = {name: str(value) for name, value in inner(cells.text("SkuPriceDetails"), "SkuPriceDetails").items()}
    if not _is_ai(cells, details):
        context.warn(NoticeKind.NOT_CONVERTED, "a charge that is not for AI")
        return []
    billed_cost = cells.decimal("BilledCost")
    if billed_cost is None:
        raise Refused("BilledCost is blank")
    effective = cells.decimal("EffectiveCost")
    row: Row = {
        **context.start_row(*cells.period("ChargePeriodStart", "ChargePeriodEnd")),
        "record_id": context.row_identity(cells.values, _PEOPLE),
        **{name: cells.text(*names) for name, names in _TEXTS.items()},
        **{name: cells.identifier(*names) for name, names in _IDENTIFIERS.items()},
        "tags": tags(inner(cells.text("Tags"), "Tags"), context),
        "cost_carrier": "this_row",
        "billed_cost": amount_text(context, billed_cost, "BilledCost"),
        "effective_cost": amount_text(context, billed_cost if effective is None else effective, "EffectiveCost"),
        "billing_currency": currency_code(cells.text("BillingCurrency"), "BillingCurrency"),
        "cost_source": "invoiced",
        "charge_category": _charge(cells, billed_cost, effective),
    }
    provider = cells.text("ServiceProviderName", "ProviderName", "PublisherName")
    row["service_provider_name"] = context.options.provider or provider or context.provider
    row["billing_account_id"] = context.options.account or row["billing_account_id"]
    row |= _terms(cells, row)
    row |= _prices(cells, row)
    if row["charge_category"] == "usage":
        row |= _measured(cells, details, row)
    return [without_blanks(row)]


def _is_ai(cells: Cells, details: Mapping[str, str]) -> bool:
    if cells.text("ServiceCategory") == _CATEGORY or cells.text("ModelId", "x_ModelId") is not None:
        return True
    if cells.text("ServiceCategory") in _OF_ACCESS:
        return False
    words = [cells.text(name) or "" for name in ("ConsumedUnit", "PricingUnit", *_METER)]
    return any("token" in word.lower() for word in (*words, *details))


def _charge(cells: Cells, billed_cost: Decimal, effective: Decimal | None) -> str:
    text = cells.text("ChargeCategory") or ""
    category = _CHARGES.get(text.lower())
    if category is None:
        raise Refused(f"ChargeCategory is {shown(text)!r}, which FOCUS does not have")
    amounts = [
        billed_cost,
        effective or billed_cost,
        *(cells.decimal(name) or 0 for name in ("ListCost", "ContractedCost")),
    ]
    quantity = cells.decimal("ConsumedQuantity") or 0
    wrong = max(amounts) > 0 if category == "credit" else min(*amounts, quantity) < 0
    if category != "adjustment" and wrong:
        cells.context.warn(
            NoticeKind.INTERPRETED,
            f"an amount or quantity has the wrong sign for a charge of {category}: an adjustment",
        )
        return "adjustment"
    return category


def _terms(cells: Cells, row: Row) -> Row:
    """Frequency, class, category of pricing, commitment and billing period, as far as they fit together."""
    status = (cells.text("CommitmentDiscountStatus") or "").lower()
    pricing = (cells.text("PricingCategory") or "").lower()
    is_usage = row["charge_category"] == "usage"
    columns: Row = {
        "charge_frequency": _FREQUENCIES.get((cells.text("ChargeFrequency") or "").lower()),
        "charge_class": "correction" if (cells.text("ChargeClass") or "").lower() == "correction" else None,
        "pricing_category": pricing if pricing in _PRICING else None,
    }
    if row["commitment_discount_id"] is not None and is_usage:
        if status in {"used", "unused"}:
            columns["commitment_discount_status"] = status
        else:
            cells.context.warn(NoticeKind.CONTRADICTION, "a commitment has no status, and is left out")
            columns["commitment_discount_id"] = None
    if row["charge_category"] == "purchase" and columns["charge_frequency"] == "usage_based":
        columns["charge_frequency"] = None
    if cells.text("BillingPeriodStart") is None or cells.text("BillingPeriodEnd") is None:
        return columns
    start, end = cells.period("BillingPeriodStart", "BillingPeriodEnd")
    inside = start <= str(row["charge_period_start"]) and str(row["charge_period_end"]) <= end
    if inside or columns["charge_class"] == "correction":
        return columns | {"billing_period_start": start, "billing_period_end": end}
    cells.context.warn(NoticeKind.CONTRADICTION, "a charge period lies outside its billing period, which is left out")
    return columns


def _prices(cells: Cells, row: Row) -> Row:
    """List and contracted cost, and the prices and the quantity behind them."""
    context, unit = cells.context, cells.text("PricingUnit")
    quantity = cells.decimal("PricingQuantity")
    columns: Row = {"pricing_unit": unit}
    if quantity is not None and (quantity >= 0 or row["charge_category"] in {"credit", "adjustment"}):
        columns["pricing_quantity"] = fitted_text(context, quantity, (12, 6), "PricingQuantity")
    for kind in ("List", "Contracted"):
        cost, price = cells.decimal(f"{kind}Cost"), cells.decimal(f"{kind}UnitPrice")
        name = kind.lower()
        if cost == 0 and _costs_something(row):
            context.warn(
                NoticeKind.INTERPRETED, f"{kind}Cost is zero beside a charge, as where it is not known; it is left out"
            )
            continue
        if cost is not None:
            columns[f"{name}_cost"] = amount_text(context, cost, f"{kind}Cost")
        if price is None or price < 0 or unit is None:
            continue
        agrees = cost is None or quantity is None or abs(price * quantity - cost) * 200 <= 1
        if agrees:
            columns[f"{name}_unit_price"] = fitted(price, 7, 12, f"{kind}UnitPrice")[0]
            columns["pricing_block_size"] = tokens_per_unit(unit) or 1
        else:
            context.warn(
                NoticeKind.CONTRADICTION,
                f"{kind}UnitPrice times PricingQuantity is not {kind}Cost; the price is left out",
                f"{price} * {quantity} <> {cost}",
            )
    return columns


def _costs_something(row: Row) -> bool:
    """Whether a charge is owed for usage or a purchase, so that it has a price that is not zero."""
    amounts = (Decimal(str(row[name])) for name in ("billed_cost", "effective_cost"))
    return row["charge_category"] in {"usage", "purchase"} and any(amount > 0 for amount in amounts)


def _measured(cells: Cells, details: Mapping[str, str], row: Row) -> Row:
    quantity, unit = cells.decimal("ConsumedQuantity"), cells.text("ConsumedUnit")
    if quantity is None or unit is None:
        return {}
    direction, action = _token_dimensions(cells, details)
    block = tokens_per_unit(unit)
    count = None if block is None else product(quantity, block)
    if count is not None and direction is not None and count == count.to_integral_value():
        return {
            "measurement_method": "metered",
            "ai_service": "inference",
            "meter": "tokens",
            "usage_group_id": str(row["record_id"]),
            "token_direction": direction,
            "token_cache_action": action if direction == "input" else None,
            "consumed_quantity": consumed_quantity(cells.context, count, "ConsumedQuantity"),
            "consumed_unit": "tokens",
        }
    if count is not None:
        what = "tokens without direction" if direction is None else "parts of tokens"
        cells.context.warn(NoticeKind.INTERPRETED, f"{what} become the meter other")
    return {
        "measurement_method": "metered",
        "ai_service": "other",
        "meter": "other",
        "meter_variant": cells.text(*_METER),
        "consumed_quantity": consumed_quantity(cells.context, quantity, "ConsumedQuantity"),
        "consumed_unit": unit,
    }


def _token_dimensions(cells: Cells, details: Mapping[str, str]) -> tuple[str | None, str | None]:
    """Direction and cache action: their own columns, else details of the price, else words of the meter."""
    stated = {name.lower().removeprefix("x_"): value for name, value in details.items()}
    direction = (cells.text("TokenDirection") or stated.get("tokendirection") or "").lower()
    action = (cells.text("TokenCacheAction") or stated.get("tokencacheaction") or "").lower()
    words = set(re.findall(r"[a-z]+", (cells.text(*_METER) or "").lower()))
    found = {name for name in ("input", "output") if name in words}
    if direction not in {"input", "output"}:
        direction = found.pop() if len(found) == 1 else ""
    return direction or None, _ACTIONS.get(action) or _action_in(words)


def _action_in(words: set[str]) -> str | None:
    """The cache action that the words of a meter name; a cache alone says neither that it is read nor written."""
    if "uncached" in words:
        return "uncached"
    if words & _CACHE and words & {"write", "writes", "creation"}:
        return "write"
    return "read" if "cached" in words or (words & _CACHE and words & {"read", "reads", "hit", "hits"}) else None


def _recognizes(header: Header, _record: Mapping[str, Any]) -> bool:
    return header is not None and set(_NEEDED) <= set(header)


SOURCE = Source(
    name="focus",
    title="FOCUS cost and usage, versions 1.0 to 1.5: the charges for AI",
    provider="unknown",
    profile="cost",
    formats=("csv", "parquet"),
    evidence=(Evidence.OFFICIAL,),
    distinguishes=(
        "billed, effective, list and contracted cost, unit prices, quantities and commitments",
        "tokens by direction and cache action: of their own columns, of SkuPriceDetails, or words of the meter",
        "provider, host, accounts, resource, region, service, SKU, invoice and tags",
    ),
    limits=(
        "No row of a cloud's charges for models was seen: that they are AI is told by category, model or unit.",
        "Amounts are taken as invoiced, also where a gateway such as LiteLLM wrote what it reckoned.",
        "Tokens whose direction no column and no word states become the meter other.",
        "Amounts that have the wrong sign for their category become adjustments, without quantity.",
        "A list or contracted cost of zero beside a charge, which some clouds write where they know none, is left out.",
        "Names of accounts and resources are left out; JSON has to be written as CSV or Parquet.",
    ),
    open=_open,
    recognizes=_recognizes,
)
