"""Pricing against a second way of it: whatever crosses in a rate card, files cost what the text says."""

from __future__ import annotations

from collections import Counter
from fractions import Fraction
from pathlib import Path
from random import Random

import pytest
from calls import Row
from rate_scenarios import Scenario, scenario
from rated_by_hand import AmbiguousError, Amount, Desk
from rates import priced

from opentokenomics.pricing import PricingError

SEED = 12
KINDS = ("list", "contracted")


def _rounded(amount: Fraction) -> Fraction:
    """Half to even, to 18 digits."""
    return Fraction(round(amount * 10**18), 10**18)


def by_hand(made: Scenario) -> dict[str, dict[str, Amount | None]]:
    """What each record costs, by kind of price; nothing, where its kinds are in two currencies."""
    desks = {kind: Desk([each for each in made.prices if each["price_kind"] == kind], made.usage) for kind in KINDS}
    found = {row["record_id"]: {kind: desks[kind].amount(row) for kind in KINDS} for row in made.usage}
    for amounts in found.values():
        if len({each[1] for each in amounts.values() if each is not None}) > 1:
            amounts.update(dict.fromkeys(KINDS))
    return found


def test_files_cost_what_the_text_says(tmp_path: Path) -> None:
    dice = Random(SEED)  # noqa: S311 - made-up data
    usage, prices = list[Row](), list[Row]()
    expected, ambiguous = dict[str, dict[str, Amount | None]](), list[Scenario]()
    for number in range(200):
        made = scenario(dice, f"Provider {number}")
        try:
            expected |= by_hand(made)
        except AmbiguousError:
            ambiguous.append(made)
            continue
        usage += made.usage
        prices += made.prices
    found, _ = priced(tmp_path, usage, prices)
    seen = Counter[str]()
    for name, amounts in expected.items():
        for kind, amount in amounts.items():
            stated = found[name].get(f"{kind}_cost")
            wanted = None if amount is None else _rounded(amount[0])
            assert (None if stated is None else Fraction(stated)) == wanted, name
            seen[kind] += amount is not None
    assert min(seen.values()) > 50
    for made in ambiguous:
        with pytest.raises(PricingError) as refused:
            priced(tmp_path, made.usage, made.prices)
        assert refused.value.code == "price_ambiguous"
