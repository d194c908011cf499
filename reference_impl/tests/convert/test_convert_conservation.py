"""Nothing disappears and nothing is doubled: properties of generated response bodies, family by family."""

from __future__ import annotations

import json
from random import Random
from typing import Any

import pytest
from fixtures import Run
from hypothesis import given, settings
from hypothesis import strategies as st

counts = st.one_of(st.integers(0, 30), st.integers(0, 2_000_000))
maybe = st.one_of(st.none(), counts)


def stated(**members: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[str, Any]]:
    """Objects with any of these members; null stands for absent as often as absence does."""
    return st.fixed_dictionaries({}, optional=members)


def or_none(strategy: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.one_of(st.none(), strategy)


openai_details = or_none(
    stated(
        cached_tokens=maybe,
        cache_write_tokens=maybe,
        text_tokens=maybe,
        audio_tokens=maybe,
        image_tokens=maybe,
        cached_tokens_details=or_none(stated(text_tokens=counts, audio_tokens=counts)),
    )
)
openai_output_details = or_none(
    stated(
        reasoning_tokens=maybe,
        audio_tokens=maybe,
        text_tokens=maybe,
        accepted_prediction_tokens=maybe,
        rejected_prediction_tokens=maybe,
    )
)


@st.composite
def openai_usage(draw: st.DrawFn) -> dict[str, Any]:
    names = draw(st.sampled_from([("prompt", "completion"), ("input", "output")]))
    entering, leaving = draw(counts), draw(counts)
    usage: dict[str, Any] = {
        f"{names[0]}_tokens": entering,
        f"{names[1]}_tokens": leaving,
        f"{names[0]}_tokens_details": draw(openai_details),
        f"{names[1]}_tokens_details": draw(openai_output_details),
    }
    cached, reasoning = openai_subsets(usage)
    beside = draw(st.sampled_from([0, cached, reasoning, cached + reasoning]))
    total = draw(st.one_of(st.none(), st.just(entering + leaving + beside), st.integers(0, 100)))
    return usage if total is None else {**usage, "total_tokens": total}


def openai_subsets(usage: dict[str, Any]) -> tuple[int, int]:
    """Tokens of the cache and of reasoning."""
    details = usage.get("prompt_tokens_details") or usage.get("input_tokens_details") or {}
    output = usage.get("completion_tokens_details") or usage.get("output_tokens_details") or {}
    cached = (details.get("cached_tokens") or 0) + (details.get("cache_write_tokens") or 0)
    return cached, output.get("reasoning_tokens") or 0


def total_expected(usage: dict[str, Any], name: str, parts: int) -> int:
    return max(parts, usage.get(name) or 0)


class TestOpenAI:
    """Input is what the vendor counts as input, output that of the vendor; what the total holds beyond is output too,
    unless it is exactly what the cache counters say.
    """

    @settings(max_examples=300, deadline=None)
    @given(usage=openai_usage(), source=st.sampled_from(["openai-response", "openrouter-response"]))
    def test_conserves(self, run: Run, assert_sound: Run, usage: dict[str, Any], source: str) -> None:
        outcome = run(source, {"model": "m", "usage": usage})
        assert_sound(outcome.rows)
        entering: int = usage.get("prompt_tokens") or usage.get("input_tokens") or 0
        leaving: int = usage.get("completion_tokens") or usage.get("output_tokens") or 0
        everything = outcome.tokens("input") + outcome.tokens("output")
        assert everything == total_expected(usage, "total_tokens", entering + leaving)
        cached, reasoning = openai_subsets(usage)
        beyond = usage.get("total_tokens", 0) - entering - leaving
        if beyond > 0 and beyond != reasoning and beyond in {cached, cached + reasoning}:
            entering += cached
        assert outcome.tokens("input") == entering
        details = usage.get("prompt_tokens_details") or usage.get("input_tokens_details") or {}
        read, write = details.get("cached_tokens") or 0, details.get("cache_write_tokens") or 0
        fits = read + write <= entering
        assert outcome.tokens("input", cache_action="read") == (read if fits else 0)
        assert outcome.tokens("input", cache_action="write") == (write if fits else 0)
        assert fits or "contradiction" in outcome.kinds


@st.composite
def anthropic_usage(draw: st.DrawFn) -> dict[str, Any]:
    split = draw(or_none(stated(ephemeral_5m_input_tokens=counts, ephemeral_1h_input_tokens=counts)))
    adds_up = sum((split or {}).values())
    usage = draw(stated(cache_read_input_tokens=maybe, output_tokens_details=or_none(stated(thinking_tokens=counts))))
    written = draw(st.one_of(st.none(), counts, st.just(adds_up)))
    return {
        **usage,
        "input_tokens": draw(counts),
        "output_tokens": draw(counts),
        "cache_creation": split,
        "cache_creation_input_tokens": written,
    }


class TestAnthropic:
    """Every disjoint counter is found again in the leaves, at the top level and in what it leaves out."""

    @settings(max_examples=200, deadline=None)
    @given(usage=anthropic_usage(), outside=st.lists(anthropic_usage(), max_size=2))
    def test_conserves(self, run: Run, assert_sound: Run, usage: dict[str, Any], outside: list[dict[str, Any]]) -> None:
        counters = ("input_tokens", "output_tokens", "cache_read_input_tokens", "cache_creation_input_tokens")
        message = {"type": "message", **{name: usage.get(name) for name in counters}}
        iterations = [message, *({"type": "compaction", **each} for each in outside)]
        body = {"model": "m", "usage": {**usage, "iterations": iterations} if outside else usage}
        outcome = run("anthropic-response", body)
        assert_sound(outcome.rows)
        everything = [usage, *outside]
        written = [
            sum((each["cache_creation"] or {}).values())
            if each["cache_creation_input_tokens"] is None
            else each["cache_creation_input_tokens"]
            for each in everything
        ]
        read = sum(each.get("cache_read_input_tokens") or 0 for each in everything)
        assert outcome.tokens("input", cache_action="read") == read
        assert outcome.tokens("input", cache_action="write") == sum(written)
        assert outcome.tokens("input") == sum(each["input_tokens"] for each in everything) + read + sum(written)
        assert outcome.tokens("output") == sum(each["output_tokens"] for each in everything)


modality_list = st.lists(
    st.fixed_dictionaries(
        {"modality": st.sampled_from(["TEXT", "IMAGE", "AUDIO", "MODALITY_UNSPECIFIED"])},
        optional={"tokenCount": counts},
    ),
    max_size=4,
)


@st.composite
def gemini_usage(draw: st.DrawFn) -> dict[str, Any]:
    usage = draw(
        stated(
            promptTokenCount=counts,
            candidatesTokenCount=counts,
            thoughtsTokenCount=counts,
            toolUsePromptTokenCount=counts,
            promptTokensDetails=modality_list,
            candidatesTokensDetails=modality_list,
            toolUsePromptTokensDetails=modality_list,
            cacheTokensDetails=modality_list,
        )
    )
    if draw(st.booleans()):
        usage["promptTokenCount"] = sum(each.get("tokenCount", 0) for each in usage.get("promptTokensDetails", []))
    if draw(st.booleans()):
        usage["cachedContentTokenCount"] = draw(st.integers(0, usage.get("promptTokenCount", 0)))
    parts = gemini_parts(usage)
    without_thoughts = sum(parts) - usage.get("thoughtsTokenCount", 0)
    total = draw(st.one_of(st.just(sum(parts)), st.just(without_thoughts), st.integers(0, 100)))
    return {**usage, "totalTokenCount": total}


def gemini_parts(usage: dict[str, Any]) -> tuple[int, int]:
    prompt = usage.get("promptTokenCount")
    if prompt is None:
        prompt = sum(each.get("tokenCount", 0) for each in usage.get("promptTokensDetails", []))
    return (
        prompt + usage.get("toolUsePromptTokenCount", 0),
        usage.get("candidatesTokenCount", 0) + usage.get("thoughtsTokenCount", 0),
    )


class TestGemini:
    """Input and output are what the counters say, cached tokens among them, and the rest of the total is kept."""

    @settings(max_examples=300, deadline=None)
    @given(usage=gemini_usage())
    def test_conserves(self, run: Run, assert_sound: Run, usage: dict[str, Any]) -> None:
        outcome = run("gemini-response", {"modelVersion": "m", "usageMetadata": usage})
        assert_sound(outcome.rows)
        entering, leaving = gemini_parts(usage)
        thoughts = usage.get("thoughtsTokenCount", 0)
        # A total that has no room for the thoughts proves that the candidates hold them.
        is_inside = usage["totalTokenCount"] == entering + leaving - thoughts
        if thoughts and is_inside and thoughts <= usage.get("candidatesTokenCount", 0):
            leaving -= thoughts
            assert "interpreted" in outcome.kinds
        assert outcome.tokens("input") >= entering
        assert outcome.tokens("output") >= leaving
        everything = outcome.tokens("input") + outcome.tokens("output")
        assert everything == total_expected(usage, "totalTokenCount", entering + leaving)
        assert outcome.tokens("output", role="reasoning") == usage.get("thoughtsTokenCount", 0)
        assert outcome.tokens("input", role="tool_result") == usage.get("toolUsePromptTokenCount", 0)
        assert outcome.tokens("input", cache_action="read") == usage.get("cachedContentTokenCount", 0)


@st.composite
def bedrock_usage(draw: st.DrawFn) -> dict[str, Any]:
    usage = draw(stated(cacheReadInputTokens=counts, cacheWriteInputTokens=counts))
    aliases = {f"{name[:-6]}TokenCount": count for name, count in usage.items()} if draw(st.booleans()) else {}
    details = draw(
        st.lists(
            st.fixed_dictionaries({"ttl": st.sampled_from(["5m", "1h", "7x"]), "inputTokens": st.integers(0, 20)}),
            max_size=3,
        )
    )
    usage = {**usage, **aliases, "inputTokens": draw(counts), "outputTokens": draw(counts), "cacheDetails": details}
    total = draw(st.one_of(st.none(), st.just(bedrock_parts(usage)), st.integers(0, 100)))
    return {**usage, "totalTokens": total}


def bedrock_parts(usage: dict[str, Any]) -> int:
    explained = sum(each["inputTokens"] for each in usage["cacheDetails"])
    read, written = usage.get("cacheReadInputTokens", 0), usage.get("cacheWriteInputTokens", explained)
    return int(usage["inputTokens"] + usage["outputTokens"] + read + written)


class TestBedrock:
    """Disjoint counters add up, and a second name for a counter is not a second count."""

    @settings(max_examples=200, deadline=None)
    @given(usage=bedrock_usage())
    def test_conserves(self, run: Run, assert_sound: Run, usage: dict[str, Any]) -> None:
        outcome = run("bedrock-response", {"usage": usage}, model="m")
        assert_sound(outcome.rows)
        everything = outcome.tokens("input") + outcome.tokens("output")
        assert everything == total_expected(usage, "totalTokens", bedrock_parts(usage))
        assert outcome.tokens("input", cache_action="read") == usage.get("cacheReadInputTokens", 0)


bodies = st.lists(
    st.builds(
        lambda usage, model: {"usage": usage, **({} if model is None else {"model": model})},
        openai_usage(),
        st.sampled_from([None, "a", "b"]),
    ),
    max_size=6,
)


class TestIdentity:
    """The same fact has the same identifier in every export, whatever its place."""

    @settings(max_examples=40, deadline=None)
    @given(records=bodies, repeats=st.integers(1, 3), seed=st.integers())
    def test_order_does_not_matter(
        self, run: Run, assert_sound: Run, records: list[dict[str, Any]], repeats: int, seed: int
    ) -> None:
        several = records * repeats
        shuffled = list(several)
        Random(seed).shuffle(shuffled)  # noqa: S311 - an order, not a secret
        one, other = run("openai-response", *several), run("openai-response", *shuffled)
        assert_sound(one.rows)
        assert {json.dumps(row, sort_keys=True) for row in one.rows} == {
            json.dumps(row, sort_keys=True) for row in other.rows
        }
        assert one.conversion.records == len(several)

    def test_a_repeated_response_counts_once(self, run: Run) -> None:
        body = {"id": "chatcmpl-1", "model": "m", "usage": {"prompt_tokens": 5, "completion_tokens": 1}}
        outcome = run("openai-response", body, body, {**body, "id": "chatcmpl-2"})
        assert outcome.tokens("input") == 10
        assert (outcome.reasons, outcome.kinds) == ([], {"duplicate"})
        assert {row["source_record_id"] for row in outcome.rows} == {"chatcmpl-1", "chatcmpl-2"}

    def test_an_identifier_that_comes_again_at_another_time_is_another_response(
        self, run: Run, assert_sound: Run
    ) -> None:
        body = {
            "id": "chatcmpl-311",
            "created": 1786060800,
            "model": "m",
            "usage": {"prompt_tokens": 5, "completion_tokens": 1},
        }
        later = {**body, "created": 1786060860}
        outcome = run("openai-response", body, later, later)
        assert outcome.tokens("input") == 10
        assert (outcome.reasons, outcome.kinds) == ([], {"duplicate"})
        assert_sound(outcome.rows)
        assert sorted(json.dumps(row) for row in run("openai-response", later, body).rows) == sorted(
            json.dumps(row) for row in outcome.rows
        )

    def test_a_time_that_the_caller_gives_is_no_part_of_the_identity(self, run: Run) -> None:
        body = {"id": "chatcmpl-311", "usage": {"prompt_tokens": 5}}
        assert {row["record_id"] for row in run("openai-response", body).rows} == {"openai-response:chatcmpl-311:input"}

    def test_identical_bodies_without_identifier_are_different_calls(self, run: Run, assert_sound: Run) -> None:
        body = {"model": "m", "usage": {"prompt_tokens": 5, "completion_tokens": 1}}
        outcome = run("openai-response", body, body)
        assert outcome.tokens("input") == 10
        assert_sound(outcome.rows)

    def test_an_identifier_that_is_an_address_is_left_out(self, run: Run, assert_sound: Run) -> None:
        outcome = run("openai-response", {"id": "dana@example.com", "usage": {"prompt_tokens": 5}})
        assert not any("source_record_id" in row for row in outcome.rows)
        assert "personal_data" in outcome.kinds
        assert_sound(outcome.rows)

    def test_what_stands_around_the_usage_is_no_part_of_the_identity(self, run: Run) -> None:
        usage = {"prompt_tokens": 5}
        one = run("openai-response", {"usage": usage, "file": "a"})
        other = run("openai-response", {"file": "b", "usage": usage})
        assert one.rows == other.rows


@pytest.mark.parametrize(
    ("source", "usage"),
    [
        *((source, {"usage": {"total_tokens": 9}}) for source in ("openai-response", "openrouter-response")),
        ("bedrock-response", {"usage": {"totalTokens": 9}}),
        ("bedrock-response", {"totalTokens": 9}),
        ("gemini-response", {"usageMetadata": {"totalTokenCount": 9}}),
    ],
)
def test_a_total_that_stands_alone_is_kept(
    run: Run, assert_sound: Run, source: str, usage: dict[str, dict[str, int]]
) -> None:
    outcome = run(source, {"model": "m", **usage})
    assert_sound(outcome.rows)
    assert outcome.leaves == {("output", None, None, None, "unspecified"): 9}
    assert outcome.kinds == {"unexplained"}
