"""Responses of OpenRouter: OpenAI's shape, inclusive for every upstream, with the cost of the call.

Facts: OpenRouter's page on usage accounting and recorded bodies. Cached and written tokens are inside the prompt even
where the upstream counts them beside it; ``cost`` is what OpenRouter charges, in credits of one US dollar.
"""

from __future__ import annotations

from opentokenomics.convert._errors import Refused
from opentokenomics.convert._model import NoticeKind
from opentokenomics.convert._numbers import fitted, plain
from opentokenomics.convert._rows import Group, Reading
from opentokenomics.convert._source import Evidence, Source
from opentokenomics.convert.sources._inclusive import (
    BARE,
    KNOWN,
    LIFETIMES,
    by_lifetime,
    inclusive_tokens,
    refuse_disjoint,
)
from opentokenomics.convert.sources._response import Call, Family, tier_of

_TIERS = {"default": "standard", "standard": "standard", "auto": None, "flex": "flex", "priority": "priority"}

_KNOWN = KNOWN | {
    *("cost", "is_byok", "server_tool_use.web_search_requests", "service_tier", *LIFETIMES),
    *(f"cost_details.upstream_inference_{name}" for name in ("cost", "prompt_cost", "completions_cost")),
    *(f"cost_details.upstream_inference_{name}" for name in ("input_cost", "output_cost")),
}


def _measure(call: Call) -> list[Group]:
    usage = call.usage
    refuse_disjoint(usage)
    tier = call.envelope.text("service_tier") or usage.text("service_tier")
    cost = _cost(call)
    searches = usage.child("server_tool_use").whole("web_search_requests") if "server_tool_use" in usage else None
    readings = [Reading("searches", str(searches), "tool")] if searches else []
    if cost is not None:
        readings.append(Reading("requests", "1", "inference", cost=cost))
    return [
        Group(
            "inference",
            by_lifetime(inclusive_tokens(usage, call.context.warn), usage.values, call.context.warn),
            tuple(readings),
            cost_carrier="unknown" if cost is None else "other_row",
            columns={
                "processing_tier": tier_of(tier, _TIERS, call.context.warn),
                "processing_tier_reported": call.context.text(tier, "the tier"),
            },
        )
    ]


def _cost(call: Call) -> dict[str, object] | None:
    """The columns of the amount; an own key's upstream is paid to somebody else, and never added."""
    usage = call.usage
    cost = usage.number("cost")
    own_key = usage.values.get("is_byok") is True
    if own_key:
        call.context.warn(
            NoticeKind.INTERPRETED, "is_byok: cost is OpenRouter's fee; what the upstream bills is not part of it"
        )
    if cost is None:
        return None
    if cost < 0:
        raise Refused(f"usage.cost is {plain(cost)[:40]}, and a call has no negative cost")
    amount, rounded = fitted(cost, 14, 18, "usage.cost")
    if rounded:
        call.context.warn(NoticeKind.ROUNDED, "usage.cost was rounded to 18 decimals", str(cost))
    return {
        "cost_carrier": "this_row",
        "charge_description": "OpenRouter fee for a request with an own upstream key" if own_key else None,
        "billed_cost": "0",
        "effective_cost": amount,
        "billing_currency": "USD",
        "cost_source": "vendor_estimate",
    }


FAMILY = Family(bare=BARE, known=_KNOWN, measure=_measure)

SOURCE = Source(
    name="openrouter-response",
    title="Responses of OpenRouter, with the cost of the call",
    provider="OpenRouter",
    profile="cost",
    formats=("jsonl", "json", "csv"),
    evidence=(Evidence.REAL, Evidence.OFFICIAL),
    distinguishes=(
        "input tokens by cache action and time-to-live, for every upstream",
        "output tokens by role: answer, reasoning",
        "the cost of the call, on a row of its own with the meter requests",
        "web searches",
    ),
    limits=(
        "The cost is what the response states, an estimate until it is reconciled with the credits that were spent.",
        "With an own key of the upstream, the cost is OpenRouter's fee; the upstream's bill is not converted.",
    ),
    open=FAMILY.open,
)
