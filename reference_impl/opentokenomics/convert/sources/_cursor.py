"""Usage events of Cursor: the team interface, the dashboard's own answer, and its CSV exports.

Facts: the vendor's documentation, and exports in public tools. Cents are charged cents and hold the vendor's fee.
Events that a plan includes, and those that failed, state cents that nobody is charged. An event has no identifier.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from opentokenomics.convert._errors import Refused
from opentokenomics.convert._fields import Fields
from opentokenomics.convert._held import Held
from opentokenomics.convert._model import NoticeKind, Row, shown
from opentokenomics.convert._numbers import added, is_number, money_from_text, shifted, verbatim
from opentokenomics.convert._pages import Page
from opentokenomics.convert._rows import Group, Reading, rows_of
from opentokenomics.convert._source import Converter, Evidence, Header, Member, Source
from opentokenomics.convert._split import Part, Parts, Tokens, Warn, add, reconcile
from opentokenomics.convert._time import from_unix, one_second_from
from opentokenomics.convert.sources._amounts import amount_text, billed, consumed_quantity, exact, exact_whole
from opentokenomics.convert.sources._cells import Cells, moment_of, report_columns
from opentokenomics.convert.sources._logs import figures_of, report_fields

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from decimal import Decimal

    from opentokenomics.convert._context import Context

_PARTS = {
    "inputTokens": Part(cache_action="uncached"),
    "cacheReadTokens": Part(cache_action="read"),
    "cacheWriteTokens": Part(cache_action="write"),
}
_KNOWN_USAGE = frozenset({*_PARTS, "outputTokens", "totalCents", "discountPercentOff"})
_WITH, _WITHOUT = "Input (w/ Cache Write)", "Input (w/o Cache Write)"
_FREE = ("not charged", "no charge", "errored", "aborted", "free")
_KNOWN = frozenset(
    {
        *("timestamp", "userEmail", "conversationId", "model", "kind", "maxMode", "requestsCosts", "isTokenBasedCall"),
        *("isChargeable", "isHeadless", "isFreeBugbot", "tokenUsage", "chargedCents", "cursorTokenFee"),
        *("serviceAccountId", "serviceAccountName", "teamId", "owningUser", "owningTeam", "usageBasedCosts"),
        *("customSubscriptionName", "details"),
    }
)
_COLUMNS = frozenset(
    {
        *(_WITH, _WITHOUT, "Cache Read", "Output Tokens", "Total Tokens", "Date", "User", "Cloud Agent ID"),
        *("Automation ID", "Kind", "Model", "Max Mode", "Requests", "Cost"),
    }
)
_LISTS = ("usageEvents", "usageEventsDisplay")


@dataclass(frozen=True, slots=True)
class _Event:
    """What an event says but for its tokens, in the interface and in CSV; ``said`` tells where its cost is."""

    period: tuple[str, str]
    model: str | None
    kind: str | None
    person: str | None
    run: str | None
    units: Decimal | None
    amount: Decimal | None
    is_chargeable: bool | None
    said: str | None
    service_account: str | None = None
    team: str | None = None


def _open(context: Context, header: Header) -> Converter:
    report_columns(header or (), _COLUMNS, context)

    def convert(record: Mapping[str, Any]) -> Held:
        held = _row(Cells(record, context)) if header is not None else _event(Fields(record), context)
        context.note_export("interface" if header is None else "table")
        return held

    return convert


def _event(event: Fields, context: Context) -> Held:
    report_fields(event.values, _KNOWN, context)
    usage = event.child("tokenUsage")
    if unknown := usage.values.keys() - _KNOWN_USAGE:
        report_fields({usage.named(name): usage.values[name] for name in unknown}, frozenset(), context)
    moment = exact(event, "timestamp")
    if moment is None:
        raise Refused("the event states no timestamp")
    chargeable = event.values.get("isChargeable")
    if "serviceAccountName" in event:
        context.warn(NoticeKind.PERSONAL_DATA, "serviceAccountName is left out")
    names = {
        name: verbatim(value) if is_number(value) else value
        for name, value in event.values.items()
        if not isinstance(value, dict | list) and name != "serviceAccountName"
    }
    counters = figures_of(usage.values)
    return _held(
        context,
        _event_tokens(usage),
        _Event(
            one_second_from(from_unix(shifted(moment, -3), "timestamp")),
            event.text("model"),
            event.text("kind"),
            event.text("userEmail"),
            event.text("conversationId"),
            exact(event, "requestsCosts"),
            _charged(event, usage, context),
            chargeable if isinstance(chargeable, bool) else None,
            event.text("kind"),
            event.text("serviceAccountId"),
            _team(event),
        ),
        {**names, "tokens": sorted(counters.items())},
        counters,
    )


def _team(event: Fields) -> str | None:
    """The team of an event, which the interface of an organization and the dashboard state."""
    for name in ("teamId", "owningTeam"):
        value: Any = event.values.get(name)
        text = verbatim(value) if is_number(value) else value
        if isinstance(text, str) and text:
            return text
    return None


def _event_tokens(usage: Fields) -> Tokens | None:
    """The leaves of an event, whose counters are disjoint; None where it states none."""
    counts = {name: exact_whole(usage, name) for name in (*_PARTS, "outputTokens")}
    if all(count is None for count in counts.values()):
        return None
    parts: Parts = {}
    for name, part in _PARTS.items():
        add(parts, part, counts[name] or 0)
    leaving = counts["outputTokens"]
    return Tokens(parts, {Part(): leaving} if leaving else {})


def _charged(event: Fields, usage: Fields, context: Context) -> Decimal | None:
    """What an event costs in dollars: its charged cents, else the dashboard's text, else what both cents add up to."""
    cents = exact(event, "chargedCents")
    if cents is not None:
        return shifted(cents, -2)
    text = event.text("usageBasedCosts")
    if text is not None and any(character.isdigit() for character in text):
        return money_from_text(text, "usageBasedCosts")
    cents, fee = exact(usage, "totalCents"), exact(event, "cursorTokenFee")
    if cents is None:
        return None
    context.warn(NoticeKind.INTERPRETED, "chargedCents are absent; totalCents and the vendor's fee are taken")
    return shifted(cents if fee is None else added((cents, fee)), -2)


def _row(cells: Cells) -> Held:
    context, date = cells.context, cells.text("Date")
    if date is None:
        raise Refused("Date is blank")
    cost, kind = cells.text("Cost"), cells.text("Kind")
    amount, said = None, kind
    if cost is not None and any(character.isdigit() for character in cost):
        amount = money_from_text(cost, "Cost")
    elif cost is not None and cost != "-":
        kind, said = kind or cost, f"{kind or ''} {cost}"
        if not any(word in cost.lower() for word in ("included", *_FREE)):
            context.warn(NoticeKind.UNKNOWN_FIELD, "a text in Cost is unknown", repr(shown(cost)))
    names = (_WITH, _WITHOUT, "Cache Read", "Output Tokens", "Total Tokens")
    counters = {name: text for name in names if (text := cells.text(name)) is not None}
    return _held(
        context,
        _csv_tokens(cells, context.warn),
        _Event(
            one_second_from(moment_of(date)),
            cells.text("Model"),
            kind,
            cells.text("User"),
            cells.text("Cloud Agent ID"),
            cells.decimal("Requests"),
            amount,
            None,
            said,
        ),
        {name: cell if str(cell).strip() else None for name, cell in cells.values.items()},
        counters,
    )


def _csv_tokens(cells: Cells, warn: Warn) -> Tokens | None:
    """The leaves of a row of CSV; its total tells whether input with cache writes holds the input without them."""
    with_, without, read, leaving, total = (
        cells.count(name) for name in (_WITH, _WITHOUT, "Cache Read", "Output Tokens", "Total Tokens")
    )
    if all(count is None for count in (with_, without, read, leaving, total)):
        return None
    written, fresh, cached, made = with_ or 0, without or 0, read or 0, leaving or 0
    if total is not None and written >= fresh and written + cached + made == total and fresh:
        warn(
            NoticeKind.INTERPRETED,
            "the total proves that input with cache writes holds the input without them",
            f"{total} = {written} + {cached} + {made}",
        )
        written -= fresh
    elif total is None and fresh and written >= fresh:
        warn(
            NoticeKind.INTERPRETED,
            "no total tells whether input with cache writes holds the input without them; they are taken side by side",
            f"{written} and {fresh}",
        )
    parts: Parts = {}
    add(parts, Part(cache_action="uncached"), fresh)
    add(parts, Part(cache_action="write"), written)
    add(parts, Part(cache_action="read"), cached)
    return reconcile(Tokens(parts, {Part(): made} if made else {}, total), "input", "Total Tokens", warn)


def _held(
    context: Context,
    tokens: Tokens | None,
    event: _Event,
    names: Mapping[str, object],
    counters: Mapping[str, str],
) -> Held:
    model = event.model or context.options.model
    if model is None:
        context.warn(NoticeKind.MODEL_MISSING, "no model is named; give it with --model")
    start = {
        **context.start_row(*event.period),
        "model_id": context.text(model, "the model"),
        "sub_account_id": context.identifier(event.team, "the team"),
        **_principal(event, context),
        "run_id": context.identifier(event.run, "the conversation"),
        "charge_description": context.text(event.kind, "kind"),
        "application": "cursor",
    }
    carried = _carried(context, event)
    readings = [Reading("other", "1", "inference", "usage_event", carried, unit="usage_events")]
    if event.units:
        quantity = consumed_quantity(context, event.units, "the request units")
        readings.append(Reading("credits", quantity, "inference", unit="x_cursor_request"))
    carrier = carried["cost_carrier"]
    group = Group(
        "inference", tokens, tuple(readings), cost_carrier="other_row" if carrier == "this_row" else str(carrier)
    )
    key, identity = context.fact(names, {"userEmail", "User", "owningUser"})
    known_by = " ".join(("event", event.period[0], (event.person or "").lower(), event.model or ""))
    if context.ledger.is_otherwise(known_by, key):
        context.warn(
            NoticeKind.INTERPRETED,
            "events of one time, user and model state different things, and all of them count: where events were"
            " exported again, give the newest export",
        )
    rank = 0 if tokens is None else tokens.count
    return Held(key, rank, tuple(rows_of(group, start, identity, counters)))


def _principal(event: _Event, context: Context) -> Row:
    """Who made a call: the service account, else the user."""
    program = context.identifier(event.service_account, "serviceAccountId")
    person = context.person(event.person, "the user's address")
    if program is None:
        return {"principal_id": person}
    return {"principal_id": program, "principal_type": "service_account"}


def _carried(context: Context, event: _Event) -> Row:
    """Where the amount of an event is: billed, in the plan, nowhere, or unknown; what is not billed is a list cost."""
    amount = event.amount
    if amount is not None and amount < 0:
        raise Refused("the amount of the event is negative, and usage never is")
    said = (event.said or "").lower().replace("_", " ").replace("-", " ")
    value: Row = {}
    if amount is not None:
        value = {"list_cost": amount_text(context, amount, "the amount"), "billing_currency": "USD"}
    if "included" in said:
        return {"cost_carrier": "plan", **value}
    if any(word in said for word in _FREE):
        return {"cost_carrier": "none"}
    based = "usage based" in said or "on demand" in said
    if based and event.is_chargeable is False:
        context.warn(NoticeKind.CONTRADICTION, "an event is usage-based and not chargeable; nothing is taken as billed")
    elif (based or event.is_chargeable) and amount is not None:
        return billed(context, amount, "USD", "the amount")
    elif not based:
        context.warn(NoticeKind.UNKNOWN_FIELD, "a kind of event is unknown; where its cost is, too", repr(shown(said)))
    return {"cost_carrier": "unknown", **value}


def _members(record: Mapping[str, Any]) -> Iterator[Member]:
    """The events of a page; an event by itself, or a row of CSV, is one."""
    for name in _LISTS:
        if name in record:
            events = record[name]
            if not isinstance(events, list):
                raise Refused(f"{name} is no array")
            for place, event in enumerate(events):
                yield Member(f"{name}.{place}", event if isinstance(event, dict) else Refused("it is no object"))
            return
    yield Member("", record)


def _page(record: Mapping[str, Any]) -> Page | None:
    """The number of a page, and whether another follows it."""
    stated = record.get("pagination")
    if not isinstance(stated, dict) or not isinstance(stated.get("hasNextPage"), bool):
        return None
    number = stated.get("currentPage")
    if not isinstance(number, int):
        return None
    return Page(not stated["hasNextPage"], f"page {number}", f"page {number + 1}")


def _recognizes(header: Header, record: Mapping[str, Any]) -> bool:
    if header is not None:
        return _WITH in header
    return any(name in record for name in _LISTS) or {"timestamp", "kind", "isTokenBasedCall"} <= record.keys()


SOURCE = Source(
    name="cursor",
    title="Usage events of Cursor: team interface, dashboard, and CSV",
    provider="Cursor",
    profile="cost",
    formats=("json", "jsonl", "csv"),
    evidence=(Evidence.OFFICIAL, Evidence.FIXTURE),
    distinguishes=(
        "tokens by cache action, and request units",
        "what is billed, what the plan includes, and what failed or was free",
        "model, user or service account, team and conversation",
    ),
    limits=(
        "Users are left out, or become pseudonyms with --pseudonym-key.",
        "An event that the plan includes carries no billed amount: its cents are its list cost.",
        "Events have no identifier: two that state exactly the same count once.",
        "Events of one time, user and model with different figures all count, which is reported.",
        "Events may be summed by the hour, so that an event is no request.",
        "Whether a CSV's input with cache writes holds the input without them is told by its total, where it can.",
    ),
    open=_open,
    recognizes=_recognizes,
    members=_members,
    page=_page,
)
