"""Buckets of reports: what is stated again, who has no part in them, and kinds that are not known."""

from __future__ import annotations

import pytest
from buckets import TIMES, completions, openai_bucket
from fixtures import Run


class TestBuckets:
    """A bucket that is stated again counts once; people do not merge buckets, and have no part in their identities."""

    def test_restated(self, run: Run) -> None:
        older, newer = (openai_bucket(completions(input_tokens=count)) for count in (5, 8))
        outcome = run("openai-usage", newer, older, newer)
        assert outcome.tokens("input") == 8
        assert outcome.kinds == {"duplicate"}
        (row,) = outcome.rows
        assert row["record_id"] == run("openai-usage", older).rows[0]["record_id"]

    def test_parts_of_the_tokens_do_not_add_to_them(self, run: Run) -> None:
        parts = {"input_cached_tokens": 500, "input_uncached_tokens": 100, "input_text_tokens": 100}
        more, divided = (
            openai_bucket(completions(**each)) for each in ({"input_tokens": 1000}, {"input_tokens": 600, **parts})
        )
        assert {run("openai-usage", *each).tokens("input") for each in ((more, divided), (divided, more))} == {1000}

    @pytest.mark.parametrize("kind", ["completions", "decisions"])
    @pytest.mark.parametrize(
        ("written", "expected", "kinds"),
        [
            ((10, 4, 6), {1800: 4, 43200: 6}, set()),
            ((10, 4, None), {1800: 4, None: 6}, set()),
            ((None, 4, 6), {1800: 4, 43200: 6}, set()),
            ((10, 0, 0), {None: 10}, set()),
            ((10, 4, 7), {None: 10}, {"contradiction"}),
        ],
    )
    def test_written_tokens_by_how_long_they_live(
        self,
        run: Run,
        assert_sound: Run,
        kind: str,
        written: tuple[int | None, ...],
        expected: dict[int | None, int],
        kinds: set[str],
    ) -> None:
        names = (f"input_cache_write{life}_tokens" for life in ("", "_30m", "_12h"))
        stated = dict(zip(names, written, strict=True))
        result = completions(input_tokens=20, input_cached_tokens=3, **stated)
        outcome = run("openai-usage", openai_bucket({**result, "object": f"organization.usage.{kind}.result"}))
        found = {
            row.get("token_cache_ttl_seconds"): int(row["consumed_quantity"])
            for row in outcome.rows
            if row.get("token_cache_action") == "write"
        }
        assert (found, outcome.kinds) == (expected, kinds)
        assert outcome.tokens("input") == 20
        assert {row["service_name"] for row in outcome.rows} == {kind}
        assert_sound(outcome.rows)

    def test_of_equal_tokens_the_larger_quantities_count(self, run: Run) -> None:
        few, many = (
            {**TIMES, "results": [{"output_tokens": 1, "server_tool_use": {"web_search_requests": count}}]}
            for count in (9, 10)
        )
        for buckets in ((few, many), (many, few)):
            (row,) = run("anthropic-usage", *buckets).of_meter("searches")
            assert row["consumed_quantity"] == "10"

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

    @pytest.mark.parametrize(
        ("amount", "list_amount", "category"),
        [
            ("1", "2", "usage"),
            ("0", "2", "usage"),
            ("-1", "-2", "credit"),
            ("0", "-2", "credit"),
            ("-1", "0", "credit"),
            ("-1", "2", "adjustment"),
            ("1", "-2", "adjustment"),
        ],
    )
    def test_amounts_of_both_signs_are_an_adjustment(
        self, run: Run, assert_sound: Run, amount: str, list_amount: str, category: str
    ) -> None:
        result = {"amount": amount, "list_amount": list_amount, "currency": "USD"}
        outcome = run("anthropic-cost", {**TIMES, "results": [result]})
        assert [row["charge_category"] for row in outcome.rows] == [category]
        assert ("interpreted" in outcome.kinds) == (category == "adjustment")
        assert_sound(outcome.rows)
