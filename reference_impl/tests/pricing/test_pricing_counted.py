"""What is counted before usage has a price: the context of a request, and what was consumed before in a tier."""

# ruff: noqa: S106 - token dimensions are no passwords

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from random import Random

import pytest
from calls import Row, tokens, written
from hypothesis import given, settings
from hypothesis import strategies as st
from rates import RATE, TIERS, example, priced

from opentokenomics.pricing import Reason, price_usage


class TestRequests:
    """A context is that of one request; a bucket of many has none."""

    RATES = (
        {**RATE, "price_id": "short", "unit_price": "1", "maximum_context_tokens": 1001},
        {**RATE, "price_id": "long", "unit_price": "2", "minimum_context_tokens": 1001},
    )

    def rates(self) -> list[Row]:
        return [{**each, "context_price_scope": "whole_request"} for each in self.RATES]

    def request(self, name: str, count: int) -> Row:
        row = example(name, count, meter="requests", consumed_unit="requests")
        return {key: value for key, value in row.items() if key != "token_direction"}

    def test_is_all_input_of_a_group_that_counts_one_request(self, tmp_path: Path) -> None:
        rows = [
            example("a:1", 600, token_cache_action="read"),
            example("a:2", 401, token_cache_action="uncached"),
            self.request("a:3", 1),
        ]
        found, _ = priced(tmp_path, rows, self.rates())
        assert [found[name].get("list_cost") for name in ("a:1", "a:2", "a:3")] == ["1.2", "0.802", None]

    def test_is_not_known_of_a_bucket(self, tmp_path: Path) -> None:
        rows = [example("a:1", 1001), self.request("a:2", 3), example("b:1", 1000), example("c:1", 1001)]
        found, summary = priced(tmp_path, rows, self.rates())
        assert {name for name, row in found.items() if "list_cost" in row} == {"b:1"}
        assert sum(each.records for each in summary.left if each.reason is Reason.CONTEXT) == 2
        found, _ = priced(tmp_path, rows, self.rates(), groups_are_requests=True)
        assert {name for name, row in found.items() if "list_cost" in row} == {"a:1", "b:1", "c:1"}

    def test_is_known_of_a_band(self, tmp_path: Path) -> None:
        row = example("a:1", 5000, minimum_context_tokens=2000)
        assert priced(tmp_path, [row], self.rates())[0]["a:1"]["list_cost"] == "10"


START = datetime(2026, 8, 1, tzinfo=UTC)


class TestTiers:
    @pytest.mark.parametrize("at", [0, 999, 1000, 1001, 2500])
    def test_have_one_price_for_nothing(self, at: int, tmp_path: Path) -> None:
        """What follows a bound is in the tier above it, even where it is nothing."""
        rates = [{**each, "quantity_tier_period": "month"} for each in TIERS]
        rows = [example("a:1", at), example("b:1", 0), example("c:1", 1)]
        found, _ = priced(tmp_path, rows, rates)
        (tier,) = [each for each in rates if found["c:1"]["price_id"] == each["price_id"]]
        assert (found["b:1"]["list_cost"], found["b:1"]["price_id"]) == ("0", tier["price_id"])

    @settings(max_examples=8)
    @given(
        consumed=st.lists(
            st.tuples(st.integers(0, 70), st.integers(0, 1500), st.sampled_from(["one", "two"]), st.booleans()),
            min_size=1,
            max_size=8,
        ),
        dice=st.randoms(use_true_random=False),
    )
    def test_count_what_each_account_consumed_in_the_month(
        self,
        consumed: list[tuple[int, int, str, bool]],
        dice: Random,
        tmp_path_factory: pytest.TempPathFactory,
    ) -> None:
        rows, expected = [], {}
        counts: dict[tuple[str, int], int] = {}
        for number, (day, quantity, account, taken_back) in enumerate(sorted(consumed)):
            start = START + timedelta(days=day, seconds=number)
            name = f"call-{number}"
            stated = {"billing_account_id": account, "charge_period_start": f"{start:%Y-%m-%dT%H:%M:%SZ}"}
            stated["charge_period_end"] = f"{start + timedelta(seconds=1):%Y-%m-%dT%H:%M:%SZ}"
            row = example(name, quantity, **stated)
            rows.append(row)
            before = counts.get((account, start.month), 0)
            expected[name] = sum(_unit_price(place) for place in range(before, before + quantity))
            if taken_back:
                rows.append({**row, "record_id": f"{name}:back", "record_type": "retraction"})
                rows[-1] |= {"corrects_record_id": name, "consumed_quantity": str(-quantity)}
                expected[f"{name}:back"] = -expected[name]
            else:
                counts[account, start.month] = before + quantity
        dice.shuffle(rows)
        rates = [{**each, "quantity_tier_period": "month"} for each in TIERS]
        found, _ = priced(tmp_path_factory.mktemp("tiers"), rows, rates)
        assert {name: Decimal(row["list_cost"]) * 1000 for name, row in found.items()} == expected

    @pytest.mark.parametrize(
        ("period", "end", "outlasting"),
        [
            ("day", "2026-11-21T00:00:00Z", 0),
            ("day", "2026-11-21T00:00:01Z", 1),
            ("month", "2026-12-01T00:00:00Z", 0),
            ("month", "2026-12-01T00:00:01Z", 1),
            ("year", "2027-01-01T00:00:00Z", 0),
            ("year", "2027-11-20T12:00:00Z", 1),
            ("once", "2030-01-01T00:00:00Z", 0),
        ],
    )
    def test_tell_of_buckets_that_end_in_a_later_period(
        self, period: str, end: str, outlasting: int, tmp_path: Path
    ) -> None:
        rates = [{**each, "quantity_tier_period": period} for each in TIERS]
        rows = [example("a:1", 1500, charge_period_end=end)]
        found, summary = priced(tmp_path, rows, rates)
        assert (found["a:1"]["list_cost"], summary.outlasting) == ("4", outlasting)
        _, of_one = priced(tmp_path, rows, rates, groups_are_requests=True)
        assert of_one.outlasting == 0

    def test_count_usage_by_what_it_is_taken_for(self, tmp_path: Path) -> None:
        """Its model goes by a name that the prices do not have, or its tier is assumed."""
        rates = [{**each, "quantity_tier_period": "month", "processing_tier": "standard"} for each in TIERS]
        rates = [{**each, "service_provider_name": "Anthropic"} for each in rates]
        rates = [{**each, "canonical_model_id": "anthropic/claude-haiku-4-5"} for each in rates]
        rows = [
            tokens("a:1", 600, processing_tier=None),
            tokens("b:1", 600, canonical_model_id="anthropic/claude-haiku-4-5"),
            tokens("c:1", 600, canonical_model_id="it's ours"),
        ]
        found, _ = priced(tmp_path, rows, rates, assumed={"processing_tier": "standard"})
        assert [row["list_cost"] for row in found.values()] == ["1.8", "1.6", "1.2"]


def _unit_price(place: int) -> int:
    return 3 if place < 1000 else 2 if place < 2500 else 1


class TestSeveralFiles:
    """Usage in several files is usage: what was consumed before counts across them, whatever their formats."""

    @settings(max_examples=3)
    @given(quantities=st.lists(st.integers(1, 900), min_size=2, max_size=8), cut=st.integers(0, 8))
    def test_cost_what_one_file_costs(
        self, tmp_path_factory: pytest.TempPathFactory, quantities: list[int], cut: int
    ) -> None:
        folder = tmp_path_factory.mktemp("several")
        rows = [
            example(f"r{place}", quantity, charge_period_start=f"2026-03-01T00:00:{place:02}Z")
            for place, quantity in enumerate(quantities)
        ]
        tiers = [
            {
                **RATE,
                "price_id": "low",
                "unit_price": "2",
                "quantity_tier_minimum": "0",
                "quantity_tier_maximum": "1000",
            },
            {**RATE, "price_id": "high", "unit_price": "1", "quantity_tier_minimum": "1000"},
        ]
        card = written(folder, "price.jsonl", [{**each, "quantity_tier_period": "month"} for each in tiers])
        whole = written(folder, "usage.jsonl", rows)
        parts = [written(folder, "usage.1.jsonl", rows[:cut]), written(folder, "usage.2.csv", rows[cut:])]
        found: list[list[Row]] = []
        sums = [
            price_usage(each, lambda made, _: found.append(list(made)), rates=card)
            for each in (whole, [part for part, some in zip(parts, (rows[:cut], rows[cut:]), strict=True) if some])
        ]
        one, several = (
            [{name: str(each.get(name)) for name in ("record_id", "list_cost", "price_id")} for each in made]
            for made in found
        )
        assert several == one
        assert sums[0].amounts == sums[1].amounts
        assert sums[0].records == sums[1].records == len(rows)
