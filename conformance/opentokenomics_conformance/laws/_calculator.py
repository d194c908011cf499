"""Laws of calculators."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction

from hypothesis import strategies as st

from opentokenomics_conformance.cases import Role
from opentokenomics_conformance.laws._failures import FAILURE_LAWS, value_of
from opentokenomics_conformance.laws._law import Ask, Breach, Json, Law
from opentokenomics_conformance.laws._totals import LINES, TOTAL_LAWS, Line, cents, usage_row

_BLOCKS = (1_000, 1_000_000)
_HALF_A_DIGIT = Fraction(1, 2 * 10**18)
"""By how much a quotient is rounded at most."""


def _usage(lines: Sequence[Line], block: int) -> Json:
    rows = [usage_row(f"row-{number}", line) for number, line in enumerate(lines, 1)]
    return {"metric": "unit_cost", "records": {"usage": rows}, "parameters": {"block_size": str(block)}}


def _invariant(example: tuple[Sequence[Line], int], ask: Ask) -> Breach | None:
    """The price of a block is the price of a token times its size, but for how each of the two is rounded."""
    lines, block = example
    given = _usage(lines, block)
    single, found = value_of(ask(_usage(lines, 1))), value_of(ask(given))
    if single is not None and found is not None:
        far = abs(Fraction(found) - Fraction(single) * block)
        if far <= _HALF_A_DIGIT * (block + 1):
            return None
    cost, quantity = sum(amount for _, amount in lines), sum(tokens for tokens, _ in lines)
    right = {"numerator": cents(cost), "denominator": f"{Decimal(quantity) / block:f}", "currency": "USD"}
    detail = f"Per token it is {single}, and per {block:,} tokens {found}."
    return Breach(detail, given, {"results": [right]})


CALCULATOR_LAWS = (
    *FAILURE_LAWS,
    Law(
        "unit-invariance",
        "Per token, per thousand and per million, the price is the same.",
        Role.CALCULATOR,
        lambda: st.tuples(LINES, st.sampled_from(_BLOCKS)),
        _invariant,
    ),
    *TOTAL_LAWS,
)
