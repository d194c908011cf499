"""What the converter makes of response bodies of Gemini."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from fixtures import Run
from leaves import leaf


@pytest.mark.parametrize(
    ("name", "count"),
    [
        *(("promptTokensDetails", 9), ("candidatesTokensDetails", 4), ("toolUsePromptTokensDetails", 2)),
        *(("promptTokensDetails", 0), ("candidatesTokensDetails", 0), ("toolUsePromptTokensDetails", 0)),
    ],
)
def test_modalities_of_gemini_that_leave_something_out_are_reported(run: Run, name: str, count: int) -> None:
    usage = {"promptTokenCount": 10, "candidatesTokenCount": 5, "toolUsePromptTokenCount": 3, "totalTokenCount": 18}
    outcome = run("gemini-response", {"modelVersion": "m", "usageMetadata": {**usage, name: modalities(text=count)}})
    (notice,) = outcome.conversion.notices
    assert (notice.kind, notice.message) == ("unexplained", f"{name} add up to less than their total")


@pytest.mark.parametrize(
    ("cached", "read", "words"),
    [
        (4, {"text": 3}, "do not add up to cachedContentTokenCount"),
        (None, {"text": 3}, "do not add up to cachedContentTokenCount"),
        (4, {"audio": 4}, "hold more of a modality than promptTokensDetails"),
    ],
)
def test_modalities_of_cached_tokens_that_fit_nowhere_are_reported(
    run: Run, cached: int | None, read: dict[str, int], words: str
) -> None:
    usage = {"promptTokenCount": 10, "cachedContentTokenCount": cached, "promptTokensDetails": modalities(text=10)}
    outcome = run(
        "gemini-response", {"modelVersion": "m", "usageMetadata": {**usage, "cacheTokensDetails": modalities(**read)}}
    )
    (notice,) = outcome.conversion.notices
    assert notice.kind == "contradiction"
    assert words in notice.message
    assert outcome.tokens("input", cache_action="read") == (cached or 0)


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
    *(
        pytest.param(
            {"promptTokenCount": fresh, "cachedContentTokenCount": 5000, "candidatesTokenCount": 10}
            | {"thoughtsTokenCount": 7, "totalTokenCount": fresh + 5017},
            {
                leaf("input", "read", role="prompt"): 5000,
                leaf("input", "uncached", role="prompt"): fresh,
                leaf("output", role="answer"): 10,
                leaf("output", role="reasoning"): 7,
            },
            id=f"cached tokens beside a prompt of {fresh}, as the total proves",
        )
        for fresh in (100, 6000)
    ),
    pytest.param(
        {"promptTokenCount": 30, "cachedContentTokenCount": 70, "totalTokenCount": 100}
        | {"promptTokensDetails": modalities(text=30), "cacheTokensDetails": modalities(text=10, audio=60)},
        {
            leaf("input", "read", None, "text", "prompt"): 10,
            leaf("input", "read", None, "audio", "prompt"): 60,
            leaf("input", "uncached", None, "text", "prompt"): 30,
        },
        id="cached tokens beside the prompt, by modality",
    ),
    pytest.param(
        {"promptTokenCount": 100, "cachedContentTokenCount": 5000, "candidatesTokenCount": 10, "totalTokenCount": 110},
        {leaf("input", "unspecified", role="prompt"): 100, leaf("output", role="answer"): 10},
        id="more cached tokens than the prompt, and no proof",
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


INTERACTION = {
    "promptTokenCount": "total_input_tokens",
    "candidatesTokenCount": "total_output_tokens",
    "thoughtsTokenCount": "total_thought_tokens",
    "toolUsePromptTokenCount": "total_tool_use_tokens",
    "cachedContentTokenCount": "total_cached_tokens",
    "totalTokenCount": "total_tokens",
    "promptTokensDetails": "input_tokens_by_modality",
    "candidatesTokensDetails": "output_tokens_by_modality",
    "cacheTokensDetails": "cached_tokens_by_modality",
    "toolUsePromptTokensDetails": "tool_use_tokens_by_modality",
    "tokenCount": "tokens",
}


def with_underscores(name: str) -> str:
    return "".join(f"_{letter.lower()}" if letter.isupper() else letter for letter in name)


def renamed(value: Any, name: Callable[[str], str]) -> Any:  # noqa: ANN401 - a JSON value
    if isinstance(value, dict):
        return {name(each): renamed(inside, name) for each, inside in value.items()}
    return [renamed(each, name) for each in value] if isinstance(value, list) else value


@pytest.mark.parametrize(("usage", "expected"), GEMINI)
def test_the_client_library_says_the_same_with_underscores(
    run: Run, usage: dict[str, Any], expected: dict[Any, int]
) -> None:
    body = {"modelVersion": "m", "responseId": "r", "createTime": "2026-08-07T10:41:07Z", "usageMetadata": usage}
    outcome = run("gemini-response", renamed(body, with_underscores))
    assert outcome.leaves == expected
    assert {(row["model_id"], row["source_record_id"], row["charge_period_start"]) for row in outcome.rows} == {
        ("m", "r", "2026-08-07T10:41:07Z")
    }


@pytest.mark.parametrize(("usage", "expected"), [each for each in GEMINI if each.id != "embedding"])
@pytest.mark.parametrize("thoughts", ["total_thought_tokens", "total_reasoning_tokens"])
def test_an_interaction_says_the_same_in_its_own_names(
    run: Run, assert_sound: Run, thoughts: str, usage: dict[str, Any], expected: dict[Any, int]
) -> None:
    names = {**INTERACTION, "thoughtsTokenCount": thoughts}
    body = {"id": "v1_i", "model": "m", "status": "completed", "service_tier": "flex"}
    outcome = run("gemini-response", {**body, "usage": renamed(usage, lambda name: names.get(name, name))})
    assert outcome.leaves == expected
    assert {(row["model_id"], row["processing_tier"]) for row in outcome.rows} == {("m", "flex")}
    assert_sound(outcome.rows)


def test_tools_of_an_interaction_are_counted(run: Run, assert_sound: Run) -> None:
    tools = [
        *({"type": "google_search", "count": count} for count in (2, 1)),
        *({"type": "google_maps", "count": count} for count in (4, 0)),
        *({"type": "retrieval", "count": 0}, {"type": "a b", "count": 1}, {"count": 3}),
    ]
    outcome = run("gemini-response", {"model": "m", "usage": {"total_input_tokens": 5, "grounding_tool_count": tools}})
    found = {
        (row["meter"], row.get("meter_variant")): row["consumed_quantity"]
        for row in outcome.rows
        if row["meter"] != "tokens"
    }
    assert found == {("searches", None): "3", ("tool_calls", "google_maps"): "4"}
    assert [(each.kind, each.count) for each in outcome.conversion.notices] == [("not_converted", 2)]
    assert_sound(outcome.rows)


def test_an_interaction_in_progress_is_refused(run: Run) -> None:
    usage = {"total_input_tokens": 5, "total_tokens": 5}
    outcome = run(
        "gemini-response",
        *(
            {"id": name, "model": "m", "status": status, "usage": usage}
            for name, status in (("a", "in_progress"), ("b", "requires_action"), ("c", "failed"))
        ),
    )
    assert {row["source_record_id"] for row in outcome.rows} == {"b", "c"}
    assert "is in progress" in outcome.reasons[0]


def test_counters_of_an_interaction_without_documentation_are_kept_and_reported(run: Run) -> None:
    usage = {"total_input_tokens": 2, "total_tokens": 2, "raw_prompt_token": 33}
    outcome = run("gemini-response", {"model": "m", "usage": usage})
    assert outcome.tokens("input") == 2
    assert outcome.rows[0]["source_counters"] == {name: str(count) for name, count in usage.items()}
    assert outcome.kinds == {"unknown_field"}


@pytest.mark.parametrize(
    "usage",
    [
        {"promptTokenCount": 5, "prompt_token_count": 5},
        {"total_input_tokens": 5, "candidatesTokenCount": 5},
        {"total_thought_tokens": 5, "total_reasoning_tokens": 5},
    ],
)
def test_names_of_several_interfaces_are_refused(run: Run, usage: dict[str, int]) -> None:
    outcome = run("gemini-response", {"model": "m", "usage": usage})
    assert outcome.reasons == ["usage mixes the names that several interfaces have for counters"]


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
