"""What the converter makes of response bodies of Gemini."""

from __future__ import annotations

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
