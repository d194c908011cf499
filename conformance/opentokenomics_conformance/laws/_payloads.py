"""Payloads of vendors, of which it is known how many tokens each record counts: one strategy for each source."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from hypothesis import strategies as st

Draw = st.DrawFn

_MOST_RECORDS = 4
_NOON = 1788134400
"""2026-08-30 at noon, in seconds."""
_AT = {"at": "2026-08-31T08:00:00Z"}
_COUNTS = st.integers(0, 200_000)


@dataclass(frozen=True, slots=True)
class Counted:
    """A record of a payload.

    Attributes:
        text: The line that it is.
        input: How many input tokens the vendor counts, however they were cached.
        output: How many output tokens the vendor counts, whatever they were for.
        name: What the vendor calls the record, where rows state that; None where it has no name.
    """

    text: str
    input: int
    output: int
    name: str | None = None


@dataclass(frozen=True, slots=True)
class Payload:
    """Records of one source.

    Attributes:
        source: The source.
        path: What the file is called.
        records: The records, each a line.
        head: What stands before them.
        options: What a converter has to be told besides.
    """

    source: str
    path: str
    records: Sequence[Counted]
    head: str = ""
    options: Mapping[str, str] = field(default_factory=dict)

    @property
    def input(self) -> Mapping[str, Any]:
        """The payload as the protocol has it."""
        text = self.head + "".join(f"{each.text}\n" for each in self.records)
        return {"source": self.source, "payload": {"path": self.path, "text": text}, "options": dict(self.options)}


def payloads(source: str, fewest: int = 1) -> st.SearchStrategy[Payload]:
    """Payloads of a source, one of ``SOURCES``, of so many records or more."""

    @st.composite
    def made(draw: Draw) -> Payload:
        record, head, path, options = SOURCES[source]
        number = draw(st.integers(fewest, _MOST_RECORDS))
        return Payload(source, path, [record(draw, place) for place in range(1, number + 1)], head, options)

    return made()


def _response(body: Mapping[str, Any], entering: int, leaving: int, name: str) -> Counted:
    return Counted(json.dumps(body), entering, leaving, name)


def _part_of(draw: Draw, whole: int) -> int:
    return draw(st.integers(0, whole))


def _inclusive(draw: Draw) -> tuple[dict[str, Any], int, int]:
    """Counters that hold what is counted apart as well: cached tokens of the prompt, reasoning of the completion."""
    prompt, completion = draw(_COUNTS), draw(_COUNTS)
    usage = {
        "prompt_tokens": prompt,
        "completion_tokens": completion,
        "total_tokens": prompt + completion,
        "prompt_tokens_details": {"cached_tokens": _part_of(draw, prompt)},
        "completion_tokens_details": {"reasoning_tokens": _part_of(draw, completion)},
    }
    return usage, prompt, completion


def _openai(draw: Draw, place: int) -> Counted:
    usage, entering, leaving = _inclusive(draw)
    name = f"chatcmpl-{place}"
    body = {"id": name, "object": "chat.completion", "created": _NOON + place, "model": "gpt-5-2025-08-07"}
    return _response({**body, "service_tier": "default", "usage": usage}, entering, leaving, name)


def _openrouter(draw: Draw, place: int) -> Counted:
    usage, entering, leaving = _inclusive(draw)
    name = f"gen-{_NOON}-{place}"
    body = {"id": name, "provider": "OpenAI", "model": "openai/gpt-5", "created": _NOON + place}
    cost = draw(st.integers(0, 99_999)) / 10**5
    return _response({**body, "usage": {**usage, "cost": cost}}, entering, leaving, name)


def _anthropic(draw: Draw, place: int) -> Counted:
    """The counters of input are disjoint; thinking is part of the output."""
    plain, read, short, long, leaving = (draw(_COUNTS) for _ in range(5))
    usage = {
        "input_tokens": plain,
        "cache_read_input_tokens": read,
        "cache_creation_input_tokens": short + long,
        "cache_creation": {"ephemeral_5m_input_tokens": short, "ephemeral_1h_input_tokens": long},
        "output_tokens": leaving,
        "output_tokens_details": {"thinking_tokens": _part_of(draw, leaving)},
        "service_tier": "standard",
    }
    name = f"msg_{place}"
    body = {"id": name, "type": "message", "model": "claude-sonnet-4-5-20250929", "usage": usage}
    return _response(body, plain + read + short + long, leaving, name)


def _gemini(draw: Draw, place: int) -> Counted:
    """Cached tokens are part of the prompt; results of tools stand beside it, and thoughts beside the candidates."""
    prompt, tools, candidates, thoughts = (draw(_COUNTS) for _ in range(4))
    usage = {
        "promptTokenCount": prompt,
        "cachedContentTokenCount": _part_of(draw, prompt),
        "toolUsePromptTokenCount": tools,
        "candidatesTokenCount": candidates,
        "thoughtsTokenCount": thoughts,
        "totalTokenCount": prompt + tools + candidates + thoughts,
    }
    name = f"response-{place}"
    body = {"responseId": name, "createTime": f"2026-08-31T08:00:0{place}Z", "modelVersion": "gemini-2.5-flash"}
    return _response({**body, "usageMetadata": usage}, prompt + tools, candidates + thoughts, name)


def _bedrock(draw: Draw, place: int) -> Counted:
    """The counters of input are disjoint, and the total has all of them."""
    plain, read, write, leaving = (draw(_COUNTS) for _ in range(4))
    usage = {
        "inputTokens": plain,
        "outputTokens": leaving,
        "totalTokens": plain + read + write + leaving,
        "cacheReadInputTokens": read,
        "cacheWriteInputTokens": write,
    }
    name = f"request-{place}"
    return _response({"ResponseMetadata": {"RequestId": name}, "usage": usage}, plain + read + write, leaving, name)


_DASHBOARD_COLUMNS = (
    *("start_time", "end_time", "start_time_iso", "end_time_iso", "project_id", "num_model_requests", "model", "batch"),
    *("service_tier", "input_tokens", "output_tokens", "input_cached_tokens", "input_uncached_tokens"),
)


def _dashboard(draw: Draw, place: int) -> Counted:
    """One line for a day and model; cached tokens are part of the input."""
    entering, leaving = draw(_COUNTS), draw(_COUNTS)
    cached = _part_of(draw, entering)
    day = f"1785715200,1785801600,2026-08-03T00:00:00+00:00,2026-08-04T00:00:00+00:00,proj_{place}"
    counters = ",".join(f"{each}.0" for each in (entering, leaving, cached, entering - cached))
    return Counted(f"{day},{draw(st.integers(1, 99))}.0,gpt-5-2025-08-07,False,default,{counters}", entering, leaving)


_JSONL = "responses.jsonl"

SOURCES: Mapping[str, tuple[Callable[[Draw, int], Counted], str, str, Mapping[str, str]]] = {
    "openai-dashboard": (_dashboard, ",".join(_DASHBOARD_COLUMNS) + "\n", "usage.csv", {}),
    "openai-response": (_openai, "", _JSONL, {}),
    "anthropic-response": (_anthropic, "", _JSONL, _AT),
    "gemini-response": (_gemini, "", _JSONL, {}),
    "bedrock-response": (_bedrock, "", _JSONL, {**_AT, "model": "anthropic.claude-sonnet-4-5-20250929-v1:0"}),
    "openrouter-response": (_openrouter, "", _JSONL, {}),
}
"""For each source what makes a record of it, what stands before the records, the name of the file, and the options."""
