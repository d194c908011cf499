"""What gateways keep of the calls that pass through them: contradictions and names of their own."""

from __future__ import annotations

from typing import Any

import pytest
from fixtures import Run
from hypothesis import given
from hypothesis import strategies as st


class TestGateways:
    """What a gateway keeps, guesses or passes on is not what a provider counted or billed."""

    log = {"request_id": "r", "call_type": "acompletion", "startTime": 5, "model": "m"}  # noqa: RUF012

    def test_the_log_and_its_usage_object_differ(self, run: Run) -> None:
        details = {"prompt_tokens": 7, "completion_tokens": 1, "total_tokens": 8}
        log = {**self.log, "prompt_tokens": 5, "metadata": {"usage_object": details}}
        outcome = run("litellm", log)
        assert outcome.tokens("input") == 7
        assert "contradiction" in outcome.kinds
        assert {row["cost_carrier"] for row in outcome.rows} == {"unknown"}

    @pytest.mark.parametrize("zero", [0, 0.0, "0"])
    def test_a_time_of_zero_is_none(self, run: Run, zero: object) -> None:
        log = {**self.log, "startTime": zero, "spend": 1}
        assert run("litellm", {**log, "endTime": 5}).rows[0]["charge_period_start"] == "1970-01-01T00:00:05Z"
        assert run("litellm", log).reasons == ["the record states no startTime and no endTime"]
        (row,) = run("openai-response", {"created": zero, "model": "m", "usage": {"prompt_tokens": 1}}).rows
        assert row["charge_period_start"] == "2026-08-31T12:00:00Z"

    def test_services_and_providers(self, run: Run) -> None:
        log = {**self.log, "call_type": "arerank", "custom_llm_provider": "vertex_ai", "spend": 1}
        (row,) = run("litellm", log).rows
        assert (row["ai_service"], row["service_provider_name"]) == ("reranking", "Google")

    def test_days_by_workspace(self, run: Run, assert_sound: Run) -> None:
        day = {"date": "2026-08-24", "model": "m", "endpoint_id": "e", "usage": 0.5, "requests": 1, "prompt_tokens": 5}
        outcome = run("openrouter-activity", {"data": [{**day, "workspace_id": each} for each in ("w1", "w2")]})
        found = {(row["sub_account_id"], row["consumed_quantity"]) for row in outcome.of_meter("tokens")}
        assert found == {("w1", "5"), ("w2", "5")}
        assert_sound(outcome.rows)

    def test_a_generation_of_the_router(self, run: Run) -> None:
        generation = {
            "id": "gen-1",
            "created_at": "2026-08-01T00:00:00Z",
            "total_cost": 0.5,
            "tokens_prompt": 9,
            "native_tokens_prompt": 10,
            "native_tokens_completion": 4,
            "native_tokens_cached": 6,
        }
        outcome = run("openrouter-activity", {"data": generation}, {"data": generation})
        assert outcome.tokens("input") == 10
        assert outcome.tokens("input", cache_action="read") == 6
        assert outcome.kinds == {"duplicate", "model_missing"}

    def test_an_observation_with_the_older_usage(self, run: Run) -> None:
        usage = {"input": 5, "output": 6, "total": 20, "unit": "TOKENS", "dreams": 3}
        seen = {"id": "o", "traceId": "t", "startTime": "2026-08-01T00:00:00Z", "usage": usage}
        outcome = run("langfuse", seen, {"id": "e", "type": "GENERATION"}, {"id": "x", "type": "EVENT"})
        assert outcome.tokens("input") + outcome.tokens("output") == 20
        assert {"unexplained", "unknown_field", "not_converted"} <= outcome.kinds

    @pytest.mark.parametrize(
        ("stated", "cost", "kinds"),
        [
            ({"totalCost": 2, "costDetails": {"input": 1, "total": 2}}, "2", set()),
            ({"totalCost": 2, "costDetails": {"input": 1, "total": 3}}, "2", {"contradiction"}),
            ({"calculatedTotalCost": 2, "costDetails": {"total": 2.0}}, "2", set()),
            ({"costDetails": {"input": 1, "output": 0.5}}, "1.5", {"interpreted"}),
        ],
    )
    def test_costs_that_differ_are_told(self, run: Run, stated: Any, cost: str, kinds: set[str]) -> None:  # noqa: ANN401
        seen = {"id": "o", "traceId": "t", "type": "GENERATION", "startTime": 5, "model": "m", "usage": {"input": 5}}
        outcome = run("langfuse", {**seen, **stated})
        assert {row["effective_cost"] for row in outcome.rows if "effective_cost" in row} == {cost}
        assert outcome.kinds == kinds


def test_nothing_is_said_twice_of_one_record(run: Run) -> None:
    log = {"request_id": "r", "call_type": "acompletion", "spend": 1, "startTime": 5, "model": "m"}
    outcome = run("litellm", log, log)
    assert len(outcome.rows) == 1
    assert (outcome.reasons, outcome.kinds) == ([], {"duplicate"})
    other = run("litellm", log, {**log, "spend": 2})
    assert [row["effective_cost"] for row in other.rows] == ["2"]
    assert other.reasons == [
        "the call 'litellm:r#1970-01-01T00:00:05Z' is stated otherwise at -:2, and the larger of both counts"
    ]
    assert not other.kinds


class TestAliases:
    """Langfuse keeps usage under free names: what means the same is the same, unless the total says otherwise."""

    def read(self, run: Run, **usage: int) -> Any:  # noqa: ANN401 - an outcome
        observation = {"id": "o", "traceId": "t", "type": "GENERATION", "startTime": 5, "model": "m"}
        return run("langfuse", {**observation, "usageDetails": usage})

    def test_two_names_of_one_count(self, run: Run, assert_sound: Run) -> None:
        outcome = self.read(run, input=100, input_tokens=100, input_cached_tokens=30, input_cache_read=30, output=5)
        assert (outcome.tokens("input"), outcome.tokens("output")) == (130, 5)
        assert outcome.kinds == {"interpreted"}
        assert_sound(outcome.rows)

    def test_the_total_proves_that_they_are_two(self, run: Run) -> None:
        outcome = self.read(run, input_cached_tokens=30, input_cache_read=30, output=5, total=65)
        assert outcome.tokens("input", cache_action="read") == 60
        assert outcome.kinds == set()

    def test_two_names_of_two_counts(self, run: Run) -> None:
        outcome = self.read(run, input=100, promptTokens=90, output=5)
        assert outcome.tokens("input") == 100
        assert outcome.kinds == {"contradiction"}

    def test_writes_and_their_times_to_live(self, run: Run) -> None:
        outcome = self.read(
            run, input=1, input_cache_creation=10, input_cache_creation_5m=6, input_cache_creation_1h=4, output=5
        )
        assert outcome.tokens("input", cache_action="write") == 10
        assert outcome.kinds == {"interpreted"}
        further = self.read(run, input=1, input_cache_creation=10, input_cache_creation_5m=6, output=5)
        assert further.tokens("input", cache_action="write") == 16

    def test_the_total_under_another_name(self, run: Run) -> None:
        outcome = self.read(run, prompt_tokens=100, completion_tokens=5, total_tokens=107)
        assert (outcome.tokens("input"), outcome.tokens("output")) == (100, 7)
        assert outcome.kinds == {"unexplained"}


def test_days_without_requests(run: Run, assert_sound: Run) -> None:
    days = b"Date,Slug,Usage,Prompt Tokens\n2026-08-01,a/b,1.5,10\n2026-08-01,a/b,,10\n"
    outcome = run("openrouter-activity", days)
    assert outcome.of_meter("requests") == []
    assert [row["billed_cost"] for row in outcome.rows if "billed_cost" in row] == ["1.5"]
    assert outcome.tokens("input") == 20
    assert_sound(outcome.rows)


def test_billed_units_of_images_and_of_nothing(run: Run, assert_sound: Run) -> None:
    images = {"id": "x", "meta": {"billed_units": {"images": 2, "image_tokens": 500}}}
    nothing = {"id": "y", "meta": {"billed_units": {"search_units": 0}}}
    outcome = run("cohere-response", images, nothing, model="m")
    assert [(row["meter"], row["consumed_quantity"]) for row in outcome.rows] == [("images", "2"), ("searches", "0")]
    assert outcome.kinds == {"not_converted"}
    assert_sound(outcome.rows)


@pytest.mark.parametrize("kind", ["embeddings", "results"])
def test_billed_units_that_the_service_has_none_of(run: Run, assert_sound: Run, kind: str) -> None:
    body = {"id": "x", kind: [], "meta": {"billed_units": {"images": 2, "search_units": 3}}}
    outcome = run("cohere-response", body, model="m")
    services = {"embeddings": ["embedding", "inference"], "results": ["inference", "reranking"]}
    assert [row["ai_service"] for row in sorted(outcome.rows, key=lambda row: row["meter"])] == services[kind]
    assert_sound(outcome.rows)


@given(fresh=st.integers(0, 50), read=st.integers(1, 99), written=st.integers(1, 99), both=st.booleans())
def test_older_gateways_left_cached_tokens_out_of_the_prompt(
    run: Run, assert_sound: Run, *, fresh: int, read: int, written: int, both: bool
) -> None:
    prompt = fresh if both else fresh + read
    usage = {"prompt_tokens": prompt, "completion_tokens": 1, "total_tokens": prompt + 1}
    usage |= {"cache_read_input_tokens": read, "cache_creation_input_tokens": written}
    log = {**TestGateways.log, "metadata": {"usage_object": usage}}
    outcome = run("litellm", log)
    assert_sound(outcome.rows)
    proved = read + written > prompt and (not both or read > prompt)
    if proved:
        assert outcome.tokens("input") == fresh + read + written
        assert outcome.tokens("input", cache_action="write") == written
    assert ("interpreted" in outcome.kinds) == (read + written > prompt)


@pytest.mark.parametrize("details", [{}, {"prompt_tokens_details": {"cached_tokens": 4}}])
def test_a_log_that_states_a_total_alone(run: Run, assert_sound: Run, details: dict[str, Any]) -> None:
    stated = {"metadata": {"usage_object": {"total_tokens": 10, **details}}} if details else {"total_tokens": 10}
    outcome = run("litellm", {"call_type": "acompletion", "spend": 0.5, "startTime": "2026-08-03T10:15:00Z", **stated})
    assert_sound(outcome.rows)
    assert outcome.leaves == {("output", None, None, None, "unspecified"): 10}
    assert [row["effective_cost"] for row in outcome.of_meter("requests")] == ["0.5"]
    assert "unexplained" in outcome.kinds


@pytest.mark.parametrize("source", ["litellm", "openrouter-response"])
@pytest.mark.parametrize("place", ["prompt_tokens_details", "cache_creation"])
@given(counts=st.tuples(*[st.integers(0, 9)] * 5))
def test_written_tokens_by_lifetime(
    run: Run, assert_sound: Run, source: str, place: str, counts: tuple[int, int, int, int, int]
) -> None:
    """Gateways state how long written tokens live beside their count, of which those may leave some."""
    fresh, read, short, long, rest = counts
    written = {"ephemeral_5m_input_tokens": short, "ephemeral_1h_input_tokens": long}
    details = {"cached_tokens": read, "cache_creation_tokens": short + long + rest}
    stated: dict[str, Any] = {"prompt_tokens_details": {**details, "cache_creation_token_details": written}}
    if place == "cache_creation":
        stated = {"prompt_tokens_details": details, "cache_creation": written}
    usage = {"prompt_tokens": sum(counts), "completion_tokens": 1, **stated}
    log = {"request_id": "r", "call_type": "acompletion", "spend": 1, "startTime": "2026-08-03T10:15:00Z", "model": "m"}
    outcome = run(
        source, {**log, "metadata": {"usage_object": usage}} if source == "litellm" else {"usage": usage}, model="m"
    )
    truth = {("uncached", None): fresh, ("read", None): read, ("write", 300): short, ("write", 3600): long}
    truth["write", None] = rest
    found = {leaf[1:3]: count for leaf, count in outcome.leaves.items() if leaf[0] == "input"}
    assert found == {leaf: count for leaf, count in truth.items() if count}
    assert outcome.kinds == set()
    assert_sound(outcome.rows)


def test_the_tier_of_the_upstream(run: Run) -> None:
    usage = {"prompt_tokens": 1, "completion_tokens": 1, "service_tier": "priority"}
    outcome = run("openrouter-response", {"model": "m", "usage": usage})
    assert {row["processing_tier"] for row in outcome.rows} == {"priority"}
    assert outcome.kinds == set()
