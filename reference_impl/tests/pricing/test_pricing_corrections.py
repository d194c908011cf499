"""Corrected usage costs what it would have cost, had it been right at first."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from random import Random

import pytest
from calls import Row, written
from hypothesis import given, settings
from hypothesis import strategies as st
from rates import RATE, TIERS, example, priced

from opentokenomics import validate
from opentokenomics.pricing import Reason

BY_TIER: list[Row] = [{**each, "quantity_tier_period": "day"} for each in TIERS]
AT_LEAST: list[Row] = [{**RATE, "price_id": "1", "unit_price": "3", "minimum_billable_quantity": "400"}]
BY_CONTEXT: list[Row] = [
    {**RATE, "price_id": "short", "unit_price": "1", "maximum_context_tokens": 1001},
    {**RATE, "price_id": "long", "unit_price": "2", "minimum_context_tokens": 1001},
]
BY_CONTEXT = [{**each, "context_price_scope": "whole_request"} for each in BY_CONTEXT]
_HALF = 0.5
STEP = {"step_id": "s", "run_id": "r", "attempt": 1}


def correction(of: Row, name: str, quantity: int, **changes: object) -> Row:
    row = {**of, "record_id": name, "record_type": "restatement", "corrects_record_id": of["record_id"], **changes}
    return {**row, "consumed_quantity": str(quantity)}


def retraction(of: Row, **changes: object) -> Row:
    quantity = -int(str(of["consumed_quantity"]))
    return correction(of, f"{of['record_id']}:back", quantity, record_type="retraction", **changes)


def cost(row: Row) -> Decimal:
    """What a record costs; nothing where it has no price."""
    return Decimal(str(row.get("list_cost", 0)))


Differences = list[tuple[int, bool, bool]]
"""By how much, whether it is taken back in the end, and whether it corrects the correction before it."""


def corrections(call: Row, differences: Differences) -> tuple[list[Row], int]:
    """A call with its corrections, and what it comes to in the end, which is never less than nothing."""
    rows, quantity = [call], int(str(call["consumed_quantity"]))
    for place, (wanted, is_taken_back, is_of_last) in enumerate(differences):
        difference = max(wanted, -quantity)
        last = [each for each in rows if each["record_type"] != "retraction"][-1]
        rows.append(correction(last if is_of_last else call, f"{call['record_id']}:{place}", difference))
        # Issued on another day than the call was made, and yet about that.
        rows[-1] |= {"charge_period_start": "2026-08-02T00:00:00Z", "charge_period_end": "2026-08-02T00:00:01Z"}
        if is_taken_back:
            rows.append(retraction(rows[-1]))
        else:
            quantity += difference
    return rows, quantity


def taken_back_and_given_back(rows: list[Row], dice: Random) -> list[Row]:
    """The records with pairs of further retractions of some of them, which change nothing."""
    found = list(rows)
    gone = {row["corrects_record_id"] for row in rows if row["record_type"] == "retraction"}
    for row in rows:
        if row["record_id"] not in gone and dice.random() < _HALF:
            once = retraction(row)
            found += [once, retraction(once)]
    return found


@settings(max_examples=4)
@given(
    calls=st.lists(
        st.tuples(
            st.integers(0, 1500),
            st.lists(st.tuples(st.integers(-1500, 1500), st.booleans(), st.booleans()), max_size=3),
            st.sampled_from([False, False, True]),
        ),
        min_size=3,
        max_size=9,
    ),
    dice=st.randoms(use_true_random=False),
    rates=st.sampled_from([BY_TIER, AT_LEAST]),
)
def test_costs_what_it_would_have_cost(
    calls: list[tuple[int, Differences, bool]],
    dice: Random,
    rates: list[Row],
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    rows, right = [], []
    for number, (quantity, differences, is_taken_back) in enumerate(calls):
        times = {"charge_period_start": f"2026-08-01T00:00:{number:02}Z", "charge_period_end": "2026-08-01T00:01:00Z"}
        call = example(f"call-{number}", quantity, **times)
        made, last = corrections(call, differences)
        if is_taken_back:
            gone = {each["corrects_record_id"] for each in made if each["record_type"] == "retraction"}
            standing = [each for each in made if each["record_type"] != "retraction" and each["record_id"] not in gone]
            made += [retraction(each) for each in standing]
        rows += taken_back_and_given_back(made, dice)
        right.append({**call, "consumed_quantity": "0" if is_taken_back else str(last)})
    dice.shuffle(rows)
    corrected, _ = priced(tmp_path_factory.mktemp("corrected"), rows, rates)
    expected, _ = priced(tmp_path_factory.mktemp("right"), right, rates)
    gone = {row["corrects_record_id"] for row in rows if row["record_type"] == "retraction"}
    for name, row in corrected.items():
        if row["record_type"] == "retraction":
            assert cost(row) == -cost(corrected[row["corrects_record_id"]])
        elif row["record_type"] == "original" or name not in gone:
            assert "list_cost" in row
    assert sum(map(cost, corrected.values())) == sum(map(cost, expected.values()))
    for name, row in expected.items():
        own = [each for each in corrected.values() if each["record_id"].startswith(name)]
        if rates is AT_LEAST:
            assert sum(map(cost, own)) == cost(row)


@pytest.mark.parametrize("rates", [BY_TIER, AT_LEAST], ids=["tiers", "least"])
def test_has_no_price_where_it_takes_back_what_is_no_more(rates: list[Row], tmp_path: Path) -> None:
    call = example("a", 900)
    found, summary = priced(tmp_path, [call, retraction(call), correction(call, "a:2", -100)], rates)
    assert [row.get("list_cost") for row in found.values()] == ["2.7", "-2.7", None]
    assert [(each.reason, each.records) for each in summary.left] == [(Reason.TIER, 1)]


@pytest.mark.parametrize(
    ("rates", "quantity", "second", "costs"),
    [(BY_TIER, 900, -200, ["2.7", "0.5", "-0.5"]), (AT_LEAST, 500, -400, ["1.5", "0.6", "-0.9"])],
    ids=["tiers", "least"],
)
def test_of_a_correction_stands_where_the_first_record_does(
    rates: list[Row], quantity: int, second: int, costs: list[str], tmp_path: Path
) -> None:
    """Although it was issued on the next day."""
    next_day = {"charge_period_start": "2026-11-21T00:00:00Z", "charge_period_end": "2026-11-21T00:00:01Z"}
    call = example("a", quantity)
    more = correction(call, "a:1", 200, **next_day)
    found, _ = priced(tmp_path, [call, more, correction(more, "a:2", second)], rates)
    assert [row.get("list_cost") for row in found.values()] == costs


def test_has_no_price_where_nobody_says_what_it_corrects(tmp_path: Path) -> None:
    call = example("a", 900)
    unnamed = {key: value for key, value in correction(call, "a:1", 100).items() if key != "corrects_record_id"}
    found, summary = priced(tmp_path, [call, unnamed], AT_LEAST)
    assert [row.get("list_cost") for row in found.values()] == ["2.7", None]
    assert [each.reason for each in summary.left] == [Reason.TIER]


class TestOfRequests:
    @pytest.mark.parametrize(
        ("quantity", "difference", "costs"),
        [(600, 300, ["0.6", "0.3"]), (600, 401, ["0.6", None]), (1500, -500, ["3", None]), (1500, -400, ["3", "-0.8"])],
    )
    def test_has_a_price_where_none_begins_within_the_difference(
        self, quantity: int, difference: int, costs: list[str | None], tmp_path: Path
    ) -> None:
        """Beyond the bound, the rest of the request costs more as well."""
        call = example("a:1", quantity, **STEP)
        found, summary = priced(tmp_path, [call, correction(call, "a:2", difference)], BY_CONTEXT)
        assert [row.get("list_cost") for row in found.values()] == costs
        assert [each.reason for each in summary.left] == ([Reason.CONTEXT] if None in costs else [])

    def test_does_not_change_when_the_request_is_taken_back(self, tmp_path: Path) -> None:
        call = example("a:1", 2000, **STEP)
        found, _ = priced(tmp_path, [call, retraction(call)], BY_CONTEXT)
        assert [row["list_cost"] for row in found.values()] == ["4", "-4"]
        back = retraction(call, usage_group_id="other")
        found, _ = priced(tmp_path, [call, back, retraction(back), retraction(retraction(back))], BY_CONTEXT)
        assert [row["list_cost"] for row in found.values()] == ["4", "-4", "4", "-4"]
        assert validate(written(tmp_path, "usage.out.jsonl", list(found.values()))).conformant

    def test_takes_back_no_amount_where_none_was_stated(self, tmp_path: Path) -> None:
        """The one difference crosses no bound, and together with the other one it does."""
        call = example("a:1", 900, **STEP)
        more = correction(call, "a:2", 50)
        found, _ = priced(tmp_path, [call, more, correction(call, "a:3", 100), retraction(more)], BY_CONTEXT)
        assert [row.get("list_cost") for row in found.values()] == ["0.9", "0.05", "0.1", "-0.05"]
        found, _ = priced(tmp_path, [call, more, correction(call, "a:3", 200), retraction(more)], BY_CONTEXT)
        assert [row.get("list_cost") for row in found.values()] == ["0.9", None, None, None]

    def test_has_the_context_of_what_it_takes_back(self, tmp_path: Path) -> None:
        """Which it need not repeat, nor be in the same group."""
        call = example("a:1", 2000, **STEP)
        banded = example("b:1", 900, minimum_context_tokens=5000)
        rows = [call, retraction(call, usage_group_id="other"), banded, retraction(banded)]
        for name in ("step_id", "run_id", "attempt", "minimum_context_tokens"):
            rows[3].pop(name, None)
        found, _ = priced(tmp_path, rows, BY_CONTEXT)
        assert [row.get("list_cost") for row in found.values()] == ["4", "-4", "1.8", "-1.8"]
