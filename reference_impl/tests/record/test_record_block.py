"""The number in the name of a pricing unit beside the block size: OTS-PRC-010."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from rates import RATE

from opentokenomics import check

SIZES = st.integers(1, 12).flatmap(lambda n: st.integers(10 ** (n - 1), 10**n))


@st.composite
def _neighbours(draw: st.DrawFn) -> tuple[int, int]:
    """Two sizes, of which one is the other but for one digit."""
    size, place, digit = draw(SIZES), draw(st.integers(0, 11)), draw(st.integers(0, 9))
    return size, max(1, size - size // 10**place % 10 * 10**place + digit * 10**place)


@given(st.one_of(st.tuples(SIZES, SIZES), _neighbours()), st.sampled_from(["tokens", "images", "x_credits"]))
@example((24, 25), "images")
@example((10**12 - 1, 10**12), "tokens")
@example((10**12, 10**12 - 1), "tokens")
def test_says_what_the_block_size_says(sizes: tuple[int, int], unit: str) -> None:
    named, size = sizes
    text = f"{named} {unit}"
    price = {**RATE, "price_id": "p", "unit_price": "1", "pricing_unit": text, "pricing_block_size": size}
    found = {each.requirement for each in check(price, dataset="price")} & {"OTS-PRC-010"}
    assert bool(found) is (named != size)


@pytest.mark.parametrize("digit", range(10))
@pytest.mark.parametrize("place", range(12))
def test_sees_each_digit_in_each_place(place: int, digit: int) -> None:
    others = {(10**11 + other * 10**place, other) for other in range(10)}
    for size, other in others:
        unit = f"{10**11 + digit * 10**place} things"
        price = {**RATE, "meter": "other", "price_id": "p", "unit_price": "1"}
        judged = check({**price, "pricing_unit": unit, "pricing_block_size": size}, dataset="price")
        assert ("OTS-PRC-010" in {each.requirement for each in judged}) is (digit != other)


@given(zeros=st.integers(13, 40), size=SIZES)
def test_no_block_is_larger_than_any(zeros: int, size: int) -> None:
    unit = f"1{'0' * zeros} tokens"
    price = {**RATE, "price_id": "p", "unit_price": "1", "pricing_unit": unit, "pricing_block_size": size}
    assert "OTS-PRC-010" in {each.requirement for each in check(price, dataset="price")}
