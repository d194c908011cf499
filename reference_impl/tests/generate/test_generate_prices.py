"""Made-up prices and plans: any number, in keeping with every rule, broken on purpose, and named by made-up usage."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from prices import report_of
from records import STANDARD, checkable, found

from opentokenomics import check, validate
from opentokenomics.generate import BrokenExport, generate
from opentokenomics.generate.defects import DEFECTS
from opentokenomics.models import PlanRecord, PriceRecord, Record
from opentokenomics.standard import Keyword, Profile

COST = Profile.COST
MODELS: dict[str, type[Record]] = {"price": PriceRecord, "plan": PlanRecord}
CASES = [(dataset, identifier) for dataset in MODELS for identifier in checkable(dataset)]
NAMED = 230
"""How many prices made-up usage can name."""


def text(rows: Iterable[dict[str, Any]]) -> str:
    return "".join(json.dumps(row) + "\n" for row in rows)


def made(dataset: str, rows: int, seed: int = 1) -> list[dict[str, Any]]:
    return list(generate(rows, seed, COST, dataset))


@pytest.mark.parametrize("dataset", MODELS)
class TestConformance:
    @pytest.mark.parametrize(("rows", "seed"), [(1, 0), (3, 1), (150, 2), (231, 3), (2_000, 4)])
    def test_of_any_number(self, dataset: str, rows: int, seed: int) -> None:
        records = made(dataset, rows, seed)
        assert len(records) == rows
        report = report_of({dataset: records})
        assert not found(report)
        assert report.conformant

    def test_of_each_record_by_itself(self, dataset: str) -> None:
        columns = list(STANDARD.datasets[dataset].by_name)
        for row in made(dataset, 1_000):
            assert MODELS[dataset].from_json(json.dumps(row)).to_dict() == row
            assert list(row) == [name for name in columns if name in row]
            assert check(row, dataset=dataset, profile=COST) == []

    def test_evaluates_every_rule(self, dataset: str) -> None:
        report = report_of({dataset: made(dataset, 1_000)})
        assert {each.requirement for each in report.checks if each.evaluated} == set(checkable(dataset))

    def test_depends_on_the_seed_alone(self, dataset: str) -> None:
        assert text(made(dataset, 500, 7)) == text(made(dataset, 500, 7)) != text(made(dataset, 500, 8))


@pytest.mark.parametrize(
    ("dataset", "digest"),
    [
        ("price", "d5dd0746a10e1f8cd328eb86bef69f0fa5307da70a9418a40e2f509cf966f7a4"),
        ("plan", "ac5e2c63a2abbf66bed8711ab9c56dde7f0dff0c4e72bc995f52668a92841719"),
    ],
)
def test_the_same_in_every_version_of_python(dataset: str, digest: str) -> None:
    assert hashlib.sha256(text(made(dataset, 1_000, 42)).encode()).hexdigest() == digest


def test_there_is_no_other_dataset() -> None:
    with pytest.raises(KeyError):
        generate(1, 1, COST, "manifest")
    with pytest.raises(ValueError, match="at least 1 record"):
        generate(0, 1, COST, "price")


@pytest.fixture(scope="module")
def usage() -> list[dict[str, Any]]:
    return list(generate(6_000, 5, COST))


class TestUsageNamesThem:
    """What usage of one seed names is in the prices and plans of any other, and says what usage says."""

    def test_prices(self, usage: list[dict[str, Any]]) -> None:
        prices = {row["price_id"]: row for row in made("price", NAMED, 9)}
        priced = [row for row in usage if "list_unit_price" in row]
        assert len(priced) > len(usage) / 2
        for row in priced:
            price = prices[row["price_id"]]
            assert price["pricing_block_size"] == row["pricing_block_size"]
            assert price["pricing_unit"] == row["pricing_unit"]
            assert price["pricing_currency"] == row["billing_currency"]
            kind = "list_unit_price" if price["price_kind"] == "list" else "contracted_unit_price"
            assert Decimal(price["unit_price"]) == Decimal(row[kind])
            assert price["effective_from"] <= row["charge_period_start"]

    def test_plans(self, usage: list[dict[str, Any]]) -> None:
        plans = {row["plan_id"]: row for row in made("plan", 2, 9)}
        covered = [row for row in usage if "plan_id" in row]
        assert {row["plan_id"] for row in covered} == set(plans)
        assert all(plans[row["plan_id"]]["service_provider_name"] == row["service_provider_name"] for row in covered)


class TestDefects:
    """A price list or a list of plans breaks the requirement that it was asked to break, and keeps every other one."""

    @pytest.mark.parametrize(("dataset", "identifier"), CASES)
    def test_each_is_found_alone(self, dataset: str, identifier: str, tmp_path: Path) -> None:
        requirement = STANDARD.requirement(identifier)
        export = BrokenExport(300, 3, COST, requirement, dataset)
        form = "csv" if int(identifier[-1]) % 2 else "jsonl"
        file = tmp_path / f"{dataset}.{form}"
        file.write_bytes(b"".join(export.lines(form)))
        report = validate(file, profile=COST, max_examples=10**6)
        assert list(found(report)) == [identifier]
        assert report.conformant == (requirement.keyword is Keyword.SHOULD)
        assert export.place is not None
        assert export.place.requirement == identifier

    @given(st.sampled_from(CASES), st.integers(0, 2**40), st.integers(20, 600))
    @settings(max_examples=10, deadline=None)
    def test_whatever_the_seed_and_size(self, case: tuple[str, str], seed: int, rows: int) -> None:
        dataset, identifier = case
        export = BrokenExport(rows, seed, COST, STANDARD.requirement(identifier), dataset)
        if DEFECTS[dataset][identifier].fault is None:
            assert set(found(report_of({dataset: list(export.records())}))) == {identifier}

    @pytest.mark.parametrize(
        ("identifier", "dataset"),
        [("OTS-PRC-003", "price"), ("OTS-PLN-001", "plan"), ("OTS-GEN-021", "plan"), ("OTS-GEN-022", "price")],
    )
    def test_the_dataset_follows_from_the_requirement(self, identifier: str, dataset: str) -> None:
        export = BrokenExport(300, 1, COST, STANDARD.requirement(identifier))
        assert export.dataset == dataset
        assert f"{dataset}_id" in next(iter(list(export.records())))
        assert export.place is not None
        assert export.place.record_id is not None
