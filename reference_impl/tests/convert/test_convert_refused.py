"""Records that converters refuse, with the reason."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from buckets import DAY, TIMES, completions, openai_bucket
from convert_payloads import AWS, FOCUS, csv_of, otlp_spans
from fixtures import Run

from opentokenomics.convert import ConvertError, convert

REFUSED: list[tuple[str, Any, str]] = [
    ("openai-usage", {"data": 5}, "neither a page"),
    ("openai-usage", {"data": [{"no": "results"}]}, "data.0: it is an object"),
    ("openai-usage", {"data": [openai_bucket("text")]}, "data.0.results.0: it is a text"),
    ("openai-usage", {**DAY, "results": {}}, "results: it is an object"),
    ("openai-usage", openai_bucket({"object": "organization.usage.dreams.result"}), "unknown kind"),
    ("openai-usage", openai_bucket(completions(input_tokens=1, batch="yes")), "neither true nor false"),
    ("openai-usage", openai_bucket(completions(input_tokens=1), start_time=None), "lacks start_time"),
    ("openai-usage", openai_bucket(completions(input_tokens=1), end_time=5), "not before"),
    ("openai-usage", openai_bucket({"object": "organization.usage.images.result"}), "states no images"),
    ("openai-usage", openai_bucket({"object": "organization.usage.vector_stores.result"}), "usage_bytes"),
    ("openai-usage", openai_bucket({"object": "organization.usage.file_searches.result"}), "num_requests"),
    ("openai-costs", openai_bucket({"object": "organization.costs.result"}), "amount.value is absent"),
    ("openai-costs", openai_bucket({"amount": {"value": 1}}), "amount.currency is blank"),
    ("openai-costs", openai_bucket({"amount": {"value": 1, "currency": "zzz"}}), "no ISO 4217 code"),
    (
        "openai-costs",
        openai_bucket({"amount": {"value": 1, "currency": "usd"}, "quantity": -1}),
        "negative only beside",
    ),
    ("openai-batch", {"response": {}}, "no custom_id"),
    ("anthropic-usage", {**TIMES, "results": [{"model": "m"}]}, "neither uncached_input_tokens"),
    ("anthropic-usage", {"results": [{"output_tokens": 1}]}, "lacks starting_at"),
    (
        "anthropic-usage",
        {**TIMES, "ending_at": "2026-07-01T00:00:00Z", "results": [{"output_tokens": 1}]},
        "not before",
    ),
    ("anthropic-cost", {**TIMES, "results": [{"currency": "USD"}]}, "states no amount"),
    (
        "claude-code",
        {"message": {"model": "m", "usage": {"input_tokens": 1}}, "timestamp": "2026-08-01T00:00:00Z"},
        "id",
    ),
    ("claude-code", {"message": {"id": "m", "model": "m", "usage": {"input_tokens": 1}}}, "no timestamp"),
    ("claude-code", {"type": "assistant", "message": {"id": "m", "usage": "some"}}, "where an object belongs"),
    ("codex-cli", {"type": "event_msg", "payload": {"type": "token_count", "info": {}}}, "neither total_token_usage"),
    ("litellm", {"request_id": "r", "spend": -1, "startTime": 5}, "negative cost"),
    ("litellm", {"request_id": "r", "spend": 1, "startTime": 5, "metadata": "{"}, "metadata: the JSON text"),
    ("litellm", {"request_id": "r", "spend": 1, "startTime": 5, "metadata": 5}, "where an object belongs"),
    ("litellm", {"request_id": "r", "spend": 1, "startTime": 5, "request_tags": "5"}, "no list of texts"),
    ("litellm", {"request_id": "r", "spend": 1, "startTime": True}, "where a time belongs"),
    ("litellm", {"data": [5]}, "data.0: it is no object"),
    ("bedrock-invocation-log", {"schemaType": "Other"}, "schemaType is not"),
    ("cohere-response", {"usage": {"cached_tokens": 5}}, "neither billed_units"),
    ("otel", {"spans": []}, "neither resourceSpans"),
    ("otel", {"resourceSpans": 5}, "no array of objects"),
    ("otel", otlp_spans([{"attributes": 5}]), "neither an array nor an object"),
    ("otel", otlp_spans([{"attributes": [{}]}]), "has no key"),
    ("otel", otlp_spans([{"attributes": {"gen_ai.usage.input_tokens": 5}}]), "named by something"),
    ("otel", otlp_spans([{"attributes": {"gen_ai.usage.input_tokens": 5, "gen_ai.response.id": "r"}}]), "no time"),
    ("otel", otlp_spans([{"attributes": {"gen_ai.usage.input_tokens": True, "gen_ai.response.id": "r"}}]), "no number"),
    ("openrouter-activity", {"data": [{"model": "m"}]}, "date is blank"),
    ("openrouter-activity", {"data": {"id": "g", "total_cost": 1}}, "created_at"),
    ("openrouter-activity", {"data": [{"date": "2026-08-01", "usage": -1, "prompt_tokens": 1}]}, "is negative"),
    ("openrouter-activity", {"data": [5]}, "no object"),
    ("cursor", {"usageEvents": 5}, "no array"),
    ("cursor", {"usageEvents": [5]}, "no object"),
    ("cursor", {"usageEvents": [{"model": "m"}]}, "no timestamp"),
    (
        "cursor",
        {"usageEvents": [{"timestamp": "1785753000000", "chargedCents": -5, "kind": "Usage-based"}]},
        "negative",
    ),
    ("langfuse", {"data": [5]}, "no object"),
    ("langfuse", {"type": "GENERATION", "totalCost": 1, "costDetails": {"input": "much"}}, "costDetails.input"),
    ("langfuse", {"type": "GENERATION", "totalCost": 1, "calculatedTotalCost": []}, "calculatedTotalCost"),
    ("langfuse", {"type": "GENERATION", "usageDetails": {"input": 5}}, "no id"),
    ("github-copilot", {"usageItems": []}, "no timePeriod"),
    ("github-copilot", {"usageItems": [], "timePeriod": {"year": 0}}, "names no period"),
    ("github-copilot", {"usageItems": [{}], "timePeriod": {"year": 2026, "month": 0}}, "names no period"),
    ("github-copilot", {"usageItems": [{}], "timePeriod": {"year": 2026, "month": 1.5}}, "timePeriod.month"),
    ("github-copilot", {"usageItems": [{}], "timePeriod": {"year": 2026, "month": True}}, "timePeriod.month"),
    ("github-copilot", {"usageItems": [5], "timePeriod": {"year": 2026}}, "no object"),
    *(
        ("github-copilot", {"usageItems": [{"quantity": 1, **wrong}], "timePeriod": {"year": 2026}}, "a text belongs")
        for wrong in ({"model": {"name": "m"}}, {"product": ["p"]}, {"sku": 5}, {"discountQuantity": {"n": 1}})
    ),
    (
        "github-copilot",
        {"usageItems": [{"quantity": 1}], "timePeriod": {"year": 2026}, "organization": ["o"]},
        "a text belongs",
    ),
    ("openrouter-activity", {"data": [{"date": "2026-08-01", "model": {}, "prompt_tokens": 1}]}, "a text belongs"),
    ("github-copilot", {"usageItems": [{"netAmount": 1}], "timePeriod": {"year": 2026, "day": 2}}, "quantity is blank"),
]


@pytest.mark.parametrize(("source", "record", "reason"), REFUSED)
def test_what_is_refused_says_why(run: Run, source: str, record: Any, reason: str) -> None:  # noqa: ANN401 - JSON
    outcome = run(source, record)
    assert outcome.rows == []
    (given,) = outcome.reasons
    assert reason in given


CSV_REFUSED: list[tuple[str, dict[str, Any], str]] = [
    ("anthropic-console", {"usage_date_utc": "", "usage_output_tokens": 5}, "usage_date_utc is blank"),
    ("anthropic-console", {"usage_date_utc": "2026-08-01", "cost_usd": ""}, "cost_usd is blank"),
    ("github-copilot", {"date": "", "quantity": 1, "sku": "s"}, "date is blank"),
    ("github-copilot", {"date": "2026-08-01", "quantity": 1, "unit_type": "minutes"}, "'minutes'"),
    ("github-copilot", {"date": "2026-08-01", "quantity": 1, "net_amount": -1}, "net_amount is negative"),
    ("github-copilot", {"date": "2026-08-01", "quantity": 1, "net_amount": 1, "gross_amount": -1}, "gross_amount is"),
    ("cursor", {"Date": "", "Input (w/ Cache Write)": 5}, "Date is blank"),
    ("aws-cur", {**AWS, "line_item_usage_type": "x", "line_item_unblended_cost": ""}, "blank"),
    ("focus", {**FOCUS, "BilledCost": ""}, "BilledCost is blank"),
    ("focus", {**FOCUS, "BilledCost": "1", "ChargeCategory": "Gift"}, "which FOCUS does not have"),
    ("focus", {**FOCUS, "BilledCost": "1", "ChargePeriodEnd": ""}, "is blank"),
    ("focus", {**FOCUS, "BilledCost": "1", "ChargePeriodEnd": "2026-07-01"}, "not before"),
]


@pytest.mark.parametrize(("source", "row", "reason"), CSV_REFUSED)
def test_what_is_refused_in_csv_says_why(run: Run, source: str, row: dict[str, Any], reason: str) -> None:
    outcome = run(source, csv_of(row))
    assert outcome.rows == []
    (given,) = outcome.reasons
    assert reason in given


@pytest.mark.parametrize("source", ["anthropic-console", "github-copilot", "openrouter-activity", "aws-cur", "focus"])
def test_another_header_is_refused(tmp_path: Path, source: str) -> None:
    (tmp_path / "a.csv").write_text("one,two\n1,2\n")
    with pytest.raises(ConvertError) as caught:
        list(convert(tmp_path / "a.csv", source))
    assert caught.value.code == "header_unknown"


@pytest.mark.parametrize("place", range(3))
def test_what_is_no_object_in_a_request_is_refused_alone(run: Run, place: int) -> None:
    attributes = {"gen_ai.usage.input_tokens": 5, "gen_ai.request.model": "m"}
    spans: list[Any] = [
        {"traceId": "t", "spanId": name, "startTimeUnixNano": "1785753000000000000", "attributes": attributes}
        for name in "ab"
    ]
    scopes: list[Any] = [{"spans": [*spans[:place], 5, *spans[place:]]}]
    resources: list[Any] = [{"scopeSpans": [*scopes[:place], 5, *scopes[place:]]}]
    outcome = run("otel", {"resourceSpans": [*resources[:place], 5, *resources[place:]]})
    assert [each.count("no object") for each in outcome.reasons] == [1, 1, 1]
    assert outcome.tokens("input") == 10


def test_what_is_nested_in_counters_is_no_counter(run: Run) -> None:
    event = {"timestamp": "1785753000000", "model": "m", "tokenUsage": {"inputTokens": 5, "tokenUsage": {"x": 1}}}
    seen = {"id": "o", "type": "GENERATION", "model": "m", "startTime": "2026-08-03T10:15:00Z"}
    for source, record in (("cursor", event), ("langfuse", {**seen, "usageDetails": {"input": 5, "more": {"x": 1}}})):
        outcome = run(source, record)
        assert [list(row["source_counters"].values()) for row in outcome.of_meter("tokens")] == [["5"]]
        assert "unknown_field" in outcome.kinds
