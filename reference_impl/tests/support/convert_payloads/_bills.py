"""Payloads that are bills: of clouds, of a router and of seats."""

from __future__ import annotations

from decimal import Decimal

from hypothesis import strategies as st

from convert_payloads._payload import Payload, amounts, as_lines, as_number, counts, dollars, table

AWS = {
    "identity_line_item_id": "a",
    "line_item_product_code": "AmazonBedrock",
    "line_item_line_item_type": "Usage",
    "line_item_usage_start_date": "2026-08-01T00:00:00.000Z",
    "line_item_usage_end_date": "2026-08-02T00:00:00.000Z",
    "line_item_usage_account_id": "123456789012",
    "line_item_iam_principal": "arn:aws:sts::1:assumed-role/a/dana@example.com",
    "line_item_currency_code": "USD",
    "pricing_unit": "1K tokens",
    "resource_tags_user_team": "claims",
}
AWS_KINDS = {
    "USE1-Claude4.6Sonnet-input-tokens": "input",
    "USE1-Claude4.6Sonnet-cache-read-input-token-count-cross-region-global": "input",
    "USE1-Claude4.6Sonnet-cache-write-input-token-count-1-hour": "input",
    "EUC1-Nova2.0Lite-output-tokens-flex": "output",
    "USW2-openai.gpt-5.6-mantle-cache-write-tokens-30m-global-standard": "input",
    "USE1-xai.grok-4.3-mantle-output-tokens-priority": "output",
}


@st.composite
def aws_cur(draw: st.DrawFn) -> Payload:
    lines = draw(st.lists(st.tuples(st.sampled_from(sorted(AWS_KINDS)), counts, amounts), min_size=1, max_size=5))
    rows = [
        {
            **AWS,
            "line_item_usage_type": kind,
            "line_item_usage_amount": f"{Decimal(count).scaleb(-3):f}",
            "line_item_unblended_cost": f"{amount:f}",
            "identity_line_item_id": str(place),
        }
        for place, (kind, count, amount) in enumerate(lines)
    ]
    other = {**AWS, "line_item_product_code": "AmazonS3", "line_item_usage_type": "x", "line_item_unblended_cost": "1"}
    credit = {**AWS, "line_item_line_item_type": "Credit", "line_item_unblended_cost": "-0.25"}
    header = [*AWS, "line_item_usage_type", "line_item_usage_amount", "line_item_unblended_cost"]
    return table(
        header,
        [*rows, other, credit],
        input=sum(count for kind, count, _ in lines if AWS_KINDS[kind] == "input"),
        output=sum(count for kind, count, _ in lines if AWS_KINDS[kind] == "output"),
        amount=sum((amount for _, _, amount in lines), Decimal("-0.25")),
    )


FOCUS = {
    "ChargePeriodStart": "2026-08-01T00:00:00Z",
    "ChargePeriodEnd": "2026-08-02T00:00:00Z",
    "BillingPeriodStart": "2026-08-01T00:00:00Z",
    "BillingPeriodEnd": "2026-09-01T00:00:00Z",
    "ChargeCategory": "Usage",
    "ChargeFrequency": "Usage-Based",
    "BillingCurrency": "USD",
    "ProviderName": "Microsoft",
    "ServiceCategory": "AI and Machine Learning",
    "Tags": '{"owner": "dana@example.com", "team": "claims"}',
    "ConsumedUnit": "1K Tokens",
    "PricingUnit": "1K Tokens",
}


@st.composite
def focus(draw: st.DrawFn) -> Payload:
    meters = st.sampled_from(["gpt 5 inp glbl Tokens", "Input Tokens", "Output Tokens"])
    lines = draw(st.lists(st.tuples(meters, counts, amounts, amounts), min_size=1, max_size=5))
    rows = [
        {
            **FOCUS,
            "SkuMeter": meter,
            "ConsumedQuantity": f"{Decimal(count).scaleb(-3):f}",
            "BilledCost": f"{billed:f}",
            "EffectiveCost": f"{effective:f}",
        }
        for meter, count, billed, effective in lines
    ]
    other = {**FOCUS, "ServiceCategory": "Storage", "ConsumedUnit": "GB", "PricingUnit": "GB", "BilledCost": "9"}
    return table(
        [*FOCUS, "SkuMeter", "ConsumedQuantity", "BilledCost", "EffectiveCost"],
        [*rows, other],
        input=sum(line[1] for line in lines if line[0].startswith("Input")),
        output=sum(line[1] for line in lines if line[0].startswith("Output")),
        amount=sum((line[3] for line in lines), Decimal()),
    )


@st.composite
def openrouter_activity(draw: st.DrawFn) -> Payload:
    days = draw(st.lists(st.tuples(counts, counts, counts, amounts), min_size=1, max_size=4))
    lines = [
        {
            "date": f"2026-08-0{place + 1}",
            "model": "anthropic/claude",
            "model_permaslug": "anthropic/claude-4",
            "usage": as_number(usage),
            "byok_usage_inference": 0.5,
            "requests": 3,
            "prompt_tokens": entering,
            "completion_tokens": answer + thought,
            "reasoning_tokens": thought,
        }
        for place, (entering, answer, thought, usage) in enumerate(days)
    ]
    return Payload(
        as_lines([{"data": [each]} for each in lines]),
        sum(each[0] for each in days),
        sum(each[1] + each[2] for each in days),
        dollars(each[3] for each in days),
        {"requests": 3 * len(days)},
    )


@st.composite
def github_copilot(draw: st.DrawFn) -> Payload:
    covered = st.booleans()
    rows = draw(st.lists(st.tuples(amounts, amounts, covered, counts, counts, counts), min_size=1, max_size=4))
    cells = [
        {
            "date": f"2026-08-0{place + 1}",
            "username": "dana@example.com",
            "product": "copilot",
            "sku": "copilot_ai_credit",
            "model": "Auto: GPT-5",
            "quantity": f"{quantity:.6f}",
            "unit_type": "ai-credits",
            "gross_amount": f"{gross:f}",
            "discount_amount": f"{gross:f}" if plan else "0",
            "net_amount": "0" if plan else f"{gross:f}",
            "input": fresh,
            "cache_read": read,
            "output": leaving,
        }
        for place, (quantity, gross, plan, fresh, read, leaving) in enumerate(rows)
    ]
    return table(
        list(cells[0]),
        cells,
        input=sum(row[3] + row[4] for row in rows),
        output=sum(row[5] for row in rows),
        amount=dollars(row[1] for row in rows if not row[2]),
    )


@st.composite
def cursor(draw: st.DrawFn) -> Payload:
    kinds = st.sampled_from(["Usage-based", "Included in Business", "Errored, Not Charged"])
    events = draw(st.lists(st.tuples(counts, counts, counts, amounts, kinds), min_size=1, max_size=4))
    lines = [
        {
            "timestamp": str(1785753000000 + place),
            "userEmail": "dana@example.com",
            "model": "claude",
            "kind": kind,
            "requestsCosts": 1.5,
            "isTokenBasedCall": True,
            "tokenUsage": {"inputTokens": fresh, "cacheReadTokens": read, "outputTokens": leaving, "totalCents": 1},
            "chargedCents": as_number(cents),
        }
        for place, (fresh, read, leaving, cents, kind) in enumerate(events)
    ]
    return Payload(
        as_lines([{"usageEvents": [each]} for each in lines]),
        sum(each[0] + each[1] for each in events),
        sum(each[2] for each in events),
        dollars(each[3] for each in events if each[4] == "Usage-based") / 100,
    )
