"""What seats and clouds bill, with any figures in them."""

from __future__ import annotations

from collections.abc import Sequence

from hypothesis import strategies as st

from vendor_payloads._pieces import ADDRESSES, TIME, Json, as_lines, counters, of, some

CURSOR = ("Input (w/ Cache Write)", "Input (w/o Cache Write)", "Cache Read", "Output Tokens", "Total Tokens")
cursor_rows = some(
    **dict.fromkeys(CURSOR, of(None, 0, 1, 3, 5, 8, "1,000", "1,00")),
    Cost=of("$0.05", "0,05", "Included", "-", "odd"),
    Kind=of("On-Demand", "Included", "Errored, Not Charged", "odd"),
).map(lambda row: {**row, "Date": TIME})
events = st.builds(
    lambda around, usage: {"timestamp": "1788134400123", "model": "m", **around, "tokenUsage": usage},
    some(
        kind=of("Usage-based", "Included in Business", "Free", "odd"),
        isChargeable=st.booleans() | st.none(),
        chargedCents=of(2.5, 0, None),
        usageBasedCosts=of("$1,234.50", "Included", "1,5"),
        cursorTokenFee=of(0.5),
        requestsCosts=of(1.5, 0),
        userEmail=of(*ADDRESSES),
    ),
    some(totalCents=of(1.25), **counters("inputTokens", "outputTokens", "cacheReadTokens", "cacheWriteTokens")),
)

COPILOT: tuple[str, ...] = (
    "date",
    "username",
    "model",
    "quantity",
    "unit_type",
    "applied_cost_per_quantity",
    "gross_amount",
)
COPILOT += ("discount_amount", "net_amount", "input", "output", "cache_read", "cache_write")
copilot_rows = some(
    quantity=of(1, 3, "1,500", "1,5", -1),
    unit_type=of("requests", "AI Credits", "ai-credits", "odd"),
    gross_amount=of(0.12, 0, -1),
    net_amount=of(0.12, 0, -1),
    applied_cost_per_quantity=of(0.04, 0.12, 7),
    **counters("input", "output", "cache_read"),
).map(lambda row: {"date": "2026-08-30", **row})

premium = st.fixed_dictionaries(
    {"product": of("Copilot"), "unitType": of("ai-credits", "requests", "odd")},
    optional={
        **dict.fromkeys(("grossQuantity", "discountQuantity", "netQuantity"), of(0, 3, 1.5, -1, None)),
        **dict.fromkeys(("grossAmount", "discountAmount", "netAmount"), of(0, 0.12, 3, -1, None)),
        "pricePerUnit": of(0.04, 0.01, -1),
        "model": of("m"),
        "sku": of("s"),
    },
)


def month(items: Sequence[Json]) -> tuple[str, str]:
    """What the interface of GitHub bills for a month."""
    return as_lines([{"timePeriod": {"year": 2026, "month": 8}, "organization": "o", "usageItems": items}])


FIRST = ("Timestamp", "User", "Model", "Requests Used", "Exceeds Monthly Quota")
first_generation = st.fixed_dictionaries(
    {"Timestamp": of(TIME), "Requests Used": of("1.0", "0.33", "0", "-1", "")},
    optional={"User": of("ada", *ADDRESSES), "Model": of("m"), "Exceeds Monthly Quota": of("True", "False")},
)

FOCUS = {
    "ServiceCategory": of("AI and Machine Learning", "Compute"),
    "ModelId": of("m"),
    "ChargeCategory": of("Usage", "Usage", "Usage", "Credit", "Purchase", "odd"),
    "ChargeClass": of("Correction"),
    "ChargeFrequency": of("Usage-Based", "Recurring"),
    "BilledCost": of(1, 0, 0.12, -1, "1,5"),
    "EffectiveCost": of(1, 0, -2),
    "ListCost": of(2, 0.12),
    "ListUnitPrice": of(0.04, -1),
    "PricingQuantity": of(3, 0, -3),
    "PricingUnit": of("1K Tokens", "Tokens", "Hours"),
    "ConsumedQuantity": of(3, 0, 0.5, 0.0005),
    "ConsumedUnit": of("1K Tokens", "Tokens", "Hours"),
    "SkuMeter": of("Input tokens", "Cached input", "cache write output", "Uncached"),
    "SkuPriceDetails": of('{"x_TokenDirection": "Output"}', '{"TokenCacheAction": "Read", "n": 1}'),
    "CommitmentDiscountId": of("c"),
    "CommitmentDiscountStatus": of("Used", "odd"),
    "BillingPeriodStart": of("2026-08-01", "2026-09-01"),
    "Tags": of('{"a": "b", "c": 1.50, "d": null, "e": true, "f": "ada@example.com"}'),
    "BillingAccountId": of("b", *ADDRESSES),
    "ChargeDescription": of("for ada@example.com"),
}
_FOCUS_TIMES = {"ChargePeriodStart": TIME, "ChargePeriodEnd": "2026-08-30T11:00:00Z"}
FOCUS_REST = {**_FOCUS_TIMES, "BillingCurrency": "USD", "BillingPeriodEnd": "2026-10-01", "ProviderName": "P"}
charges = some(**FOCUS).map(lambda row: {**FOCUS_REST, "BilledCost": 1, "ChargeCategory": "Usage", **row})

_LINE = "line_item_"
CUR = {
    f"{_LINE}product_code": of("AmazonBedrock", "AmazonBedrockService", "AmazonEC2"),
    f"{_LINE}line_item_type": of("Usage", "Usage", "DiscountedUsage", "Tax", "Credit", "EdpDiscount", "odd"),
    f"{_LINE}usage_type": st.builds(
        "{}{}{}{}".format,
        of("USE1-", "EUW1-", ""),
        of("Model4.6-", "Model-mantle-", "Model-text-"),
        of("input-tokens", "output-token-count", "cache-read-input-tokens", "cache-write-1h-tokens", "other"),
        of("", "-batch", "-cross-region-global", "-long-ctx-flex", "-odd"),
    ),
    f"{_LINE}usage_amount": of(1, 2.5, 0, -1, 0.0005),
    f"{_LINE}unblended_cost": of(1, 0, 0.12, -1),
    f"{_LINE}currency_code": of("USD"),
    "pricing_unit": of("1K tokens", "1M Tokens", "Tokens", "Units"),
    "pricing_public_on_demand_cost": of(0.12, 2, -1),
    "pricing_public_on_demand_rate": of(0.12, 2, 1),
    "product_servicename": of("Model (Amazon Bedrock Edition)"),
    "product_region": of("us-east-1"),
    "resource_tags": of('{"user_a": "b"}'),
    "iam_principal_user_team": of("t", *ADDRESSES),
    "identity_line_item_id": of("same"),
}
CUR_TIMES = {f"{_LINE}usage_start_date": TIME, f"{_LINE}usage_end_date": "2026-08-30T11:00:00Z"}
_CUR_DEFAULTS = {f"{_LINE}product_code": "AmazonBedrock", f"{_LINE}unblended_cost": 1}
line_items = some(**CUR).map(lambda row: {**CUR_TIMES, **_CUR_DEFAULTS, **row})
