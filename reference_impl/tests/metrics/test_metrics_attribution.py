"""Who bears which cost: against an account that plain fractions make of the same records."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from decimal import Decimal
from fractions import Fraction
from functools import cache
from pathlib import Path
from random import Random
from typing import Any

import pytest
from records import json_lines

from opentokenomics.metrics import MetricError
from opentokenomics.metrics.measured import Attribution, attribute_usage
from opentokenomics.standard import load

Row = dict[str, Any]
Figures = dict[str, Any]

PURCHASES = {"charge_category": "purchase"}
PLACES = 2
CARRIERS = ("other_row", "plan", "none", "unknown")
# A value may hold what stands between the values of a key, and code points have another order than UTF-16.
TEAMS = ("claims", "a", "a / b", "\ufb00", "\U0001d54f", None)
WORKFLOWS = ("b / c", "c", "/", None)

_RECORD = {
    "spec_version": load().version,
    "record_type": "original",
    "source_name": "gateway",
    "charge_period_start": "2026-08-31T08:00:00Z",
    "charge_period_end": "2026-08-31T08:00:01Z",
    "service_provider_name": "Example AI",
    "billing_account_id": "account-1",
}
_CALLS = {"ai_service": "inference", "model_id": "model-a", "meter": "requests", "consumed_unit": "requests"}


def consumed(quantity: int, carrier: str = "other_row", **more: Any) -> Row:  # noqa: ANN401
    measured = {"consumed_quantity": str(quantity), "measurement_method": "metered"}
    return {**_RECORD, **_CALLS, **measured, "charge_category": "usage", "cost_carrier": carrier, **more}


def paid(cost: str, category: str = "purchase", money: str = "USD", **more: Any) -> Row:  # noqa: ANN401
    amounts = {"billed_cost": cost, "effective_cost": cost, "billing_currency": money, "cost_source": "invoiced"}
    of = consumed(1) if category == "usage" else _RECORD
    return {**of, **amounts, "charge_category": category, "cost_carrier": "this_row", **more}


def _taken_back(row: Row) -> Row:
    signed = ("consumed_quantity", "billed_cost", "effective_cost")
    return {**row, **{name: str(-Decimal(row[name])) for name in signed if name in row}, "record_type": "retraction"}


@cache
def made_up(seed: int) -> list[Row]:
    """Usage with retractions, quantities whose amount is elsewhere, purchases, credits and taxes, of anybody."""
    dice = Random(seed)  # noqa: S311 - made-up records, no secrets
    rows: list[Row] = []
    for _ in range(40):
        named = {name: dice.choice(values) for name, values in (("team", TEAMS), ("workflow", WORKFLOWS))}
        cost = str(Decimal(dice.randrange(10 ** dice.randrange(1, 12))).scaleb(-dice.randrange(5)))
        category = dice.choice(["usage", "usage", "purchase", "credit", "tax"])
        cost = f"-{cost}" if category == "credit" and Decimal(cost) else f"{Decimal(cost):f}"
        rows += [
            consumed(dice.randrange(20), dice.choice(CARRIERS), **named),
            paid(cost, category, dice.choice(["USD", "USD", "EUR"]), **named),
        ]
        if category == "usage" and dice.random() < 0.3:
            rows.append(_taken_back(rows[-1]))
    return rows


def tables(folder: Path, rows: Iterable[Row], how: Attribution) -> dict[str | None, tuple[Figures, Fraction, Fraction]]:
    """For each currency what each key has of its own and of what is common, what is nobody's, and everything."""
    file = folder / "usage.jsonl"
    numbered = [{**row, "record_id": f"r-{number}"} for number, row in enumerate(rows)]
    file.write_bytes(json_lines([{name: v for name, v in row.items() if v is not None} for row in numbered]))
    return {
        table.currency: (
            {row.key: (Fraction(row.direct), Fraction(row.shared)) for row in table.rows},
            Fraction(table.unattributed),
            Fraction(table.total),
        )
        for table in attribute_usage([("usage", file)], how)
    }


def _key(row: Row) -> tuple[str, str] | None:
    return (row["team"], row["workflow"]) if row.get("team") and row.get("workflow") else None


def _written(key: tuple[str, str]) -> str:
    words = [["/" * (len(word) + 1) if word.strip("/") == "" else word for word in each.split(" ")] for each in key]
    return " / ".join(" ".join(each) for each in words)


def _shares(cost: Fraction, weights: Mapping[Any, Fraction]) -> dict[Any, Fraction]:
    units, sign = abs(cost) * 10**PLACES, 1 if cost > 0 else -1
    while units.denominator > 1:
        units *= 10
    exact = {key: units * weight / sum(weights.values()) for key, weight in weights.items()}
    whole = Counter({key: each.numerator // each.denominator for key, each in exact.items()})
    order = sorted(exact, key=lambda key: (whole[key] - exact[key], _written(key)))
    whole.update(order[: int(units - sum(whole.values()))])
    return {key: sign * number * abs(cost) / units for key, number in whole.items()}


@pytest.mark.parametrize(("seed", "driver"), [(1, "cost"), (3, "requests"), (4, "tokens")])
def test_every_record_is_borne_once_and_by_whom_it_names(seed: int, driver: str, tmp_path: Path) -> None:
    rows = made_up(seed)
    found = tables(tmp_path, rows, Attribution(("team", "workflow"), PURCHASES, driver, PLACES))
    assert len(found) > 1
    for money, (figures, unattributed, total) in found.items():
        own = [row for row in rows if row.get("billing_currency") == money and "effective_cost" in row]
        direct, nobodys, common = defaultdict[Any, Fraction](Fraction), Fraction(0), Fraction(0)
        for row in own:
            key, cost = _key(row), Fraction(row["effective_cost"])
            if key is not None:
                direct[key] += cost
            elif row["charge_category"] == "purchase":
                common += cost
            else:
                nobodys += cost
        weights = {key: max(cost, Fraction(0)) for key, cost in direct.items()}
        if driver != "cost":
            used = [(_key(row), Fraction(row["consumed_quantity"])) for row in rows if row.get("meter") == driver]
            weights = {key: sum(q for who, q in used if who == key) or Fraction(0) for key, _ in used if key}
        shares = _shares(common, weights) if any(weights.values()) and common else {}
        expected = {_written(key): (direct[key], shares.get(key, Fraction(0))) for key in {*direct, *shares}}
        assert {key: each for key, each in figures.items() if any(each)} == {
            key: each for key, each in expected.items() if any(each)
        }
        assert unattributed == nobodys + (0 if shares else common)
        assert total == sum(Fraction(row["effective_cost"]) for row in own)


def test_who_has_common_costs_of_its_own_has_their_weight_too(tmp_path: Path) -> None:
    rows = [paid("100", team="a"), paid("50", "usage", team="a"), paid("50", "usage", team="b"), paid("40")]
    ((figures, _, _),) = tables(tmp_path, rows, Attribution(("team",), PURCHASES)).values()
    assert figures == {"a": (150, 30), "b": (50, 10)}


@pytest.mark.parametrize(("share", "nobodys"), [({}, 40), (PURCHASES, 0)])
def test_a_tag_without_a_value_names_nobody(share: Mapping[str, str], nobodys: int, tmp_path: Path) -> None:
    rows = [paid("50", "usage", tags={"for": "a"}), paid("40", tags={"for": ""})]
    ((figures, unattributed, _),) = tables(tmp_path, rows, Attribution(("tags.for",), share)).values()
    assert figures == {"a": (50, 40 - nobodys)}
    assert unattributed == nobodys


def test_what_nobody_consumed_shares_nothing(tmp_path: Path) -> None:
    rows = [paid("50", "usage", team="a"), paid("40")]
    ((figures, unattributed, _),) = tables(tmp_path, rows, Attribution(("team",), PURCHASES, "searches")).values()
    assert figures == {"a": (50, 0)}
    assert unattributed == 40


def test_a_common_cost_is_rounded_once(tmp_path: Path) -> None:
    """A record that names the team alone is as much nobody's as one that names nobody."""
    rows = [paid("1", "usage", team=name, workflow="w") for name in "ab"] + [paid("0.01"), paid("0.01", team="a")]
    ((figures, _, _),) = tables(tmp_path, rows, Attribution(("team", "workflow"), PURCHASES)).values()
    assert figures == {f"{name} / w": (1, Fraction("0.01")) for name in "ab"}


def test_quantities_of_several_units_are_no_driver(tmp_path: Path) -> None:
    of = {"meter": "other", "ai_service": "other"}
    rows = [consumed(1, **of, meter_variant=unit, consumed_unit=unit, team=unit) for unit in "ab"]
    with pytest.raises(MetricError, match="Quantities of other in a, b cannot be added up"):
        tables(tmp_path, [*rows, paid("3")], Attribution(("team",), PURCHASES, "other"))
