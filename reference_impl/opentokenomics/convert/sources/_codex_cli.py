"""Sessions of Codex CLI: events that count tokens, each with the turn's own and the session's running figures.

Facts: session files as public tools read them, and the shape of real lines. Cached input is part of the input,
reasoning part of the output. An event is repeated when limits change, with the same running total; the running total
decides what an event adds, and what it excludes is reported.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from opentokenomics.convert._errors import Refused
from opentokenomics.convert._fields import Fields
from opentokenomics.convert._model import NoticeKind, shown
from opentokenomics.convert._rows import Group, Reading, rows_of
from opentokenomics.convert._source import Converter, Evidence, Header, Source
from opentokenomics.convert.sources._codex_forks import Fork, fork_of
from opentokenomics.convert.sources._inclusive import inclusive_tokens
from opentokenomics.convert.sources._logs import counters_of, moment

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from opentokenomics.convert._context import Context
    from opentokenomics.convert._held import Claim
    from opentokenomics.convert._model import Row

_COUNTERS = (
    "input_tokens",
    "cached_input_tokens",
    "cache_write_input_tokens",
    "output_tokens",
    "reasoning_output_tokens",
    "total_tokens",
)
_KNOWN = frozenset(_COUNTERS)
_KINDS = frozenset({"session_meta", "turn_context", "response_item", "event_msg", "compacted"})

_Counts = dict[str, int]


@dataclass(slots=True)
class _Session:
    """What the lines of a session have said so far."""

    name: str | None = None
    model: str | None = None
    version: str | None = None
    running: _Counts | None = None
    events: int = 0
    began: object = None
    fork: Fork | None = None

    def is_continued(self, meta: Fields, began: object) -> bool:
        """Whether a first line is written once more inside of the session, or that of an ancestor is copied into it."""
        if self.fork is not None and self.fork.is_history(meta.values):
            return True
        return self.name is not None and self.name == _name(meta) and self.began != began

    def turn(self, identifier: object) -> None:
        """Takes note of the turn that begins."""
        if self.fork is not None and self.fork.turn(identifier):
            self.fork = None


def _open(context: Context, _header: Header) -> Converter:
    session = _Session()

    def convert(record: Mapping[str, Any]) -> Iterable[Row] | Claim:
        nonlocal session
        line = Fields(record)
        kind = line.text("type")
        if kind not in _KINDS:
            context.warn(NoticeKind.NOT_CONVERTED, f"a line of type {shown(str(kind))!r} is not read")
            return ()
        payload = line.child("payload")
        if kind == "session_meta":
            began = line.values.get("timestamp")
            if not session.is_continued(payload, began):
                name = _name(payload)
                version = context.identifier(payload.text("cli_version"), "cli_version")
                session = _Session(name, version=version, began=began, fork=fork_of(name, payload.values, began))
            return ()
        session.turn(payload.values.get("turn_id"))
        if kind == "turn_context":
            session.model = payload.text("model") or session.model
        elif kind == "event_msg" and payload.text("type") == "token_count" and "info" in payload:
            return _event(line, payload.child("info"), session, context)
        return ()

    return convert


def _name(meta: Fields) -> str | None:
    return meta.text("id") or meta.text("session_id")


def _event(line: Fields, info: Fields, session: _Session, context: Context) -> Iterable[Row] | Claim:
    running, last = _counts(info.child("total_token_usage")), _counts(info.child("last_token_usage"))
    if session.fork is not None and session.fork.copies(line.values.get("timestamp")):
        session.running = running or session.running
        context.warn(
            NoticeKind.DUPLICATE,
            "an event that a session copied from the one that it was forked from counts there, and not again",
        )
        return ()
    counts = _added(running, last, session, context)
    session.running = running or session.running
    if not counts:
        return ()
    session.events += 1
    details = {
        "input_tokens": counts.get("input_tokens"),
        "output_tokens": counts.get("output_tokens"),
        "input_tokens_details": {
            "cached_tokens": counts.get("cached_input_tokens"),
            "cache_write_tokens": counts.get("cache_write_input_tokens"),
        },
        "output_tokens_details": {"reasoning_tokens": counts.get("reasoning_output_tokens")},
        "total_tokens": counts.get("total_tokens"),
    }
    model = session.model or context.options.model
    if model is None:
        context.warn(NoticeKind.MODEL_MISSING, "the session names no model before this event; give it with --model")
    name = None if session.name is None else context.identifier(f"{session.name}:{session.events}", "the session")
    start: Row = {
        **context.start_row(*moment(line, "timestamp"), name),
        "model_id": context.text(model, "model"),
        "application": "codex-cli",
        "run_id": context.identifier(session.name, "the session"),
        "tags": {"client_version": session.version[:200]} if session.version else None,
    }
    group = Group(
        "inference",
        inclusive_tokens(Fields(details, "token_count"), context.warn),
        (Reading("requests", "1", "inference"),),
    )
    counters = counters_of({each: info.child(each).values for each in ("last_token_usage",)}, _PATHS, context)
    return context.claim(
        name,
        str(start["charge_period_start"]),
        lambda identity: rows_of(group, start, identity, counters),
        lambda: {**start, "counts": counts, "counters": counters},
    )


_PATHS = frozenset(f"last_token_usage.{name}" for name in _COUNTERS)


def _counts(usage: Fields) -> _Counts:
    return {name: count for name in _COUNTERS if (count := usage.whole(name)) is not None}


def _added(running: _Counts, last: _Counts, session: _Session, context: Context) -> _Counts:
    """What an event adds: the difference of the running figures, else the turn's own."""
    if not running and not last:
        raise Refused("info states neither total_token_usage nor last_token_usage")
    if _is_full(running) and not _is_counted(last):
        context.warn(
            NoticeKind.NOT_CONVERTED,
            "an event that fills the running total up to the context window, which a call exceeded, counts no tokens",
        )
        return {}
    if not running:
        return last
    if session.running is None and last and running != last:
        context.warn(
            NoticeKind.INTERPRETED,
            "the running total of a session's first event holds what was before it; the turn's own figures are taken",
            f"{running.get('total_tokens')} <> {last.get('total_tokens')}",
        )
        return last
    before = session.running or {}
    if running == before:
        context.warn(NoticeKind.DUPLICATE, "an event repeats the running total before it and adds nothing")
        return {}
    difference = {name: count - before.get(name, 0) for name, count in running.items()}
    if min(difference.values()) < 0:
        context.warn(
            NoticeKind.INTERPRETED,
            "the running total became smaller, so that the session began anew; the turn's own figures are taken",
        )
        return last or running
    if last and any(difference.get(name, 0) != count for name, count in last.items()):
        context.warn(
            NoticeKind.CONTRADICTION,
            "the running total grew by something else than the turn's own figures; its growth is taken",
            f"{difference.get('total_tokens')} <> {last.get('total_tokens')}",
        )
    return difference


def _is_full(running: _Counts) -> bool:
    """Whether a total stands alone, with figures that are 0: the client's mark of a context window that is full."""
    return bool(running.get("total_tokens")) and "input_tokens" in running and not _is_counted(running)


def _is_counted(counts: _Counts) -> bool:
    return any(count for name, count in counts.items() if name != "total_tokens")


def _recognizes(_header: Header, record: Mapping[str, Any]) -> bool:
    return str(record.get("type")) in _KINDS and isinstance(record.get("payload"), dict) and "timestamp" in record


SOURCE = Source(
    name="codex-cli",
    title="Session files of Codex CLI",
    provider="OpenAI",
    profile="metering",
    formats=("jsonl",),
    evidence=(Evidence.REAL, Evidence.FIXTURE),
    distinguishes=(
        "input tokens by cache action, output tokens by role: answer, reasoning",
        "session, model of the turn and client version",
    ),
    limits=(
        "The order of lines matters within a session, since events carry running totals; that of sessions does not.",
        "Whether a turn is billed or covered by a subscription is not logged: the cost carrier is unknown.",
        "What a session had counted before the first event that is given is not part of that event.",
        "What a forked session or a subagent copies from the session before it counts in that one's log alone.",
        "Copies are known by the identifiers of turns, which tell a time, else by the first five seconds of the fork.",
        "An event that marks the context window as full states a total and no tokens: it makes no record.",
        "Which of several calls a turn made is not logged: an event is one record of requests.",
    ),
    open=_open,
    recognizes=_recognizes,
)
