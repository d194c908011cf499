"""What the converters make of response bodies of any vendor, and of what is none."""

from __future__ import annotations

from typing import Any, ClassVar

import pytest
from fixtures import Run
from hypothesis import given
from hypothesis import strategies as st
from leaves import leaf


@pytest.mark.parametrize("source", ["openai-response", "openrouter-response"])
@pytest.mark.parametrize("name", ["cache_read_input_tokens", "cache_creation_input_tokens"])
@pytest.mark.parametrize("cached", [0, 3000, 11467])
def test_a_usage_object_of_anthropic_is_not_taken_for_one_of_openai(
    run: Run, source: str, name: str, cached: int
) -> None:
    outcome = run(source, {"usage": {"input_tokens": 5000, "output_tokens": 20, name: cached}})
    assert outcome.rows == []
    (reason,) = outcome.reasons
    assert "--from anthropic-response" in reason


def test_a_usage_object_of_openai_is_not_taken_for_one_of_anthropic(run: Run) -> None:
    usage = {"input_tokens": 50, "output_tokens": 2, "total_tokens": 52, "input_tokens_details": {"cached_tokens": 40}}
    outcome = run("anthropic-response", {"usage": usage})
    assert outcome.rows == []
    (reason,) = outcome.reasons
    assert "--from openai-response" in reason


@pytest.mark.parametrize("own", [{"total_tokens": 52}, {"input_tokens_details": {"cached_tokens": 0}}])
def test_what_copies_anthropics_interface_may_add_a_field(run: Run, own: dict[str, object]) -> None:
    outcome = run("anthropic-response", {"model": "m", "usage": {"input_tokens": 50, "output_tokens": 2, **own}})
    assert outcome.leaves == {leaf("input"): 50, leaf("output"): 2}
    assert outcome.kinds == {"unknown_field"}


@given(counts=st.tuples(*[st.integers(0, 9)] * 4))
def test_of_two_pairs_of_names_the_one_holds_that_the_total_proves(run: Run, counts: tuple[int, ...]) -> None:
    """Gateways were seen that leave the older names at zero beside the newer ones."""
    prompt, completion, entering, leaving = counts
    usage = {"prompt_tokens": prompt, "completion_tokens": completion, "input_tokens": entering}
    usage |= {"output_tokens": leaving, "total_tokens": entering + leaving}
    outcome = run("openai-response", {"created": 1, "id": "a", "usage": usage})
    expected = (prompt, completion) if prompt + completion == entering + leaving else (entering, leaving)
    assert (outcome.tokens("input"), outcome.tokens("output")) == expected
    differ = prompt != entering or completion != leaving
    assert ("contradiction" in outcome.kinds) == differ


def test_a_batch_is_no_call(run: Run) -> None:
    usage = {"input_tokens": 5, "output_tokens": 4, "total_tokens": 9}
    (reason,) = run("openai-response", {"created": 1, "id": "batch_1", "object": "batch", "usage": usage}).reasons
    assert reason.endswith("convert the lines of its output with --from openai-batch")


@pytest.mark.parametrize(("cost", "stated"), [(99_999_999_999_999, ["99999999999999"]), (100_000_000_000_000, [])])
def test_the_dearest_call_that_a_record_can_state(run: Run, assert_sound: Run, cost: int, stated: list[str]) -> None:
    usage = {"prompt_tokens": 1, "completion_tokens": 1, "total_tokens": 2, "cost": cost}
    outcome = run("openrouter-response", {"id": "gen-1", "model": "m", "usage": usage})
    assert [row.get("effective_cost") for row in outcome.of_meter("requests")] == stated
    assert len(outcome.reasons) == 1 - len(stated)
    assert_sound(outcome.rows)


def test_source_counters_hold_what_a_map_can_hold(run: Run, assert_sound: Run) -> None:
    body = b'{"model":"m","usage":{"prompt_tokens":5,"huge":1e400,"tiny":-1e-400,"\\ud800":1,"' + b"k" * 300 + b'":1}}'
    outcome = run("openai-response", body)
    assert outcome.rows[0]["source_counters"] == {"prompt_tokens": "5", "huge": "1E+400", "tiny": "-1E-400"}
    assert_sound(outcome.rows)


def test_source_counters_keep_every_number_verbatim(run: Run) -> None:
    body = (
        b'{"model":"m","usage":{"prompt_tokens":42,"completion_tokens":8,"total_tokens":50,"queue_time":0.140973397,'
        b'"gateway":{"cost_estimate":3.11e-05},"prompt_tokens_details":{"cached_tokens":0},"note":"text"}}'
    )
    outcome = run("openai-response", body)
    for row in outcome.rows:
        assert row["source_counters"] == {
            "prompt_tokens": "42",
            "completion_tokens": "8",
            "total_tokens": "50",
            "queue_time": "0.140973397",
            "gateway.cost_estimate": "0.0000311",
            "prompt_tokens_details.cached_tokens": "0",
        }
    unknown = {notice.message for notice in outcome.conversion.notices if notice.kind == "unknown_field"}
    assert len(unknown) == 2
    assert any("gateway.cost_estimate" in message for message in unknown)


def test_counts_that_add_up_to_more_than_a_quantity_holds_are_refused(run: Run) -> None:
    detail = {"ttl": "5m", "inputTokens": 10**17 - 1}
    outcome = run("bedrock-response", {"usage": {"inputTokens": 1, "cacheDetails": [detail] * 20}})
    assert outcome.rows == []
    assert "add up to a number of more than 18 digits" in outcome.reasons[0]


class TestOpenRouter:
    """The cost of a call stands on one row; what the upstream bills is never added."""

    usage: ClassVar[dict[str, Any]] = {
        "prompt_tokens": 3402,
        "completion_tokens": 118,
        "total_tokens": 3520,
        "prompt_tokens_details": {"cached_tokens": 3211, "cache_write_tokens": 128, "video_tokens": 0},
        "completion_tokens_details": {"reasoning_tokens": 64, "image_tokens": 0},
    }

    def test_inclusive_even_for_anthropic(self, run: Run, assert_sound: Run) -> None:
        outcome = run("openrouter-response", {"model": "anthropic/m", "usage": self.usage})
        assert outcome.leaves == {
            leaf("input", "read"): 3211,
            leaf("input", "write"): 128,
            leaf("input", "uncached"): 63,
            leaf("output", role="reasoning"): 64,
            leaf("output", role="answer"): 54,
        }
        assert {row["cost_carrier"] for row in outcome.rows} == {"unknown"}
        assert_sound(outcome.rows)

    @pytest.mark.parametrize(
        ("cost", "effective"),
        [
            (b"0.0032265", "0.0032265"),
            (b"6e-05", "0.00006"),
            (b"0", "0"),
            (b"1.10", "1.1"),
            (b"1e-19", "0"),
            (b"1e-300", "0"),
        ],
    )
    def test_cost(self, run: Run, assert_sound: Run, cost: bytes, effective: str) -> None:
        body = b'{"model":"m","usage":{"prompt_tokens":3,"completion_tokens":1,"is_byok":false,"cost":' + cost + b"}}"
        outcome = run("openrouter-response", body)
        (row,) = outcome.of_meter("requests")
        assert (row["cost_carrier"], row["billed_cost"], row["effective_cost"]) == ("this_row", "0", effective)
        assert (row["cost_source"], row["billing_currency"]) == ("vendor_estimate", "USD")
        assert {each["cost_carrier"] for each in outcome.of_meter("tokens")} == {"other_row"}
        assert ("rounded" in outcome.kinds) == (effective == "0" and cost != b"0")
        assert_sound(outcome.rows)

    def test_an_own_key_pays_the_upstream_elsewhere(self, run: Run, assert_sound: Run) -> None:
        details = {"upstream_inference_cost": 0.5, "upstream_inference_prompt_cost": None}
        usage = {**self.usage, "cost": 0.025, "is_byok": True, "cost_details": details}
        outcome = run("openrouter-response", {"model": "m", "usage": usage})
        (row,) = outcome.of_meter("requests")
        assert row["effective_cost"] == "0.025"
        assert row["source_counters"]["cost_details.upstream_inference_cost"] == "0.5"
        assert "interpreted" in outcome.kinds
        assert_sound(outcome.rows)

    def test_searches(self, run: Run, assert_sound: Run) -> None:
        outcome = run("openrouter-response", {"usage": {**self.usage, "server_tool_use": {"web_search_requests": 2}}})
        (row,) = outcome.of_meter("searches")
        assert row["consumed_quantity"] == "2"
        assert_sound(outcome.rows)

    def test_a_negative_cost_is_refused(self, run: Run) -> None:
        assert "negative" in run("openrouter-response", {"usage": {**self.usage, "cost": -1}}).reasons[0]


def test_a_usage_object_without_an_envelope(run: Run, assert_sound: Run) -> None:
    bare = {"prompt_tokens": 5, "completion_tokens": 1, "model": "named", "id": "call-1", "created": 1786060800}
    outcome = run("openai-response", bare)
    assert {(row["model_id"], row["source_record_id"]) for row in outcome.rows} == {("named", "call-1")}
    assert {row["charge_period_start"] for row in outcome.rows} == {"2026-08-07T00:00:00Z"}
    assert not outcome.conversion.notices
    assert_sound(outcome.rows)


@pytest.mark.parametrize(
    ("source", "bare", "tokens"),
    [
        ("anthropic-response", {"input_tokens": 5, "output_tokens": 1}, 6),
        ("gemini-response", {"promptTokenCount": 5, "totalTokenCount": 7}, 7),
        ("bedrock-response", {"inputTokens": 5, "outputTokens": 1}, 6),
        ("openrouter-response", {"prompt_tokens": 5, "completion_tokens": 1}, 6),
    ],
)
def test_bare_usage_of_every_family(run: Run, source: str, bare: dict[str, int], tokens: int) -> None:
    outcome = run(source, bare)
    assert outcome.tokens("input") + outcome.tokens("output") == tokens


def test_messages_hold_no_control_characters(run: Run) -> None:
    evil = "\x1b[31m\n"
    usage = {"input_tokens": 1, "server_tool_use": {evil: "x"}, "iterations": [{"type": evil, "input_tokens": evil}]}
    others = [{"id": evil, "usage": {"input_tokens": count}} for count in (1, 2)]
    outcome = run("anthropic-response", {"usage": usage}, *others, {"usage": {"input_tokens": 1, evil: 1}})
    assert outcome.conversion.rejected == 2
    texts = [str(each) for each in (*outcome.conversion.rejects, *outcome.conversion.notices)]
    assert not any("\x1b" in text or "\n" in text for text in texts)


REFUSED = [
    ("openai-response", {"usage": {"type": "text"}}, "neither input nor output"),
    ("openai-response", {"usage": {"prompt_tokens": "5"}}, "a text, where a whole number belongs"),
    ("openai-response", {"usage": {"prompt_tokens": True}}, "true, where a whole number belongs"),
    ("openai-response", {"usage": {"prompt_tokens": -1}}, "never negative"),
    ("openai-response", {"usage": {"prompt_tokens": 1.5}}, "no fraction"),
    ("openai-response", {"usage": {"prompt_tokens": 10**17}}, "17 digits"),
    ("openai-response", {"usage": {"prompt_tokens": 5, "prompt_tokens_details": [1]}}, "where an object belongs"),
    ("openai-response", {"usage": [1]}, "an array, where an object belongs"),
    ("openai-response", {"usage": None}, "states no usage"),
    ("openai-response", {"error": {"message": "overloaded"}}, "states no usage"),
    ("openai-response", {"usage": {}, "usageMetadata": {}}, "both usage and usageMetadata"),
    ("openai-response", {"custom_id": "a", "response": {"body": {}}}, "batch"),
    ("openai-response", {"object": "chat.completion.chunk", "choices": [{}], "usage": {"prompt_tokens": 1}}, "stream"),
    ("openai-response", {"usage": {"type": "duration"}}, "states no seconds"),
    ("openai-response", {"usage": {"type": "duration", "seconds": -2}}, "states no seconds"),
    ("openai-response", {"model": 7, "usage": {"prompt_tokens": 1}}, "model is 7"),
    ("openai-response", {"model": "m" * 5000, "usage": {"prompt_tokens": 1}}, "4096"),
    ("openai-response", {"model": "\ud800", "usage": {"prompt_tokens": 1}}, "not Unicode"),
    ("openai-response", {"id": "i" * 2000, "usage": {"prompt_tokens": 1}}, "1000"),
    ("openai-response", {"created": [1], "usage": {"prompt_tokens": 1}}, "where a time belongs"),
    ("openai-response", {"created": 1786060800000, "usage": {"prompt_tokens": 1}}, "no unix time"),
    ("openai-response", {"created": -5, "usage": {"prompt_tokens": 1}}, "no unix time"),
    ("openai-response", {"created": "yesterday", "usage": {"prompt_tokens": 1}}, "RFC 3339"),
    ("openai-response", {"created": 253402300799, "usage": {"prompt_tokens": 1}}, "9999"),
    ("anthropic-response", {"usage": {"cache_read_input_tokens": 0}}, "neither input_tokens"),
    ("anthropic-response", {"type": "message_delta", "usage": {"output_tokens": 5}}, "stream"),
    ("anthropic-response", {"usage": {"input_tokens": 1, "iterations": {}}}, "where an array belongs"),
    ("anthropic-response", {"usage": {"input_tokens": 1, "iterations": [5]}}, "where objects belong"),
    ("gemini-response", {"usageMetadata": {"trafficType": "ON_DEMAND"}}, "no token count"),
    ("bedrock-response", {"usage": {"cacheReadInputTokens": 5}}, "neither inputTokens"),
    ("openrouter-response", {"usage": {"prompt_tokens": 1, "cost": "0.1"}}, "where a number belongs"),
]


@pytest.mark.parametrize(("source", "body", "reason"), REFUSED)
def test_a_record_that_cannot_be_converted_is_rejected_and_the_next_is_not(
    run: Run, source: str, body: dict[str, Any], reason: str
) -> None:
    good = {"gemini-response": {"promptTokenCount": 5}, "bedrock-response": {"inputTokens": 5}}
    outcome = run(source, body, {"usage": good.get(source, {"input_tokens": 5})})
    assert outcome.conversion.rejected == 1
    assert reason in outcome.reasons[0]
    assert outcome.conversion.rejects[0].line == 1
    assert outcome.tokens("input") == 5
