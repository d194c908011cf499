"""What rows are called: no two alike, whatever comes again, in whatever spelling of an address, and in any order."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Sequence
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any

import pytest
from fixtures import Run
from hypothesis import given, settings
from hypothesis import strategies as st
from vendor_payloads import PAYLOADS

from opentokenomics.convert import Conversion, ConvertError, Input, Options, Row, convert

AT = datetime(2026, 8, 31, tzinfo=UTC)
HOUR = {"starting_at": "2026-08-30T00:00:00Z", "ending_at": "2026-08-30T01:00:00Z"}
_ORDERED = {"codex-cli"}
"""Sources whose records carry running totals."""


_LISTS = {"data", "results", "spans", "logRecords", "dataPoints", "model_breakdown", "usageItems", "usageEvents"}
_COUNT = re.compile(r"(?<=[: ])[0-9]{1,6}(?=[,}\]])")


def _shuffled(value: Any, draw: st.DrawFn, name: str = "") -> Any:  # noqa: ANN401 - JSON
    """The same in another order: of members of objects, and of what a page lists."""
    if isinstance(value, dict):
        return {key: _shuffled(each, draw, key) for key, each in draw(st.permutations(list(value.items())))}
    if not isinstance(value, list):
        return value
    each = [_shuffled(each, draw) for each in value]
    return draw(st.permutations(each)) if name in _LISTS else each


@st.composite
def _tellings(draw: st.DrawFn, source: str) -> list[list[str]]:
    """The inputs of a source: in one, and the same in another order and in two; some come again, with other figures."""
    path, text = draw(PAYLOADS[source])
    lines = text.splitlines()
    head = [lines.pop(0)] if path.endswith(".csv") else []
    again = draw(st.lists(st.tuples(st.sampled_from(lines), st.integers(0, 3), st.sampled_from("017")), max_size=4))
    lines += [
        _COUNT.sub(figure, line.replace("@example.com", "@Example.COM"), count=count) if count else line
        for line, count, figure in again
    ]
    other = draw(st.permutations(lines))
    if not head:
        other = [json.dumps(_shuffled(json.loads(line), draw)) for line in other]
    cut = draw(st.integers(0, len(lines)))
    parts = [[lines], [other], [part for part in (other[:cut], other[cut:]) if part]]
    return [["\n".join([*head, *part]) for part in telling] for telling in parts]


def _converted(source: str, inputs: Sequence[str], key: str | None) -> tuple[list[Row], Conversion]:
    given_inputs = [Input(f"{place}", io.BytesIO(text.encode())) for place, text in enumerate(inputs)]
    conversion = convert(given_inputs, source, Options(at=AT, pseudonym_key=key))
    return list(conversion), conversion


def _as_set(rows: Sequence[Row]) -> list[str]:
    return sorted(json.dumps(row, sort_keys=True) for row in rows)


@pytest.mark.parametrize("source", PAYLOADS)
@settings(max_examples=20)
@given(data=st.data())
def test_no_two_rows_have_one_name_in_any_order(source: str, data: st.DataObject) -> None:
    key = data.draw(st.sampled_from((None, "key")))
    one, *others = data.draw(_tellings(source))
    rows, conversion = _converted(source, one, key)
    assert len({row["record_id"] for row in rows}) == len(rows)
    for other in others if source not in _ORDERED else ():
        turned, back = _converted(source, other, key)
        assert _as_set(turned) == _as_set(rows)
        assert back.rejected == conversion.rejected


def test_a_person_is_one_in_any_spelling(run: Run) -> None:
    event = {"timestamp": "1788134400123", "model": "m", "kind": "Included", "tokenUsage": {"inputTokens": 3}}
    spelled = [{**event, "userEmail": each} for each in ("ada@example.com", "Ada@Example.com")]
    for key in (None, "key"):
        rows = run("cursor", *spelled, pseudonym_key=key).rows
        assert len({row["record_id"] for row in rows}) == len(rows)
        assert rows == run("cursor", spelled[0], pseudonym_key=key).rows


def test_names_of_keys_differ_by_their_capitals(run: Run) -> None:
    day = {"date": "2026-08-30", "customer_type": "api", "model_breakdown": [{"model": "m", "tokens": {"input": 3}}]}
    days = [{**day, "actor": {"api_key_name": each}} for each in ("CI", "ci")]
    rows = run("anthropic-usage", *days, pseudonym_key="key").rows
    assert len({row["record_id"] for row in rows}) == len(rows) == 4


def test_figures_that_no_longer_count_number_nothing(run: Run) -> None:
    """Two people who are left out: what one of them was said to have used first is what the other used."""
    stated = [("ada@example.com", 3), ("ada@example.com", 5), ("eve@example.com", 3)]
    pages = [
        {"data": [{**HOUR, "results": [{"account_id": person, "uncached_input_tokens": count}]}], "has_more": False}
        for person, count in stated
    ]
    rows = run("anthropic-usage", *pages).rows
    assert sorted(row["consumed_quantity"] for row in rows) == ["3", "5"]
    assert _as_set(run("anthropic-usage", *pages[::-1]).rows) == _as_set(rows)
    assert _as_set(run("anthropic-usage", *pages[1:]).rows) == _as_set(rows)


def test_people_who_used_the_same_are_two(run: Run) -> None:
    results = [{"account_id": each, "uncached_input_tokens": 3} for each in ("ada@example.com", "eve@example.com")]
    rows = run("anthropic-usage", {"data": [{**HOUR, "results": results * 2}], "has_more": False}).rows
    assert [row["consumed_quantity"] for row in rows] == ["3", "3"]
    assert [str(row["usage_group_id"])[-2:] for row in rows] == ["-1", "-2"]
    assert all(str(row["record_id"]).startswith(f"{row['usage_group_id']}:") for row in rows)


def test_amounts_of_people_who_are_left_out_tell_their_rows_apart(run: Run) -> None:
    results = [
        {"account_id": each, "amount": f"{each.index('@')}.5"} for each in ("ada@example.com", "evelyn@example.com")
    ]
    one, other = (
        run("anthropic-cost", {"data": [{**HOUR, "results": each}], "has_more": False}).rows
        for each in (results, results[::-1])
    )
    assert _as_set(one) == _as_set(other)
    assert all(str(row["record_id"]).endswith("-1") for row in one)


def test_what_stands_around_an_address_tells_rows_apart(run: Run) -> None:
    names = ("ChargePeriodStart", "ChargePeriodEnd", "ChargeCategory", "BilledCost", "BillingCurrency", "ModelId")
    cells = "2026-08-30T00:00:00Z,2026-08-31T00:00:00Z,Usage,1,USD,m"
    head = ",".join((*names, "Tags")).encode()
    rows = [f'{cells},"{{""owner"":""ada@example.com"",""team"":""{team}""}}"'.encode() for team in ("a", "b")]
    for key in (None, "key"):
        one, other = (run("focus", head, *each, pseudonym_key=key).rows for each in (rows, rows[::-1]))
        assert _as_set(one) == _as_set(other)


@pytest.mark.parametrize(
    ("source", "call", "others"),
    [
        ("litellm", {"call_type": "acompletion", "startTime": "2026-08-30T10:00:00Z", "prompt_tokens": 3}, "user"),
        ("litellm", {"call_type": "acompletion", "startTime": "2026-08-30T10:00:00Z", "prompt_tokens": 3}, "model"),
        (
            "bedrock-invocation-log",
            {
                "schemaType": "ModelInvocationLog",
                "timestamp": "2026-08-30T10:00:00Z",
                "input": {"inputTokenCount": 3},
            },
            "accountId",
        ),
        ("gemini-response", {"usageMetadata": {"promptTokenCount": 3}}, "modelVersion"),
    ],
)
def test_calls_without_identifiers_are_named_by_all_that_their_rows_show(
    run: Run, source: str, call: dict[str, Any], others: str
) -> None:
    calls = [{**call, others: each} for each in ("a", "b")]
    assert _as_set(run(source, *calls).rows) == _as_set(run(source, *calls[::-1]).rows)


_PLAIN_NUMBER = re.compile(r"(?<![\w.:-])[0-9]+(?![\w.:-])")


@pytest.mark.parametrize("source", PAYLOADS)
@settings(max_examples=15)
@given(data=st.data(), number=st.sampled_from(("17e400753240000000000", "1e1000010", "1e-1000010", "-1e999999")))
def test_a_number_beyond_any_range_is_refused_in_a_sentence(source: str, data: st.DataObject, number: str) -> None:
    _, text = data.draw(PAYLOADS[source])
    places = [match.span() for match in _PLAIN_NUMBER.finditer(text)]
    start, end = data.draw(st.sampled_from(places or [(0, 0)]))
    with suppress(ConvertError):
        rows, _ = _converted(source, (text[:start] + number * bool(places) + text[end:],), None)
        assert len(json.dumps(rows)) < 100 * len(text) + 10_000


@pytest.mark.parametrize(("length", "rejected"), [(4000, 0), (4090, 1)])
def test_what_would_be_called_too_long_a_name_is_rejected(run: Run, length: int, rejected: int) -> None:
    log = {"call_type": "acompletion", "startTime": "2026-08-30T10:00:00Z", "prompt_tokens": 3}
    outcome = run("litellm", {**log, "request_id": "r" * length})
    assert len(outcome.reasons) == rejected
    assert all(len(row["record_id"]) <= 4096 for row in outcome.rows)


def test_a_call_that_comes_again_with_its_cost_has_it(run: Run) -> None:
    seen = {"id": "o", "traceId": "t", "startTime": "2026-08-30T10:00:00Z", "model": "m", "usageDetails": {"input": 3}}
    priced = {**seen, "totalCost": 0.25}
    for records in ((seen, priced), (priced, seen)):
        assert run("langfuse", *records).of_meter("requests")[0]["effective_cost"] == "0.25"


def test_of_two_statements_of_a_generation_the_one_with_more_tokens_counts(run: Run) -> None:
    seen = {"generation_id": "g", "created_at": "2026-08-30 10:30:01.713", "model_permaslug": "m"}
    stated = [{**seen, "cost_total": "0.5", "tokens_prompt": 1}, {**seen, "cost_total": "0.25", "tokens_prompt": 3}]
    for records in (stated, stated[::-1]):
        assert run("openrouter-activity", *records).tokens("input") == 3


def test_a_count_of_reasoning_that_is_a_text_is_refused(run: Run) -> None:
    details = {"text_tokens": 3, "reasoning_tokens": "2"}
    usage = {"prompt_tokens": 1, "completion_tokens": 5, "completion_tokens_details": details}
    log = {"request_id": "1", "call_type": "acompletion", "startTime": "2026-08-30T10:00:00Z"}
    outcome = run("litellm", {**log, "metadata": {"usage_object": usage}}, {**log, "prompt_tokens": 1})
    assert len(outcome.reasons) == 1
    assert outcome.tokens("input") == 1


def test_what_says_more_is_told_without_names(run: Run) -> None:
    """Which of two statements of one size counts does not hang on what they would be called."""
    result = {"account_id": "ada@example.com", "uncached_input_tokens": 3}
    written = {**result, "cache_creation": {"ephemeral_1h_input_tokens": 1}}
    more = {**written, "cache_creation": {"ephemeral_5m_input_tokens": 0, "ephemeral_1h_input_tokens": 1}}
    pages = [{"data": [{**HOUR, "results": [each]}], "has_more": False} for each in (written, more)]
    for order in (pages, pages[::-1]):
        counters = [row["source_counters"] for row in run("anthropic-usage", *order).rows]
        assert all("cache_creation.ephemeral_5m_input_tokens" in each for each in counters)


def test_counters_are_plain_numbers_and_never_empty(run: Run) -> None:
    day = {"date": "2026-08-30", "model": "m", "model_permaslug": "m", "usage": 2.8e-07, "requests": 1}
    row = run("openrouter-activity", {**day, "prompt_tokens": 3}).rows[0]
    assert row["source_counters"]["usage"] == "0.00000028"
    span = {"traceId": "t", "spanId": "s", "startTimeUnixNano": "1788134400000000000"}
    said = {"gen_ai.usage.input_tokens": "3", "gen_ai.usage.output_tokens": ""}
    listed = [{"key": name, "value": {"stringValue": value}} for name, value in said.items()]
    spans = [{"scopeSpans": [{"spans": [{**span, "attributes": listed}]}]}]
    assert run("otel", {"resourceSpans": spans}).rows[0]["source_counters"] == {"gen_ai.usage.input_tokens": "3"}


def test_a_time_and_a_cell_are_the_same_however_they_are_written(run: Run) -> None:
    result = {"object": "organization.usage.completions.result", "input_tokens": 3}
    for start in (1788134400, 1788134400.0, "1788134400", 1.7881344e9):
        bucket = {"start_time": 1788134400, "end_time": 1788138000, "results": [result]}
        assert len(run("openai-usage", bucket, {**bucket, "start_time": start}).rows) == 1
    older = "Date,Model,Input (w/ Cache Write),Kind"
    newer = "Date,Automation ID,Model,Input (w/ Cache Write),Kind,Cost"
    exports = [f"{older}\n2026-08-30 10:00:00,m,3,Included", f"{newer}\n2026-08-30 10:00:00,,m,3,Included,"]
    assert len(_converted("cursor", exports, None)[0]) == len(_converted("cursor", exports[:1], None)[0])
