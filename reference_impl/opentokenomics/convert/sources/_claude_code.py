"""Sessions of Claude Code: lines of JSON, of which those with a usage object are calls.

Facts: session files as public tools read them. A message is on several lines while it grows and again in sessions that
continue another, in side chains under another request; it counts once, with the most tokens that were logged for it.
``costUSD`` of older versions values tokens at list prices, whoever pays for them.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from opentokenomics.convert._errors import Refused
from opentokenomics.convert._fields import Fields
from opentokenomics.convert._held import Held
from opentokenomics.convert._model import NoticeKind, shown
from opentokenomics.convert._rows import Group, Reading, rows_of
from opentokenomics.convert._source import Converter, Evidence, Header, Source
from opentokenomics.convert.sources._amounts import amount_text, exact
from opentokenomics.convert.sources._anthropic_response import KNOWN, measure
from opentokenomics.convert.sources._logs import counters_of, moment
from opentokenomics.convert.sources._response import Call

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from opentokenomics.convert._context import Context
    from opentokenomics.convert._model import Row

_SYNTHETIC = "<synthetic>"
_OTHER_LINES = frozenset(
    {
        *("user", "system", "summary", "progress", "attachment", "file-history-snapshot", "queue-operation"),
        *("last-prompt", "permission-mode", "custom-title", "ai-title", "agent-name", "pr-link", "tag", "mode"),
    }
)
_DRAWN = re.compile(r"(?=.*[0-9]).{16,}", re.DOTALL)
"""An identifier that is likely to be drawn for one message alone."""
_ENTERING = ("input_tokens", "cache_creation_input_tokens", "cache_read_input_tokens")
_WITHOUT_SESSION = (("summary", "leafUuid"), ("file-history-snapshot", "messageId"))


def _open(context: Context, _header: Header) -> Converter:
    def convert(record: Mapping[str, Any]) -> Iterable[Row] | Held:
        message = record.get("message")
        if not isinstance(message, dict) or message.get("usage") is None:
            kind = str(record.get("type"))
            if kind not in _OTHER_LINES and kind != "assistant":
                context.warn(NoticeKind.NOT_CONVERTED, f"a line of type {shown(kind)!r} states no usage")
            return ()
        return _call(Fields(record), Fields(message, "message"), context)

    return convert


def _call(line: Fields, message: Fields, context: Context) -> Iterable[Row] | Held:
    usage = message.child("usage")
    model = message.text("model") or context.options.model
    call = Call(message, usage, context.text(model, "the model"), context)
    counters = counters_of(usage.values, KNOWN, context)
    groups = measure(call)
    tokens = sum(group.tokens.count for group in groups if group.tokens is not None)
    if model == _SYNTHETIC and not tokens:
        context.warn(NoticeKind.NOT_CONVERTED, "a line of the synthetic model is an error message of the client")
        return ()
    if model is None:
        context.warn(NoticeKind.MODEL_MISSING, "no model is named; give it with --model")
    key = next((text for text in (message.text("id"), line.text("requestId"), line.text("uuid")) if text), None)
    name = context.identifier(key, "the message's identifier")
    if key is None or name is None:
        raise Refused("the line has neither a message id, a requestId nor a uuid that can be kept")
    start: Row = {
        **context.start_row(*moment(line, "timestamp"), name),
        "model_id": call.model,
        "application": "claude-code",
        "run_id": context.identifier(line.text("sessionId"), "sessionId"),
        "invocation_id": context.identifier(line.text("requestId"), "requestId"),
        "tags": _tags(line, context),
    }
    groups[0] = _with_request(groups[0], line, context)
    key, identity = _told_apart(line, usage, key, f"{context.source_name}:{name}", context)
    rows = [row for group in groups for row in rows_of(group, start, identity, counters)]
    return Held(key, tokens, tuple(rows))


def _told_apart(line: Fields, usage: Fields, key: str, identity: str, context: Context) -> tuple[str, str]:
    """What tells a call from others, and the identity of its records.

    Gateways that answer in place of Anthropic may give every message one identifier, and state no request. Lines are
    then of one call where they are of one session and the same tokens entered, which grow from call to call.
    """
    if line.text("requestId") or key != line.child("message").text("id") or _DRAWN.fullmatch(key):
        return key, identity
    entered = {name: str(usage.whole(name) or 0) for name in _ENTERING}
    return context.fact({"session": line.text("sessionId"), "message": key, **entered})


def _with_request(group: Group, line: Fields, context: Context) -> Group:
    """The call itself, and what the client reckons that it costs at list prices."""
    cost = exact(line, "costUSD")
    columns = None
    if cost is not None and cost < 0:
        context.warn(NoticeKind.NOT_CONVERTED, "a cost that is negative is left out", str(cost))
    elif cost is not None:
        columns = {"list_cost": amount_text(context, cost, "costUSD"), "billing_currency": "USD"}
    request = Reading("requests", "1", "inference", cost=columns)
    return Group(group.ai_service, group.tokens, (*group.readings, request), columns=group.columns)


def _tags(line: Fields, context: Context) -> dict[str, str] | None:
    version, folder = (
        context.identifier(line.text("version"), "version"),
        context.person(line.text("cwd"), "the working folder"),
    )
    found = {"client_version": version, "working_folder": folder}
    if line.values.get("isSidechain") is True:
        found["side_chain"] = "true"
    return {name: value[:200] for name, value in found.items() if value} or None


def _recognizes(_header: Header, record: Mapping[str, Any]) -> bool:
    if "sessionId" in record:
        return "uuid" in record or "message" in record or "type" in record
    # A file may begin with, or be nothing but, lines that name no session.
    return any(record.get("type") == kind and mark in record for kind, mark in _WITHOUT_SESSION)


SOURCE = Source(
    name="claude-code",
    title="Session files of Claude Code",
    provider="Anthropic",
    profile="metering",
    formats=("jsonl",),
    evidence=(Evidence.FIXTURE, Evidence.REAL),
    distinguishes=(
        "what anthropic-response tells apart",
        "session, request, client version, and whether a call was on a side chain",
        "the client's own value of a call at list prices, where it states one",
    ),
    limits=(
        "A call that is logged more than once counts once, with the most tokens that were logged for it.",
        "Where gateways give all messages one identifier, calls of a session count once if the same tokens entered.",
        "Whether a call is billed or covered by a subscription is not logged: the cost carrier is unknown.",
        "Working folders are left out, or become pseudonyms with --pseudonym-key.",
        "Sessions are kept for a limited time, by default 30 days, so that older usage is missing.",
        "Lines of the synthetic model are messages of the client and make no record.",
    ),
    open=_open,
    recognizes=_recognizes,
)
