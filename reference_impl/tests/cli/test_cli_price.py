"""The command that prices usage."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from calls import tokens, written
from fixtures import Invoke
from rates import RATE, TIERS, example


class TestCommand:
    def test_writes_priced_usage_and_says_what_was_left(self, tmp_path: Path, invoke: Invoke) -> None:
        file = written(tmp_path, "usage.csv", [tokens("a:1", 1000, x_note="n"), tokens("b:1", 5, model_id="no-such")])
        output = tmp_path / "priced.csv"
        code, out, err = invoke("price", str(file), "-o", str(output))
        assert (code, out) == (0, "")
        assert "2 records read: 1 priced, 1 has no price" in err
        assert "list cost: 0.001 USD" in err
        assert (
            "warning: 1 record of 5 tokens has no price: the prices know no such model: no-such of Anthropic (1)."
            in err
        )
        header, first, _ = output.read_text("utf-8").splitlines()
        found = dict(zip(header.split(","), first.split(","), strict=True))
        assert (found["list_cost"], found["x_note"]) == ("0.001", "n")

    @pytest.mark.parametrize(
        ("quantities", "says"),
        [
            ([1], ["1 record read: 0 priced, 1 has no price", "warning: 1 record of 1 search has no price: "]),
            ([1, 2], ["2 records read: 0 priced, 2 have no price", "warning: 2 records of 3 searches have no price: "]),
        ],
    )
    def test_speaks_of_one_as_of_one(
        self, quantities: list[int], says: list[str], tmp_path: Path, invoke: Invoke
    ) -> None:
        of_meter = {"meter": "searches", "consumed_unit": "searches", "model_id": "no-such", "ai_service": "tool"}
        left_out = {"token_direction": None, "token_cache_action": None}
        rows = [tokens(f"{n}:1", n, **of_meter, **left_out) for n in quantities]
        _, _, err = invoke("price", str(written(tmp_path, "usage.jsonl", rows)))
        assert all(line in err for line in says), err

    def test_writes_nothing_where_it_fails(self, tmp_path: Path, invoke: Invoke) -> None:
        file = written(tmp_path, "usage.jsonl", [tokens("a:1", 1), tokens("a:1", 2)])
        code, _, err = invoke("price", str(file), "-o", str(tmp_path / "priced.jsonl"))
        assert code == 2
        assert "does not conform" in err
        assert not (tmp_path / "priced.jsonl").exists()

    @pytest.mark.parametrize(
        ("number", "says"),
        [
            (
                1,
                "1 record of several requests ends in a later period of a quantity tier, and counts",
            ),
            (
                2,
                "2 records of several requests end in a later period of a quantity tier, and count",
            ),
        ],
    )
    def test_says_which_buckets_are_of_two_periods(
        self, number: int, says: str, tmp_path: Path, invoke: Invoke
    ) -> None:
        rows = [example(f"{n}:1", 10, charge_period_end="2026-12-02T00:00:00Z") for n in range(number)]
        rates = written(tmp_path, "price.jsonl", [{**each, "quantity_tier_period": "month"} for each in TIERS])
        _, _, err = invoke("price", written(tmp_path, "usage.jsonl", rows), "--rates", rates)
        assert f"warning: {says} as a whole where " in err

    def test_names_the_file_that_does_not_conform(self, tmp_path: Path, invoke: Invoke) -> None:
        usage, rates = written(tmp_path, "usage.jsonl", [tokens("a:1", 1)]), written(tmp_path, "price.jsonl", [])
        code, _, err = invoke("price", usage, "--rates", rates)
        assert code == 2
        assert f"do not conform to the profile metering: OTS-GEN-006 in {rates}. In {rates}: An input MUST hold" in err

    @pytest.mark.parametrize("command", ["price {}", "metrics unit_cost --input usage={}"])
    def test_says_what_is_wrong_and_where(self, command: str, tmp_path: Path, invoke: Invoke) -> None:
        broken = tmp_path / "usage.jsonl"
        broken.write_text('{"broken', "utf-8")
        code, _, err = invoke(*command.format(broken).split())
        assert (code, f"In {broken}:1: Each record MUST be complete" in err) == (2, True)
        assert "Here a string is not closed that starts at character 2." in err

    @pytest.mark.parametrize("arguments", ["missing.jsonl", "a.jsonl --rates a.jsonl", "a.jsonl --assume x"])
    def test_says_what_is_wrong(self, arguments: str, invoke: Invoke) -> None:
        code, _, err = invoke("price", *arguments.split())
        assert code == 2
        assert "Traceback" not in err

    def test_takes_several_files(self, tmp_path: Path, invoke: Invoke) -> None:
        files = [
            written(tmp_path, "usage.csv", [tokens("a:1", 1000, x_note="n")]),
            written(tmp_path, "usage.2.jsonl", [tokens("b:1", 2000)]),
        ]
        code, out, err = invoke("price", *files)
        rows = [json.loads(line) for line in out.splitlines()]
        assert code == 0
        assert [(row["record_id"], row["list_cost"]) for row in rows] == [("a:1", "0.001"), ("b:1", "0.002")]
        assert "2 records read: 2 priced" in err
        cards = ("--rates", "published", "--rates", "published")
        code, out, _ = invoke("compare-rates", *files, *cards, "--report", "json")
        assert (code, json.loads(out)["compared"]) == (0, 2)
        for command in (("price",), ("compare-rates", *cards)):
            assert invoke(*command, files[0], files[0])[0] == 2

    def test_takes_standard_output(self, tmp_path: Path, invoke: Invoke) -> None:
        file = written(tmp_path, "usage.jsonl", [tokens("a:1", 1000)])
        code, out, _ = invoke("price", str(file))
        assert code == 0
        assert json.loads(out)["list_cost"] == "0.001"


class TestCompareRates:
    def test_says_why_a_card_has_no_price(self, tmp_path: Path, invoke: Invoke) -> None:
        file = written(tmp_path, "usage.jsonl", [tokens("a:1", 1_000_000)])
        change = ("--change", "processing_tier=batch", "--as-of", "2021-01-01T00:00:00Z", "--report", "json")
        code, out, _ = invoke("compare-rates", str(file), "--rates", "published", "--rates", "published", *change)
        (left,) = json.loads(out)["second_left"]
        assert (code, left.pop("detail")[:9]) == (0, "before 20")
        assert left == {"reason": "no_price", "meter": "tokens", "records": 1, "quantity": "1000000"}

    def test_compares_and_draws(self, tmp_path: Path, invoke: Invoke) -> None:
        file = written(tmp_path, "usage.jsonl", [tokens("a:1", 1_000_000)])
        cards = ("--rates", "published", "--rates", "published")
        code, out, _ = invoke(
            "compare-rates", str(file), *cards, "--change", "processing_tier=batch", "--report", "json"
        )
        assert code == 0
        found = json.loads(out)
        assert found["totals"] == [{"currency": "USD", "records": 1, "first": "1", "second": "0.5"}]
        assert (found["first_left"], found["second_left"]) == ([], [])
        plot = tmp_path / "rates.svg"
        code, out, _ = invoke("compare-rates", str(file), *cards, "--by", "model_id", "--plot", str(plot))
        assert code == 0
        assert "claude-haiku-4-5-20251001" in out
        assert plot.read_text("utf-8").startswith("<?xml")

    @pytest.mark.parametrize(
        ("options", "says"),
        [
            (["--rates", "published"], "Pass --rates twice"),
            (["--rates", "published", "--rates", "published", "--plot", "rates.gif"], "A plot is an SVG or a PNG file"),
            (["--rates", "published", "--rates", "published", "--by", "nothing"], "cannot be grouped by nothing"),
            (["--rates", "published", "--rates", "published", "--as-of", "tomorrow"], "tomorrow"),
        ],
    )
    def test_says_what_is_wrong(self, options: list[str], says: str, tmp_path: Path, invoke: Invoke) -> None:
        file = written(tmp_path, "usage.jsonl", [tokens("a:1", 1)])
        code, _, err = invoke("compare-rates", str(file), *options)
        assert code == 2
        assert says in err


class TestReconcile:
    def test_tells_by_its_exit_code_whether_anything_is_open(self, tmp_path: Path, invoke: Invoke) -> None:
        row = tokens("a:1", 1000, list_cost="1", billing_currency="USD", cost_carrier="other_row")
        usage = written(tmp_path, "usage.jsonl", [row])
        line = {"billed_cost": "1", "effective_cost": "1", "cost_carrier": "this_row", "cost_source": "invoiced"}
        for amount, expected in (("1", 0), ("2", 1)):
            paid = tokens("i:1", 1, **{**line, "billed_cost": amount, "source_name": "invoice"}, billing_currency="USD")
            for name in ("meter", "consumed_quantity", "consumed_unit", "token_direction", "token_cache_action"):
                paid.pop(name)
            costs = written(tmp_path, "cost.jsonl", [paid])
            code, out, _ = invoke("reconcile", str(usage), str(costs), "--report", "json")
            assert code == expected
            assert json.loads(out)["is_settled"] is (expected == 0)
            (total,) = json.loads(out)["totals"]
            assert (total["expected"], total["cost_rows"], total["carried"]) == ("1", amount, "0")
            assert invoke("reconcile", str(usage), str(costs))[0] == expected

    def test_breaks_no_word_but_names(self, tmp_path: Path, invoke: Invoke) -> None:
        name = "a name that is so long that something has to be broken in two"
        stated = {"team": name, "workflow": name, "billing_currency": "USD"}
        usage = written(tmp_path, "usage.jsonl", [tokens("a:1", 1000, list_cost="1234.5", **stated)])
        costs = written(tmp_path, "cost.jsonl", [tokens("i:1", 1000, billed_cost="7654321.25", **stated)])
        _, out, _ = invoke("reconcile", str(usage), str(costs), "--by", "team,workflow")
        assert any(
            {"unexplained", "1,234.5", "7,654,321.25", "7,653,086.75"} <= {*line.split()} for line in out.splitlines()
        )

    def test_shows_names_as_they_are(self, tmp_path: Path, invoke: Invoke) -> None:
        """An account of digits is no number, and a sum of all groups ends the table."""
        stated = {"billing_account_id": "000123456789", "billing_currency": "USD"}
        usage = written(tmp_path, "usage.jsonl", [tokens("a:1", 1000, list_cost="1234.5", **stated)])
        costs = written(tmp_path, "cost.jsonl", [tokens("i:1", 1000, billed_cost="1234.5", **stated)])
        code, out, _ = invoke("reconcile", str(usage), str(costs), "--by", "billing_account_id")
        assert code == 0
        (line,) = (line for line in out.splitlines() if "1,234.5" in line and "matched" in line)
        assert line.split()[0] == "000123456789"
        assert any(line.split()[:3] == ["all", "USD", "1,234.5"] for line in out.splitlines())

    @pytest.mark.parametrize("options", ["--rounding x", "--rounding -1", "--by nothing", "--amount list_cost"])
    def test_says_what_is_wrong(self, options: str, tmp_path: Path, invoke: Invoke) -> None:
        files = [str(written(tmp_path, f"{name}.jsonl", [tokens(f"{name}:1", 1)])) for name in ("usage", "cost")]
        code, _, err = invoke("reconcile", *files, *options.split())
        assert code == 2
        assert "Traceback" not in err


@pytest.mark.parametrize("report", ["text", "json"])
def test_no_amount_is_too_large_to_be_shown(report: str, tmp_path: Path, invoke: Invoke) -> None:
    """Sums have more digits than amounts of records, and than the arithmetic that is there by default rounds."""
    usage = written(tmp_path, "usage.jsonl", [example(f"{n}:1", 10**18 - 1) for n in range(3)])
    price = {**RATE, "price_id": "p", "unit_price": "9999999", "pricing_unit": "tokens", "pricing_block_size": 1}
    rates = [written(tmp_path, name, [price]) for name in ("price.jsonl", "price.2.jsonl")]
    named = [part for file in rates for part in ("--rates", file)]
    code, out, err = invoke("compare-rates", usage, *named, "--report", report)
    assert (code, err) == (0, "")
    total = 3 * (10**18 - 1) * 9999999
    assert (f"{total:,}" if report == "text" else f'"first": "{total}"') in out
