"""Calls inside of others: whatever repeats them around, at any depth and in any order, they count once."""

from __future__ import annotations

import io
import json
from typing import Any

import pytest
from convert_payloads import otlp_attributes, otlp_spans
from fixtures import Run
from hypothesis import given, settings
from hypothesis import strategies as st

from opentokenomics.convert import convert

TIME = "1785753000000000000"


def usage(tokens: int, **more: object) -> list[dict[str, Any]]:
    stated = {"gen_ai.usage.input_tokens": tokens, "gen_ai.usage.output_tokens": 0, "gen_ai.request.model": "m"}
    return otlp_attributes({**stated, **more})


def span(name: str, parent: str | None, attributes: list[dict[str, Any]]) -> dict[str, Any]:
    place = {"traceId": "t", "spanId": name} | ({} if parent is None else {"parentSpanId": parent})
    return otlp_spans([{**place, "startTimeUnixNano": TIME, "attributes": attributes}])


def log(tokens: int, *, span_id: str = "call", time: str = TIME, **more: object) -> dict[str, Any]:
    record = {"traceId": "t", "spanId": span_id, "timeUnixNano": time, "attributes": usage(tokens, **more)}
    return {"resourceLogs": [{"scopeLogs": [{"logRecords": [record]}]}]}


@st.composite
def trees(draw: st.DrawFn) -> tuple[list[dict[str, Any]], int]:
    """Spans of a tree in any order, and the tokens of those that hold no other with tokens."""
    number = draw(st.integers(1, 9))
    parents = [None, *(draw(st.one_of(st.none(), st.integers(0, place - 1))) for place in range(1, number))]
    sizes = [draw(st.one_of(st.none(), st.integers(1, 9))) for _ in parents]
    repeated: set[int] = set()
    for place, size in enumerate(sizes):
        around = parents[place] if size else None
        while around is not None:
            repeated.add(around)
            around = parents[around]
    spans = []
    for place, (parent, size) in enumerate(zip(parents, sizes, strict=True)):
        named = {"gen_ai.response.id": f"r{place}"} if draw(st.booleans()) else {}
        stated = [] if size is None else usage(size, **named)
        spans.append(span(f"s{place}", None if parent is None else f"s{parent}", stated))
    total = sum(size or 0 for place, size in enumerate(sizes) if place not in repeated)
    return draw(st.permutations(spans)), total


@settings(max_examples=60)
@given(trees())
def test_the_innermost_count(run: Run, assert_sound: Run, tree: tuple[list[dict[str, Any]], int]) -> None:
    spans, total = tree
    outcome = run("otel", *spans)
    assert outcome.tokens("input") == total
    assert_sound(outcome.rows)
    twice = run("otel", *spans[::-1], *spans)
    assert sorted(map(json.dumps, twice.rows)) == sorted(map(json.dumps, outcome.rows))


@pytest.mark.parametrize("inner", [["r1", "r2"], [None, None], ["r2", None]])
def test_a_span_that_sums_up_and_names_the_last_response(run: Run, inner: list[str | None]) -> None:
    calls = [
        span(f"c{place}", "a", usage(10 + place, **({"gen_ai.response.id": name} if name else {})))
        for place, name in enumerate(inner)
    ]
    outcome = run("otel", span("a", None, usage(21, **{"gen_ai.response.id": "r2"})), *calls)
    assert outcome.tokens("input") == 21
    assert len(outcome.of_meter("requests")) == 2
    assert "duplicate" in outcome.kinds


def test_a_call_of_no_tokens_covers_nothing(run: Run) -> None:
    outcome = run("otel", span("a", None, usage(21)), span("c", "a", usage(0)))
    assert outcome.tokens("input") == 21


@pytest.mark.parametrize("name", [5, {"a": 1}, ["s"]])
def test_a_span_whose_name_is_no_text_is_rejected(run: Run, name: object) -> None:
    named = {"traceId": "t", "spanId": name, "startTimeUnixNano": TIME, "attributes": usage(5)}
    (reason,) = run("otel", otlp_spans([named])).reasons
    assert "spanId" in reason


class TestLogRecords:
    """A log record is a note on the span in which it was written."""

    def test_several_in_a_span_that_states_nothing(self, run: Run, assert_sound: Run) -> None:
        notes = [log(5), log(6), log(6, time="1785753001000000000"), log(5)]
        outcome = run("otel", *notes, span("call", "agent", []), span("agent", None, usage(17)))
        assert outcome.tokens("input") == 17
        assert len(outcome.of_meter("requests")) == 3
        assert_sound(outcome.rows)

    @pytest.mark.parametrize("response", [None, "r1"])
    def test_one_that_repeats_its_span(self, run: Run, response: str | None) -> None:
        name = {"gen_ai.response.id": response} if response else {}
        outcome = run("otel", log(5, **name), span("call", "agent", usage(5, **name)), span("agent", None, usage(5)))
        assert outcome.tokens("input") == 5
        assert outcome.rows[0]["source_record_id"] == (response or "t:call")

    def test_one_of_another_response_than_the_span_around_it(self, run: Run) -> None:
        records = [log(5, **{"gen_ai.response.id": "r1"}), log(6, **{"gen_ai.response.id": "r2"})]
        assert run("otel", *records, span("call", None, usage(11))).tokens("input") == 11


CLAUDE = {"input_tokens": 2, "output_tokens": 7, "cache_read_tokens": 90, "cache_creation_tokens": 5}


def claude_span(**more: object) -> dict[str, Any]:
    found = span("call", "run", otlp_attributes({"model": "m", **CLAUDE, **more}))
    found["resourceSpans"][0]["scopeSpans"][0]["spans"][0]["name"] = "claude_code.llm_request"
    return found


@pytest.mark.parametrize("around", [[], [span("run", None, usage(104))]])
def test_a_request_of_claude_code(run: Run, assert_sound: Run, around: list[dict[str, Any]]) -> None:
    """Its counters are disjoint, and have names of its own; a span around it repeats them."""
    outcome = run("otel", claude_span(), *around)
    assert {leaf[:2]: count for leaf, count in outcome.leaves.items()} == {
        ("input", "uncached"): 2,
        ("input", "read"): 90,
        ("input", "write"): 5,
        ("output", None): 7,
    }
    assert len(outcome.of_meter("requests")) == 1
    assert_sound(outcome.rows)


@pytest.mark.parametrize("order", [1, -1])
def test_a_request_of_claude_code_and_its_event_are_one(run: Run, order: int) -> None:
    stated = {"event.name": "api_request", "request_id": "r", "model": "m", "cost_usd": "0.5", **CLAUDE}
    record = {"timeUnixNano": TIME, "traceId": "t", "spanId": "call", "attributes": otlp_attributes(stated)}
    event = {"resourceLogs": [{"scopeLogs": [{"logRecords": [record]}]}]}
    outcome = run("otel", *[event, claude_span(request_id="r")][::order])
    assert (outcome.tokens("input"), outcome.tokens("output")) == (97, 7)
    assert [row.get("list_cost") for row in outcome.of_meter("requests")] == ["0.5"]


def test_counters_of_no_convention_are_reported(run: Run) -> None:
    outcome = run("otel", span("call", None, otlp_attributes({"my.input_tokens": 5, "gen_ai.request.max_tokens": 9})))
    (notice,) = outcome.conversion.notices
    assert "'my.input_tokens' is of no convention" in notice.message


def test_signals_in_several_inputs_are_reported() -> None:
    inputs = [io.BytesIO(json.dumps(each).encode()) for each in (span("a", None, usage(5)), log(5, span_id="b"))]
    conversion = convert(inputs, "otel")
    assert len(list(conversion)) == 4
    assert any("several signals" in notice.message for notice in conversion.notices)
