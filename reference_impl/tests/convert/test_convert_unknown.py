"""What a source does not know is counted and said, and changes nothing else."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path
from typing import Any

import pytest
from fixtures import Run
from hypothesis import given, settings
from hypothesis import strategies as st
from vendor_payloads import PAYLOADS

from opentokenomics.convert import ConvertError, Input, Options, convert, parse_instant, sources

OPTIONS = Options(at=parse_instant("2026-08-31T00:00:00Z"), model="m")

MEMBERS = [
    ("openai-usage/completions.json", "data.0.results.0"),
    ("openai-usage/completions.json", "data.0"),
    ("openai-costs/costs.json", "data.0.results.0"),
    ("openai-batch/batch_output.jsonl", "response.body.usage"),
    ("anthropic-usage/usage_report.json", "data.0.results.0"),
    ("anthropic-usage/claude_code.json", "data.0"),
    ("anthropic-usage/claude_code.json", "data.0.model_breakdown.0"),
    ("anthropic-usage/claude_code.json", "data.0.model_breakdown.0.tokens"),
    ("anthropic-cost/cost_report.json", "data.0.results.0"),
    ("bedrock-invocation-log/20260803T10_log.jsonl", ""),
    ("bedrock-invocation-log/20260803T10_log.jsonl", "input"),
    ("cohere-response/responses.jsonl", "usage"),
    ("openrouter-activity/activity.json", "data.0"),
    ("github-copilot/billing_usage.json", "usageItems.0"),
    ("cursor/filtered-usage-events.json", "usageEvents.0"),
    ("cursor/filtered-usage-events.json", "usageEvents.0.tokenUsage"),
    ("litellm/spend_logs.jsonl", ""),
    ("langfuse/observations.json", "data.0"),
    ("langfuse/observations.json", "data.0.usageDetails"),
]
TIMES = {"start_time", "end_time", "created", "year", "month", "timestamp", "startTimeUnixNano", "timeUnixNano"}
PROTO3 = {"gemini-response"}
"""Sources whose interface leaves out what is zero."""

TABLES = [
    *("anthropic-console/claude_cost_2026_08.csv", "anthropic-console/claude_tokens_2026_08.csv"),
    *("aws-cur/cur2.csv", "aws-cur/legacy.csv", "focus/focus_1_2.csv", "cursor/usage-events.csv"),
    *("openrouter-activity/activity_daily.csv", "openrouter-activity/generations.csv", "github-copilot/ai_usage.csv"),
    "openai-dashboard/cost_2026-08-01_2026-08-08.csv",
]


def converted(content: bytes, name: str) -> tuple[int, set[str]]:
    """How many rows there are, and what is unknown."""
    source = name.split("/", maxsplit=1)[0]
    conversion = convert(io.BytesIO(content), source, OPTIONS)
    rows = len(list(conversion))
    assert conversion.rejects == ()
    return rows, {each.message for each in conversion.notices if each.kind == "unknown_field"}


def first_object(text: str) -> tuple[Any, str]:
    """The first value of a text of JSON, and the rest."""
    value, end = json.JSONDecoder().raw_decode(text)
    return value, text[end:]


@pytest.mark.parametrize(("name", "path"), MEMBERS)
def test_an_unknown_member(exports: Path, name: str, path: str) -> None:
    text = (exports / name).read_text(encoding="utf-8")
    rows, unknown = converted(text.encode(), name)
    assert not any("dream" in message for message in unknown)
    record, rest = first_object(text)
    place = record
    for step in filter(None, path.split(".")):
        place = place[int(step)] if step.isdigit() else place[step]
    place["dream_input_things"] = 7
    changed, said = converted((json.dumps(record) + rest).encode(), name)
    assert changed == rows
    assert len(said - unknown) == 1


@pytest.mark.parametrize("name", TABLES)
def test_an_unknown_column(exports: Path, name: str) -> None:
    text = (exports / name).read_text(encoding="utf-8-sig")
    rows, unknown = converted(text.encode(), name)
    assert unknown == set()
    table = list(csv.reader(io.StringIO(text)))
    target = io.StringIO()
    csv.writer(target).writerows([[*row, "dream" if place == 0 else "7"] for place, row in enumerate(table)])
    changed, said = converted(target.getvalue().encode(), name)
    assert changed == rows
    assert len(said) == 1


@pytest.mark.parametrize(
    ("source", "record"),
    [
        ("anthropic-response", {"input_tokens": 1, "output_tokens": 1, "service_tier": "dream"}),
        ("anthropic-response", {"input_tokens": 1, "output_tokens": 1, "speed": "dream"}),
        ("openai-response", {"usage": {"prompt_tokens": 1, "completion_tokens": 1}, "service_tier": "dream"}),
        ("openrouter-response", {"usage": {"prompt_tokens": 1, "completion_tokens": 1}, "service_tier": "dream"}),
        ("gemini-response", {"usageMetadata": {"promptTokenCount": 1, "trafficType": "DREAM"}}),
        ("bedrock-response", {"usage": {"inputTokens": 1, "outputTokens": 1}, "serviceTier": {"type": "dream"}}),
    ],
)
def test_an_unknown_tier(run: Run, source: str, record: dict[str, Any]) -> None:
    outcome = run(source, record, model="m")
    assert {row["processing_tier"] for row in outcome.rows} == {"other"}
    assert "unknown_field" in outcome.kinds


def test_every_source_of_exports_is_here() -> None:
    # What these read stands among attributes and events, whose other members are about other things.
    told_elsewhere = {"otel", "codex-cli", "claude-code"}
    responses = {each.name for each in sources() if each.name.endswith("-response")}
    named = {name.split("/", maxsplit=1)[0] for name in (*(name for name, _ in MEMBERS), *TABLES)}
    assert named | told_elsewhere | responses == {each.name for each in sources()}


def without_numbers(value: Any, name: str = "") -> Any:  # noqa: ANN401 - JSON
    """The same, in which nothing is counted or paid: numbers are null, and so are the texts of some."""
    if isinstance(value, dict):
        return {each: without_numbers(inner, each) for each, inner in value.items()}
    if isinstance(value, list):
        return [without_numbers(each, name) for each in value]
    is_number = isinstance(value, int | float) or (isinstance(value, str) and value.lstrip("-")[:1].isdigit())
    return None if is_number and not isinstance(value, bool) and name not in TIMES and ":" not in str(value) else value


@pytest.mark.parametrize("source", [each for each in PAYLOADS if each not in PROTO3])
@settings(max_examples=20)
@given(data=st.data())
def test_what_is_not_stated_is_no_zero(source: str, data: st.DataObject) -> None:
    path, text = data.draw(PAYLOADS[source])
    if path.endswith(".csv"):
        rows = [
            {name: cell if "date" in name.lower() else without_numbers(cell, name) for name, cell in row.items()}
            for row in csv.DictReader(io.StringIO(text))
        ]
        written = io.StringIO()
        writer = csv.DictWriter(written, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
        text = written.getvalue()
    else:
        text = "\n".join(json.dumps(without_numbers(json.loads(line))) for line in text.splitlines())
    try:
        rows = list(convert(Input(path, io.BytesIO(text.encode())), source, OPTIONS))
    except ConvertError:
        return
    assert not [row for row in rows if row.get("consumed_quantity") == "0"]
    assert not [row for row in rows if row.get("effective_cost") == "0" or row.get("list_cost") == "0"]


PERIOD = {"starting_at": "2026-08-30T00:00:00Z", "ending_at": "2026-08-31T00:00:00Z"}
INVOKED = {"schemaType": "ModelInvocationLog", "timestamp": "2026-08-30T10:00:00Z", "requestId": "r", "output": {}}


def cached(source: str, count: int) -> dict[str, Any]:
    """A record that states what was read from the cache, and no other tokens."""
    read = {"cache_read_input_tokens": count}
    records: dict[str, dict[str, Any]] = {
        "anthropic-response": {"id": "m", "usage": read},
        "anthropic-usage": {**PERIOD, "results": [read]},
        "bedrock-invocation-log": {**INVOKED, "input": {"cacheReadInputTokenCount": count}},
    }
    return records[source]


@pytest.mark.parametrize("source", ["anthropic-response", "anthropic-usage", "bedrock-invocation-log"])
@given(count=st.integers(0, 9))
def test_cached_tokens_count_where_no_others_are_stated(run: Run, assert_sound: Run, source: str, count: int) -> None:
    outcome = run(source, cached(source, count), model="m")
    assert outcome.leaves == ({("input", "read", None, None, None): count} if count else {})
    assert_sound(outcome.rows)


def test_a_part_of_tokens_that_are_not_stated_is_refused(run: Run) -> None:
    info = {"last_token_usage": {"cached_input_tokens": 5, "reasoning_output_tokens": 2}}
    payload = {"type": "token_count", "info": info}
    (reason,) = run("codex-cli", {"timestamp": "2026-08-30T10:00:00Z", "type": "event_msg", "payload": payload}).reasons
    assert "neither input nor output" in reason


def event(**attributes: str) -> dict[str, Any]:
    named = {"event.name": "api_request", "request_id": "r", "model": "m", **attributes}
    stated = [{"key": name, "value": {"stringValue": value}} for name, value in named.items()]
    return {"resourceLogs": [{"scopeLogs": [{"logRecords": [{"timeUnixNano": "1788134400", "attributes": stated}]}]}]}


@pytest.mark.parametrize(
    ("source", "record", "meter"),
    [
        ("otel", event(cost_usd="0.5"), "requests"),
        ("cursor", {"usageEvents": [{"timestamp": "1788134400000", "tokenUsage": {"totalCents": 5}}]}, "other"),
        ("anthropic-usage", {**PERIOD, "results": [{"server_tool_use": {"web_search_requests": 3}}]}, "searches"),
    ],
)
def test_tokens_that_are_not_stated_are_none(
    run: Run, assert_sound: Run, source: str, record: dict[str, Any], meter: str
) -> None:
    outcome = run(source, record, model="m")
    assert [row["meter"] for row in outcome.rows] == [meter]
    assert_sound(outcome.rows)
