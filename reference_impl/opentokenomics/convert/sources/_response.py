"""What the responses of all model interfaces have in common: a usage object inside an envelope, or on its own."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from opentokenomics.convert._errors import ConvertError, Refused
from opentokenomics.convert._fields import Fields, survey
from opentokenomics.convert._model import NoticeKind, Row, shown
from opentokenomics.convert._numbers import describe, is_number
from opentokenomics.convert._rows import Group, Reading, rows_of
from opentokenomics.convert._time import from_unix, is_time, one_second_from, read_instant

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from datetime import datetime

    from opentokenomics.convert._context import Context
    from opentokenomics.convert._held import Claim
    from opentokenomics.convert._source import Header
    from opentokenomics.convert._split import Warn

USAGE_KEYS = ("usage", "usageMetadata")
_COUNTER_NAME = re.compile(r"[A-Za-z0-9_.-]{1,100}")
_MAXIMUM_RESPONSE_ID = 1000
_MODEL_KEYS = ("model", "modelVersion", "modelId", "model_version")
_ID_KEYS = ("id", "responseId", "response_id")
_TIME_KEYS = ("created", "created_at", "createTime", "create_time")
_UNNAMED = "other"
_ENVELOPE_KEYS = {*_MODEL_KEYS, *_ID_KEYS, *_TIME_KEYS}


@dataclass(frozen=True, slots=True)
class Call:
    """One response: what stands around its usage object, the usage object, and the model it names."""

    envelope: Fields
    usage: Fields
    model: str | None
    context: Context


@dataclass(frozen=True, slots=True)
class Family:
    """How the responses of one interface are read.

    Attributes:
        bare: names of which a usage object has at least one; they let it stand without an envelope.
        known: the fields of the usage object that the converter knows, as dotted paths.
        measure: finds the groups of a response; raises Refused where it cannot.
        preferred: the name of a usage object that goes before the usual ones.
        keys: the names of usage objects.
    """

    bare: frozenset[str]
    known: frozenset[str]
    measure: Callable[[Call], list[Group]]
    preferred: str | None = None
    keys: tuple[str, ...] = USAGE_KEYS

    def open(self, context: Context, header: Header) -> Callable[[Mapping[str, Any]], Iterable[Row] | Claim]:
        """Starts the conversion of one input (see :class:`Source`)."""
        if header is not None and not set(header) & {self.preferred, *self.keys}:
            raise ConvertError(
                "header_unknown",
                f"{context.input} is CSV without a column {' or '.join(self.keys)}.",
                "Give the usage object of each response as JSON text in a column usage, or give JSON.",
            )

        def convert(record: Mapping[str, Any]) -> Iterable[Row] | Claim:
            return self._convert(record, context)

        return convert

    def _convert(self, record: Mapping[str, Any], context: Context) -> Iterable[Row] | Claim:
        envelope, usage = self._parts(record)
        model = first_text(envelope, _MODEL_KEYS)
        call = Call(envelope, usage, context.text(model or context.options.model, "the model"), context)
        found = survey(usage.values, self.known)
        for field in found.unknown:
            context.unknown("field", field)
        groups = self.measure(call)
        if call.model is None and any("model_id" not in group.columns for group in groups):
            context.warn(NoticeKind.MODEL_MISSING, "no model is named; give it with --model")
        start, end = one_second_from(_instant(call))
        response = context.identifier(_response_id(envelope), "the response's identifier")
        begun = {**context.start_row(start, end, response), "model_id": call.model}
        return context.claim(
            response,
            start if _stated_time(call) else None,
            lambda identity: [row for group in groups for row in rows_of(group, begun, identity, found.counters)],
            lambda: _facts(call, begun, groups),
        )

    def _parts(self, record: Mapping[str, Any]) -> tuple[Fields, Fields]:
        present = [key for key in (self.preferred, *self.keys) if key and record.get(key) is not None]
        if len(present) > 1 and self.preferred not in present:
            raise Refused(f"the record has both {present[0]} and {present[1]}")
        if present:
            usage = record[present[0]]
            if not isinstance(usage, dict):
                raise Refused(f"{present[0]} is {describe(usage)}, where an object belongs")
            _refuse_events(record)
            return Fields(record), Fields(usage, present[0])
        if self.bare & record.keys():
            around = {name: record[name] for name in _ENVELOPE_KEYS & record.keys()}
            return Fields(around), Fields({name: value for name, value in record.items() if name not in around})
        if isinstance(record.get("response"), dict) and "custom_id" in record:
            raise Refused("the record is a line of a batch output, which is not converted; give its response body")
        raise Refused("the record states no usage")


def tier_of(reported: str | None, tiers: Mapping[str, str | None], warn: Warn) -> str | None:
    """The standard's name of a vendor's tier; ``other`` where it has none, which is reported."""
    if reported is None:
        return None
    named = tiers.get(reported.lower(), _UNNAMED)
    if named == _UNNAMED:
        warn(NoticeKind.UNKNOWN_FIELD, "a processing tier is not known, and becomes other", repr(shown(reported)))
    return named


def tool_readings(call: Call, name: str, meters: Mapping[str, str]) -> tuple[Reading, ...]:
    """The counters of server tools: each a reading of its meter, by default a tool call with the counter's name."""
    tools = call.usage.child(name)
    return readings_of(tools.values, tools.whole, name, meters, call.context)


def readings_of(
    counters: Iterable[str],
    count_of: Callable[[str], int | None],
    name: str,
    meters: Mapping[str, str],
    context: Context,
) -> tuple[Reading, ...]:
    """Readings of these counters of server tools, which stand under ``name``."""
    found = []
    for counter in counters:
        if _COUNTER_NAME.fullmatch(counter) is None:
            context.warn(NoticeKind.NOT_CONVERTED, f"{name} has a counter whose name is no plain name")
        elif count := count_of(counter):
            meter = meters.get(counter, "tool_calls")
            found.append(Reading(meter, str(count), "tool", None if meter == "searches" else counter))
    return tuple(found)


def _refuse_events(record: Mapping[str, Any]) -> None:
    """Running counters of a stream are cumulative; adding them up would count tokens many times."""
    kind, choices = record.get("type"), record.get("choices")
    unfinished = (
        record.get("object") == "chat.completion.chunk"
        and isinstance(choices, list)
        and choices
        and not any(isinstance(each, dict) and each.get("finish_reason") for each in choices)
    )
    if kind in ("message_start", "message_delta") or unfinished:
        raise Refused("the record is an event of a stream, with running counters; give the final response")


def first_text(fields: Fields, names: Iterable[str]) -> str | None:
    """The text under the first of these names that has one."""
    for name in names:
        if (text := fields.text(name)) is not None:
            return text
    return None


def _response_id(envelope: Fields) -> str | None:
    found = first_text(envelope, _ID_KEYS)
    if found is None and isinstance(envelope.values.get("ResponseMetadata"), dict):
        found = envelope.child("ResponseMetadata").text("RequestId")
    if found is not None and len(found) > _MAXIMUM_RESPONSE_ID:
        raise Refused(f"the response's identifier is longer than {_MAXIMUM_RESPONSE_ID} characters")
    return found


def _facts(call: Call, begun: Row, groups: Iterable[Group]) -> dict[str, object]:
    """What makes the response the fact that it is: whatever its rows show; content is no part of it."""
    return {
        **begun,
        "usage": call.usage.values,
        "groups": [[group.ai_service, group.columns] for group in groups],
    }


def _stated_time(call: Call) -> tuple[str, Any] | None:
    """The first time that the response states, and its name."""
    for name in _TIME_KEYS:
        value = call.envelope.values.get(name)
        if value is not None and is_time(value):
            return name, value
    return None


def _instant(call: Call) -> datetime:
    """When the call was made, in the response's words if it says so, else in those of the options."""
    stated = _stated_time(call)
    if stated is None:
        if call.context.options.at is None:
            raise ConvertError(
                "time_missing",
                f"{call.context.input}:{call.context.line}: the response does not say when it was made.",
                "Give the time with --at, for example --at 2026-08-31T12:00:00Z.",
            )
        return call.context.options.at
    name, value = stated
    if isinstance(value, str) and not (value.isascii() and value.isdecimal()):
        return read_instant(value)
    if not is_number(value) and not isinstance(value, str):
        raise Refused(f"{name} is {describe(value)}, where a time belongs")
    return from_unix(value if isinstance(value, int) else Decimal(value), name)
