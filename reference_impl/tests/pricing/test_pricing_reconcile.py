"""Usage at its prices beside what was billed."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from calls import CALL, Row, tokens, written
from hypothesis import given, settings
from hypothesis import strategies as st

from opentokenomics.errors import Error
from opentokenomics.pricing import Cause, Reconciliation, reconcile, reconciliation_sheet, render

PRICED = {"list_cost": "1", "billing_currency": "USD", "cost_carrier": "other_row"}


def usage(name: str, cost: str | None, **changes: object) -> Row:
    row = tokens(name, 10, **{**PRICED, "list_cost": cost, **changes})
    return row if cost is not None else {key: value for key, value in row.items() if key != "billing_currency"}


def charge(name: str, amount: str, **changes: object) -> Row:
    own = {
        **{key: value for key, value in CALL.items() if key != "processing_tier"},
        "record_id": name,
        "source_name": "invoice",
        "cost_carrier": "this_row",
        "billed_cost": amount,
        "effective_cost": amount,
        "billing_currency": "USD",
        "cost_source": "invoiced",
    }
    return {**own, **changes}


def reconciled(folder: Path, left: Sequence[Row], right: Sequence[Row], **options: object) -> Reconciliation:
    files = written(folder, "usage.jsonl", left), written(folder, "cost.jsonl", right)
    return reconcile(*files, **options)  # type: ignore[arg-type]


def causes(found: Reconciliation) -> dict[Cause, tuple[Decimal, Decimal]]:
    return {each.cause: (each.expected, each.charged) for each in found.groups}


CASES: list[tuple[Cause, list[Row], list[Row]]] = [
    (Cause.MATCHED, [usage("a:1", "1"), usage("b:1", "0.5")], [charge("i:1", "1.5")]),
    (Cause.ROUNDING, [usage("a:1", "1.004999")], [charge("i:1", "1")]),
    (Cause.ROUNDING, [usage("a:1", "1.005")], [charge("i:1", "1")]),
    (Cause.UNEXPLAINED, [usage("a:1", "1.0051")], [charge("i:1", "1")]),
    (Cause.NO_COST, [usage("a:1", "1")], []),
    (Cause.NO_USAGE, [], [charge("i:1", "1")]),
    (Cause.UNPRICED, [usage("a:1", None)], [charge("i:1", "1")]),
    (Cause.UNPRICED, [usage("a:1", None), usage("b:1", "1")], [charge("i:1", "3")]),
    (Cause.UNEXPLAINED, [usage("a:1", None), usage("b:1", "5")], [charge("i:1", "3")]),
    (Cause.MATCHED, [usage("a:1", None), usage("b:1", "1")], [charge("i:1", "1")]),
    (Cause.UNPRICED, [usage("a:1", None)], []),
    (Cause.UNPRICED, [usage("a:1", None), usage("b:1", "0")], []),
    (Cause.OTHER_CHARGES, [], [charge("i:1", "-5", charge_category="credit")]),
    (Cause.MATCHED, [usage("a:1", "0")], []),
    (Cause.COVERED, [usage("a:1", "1", cost_carrier="plan"), usage("b:1", None, cost_carrier="plan")], []),
    (Cause.COVERED, [usage("a:1", "1", cost_carrier="none")], []),
    (Cause.MATCHED, [], [charge("i:1", "5"), charge("i:2", "-5", charge_class="correction")]),
]
OTHER_DAY = {"charge_period_start": "2026-11-21T12:00:00Z", "charge_period_end": "2026-11-21T12:00:01Z"}


@pytest.mark.parametrize(("cause", "left", "right"), CASES)
def test_every_difference_has_a_cause(cause: Cause, left: list[Row], right: list[Row], tmp_path: Path) -> None:
    # Something that matches keeps either file from being empty.
    found = reconciled(tmp_path, [*left, usage("z:1", "7", **OTHER_DAY)], [*right, charge("i:z", "7", **OTHER_DAY)])
    assert [each.cause for each in found.groups if each.key[2] == "2026-11-20"] == [cause]
    assert [each.cause for each in found.groups if each.key[2] == "2026-11-21"] == [Cause.MATCHED]
    assert found.is_settled is (cause in {Cause.MATCHED, Cause.ROUNDING, Cause.COVERED, Cause.OTHER_CHARGES})


@pytest.mark.parametrize("empty", ["usage.jsonl", "cost.jsonl"])
def test_an_empty_file_is_no_file_of_which_everything_is_missing(empty: str, tmp_path: Path) -> None:
    sides = {"usage.jsonl": [usage("a:1", "1")], "cost.jsonl": [charge("i:1", "1")], empty: []}
    with pytest.raises(Error, match=rf"{empty} holds no record") as refused:
        reconciled(tmp_path, sides["usage.jsonl"], sides["cost.jsonl"])
    assert refused.value.code == "input_empty"


def test_an_identifier_is_one_within_a_file(tmp_path: Path) -> None:
    """Two vendors may give the same one, and so may two exports of one vendor."""
    assert reconciled(tmp_path, [usage("a:1", "1")], [charge("a:1", "1")]).is_settled
    with pytest.raises(Error, match=r"cost\.jsonl does not conform .* OTS-USG-001"):
        reconciled(tmp_path, [usage("a:1", "1")], [charge("i:1", "1"), charge("i:1", "1")])


def test_contracted_prices_come_before_list_prices(tmp_path: Path) -> None:
    left = [usage("a:1", "2", contracted_cost="1")]
    assert causes(reconciled(tmp_path, left, [charge("i:1", "1")])) == {Cause.MATCHED: (Decimal(1), Decimal(1))}


def test_a_name_that_is_given_twice_makes_one_column(tmp_path: Path) -> None:
    found = reconciled(tmp_path, [usage("a:1", "1")], [charge("i:1", "1")], by=("charge_day", "charge_day"))
    assert (list(found.by), [each.key for each in found.groups]) == (["charge_day"], [("2026-11-20",)])
    found = reconciled(tmp_path, [usage("a:1", "1")], [charge("i:1", "1")], by=("charge_category", "charge_day"))
    header = list(reconciliation_sheet(found).header)
    assert header[:3] == ["charge_day", "charge_category", "currency"]


def test_amounts_of_two_currencies_are_two_groups(tmp_path: Path) -> None:
    found = reconciled(tmp_path, [usage("a:1", "1")], [charge("i:1", "1", billing_currency="EUR")])
    assert {(each.currency, each.cause) for each in found.groups} == {("USD", Cause.NO_COST), ("EUR", Cause.NO_USAGE)}


def test_groups_have_one_order_whatever_the_order_of_the_records(tmp_path: Path) -> None:
    left = [usage(f"{name}:1", "1", billing_currency=name) for name in ("USD", "EUR", "JPY", "GBP")]
    left += [usage("plan:1", "1", cost_carrier="plan"), usage("none:1", None, model_id="other")]
    right = [charge(name, "1", billing_currency=name) for name in ("EUR", "USD", "GBP", "JPY")]
    found = reconciled(tmp_path, left, right).groups
    assert [each.currency for each in found if each.cause is Cause.MATCHED] == ["EUR", "GBP", "JPY", "USD"]
    for turn in range(1, 3):
        assert reconciled(tmp_path, left[turn:] + left[:turn], right[::-1]).groups == found


def test_the_larger_of_two_long_differences_comes_first(tmp_path: Path) -> None:
    costs = {"a": "10000000000000.000000000000000001", "b": "10000000000000.000000000000000002"}
    left = [usage(f"{name}:1", cost, model_id=name) for name, cost in costs.items()]
    found = reconciled(tmp_path, left, [charge("i:1", "1", model_id="c")])
    assert [each.key[1] for each in found.groups] == ["b", "a", "c"]


def test_what_usage_carries_itself_counts_where_no_cost_row_does(tmp_path: Path) -> None:
    own = {"cost_carrier": "this_row", "billed_cost": "9", "effective_cost": "9", "cost_source": "invoiced"}
    left = [usage("a:1", "1", **own)]
    other = [charge("i:1", "1", **OTHER_DAY)]
    found = {each.key[2]: (each.cause, each.charged) for each in reconciled(tmp_path, left, other).groups}
    assert found["2026-11-20"] == (Cause.UNEXPLAINED, Decimal(9))
    assert causes(reconciled(tmp_path, left, [charge("i:1", "1")])) == {Cause.MATCHED: (Decimal(1), Decimal(1))}


@given(records=st.integers(1, 40), beyond=st.decimals("0.000001", "0.2", places=6))
@settings(max_examples=8)
def test_calls_that_carry_their_charge_are_rounded_once(records: int, beyond: Decimal) -> None:
    """Half a cent for each of them would excuse what is charged beyond their prices."""
    own = {"cost_carrier": "this_row", "effective_cost": "1", "cost_source": "invoiced"}
    left = [usage(f"a{n}:1", "1", **own, billed_cost="1") for n in range(records)]
    left += [usage("b:1", "1", **own, billed_cost=f"{1 + beyond:f}")]
    with TemporaryDirectory() as folder:
        found = reconciled(Path(folder), left, [charge("i:1", "1", **OTHER_DAY)])
    (cause,) = (each.cause for each in found.groups if each.key[2] == "2026-11-20")
    assert cause is (Cause.ROUNDING if beyond <= Decimal("0.005") else Cause.UNEXPLAINED)


_SIGNED = st.decimals(-1000, 1000, places=6)
_DAY = st.sampled_from(["2026-11-20", "2026-11-21", "2026-11-22"])
_CURRENCY = st.sampled_from(["USD", "EUR", None])


@settings(max_examples=8)
@given(
    left=st.lists(st.tuples(_DAY, _CURRENCY, st.none() | _SIGNED, st.none() | _SIGNED), min_size=1, max_size=8),
    right=st.lists(
        st.tuples(
            _DAY,
            _CURRENCY,
            _SIGNED,
            st.sampled_from(["usage", "tax"]),
            st.sampled_from(["this_row", "other_row", None]),
        ),
        min_size=1,
        max_size=8,
    ),
)
def test_the_causes_add_up_to_both_files(
    left: list[tuple[str, str | None, Decimal | None, Decimal | None]],
    right: list[tuple[str, str | None, Decimal, str, str | None]],
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    """Whatever the records state of currencies, carriers and amounts of their own, in each currency."""

    def stated(day: str, **columns: object) -> Row:
        return {"charge_period_start": f"{day}T00:00:00Z", "charge_period_end": f"{day}T01:00:00Z", **columns}

    rows = []
    for number, (day, currency, cost, own) in enumerate(left):
        paid: Row = (
            {"cost_carrier": "plan" if number % 3 == 0 else "other_row"}
            if own is None
            else {"billed_cost": f"{own:f}", "cost_carrier": "this_row"}
        )
        row = usage(f"u{number}:1", None if cost is None else f"{cost:f}", **stated(day, **paid))
        rows.append({key: value for key, value in (row | {"billing_currency": currency}).items() if value is not None})
    lines = []
    for number, (day, currency, amount, category, carrier) in enumerate(right):
        columns = stated(day, billing_currency=currency, cost_carrier=carrier, charge_category=category)
        line = charge(f"i{number}", f"{amount:f}", **columns)
        lines.append({key: value for key, value in line.items() if value is not None})
    found = reconciled(tmp_path_factory.mktemp("both"), rows, lines)
    totals = {total.currency: total for total in found.totals()}
    for currency in ("USD", "EUR", None):
        total = totals.get(currency)
        owed = sum((cost for _, own, cost, _ in left if cost is not None and own == currency), Decimal(0))
        charged = sum((amount for _, own, amount, _, _ in right if own == currency), Decimal(0))
        carried = sum((amount for _, own, _, amount in left if amount is not None and own == currency), Decimal(0))
        if total is None:
            assert not any((owed, charged, carried))
            continue
        assert (total.expected, total.cost_rows, total.carried + total.left_aside) == (owed, charged, carried)
        assert total.charged == total.cost_rows + total.carried
        assert total.difference == total.charged - total.expected
        causes = [(expected, billed) for own, _, _, expected, billed in found.by_cause() if own == currency]
        assert sum((expected for expected, _ in causes), Decimal(0)) == total.expected
        assert sum((amount for _, amount in causes), Decimal(0)) == total.charged
    assert sum(count for _, _, count, _, _ in found.by_cause()) == len(found.groups)
    assert sum(each.usage_records for each in found.groups) == len(left)
    assert sum(each.cost_records for each in found.groups if not each.is_carried) == len(right)
    differences = [abs(each.difference) for each in found.groups]
    assert differences == sorted(differences, reverse=True)


def test_usage_that_a_plan_covers_is_not_held_against_cost_rows(tmp_path: Path) -> None:
    left = [usage("a:1", "5", cost_carrier="plan"), usage("b:1", "1")]
    right = [charge("i:1", "1"), charge("fee", "20", charge_category="purchase")]
    found = causes(reconciled(tmp_path, left, right))
    assert found == {
        Cause.MATCHED: (Decimal(1), Decimal(1)),
        Cause.COVERED: (Decimal(5), Decimal(0)),
        Cause.OTHER_CHARGES: (Decimal(0), Decimal(20)),
    }


def _taken_back(row: Row) -> Row:
    quantity = str(-Decimal(row["consumed_quantity"]))
    changes = {"record_type": "retraction", "corrects_record_id": row["record_id"], "consumed_quantity": quantity}
    return {**row, **changes, "record_id": f"{row['record_id']}:back"}


@pytest.mark.parametrize(("cause", "left", "right"), [case for case in CASES if case[1]])
def test_usage_without_a_price_that_is_taken_back_changes_nothing(
    cause: Cause, left: list[Row], right: list[Row], tmp_path: Path
) -> None:
    """It may be in the group, or in one of its own, such as that of the wrong model."""
    before = reconciled(tmp_path, left, right or [charge("i:1", "0", **OTHER_DAY)])
    assert cause in causes(before)
    for wrong in (usage("w:1", None), usage("w:1", None, model_id="wrong"), usage("w:1", None, cost_carrier="plan")):
        more = [*left, wrong, _taken_back(wrong)]
        assert reconciled(tmp_path, more, right or [charge("i:1", "0", **OTHER_DAY)]) == before


@pytest.mark.parametrize("steps", [2, 3])
def test_only_usage_that_is_taken_back_in_the_end_lacks_no_price(steps: int, tmp_path: Path) -> None:
    chain = [usage("w:1", None)]
    for _ in range(steps):
        chain.append(_taken_back(chain[-1]))
    found = reconciled(tmp_path, chain, [charge("i:1", "1")])
    stands = steps % 2 == 0
    lacking = (Cause.UNPRICED, steps + 1) if stands else (Cause.NO_USAGE, 0)
    assert [(each.cause, each.unpriced_records) for each in found.groups] == [lacking]


def test_usage_that_nobody_priced_keeps_what_it_carries(tmp_path: Path) -> None:
    """Beside usage that has a price, it would otherwise be lost."""
    own = {"cost_carrier": "this_row", "billed_cost": "9", "billing_currency": "USD"}
    left = [{**usage("a:1", None), **own}, usage("b:1", "1")]
    found = reconciled(tmp_path, left, [charge("i:1", "1", **OTHER_DAY)])
    assert {each.key[2]: (each.expected, each.charged) for each in found.groups}["2026-11-20"] == (
        Decimal(1),
        Decimal(9),
    )
    notes = reconciliation_sheet(found).notes
    assert "1 USD of what was charged is on cost rows, 9 USD on usage that no cost row stands against." in notes
    found = reconciled(tmp_path, left, [charge("i:1", "1")])
    notes = reconciliation_sheet(found).notes
    assert "Usage carries 9 USD beside cost rows, which is in no amount." in notes


def test_what_consumed_nothing_is_said_beside_the_amounts(tmp_path: Path) -> None:
    """A cost-only record pays for usage that may be there beside it."""
    left = [usage("a:1", "1"), charge("c:1", "9", list_cost="10"), charge("c:2", "8", list_cost="7.5", **OTHER_DAY)]
    fee = charge("f", "0", charge_category="purchase", list_cost="3", billing_currency="EUR", **OTHER_DAY)
    left.append(
        {key: value for key, value in fee.items() if key not in {"billed_cost", "effective_cost", "cost_source"}}
    )
    found = reconciled(tmp_path, left, [charge("i:1", "1")])
    assert found.without_quantity == {"USD": Decimal("17.5"), "EUR": Decimal(3)}
    assert [(each.currency, each.expected, each.charged) for each in found.totals()] == [
        ("USD", Decimal(1), Decimal(9))
    ]
    notes = reconciliation_sheet(found).notes
    assert "Records of usage without a quantity state 17.5 USD at their prices, which is in no amount." in notes
    assert reconciled(tmp_path, [usage("a:1", "1")], [charge("i:1", "1", list_cost="2")]).without_quantity == {}


def test_cost_rows_without_the_amount_are_counted(tmp_path: Path) -> None:
    line = {key: value for key, value in charge("i:2", "5").items() if key != "billed_cost"}
    found = reconciled(tmp_path, [usage("a:1", "1")], [charge("i:1", "1"), line])
    assert (found.is_settled, found.without_amount) == (True, 1)
    assert "1 cost row states no billed_cost." in reconciliation_sheet(found).notes
    assert reconciled(tmp_path, [usage("a:1", "1")], [charge("i:1", "1"), line], amount="effective_cost").totals()[
        0
    ].charged == Decimal(6)


def test_usage_without_a_price_is_in_no_currency_where_its_group_has_two(tmp_path: Path) -> None:
    left = [usage("a:1", "1"), usage("b:1", "2", billing_currency="EUR"), usage("c:1", None)]
    found = reconciled(tmp_path, left, [charge("i:1", "1"), charge("i:2", "2", billing_currency="EUR")])
    assert {(each.currency, each.cause, each.unpriced_records) for each in found.groups} == {
        ("USD", Cause.MATCHED, 0),
        ("EUR", Cause.MATCHED, 0),
        (None, Cause.UNPRICED, 1),
    }


def test_what_nobody_priced_comes_to_nothing(tmp_path: Path) -> None:
    """A total of no amount would be a zero that nobody knows of."""
    left = [usage("a:1", None), usage("b:1", None, **OTHER_DAY), usage("c:1", "2", model_id="other")]
    found = reconciled(tmp_path, left, [charge("i:1", "2", model_id="other")])
    assert [(each.currency, each.expected) for each in found.totals()] == [("USD", Decimal(2))]
    sheet = reconciliation_sheet(found)
    assert len(sheet.totals) == 1
    assert "usage_without_price: 2 groups, without an amount" in sheet.notes
    rows = [dict(zip(sheet.header, row, strict=True)) for row in sheet.rows]
    amounts = [[row[name] for name in ("expected", "charged", "difference")] for row in rows]
    assert sorted(amounts, key=str) == [["2", "2", "0"], [None, None, None], [None, None, None]]


@pytest.mark.parametrize("silent", ["usage", "costs"])
def test_what_only_one_side_states_is_said(silent: str, tmp_path: Path) -> None:
    without: dict[str, object] = {"model_id": None, "canonical_model_id": "example/model"}
    left = usage("a:1", "1", **(without if silent == "usage" else {}))
    right = {k: v for k, v in charge("i:1", "1", **(without if silent == "costs" else {})).items() if v is not None}
    found = reconciled(tmp_path, [left], [right])
    assert found.unstated() == [(silent, "model_id")]
    assert sum(" no model_id, " in note for note in reconciliation_sheet(found).notes) == 1
    assert reconciled(tmp_path, [left], [right], by=["charge_day"]).unstated() == []


_LONG = {"charge_period_start": "2026-11-01T00:00:00Z", "charge_period_end": "2026-12-01T00:00:00Z"}
_LOCAL_DAY = {"charge_period_start": "2026-11-01T04:00:00Z", "charge_period_end": "2026-11-02T05:00:00Z"}


def test_months_among_days_are_said(tmp_path: Path) -> None:
    """The line of a month stands in its first day alone; no such line is meant by a tax or a day that begins later."""
    left = [usage("a:1", "1"), usage("b:1", "2", **_LOCAL_DAY)]
    right = [
        charge("i:1", "2", **_LONG),
        charge("i:2", "1", **_LONG, model_id="other"),
        charge("i:3", "5", **_LOCAL_DAY),
    ]
    right += [charge("i:4", "1", **_LONG, charge_category="tax")]
    found = reconciled(tmp_path, left, right)
    note = "2 cost rows are about more than a day, and stand in the day in which they start: "
    note += "name charge_month in --by instead."
    assert (found.longer, note in reconciliation_sheet(found).notes) == ({"usage": 0, "costs": 2}, True)
    by_month = reconciled(tmp_path, left, right, by=["charge_month"])
    assert by_month.longer == {"usage": 0, "costs": 0}
    year = [usage("a:1", "1", **{**_LONG, "charge_period_end": "2027-11-01T00:00:00Z"})]
    found = reconciled(tmp_path, year, [charge("i:1", "2")], by=["charge_month"])
    note = "1 usage record is about more than a month, and stands in the month in which it starts: "
    note += "leave charge_month out of --by."
    assert (found.longer, note in reconciliation_sheet(found).notes) == ({"usage": 1, "costs": 0}, True)


def test_months_that_meet_months_need_no_note(tmp_path: Path) -> None:
    found = reconciled(tmp_path, [usage("a:1", "1", **_LONG)], [charge("i:1", "1", **_LONG)])
    assert found.longer == {"usage": 1, "costs": 1}
    assert reconciliation_sheet(found).notes == ["matched: 1 group, expected 1, charged 1 USD"]
    assert reconciled(tmp_path, [usage("a:1", "1", **_LONG)], [charge("i:1", "1")], by=["model_id"]).longer == {
        "usage": 0,
        "costs": 0,
    }


def test_speaks_of_one_as_of_one(tmp_path: Path) -> None:
    left = [usage("a:1", "1"), usage("b:1", "2", model_id="other"), usage("c:1", "3", model_id="another")]
    line = {key: value for key, value in charge("i:3", "1").items() if key != "billed_cost"}
    found = reconciled(tmp_path, left, [charge("i:1", "1"), line, {**line, "record_id": "i:4"}])
    assert reconciliation_sheet(found).notes == [
        "missing_in_cost: 2 groups, expected 5, charged 0 USD",
        "matched: 1 group, expected 1, charged 1 USD",
        "2 cost rows state no billed_cost.",
    ]


def test_is_shown_with_all_digits(tmp_path: Path) -> None:
    found = reconciled(tmp_path, [usage("a:1", "1.000000000000000001")], [charge("i:1", "1")])
    assert "|1.000000000000000001|1|-0.000000000000000001|" in render(
        reconciliation_sheet(found), "markdown", {}
    ).replace(" ", "")


def test_what_cannot_be_done_is_said(tmp_path: Path) -> None:
    with pytest.raises(Error, match="cannot be grouped by nothing"):
        reconciled(tmp_path, [usage("a:1", "1")], [charge("i:1", "1")], by=("nothing",))
    with pytest.raises(Error, match="not what a cost row is charged"):
        reconciled(tmp_path, [usage("a:1", "1")], [charge("i:1", "1")], amount="list_cost")
