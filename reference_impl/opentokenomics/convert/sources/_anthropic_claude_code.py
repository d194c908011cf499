"""Anthropic's report on Claude Code: what each user or key used in a day, by model, with the vendor's own estimate.

Facts: the documentation of the administration interface, with its example. Input, cache reads and cache writes are
disjoint, and writes have no time-to-live. Amounts are cents at list prices, whoever pays: users of a subscription are
not billed for tokens, and what API customers pay is in the cost report.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from opentokenomics.convert._errors import Refused
from opentokenomics.convert._held import Held
from opentokenomics.convert._model import NoticeKind, Row
from opentokenomics.convert._numbers import describe, shifted
from opentokenomics.convert._rows import Group, Reading, rows_of
from opentokenomics.convert._source import Member
from opentokenomics.convert._split import Part, Parts, Tokens, add
from opentokenomics.convert._time import after, instant_text
from opentokenomics.convert.sources._amounts import amount_text, currency_code, exact
from opentokenomics.convert.sources._buckets import further, result_members
from opentokenomics.convert.sources._cells import moment_of
from opentokenomics.convert.sources._logs import counters_of

if TYPE_CHECKING:
    from opentokenomics.convert._context import Context
    from opentokenomics.convert._fields import Fields

_PARTS = {
    "input": Part(cache_action="uncached"),
    "cache_read": Part(cache_action="read"),
    "cache_creation": Part(cache_action="write"),
}
_KNOWN = frozenset({*_PARTS, "output"})
_AROUND = ("date", "organization_id", "customer_type", "subscription_type", "terminal_type", "is_remote")
_NOT_READ = ("core_metrics", "tool_actions")
_KNOWN_DAY = frozenset({*_AROUND, "actor", *_NOT_READ})
_KNOWN_MODEL = frozenset({"model", "tokens", "estimated_cost"})
_CARRIERS = {"subscription": "plan", "api": "other_row"}


def is_report(day: object) -> bool:
    """Whether an element of a page is what one user or key did in a day."""
    return isinstance(day, dict) and "model_breakdown" in day


def model_members(day: Mapping[str, Any], path: str) -> Iterator[Member]:
    """Each model of a day beside the day itself; a day without models is one member."""
    models = day["model_breakdown"]
    around = {name: value for name, value in day.items() if name != "model_breakdown"}
    if models is None or models == []:
        yield Member(path, {"bucket": around, "result": None})
        return
    if not isinstance(models, list):
        yield Member(path, Refused(f"model_breakdown is {describe(models)}, where an array belongs"))
        return
    yield from result_members(around, models, f"{path}.model_breakdown")


def make_model(day: Fields, result: Fields, context: Context) -> Held:
    """The rows of a model in a day: its tokens, and the estimate of what they cost."""
    stated = result.child("tokens")
    counts = {name: stated.whole(name) for name in (*_PARTS, "output")}
    if all(count is None for count in counts.values()):
        raise Refused("the model states no tokens")
    parts: Parts = {}
    for name, part in _PARTS.items():
        add(parts, part, counts[name] or 0)
    leaving = counts["output"] or 0
    counters = counters_of(stated.values, _KNOWN, context)
    tokens = Tokens(parts, {Part(): leaving} if leaving else {})
    carrier = _CARRIERS.get(day.text("customer_type") or "", "unknown")
    start = _start(day, result, context)
    actor = day.child("actor")
    names = {name: day.values.get(name) for name in _AROUND}
    names |= {f"actor {name}": value for name, value in actor.values.items()}
    unknown = further(day, _KNOWN_DAY) | {f"model {name}": each for name, each in further(result, _KNOWN_MODEL).items()}
    names |= unknown
    people = {"actor email_address", "actor api_key_name", *unknown}
    for fields, known in ((day, _KNOWN_DAY), (result, _KNOWN_MODEL)):
        for name in sorted(set(fields.values) - known):
            context.unknown("field", name)
    value = _estimate(result, context)
    key, identity = context.fact({**names, "model": result.values.get("model")}, people)
    report = Reading("other", "1", "inference", "usage_report", value, unit="usage_reports")
    group = Group("inference", tokens, (report,), cost_carrier=carrier)
    rows = tuple(rows_of(group, start, identity, counters))
    if carrier != "plan":  # what subscribers use is in no other report
        context.note_export("Claude Code")
    return Held(key, tokens.count, rows)


def _start(day: Fields, result: Fields, context: Context) -> Row:
    date = day.text("date")
    if date is None:
        raise Refused("the report states no date")
    begun = moment_of(date)
    model = result.text("model") or context.options.model
    if model is None:
        context.warn(NoticeKind.MODEL_MISSING, "no model is named; give it with --model")
    actor = day.child("actor")
    person = context.person(actor.text("email_address"), "the user's address")
    start = context.start_row(instant_text(begun), instant_text(after(begun, timedelta(days=1))))
    return {
        **start,
        "billing_account_id": context.options.account
        or context.identifier(day.text("organization_id"), "organization_id"),
        "model_id": context.text(model, "model"),
        "application": "claude-code",
        "principal_id": person,
        "principal_type": None if person is None else "human",
        "credential_id": context.person(actor.text("api_key_name"), "api_key_name"),
        "tags": {"terminal": terminal[:200]} if (terminal := day.text("terminal_type")) else None,
    }


def _estimate(result: Fields, context: Context) -> Row | None:
    """The columns of the estimate, which is stated in hundredths of its currency."""
    cost = result.child("estimated_cost")
    cents = exact(cost, "amount")
    if cents is None:
        return None
    if cents < 0:
        raise Refused(f"{cost.named('amount')} is {describe(cents)}, and no usage has a negative cost")
    return {
        "list_cost": amount_text(context, shifted(cents, -2), cost.named("amount")),
        "billing_currency": currency_code(cost.text("currency"), cost.named("currency")),
    }
