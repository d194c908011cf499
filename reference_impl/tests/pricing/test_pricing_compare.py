"""The same usage at two rate cards."""

# ruff: noqa: S106 - token dimensions are no passwords

from __future__ import annotations

import json
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from calls import Row, tokens, written
from justhtml import JustHTML

from opentokenomics.errors import Error
from opentokenomics.pricing import Comparison, Taken, compare_rates, comparison_sheet, plot_comparison, render

CARD = {
    "spec_version": "1.0-draft",
    "service_provider_name": "Anthropic",
    "meter": "tokens",
    "effective_from": "2026-01-01T00:00:00Z",
    "price_kind": "list",
    "pricing_unit": "tokens",
    "pricing_block_size": 1,
    "pricing_currency": "USD",
}
NOW = {**CARD, "price_id": "now", "unit_price": "2", "effective_to": "2027-01-01T00:00:00Z"}
RENEWED = {**CARD, "price_id": "renewed", "unit_price": "10", "effective_from": "2027-01-01T00:00:00Z"}
USAGE = [
    tokens("a:1", 10, team="claims", tags={"project": "x"}),
    tokens("b:1", 3, team="claims", tags={"project": "y"}),
    tokens("c:1", 1),
]
NO_PRICE = "no price: no price is for what was consumed, or for when it was"
NEXT_YEAR = datetime(2027, 1, 1, tzinfo=UTC)


def compared(folder: Path, first: list[Row] | None, second: list[Row] | None, **options: Any) -> Any:  # noqa: ANN401
    cards = tuple(
        None if card is None else written(folder, f"price.{number}.jsonl", card)
        for number, card in enumerate((first, second))
    )
    return compare_rates(written(folder, "usage.jsonl", options.pop("usage", USAGE)), cards, **options)  # type: ignore[arg-type]


def test_a_renewal_is_priced_as_of_the_day_on_which_it_begins(tmp_path: Path) -> None:
    found = compared(tmp_path, [NOW], [RENEWED], by=("team",), as_of=NEXT_YEAR)
    assert [
        (each.key, each.records, each.first, each.second, each.difference, each.ratio) for each in found.groups
    ] == [
        (("claims",), 2, 26, 130, 104, 5),
        ((None,), 1, 2, 10, 8, 5),
    ]
    (total,) = found.totals()
    assert (total.records, total.first, total.second) == (3, 28, 140)


def test_prices_that_are_not_effective_yet_price_nothing(tmp_path: Path) -> None:
    found = compared(tmp_path, [NOW], [RENEWED])
    assert (found.groups, found.compared, found.only_first) == ([], 0, 3)


def test_what_only_one_card_prices_is_in_no_amount(tmp_path: Path) -> None:
    standard = {**NOW, "price_id": "other", "token_direction": "output"}
    usage = [*USAGE, tokens("d:1", 100, token_direction="output", token_cache_action=None), tokens("e:1", 1, meter="x")]
    usage[-1] |= {"meter": "requests", "consumed_unit": "requests"}
    for name in ("token_direction", "token_cache_action"):
        usage[-1].pop(name)
    found = compared(tmp_path, [NOW], [standard], usage=usage)
    assert (found.compared, found.only_first, found.only_second, found.neither) == (1, 3, 0, 1)
    assert [(each.first, each.second) for each in found.groups] == [(200, 200)]
    assert (found.first_alone, found.second_alone) == ({"USD": Decimal(28)}, {})
    tokens_have_none = f"3 records of 14 tokens have {NO_PRICE}: token_direction=input (3)."
    requests_have_none = (
        "1 record of 1 request has no price: no price of the model is for what is counted: requests (1)."
    )
    assert comparison_sheet(found).notes[1:] == [
        "3 have a price only at the first, which is 28 USD.",
        "1 has a price at neither.",
        f"At the first, {requests_have_none}",
        f"At the second, {tokens_have_none}",
        f"At the second, {requests_have_none}",
    ]


@pytest.mark.parametrize(
    ("compared", "alone", "says"),
    [
        (
            1,
            1,
            ["1 record has a price at both rate cards; nothing else is in the amounts.", "1 has a price at neither."],
        ),
        (
            0,
            2,
            [
                "0 records have a price at both rate cards; nothing else is in the amounts.",
                "2 have a price at neither.",
            ],
        ),
    ],
)
def test_speaks_of_one_as_of_one(compared: int, alone: int, says: list[str]) -> None:
    assert comparison_sheet(Comparison((), compared=compared, neither=alone)).notes == says


def test_why_there_is_no_price_is_said_once_where_it_is_the_same_at_both(tmp_path: Path) -> None:
    found = compared(tmp_path, [RENEWED], [RENEWED])
    assert comparison_sheet(found).notes[1:] == [
        "3 have a price at neither.",
        f"At both, 3 records of 14 tokens have {NO_PRICE}: before 2027-01-01 (3).",
    ]


def test_amounts_of_two_currencies_are_not_compared(tmp_path: Path) -> None:
    found = compared(tmp_path, [NOW], [{**NOW, "pricing_currency": "EUR"}])
    assert (found.compared, found.other_currency) == (0, 3)


def test_records_can_be_taken_to_another_tier_and_another_vendor(tmp_path: Path) -> None:
    found = compared(tmp_path, None, None, changes={"processing_tier": "batch"})
    assert [each.ratio for each in found.groups] == [Decimal("0.5")]
    elsewhere = {"service_provider_name": "OpenAI", "canonical_model_id": "openai/gpt-5"}
    found = compared(tmp_path, None, None, changes=elsewhere)
    assert [each.ratio for each in found.groups] == [Decimal("1.25")]


def test_a_model_that_the_second_card_does_not_know_is_not_compared_with_itself(tmp_path: Path) -> None:
    found = compared(
        tmp_path, None, None, changes={"canonical_model_id": "anthropic/no-such"}, usage=[tokens("a:1", 10)]
    )
    assert (found.compared, found.only_first) == (0, 1)


@pytest.mark.parametrize("how", [{"changes": {}}, {"taken": {}}])
@pytest.mark.parametrize(
    ("column", "value"),
    [("processing_tier", "bacth"), ("token_cache_ttl_seconds", "5m"), ("token_cache_ttl_seconds", "0300")],
)
def test_a_value_that_nothing_has_is_refused(column: str, value: str, how: dict[str, Any], tmp_path: Path) -> None:
    (name,) = how
    with pytest.raises(Error, match=f"{column} .*'{value}'") as refused:
        compared(tmp_path, None, None, **{name: {column: value} if name == "changes" else Taken({column: value})})
    assert refused.value.code == "value_unknown"


def test_a_name_that_is_given_twice_makes_one_column(tmp_path: Path) -> None:
    found = compared(tmp_path, [NOW], [NOW], by=("team", "charge_month", "team"))
    assert list(found.by) == ["team", "charge_month"]
    assert [each.key for each in found.groups] == [("claims", "2026-11"), (None, "2026-11")]


def test_groups_are_made_by_maps_and_months(tmp_path: Path) -> None:
    found = compared(tmp_path, [NOW], [NOW], by=("tags.project", "charge_month"))
    assert {each.key for each in found.groups} == {("x", "2026-11"), ("y", "2026-11"), (None, "2026-11")}


@pytest.mark.parametrize(
    ("options", "says"),
    [
        ({"by": ("no_such",)}, "cannot be grouped by no_such"),
        ({"by": ("list_cost",)}, "cannot be grouped by list_cost"),
        ({"by": ("tags",)}, "cannot be grouped by tags"),
        ({"by": ("team.x",)}, "cannot be grouped by team.x"),
        ({"changes": {"team": "x"}}, "No price depends on team"),
    ],
)
def test_what_cannot_be_done_is_said(options: dict[str, Any], says: str, tmp_path: Path) -> None:
    with pytest.raises(Error, match=says):
        compared(tmp_path, [NOW], [NOW], **options)


def test_is_shown_in_every_form(tmp_path: Path) -> None:
    usage = [tokens("a:1", 10, team="a|b\n<script>"), tokens("b:1", 1)]
    found = compared(tmp_path, [NOW], [RENEWED], by=("team",), as_of=NEXT_YEAR, usage=usage)
    sheet = comparison_sheet(found)
    assert json.loads(render(sheet, "json", {}))["rows"][1] == {
        "team": None,
        "currency": "USD",
        "records": 1,
        "first": "2",
        "second": "10",
        "difference": "8",
        "ratio": "5",
    }
    markdown = render(sheet, "markdown", {})
    assert "| <code>a&#124;b&#92;x0a&#60;script&#62;</code> | USD | 1 | 20 | 100 | 80 | 5 |" in markdown
    assert "| all | USD | 2 | 22 | 110 | 88 | 5 |" in markdown
    assert render(sheet, "csv", {}).splitlines()[0] == "team,currency,records,first,second,difference,ratio"
    pytest.importorskip("matplotlib")
    picture = plot_comparison(found, "svg")
    assert picture == plot_comparison(found, "svg")
    assert not JustHTML(picture.decode()).query("script")
    assert plot_comparison(found, "png").startswith(b"\x89PNG")


def test_the_picture_says_what_it_leaves_out_and_writes_amounts_in_full(tmp_path: Path) -> None:
    pytest.importorskip("matplotlib")
    one = {**NOW, "token_cache_action": "uncached", "token_direction": "input"}
    usage = [tokens("a:1", 1_000_000), tokens("b:1", 5, token_direction="output", token_cache_action=None)]
    picture = plot_comparison(compared(tmp_path, [NOW], [one], usage=usage), "svg").decode()
    assert "Cost in USD of the 1 of 2 records that both price" in picture
    assert ">1,500,000<" in picture
    picture = plot_comparison(compared(tmp_path, [NOW], [NOW], usage=usage), "svg").decode()
    assert ">Cost in USD<" in picture
    small = {**NOW, "unit_price": "0.0000001"}
    picture = plot_comparison(compared(tmp_path, [small], [small], usage=usage[1:]), "svg").decode()
    assert ">0.00000045<" in picture


def test_several_files_are_compared_as_one(tmp_path: Path) -> None:
    files = [written(tmp_path, f"usage.{number}.jsonl", [row]) for number, row in enumerate(USAGE)]
    cards = (written(tmp_path, "price.0.jsonl", [NOW]), written(tmp_path, "price.1.jsonl", [RENEWED]))
    found = compare_rates(files, cards, by=("team",), as_of=NEXT_YEAR)
    assert found == compared(tmp_path, [NOW], [RENEWED], by=("team",), as_of=NEXT_YEAR)
