"""Sources whose records are sums of calls: exports and reports of usage and of cost."""

from __future__ import annotations

import json
from collections.abc import Mapping
from decimal import Decimal

from hypothesis import strategies as st

from opentokenomics_conformance.laws._payload import COUNTS, Counted, Draw, Form, dollars, part_of

_DASHBOARD_COLUMNS = (
    *("start_time", "end_time", "start_time_iso", "end_time_iso", "project_id", "num_model_requests", "model", "batch"),
    *("service_tier", "input_tokens", "output_tokens", "input_cached_tokens", "input_uncached_tokens"),
)


def _dashboard(draw: Draw, place: int) -> Counted:
    """One line for a day and model; cached tokens are part of the input."""
    entering, leaving = draw(COUNTS), draw(COUNTS)
    cached = part_of(draw, entering)
    day = f"1785715200,1785801600,2026-08-03T00:00:00+00:00,2026-08-04T00:00:00+00:00,proj_{place}"
    counters = ",".join(f"{each}.0" for each in (entering, leaving, cached, entering - cached))
    return Counted(f"{day},{draw(st.integers(1, 99))}.0,gpt-5-2025-08-07,False,default,{counters}", entering, leaving)


def _openai_page(draw: Draw, place: int) -> Counted:
    """The result of a project, in a bucket of a day."""
    entering, leaving = draw(COUNTS), draw(COUNTS)
    counters = {"input_tokens": entering, "output_tokens": leaving, "input_cached_tokens": part_of(draw, entering)}
    about = {"num_model_requests": 1, "project_id": f"proj_{place}", "model": "gpt-5-2025-08-07", "batch": False}
    kind = {"object": "organization.usage.completions.result"}
    return Counted(json.dumps({**kind, **counters, **about, "service_tier": "default"}), entering, leaving)


def _anthropic_page(draw: Draw, place: int) -> Counted:
    plain, read, short, long, leaving = (draw(COUNTS) for _ in range(5))
    result = {
        "uncached_input_tokens": plain,
        "cache_read_input_tokens": read,
        "cache_creation": {"ephemeral_5m_input_tokens": short, "ephemeral_1h_input_tokens": long},
        "output_tokens": leaving,
        "workspace_id": f"wrkspc_{place}",
        "model": "claude-sonnet-4-5-20250929",
        "service_tier": "standard",
    }
    return Counted(json.dumps(result), plain + read + short + long, leaving)


def _openai_cost(draw: Draw, place: int) -> Counted:
    amount = dollars(draw)
    result = {
        "object": "organization.costs.result",
        "amount": {"value": float(amount), "currency": "usd"},
        "line_item": "gpt-5, input_tokens",
        "project_id": f"proj_{place}",
    }
    return Counted(json.dumps(result), amount=amount)


def _anthropic_cost(draw: Draw, place: int) -> Counted:
    """Amounts are in cents."""
    amount = dollars(draw)
    result = {
        "currency": "USD",
        "amount": f"{amount.scaleb(2):f}",
        "workspace_id": f"wrkspc_{place}",
        "cost_type": "tokens",
        "description": "Claude Sonnet 4.5 Usage - Input Tokens",
        "model": "claude-sonnet-4-5-20250929",
        "service_tier": "standard",
        "token_type": "uncached_input_tokens",
    }
    return Counted(json.dumps(result), amount=amount)


_FOCUS_COLUMNS = (
    *("BilledCost", "EffectiveCost", "ListCost", "ContractedCost", "BillingAccountId", "BillingCurrency"),
    *("BillingPeriodStart", "BillingPeriodEnd", "ChargeCategory", "ChargePeriodStart", "ChargePeriodEnd"),
    *("ConsumedQuantity", "ConsumedUnit", "InvoiceIssuerName", "PricingCategory", "PricingQuantity", "PricingUnit"),
    *("ProviderName", "PublisherName", "ServiceCategory", "ServiceName", "SkuId", "SkuMeter"),
)


def _focus(draw: Draw, place: int) -> Counted:
    """A row of an export in the form of FOCUS, whose unit is a thousand tokens."""
    amount, tokens = dollars(draw), draw(COUNTS)
    quantity = f"{Decimal(tokens).scaleb(-3):f}"
    cells = (
        *([f"{amount:f}"] * 4),
        *("acc-1", "USD", "2026-08-01T00:00:00Z", "2026-09-01T00:00:00Z", "Usage"),
        *("2026-08-03T00:00:00Z", "2026-08-04T00:00:00Z", quantity, "1K Tokens", "Microsoft", "Standard"),
        *(quantity, "1K Tokens", "Microsoft", "Microsoft", "AI and Machine Learning", "Azure OpenAI Service"),
        *(f"sku-{place}", "gpt-5 glbl Input Tokens"),
    )
    return Counted(",".join(cells), tokens, amount=amount)


_AWS_COLUMNS = (
    *("identity_line_item_id", "bill_payer_account_id", "bill_billing_period_start_date", "line_item_line_item_type"),
    *("line_item_usage_account_id", "line_item_usage_start_date", "line_item_usage_end_date", "line_item_product_code"),
    *("line_item_usage_type", "line_item_operation", "line_item_usage_amount", "line_item_currency_code"),
    *("line_item_unblended_cost", "pricing_unit", "product_region_code"),
)


def _aws(draw: Draw, place: int) -> Counted:
    """A line of a cost and usage report, whose unit is a thousand tokens."""
    amount, tokens = dollars(draw), draw(COUNTS)
    cells = (
        *(f"a{place}", "111122223333", "2026-08-01 00:00:00", "Usage", "123456789012", "2026-08-03T00:00:00.000Z"),
        *("2026-08-04T00:00:00.000Z", "AmazonBedrock", "USE1-Claude4.6Sonnet-input-tokens", "InvokeModelInference"),
        *(f"{Decimal(tokens).scaleb(-3):f}", "USD", f"{amount:f}", "1K tokens", "us-east-1"),
    )
    return Counted(",".join(cells), tokens, amount=amount)


_CONSOLE_COLUMNS = (
    *("usage_date_utc", "model_version", "api_key", "workspace", "usage_type", "context_window"),
    *("usage_input_tokens_no_cache", "usage_input_tokens_cache_write_5m", "usage_input_tokens_cache_write_1h"),
    *("usage_input_tokens_cache_read", "usage_output_tokens", "web_search_count", "inference_geo", "speed"),
)


def _console(draw: Draw, place: int) -> Counted:
    """A line of the export of Anthropic's console; its counters of input are disjoint."""
    plain, short, long, read, leaving = (draw(COUNTS) for _ in range(5))
    about = f"2026-08-03,claude-sonnet-4-5-20250929,key-{place},Claims,standard,≤ 200k"
    return Counted(
        f"{about},{plain},{short},{long},{read},{leaving},0,us,standard", plain + short + long + read, leaving
    )


_COPILOT_COLUMNS = (
    *("date", "username", "product", "sku", "model", "quantity", "unit_type", "applied_cost_per_quantity"),
    *("gross_amount", "discount_amount", "net_amount", "total_monthly_quota", "organization", "repository"),
    *("cost_center_name", "input", "output", "cache_read", "cache_write"),
)


def _copilot(draw: Draw, place: int) -> Counted:
    """A line of GitHub's report on credits, with the tokens that they went to."""
    plain, leaving, read, write = (draw(COUNTS) for _ in range(4))
    about = f"2026-08-03,user-{place},copilot,copilot_ai_credit,Claude Sonnet 4.5,12.5,ai-credits,0.01,0.125,0,0.125"
    return Counted(f"{about},3000,example-org,,Claims,{plain},{leaving},{read},{write}", plain + read + write, leaving)


def _cursor(draw: Draw, place: int) -> Counted:
    plain, leaving, write, read = (draw(COUNTS) for _ in range(4))
    tokens = {"inputTokens": plain, "outputTokens": leaving, "cacheWriteTokens": write, "cacheReadTokens": read}
    event = {
        "timestamp": f"178575300{place}000",
        "userEmail": "dana@example.com",
        "conversationId": f"c-{place}",
        "model": "claude-4.5-sonnet",
        "kind": "Usage-based",
        "maxMode": False,
        "requestsCosts": 1,
        "isTokenBasedCall": True,
        "isChargeable": True,
        "isHeadless": False,
        "tokenUsage": {**tokens, "totalCents": 20.5},
        "chargedCents": 20.5,
    }
    return Counted(json.dumps(event), plain + write + read, leaving)


def _activity(draw: Draw, place: int) -> Counted:
    """A line of OpenRouter's activity of a day; reasoning is part of the completion."""
    entering, leaving, amount = draw(COUNTS), draw(COUNTS), dollars(draw)
    line = {
        "date": "2026-08-03",
        "model": "openai/gpt-5",
        "model_permaslug": "openai/gpt-5-2025-08-07",
        "endpoint_id": f"0b7{place}",
        "provider_name": "OpenAI",
        "usage": float(amount),
        "requests": 10,
        "byok_usage_inference": 0,
        "prompt_tokens": entering,
        "completion_tokens": leaving,
        "reasoning_tokens": part_of(draw, leaving),
    }
    return Counted(json.dumps(line), entering, leaving, amount=amount)


EXPORTS: Mapping[str, Form] = {
    "openai-dashboard": Form(_dashboard, "usage.csv", head=",".join(_DASHBOARD_COLUMNS) + "\n"),
    "openai-usage": Form(
        _openai_page,
        "completions.json",
        head='{"object": "page", "data": [{"object": "bucket", "start_time": 1785542400, "end_time": 1785628800, '
        '"results": [',
        between=", ",
        tail=']}], "has_more": false, "next_page": null}\n',
    ),
    "anthropic-usage": Form(
        _anthropic_page,
        "usage_report.json",
        head='{"data": [{"starting_at": "2026-08-01T00:00:00Z", "ending_at": "2026-08-02T00:00:00Z", "results": [',
        between=", ",
        tail=']}], "has_more": false, "next_page": null}\n',
    ),
    "openai-costs": Form(
        _openai_cost,
        "costs.json",
        head='{"object": "page", "data": [{"object": "bucket", "start_time": 1785542400, "end_time": 1785628800, '
        '"results": [',
        between=", ",
        tail=']}], "has_more": false, "next_page": null}\n',
        counts_tokens=False,
        states_amounts=True,
    ),
    "anthropic-cost": Form(
        _anthropic_cost,
        "cost_report.json",
        head='{"data": [{"starting_at": "2026-08-01T00:00:00Z", "ending_at": "2026-08-02T00:00:00Z", "results": [',
        between=", ",
        tail=']}], "has_more": false, "next_page": null}\n',
        counts_tokens=False,
        states_amounts=True,
    ),
    "focus": Form(_focus, "focus.csv", head=",".join(_FOCUS_COLUMNS) + "\n", states_amounts=True),
    "aws-cur": Form(_aws, "cur.csv", head=",".join(_AWS_COLUMNS) + "\n", states_amounts=True),
    "anthropic-console": Form(_console, "claude_tokens.csv", head=",".join(_CONSOLE_COLUMNS) + "\n"),
    "github-copilot": Form(_copilot, "ai_usage.csv", head=",".join(_COPILOT_COLUMNS) + "\n"),
    "cursor": Form(
        _cursor,
        "filtered-usage-events.json",
        head='{"pagination": {"numPages": 1, "currentPage": 1, "pageSize": 10, "hasNextPage": false}, "usageEvents": [',
        between=", ",
        tail="]}\n",
    ),
    "openrouter-activity": Form(
        _activity, "activity.json", head='{"data": [', between=", ", tail="]}\n", states_amounts=True
    ),
}
"""For each source what its payloads look like."""
