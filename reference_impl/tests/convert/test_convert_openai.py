"""What the converter makes of response bodies of OpenAI."""

from __future__ import annotations

from typing import Any

import pytest
from fixtures import Run
from leaves import leaf

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
