"""Made-up exports: any size, always the same, in keeping with every requirement, and varied."""

from __future__ import annotations

import hashlib
import json
import tracemalloc
from collections import defaultdict
from decimal import Context, Decimal, Inexact
from itertools import islice
from typing import TYPE_CHECKING, Any

import pytest
from records import checkable

from opentokenomics import check, standard, validate
from opentokenomics.generate import BrokenExport, generate
from opentokenomics.models import UsageRecord
from opentokenomics.standard import Profile

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

COST, METERING = Profile.COST, Profile.METERING
EXACT = Context(prec=60, traps=[Inexact])
Row = dict[str, Any]
USAGE = standard.load().datasets["usage"]
CHECKABLE = checkable("usage")


@pytest.fixture(scope="module")
def export() -> list[Row]:
    return list(generate(5_000, 11, COST))


def text(rows: Iterable[Row]) -> str:
    return "".join(json.dumps(row) + "\n" for row in rows)


def number(row: Row, column: str) -> Decimal:
    return Decimal(row[column])


class TestSize:
    @pytest.mark.parametrize("profile", [METERING, COST])
    @pytest.mark.parametrize("seed", range(3))
    def test_is_exact_and_no_unit_is_torn(self, seed: int, profile: Profile) -> None:
        for rows in range(1, 201):
            made: list[Row] = list(generate(rows, seed, profile))
            assert len(made) == rows
            sums: defaultdict[str, Decimal] = defaultdict(Decimal)
            totals: dict[str, Decimal] = {}
            for row in made:
                if "usage_group_total" in row:
                    sums[row["usage_group_id"]] += number(row, "consumed_quantity")
                    totals[row["usage_group_id"]] = number(row, "usage_group_total")
            assert sums == totals

    def test_grows_at_the_end_only(self) -> None:
        longest_unit = 40
        long, short = (list(generate(rows, 5, COST)) for rows in (1_500, 1_200))
        assert long[: 1_200 - longest_unit] == short[:-longest_unit]

    def test_may_be_anything_without_taking_memory(self) -> None:
        assert len(list(islice(generate(10**15, 1, COST), 3))) == 3
        peaks = []
        for rows in (2_000, 12_000):
            tracemalloc.start()
            for _ in generate(rows, 1, COST):
                pass
            peaks.append(tracemalloc.get_traced_memory()[1])
            tracemalloc.stop()
        assert peaks[1] - peaks[0] < 200_000

    @pytest.mark.parametrize("rows", [0, -1])
    def test_is_at_least_one(self, rows: int) -> None:
        with pytest.raises(ValueError, match="at least 1 record"):
            generate(rows, 1, COST)


class TestSameness:
    def test_a_profile_may_be_named(self) -> None:
        assert list(generate(50, 7, "cost")) == list(generate(50, 7, Profile.COST))
        requirement = standard.load().requirement("OTS-CST-001")
        assert [*BrokenExport(50, 7, "cost", requirement).records()] == [
            *BrokenExport(50, 7, Profile.COST, requirement).records()
        ]
        with pytest.raises(ValueError, match="dear"):
            generate(50, 7, "dear")

    def test_depends_on_the_seed_alone(self) -> None:
        assert text(generate(1_000, 7, COST)) == text(generate(1_000, 7, COST))
        assert text(generate(1_000, 7, COST)) != text(generate(1_000, 8, COST))

    def test_holds_in_every_version_of_python(self) -> None:
        digest = hashlib.sha256(text(generate(1_000, 42, COST)).encode()).hexdigest()
        assert digest == "5cc671ab681dc0b74ef679b148333875ddf1fff530a9890c33ef09c3694d5ea0"

    def test_survives_a_caller_who_changes_the_records(self) -> None:
        untouched = text(generate(1_500, 3, COST))
        lines = []
        rows: Iterator[Row] = generate(1_500, 3, COST)
        for row in rows:
            lines.append(json.dumps(row) + "\n")
            row.get("tags", {}).clear()
            row.clear()
        assert "".join(lines) == untouched


class TestConformance:
    @pytest.mark.parametrize("profile", [METERING, COST])
    def test_of_each_record_by_itself(self, profile: Profile) -> None:
        columns = [column.name for column in USAGE.columns]
        for row in generate(2_500, 9, profile):
            assert UsageRecord.from_json(json.dumps(row)).to_dict() == row
            assert list(row) == [name for name in columns if name in row]
            assert check(row, profile=profile) == []

    @pytest.mark.parametrize("profile", [METERING, COST])
    @pytest.mark.parametrize(("rows", "seed"), [(1, 0), (7, 3), (3_000, -6), (8_000, 2**70)])
    def test_of_the_whole_export(self, tmp_path: Path, rows: int, seed: int, profile: Profile) -> None:
        path = tmp_path / "usage.jsonl"
        path.write_text(text(generate(rows, seed, profile)), "utf-8")
        report = validate([path], profile=profile)
        assert [(each.requirement, each.violations) for each in report.checks if each.violations] == []
        assert report.conformant

    def test_evaluates_every_rule_of_the_profile(self, tmp_path: Path) -> None:
        path = tmp_path / "usage.jsonl"
        path.write_text(text(generate(6_000, 1, COST)), "utf-8")
        report = validate([path], profile=COST)
        idle = [each.requirement for each in report.checks if each.requirement in CHECKABLE and not each.evaluated]
        assert idle == []


class TestMoney:
    def test_is_price_times_quantity_to_the_last_digit(self, export: list[Row]) -> None:
        priced = [row for row in export if "list_unit_price" in row]
        assert len(priced) > len(export) / 2
        for row in priced:
            for kind in ("list", "contracted"):
                price, quantity = number(row, f"{kind}_unit_price"), number(row, "pricing_quantity")
                assert number(row, f"{kind}_cost") == EXACT.multiply(price, quantity)
            if "consumed_quantity" in row:
                assert number(row, "pricing_quantity") * row["pricing_block_size"] == number(row, "consumed_quantity")

    def test_of_a_call_is_the_worth_of_its_tokens(self, export: list[Row]) -> None:
        calls = [row for row in export if row.get("meter") == "requests"]
        carrying = [row for row in calls if row["cost_carrier"] == "this_row" and "usage_group_id" in row]
        assert carrying
        for call in carrying:
            siblings = [
                row
                for row in export
                if row.get("usage_group_id") == call["usage_group_id"] and row["record_type"] == call["record_type"]
            ]
            worth = sum(number(row, "contracted_cost") for row in siblings if row is not call)
            assert number(call, "billed_cost") == worth

    def test_of_a_commitment_is_used_or_unused(self, export: list[Row]) -> None:
        paid: defaultdict[str, Decimal] = defaultdict(Decimal)
        amortised: defaultdict[str, Decimal] = defaultdict(Decimal)
        for row in export:
            if "commitment_discount_id" in row:
                paid[row["charge_period_start"]] += number(row, "billed_cost")
                amortised[row["charge_period_start"]] += number(row, "effective_cost")
        assert len(paid) >= 2
        assert paid == amortised

    def test_without_cost_is_absent(self) -> None:
        money = {column.name for column in USAGE.columns if column.group == "cost"} - {"charge_category"}
        for row in generate(3_000, 2, METERING):
            assert money.isdisjoint(row)
            assert row["charge_category"] == "usage"


class TestCorrections:
    def test_cancel_what_they_name_and_come_later(self, export: list[Row]) -> None:
        position = {row["record_id"]: at for at, row in enumerate(export)}
        assert len(position) == len(export)
        corrections = [row for row in export if row["record_type"] != "original"]
        assert {row["record_type"] for row in corrections} == {"retraction", "restatement"}
        for row in corrections:
            corrected = export[position[row["corrects_record_id"]]]
            assert position[corrected["record_id"]] < position[row["record_id"]]
            assert corrected["record_type"] == "original"
            if row["record_type"] == "retraction":
                assert number(row, "consumed_quantity") == -number(corrected, "consumed_quantity")

    def test_of_a_closed_month_are_on_a_later_invoice(self, export: list[Row]) -> None:
        late = [row for row in export if row.get("charge_class") == "correction"]
        assert late
        assert all(row["charge_period_end"] <= row["billing_period_start"] for row in late)


class TestVariety:
    @pytest.mark.parametrize("seed", range(5))
    def test_shows_everything_in_5000_records(self, seed: int) -> None:
        shown: defaultdict[str, set[Any]] = defaultdict(set)
        for row in generate(5_000, seed, COST):
            for name, value in row.items():
                if not isinstance(value, dict):
                    shown[name].add(value)
        meant_to_be_rare = {
            "measurement_method": {"sampled"},
            "region_scope": {"global", "geography"},
            "ai_service": {"platform_fee", "other"},
            "processing_tier": {"fast", "other"},
            "token_cache_action": {"other", "unspecified"},
            "token_role": {"unspecified"},
            "pricing_category": {"dynamic", "other"},
        }
        for column in USAGE.columns:
            if column.values:
                assert set(column.values) - shown[column.name] == meant_to_be_rare.get(column.name, set()), column.name
        assert {300, 3600} <= shown["token_cache_ttl_seconds"]
        assert len(shown["billing_period_start"]) == 2
        assert len(shown["service_provider_name"]) >= 10
        assert len(shown["model_id"]) >= 15
        assert {"USD", "EUR"} == shown["billing_currency"]
        assert max(shown["attempt"]) > 1

    def test_without_cost_shows_every_meter(self) -> None:
        shown = {row.get("meter") for row in generate(5_000, 1, METERING)}
        assert shown == set(USAGE.by_name["meter"].values)
