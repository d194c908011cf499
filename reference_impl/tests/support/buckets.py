"""Buckets as the reports of OpenAI and Anthropic have them, with any results in them."""

from __future__ import annotations

from typing import Any

DAY = {"start_time": 1785542400, "end_time": 1785628800}
TIMES = {"starting_at": "2026-08-01T00:00:00Z", "ending_at": "2026-08-02T00:00:00Z"}


def openai_bucket(*results: object, **bucket: object) -> dict[str, Any]:
    return {**DAY, **bucket, "results": list(results)}


def completions(**counts: object) -> dict[str, Any]:
    return {"object": "organization.usage.completions.result", "model": "m", **counts}
