"""Anthropic's cost report and the costs of its analytics: amounts in cents, as decimal text.

Facts: the documentation of the administration interface and the SDK's types. ``"123.45"`` are 1.2345 dollars. Analytics
state the amount after discounts and before credits beside the list amount.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from opentokenomics.convert._errors import Refused
from opentokenomics.convert._fields import survey
from opentokenomics.convert._held import Held
from opentokenomics.convert._model import NoticeKind
from opentokenomics.convert._numbers import shifted
from opentokenomics.convert._source import Evidence, Header, Source
from opentokenomics.convert.sources._amounts import amount_text, billed, cost_row, currency_code, exact
from opentokenomics.convert.sources._anthropic_buckets import (
    ANALYTICS,
    PERSONAL,
    PRINCIPALS,
    analytics_columns,
    context_columns,
    period,
    principal_columns,
    region_columns,
    tier_columns,
)
from opentokenomics.convert.sources._anthropic_rows import first, members, page
from opentokenomics.convert.sources._buckets import further, opened

if TYPE_CHECKING:
    from collections.abc import Mapping
    from decimal import Decimal

    from opentokenomics.convert._context import Context
    from opentokenomics.convert._fields import Fields
    from opentokenomics.convert._model import Row

_OWNERS = {"sub_account_id": "workspace_id", "credential_id": "api_key_id"}
_DIMENSIONS = (
    *(*_OWNERS.values(), *PRINCIPALS, *ANALYTICS, "description", "cost_type", "token_type"),
    *("model", "service_tier", "speed", "context_window", "inference_geo"),
)
_KNOWN = frozenset({"amount", "list_amount", "currency", "requests", *_DIMENSIONS, *PERSONAL})


def _dollars(result: Fields, name: str) -> Decimal | None:
    cents = exact(result, name)
    return None if cents is None else shifted(cents, -2)


def _category(context: Context, amount: Decimal, list_amount: Decimal | None) -> Row:
    """An adjustment may have amounts of both signs; of usage none is negative, and of a credit none positive."""
    amounts = [amount, list_amount or 0]
    if min(amounts) >= 0:
        return {"charge_category": "usage"}
    if max(amounts) <= 0:
        return {"charge_category": "credit"}
    context.warn(NoticeKind.INTERPRETED, "amount and list_amount have different signs: an adjustment")
    return {"charge_category": "adjustment"}


def _make(bucket: Fields, result: Fields, context: Context) -> Held:
    found = survey(result.values, _KNOWN)
    for field in found.unknown:
        context.unknown("field", field)
    amount, list_amount = _dollars(result, "amount"), _dollars(result, "list_amount")
    if amount is None:
        raise Refused("the result states no amount")
    whole = period(bucket)
    start = context.start_row(*whole)
    for column, name in _OWNERS.items():
        start[column] = context.identifier(result.text(name), name)
    requests = result.whole("requests")
    kind = context.text(result.text("token_type") or result.text("cost_type"), "token_type")
    columns = {
        **principal_columns(result, context),
        **analytics_columns(result, context),
        "model_id": context.text(result.text("model"), "model"),
        "charge_description": context.text(result.text("description"), "description") or kind,
        "sku_meter": kind,
        "list_cost": None if list_amount is None else amount_text(context, list_amount, "list_amount"),
        "source_counters": None if requests is None else {"requests": str(requests)},
        **tier_columns(result.text("service_tier"), result.text("speed"), context),
        **region_columns(result.text("inference_geo"), context),
        **context_columns(result.text("context_window"), context),
        **billed(context, amount, currency_code(result.text("currency"), "currency"), "amount"),
        **_category(context, amount, list_amount),
    }
    names = {name: result.values.get(name) for name in _DIMENSIONS} | (unknown := further(result, _KNOWN))
    names["currency"] = None if columns["billing_currency"] == "USD" else columns["billing_currency"]
    key, identity = context.fact({"period": f"{whole}", **names}, unknown)
    return Held(key, context.rank(abs(amount)), (cost_row(start, identity, amount, columns),))


def _recognizes(_header: Header, record: Mapping[str, Any]) -> bool:
    found = first(record)
    return found is not None and "starting_at" in found[0] and (not found[1] or "amount" in found[1])


SOURCE = Source(
    name="anthropic-cost",
    title="Anthropic's costs: its analytics, and its cost report",
    provider="Anthropic",
    profile="cost",
    formats=("json", "jsonl"),
    evidence=(Evidence.OFFICIAL,),
    distinguishes=(
        "amount in dollars, made exactly of the report's cents; list amount, where the report states one",
        "cost type, token type, model, tier, context window and geography, where it is grouped by description",
        "workspace, product, group, channel, agent, user or service account, where it is grouped by them",
    ),
    limits=(
        "Amounts become cost-only records, which are not joined with quantities; negative ones are credits.",
        "A record whose amount and list amount have different signs is an adjustment, with a notice.",
        "Costs of the priority tier are not in the report.",
        "Groups that the enterprise report leaves out beyond the first hundred are not in it, and no remainder is.",
        "Amounts of analytics are after discounts and before credits.",
        "Pages of analytics are in no order of time: that one is missing is seen where none of them is the last.",
        "Give pages of one grouping, or costs count twice; a bucket that is stated again counts once.",
    ),
    open=opened(_make),
    recognizes=_recognizes,
    members=members,
    page=page,
)
