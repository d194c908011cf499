"""Instants of vendors: RFC 3339 text and unix seconds, always to UTC."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, timezone
from typing import TYPE_CHECKING

from opentokenomics.convert._errors import ConvertError, Refused
from opentokenomics.convert._model import shown

if TYPE_CHECKING:
    from decimal import Decimal

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_LAST_SECOND = 253_402_300_799
_RFC_3339 = re.compile(
    r"([0-9]{4}-[0-9]{2}-[0-9]{2})[Tt ]([0-9]{2}:[0-9]{2}:[0-9]{2}(?:[.][0-9]{1,9})?)"
    r"(?:([Zz])|([+-])([0-9]{2}):([0-9]{2}))?"
)
_ZERO = re.compile(r"(?:-?0+(?:[.]0*)?(?:[eE].*)?)?")


def parse_instant(text: str) -> datetime:
    """An RFC 3339 instant, with Z or an offset, in UTC; fractions beyond microseconds are cut off.

    Raises:
        ConvertError: ``time_invalid``: the text is no such instant within the years 1970 to 9999.
    """
    try:
        return read_instant(text)
    except Refused as reason:
        raise ConvertError("time_invalid", f"The time {reason}.", "Write it like 2026-08-31T12:00:00Z.") from None


def read_instant(text: str, *, naive_is_utc: bool = False) -> datetime:
    """Like :func:`parse_instant`, for a record: raises Refused, and can take a time without offset for UTC."""
    match = _RFC_3339.fullmatch(text)
    if match is None:
        raise Refused(f"{shown(text)!r} is not written as RFC 3339")
    date, time, zulu, sign, hours, minutes = match.groups()
    if not (zulu or sign or naive_is_utc):
        raise Refused(f"{text!r} has no offset from UTC")
    if time.startswith("24"):  # which some versions of Python take for the midnight after
        raise Refused(f"{text!r} names no instant of the calendar")
    try:
        instant = datetime.fromisoformat(f"{date}T{time}").replace(tzinfo=UTC)
        if sign:
            offset = timezone(timedelta(hours=int(hours), minutes=int(minutes)) * (-1 if sign == "-" else 1))
            instant = instant.replace(tzinfo=offset).astimezone(UTC)
    except (ValueError, OverflowError):
        raise Refused(f"{text!r} names no instant of the calendar") from None
    if instant < _EPOCH:
        raise Refused(f"{text!r} is before 1970")
    return instant


def is_time(value: object) -> bool:
    """Whether a time is stated: programs that keep none write nothing, or 0."""
    if isinstance(value, str):
        return _ZERO.fullmatch(value) is None
    return value is not None and value is not False and value != 0


def from_unix(seconds: Decimal | int, name: str) -> datetime:
    """Unix seconds, possibly with a fraction; raises Refused outside the years 1970 to 9999."""
    if not 0 <= seconds <= _LAST_SECOND:
        raise Refused(f"{name} is {str(seconds)[:40]}, which is no unix time in seconds within 1970 to 9999")
    if isinstance(seconds, int):
        return _EPOCH + timedelta(seconds=seconds)
    return _EPOCH + timedelta(microseconds=int(seconds * 1_000_000))


def instant_text(instant: datetime) -> str:
    """The instant as the standard writes it (OTS-GEN-011)."""
    text = instant.isoformat()[: -len("+00:00")]
    return f"{text.rstrip('0')}Z" if instant.microsecond else f"{text}Z"


def one_second_from(instant: datetime) -> tuple[str, str]:
    """The half-open period that an instant known to the second stands for."""
    return instant_text(instant), instant_text(after(instant, timedelta(seconds=1)))


def after(instant: datetime, length: timedelta) -> datetime:
    """The instant that much later; raises Refused beyond the year 9999."""
    try:
        return instant + length
    except OverflowError:
        raise Refused("the time is at the end of the year 9999, and its period would end after it") from None
