"""Forked sessions of Codex CLI: their logs begin with a copy of the history before them, which counts once."""

from __future__ import annotations

import io
import json
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from opentokenomics.convert import Conversion, Input, Row, convert

_PARENT, _CHILD = 1_788_084_000, 1_788_090_000
_Line = dict[str, Any]

turns = st.lists(st.integers(1, 100), max_size=5)


def _identifier(second: float) -> str:
    found = f"{int(second * 1000):012x}"
    return f"{found[:8]}-{found[8:]}-7abc-8def-0123456789ab"


def _written(second: float) -> str:
    return (datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=second)).isoformat().replace("+00:00", "Z")


def _session(began: float, added: Sequence[int], total: int = 0, **meta: object) -> list[_Line]:
    """The lines of a session, each turn ten seconds after the one before."""
    told = {"id": _identifier(began), **meta}
    lines: list[_Line] = [{"timestamp": _written(began), "type": "session_meta", "payload": told}]
    for place, count in enumerate(added, start=1):
        total += count
        counted = {
            name: {"input_tokens": each, "output_tokens": 0, "total_tokens": each}
            for name, each in (("total_token_usage", total), ("last_token_usage", count))
        }
        context = {"turn_id": _identifier(began + 10 * place), "model": "gpt-5.6"}
        event = {"type": "token_count", "info": counted}
        for after, kind, payload in ((10, "turn_context", context), (18, "event_msg", event)):
            time = _written(began + 10 * place + after - 10)
            lines.append({"timestamp": time, "type": kind, "payload": payload})
    return lines


def _forked(parent: Sequence[_Line], own: Sequence[_Line]) -> list[_Line]:
    """The log of a fork: its first line, all lines of its parent, written anew, and its own."""
    copied = [{**line, "timestamp": _written(_CHILD + place / 1000)} for place, line in enumerate(parent)]
    return [own[0], *copied, *own[1:]]


def _without_turns(lines: Sequence[_Line]) -> list[_Line]:
    return [
        {**line, "payload": {name: value for name, value in line["payload"].items() if name != "turn_id"}}
        for line in lines
    ]


def _converted(*logs: Sequence[_Line]) -> tuple[list[Row], Conversion]:
    inputs = [Input(str(place), io.BytesIO("\n".join(map(json.dumps, log)).encode())) for place, log in enumerate(logs)]
    conversion = convert(inputs, "codex-cli")
    return list(conversion), conversion


def _tokens(rows: Sequence[Row]) -> int:
    return sum(int(str(row["consumed_quantity"])) for row in rows if row["meter"] == "tokens")


@pytest.mark.parametrize("is_timed", [True, False])
@given(before=turns, after=turns, tells=st.sampled_from(["forked_from_id", "parent_thread_id", "source"]))
def test_a_fork_adds_its_own_turns(before: list[int], after: list[int], tells: str, *, is_timed: bool) -> None:
    origin = _identifier(_PARENT)
    meta: object = {"subagent": {"thread_spawn": {"parent_thread_id": origin}}} if tells == "source" else origin
    parent = _session(_PARENT, before)
    fork = _forked(parent, _session(_CHILD, after, sum(before), **{tells: meta}))
    if not is_timed:
        parent, fork = _without_turns(parent), _without_turns(fork)
    rows, conversion = _converted(parent, fork)
    assert _tokens(rows) == sum(before) + sum(after)
    assert {row["run_id"] for row in _converted(fork)[0]} <= {_identifier(_CHILD)}
    assert _tokens(_converted(fork)[0]) == sum(after)
    assert sum(notice.count for notice in conversion.notices if notice.kind == "duplicate") == len(before)
    turned, _ = _converted(fork, parent)
    assert sorted(map(str, turned)) == sorted(map(str, rows))


@given(first=turns, second=turns, third=turns)
def test_a_fork_of_a_fork(first: list[int], second: list[int], third: list[int]) -> None:
    root = _session(_PARENT - 9000, first)
    middle = _session(_PARENT, second, sum(first), forked_from_id=root[0]["payload"]["id"])
    middle = [middle[0], *[{**line, "timestamp": _written(_PARENT)} for line in root], *middle[1:]]
    last = _session(_CHILD, third, sum(first + second), forked_from_id=middle[0]["payload"]["id"])
    rows, _ = _converted(root, middle, _forked(middle, last))
    assert _tokens(rows) == sum(first + second + third)
    assert _tokens(_converted([*root, *middle, *_forked(middle, last)])[0]) == _tokens(rows)


@given(after=turns)
def test_an_agent_that_begins_with_nothing_counts_from_its_first_event(after: list[int]) -> None:
    own = _session(_CHILD, after, parent_thread_id=_identifier(_PARENT), session_id=_identifier(_PARENT))
    quick = [{**line, "timestamp": _written(_CHILD + 1)} for line in own]
    for log in (own, quick, _without_turns(own), _without_turns(quick)):
        assert _tokens(_converted(log)[0]) == sum(after)


@given(before=turns, after=turns)
def test_a_first_line_that_is_written_again_changes_nothing(before: list[int], after: list[int]) -> None:
    own = _session(_PARENT, [*before, *after])
    place = 1 + 2 * len(before)
    again = {**own[0], "timestamp": _written(_PARENT + 10 * len(before) + 9)}
    assert _converted([*own[:place], again, *own[place:]])[0] == _converted(own)[0]
    twice, _ = _converted([*own, *own])
    assert _tokens(twice) == sum(before + after)
