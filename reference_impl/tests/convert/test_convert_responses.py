"""What the converters make of response bodies, body by body."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ClassVar

import pytest

Run = Callable[..., Any]


def leaf(
    direction: str,
    cache: str | None = None,
    ttl: int | None = None,
    modality: str | None = None,
    role: str | None = None,
) -> tuple[object, ...]:
    return (direction, cache, ttl, modality, role)


OPENAI = [
    pytest.param(
        {"prompt_tokens": 100, "completion_tokens": 30, "total_tokens": 130},
        {leaf("input"): 100, leaf("output"): 30},
        id="chat without details",
    ),
    pytest.param(
        {
            "prompt_tokens": 100,
            "completion_tokens": 30,
            "total_tokens": 130,
            "prompt_tokens_details": {"cached_tokens": 64, "audio_tokens": 0, "cache_write_tokens": 20},
            "completion_tokens_details": {
                "reasoning_tokens": 12,
                "audio_tokens": 0,
                "accepted_prediction_tokens": 9,
                "rejected_prediction_tokens": 5,
            },
        },
        {
            leaf("input", "read"): 64,
            leaf("input", "write"): 20,
            leaf("input", "uncached"): 16,
            leaf("output", role="reasoning"): 12,
            leaf("output", role="rejected_prediction"): 5,
            leaf("output", role="answer"): 13,
        },
        id="chat with every detail",
    ),
    pytest.param(
        {
            "input_tokens": 45,
            "input_tokens_details": {"cached_tokens": 0},
            "output_tokens": 1719,
            "output_tokens_details": {"reasoning_tokens": 1408},
            "total_tokens": 1764,
        },
        {
            leaf("input", "uncached"): 45,
            leaf("output", role="reasoning"): 1408,
            leaf("output", role="answer"): 311,
        },
        id="responses",
    ),
    pytest.param(
        {"prompt_tokens": 5, "completion_tokens": 0, "total_tokens": 5}
        | {"prompt_tokens_details": {"cached_tokens": 2, "audio_tokens": 3}},
        {leaf("input", "read", None, "unspecified"): 2, leaf("input", "uncached", None, "unspecified"): 3},
        id="marginals of cache and modality",
    ),
    pytest.param(
        {"prompt_tokens": 338, "completion_tokens": 196, "total_tokens": 534}
        | {"prompt_tokens_details": {"cached_tokens": 0, "text_tokens": 88, "audio_tokens": 250}}
        | {"completion_tokens_details": {"reasoning_tokens": 0, "text_tokens": 40, "audio_tokens": 156}},
        {
            leaf("input", "uncached", None, "text"): 88,
            leaf("input", "uncached", None, "audio"): 250,
            leaf("output", modality="text", role="answer"): 40,
            leaf("output", modality="audio", role="answer"): 156,
        },
        id="audio without cache",
    ),
    pytest.param(
        {"prompt_tokens": 10, "completion_tokens": 60, "total_tokens": 70}
        | {"completion_tokens_details": {"reasoning_tokens": 20, "audio_tokens": 30, "text_tokens": 30}},
        {
            leaf("input"): 10,
            leaf("output", modality="unspecified", role="reasoning"): 20,
            leaf("output", modality="unspecified", role="answer"): 40,
        },
        id="marginals of role and modality",
    ),
    pytest.param(
        {"input_tokens": 100, "output_tokens": 40, "total_tokens": 140}
        | {
            "input_token_details": {
                "text_tokens": 60,
                "audio_tokens": 40,
                "cached_tokens": 50,
                "cached_tokens_details": {"text_tokens": 45, "audio_tokens": 5},
            },
            "output_token_details": {"text_tokens": 10, "audio_tokens": 30},
        },
        {
            leaf("input", "read", None, "text"): 45,
            leaf("input", "read", None, "audio"): 5,
            leaf("input", "uncached", None, "text"): 15,
            leaf("input", "uncached", None, "audio"): 35,
            leaf("output", modality="text"): 10,
            leaf("output", modality="audio"): 30,
        },
        id="realtime, whose cached tokens are divided too",
    ),
    pytest.param(
        {"input_tokens": 100, "output_tokens": 0, "total_tokens": 100}
        | {
            "input_tokens_details": {
                "text_tokens": 60,
                "audio_tokens": 40,
                "cached_tokens": 50,
                "cache_write_tokens": 10,
                "cached_tokens_details": {"text_tokens": 45, "audio_tokens": 5},
            }
        },
        {
            leaf("input", "read", None, "unspecified"): 50,
            leaf("input", "write", None, "unspecified"): 10,
            leaf("input", "uncached", None, "unspecified"): 40,
        },
        id="written tokens, whose modality nothing states",
    ),
    pytest.param({"prompt_tokens": 4, "total_tokens": 4}, {leaf("input"): 4}, id="embedding"),
    pytest.param(
        {"prompt_tokens": 3400, "completion_tokens": 20, "total_tokens": 3420}
        | {"prompt_tokens_details": {"cached_tokens": 3000, "cache_creation_tokens": 300}}
        | {"cache_creation_input_tokens": 300, "cache_read_input_tokens": 3000},
        {
            leaf("input", "read"): 3000,
            leaf("input", "write"): 300,
            leaf("input", "uncached"): 100,
            leaf("output"): 20,
        },
        id="gateway that counts Anthropic's cache inside the prompt",
    ),
    pytest.param(
        {"prompt_tokens": 100, "completion_tokens": 20, "total_tokens": 3420}
        | {"cache_creation_input_tokens": 300, "cache_read_input_tokens": 3000},
        {
            leaf("input", "read"): 3000,
            leaf("input", "write"): 300,
            leaf("input", "uncached"): 100,
            leaf("output"): 20,
        },
        id="gateway that counts Anthropic's cache beside the prompt",
    ),
    pytest.param(
        {"prompt_tokens": 100, "completion_tokens": 20, "total_tokens": 1150}
        | {"prompt_tokens_details": {"cached_tokens": 1000}, "completion_tokens_details": {"reasoning_tokens": 30}},
        {
            leaf("input", "read"): 1000,
            leaf("input", "uncached"): 100,
            leaf("output", role="reasoning"): 30,
            leaf("output", role="answer"): 20,
        },
        id="cache and reasoning beside the counters that could hold them",
    ),
    pytest.param(
        {"prompt_tokens": 70, "completion_tokens": 12, "total_tokens": 82, "num_cached_tokens": 69},
        {leaf("input", "read"): 69, leaf("input", "uncached"): 1, leaf("output"): 12},
        id="Mistral",
    ),
    pytest.param(
        {"prompt_tokens": 12, "completion_tokens": 789, "total_tokens": 801}
        | {"prompt_cache_hit_tokens": 5, "prompt_cache_miss_tokens": 7, "prompt_tokens_details": {"cached_tokens": 5}}
        | {"completion_tokens_details": {"reasoning_tokens": 415}},
        {
            leaf("input", "read"): 5,
            leaf("input", "uncached"): 7,
            leaf("output", role="reasoning"): 415,
            leaf("output", role="answer"): 374,
        },
        id="DeepSeek",
    ),
    pytest.param(
        {"prompt_tokens": 35, "completion_tokens": 12, "total_tokens": 109},
        {leaf("input"): 35, leaf("output", role="answer"): 12, leaf("output", role="unspecified"): 62},
        id="Gemini behind the compatible endpoint",
    ),
    pytest.param(
        {"prompt_tokens": 32, "completion_tokens": 9, "total_tokens": 135}
        | {"completion_tokens_details": {"reasoning_tokens": 94}},
        {leaf("input"): 32, leaf("output", role="answer"): 9, leaf("output", role="reasoning"): 94},
        id="Grok, whose reasoning stands beside the completion",
    ),
    pytest.param(
        {"completion_tokens": 12, "total_tokens": 20},
        {leaf("input", role="unspecified"): 8, leaf("output"): 12},
        id="input is missing, and what the total implies is input",
    ),
    pytest.param(
        {"prompt_tokens": 5, "completion_tokens": 3, "total_tokens": 8, "prompt_tokens_details": {"cached_tokens": 9}},
        {leaf("input", "unspecified"): 5, leaf("output"): 3},
        id="more cached than input",
    ),
    pytest.param(
        {"prompt_tokens": 0, "completion_tokens": 0, "total_tokens": 0}, {leaf("input"): 0}, id="a call without tokens"
    ),
    pytest.param(
        {"prompt_tokens": 3, "completion_tokens": 2, "prompt_tokens_details": None, "completion_tokens_details": None},
        {leaf("input"): 3, leaf("output"): 2},
        id="null details, no total",
    ),
]


@pytest.mark.parametrize(("usage", "expected"), OPENAI)
def test_openai(run: Run, assert_sound: Run, usage: dict[str, Any], expected: dict[Any, int]) -> None:
    outcome = run("openai-response", {"model": "m", "usage": usage})
    assert outcome.leaves == expected
    assert_sound(outcome.rows)


@pytest.mark.parametrize(
    ("body", "service"),
    [
        ({"usage": {"prompt_tokens": 4, "total_tokens": 4}}, "embedding"),
        ({"data": [{"object": "embedding"}], "usage": {"prompt_tokens": 4, "completion_tokens": 0}}, "embedding"),
        ({"usage": {"type": "tokens", "input_tokens": 4, "output_tokens": 2}}, "speech_to_text"),
        ({"type": "speech.audio.done", "usage": {"input_tokens": 4, "output_tokens": 2}}, "text_to_speech"),
        ({"data": [{"b64_json": ""}], "usage": {"input_tokens": 4, "output_tokens": 2}}, "image_generation"),
        (
            {"usage": {"input_tokens": 4, "output_tokens": 2, "input_tokens_details": {"image_tokens": 4}}},
            "image_generation",
        ),
        ({"usage": {"prompt_tokens": 4, "total_tokens": 9}}, "inference"),
        ({"choices": [], "usage": {"prompt_tokens": 4, "total_tokens": 4}}, "inference"),
        ({"usage": {"prompt_tokens": 4, "completion_tokens": None, "total_tokens": 4}}, "inference"),
        ({"usage": {"prompt_tokens": 4, "completion_tokens": 0, "total_tokens": 4}}, "inference"),
    ],
)
def test_openai_services_follow_from_the_shape(run: Run, body: dict[str, Any], service: str) -> None:
    assert {row["ai_service"] for row in run("openai-response", body).rows} == {service}


def test_openai_embedding_that_states_its_total_alone(run: Run, assert_sound: Run) -> None:
    outcome = run("openai-response", {"data": [{"object": "embedding"}], "usage": {"total_tokens": 8}})
    assert outcome.leaves == {leaf("input"): 8}
    assert outcome.rows[0]["usage_group_total"] == "8"
    assert_sound(outcome.rows)


def test_the_last_chunk_of_a_stream_is_final(run: Run) -> None:
    chunk = {"object": "chat.completion.chunk", "usage": {"prompt_tokens": 5, "completion_tokens": 1}}
    running = {**chunk, "choices": [{"finish_reason": None}]}
    outcome = run("openai-response", running, {**chunk, "choices": [{"finish_reason": "stop"}]})
    assert outcome.leaves == {leaf("input"): 5, leaf("output"): 1}
    assert "running counters" in outcome.reasons[0]


def test_openai_transcription_by_duration_is_seconds(run: Run, assert_sound: Run) -> None:
    outcome = run("openai-response", {"model": "whisper-1", "usage": {"type": "duration", "seconds": 21.1234567}})
    (row,) = outcome.rows
    assert (row["meter"], row["consumed_quantity"], row["consumed_unit"]) == ("audio_seconds", "21.123457", "seconds")
    assert "rounded" in outcome.kinds
    assert_sound(outcome.rows)


@pytest.mark.parametrize(
    ("tier", "standard"),
    [
        ("default", "standard"),
        ("flex", "flex"),
        ("priority", "priority"),
        ("scale", "provisioned"),
        ("on_demand", "standard"),
        ("incentivized-tier", "other"),
        ("auto", None),
    ],
)
def test_openai_tiers(run: Run, tier: str, standard: str | None) -> None:
    outcome = run("openai-response", {"service_tier": tier, "usage": {"prompt_tokens": 4, "completion_tokens": 1}})
    assert {row.get("processing_tier") for row in outcome.rows} == {standard}
    assert {row["processing_tier_reported"] for row in outcome.rows} == {tier}


def test_a_total_smaller_than_its_parts_is_left_to_the_counters(run: Run, assert_sound: Run) -> None:
    outcome = run("openai-response", {"usage": {"prompt_tokens": 5, "completion_tokens": 3, "total_tokens": 6}})
    assert outcome.leaves == {leaf("input"): 5, leaf("output"): 3}
    assert not any("usage_group_total" in row for row in outcome.rows)
    assert {row["source_counters"]["total_tokens"] for row in outcome.rows} == {"6"}
    (notice,) = [each for each in outcome.conversion.notices if each.kind == "contradiction"]
    assert "6 < 8" in notice.example
    assert_sound(outcome.rows)


def test_two_names_of_one_counter_that_differ_are_reported(run: Run, assert_sound: Run) -> None:
    usage = {"prompt_tokens": 5, "input_tokens": 6, "completion_tokens": 1, "total_tokens": 6}
    outcome = run("openai-response", {"model": "m", "usage": usage})
    assert outcome.leaves == {leaf("input"): 5, leaf("output"): 1}
    assert outcome.kinds == {"contradiction"}
    usage = {"inputTokens": 1, "outputTokens": 1, "cacheReadInputTokens": 5, "cacheReadInputTokenCount": 6}
    outcome = run("bedrock-response", {"model": "m", "usage": usage})
    assert outcome.leaves == {leaf("input", "uncached"): 1, leaf("input", "read"): 5, leaf("output"): 1}
    assert outcome.kinds == {"contradiction"}
    assert_sound(outcome.rows)


def test_cache_counters_in_and_beside_the_details_that_differ_are_reported(run: Run, assert_sound: Run) -> None:
    usage = {"prompt_tokens": 1000, "completion_tokens": 20, "total_tokens": 1020}
    beside = {"cache_read_input_tokens": 800, "cache_creation_input_tokens": 50}
    details = {"prompt_tokens_details": {"cached_tokens": 0, "cache_write_tokens": 50}}
    outcome = run("openai-response", {"model": "m", "usage": {**usage, **beside, **details}})
    assert outcome.leaves == {
        leaf("input", "uncached"): 950,
        leaf("input", "write"): 50,
        leaf("output"): 20,
    }
    (notice,) = outcome.conversion.notices
    assert (notice.kind, notice.example) == ("contradiction", "0 <> 800")
    assert_sound(outcome.rows)


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


@pytest.mark.parametrize(
    ("name", "count"), [("promptTokensDetails", 9), ("candidatesTokensDetails", 4), ("toolUsePromptTokensDetails", 2)]
)
def test_modalities_of_gemini_that_leave_something_out_are_reported(run: Run, name: str, count: int) -> None:
    usage = {"promptTokenCount": 10, "candidatesTokenCount": 5, "toolUsePromptTokenCount": 3, "totalTokenCount": 18}
    outcome = run("gemini-response", {"modelVersion": "m", "usageMetadata": {**usage, name: modalities(text=count)}})
    (notice,) = outcome.conversion.notices
    assert (notice.kind, notice.message) == ("unexplained", f"{name} add up to less than their total")


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


ANTHROPIC = [
    pytest.param(
        {"input_tokens": 3, "output_tokens": 44},
        {leaf("input"): 3, leaf("output"): 44},
        id="before prompt caching",
    ),
    pytest.param(
        {
            "input_tokens": 14,
            "cache_creation_input_tokens": 2612,
            "cache_read_input_tokens": 18944,
            "cache_creation": {"ephemeral_5m_input_tokens": 564, "ephemeral_1h_input_tokens": 2048},
            "output_tokens": 311,
            "output_tokens_details": {"thinking_tokens": 200},
        },
        {
            leaf("input", "uncached"): 14,
            leaf("input", "read"): 18944,
            leaf("input", "write", 300): 564,
            leaf("input", "write", 3600): 2048,
            leaf("output", role="reasoning"): 200,
            leaf("output", role="answer"): 111,
        },
        id="both lifetimes",
    ),
    pytest.param(
        {
            "input_tokens": 1,
            "cache_creation_input_tokens": 100,
            "cache_creation": {"ephemeral_5m_input_tokens": 60},
            "output_tokens": 2,
        },
        {
            leaf("input", "uncached"): 1,
            leaf("input", "write", 300): 60,
            leaf("input", "write"): 40,
            leaf("output"): 2,
        },
        id="a split that explains too little",
    ),
    pytest.param(
        {
            "input_tokens": 1,
            "cache_creation_input_tokens": 100,
            "cache_creation": {"ephemeral_5m_input_tokens": 60, "ephemeral_1h_input_tokens": 60},
            "output_tokens": 2,
        },
        {leaf("input", "uncached"): 1, leaf("input", "write"): 100, leaf("output"): 2},
        id="a split that explains too much",
    ),
    pytest.param(
        {"input_tokens": 1, "cache_creation": {"ephemeral_1h_input_tokens": 7}, "output_tokens": 0},
        {leaf("input", "uncached"): 1, leaf("input", "write", 3600): 7},
        id="a split without its sum",
    ),
    pytest.param(
        {"input_tokens": 1, "output_tokens": 5, "output_tokens_details": {"thinking_tokens": 9}},
        {leaf("input"): 1, leaf("output", role="unspecified"): 5},
        id="more thinking than output",
    ),
]


@pytest.mark.parametrize(("usage", "expected"), ANTHROPIC)
def test_anthropic(run: Run, assert_sound: Run, usage: dict[str, Any], expected: dict[Any, int]) -> None:
    outcome = run("anthropic-response", {"model": "m", "usage": usage})
    assert outcome.leaves == expected
    assert not any("usage_group_total" in row for row in outcome.rows)
    assert_sound(outcome.rows)


def iteration(kind: str, entering: int, leaving: int, **more: object) -> dict[str, object]:
    return {"type": kind, "input_tokens": entering, "output_tokens": leaving, **more}


class TestAnthropicIterations:
    """What the counters of the top level leave out becomes a group of its own, and what they hold does not."""

    def groups(self, run: Run, assert_sound: Run, *iterations: object) -> Any:  # noqa: ANN401 - groups, and the kinds
        usage = {"input_tokens": 30, "output_tokens": 5, "iterations": list(iterations)}
        outcome = run("anthropic-response", {"id": "msg_1", "model": "executor", "usage": usage})
        assert_sound(outcome.rows)
        found: dict[str, Any] = {}
        for row in outcome.rows:
            group = found.setdefault(row["usage_group_id"], {"model": row.get("model_id"), "tokens": 0})
            group["tokens"] += int(row["consumed_quantity"])
        found["kinds"] = outcome.kinds
        return found

    def test_an_advisor_has_its_own_model(self, run: Run, assert_sound: Run) -> None:
        groups = self.groups(
            run,
            assert_sound,
            iteration("message", 10, 2),
            iteration("advisor_message", 2529, 38, model="advisor"),
            iteration("message", 20, 3),
        )
        assert groups == {
            "anthropic-response:msg_1": {"model": "executor", "tokens": 35},
            "anthropic-response:msg_1#iteration-2": {"model": "advisor", "tokens": 2567},
            "kinds": set(),
        }

    def test_an_advisor_without_model_has_none(self, run: Run, assert_sound: Run) -> None:
        groups = self.groups(run, assert_sound, iteration("message", 30, 5), iteration("advisor_message", 1, 1))
        assert groups["anthropic-response:msg_1#iteration-2"] == {"model": None, "tokens": 2}
        assert groups["kinds"] == {"model_missing"}

    def test_a_compaction_is_the_executors(self, run: Run, assert_sound: Run) -> None:
        groups = self.groups(run, assert_sound, iteration("compaction", 100, 82), iteration("message", 30, 5))
        assert groups["anthropic-response:msg_1#iteration-1"] == {"model": "executor", "tokens": 182}

    def test_counters_that_hold_everything_are_not_doubled(self, run: Run, assert_sound: Run) -> None:
        groups = self.groups(run, assert_sound, iteration("compaction", 10, 2), iteration("message", 20, 3))
        assert groups == {"anthropic-response:msg_1": {"model": "executor", "tokens": 35}, "kinds": set()}

    def test_with_a_fallback_the_top_level_holds(self, run: Run, assert_sound: Run) -> None:
        groups = self.groups(run, assert_sound, iteration("message", 7, 1), iteration("fallback_message", 30, 5))
        assert groups == {"anthropic-response:msg_1": {"model": "executor", "tokens": 35}, "kinds": {"interpreted"}}

    def test_messages_that_do_not_add_up_are_reported(self, run: Run, assert_sound: Run) -> None:
        groups = self.groups(run, assert_sound, iteration("message", 7, 1), iteration("compaction", 4, 4))
        assert groups["kinds"] == {"contradiction"}
        assert groups["anthropic-response:msg_1"]["tokens"] == 35
        assert groups["anthropic-response:msg_1#iteration-2"]["tokens"] == 8

    def test_an_unknown_kind_outside_the_sum_is_converted_and_reported(self, run: Run, assert_sound: Run) -> None:
        groups = self.groups(run, assert_sound, iteration("message", 30, 5), iteration("critic", 6, 1))
        assert groups["anthropic-response:msg_1#iteration-2"]["tokens"] == 7
        assert groups["kinds"] == {"interpreted"}


def test_anthropic_tools_tiers_and_regions(run: Run, assert_sound: Run) -> None:
    usage = {
        "input_tokens": 5,
        "output_tokens": 6,
        "service_tier": "standard",
        "speed": "fast",
        "inference_geo": "us",
        "server_tool_use": {
            "web_search_requests": 3,
            "web_fetch_requests": 2,
            "code_runs": 4,
            "idle": 0,
            "a b@c.de": 1,
        },
    }
    outcome = run("anthropic-response", {"model": "m", "usage": usage})
    tools = {(row["meter"], row.get("meter_variant"), row["consumed_quantity"]) for row in outcome.rows[2:]}
    assert tools == {
        ("searches", None, "3"),
        ("tool_calls", "web_fetch_requests", "2"),
        ("tool_calls", "code_runs", "4"),
    }
    assert {row["ai_service"] for row in outcome.rows[2:]} == {"tool"}
    assert {(row["processing_tier"], row["processing_tier_reported"]) for row in outcome.rows} == {
        ("fast", "standard/fast")
    }
    assert {(row["region_id"], row["region_scope"]) for row in outcome.rows} == {("us", "geography")}
    assert {"unknown_field", "not_converted"} <= outcome.kinds
    assert_sound(outcome.rows)


@pytest.mark.parametrize(
    ("geography", "columns"),
    [("global", ("global", "global")), ("not_available", (None, None)), (None, (None, None))],
)
def test_anthropic_geographies(run: Run, geography: str | None, columns: tuple[str | None, str | None]) -> None:
    outcome = run("anthropic-response", {"usage": {"input_tokens": 5, "output_tokens": 6, "inference_geo": geography}})
    assert {(row.get("region_id"), row.get("region_scope")) for row in outcome.rows} == {columns}


def modalities(**counts: int) -> list[dict[str, object]]:
    return [{"modality": name.upper(), "tokenCount": count} for name, count in counts.items()]


GEMINI = [
    pytest.param(
        {"promptTokenCount": 8, "promptTokensDetails": modalities(text=8), "totalTokenCount": 786}
        | {"candidatesTokenCount": 53, "thoughtsTokenCount": 725},
        {
            leaf("input", "uncached", None, "text", "prompt"): 8,
            leaf("output", role="answer"): 53,
            leaf("output", role="reasoning"): 725,
        },
        id="thoughts beside candidates",
    ),
    pytest.param(
        {"promptTokenCount": 10, "candidatesTokenCount": 10, "thoughtsTokenCount": 4, "totalTokenCount": 20}
        | {"candidatesTokensDetails": modalities(text=10)},
        {
            leaf("input", "uncached", role="prompt"): 10,
            leaf("output", modality="text", role="answer"): 6,
            leaf("output", modality="text", role="reasoning"): 4,
        },
        id="thoughts among candidates, as the total proves",
    ),
    pytest.param(
        {"promptTokenCount": 345, "cachedContentTokenCount": 230, "candidatesTokenCount": 51, "totalTokenCount": 396}
        | {"promptTokensDetails": modalities(text=87, document=258)}
        | {"cacheTokensDetails": modalities(text=58, document=172)},
        {
            leaf("input", "read", None, "text", "prompt"): 58,
            leaf("input", "read", None, "document", "prompt"): 172,
            leaf("input", "uncached", None, "text", "prompt"): 29,
            leaf("input", "uncached", None, "document", "prompt"): 86,
            leaf("output", role="answer"): 51,
        },
        id="cache by modality",
    ),
    pytest.param(
        {"promptTokenCount": 345, "cachedContentTokenCount": 230, "candidatesTokenCount": 51, "totalTokenCount": 396}
        | {"promptTokensDetails": modalities(text=87, document=258)},
        {
            leaf("input", "read", None, "unspecified", "prompt"): 230,
            leaf("input", "uncached", None, "unspecified", "prompt"): 115,
            leaf("output", role="answer"): 51,
        },
        id="cache and modality apart",
    ),
    pytest.param(
        {"promptTokenCount": 257, "toolUsePromptTokenCount": 1732, "candidatesTokenCount": 170}
        | {"thoughtsTokenCount": 773, "totalTokenCount": 2932}
        | {"promptTokensDetails": modalities(text=196), "toolUsePromptTokensDetails": modalities(text=1732)},
        {
            leaf("input", "uncached", None, "text", "prompt"): 196,
            leaf("input", "uncached", None, "unspecified", "prompt"): 61,
            leaf("input", "uncached", None, "text", "tool_result"): 1732,
            leaf("output", role="answer"): 170,
            leaf("output", role="reasoning"): 773,
        },
        id="tool results, and a list that does not add up",
    ),
    pytest.param(
        {"promptTokenCount": 17, "candidatesTokenCount": 1336, "totalTokenCount": 1353}
        | {"candidatesTokensDetails": modalities(image=1290)},
        {
            leaf("input", "uncached", role="prompt"): 17,
            leaf("output", modality="image", role="answer"): 1290,
            leaf("output", modality="unspecified", role="answer"): 46,
        },
        id="image output",
    ),
    pytest.param(
        {"promptTokenCount": 279, "thoughtsTokenCount": 31, "totalTokenCount": 400},
        {
            leaf("input", "uncached", role="prompt"): 279,
            leaf("output", role="reasoning"): 31,
            leaf("output", role="unspecified"): 90,
        },
        id="a total that holds more",
    ),
    pytest.param(
        {"candidatesTokenCount": 5, "totalTokenCount": 9},
        {leaf("input", role="unspecified"): 4, leaf("output", role="answer"): 5},
        id="no prompt, and what the total implies is input",
    ),
    pytest.param(
        {"promptTokenDetails": [*modalities(text=11), {"modality": "AUDIO"}]},
        {leaf("input", modality="text"): 11},
        id="embedding",
    ),
    pytest.param(
        {"promptTokenCount": 5, "promptTokensDetails": modalities(text=9), "totalTokenCount": 5},
        {leaf("input", "uncached", None, "unspecified", "prompt"): 5},
        id="a list that explains too much",
    ),
    pytest.param(
        {"promptTokenCount": 5, "promptTokensDetails": modalities(hologram=5), "totalTokenCount": 5},
        {leaf("input", "uncached", None, "unspecified", "prompt"): 5},
        id="a modality from the future",
    ),
]


@pytest.mark.parametrize(("usage", "expected"), GEMINI)
def test_gemini(run: Run, assert_sound: Run, usage: dict[str, Any], expected: dict[Any, int]) -> None:
    outcome = run("gemini-response", {"modelVersion": "m", "usageMetadata": usage})
    assert outcome.leaves == expected
    assert_sound(outcome.rows)


@pytest.mark.parametrize(
    ("stated", "tier", "reported"),
    [
        ({"trafficType": "ON_DEMAND"}, "standard", "ON_DEMAND"),
        ({"trafficType": "PROVISIONED_THROUGHPUT"}, "provisioned", "PROVISIONED_THROUGHPUT"),
        ({"trafficType": "ON_DEMAND_PRIORITY"}, "priority", "ON_DEMAND_PRIORITY"),
        ({"serviceTier": "flex", "trafficType": "ON_DEMAND_FLEX"}, "flex", "flex"),
        ({"serviceTier": "flex", "trafficType": "ON_DEMAND"}, "flex", "flex"),
        ({}, None, None),
    ],
)
def test_gemini_tiers(run: Run, stated: dict[str, str], tier: str | None, reported: str | None) -> None:
    outcome = run("gemini-response", {"usageMetadata": {"promptTokenCount": 5, **stated}})
    found = {(row.get("processing_tier"), row.get("processing_tier_reported")) for row in outcome.rows}
    assert found == {(tier, reported)}
    assert ("contradiction" in outcome.kinds) == (stated == {"serviceTier": "flex", "trafficType": "ON_DEMAND"})


def test_gemini_chunks_of_a_stream_are_refused(run: Run) -> None:
    chunk = {"candidates": [{"content": {}}], "usageMetadata": {"promptTokenCount": 5}}
    final = {"candidates": [{"content": {}, "finishReason": "STOP"}], "usageMetadata": {"promptTokenCount": 5}}
    outcome = run("gemini-response", chunk, final)
    assert outcome.conversion.rejected == 1
    assert outcome.leaves == {leaf("input", "uncached", None, None, "prompt"): 5}


BEDROCK = [
    pytest.param(
        {"inputTokens": 7, "outputTokens": 126, "totalTokens": 133},
        {leaf("input"): 7, leaf("output"): 126},
        id="without cache",
    ),
    pytest.param(
        {"inputTokens": 9, "outputTokens": 143, "totalTokens": 4584}
        | {"cacheReadInputTokens": 3120, "cacheWriteInputTokens": 1312}
        | {"cacheReadInputTokenCount": 3120, "cacheWriteInputTokenCount": 1312}
        | {"cacheDetails": [{"ttl": "1h", "inputTokens": 1024}, {"ttl": "5m", "inputTokens": 200}]},
        {
            leaf("input", "uncached"): 9,
            leaf("input", "read"): 3120,
            leaf("input", "write", 3600): 1024,
            leaf("input", "write", 300): 200,
            leaf("input", "write"): 88,
            leaf("output"): 143,
        },
        id="aliases, lifetimes and a rest",
    ),
    pytest.param(
        {"inputTokens": 1, "outputTokens": 2, "totalTokens": 23, "cacheWriteInputTokens": 20}
        | {"cacheDetails": [{"ttl": "1h", "inputTokens": 15}, {"ttl": "5m", "inputTokens": 5}]},
        {
            leaf("input", "uncached"): 1,
            leaf("input", "write", 3600): 15,
            leaf("input", "write", 300): 5,
            leaf("output"): 2,
        },
        id="lifetimes that explain every written token",
    ),
    pytest.param(
        {"inputTokens": 1, "outputTokens": 1, "cacheWriteInputTokens": 3}
        | {"cacheDetails": [{"ttl": "soon", "inputTokens": 4}]},
        {leaf("input", "uncached"): 1, leaf("input", "write"): 3, leaf("output"): 1},
        id="lifetimes that explain too much",
    ),
    pytest.param(
        {"inputTokens": 1, "outputTokens": 1, "totalTokens": 5},
        {leaf("input"): 1, leaf("output", role="answer"): 1, leaf("output", role="unspecified"): 3},
        id="a total that holds more",
    ),
]


@pytest.mark.parametrize(("usage", "expected"), BEDROCK)
def test_bedrock(run: Run, assert_sound: Run, usage: dict[str, Any], expected: dict[Any, int]) -> None:
    outcome = run("bedrock-response", {"usage": usage}, model="m")
    assert outcome.leaves == expected
    assert {row["service_provider_name"] for row in outcome.rows} == {"Amazon Web Services"}
    assert_sound(outcome.rows)


def test_bedrock_invocation_metrics_go_before_the_developers_usage(run: Run, assert_sound: Run) -> None:
    metrics = {"inputTokenCount": 3, "outputTokenCount": 4, "cacheReadInputTokenCount": 5, "invocationLatency": 900}
    body = {"usage": {"input_tokens": 8, "output_tokens": 4}, "amazon-bedrock-invocationMetrics": metrics}
    outcome = run("bedrock-response", body)
    assert outcome.leaves == {leaf("input", "uncached"): 3, leaf("input", "read"): 5, leaf("output"): 4}
    assert_sound(outcome.rows)


def test_bedrock_names_the_converter_of_a_developers_shape(run: Run) -> None:
    outcome = run("bedrock-response", {"usage": {"input_tokens": 8, "output_tokens": 4}})
    assert "anthropic-response" in outcome.reasons[0]


def test_counts_that_add_up_to_more_than_a_quantity_holds_are_refused(run: Run) -> None:
    detail = {"ttl": "5m", "inputTokens": 10**17 - 1}
    outcome = run("bedrock-response", {"usage": {"inputTokens": 1, "cacheDetails": [detail] * 20}})
    assert outcome.rows == []
    assert "add up to a number of more than 18 digits" in outcome.reasons[0]


def test_bedrock_tier_latency_and_tools(run: Run, assert_sound: Run) -> None:
    body = {
        "serviceTier": {"type": "reserved"},
        "performanceConfig": {"latency": "optimized"},
        "ResponseMetadata": {"RequestId": "req-1"},
        "usage": {"inputTokens": 1, "outputTokens": 1, "serverToolUsage": {"webSearchCount": 2}},
    }
    outcome = run("bedrock-response", body)
    assert {row["processing_tier"] for row in outcome.rows} == {"provisioned"}
    assert {row["source_record_id"] for row in outcome.rows} == {"req-1"}
    (tool,) = outcome.of_meter("tool_calls")
    assert (tool["meter_variant"], tool["consumed_quantity"]) == ("webSearchCount", "2")
    assert {"not_converted", "unknown_field", "model_missing"} == outcome.kinds
    assert_sound(outcome.rows)


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
    others = [{"id": evil, "usage": {"input_tokens": 1}}] * 2
    outcome = run("anthropic-response", {"usage": usage}, *others, {"usage": {"input_tokens": 1, evil: 1}})
    assert outcome.conversion.rejected == 2
    texts = [str(each) for each in (*outcome.conversion.rejects, *outcome.conversion.notices)]
    assert not any("\x1b" in text or "\n" in text for text in texts)


REFUSED = [
    ("openai-response", {"usage": {"total_tokens": 5}}, "neither input nor output"),
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
    ("anthropic-response", {"usage": {"cache_read_input_tokens": 5}}, "neither input_tokens"),
    ("anthropic-response", {"type": "message_delta", "usage": {"output_tokens": 5}}, "stream"),
    ("anthropic-response", {"usage": {"input_tokens": 1, "iterations": {}}}, "where an array belongs"),
    ("anthropic-response", {"usage": {"input_tokens": 1, "iterations": [5]}}, "where objects belong"),
    ("gemini-response", {"usageMetadata": {"trafficType": "ON_DEMAND"}}, "no token count"),
    ("bedrock-response", {"usage": {"totalTokens": 5}}, "neither inputTokens"),
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
