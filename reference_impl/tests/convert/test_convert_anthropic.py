"""What the converter makes of response bodies of Anthropic."""

from __future__ import annotations

from typing import Any

import pytest
from fixtures import Run
from leaves import leaf

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
