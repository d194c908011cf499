"""The demo exports that the project ships, and real data where its folder is given, converted and validated."""

from __future__ import annotations

import json
import os
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from fixtures import Run

from opentokenomics.convert import Options, convert, write_rows

AT = datetime(2026, 8, 31, tzinfo=UTC)
FAMILIES = ["openai", "anthropic", "gemini", "bedrock", "openrouter"]


@pytest.fixture(scope="module")
def samples() -> Path:
    """The folder of real data; its files are never part of the project."""
    folder = os.environ.get("OPENTOKENOMICS_SAMPLES")
    if not folder:
        pytest.skip("OPENTOKENOMICS_SAMPLES names no folder of real data")
    return Path(folder)


def own_figures(family: str, body: dict[str, Any]) -> tuple[int, int | None]:
    """What the vendor's own counters add up to, and its own total, read without the converters."""
    usage = body.get("usage") or body.get("usageMetadata") or body.get("usage_metadata") or {}

    def get(*names: str) -> int:
        return next((usage[name] for name in names if usage.get(name) is not None), 0)

    if family in {"openai", "openrouter"}:
        parts = get("prompt_tokens", "input_tokens") + get("completion_tokens", "output_tokens")
        return parts, usage.get("total_tokens")
    if family == "gemini":
        spellings = (
            ("promptTokenCount", "prompt_token_count", "total_input_tokens"),
            ("candidatesTokenCount", "candidates_token_count", "total_output_tokens"),
            ("thoughtsTokenCount", "thoughts_token_count", "total_thought_tokens"),
            ("toolUsePromptTokenCount", "tool_use_prompt_token_count", "total_tool_use_tokens"),
        )
        return sum(get(*each) for each in spellings), get("totalTokenCount", "total_token_count", "total_tokens")
    if family == "bedrock":
        metrics = body.get("amazon-bedrock-invocationMetrics")
        if metrics:
            return sum(count for name, count in metrics.items() if name.endswith("TokenCount")), None
        names = ("inputTokens", "outputTokens", "cacheReadInputTokens", "cacheWriteInputTokens")
        return sum(get(name) for name in names), usage.get("totalTokens")
    names = ("input_tokens", "output_tokens", "cache_read_input_tokens", "cache_creation_input_tokens")
    outside = [each for each in usage.get("iterations", []) if each["type"] in {"compaction", "advisor_message"}]
    return sum(each.get(name) or 0 for each in (usage, *outside) for name in names), None


def assert_conserved(run: Run, assert_sound: Run, family: str, path: Path) -> None:
    everything = []
    for line in path.read_text(encoding="utf-8").splitlines():
        body = json.loads(line)
        outcome = run(f"{family}-response", body)
        assert not outcome.reasons, line
        assert outcome.rows
        assert_sound(outcome.rows)
        if (body.get("usage") or {}).get("type") == "duration":
            continue
        parts, total = own_figures(family, body)
        assert outcome.tokens("input") + outcome.tokens("output") == max(parts, total or 0), line
        everything.append(body)
    together = convert(path, "auto", Options(at=AT))
    assert_sound(together)
    assert [each.name for each in together.sources] == [f"{family}-response"]
    assert together.rejected == 0
    assert everything


@pytest.mark.parametrize("family", FAMILIES)
def test_every_shipped_body_is_conserved(run: Run, assert_sound: Run, exports: Path, family: str) -> None:
    assert_conserved(run, assert_sound, family, exports / "responses" / f"{family}.jsonl")


@pytest.mark.parametrize("family", FAMILIES)
def test_every_real_body_is_conserved(run: Run, assert_sound: Run, samples: Path, family: str) -> None:
    assert_conserved(run, assert_sound, family, samples / "responses" / f"{family}.jsonl")


def assert_dashboard(assert_sound: Run, folder: Path) -> None:
    files = sorted(folder.glob("*.csv"))
    assert len(files) >= 2
    for path in files:
        conversion = convert(path, "openai-dashboard")
        rows = list(conversion)
        assert rows
        assert conversion.rejected == 0
        assert_sound(rows)
        assert "@" not in json.dumps(rows)


def test_the_shipped_dashboard_exports(assert_sound: Run, exports: Path) -> None:
    assert_dashboard(assert_sound, exports / "openai-dashboard")


def test_the_real_dashboard_exports(assert_sound: Run, samples: Path) -> None:
    assert_dashboard(assert_sound, samples / "openai-dashboard")


@pytest.mark.parametrize("suffix", ["jsonl", "csv"])
@pytest.mark.parametrize("real", [False, True], ids=["shipped", "real"])
def test_what_is_written_is_conformant(
    request: pytest.FixtureRequest, tmp_path: Path, exports: Path, suffix: str, *, real: bool
) -> None:
    from opentokenomics import validate

    folder = request.getfixturevalue("samples") if real else exports
    metering = [*folder.glob("responses/*.jsonl"), *folder.glob("openai-dashboard/*usage*.csv")]
    cost = [*folder.glob("openai-dashboard/*cost*.csv"), folder / "responses" / "openrouter.jsonl"]
    for profile, files in (("metering", metering), ("cost", cost)):
        target = tmp_path / f"{profile}.{suffix}"
        options = Options(at=AT, model="a model", account="acc-1")
        assert write_rows(convert(sorted(files), options=options), target) > 0
        report = validate([target], profile=profile)
        assert report.conformant, report.violations[:5]


@pytest.mark.parametrize(
    "name",
    [
        *("anthropic-console/claude_tokens_2026_08.csv", "aws-cur/cur2.csv", "focus/focus_1_2.csv"),
        *("github-copilot/ai_usage.csv", "openrouter-activity/activity_daily.csv"),
        *("openrouter-activity/activity.json", "openai-dashboard/cost_2026-08-01_2026-08-08.csv"),
    ],
)
def test_rows_of_exports_that_overlap_are_reported(exports: Path, tmp_path: Path, name: str) -> None:
    copied = tmp_path / name.rpartition("/")[2]
    copied.write_bytes((exports / name).read_bytes())

    def said(*paths: Path) -> list[int]:
        conversion = convert(paths)
        assert list(conversion)
        return [notice.count for notice in conversion.notices if "overlap" in notice.message]

    assert said(copied) == []
    assert len(said(copied, exports / name)) == 1
