"""Two records that state different things of one call: the larger counts, whichever comes first."""

from __future__ import annotations

import io
import json
from collections.abc import Sequence
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from opentokenomics.convert import Conversion, ConvertError, Input, Options, Row, _calls, convert

_AT = datetime(2026, 8, 31, tzinfo=UTC)
_Log = tuple[str, int, str]

logs = st.lists(
    st.tuples(st.sampled_from(("a", "b", "c")), st.integers(0, 3), st.sampled_from(("ada@example.com", "m", "n"))),
    max_size=9,
)


def _converted(given_logs: Sequence[_Log], *, at_once: bool = False) -> tuple[list[Row], Conversion]:
    lines = [
        {"id": name, "object": "chat.completion", "model": model, "usage": {"prompt_tokens": count}}
        for name, count, model in given_logs
    ]
    text = "\n".join(json.dumps(line) for line in lines)
    conversion = convert(Input("calls", io.BytesIO(text.encode())), "openai-response", Options(at=_AT), at_once=at_once)
    return list(conversion), conversion


def _as_set(rows: Sequence[Row]) -> list[str]:
    return sorted(json.dumps(row, sort_keys=True) for row in rows)


@pytest.mark.parametrize("most", [0, 2, 20_000])
@settings(max_examples=60)
@given(data=st.data())
def test_no_order_changes_what_counts(most: int, data: st.DataObject) -> None:
    drawn = data.draw(logs)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(_calls, "_MOST_HELD", most)
        rows, conversion = _converted(drawn)
        turned, back = _converted(data.draw(st.permutations(drawn)))
    assert _as_set(turned) == _as_set(rows)
    assert back.rejected == conversion.rejected == len(set(drawn)) - len({name for name, _, _ in drawn})
    assert sum(int(str(row.get("consumed_quantity", 0))) for row in rows if row["meter"] == "tokens") == sum(
        max(count for other, count, _ in drawn if other == name) for name in {name for name, _, _ in drawn}
    )


@given(drawn=logs)
def test_rows_that_come_at_once_are_the_same_or_none(drawn: list[_Log]) -> None:
    if len(set(drawn)) == len({name for name, _, _ in drawn}):
        rows, conversion = _converted(drawn, at_once=True)
        waited, other = _converted(drawn)
        assert _as_set(rows) == _as_set(waited)
        assert conversion.notices == other.notices
    else:
        with pytest.raises(ConvertError) as raised:
            _converted(drawn, at_once=True)
        assert raised.value.code == "calls_differ"


def test_a_reject_names_both_places() -> None:
    _, conversion = _converted([("a", 1, "m"), ("b", 1, "m"), ("a", 3, "m"), ("a", 2, "m"), ("a", 1, "m")])
    name = "the call 'openai-response:a' is stated otherwise at calls:3, and the larger of both counts"
    assert [each.as_dict() for each in conversion.rejects] == [
        {"input": "calls", "line": 1, "reason": name},
        {"input": "calls", "line": 4, "reason": name},
    ]
    assert [(notice.kind, notice.count) for notice in conversion.notices] == [("duplicate", 1)]


def test_what_is_stated_in_another_order_is_the_same() -> None:
    used = {"web_search_requests": 1, "web_fetch_requests": 2}
    calls = [
        {"id": "a", "type": "message", "usage": {"input_tokens": 1, "server_tool_use": dict(each)}}
        for each in (used.items(), reversed(used.items()))
    ]
    text = "\n".join(map(json.dumps, calls)).encode()
    conversion = convert(Input("calls", io.BytesIO(text)), "anthropic-response", Options(at=_AT), at_once=True)
    assert len(list(conversion)) == 3
    assert conversion.rejected == 0
