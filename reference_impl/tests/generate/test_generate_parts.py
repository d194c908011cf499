"""Exact text of scaled integers, of instants, and of shares of prices."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from opentokenomics.generate._clock import Clock, month_period
from opentokenomics.generate._corrections import restated
from opentokenomics.generate._dice import Dice
from opentokenomics.generate._invoices import _rounded
from opentokenomics.generate._row import in_order
from opentokenomics.generate._tariff import Tariff, plain

DAY = date(2027, 12, 30)


def instant(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


@given(st.integers(-(10**20), 10**20), st.integers(0, 18))
def test_plain_is_the_decimal_without_trailing_zeros(value: int, scale: int) -> None:
    text = plain(value, scale)
    assert Decimal(text) == Decimal(value).scaleb(-scale)
    assert "E" not in text
    assert "." not in text or not text.endswith(("0", "."))
    assert text != "-0"


@given(st.integers(-(10**12), 10**12), st.integers(1, 10**6))
def test_rounding_takes_halves_to_the_even_number(value: int, unit: int) -> None:
    assert _rounded(value, unit) == round(Decimal(value) / unit)


@settings(max_examples=50)
@given(st.lists(st.integers(1, 86_400), min_size=1, max_size=20))
def test_the_clock_agrees_with_datetime(pauses: list[int]) -> None:
    clock = Clock(DAY)
    now = datetime.combine(DAY, datetime.min.time(), UTC)
    for pause in pauses:
        later = now + timedelta(seconds=pause)
        assert clock.advance(pause) == (later.date() != now.date())
        now = later
        period = clock.instant()
        assert (period.start, period.end) == (instant(now), instant(now + timedelta(seconds=1)))
        assert clock.month.start <= period.start < period.end <= clock.month.end


def test_months_end_where_the_next_one_begins() -> None:
    month = month_period(date(2027, 12, 31))
    assert (month.start, month.end) == ("2027-12-01T00:00:00Z", "2028-01-01T00:00:00Z")
    assert month_period(date(2028, 2, 29)).end == "2028-03-01T00:00:00Z"


def test_prices_have_at_most_8_decimals() -> None:
    assert Tariff.of("tokens", 1, "0.00000004", tier=50).list_price == 2
    with pytest.raises(ValueError, match="more than 8 decimals"):
        Tariff.of("tokens", 1, "0.00000001", tier=50)


def test_a_restatement_of_an_estimate_bills_nothing() -> None:
    row = {
        "record_id": "a",
        "consumed_quantity": "100",
        "pricing_quantity": "0.0001",
        "pricing_block_size": 1_000_000,
        "list_unit_price": "3",
        "contracted_unit_price": "2.5",
        "list_cost": "0.0003",
        "contracted_cost": "0.00025",
        "effective_cost": "0.00025",
        "billed_cost": "0",
        "cost_source": "vendor_estimate",
        "tags": {},
    }
    corrected = restated(row, -10, month_period(DAY))
    assert corrected["list_cost"] == "-0.00003"
    assert corrected["effective_cost"] == corrected["contracted_cost"] == "-0.000025"
    assert corrected["billed_cost"] == "0"
    assert corrected["corrects_record_id"] == "a"


def test_unknown_columns_are_a_mistake_of_the_generator() -> None:
    with pytest.raises(ValueError, match="teams"):
        in_order({"record_id": "a", "teams": "b"})


@given(st.integers(), st.integers(1, 50), st.integers(0, 10_000))
def test_skewed_draws_stay_within_their_bounds(seed: int, low: int, span: int) -> None:
    dice = Dice(seed)
    assert all(low <= dice.skewed(low, low + span) <= low + span for _ in range(20))
