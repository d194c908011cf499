"""Sessions of agents and telemetry: what generated payloads seldom hold."""

from __future__ import annotations

import hmac
import io
import json
from typing import Any

import pytest
from convert_payloads import otlp_attributes, otlp_spans
from fixtures import Run
from hypothesis import given
from hypothesis import strategies as st

from opentokenomics.convert import convert

NANOSECONDS = {"startTimeUnixNano": "1785753000000000000", "timeUnixNano": "1785753060000000000"}


class TestAgents:
    """Sessions and telemetry: repeats count once, whatever they are repeated by."""

    def test_a_session_that_begins_anew(self, run: Run, assert_sound: Run) -> None:
        def event(total: int, last: int) -> dict[str, Any]:
            info = {
                "total_token_usage": {"input_tokens": total, "output_tokens": 0, "total_tokens": total},
                "last_token_usage": {"input_tokens": last, "output_tokens": 0, "total_tokens": last},
            }
            payload = {"type": "token_count", "info": info}
            return {"timestamp": "2026-08-01T00:00:00Z", "type": "event_msg", "payload": payload}

        outcome = run("codex-cli", event(10, 10), event(30, 5), event(4, 4), {"type": "dream"})
        assert outcome.tokens("input") == 10 + 20 + 4
        assert {"contradiction", "interpreted", "model_missing", "not_converted"} == outcome.kinds
        assert_sound(outcome.rows)

    def test_older_sessions_value_a_call(self, run: Run) -> None:
        usage = {"input_tokens": 1, "output_tokens": 1}
        line = {
            "timestamp": "2026-08-01T00:00:00Z",
            "uuid": "u",
            "costUSD": 0.25,
            "cwd": "/home/dana",
            "message": {"usage": usage},
        }
        outcome = run("claude-code", line, {"type": "dream"}, pseudonym_key="k")
        (request,) = outcome.of_meter("requests")
        assert (request["list_cost"], request["cost_carrier"]) == ("0.25", "unknown")
        folder = hmac.new(b"k", b"/home/dana", "sha256").hexdigest()
        assert request["tags"]["working_folder"] == folder

    def span(self, **attributes: object) -> dict[str, Any]:
        usage = {"gen_ai.usage.input_tokens": 10, "gen_ai.usage.output_tokens": 2, "gen_ai.request.model": "m"}
        found = otlp_attributes({**usage, **attributes})
        return otlp_spans([{**NANOSECONDS, "traceId": "t", "spanId": "s", "attributes": found}])

    def test_disjoint_counters_are_proved(self, run: Run) -> None:
        outcome = run("otel", self.span(**{"gen_ai.usage.cache_read.input_tokens": 90}))
        assert (outcome.tokens("input"), outcome.tokens("input", cache_action="read")) == (100, 90)
        assert "interpreted" in outcome.kinds

    def test_aliases_that_differ(self, run: Run) -> None:
        outcome = run("otel", self.span(**{"gen_ai.usage.prompt_tokens": 11, "gen_ai.usage.dreams": 4}))
        assert outcome.tokens("input") == 10
        assert {"contradiction", "unknown_field"} <= outcome.kinds

    @given(counts=st.lists(st.tuples(*[st.integers(0, 9)] * 3), min_size=2, max_size=2))
    def test_counters_by_modality_are_parts(self, run: Run, assert_sound: Run, counts: list[tuple[int, ...]]) -> None:
        """Uncached, cached and output tokens of text and of audio, as the conventions count them."""
        fresh, read, leaving = map(sum, zip(*counts, strict=True))
        stated = {"input_tokens": fresh + read, "output_tokens": leaving, "cache_read.input_tokens": read}
        truth: dict[tuple[object, ...], int] = {}
        for modality, (uncached, cached, taken) in zip(("text", "audio"), counts, strict=True):
            stated[f"{modality}.input_tokens"] = uncached + cached
            stated[f"{modality}.cache_read.input_tokens"] = cached
            stated[f"{modality}.output_tokens"] = taken
            truth |= {("input", "uncached", modality): uncached, ("input", "read", modality): cached}
            truth |= {("output", None, modality): taken}
        outcome = run("otel", self.span(**{f"gen_ai.usage.{name}": count for name, count in stated.items()}))
        found = {leaf[:2] + leaf[3:4]: count for leaf, count in outcome.leaves.items() if count}
        assert found == {leaf: count for leaf, count in truth.items() if count}
        assert outcome.kinds == set()
        assert_sound(outcome.rows)

    def test_modalities_of_metrics(self, run: Run, assert_sound: Run) -> None:
        names = ("text", "audio", "unknown", "smell")
        points = [self.point(5, **{"gen_ai.token.modality": each}) for each in names]
        outcome = run("otel", self.metric("gen_ai.client.inference.usage.input_tokens", *points))
        assert sorted(str(row.get("token_modality")) for row in outcome.rows) == [
            "None",
            "audio",
            "text",
            "unspecified",
        ]
        assert outcome.kinds == {"unknown_field"}
        assert_sound(outcome.rows)

    def metric(self, name: str, *points: dict[str, Any], temporality: object = 1, form: str = "sum") -> dict[str, Any]:
        data = {"aggregationTemporality": temporality, "dataPoints": [{**NANOSECONDS, **each} for each in points]}
        metrics = [{"name": name, form: data}]
        return {"resourceMetrics": [{"scopeMetrics": [{"metrics": metrics}]}]}

    def point(self, value: object, **attributes: str) -> dict[str, Any]:
        return {"asDouble": value, "attributes": otlp_attributes({"model": "m", **attributes})}

    def test_embeddings_have_metrics_of_their_own(self, run: Run, assert_sound: Run) -> None:
        newer = "gen_ai.client.embeddings.operation.input_tokens"
        operation = {"gen_ai.operation.name": "embeddings", "gen_ai.token.type": "input"}
        for name, attributes in ((newer, {}), ("gen_ai.client.token.usage", operation)):
            outcome = run("otel", self.metric(name, {**self.point(5, **attributes), "asDouble": None, "sum": 5}))
            found = [(row["ai_service"], row["token_direction"], row["consumed_quantity"]) for row in outcome.rows]
            assert (found, outcome.kinds) == ([("embedding", "input", "5")], set())
            assert_sound(outcome.rows)

    @pytest.mark.parametrize("direction", ["input", "output"])
    def test_histograms_of_operations_state_what_counters_do(self, run: Run, direction: str) -> None:
        names = [f"gen_ai.client.inference.{kind}.{direction}_tokens" for kind in ("usage", "operation")]
        outcome = run("otel", *(self.metric(name, self.point(5)) for name in names))
        assert outcome.tokens(direction) == 5
        assert outcome.kinds == {"not_converted"}

    def test_metrics(self, run: Run, assert_sound: Run) -> None:
        tokens, cost = "claude_code.token.usage", "claude_code.cost.usage"
        outcome = run(
            "otel",
            self.metric(tokens, self.point(5, type="input"), self.point(7, type="cacheCreation", speed="fast")),
            self.metric(tokens, self.point(0, type="output")),
            self.metric(cost, self.point(0.5)),
            self.metric("process.uptime", self.point(5)),
            self.metric("gen_ai.client.inference.usage.cache_read.input_tokens", self.point(5)),
            self.metric("gen_ai.client.inference.usage.output_tokens", self.point(5)),
        )
        assert (outcome.tokens("input"), outcome.tokens("output")) == (12, 5)
        assert [row["effective_cost"] for row in outcome.rows if "effective_cost" in row] == ["0.5"]
        assert_sound(outcome.rows)

    def test_cumulative_metrics_count_once(self, run: Run) -> None:
        name = "gen_ai.client.token.usage"
        later = {"timeUnixNano": "1785753090000000000"}
        people = {"gen_ai.token.type": "input", "user.email": "dana@example.com"}
        both = [
            self.metric(name, {**self.point(value, **people), **more}, temporality=2)
            for value, more in ((5, {}), (9, later))
        ]
        forward, backward = run("otel", *both), run("otel", *reversed(both))
        assert forward.tokens("input") == backward.tokens("input") == 9
        assert forward.rows == backward.rows

    def test_no_attribute_hides_what_else_names_a_stream(self, run: Run) -> None:
        """Streams of two resources, metrics or times are two, whatever a point calls its attributes."""
        tokens, other = "gen_ai.client.inference.usage.input_tokens", "claude_code.token.usage"
        point = self.point(5, type="input", metric=tokens, start="a", team="c")
        later = {**point, "startTimeUnixNano": "1785753000500000000"}
        exports = [self.metric(tokens, point), self.metric(other, point), self.metric(tokens, later)]
        for team in ("a", "b"):
            exports.append(self.metric(tokens, point))
            exports[-1]["resourceMetrics"][0]["resource"] = {"attributes": otlp_attributes({"team": team})}
        assert run("otel", *exports).tokens("input") == 25

    @pytest.mark.parametrize(
        ("record", "reason"),
        [
            (("claude_code.token.usage", {"attributes": []}), "no value"),
            (("claude_code.token.usage", {"asInt": "5", "attributes": []}), "token type"),
            (("gen_ai.client.token.usage", {"asInt": "5", "attributes": []}), "token type"),
            (("claude_code.token.usage", {"asInt": "5", "startTimeUnixNano": "0"}), "no period"),
        ],
    )
    def test_points_that_are_refused(self, run: Run, record: tuple[str, dict[str, Any]], reason: str) -> None:
        (given,) = run("otel", self.metric(*record)).reasons
        assert reason in given

    def test_a_metric_without_temporality(self, run: Run) -> None:
        (given,) = run("otel", self.metric("claude_code.cost.usage", self.point(1), temporality=0)).reasons
        assert "temporality" in given

    def test_two_signals_are_reported(self, run: Run) -> None:
        outcome = run("otel", self.span(), self.metric("claude_code.token.usage", self.point(5, type="input")))
        assert any("several signals" in notice.message for notice in outcome.conversion.notices)


def counted(total: int, last: int) -> dict[str, Any]:
    """An event of Codex CLI: the session's running total, and the turn's own figures."""
    info = {
        name: {"input_tokens": count, "output_tokens": 0, "total_tokens": count}
        for name, count in (("total_token_usage", total), ("last_token_usage", last))
    }
    payload = {"type": "token_count", "info": info}
    return {"timestamp": "2026-08-01T00:00:00Z", "type": "event_msg", "payload": payload}


@given(before=st.lists(st.integers(1, 100), max_size=3), after=st.lists(st.integers(1, 100), max_size=3))
def test_a_full_context_window_is_no_usage(run: Run, before: list[int], after: list[int]) -> None:
    """The client then sets the total to the window, and everything else to 0; what follows adds to that."""
    names = ("input_tokens", "output_tokens", "total_tokens")

    def event(total: tuple[int, ...], last: tuple[int, ...]) -> dict[str, Any]:
        told = {"total_token_usage": total, "last_token_usage": last}
        info = {name: dict(zip(names, each, strict=True)) for name, each in told.items()}
        payload = {"type": "token_count", "info": info}
        return {"timestamp": "2026-08-01T00:00:00Z", "type": "event_msg", "payload": payload}

    lines = [
        event((sum(before[: place + 1]), 0, sum(before[: place + 1])), (count, 0, count))
        for place, count in enumerate(before)
    ]
    lines.append(event((0, 0, 258_400), (0, 0, 258_400 - sum(before))))
    for place, count in enumerate(after):
        grown = sum(after[: place + 1])
        lines.append(event((grown, 0, 258_400 + grown), (count, 0, count)))
    outcome = run("codex-cli", *lines)
    tokens = sum(int(str(row["consumed_quantity"])) for row in outcome.of_meter("tokens"))
    assert (tokens, len(outcome.of_meter("requests"))) == (sum(before + after), len(before + after))
    assert "contradiction" not in outcome.kinds


@given(turns=st.lists(st.integers(1, 100), min_size=1, max_size=8), cut=st.integers(0, 8))
def test_a_session_in_two_files_counts_as_in_one(turns: list[int], cut: int) -> None:
    running = [sum(turns[: place + 1]) for place in range(len(turns))]
    lines = [json.dumps(counted(total, last)).encode() + b"\n" for total, last in zip(running, turns, strict=True)]
    files = [io.BytesIO(b"".join(part)) for part in (lines[:cut], lines[cut:]) if part]
    rows = list(convert(files, "codex-cli"))
    assert sum(int(str(row["consumed_quantity"])) for row in rows if row["meter"] == "tokens") == sum(turns)


@pytest.mark.parametrize(
    ("identifier", "request_id", "calls"),
    [("gateway", None, 3), ("msg_responses", "", 3), ("msg_018fjzPAQ4xzfrCdBQsoL1En", None, 1), ("gateway", "r", 1)],
)
def test_a_gateway_gives_all_messages_one_identifier(
    run: Run, identifier: str, request_id: str | None, calls: int
) -> None:
    """Each call is on two lines, and grows; two sessions begin with as many tokens."""
    lines = [
        {
            "sessionId": session,
            "requestId": request_id,
            "timestamp": f"2026-08-01T00:00:0{second}Z",
            "message": {
                "id": identifier,
                "model": "m",
                "usage": {"input_tokens": 2, "cache_read_input_tokens": read, "output_tokens": second},
            },
        }
        for session, read in (("a", 10), ("a", 30), ("b", 10))
        for second in (1, 4)
    ]
    outcome = run("claude-code", *lines)
    assert len(outcome.of_meter("requests")) == calls
    assert outcome.tokens("output") == 4 * calls
    assert outcome.tokens("input") == (2 + 10 + 2 + 30 + 2 + 10 if calls > 1 else 2 + 30)
    assert sorted(map(str, run("claude-code", *lines[::-1]).rows)) == sorted(map(str, outcome.rows))


def test_negative_values_of_calls_are_reported(run: Run) -> None:
    message = {"id": "m", "model": "m", "usage": {"input_tokens": 1, "output_tokens": 1}}
    outcome = run("claude-code", {"timestamp": "2026-08-01T00:00:00Z", "costUSD": -1, "message": message})
    assert "not_converted" in outcome.kinds
    assert not any("list_cost" in row for row in outcome.rows)
