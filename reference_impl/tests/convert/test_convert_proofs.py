"""Figures that look like something else: commas of other languages, parts that stand inside, other names."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from convert_payloads import FOCUS, otlp_attributes, otlp_spans, table
from fixtures import Run
from hypothesis import given
from hypothesis import strategies as st

from opentokenomics.convert import convert

NANOSECONDS = {"startTimeUnixNano": "1785753000000000000", "timeUnixNano": "1785753060000000000"}
EVENT = {"Date": "2026-08-01", "Kind": "On-Demand", "Model": "m", "Input (w/ Cache Write)": "0", "Output Tokens": "1"}
CELLS = {
    "cursor": (EVENT, "Cost"),
    "openrouter-activity": ({"Date": "2026-08-01", "Slug": "m", "Requests": "1", "Prompt Tokens": "1"}, "Usage"),
    "anthropic-console": ({"usage_date_utc": "2026-08-01", "model": "m", "token_type": "output"}, "cost_usd"),
}


def cost_of(run: Run, source: str, text: str) -> tuple[list[Decimal], list[str]]:
    """What a cell of money becomes, and why it was refused."""
    cells, column = CELLS[source]
    outcome = run(source, table([*cells, column], [{**cells, column: text}]).content)
    return [Decimal(row["billed_cost"]) for row in outcome.rows if "billed_cost" in row], outcome.reasons


class TestCommas:
    """A comma separates thousands or is refused, since a decimal comma left out makes an amount many times as large."""

    @given(
        amount=st.decimals(0, 10**9, places=2, allow_nan=False),
        sign=st.booleans(),
        source=st.sampled_from(sorted(CELLS)),
    )
    def test_between_thousands(self, run: Run, amount: Decimal, source: str, *, sign: bool) -> None:
        assert cost_of(run, source, f"{'$' if sign else ''}{amount:,f}") == ([amount], [])

    @given(
        whole=st.integers(0, 10**7),
        decimals=st.text("0123456789", min_size=1, max_size=9),
        source=st.sampled_from(sorted(CELLS)),
    )
    def test_before_decimals(self, run: Run, whole: int, decimals: str, source: str) -> None:
        amounts, reasons = cost_of(run, source, f"{whole},{decimals}")
        if len(decimals) == 3 and 0 < whole < 1000:  # which nobody can tell from thousands
            assert amounts == [whole * 1000 + int(decimals)]
        else:
            assert amounts == []
            assert "whose commas do not stand between thousands" in reasons[0]

    @pytest.mark.parametrize("text", ["1.234,56", "1,23,456", "0,710", "01,234", ",5", "1,", "1,234,5", "12,34.5"])
    def test_anywhere_else(self, run: Run, text: str) -> None:
        assert cost_of(run, "cursor", text) == ([], [f"Cost is {text!r}, whose commas do not stand between thousands"])


def span(**attributes: object) -> dict[str, Any]:
    return otlp_spans([{**NANOSECONDS, "traceId": "t", "spanId": "s", "attributes": otlp_attributes(attributes)}])


def metrics(*names: str) -> dict[str, Any]:
    point = {
        **NANOSECONDS,
        "asInt": "5",
        "attributes": otlp_attributes({"gen_ai.token.type": "input", "type": "input"}),
    }
    made = [{"name": name, "sum": {"aggregationTemporality": 1, "dataPoints": [point]}} for name in names]
    return {"resourceMetrics": [{"scopeMetrics": [{"metrics": made}]}]}


class TestTelemetry:
    """What is recorded twice, or under names that are not read, is said."""

    histogram, counter = "gen_ai.client.token.usage", "gen_ai.client.inference.usage.input_tokens"
    embeddings = "gen_ai.client.embeddings.operation.input_tokens"

    @pytest.mark.parametrize(
        ("names", "is_said"),
        [
            ((histogram, counter), True),
            ((counter, histogram), True),
            ((histogram, histogram), False),
            (("claude_code.token.usage", histogram), False),
            ((counter, "claude_code.token.usage"), False),
            ((embeddings, histogram), True),
            ((counter, embeddings), False),
        ],
    )
    def test_two_generations_of_metrics(self, run: Run, names: tuple[str, ...], *, is_said: bool) -> None:
        outcome = run("otel", metrics(*names))
        assert any("metrics of two generations" in str(each) for each in outcome.conversion.notices) == is_said

    @pytest.mark.parametrize(
        ("record", "name"),
        [
            (
                metrics("gen_ai.client.inference.operation.input_tokens"),
                "gen_ai.client.inference.operation.input_tokens",
            ),
            (metrics("gemini_cli.token.usage"), "gemini_cli.token.usage"),
            (span(**{"gen_ai.usage.text.input_tokens": 7}), "gen_ai.usage.text.input_tokens"),
            (span(input_token_count=7), "input_token_count"),
        ],
    )
    def test_tokens_under_other_names(self, run: Run, record: dict[str, Any], name: str) -> None:
        outcome = run("otel", record)
        assert outcome.rows == []
        (notice,) = outcome.conversion.notices
        assert (notice.kind, repr(name) in notice.message) == ("not_converted", True)

    @pytest.mark.parametrize(("kind", "direction"), [("chat", "output"), ("embeddings", "input")])
    def test_a_total_alone(self, run: Run, assert_sound: Run, kind: str, direction: str) -> None:
        stated = {"gen_ai.usage.total_tokens": 7, "gen_ai.operation.name": kind, "gen_ai.request.model": "m"}
        outcome = run("otel", span(**stated))
        assert_sound(outcome.rows)
        assert (len(outcome.of_meter("tokens")), outcome.tokens(direction)) == (1, 7)

    def test_costs_of_instrumentations_are_said(self, run: Run) -> None:
        stated = {
            "gen_ai.usage.input_tokens": 1,
            "gen_ai.request.model": "m",
            "llm.cost.total": 2,
            "gen_ai.usage.cost": 3,
        }
        outcome = run("otel", span(**stated))
        assert outcome.kinds == {"not_converted", "unknown_field"}
        assert not any("cost" in name for row in outcome.rows for name in row if name != "cost_carrier")

    def test_what_is_no_usage_is_not_said(self, run: Run) -> None:
        limits = span(**{"gen_ai.request.max_tokens": 7, "gen_ai.usage.cost": 1, "input_token_count": 0})
        assert run("otel", limits, metrics("process.uptime")).conversion.notices == ()

    @pytest.mark.parametrize(
        ("tier", "expected"), [("flex", "flex"), ("default", "standard"), ("auto", None), ("dream", "other")]
    )
    def test_tiers(self, run: Run, tier: str, expected: str | None) -> None:
        counts = {"gen_ai.usage.input_tokens": 1, "gen_ai.request.model": "m", "openai.response.service_tier": tier}
        outcome = run("otel", span(**counts))
        assert {(row.get("processing_tier"), row["processing_tier_reported"]) for row in outcome.rows} == {
            (expected, tier)
        }
        assert ("unknown_field" in outcome.kinds) == (expected == "other")


counts = st.integers(0, 10**6)


class TestObservations:
    """The total of an observation tells whether its parts stand inside of each other; a cost needs no total."""

    seen = {"id": "o", "traceId": "t", "startTime": "2026-08-01T00:00:00Z", "model": "m"}  # noqa: RUF012

    def usage(self, fresh: int, read: int, answer: int, thought: int, total: int) -> dict[str, Any]:
        stated = {"input": fresh, "input_cached_tokens": read, "output": answer, "output_reasoning_tokens": thought}
        return {**self.seen, "usageDetails": {**stated, "total": total}}

    @given(fresh=counts, read=counts, answer=counts, thought=counts)
    def test_inside_of_both(self, run: Run, fresh: int, read: int, answer: int, thought: int) -> None:
        outcome = run(
            "langfuse", self.usage(fresh + read, read, answer + thought, thought, fresh + read + answer + thought)
        )
        assert (outcome.tokens("input"), outcome.tokens("output")) == (fresh + read, answer + thought)
        assert outcome.tokens("input", cache_action="read") == read
        assert outcome.tokens("output", role="reasoning") == thought
        assert "contradiction" not in outcome.kinds

    @given(fresh=counts, read=counts, answer=counts, thought=counts)
    def test_beside_in_both(self, run: Run, fresh: int, read: int, answer: int, thought: int) -> None:
        outcome = run("langfuse", self.usage(fresh, read, answer, thought, fresh + read + answer + thought))
        assert (outcome.tokens("input"), outcome.tokens("output")) == (fresh + read, answer + thought)
        assert outcome.kinds == set()

    def test_inside_of_one(self, run: Run, assert_sound: Run) -> None:
        inside_input = run("langfuse", self.usage(100, 60, 20, 5, 125))
        inside_output = run("langfuse", self.usage(100, 60, 20, 5, 180))
        assert (inside_input.tokens("input"), inside_input.tokens("output")) == (100, 25)
        assert (inside_output.tokens("input"), inside_output.tokens("output")) == (160, 20)
        assert inside_input.kinds == inside_output.kinds == {"interpreted"}
        assert_sound(inside_input.rows)
        assert_sound(inside_output.rows)

    def test_what_no_reading_proves(self, run: Run) -> None:
        of_two_readings = run("langfuse", self.usage(100, 10, 50, 10, 160))
        of_none = run("langfuse", self.usage(100, 60, 20, 5, 140))
        too_many = run("langfuse", self.usage(5, 60, 20, 0, 25))
        assert of_two_readings.kinds == of_none.kinds == too_many.kinds == {"contradiction"}
        assert of_two_readings.tokens("input") == 110

    def test_a_cost_without_total(self, run: Run) -> None:
        outcome = run("langfuse", {**self.seen, "costDetails": {"input": 0.1, "output": "0.25"}})
        stated = run("langfuse", {**self.seen, "costDetails": {"input": 0.1, "output": 0.2, "total": 0.5}})
        assert [row["effective_cost"] for row in outcome.of_meter("requests")] == ["0.35"]
        assert [row["effective_cost"] for row in stated.of_meter("requests")] == ["0.5"]
        assert (outcome.kinds, stated.kinds) == ({"interpreted"}, set())


class TestTerms:
    """What a gateway passes on of tier, geography and searches is on the rows."""

    def test_the_provider_says_it(self, run: Run, assert_sound: Run) -> None:
        usage = {
            "prompt_tokens": 9,
            "completion_tokens": 1,
            "total_tokens": 10,
            "service_tier": "batch",
            "inference_geo": "us",
            "server_tool_use": {"web_search_requests": 3},
            "prompt_tokens_details": {"web_search_requests": 3},
        }
        log = {"request_id": "r", "startTime": 5, "model": "m", "metadata": {"usage_object": usage}}
        outcome = run("litellm", log)
        assert {(row["processing_tier"], row["region_id"]) for row in outcome.rows} == {("batch", "us")}
        assert [row["consumed_quantity"] for row in outcome.of_meter("searches")] == ["3"]
        assert outcome.kinds == set()
        assert_sound(outcome.rows)

    @pytest.mark.parametrize(("tier", "expected"), [("flex", "flex"), ("default", "standard"), (5, None), (None, None)])
    def test_tiers(self, run: Run, tier: object, expected: str | None) -> None:
        usage = {"prompt_tokens": 9, "completion_tokens": 1, "service_tier": tier}
        log = {"request_id": "r", "startTime": 5, "model": "m", "metadata": {"usage_object": usage}}
        assert {row.get("processing_tier") for row in run("litellm", log).rows} == {expected}

    def test_a_generation(self, run: Run) -> None:
        call = {"id": "gen-1", "created_at": "2026-08-01T00:00:00Z", "model": "m", "service_tier": "flex"}
        outcome = run("openrouter-activity", {"data": {**call, "total_cost": 1, "native_tokens_prompt": 10}})
        assert {row["processing_tier"] for row in outcome.rows} == {"flex"}


class TestLists:
    """A price of zero beside a charge is one that a cloud does not know."""

    def row(self, run: Run, **cells: str) -> tuple[dict[str, Any], set[str]]:
        charge = {**FOCUS, "BilledCost": "1", "PricingUnit": "1K Tokens", "PricingQuantity": "2", **cells}
        outcome = run("focus", table(list(charge), [charge]).content)
        return outcome.rows[0], outcome.kinds

    @pytest.mark.parametrize("kind", ["List", "Contracted"])
    @pytest.mark.parametrize("amounts", [{}, {"BilledCost": "0", "EffectiveCost": "3"}])
    def test_zero_beside_a_charge(self, run: Run, kind: str, amounts: dict[str, str]) -> None:
        row, kinds = self.row(run, **{f"{kind}Cost": "0.00", f"{kind}UnitPrice": "0"}, **amounts)
        assert not {f"{kind.lower()}_cost", f"{kind.lower()}_unit_price"} & row.keys()
        assert "interpreted" in kinds

    def test_what_is_free_and_what_is_not(self, run: Run) -> None:
        free, free_kinds = self.row(run, BilledCost="0", EffectiveCost="0", ListCost="0")
        priced, priced_kinds = self.row(run, ListCost="2", ListUnitPrice="1")
        credit, _ = self.row(run, ChargeCategory="Credit", BilledCost="-1", EffectiveCost="-1", ListCost="0")
        assert (free["list_cost"], priced["list_cost"], credit["list_cost"]) == ("0", "2", "0")
        assert priced["list_unit_price"] == "1"
        assert "interpreted" not in free_kinds | priced_kinds


@pytest.mark.parametrize(
    "line",
    [{"type": "summary", "summary": "s", "leafUuid": "u"}, {"type": "file-history-snapshot", "messageId": "m"}],
)
def test_lines_without_a_session_are_of_one(run: Run, line: dict[str, Any]) -> None:
    call = {"sessionId": "s", "uuid": "u", "timestamp": "2026-08-01T00:00:00Z"}
    message = {"id": "i", "model": "m", "usage": {"input_tokens": 1, "output_tokens": 2}}
    alone, before = run("auto", line), run("auto", *[line] * 30, {**call, "message": message})
    assert (alone.rows, alone.reasons, alone.kinds) == ([], [], set())
    assert (before.tokens("input"), before.tokens("output")) == (1, 2)


class TestSeveralExports:
    """What states all of the same usage in another form is said, where nothing tells which records are the same."""

    @pytest.mark.parametrize(
        ("first", "second"),
        [
            ("openrouter-activity/activity_daily.csv", "openrouter-activity/generations.csv"),
            ("openrouter-activity/activity_daily.csv", "openrouter-activity/activity.json"),
            ("cursor/usage-events.csv", "cursor/filtered-usage-events.json"),
            ("github-copilot/ai_usage.csv", "github-copilot/billing_usage.json"),
            ("anthropic-usage/usage_report.json", "anthropic-usage/claude_code.json"),
        ],
    )
    def test_two_kinds(self, exports: Path, first: str, second: str) -> None:
        for given_files in ([first, second], [second, first], [first], [second]):
            conversion = convert([exports / each for each in given_files])
            rows = list(conversion)
            said = [each for each in conversion.notices if "several kinds of exports" in each.message]
            assert rows
            assert len(said) == (len(set(given_files)) - 1)

    @pytest.mark.parametrize(
        ("customer", "carrier", "is_said"), [("subscription", "plan", False), ("api", "other_row", True)]
    )
    def test_only_what_is_paid_by_token_is_in_both(
        self, run: Run, customer: str, carrier: str, *, is_said: bool
    ) -> None:
        model = {"model": "m", "tokens": {"input": 5, "output": 1}}
        day = {"date": "2026-08-01T00:00:00Z", "customer_type": customer, "model_breakdown": [model]}
        tier = {"uncached_input_tokens": 5, "model": "m", "service_tier": "priority_on_demand"}
        times = {"starting_at": "2026-08-01T00:00:00Z", "ending_at": "2026-08-02T00:00:00Z"}
        outcome = run("anthropic-usage", {"data": [day]}, {"data": [{**times, "results": [tier]}]})
        assert {row["cost_carrier"] for row in outcome.rows if "application" in row} == {carrier}
        assert {row["processing_tier"] for row in outcome.rows if "processing_tier" in row} == {"priority"}
        assert ("interpreted" in outcome.kinds) == is_said


@pytest.mark.parametrize(
    ("written", "total", "is_said"), [("1500", "", True), ("299", "", False), ("1500", "1801", False)]
)
def test_what_no_total_tells_is_said(run: Run, written: str, total: str, *, is_said: bool) -> None:
    cells = {**EVENT, "Input (w/ Cache Write)": written, "Input (w/o Cache Write)": "300", "Total Tokens": total}
    outcome = run("cursor", table(list(cells), [cells]).content)
    assert outcome.tokens("input") == int(written) + 300
    assert any("no total tells" in each.message for each in outcome.conversion.notices) == is_said


def test_an_error_message_that_used_tokens_counts(run: Run) -> None:
    message = {"id": "i", "model": "<synthetic>", "usage": {"input_tokens": 4, "output_tokens": 2}}
    call = {"sessionId": "s", "uuid": "u", "timestamp": "2026-08-01T00:00:00Z", "message": message}
    outcome = run("claude-code", call)
    assert (outcome.tokens("input"), outcome.tokens("output")) == (4, 2)
