"""Marginal token utility from files: against sums that plain Python makes of the same records, and as a statement."""

from __future__ import annotations

import csv
import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from checkout import CHECKOUT
from records import csv_file, json_lines

from opentokenomics.cli._run import run
from opentokenomics.metrics import Axis, Identification, MetricError, SpendTier, marginal_token_utility
from opentokenomics.metrics.measured import Parameters, Preparation, Verdict, make_statements, measure, verify

SEATS = CHECKOUT / "examples" / "story" / "seats"
FILES = [
    ("usage", SEATS / "usage.csv"),
    ("outcome", SEATS / "outcome.jsonl"),
    ("outcome_definition", SEATS / "outcome_definition.jsonl"),
]
TIERS = Parameters(scope={"tags.tier": "heavy"}, comparison_scope={"tags.tier": "light"})
AT = Preparation(datetime(2026, 9, 1, 8, tzinfo=UTC), "finops")

pytestmark = pytest.mark.skipif(not SEATS.is_dir(), reason="needs the examples of a checkout")


def tier(name: str, column: str) -> SpendTier:
    """The spending and the value of a tier, by hand."""
    outcomes = [json.loads(line) for line in FILES[1][1].read_text("utf-8").splitlines()]
    own = {row["outcome_id"]: row for row in outcomes if row["tags"]["tier"] == name}
    with FILES[0][1].open(encoding="utf-8", newline="") as stream:
        spent = [Decimal(row[column]) for row in csv.DictReader(stream) if row["outcome_id"] in own]
    value = sum(Decimal(row.get("value_amount", 0)) for row in own.values())
    return SpendTier(sum(spent, Decimal(0)), Decimal(value))


@pytest.mark.parametrize(
    ("axis", "column", "ratios"),
    [
        (Axis.TOKENS, "consumed_quantity", ("0.2", "0.111111111111111111", "0.301029995663981195")),
        (Axis.COST, "effective_cost", ("0.2844950213371266", "0.165837479270315091", "0.355426061766522625")),
    ],
)
def test_twice_the_output_for_ten_times_the_tokens(axis: Axis, column: str, ratios: tuple[str, str, str]) -> None:
    (found,) = measure("marginal_token_utility", FILES, replace(TIERS, axis=axis))
    first, second = tier("light", column), tier("heavy", column)
    by_hand = marginal_token_utility(first, second, axis=axis, identification=Identification.OBSERVATIONAL)
    assert (found.result.value, found.result.denominator) == (by_hand.arc, second.spend - first.spend)
    assert found.result.numerator == second.value - first.value
    amounts = found.result.amounts
    assert tuple(map(str, (amounts["average_ratio"], amounts["arc_to_average"], amounts["elasticity"]))) == ratios
    assert found.key == {"currency": "USD", "identification": "observational"}
    assert found.result.counts["second_accepted"] == 2 * found.result.counts["first_accepted"]


def test_usage_that_a_plan_covers_is_told_and_not_taken_for_free(tmp_path: Path) -> None:
    with FILES[0][1].open(encoding="utf-8", newline="") as stream:
        rows = [{name: value for name, value in row.items() if value} for row in csv.DictReader(stream)]
    amounts = ("billed_cost", "effective_cost", "list_cost", "contracted_cost", "billing_currency", "cost_source")
    covered = {**{name: value for name, value in rows[0].items() if name not in amounts}, "cost_carrier": "plan"}
    file = tmp_path / "usage.csv"
    file.write_bytes(csv_file([covered, *rows[1:]]))
    for axis, told in ((Axis.COST, 1), (Axis.TOKENS, 0)):
        (found,) = measure("marginal_token_utility", [("usage", file), *FILES[1:]], replace(TIERS, axis=axis))
        counts = found.result.counts
        assert counts["first_usage_records_without_amount"] + counts["second_usage_records_without_amount"] == told


def test_the_tiers_change_places(tmp_path: Path) -> None:
    turned = Parameters(scope=TIERS.comparison_scope, comparison_scope=TIERS.scope)
    (there,), (back,) = (measure("marginal_token_utility", FILES, each) for each in (TIERS, turned))
    assert back.result.value == there.result.value
    assert back.result.denominator == -there.result.denominator
    made = make_statements("marginal_token_utility", FILES, turned, AT)
    (tmp_path / "statement.jsonl").write_bytes(json_lines(list(made)))
    assert [each.verdict for each in verify(tmp_path / "statement.jsonl", FILES)] == [Verdict.CONFIRMED]
    assert run(["validate", str(tmp_path / "statement.jsonl")]) == 0


def test_equal_tiers_have_no_arc() -> None:
    (found,) = measure("marginal_token_utility", FILES, replace(TIERS, comparison_scope=TIERS.scope))
    assert found.result.value is None
    assert found.result.denominator == 0


@pytest.mark.parametrize(
    "changes",
    [
        {"comparison_scope": {"tags.tier": "heavy"}},
        {"scope": {"tags.tier": "light"}},
        {"parameters": {"axis": "tokens"}},
        {"parameters": {"axis": "minutes"}},
        {"identification": "random"},
        {"comparison_scope": None},
        {"numerator": "11521"},
        {"value": "1.2"},
        {"currency": "EUR"},
    ],
)
def test_a_tampered_statement_is_not_confirmed(changes: Mapping[str, Any], tmp_path: Path) -> None:
    (made,) = make_statements("marginal_token_utility", FILES, TIERS, AT)
    row = {name: value for name, value in {**made, **changes}.items() if value is not None}
    (tmp_path / "statement.jsonl").write_bytes(json_lines([row]))
    (found,) = verify(tmp_path / "statement.jsonl", FILES)
    assert found.verdict is (Verdict.NOT_JUDGED if changes == {"identification": "random"} else Verdict.REFUTED)


def test_what_is_refused() -> None:
    with pytest.raises(MetricError, match="only one is given"):
        measure("marginal_token_utility", FILES, Parameters(scope=TIERS.scope))
    with pytest.raises(MetricError, match="takes no groups"):
        measure("marginal_token_utility", FILES, replace(TIERS, by=("team",)))
    with pytest.raises(MetricError, match="cannot be grouped by nonsense"):
        measure("marginal_token_utility", FILES, replace(TIERS, comparison_scope={"nonsense": "x"}))


def test_options_reach_the_metric(capsys: pytest.CaptureFixture[str]) -> None:
    words = [
        "metrics",
        "marginal_token_utility",
        "--input",
        f"usage={FILES[0][1]}",
        "--input",
        f"outcome={FILES[1][1]}",
    ]
    words += ["--where", "tags.tier=heavy", "--compare", "tags.tier=light", "--report", "json"]
    assert run([*words, "--axis", "tokens", "--identification", "experimental"]) == 0
    (found,) = json.loads(capsys.readouterr().out)["results"]
    assert (found["value"], found["group"]) == ("0.00000128", {"identification": "experimental"})
    assert found["amounts"]["elasticity"] == "0.301029995663981195"
