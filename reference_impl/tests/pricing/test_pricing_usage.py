"""Pricing of files: what is filled in, what is left alone, and what is refused."""

# ruff: noqa: S106 - token dimensions are no passwords

from __future__ import annotations

import errno
from collections.abc import Iterator, Sequence
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import duckdb
import pytest
from calls import Row, tokens, written
from parquet import parquet_file
from rates import RATE, example, priced
from records import json_lines

from opentokenomics import validate
from opentokenomics.convert import write_rows
from opentokenomics.errors import Error
from opentokenomics.pricing import Reason, price_usage
from opentokenomics.report import Status


class TestFilling:
    def test_adds_price_quantity_and_cost(self, tmp_path: Path) -> None:
        rows = [tokens("a:1", 1200), tokens("a:2", 300, token_direction="output", token_cache_action=None)]
        found, summary = priced(tmp_path, rows)
        added = {key: value for key, value in found["a:1"].items() if key not in rows[0]}
        assert added == {
            "canonical_model_id": "anthropic/claude-haiku-4-5",
            "price_id": "anthropic/claude-haiku-4-5:tokens:standard:input:uncached:2020-06-01",
            "list_unit_price": "1",
            "pricing_quantity": "0.0012",
            "pricing_unit": "1000000 tokens",
            "pricing_block_size": 1_000_000,
            "list_cost": "0.0012",
            "billing_currency": "USD",
            "cost_carrier": "unknown",
        }
        assert found["a:2"]["list_cost"] == "0.0015"
        assert (summary.records, summary.priced) == (2, 2)
        assert summary.amounts == {("list", "USD"): Decimal("0.0027")}
        output = written(tmp_path, "usage.out.jsonl", list(found.values()))
        assert validate(output).conformant

    def test_leaves_what_the_source_states(self, tmp_path: Path) -> None:
        row = tokens("a:1", 1000, list_cost="7", list_unit_price="7", pricing_quantity="1", pricing_unit="1000 tokens")
        row |= {"pricing_block_size": 1000, "billing_currency": "USD"}
        found, summary = priced(tmp_path, [row])
        assert found["a:1"] == row
        assert (summary.priced, summary.stated) == (0, 1)

    def test_leaves_empty_what_nobody_can_price(self, tmp_path: Path) -> None:
        rows = [
            tokens("a:1", 10, model_id="claude-that-is-not"),
            tokens("b:1", 20, processing_tier=None),
            tokens("c:1", 30, token_cache_action="unspecified"),
            tokens("d:1", 40, billing_currency="EUR"),
            {**tokens("e:1", 1), "meter": "requests", "consumed_unit": "requests"},
        ]
        for name in ("token_direction", "token_cache_action"):
            rows[-1].pop(name)
        found, summary = priced(tmp_path, rows)
        assert list(found.values()) == rows
        assert {(each.reason, each.detail, int(each.quantity)) for each in summary.left} == {
            (Reason.MODEL, "claude-that-is-not of Anthropic", 10),
            (Reason.LEFT_OUT, "processing_tier", 20),
            (Reason.NONE, "token_cache_action=unspecified", 30),
            (Reason.CURRENCY, "USD", 40),
            (Reason.METER, "requests", 1),
        }

    def test_keeps_no_more_than_a_thousand_details(self, tmp_path: Path) -> None:
        rows = [tokens(f"g{number}:1", 1, model_id=f"claude-{number}-that-is-not") for number in range(1100)]
        _, summary = priced(tmp_path, rows)
        assert len(summary.left) == 1001
        assert sum(each.records for each in summary.left) == 1100

    def test_assumes_what_it_is_told(self, tmp_path: Path) -> None:
        found, _ = priced(tmp_path, [tokens("a:1", 1000, processing_tier=None)], assumed={"processing_tier": "batch"})
        assert found["a:1"]["list_cost"] == "0.0005"
        assert "processing_tier" not in found["a:1"]

    def test_keeps_the_name_that_a_record_has_for_its_model(self, tmp_path: Path) -> None:
        found, _ = priced(tmp_path, [tokens("a:1", 1000, canonical_model_id="ours/haiku")])
        assert (found["a:1"]["list_cost"], found["a:1"]["canonical_model_id"]) == ("0.001", "ours/haiku")
        assert "price_id" not in found["a:1"]

    def test_fills_list_and_contracted_prices(self, tmp_path: Path) -> None:
        rates = [
            {**RATE, "price_id": "list", "unit_price": "2"},
            {**RATE, "price_id": "ours", "unit_price": "1.5", "price_kind": "contracted", "contract_id": "c-1"},
        ]
        found, _ = priced(tmp_path, [example("a:1", 3000)], rates)
        names = ("list_cost", "list_unit_price", "contracted_cost", "contracted_unit_price", "price_id")
        assert [found["a:1"][name] for name in names] == ["6", "2", "4.5", "1.5", "ours"]
        both = [written(tmp_path, "usage.out.jsonl", list(found.values())), tmp_path / "price.jsonl"]
        assert validate(both).conformant

    def test_states_the_one_quantity_that_fits_the_unit_price(self, tmp_path: Path) -> None:
        """List prices are per million and agreed ones per thousand, or one of them has a least quantity."""
        agreed = {**RATE, "price_id": "ours", "unit_price": "0.8", "price_kind": "contracted", "contract_id": "c-1"}
        others: list[Row] = [
            {"unit_price": "1000", "pricing_unit": "1000000 tokens", "pricing_block_size": 1_000_000},
            {"unit_price": "1", "minimum_billable_quantity": "9000"},
        ]
        for other, cost in zip(others, ("5", "9"), strict=True):
            found, _ = priced(tmp_path, [example("a:1", 5000)], [{**RATE, "price_id": "list", **other}, agreed])
            row = found["a:1"]
            assert (row["list_cost"], row["contracted_cost"], row["pricing_quantity"]) == (cost, "4", "5")
            assert (row["price_id"], row.get("contracted_unit_price"), row.get("list_unit_price")) == (
                "ours",
                "0.8",
                None,
            )
            both = [written(tmp_path, "usage.out.jsonl", list(found.values())), tmp_path / "price.jsonl"]
            assert validate(both).conformant

    @pytest.mark.parametrize(
        ("unit_price", "block", "quantity"),
        [("50000", 10**9, 1234), ("50000", 10**9, 1000), ("83", 7, 100), ("7", 7, 100), ("50000", 1, 3)],
    )
    def test_states_a_unit_price_only_where_the_cost_follows_from_it(
        self, unit_price: str, block: int, quantity: int, tmp_path: Path
    ) -> None:
        """A quantity has six digits after its point, and a thousand tokens are hardly any of a billion."""
        rate = {**RATE, "price_id": "p", "unit_price": unit_price, "pricing_block_size": block}
        rate["pricing_unit"] = "tokens" if block == 1 else f"{block} tokens"
        found, _ = priced(tmp_path, [example("a:1", quantity)], [rate])
        row = found["a:1"]
        cost = Fraction(unit_price) * quantity / block
        assert abs(Fraction(row["list_cost"]) - cost) <= Fraction(1, 2 * 10**18)
        apart = abs(Fraction(row["pricing_quantity"]) * Fraction(unit_price) - Fraction(row["list_cost"]))
        assert ("list_unit_price" in row) is (apart <= Fraction(5, 10**6))
        assert row["price_id"] == "p"
        output = written(tmp_path, "usage.out.jsonl", list(found.values()))
        report = validate([output, tmp_path / "price.jsonl"], profile="cost")
        wrong = {each.requirement for each in report.checks if each.status in {Status.FAIL, Status.WARN}}
        assert not wrong & {f"OTS-CST-{number:03}" for number in (3, 8, 9, 10, 11, 12, 13, 14, *range(29, 41))}

    @pytest.mark.parametrize("amount", ["billed_cost", "effective_cost"])
    def test_calls_no_amount_unknown_that_is_stated(self, amount: str, tmp_path: Path) -> None:
        own = {amount: "1", "billing_currency": "USD", "cost_source": "invoiced"}
        found, _ = priced(tmp_path, [tokens("a:1", 10, **own), tokens("b:1", 10)])
        assert [row["list_cost"] for row in found.values()] == ["0.00001", "0.00001"]
        assert [row.get("cost_carrier") for row in found.values()] == [None, "unknown"]

    @pytest.mark.parametrize(("quantity", "fits"), [(99_999_999_999_999, True), (100_000_000_000_000, False)])
    @pytest.mark.parametrize("sign", [1, -1])
    def test_has_no_amount_that_no_record_can_state(
        self, quantity: int, sign: int, tmp_path: Path, *, fits: bool
    ) -> None:
        """An agreed amount that fits stands without the list amount, which does not."""
        plain = {**RATE, "pricing_unit": "tokens", "pricing_block_size": 1}
        agreed = {"price_id": "ours", "unit_price": "0.5", "price_kind": "contracted", "contract_id": "c-1"}
        rates = [{**plain, "price_id": "list", "unit_price": "1"}]
        rows = [example("a:1", sign * quantity, record_type="original" if sign > 0 else "restatement")]
        for card in (rates, [*rates, {**plain, **agreed}]):
            found, summary = priced(tmp_path, rows, card)
            left = [] if fits or card != rates else [Reason.AMOUNT]
            assert [each.reason for each in summary.left] == left
            assert found["a:1"].get("list_cost") == (str(sign * quantity) if fits else None)
            assert ("contracted_cost" in found["a:1"]) is (card != rates)
            assert validate(written(tmp_path, "usage.out.jsonl", list(found.values()))).conformant

    def test_has_no_list_amount_in_place_of_an_agreed_one_that_no_record_can_state(self, tmp_path: Path) -> None:
        rates = [{**RATE, "price_id": "list", "unit_price": "1"}]
        rates.append(
            {**RATE, "price_id": "ours", "unit_price": "1000000", "price_kind": "contracted", "contract_id": "c"}
        )
        found, summary = priced(tmp_path, [example("a:1", 10**15)], rates)
        assert [each.reason for each in summary.left] == [Reason.AMOUNT]
        assert not {"list_cost", "contracted_cost"} & found["a:1"].keys()

    def test_never_has_amounts_in_two_currencies(self, tmp_path: Path) -> None:
        euro = {**RATE, "price_id": "ours", "unit_price": "1", "pricing_currency": "EUR"}
        rates = [{**RATE, "price_id": "list", "unit_price": "2"}]
        rates.append({**euro, "price_kind": "contracted", "contract_id": "c-1"})
        rows = [
            example("a:1", 1000),
            example("b:1", 1000, billing_currency="EUR"),
            example("c:1", 1000, billed_cost="3"),
        ]
        found, summary = priced(tmp_path, rows, rates)
        assert (found["a:1"], found["c:1"]) == (rows[0], rows[2])
        assert (found["b:1"]["contracted_cost"], found["b:1"].get("list_cost")) == ("1", None)
        assert [(each.reason, each.detail) for each in summary.left] == [(Reason.CURRENCY, "EUR and USD")]
        found, summary = priced(tmp_path, rows[2:], rates[:1])
        assert found["c:1"] == rows[2]
        assert [each.reason for each in summary.left] == [Reason.CURRENCY]

    @pytest.mark.parametrize(
        ("stated", "detail"),
        [
            ({"pricing_currency": "USD"}, "USD, billed in one that is not stated"),
            ({"pricing_currency": "USD", "billing_currency": "EUR"}, "USD, billed in EUR"),
        ],
    )
    def test_converts_no_currency(self, stated: Row, detail: str, tmp_path: Path) -> None:
        rows = [example("a:1", 1000, **stated)]
        found, summary = priced(tmp_path, rows, [{**RATE, "price_id": "list", "unit_price": "2"}])
        assert found["a:1"] == rows[0]
        assert [(each.reason, each.detail) for each in summary.left] == [(Reason.CURRENCY, detail)]

    def test_adds_the_agreed_price_to_a_list_price(self, tmp_path: Path) -> None:
        """Where it is for the quantity that the source says was priced."""
        agreed = {**RATE, "price_id": "ours", "unit_price": "0.8", "price_kind": "contracted", "contract_id": "c-1"}
        stated: Row = {"list_cost": "5", "list_unit_price": "1", "pricing_quantity": "5", "pricing_unit": "1000 tokens"}
        stated |= {"pricing_block_size": 1000, "billing_currency": "USD", "cost_carrier": "other_row"}
        rows = [
            example("a:1", 5000, **stated, price_id="theirs"),
            example("b:1", 5000, **{**stated, "pricing_quantity": "6", "list_cost": "6"}),
            example("c:1", 5000, **stated, canonical_model_id="example/other"),
        ]
        found, summary = priced(tmp_path, rows, [agreed])
        added = {key: value for key, value in found["a:1"].items() if key not in rows[0]}
        assert added == {"contracted_cost": "4", "contracted_unit_price": "0.8"}
        assert (found["b:1"], found["c:1"]) == (rows[1], rows[2])
        assert (summary.priced, summary.stated, len(summary.left)) == (1, 2, 0)

    def test_names_no_price_whose_bounds_the_record_does_not_keep(self, tmp_path: Path) -> None:
        short = {**RATE, "price_id": "short", "unit_price": "1", "maximum_context_tokens": 1001}
        row = example("a:1", 900, maximum_context_tokens=5000)
        found, _ = priced(tmp_path, [row], [{**short, "context_price_scope": "whole_request"}])
        assert (found["a:1"]["list_cost"], found["a:1"].get("price_id")) == ("0.9", None)

    def test_finds_a_model_by_the_name_that_the_rate_card_has_for_it(self, tmp_path: Path) -> None:
        rates = [{**RATE, "price_id": "p", "unit_price": "7", "service_provider_name": "Anthropic"}]
        rates[0]["canonical_model_id"] = "claude-haiku-4-5-20251001"
        found, _ = priced(tmp_path, [tokens("a:1", 1000)], rates)
        assert found["a:1"]["list_cost"] == "7"

    def test_leaves_a_day_of_requests_without_the_price_of_its_first_hour(self, tmp_path: Path) -> None:
        changes = {"service_provider_name": "DeepSeek", "model_id": "deepseek-v4-pro"}
        day = {"charge_period_start": "2026-11-20T00:00:00Z", "charge_period_end": "2026-11-21T00:00:00Z"}
        rows = [tokens("a:1", 1000, **changes, **day), tokens("b:1", 1000, **changes)]
        found, summary = priced(tmp_path, rows)
        assert [name for name, row in found.items() if "list_cost" in row] == ["b:1"]
        assert [(each.reason, each.records) for each in summary.left] == [(Reason.TIME, 1)]
        found, summary = priced(tmp_path, rows, groups_are_requests=True)
        assert summary.priced == 2

    @pytest.mark.parametrize("suffix", ["jsonl", "csv", "parquet"])
    def test_is_the_same_in_every_format(self, suffix: str, tmp_path: Path) -> None:
        rows = [
            tokens("a:1", 1200, x_note='a, "b"', tags={"team": "é"}, attempt=2),
            tokens("b:1", 7, model_id="unknown"),
        ]
        expected, _ = priced(tmp_path, rows)
        if suffix == "parquet":
            file = tmp_path / "usage.parquet"
            file.write_bytes(parquet_file(rows, typed=True))
        else:
            file = written(tmp_path, f"usage.{suffix}", rows)
        found: list[Row] = []
        names: list[str] = []

        def write(each: Iterator[Row], custom: Sequence[str]) -> None:
            found.extend(each)
            names.extend(custom)

        price_usage(file, write)
        assert found == list(expected.values())
        assert names == ["x_note"]

    @pytest.mark.parametrize("suffix", ["jsonl", "csv", "parquet"])
    def test_numbers_come_back_as_they_were(self, suffix: str, tmp_path: Path) -> None:
        """A whole number written with a fraction becomes one that every format has; others keep their digits."""
        numbers = ["1.50", "12345678901234567890.10", "1e99999999999999999999", '[1.5,{"a":0.10}]', "2"]
        custom = "".join(f', "x_{place}": {number}' for place, number in enumerate(numbers))
        (record,) = json_lines([tokens("a:1", 1200)]).splitlines()
        usage, out = tmp_path / "usage.jsonl", tmp_path / f"out.{suffix}"
        usage.write_bytes(record.removesuffix(b"}") + f', "attempt": 10e-1{custom}}}\n'.encode())

        def write(rows: Iterator[Row], names: Sequence[str]) -> None:
            write_rows(rows, out, columns=names)

        price_usage(usage, write)
        if suffix == "jsonl":
            assert f'"attempt":1{custom}'.replace(" ", "") in out.read_text()
        else:
            reader = f"read_{suffix}('{out}'{', all_varchar=true' if suffix == 'csv' else ''})"
            with duckdb.connect() as connection:
                found = connection.execute(f"SELECT attempt::TEXT, COLUMNS('x_.*') FROM {reader}").fetchone()  # noqa: S608 - made up
            assert found == ("1", *numbers)
        assert validate(out).conformant


@pytest.mark.parametrize("suffix", ["csv", "jsonl"])
def test_days_of_the_week_are_read_from_a_rate_card(suffix: str, tmp_path: Path) -> None:
    """The night of a Friday lasts until half past midnight, and Sunday is a day of its own."""
    card = [
        {**RATE, "price_id": "day", "unit_price": "8"},
        {**RATE, "price_id": "weekend", "unit_price": "4", "days_of_week": ["sunday", "saturday"]},
        {
            **RATE,
            "price_id": "night",
            "unit_price": "2",
            "days_of_week": ["friday"],
            "window_start_utc": "16:30",
            "window_end_utc": "00:30",
        },
    ]
    expected = {
        "2026-11-20T16:29:59Z": "8",
        "2026-11-20T16:30:00Z": "2",
        "2026-11-21T00:29:59Z": "2",
        "2026-11-21T00:30:00Z": "4",
        "2026-11-22T23:59:59Z": "4",
        "2026-11-23T00:00:00Z": "8",
    }
    rows = [
        example(f"{number}:1", 1000, charge_period_start=at, charge_period_end=at[:-1] + ".5Z")
        for number, at in enumerate(expected)
    ]
    usage, rates = written(tmp_path, "usage.jsonl", rows), written(tmp_path, f"price.{suffix}", card)
    found: list[Row] = []
    price_usage(usage, lambda each, _: found.extend(each), rates=rates)
    assert {row["charge_period_start"]: row["list_cost"] for row in found} == expected


class TestRefusals:
    def test_of_what_does_not_conform(self, tmp_path: Path) -> None:
        with pytest.raises(Error, match="does not conform to the profile metering: OTS-USG-001"):
            priced(tmp_path, [tokens("a:1", 1), tokens("a:1", 2)])

    def test_of_assumptions_that_change_nothing(self, tmp_path: Path) -> None:
        with pytest.raises(Error, match="No price depends on team"):
            priced(tmp_path, [tokens("a:1", 1)], assumed={"team": "claims"})

    def test_of_prices_that_cannot_be_told_apart(self, tmp_path: Path) -> None:
        rates = [
            {
                **RATE,
                "price_id": f"price-{number}",
                "unit_price": "1",
                "window_start_utc": start,
                "window_end_utc": "23:00",
            }
            for number, start in enumerate(["10:00", "11:00", "12:00", "09:00", "08:00", "07:00"])
        ]
        when = "apply to one record of 2026-11-20T12:00:00Z, and n"
        for number, says in [
            (2, f"price-0 and price-1 {when}either is"),
            (3, f"price-0, price-1 and price-2 {when}one"),
        ]:
            with pytest.raises(Error, match=f"The prices {says}"):
                priced(tmp_path, [example("a:1", 1)], rates[:number])
        with pytest.raises(Error, match="price-3, price-4 and 1 more apply"):
            priced(tmp_path, [example("a:1", 1)], rates)

    @pytest.mark.parametrize("number", [errno.ENOSPC, errno.EDQUOT, errno.EPIPE, errno.EIO])
    def test_of_records_that_cannot_be_written_are_those_of_who_writes_them(self, number: int, tmp_path: Path) -> None:
        refused = OSError(number, "refused")

        def refuse(rows: Iterator[Row], _: Sequence[str]) -> None:
            next(rows)
            raise refused

        with pytest.raises(OSError, match="refused") as caught:
            price_usage(written(tmp_path, "usage.jsonl", [tokens("a:1", 1)]), refuse)
        assert caught.value is refused
