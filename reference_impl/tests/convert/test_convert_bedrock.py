"""What the converter makes of response bodies of Bedrock."""

from __future__ import annotations

from typing import Any

import pytest
from fixtures import Run
from leaves import leaf

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
