"""What generated payloads seldom hold: contradictions, oddities of real exports, and records that are refused."""

from __future__ import annotations

import hmac
import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from convert_payloads import AWS, FOCUS, otlp_attributes, otlp_spans, table
from hypothesis import given
from hypothesis import strategies as st

from opentokenomics.convert import ConvertError, convert

Run = Callable[..., Any]
DAY = {"start_time": 1785542400, "end_time": 1785628800}
TIMES = {"starting_at": "2026-08-01T00:00:00Z", "ending_at": "2026-08-02T00:00:00Z"}
NANOSECONDS = {"startTimeUnixNano": "1785753000000000000", "timeUnixNano": "1785753060000000000"}


def csv_of(*rows: dict[str, Any]) -> bytes:
    return table(list(rows[0]), list(rows)).content


def openai_bucket(*results: object, **bucket: object) -> dict[str, Any]:
    return {**DAY, **bucket, "results": list(results)}


def completions(**counts: object) -> dict[str, Any]:
    return {"object": "organization.usage.completions.result", "model": "m", **counts}


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
    ("langfuse", {"type": "GENERATION", "usageDetails": {"input": 5}}, "no id"),
    ("github-copilot", {"usageItems": []}, "no timePeriod"),
    ("github-copilot", {"usageItems": [], "timePeriod": {"year": 0}}, "names no period"),
    ("github-copilot", {"usageItems": [5], "timePeriod": {"year": 2026}}, "no object"),
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
    ("github-copilot", {"date": "2026-08-01", "quantity": 1, "net_amount": -1}, "negative"),
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


class TestBuckets:
    """A bucket that is stated again counts once; people do not merge buckets, and have no part in their identities."""

    def test_restated(self, run: Run) -> None:
        older, newer = (openai_bucket(completions(input_tokens=count)) for count in (5, 8))
        outcome = run("openai-usage", newer, older, newer)
        assert outcome.tokens("input") == 8
        assert outcome.kinds == {"duplicate"}
        (row,) = outcome.rows
        assert row["record_id"] == run("openai-usage", older).rows[0]["record_id"]

    def test_people_who_are_left_out_do_not_merge(self, run: Run, assert_sound: Run) -> None:
        both = [completions(input_tokens=5, user_id=f"{name}@example.com") for name in ("dana", "lee")]
        outcome = run("openai-usage", openai_bucket(*both), openai_bucket(*both))
        assert outcome.tokens("input") == 10
        assert_sound(outcome.rows)

    def test_all_eleven_kinds(self, run: Run) -> None:
        cost = {"object": "organization.costs.result", "amount": {"value": 1, "currency": "usd"}}
        assert len(run("openai-usage", openai_bucket(cost)).rows) == 1
        stored = {"object": "organization.usage.vector_stores.result", "usage_bytes": 7}
        (row,) = run("openai-usage", openai_bucket(stored)).rows
        assert (row["meter"], row["consumed_unit"], row["ai_service"]) == ("other", "bytes", "storage")

    def test_an_unknown_window_and_field_are_counted(self, run: Run) -> None:
        result = {"output_tokens": 1, "context_window": "9M", "dream_tokens": 5, "speed": "fast", "model": "m"}
        outcome = run("anthropic-usage", {**TIMES, "results": [result]})
        assert [notice.count for notice in outcome.conversion.notices if notice.kind == "unknown_field"] == [1, 1]
        assert outcome.rows[0]["processing_tier"] == "fast"

    def test_negative_cents_are_a_credit(self, run: Run) -> None:
        (row,) = run("anthropic-cost", {**TIMES, "results": [{"amount": "-0.5", "currency": "usd"}]}).rows
        assert (row["charge_category"], row["billed_cost"]) == ("credit", "-0.005")


class TestAgents:
    """Sessions and telemetry: repeats count once, whatever they are repeated by."""

    def test_a_session_that_begins_anew(self, run: Run, assert_sound: Run) -> None:
        def event(total: int, last: int) -> dict[str, Any]:
            info = {
                "total_token_usage": {"input_tokens": total, "output_tokens": 0, "total_tokens": total},
                "last_token_usage": {"input_tokens": last, "output_tokens": 0, "total_tokens": last},
            }
            payload = {"type": "token_count", "info": info}
            return {"timestamp": "2026-08-01T00:00:00Z", "type": "event_msg", "payload": payload}

        outcome = run("codex-cli", event(10, 10), event(30, 5), event(4, 4), {"type": "dream"})
        assert outcome.tokens("input") == 10 + 20 + 4
        assert {"contradiction", "interpreted", "model_missing", "not_converted"} == outcome.kinds
        assert_sound(outcome.rows)

    def test_older_sessions_value_a_call(self, run: Run) -> None:
        usage = {"input_tokens": 1, "output_tokens": 1}
        line = {
            "timestamp": "2026-08-01T00:00:00Z",
            "uuid": "u",
            "costUSD": 0.25,
            "cwd": "/home/dana",
            "message": {"usage": usage},
        }
        outcome = run("claude-code", line, {"type": "dream"}, pseudonym_key="k")
        (request,) = outcome.of_meter("requests")
        assert (request["list_cost"], request["cost_carrier"]) == ("0.25", "unknown")
        folder = hmac.new(b"k", b"/home/dana", "sha256").hexdigest()
        assert request["tags"]["working_folder"] == folder

    def span(self, **attributes: object) -> dict[str, Any]:
        usage = {"gen_ai.usage.input_tokens": 10, "gen_ai.usage.output_tokens": 2, "gen_ai.request.model": "m"}
        found = otlp_attributes({**usage, **attributes})
        return otlp_spans([{**NANOSECONDS, "traceId": "t", "spanId": "s", "attributes": found}])

    def test_disjoint_counters_are_proved(self, run: Run) -> None:
        outcome = run("otel", self.span(**{"gen_ai.usage.cache_read.input_tokens": 90}))
        assert (outcome.tokens("input"), outcome.tokens("input", cache_action="read")) == (100, 90)
        assert "interpreted" in outcome.kinds

    def test_aliases_that_differ(self, run: Run) -> None:
        outcome = run("otel", self.span(**{"gen_ai.usage.prompt_tokens": 11, "gen_ai.usage.dreams": 4}))
        assert outcome.tokens("input") == 10
        assert {"contradiction", "unknown_field"} <= outcome.kinds

    def metric(self, name: str, *points: dict[str, Any], temporality: object = 1, form: str = "sum") -> dict[str, Any]:
        data = {"aggregationTemporality": temporality, "dataPoints": [{**NANOSECONDS, **each} for each in points]}
        metrics = [{"name": name, form: data}]
        return {"resourceMetrics": [{"scopeMetrics": [{"metrics": metrics}]}]}

    def point(self, value: object, **attributes: str) -> dict[str, Any]:
        return {"asDouble": value, "attributes": otlp_attributes({"model": "m", **attributes})}

    def test_metrics(self, run: Run, assert_sound: Run) -> None:
        tokens, cost = "claude_code.token.usage", "claude_code.cost.usage"
        outcome = run(
            "otel",
            self.metric(tokens, self.point(5, type="input"), self.point(7, type="cacheCreation", speed="fast")),
            self.metric(tokens, self.point(0, type="output")),
            self.metric(cost, self.point(0.5)),
            self.metric("process.uptime", self.point(5)),
            self.metric("gen_ai.client.inference.usage.cache_read.input_tokens", self.point(5)),
            self.metric("gen_ai.client.inference.usage.output_tokens", self.point(5)),
        )
        assert (outcome.tokens("input"), outcome.tokens("output")) == (12, 5)
        assert [row["effective_cost"] for row in outcome.rows if "effective_cost" in row] == ["0.5"]
        assert_sound(outcome.rows)

    def test_cumulative_metrics_count_once(self, run: Run) -> None:
        name = "gen_ai.client.token.usage"
        later = {"timeUnixNano": "1785753090000000000"}
        people = {"gen_ai.token.type": "input", "user.email": "dana@example.com"}
        both = [
            self.metric(name, {**self.point(value, **people), **more}, temporality=2)
            for value, more in ((5, {}), (9, later))
        ]
        forward, backward = run("otel", *both), run("otel", *reversed(both))
        assert forward.tokens("input") == backward.tokens("input") == 9
        assert forward.rows == backward.rows

    @pytest.mark.parametrize(
        ("record", "reason"),
        [
            (("claude_code.token.usage", {"attributes": []}), "no value"),
            (("claude_code.token.usage", {"asInt": "5", "attributes": []}), "token type"),
            (("gen_ai.client.token.usage", {"asInt": "5", "attributes": []}), "token type"),
            (("claude_code.token.usage", {"asInt": "5", "startTimeUnixNano": "0"}), "no period"),
        ],
    )
    def test_points_that_are_refused(self, run: Run, record: tuple[str, dict[str, Any]], reason: str) -> None:
        (given,) = run("otel", self.metric(*record)).reasons
        assert reason in given

    def test_a_metric_without_temporality(self, run: Run) -> None:
        (given,) = run("otel", self.metric("claude_code.cost.usage", self.point(1), temporality=0)).reasons
        assert "temporality" in given

    def test_two_signals_are_reported(self, run: Run) -> None:
        outcome = run("otel", self.span(), self.metric("claude_code.token.usage", self.point(5, type="input")))
        assert any("several signals" in notice.message for notice in outcome.conversion.notices)


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

    def test_services_and_providers(self, run: Run) -> None:
        log = {**self.log, "call_type": "arerank", "custom_llm_provider": "vertex_ai", "spend": 1}
        (row,) = run("litellm", log).rows
        assert (row["ai_service"], row["service_provider_name"]) == ("reranking", "Google")

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


class TestBills:
    """Lines of clouds: units, signs and words that are not known never become tokens or billed usage."""

    def line(self, **cells: object) -> dict[str, Any]:
        usage = {"line_item_usage_type": "USE1-M-input-tokens", "line_item_usage_amount": 2}
        return {**AWS, **usage, "line_item_unblended_cost": "1.5", **cells}

    @pytest.mark.parametrize(
        ("cells", "category", "has_tokens"),
        [
            ({}, "usage", True),
            ({"pricing_unit": "Units"}, "usage", False),
            ({"line_item_usage_amount": "0.0001"}, "usage", False),
            ({"line_item_usage_type": "USE1-Search"}, "usage", False),
            ({"line_item_line_item_type": "Tax"}, "tax", False),
            ({"line_item_line_item_type": "Fee"}, "purchase", False),
            ({"line_item_line_item_type": "Refund", "line_item_unblended_cost": "-1"}, "credit", False),
            ({"line_item_unblended_cost": "-1"}, "adjustment", False),
            ({"line_item_line_item_type": "Dream"}, "adjustment", False),
        ],
    )
    def test_lines(
        self, run: Run, assert_sound: Run, cells: dict[str, Any], category: str, *, has_tokens: bool
    ) -> None:
        outcome = run("aws-cur", csv_of(self.line(**cells)))
        (row,) = outcome.rows
        assert row["charge_category"] == category
        assert ("consumed_quantity" in row) == has_tokens
        assert_sound(outcome.rows)

    @pytest.mark.parametrize(("rate", "is_kept"), [("0.75", True), ("0.8", False)])
    def test_public_prices(self, run: Run, rate: str, *, is_kept: bool) -> None:
        prices = {"pricing_public_on_demand_cost": "1.5", "pricing_public_on_demand_rate": rate}
        outcome = run("aws-cur", csv_of(self.line(**prices)))
        assert ("list_unit_price" in outcome.rows[0]) == is_kept
        assert ("contradiction" in outcome.kinds) != is_kept

    def test_words_that_are_not_known(self, run: Run) -> None:
        kind = "USE1-anthropic.claude-mantle-image-input-tokens-dream-global-custom-model"
        outcome = run("aws-cur", csv_of(self.line(line_item_usage_type=kind)))
        (row,) = outcome.rows
        assert (row["model_id"], row["token_modality"], row["meter_variant"], row["region_scope"]) == (
            "anthropic.claude",
            "image",
            "custom-model.dream",
            "global",
        )
        assert "unknown_field" in outcome.kinds

    @pytest.mark.parametrize(
        ("cells", "expected"),
        [
            ({"ChargeCategory": "Credit", "BilledCost": "-1"}, {"charge_category": "credit"}),
            ({"ChargeCategory": "Credit"}, {"charge_category": "adjustment"}),
            ({"BilledCost": "-1", "ChargeClass": "Correction"}, {"charge_class": "correction"}),
            ({"ChargeCategory": "Purchase"}, {"charge_frequency": None}),
            ({"BillingPeriodStart": "2026-09-01", "BillingPeriodEnd": "2026-10-01"}, {"billing_period_start": None}),
            ({"BillingPeriodStart": ""}, {"billing_period_start": None}),
            ({"CommitmentDiscountId": "c", "CommitmentDiscountStatus": "Used"}, {"commitment_discount_status": "used"}),
            ({"CommitmentDiscountId": "c"}, {"commitment_discount_id": None}),
            ({"ListUnitPrice": "2", "ListCost": "9", "PricingQuantity": "3"}, {"list_unit_price": None}),
            ({"ListUnitPrice": "3", "ListCost": "9", "PricingQuantity": "3"}, {"list_unit_price": "3"}),
            ({"ConsumedUnit": "Hours", "ConsumedQuantity": "3"}, {"meter": "other", "consumed_unit": "Hours"}),
            ({"ConsumedQuantity": "3"}, {"meter": "other"}),
            ({"ConsumedQuantity": "3", "TokenDirection": "Output"}, {"meter": "tokens", "consumed_quantity": "3000"}),
            ({"ServiceCategory": "", "ConsumedUnit": "", "PricingUnit": "", "ModelId": "m"}, {"model_id": "m"}),
        ],
    )
    def test_rows_of_focus(
        self, run: Run, assert_sound: Run, cells: dict[str, Any], expected: dict[str, object]
    ) -> None:
        outcome = run("focus", csv_of({**FOCUS, "BilledCost": "1", **cells}))
        (row,) = outcome.rows
        assert {name: row.get(name) for name in expected} == expected
        assert_sound(outcome.rows)


class TestSeats:
    """Credits and events: what the plan covers is not billed, and what failed is nobody's."""

    @pytest.mark.parametrize(
        ("kind", "more", "carrier"),
        [
            ("Usage-based", {}, "this_row"),
            ("USAGE_EVENT_KIND_USAGE_BASED", {}, "this_row"),
            ("Usage-based", {"isChargeable": False}, "unknown"),
            ("Included in Business", {"isChargeable": False}, "plan"),
            ("USAGE_EVENT_KIND_ABORTED_NOT_CHARGED", {}, "none"),
            ("User API Key", {}, "unknown"),
            ("Dream", {"isChargeable": True}, "this_row"),
        ],
    )
    def test_events(self, run: Run, assert_sound: Run, kind: str, more: dict[str, Any], carrier: str) -> None:
        event = {"timestamp": "1785753000000", "kind": kind, "model": "m", "chargedCents": 250, **more}
        outcome = run("cursor", {"usageEventsDisplay": [event]}, event)
        assert outcome.conversion.records == 2
        (row,) = outcome.rows
        assert row["cost_carrier"] == carrier
        assert row.get("billed_cost") == ("2.5" if carrier == "this_row" else None)
        assert_sound(outcome.rows)

    def test_a_total_that_neither_reading_explains(self, run: Run, assert_sound: Run) -> None:
        columns = {"Input (w/ Cache Write)": "5", "Output Tokens": "2", "Total Tokens": "9", "Cost": "-"}
        outcome = run("cursor", csv_of({"Date": "2026-08-01T00:00:00Z", "Model": "m", **columns}))
        assert outcome.tokens("input") + outcome.tokens("output") == 9
        assert "unexplained" in outcome.kinds
        assert_sound(outcome.rows)

    def test_a_row_without_tokens(self, run: Run) -> None:
        row = {"Date": "2026-08-01", "Input (w/ Cache Write)": "", "Requests": "2", "Kind": "Free", "Cost": "Free"}
        outcome = run("cursor", csv_of(row), model="m")
        assert {each["meter"] for each in outcome.rows} == {"other", "credits"}

    def test_amounts_that_contradict_each_other(self, run: Run) -> None:
        row = {"date": "2026-08-01", "quantity": 2, "gross_amount": 1, "discount_amount": 0, "net_amount": "0.5"}
        outcome = run("github-copilot", csv_of({**row, "applied_cost_per_quantity": 9, "column": "x"}))
        assert {"contradiction", "unknown_field"} <= outcome.kinds
        assert outcome.rows[0]["billed_cost"] == "0.5"

    def test_what_the_plan_covers(self, run: Run, assert_sound: Run) -> None:
        row = {
            "date": "2026-08-01",
            "quantity": 2,
            "gross_amount": 1,
            "discount_amount": 1,
            "net_amount": 0,
            "input": 5,
        }
        outcome = run("github-copilot", csv_of(row))
        assert {each["cost_carrier"] for each in outcome.rows} == {"plan"}
        assert [each.get("list_cost") for each in outcome.rows] == [None, "1"]
        assert_sound(outcome.rows)

    def test_lines_in_quotes(self, run: Run) -> None:
        rows = b'"date,sku,username,quantity"\n"2026-08-01,s,dana,1.5"\n"2026-08-01,s"\n"\x0b"\n'
        outcome = run("github-copilot", rows)
        assert [row["consumed_quantity"] for row in outcome.rows] == ["1.5"]
        assert len(outcome.reasons) >= 1

    @pytest.mark.parametrize(
        ("period", "end"),
        [
            ({"year": 2026}, "2027"),
            ({"year": 2026, "month": 12}, "2027"),
            ({"year": 2026, "month": 8, "day": 31}, "2026"),
        ],
    )
    def test_periods_of_the_interface(self, run: Run, period: dict[str, int], end: str) -> None:
        item = {"grossQuantity": 5, "unitType": "ai-credits", "netAmount": 0, "grossAmount": 0}
        (row,) = run("github-copilot", {"timePeriod": period, "user": "dana", "usageItems": [item]}).rows
        assert row["charge_period_end"].startswith(end)
        assert row["billed_cost"] == "0"


def test_nothing_is_said_twice_of_one_record(run: Run) -> None:
    log = {"request_id": "r", "call_type": "acompletion", "spend": 1, "startTime": 5, "model": "m"}
    outcome = run("litellm", log, log)
    assert len(outcome.rows) == 1
    assert "already converted" in json.dumps(outcome.reasons)


def counted(total: int, last: int) -> dict[str, Any]:
    """An event of Codex CLI: the session's running total, and the turn's own figures."""
    info = {
        name: {"input_tokens": count, "output_tokens": 0, "total_tokens": count}
        for name, count in (("total_token_usage", total), ("last_token_usage", last))
    }
    payload = {"type": "token_count", "info": info}
    return {"timestamp": "2026-08-01T00:00:00Z", "type": "event_msg", "payload": payload}


@given(turns=st.lists(st.integers(1, 100), min_size=1, max_size=8), cut=st.integers(0, 8))
def test_a_session_in_two_files_counts_as_in_one(turns: list[int], cut: int) -> None:
    running = [sum(turns[: place + 1]) for place in range(len(turns))]
    lines = [json.dumps(counted(total, last)).encode() + b"\n" for total, last in zip(running, turns, strict=True)]
    files = [io.BytesIO(b"".join(part)) for part in (lines[:cut], lines[cut:]) if part]
    rows = list(convert(files, "codex-cli"))
    assert sum(int(str(row["consumed_quantity"])) for row in rows if row["meter"] == "tokens") == sum(turns)


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


@pytest.mark.parametrize(
    ("meter", "action"),
    [
        ("Input Tokens", None),
        ("Cached Input Tokens", "read"),
        ("gpt-5 Input Cache Read Tokens", "read"),
        ("Input Tokens, uncached", "uncached"),
        ("Input Tokens (cache write)", "write"),
        ("Cache Input Tokens", None),
        ("Output Tokens", None),
    ],
)
def test_the_words_of_a_meter_of_focus(run: Run, meter: str, action: str | None) -> None:
    charge = {**FOCUS, "BilledCost": "1", "ConsumedQuantity": "2", "SkuMeter": meter}
    (row,) = run("focus", csv_of(charge)).rows
    assert row["consumed_quantity"] == "2000"
    assert row.get("token_cache_action") == action


def test_usage_of_a_cloud_that_is_negative_or_states_no_currency(run: Run) -> None:
    line = {**AWS, "line_item_usage_type": "USE1-Claude-input-tokens", "line_item_unblended_cost": "-1"}
    outcome = run("aws-cur", csv_of({**line, "line_item_usage_amount": "-5", "line_item_currency_code": ""}))
    assert [row["charge_category"] for row in outcome.rows] == ["adjustment"]
    said = {notice.message for notice in outcome.conversion.notices if notice.kind == "interpreted"}
    assert len(said) == 2


@pytest.mark.parametrize(
    ("amounts", "billed"),
    [
        ({"chargedCents": 250, "usageBasedCosts": "$9.99", "tokenUsage": {"totalCents": 1}}, "2.5"),
        ({"usageBasedCosts": "$1,001.66", "tokenUsage": {"totalCents": 20.5}}, "1001.66"),
        ({"usageBasedCosts": "-", "tokenUsage": {"totalCents": 20.5}, "cursorTokenFee": 1.25}, "0.2175"),
        ({"tokenUsage": {"totalCents": "20.5"}}, "0.205"),
        ({}, None),
    ],
)
def test_amounts_of_events(run: Run, assert_sound: Run, amounts: dict[str, Any], billed: str | None) -> None:
    outcome = run("cursor", {"timestamp": "1785753000000", "kind": "Usage-based", "model": "m", **amounts})
    (row,) = [each for each in outcome.rows if each["meter"] == "other"]
    assert row.get("billed_cost") == billed
    assert_sound(outcome.rows)


@pytest.mark.parametrize(
    ("kind", "cost", "carrier"),
    [
        ("On-Demand", "$0.19", "this_row"),
        ("On-Demand", "Free", "none"),
        ("On-Demand", "Included", "plan"),
        ("", "Included", "plan"),
        ("Included", "0.71", "plan"),
        ("Errored, No Charge", "0.71", "none"),
        ("On-Demand", "Dream", "unknown"),
    ],
)
def test_words_in_a_cost(run: Run, assert_sound: Run, kind: str, cost: str, carrier: str) -> None:
    row = {"Date": "2026-08-01T00:00:00Z", "Model": "m", "Kind": kind, "Input (w/ Cache Write)": "5", "Cost": cost}
    outcome = run("cursor", csv_of(row))
    (event,) = outcome.of_meter("other")
    assert event["cost_carrier"] == carrier
    assert ("unknown_field" in outcome.kinds) == (carrier == "unknown")
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


def test_negative_values_of_calls_are_reported(run: Run) -> None:
    message = {"id": "m", "model": "m", "usage": {"input_tokens": 1, "output_tokens": 1}}
    outcome = run("claude-code", {"timestamp": "2026-08-01T00:00:00Z", "costUSD": -1, "message": message})
    assert "not_converted" in outcome.kinds
    assert not any("list_cost" in row for row in outcome.rows)
