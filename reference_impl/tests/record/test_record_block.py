"""The number in the name of a pricing unit beside the block size: OTS-PRC-010."""

from __future__ import annotations

from hypothesis import example, given
from hypothesis import strategies as st
from rates import RATE

from opentokenomics import check

JUDGED = {*(digit * 10**zeros for digit in (1, 2, 5) for zeros in range(10)), 60, 3600, 10**12}
"""The sizes that the chapter says are compared one by one."""

SIZES = st.one_of(
    st.sampled_from(sorted(JUDGED)), st.integers(1, 12).flatmap(lambda n: st.integers(10 ** (n - 1), 10**n))
)


@given(named=SIZES, size=SIZES)
@example(named=24, size=1000)
@example(named=24, size=25)
@example(named=10**12 - 1, size=10**12)
def test_says_what_the_block_size_says(named: int, size: int) -> None:
    """It is found wrong wherever it is, but for a number out of use that has as many digits as the size."""
    price = {**RATE, "price_id": "p", "unit_price": "1", "pricing_unit": f"{named} tokens", "pricing_block_size": size}
    found = {each.requirement for each in check(price, dataset="price")} & {"OTS-PRC-010"}
    is_seen = named in JUDGED or len(str(named)) != len(str(size))
    assert bool(found) is (named != size and is_seen)


@given(zeros=st.integers(13, 40), size=SIZES)
def test_no_block_is_larger_than_any(zeros: int, size: int) -> None:
    unit = f"1{'0' * zeros} tokens"
    price = {**RATE, "price_id": "p", "unit_price": "1", "pricing_unit": unit, "pricing_block_size": size}
    assert "OTS-PRC-010" in {each.requirement for each in check(price, dataset="price")}
