"""Forks of sessions of Codex CLI: what the log of one copies from the session that it was forked from."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from opentokenomics.convert._errors import Refused
from opentokenomics.convert._time import read_instant

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_COPYING = {False: timedelta(seconds=5), True: timedelta(seconds=60)}
"""How long a history may take to be copied: where nothing else tells copies apart, and where turns do."""
_TIMED = re.compile(r"([0-9a-f]{8})-([0-9a-f]{4})-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}", re.IGNORECASE)
"""A UUID of version 7, which begins with the milliseconds at which it was made."""


@dataclass(slots=True)
class Fork:
    """Tells the events that a fork copied from those that it adds.

    The log of a fork begins with the history of the session before it, written anew at the instant of the fork with its
    times. What was copied is of turns whose identifiers are older than the fork's own, and was written in the first
    minute; where identifiers tell no time, it is what was written in the first five seconds.

    Attributes:
        made: when the fork was made, as the beginning of its identifier; None where that tells no time.
        began: the time of its first line, if that can be read.
        ancestors: the identifiers of the sessions that it goes back to.
        is_copy: whether the lines that are read now are known to be copied, or to be its own.
        is_timed: whether that is known by the identifiers of turns.
    """

    made: str | None
    began: datetime | None
    ancestors: set[str] = field(default_factory=set)
    is_copy: bool = False
    is_timed: bool = False

    def is_history(self, meta: Mapping[str, Any]) -> bool:
        """Whether a session's first line is that of an ancestor, copied as a part of the history."""
        name = meta.get("id") or meta.get("session_id")
        if not isinstance(name, str) or name not in self.ancestors:
            return False
        self.ancestors.update(_ancestors(meta))
        self.is_copy = True
        return True

    def copies(self, timestamp: object) -> bool:
        """Whether an event of this time was copied."""
        now = _instant(timestamp) if self.is_copy else None
        if now is None or self.began is None:
            return self.is_copy and self.is_timed
        return now - self.began <= _COPYING[self.is_timed]

    def turn(self, identifier: object) -> bool:
        """Takes note of the turn that begins; whether it is the first one of the fork's own."""
        minted = _minted(identifier)
        if self.made is None or minted is None:
            return False
        self.is_timed = True
        self.is_copy = minted < self.made
        return not self.is_copy


def fork_of(identifier: str | None, meta: Mapping[str, Any], timestamp: object) -> Fork | None:
    """What is known of a session by the payload and the time of its first line, if it goes back to another one."""
    ancestors = set(_ancestors(meta)) - {identifier}
    if identifier is None or not ancestors:
        return None
    # Agents that begin with nothing name their parent alone.
    is_copy = any(meta.get("forked_from_id") == each for each in ancestors)
    return Fork(_minted(identifier), _instant(timestamp), ancestors, is_copy)


def _ancestors(meta: Mapping[str, Any]) -> Iterator[str]:
    source: Any = meta.get("source")
    for name in ("subagent", "thread_spawn"):
        source = source.get(name) if isinstance(source, dict) else None
    spawned = source.get("parent_thread_id") if isinstance(source, dict) else None
    for value in (meta.get("forked_from_id"), meta.get("parent_thread_id"), meta.get("session_id"), spawned):
        if isinstance(value, str) and value:
            yield value


def _minted(identifier: object) -> str | None:
    match = _TIMED.fullmatch(identifier) if isinstance(identifier, str) else None
    return None if match is None else (match[1] + match[2]).lower()


def _instant(timestamp: object) -> datetime | None:
    try:
        found = read_instant(timestamp.strip(), naive_is_utc=True) if isinstance(timestamp, str) else None
    except Refused:
        return None
    return None if found is None else found.replace(microsecond=found.microsecond // 1000 * 1000)
