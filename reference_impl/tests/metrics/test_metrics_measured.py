"""Metrics from files: against sums that plain Python makes of the same records, and against themselves."""

from __future__ import annotations

import csv
import gzip
import io
import json
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from checkout import CHECKOUT
from parquet import parquet_file
from records import csv_file, json_lines

from opentokenomics.generate import generate
from opentokenomics.metrics import MetricError, OutcomeCost, OutcomeStatus, Sampling, cost_per_outcome
from opentokenomics.metrics.measured import (
    METRICS,
    Attribution,
    Measured,
    Parameters,
    Preparation,
    Verdict,
    attribute_usage,
    make_statements,
    measure,
    render_account,
    render_csv,
    render_json,
    render_markdown,
    render_text,
    verify,
)
from opentokenomics.metrics.measured._render import stated
from opentokenomics.report import Look
from opentokenomics.standard import Profile, load

Row = dict[str, Any]
ZERO = Decimal(0)
QUICK = Sampling(resamples=100)


@cache
def made_up() -> tuple[Row, ...]:
    return tuple(json.loads(json.dumps(row)) for row in generate(1500, 5, Profile.COST))


def usage(folder: Path, rows: Iterable[Row] | None = None, name: str = "usage.jsonl") -> list[tuple[str, Path]]:
    file = folder / name
    file.write_bytes(json_lines(list(made_up() if rows is None else rows)))
    return [("usage", file)]


def summed(rows: Iterable[Row], column: str) -> Decimal:
    return sum((Decimal(row[column]) for row in rows if row.get(column) is not None), ZERO)


def shown(results: Iterable[Measured]) -> list[dict[str, Any]]:
    return [stated(each) for each in results]


class TestUsage:
    def test_unit_cost_is_the_sums_of_its_groups(self, tmp_path: Path) -> None:
        by = ("service_provider_name", "model_id")
        found = measure("unit_cost", usage(tmp_path), Parameters(by=by, block_size=1000))
        groups: defaultdict[tuple[Any, ...], list[Row]] = defaultdict(list)
        for row in made_up():
            if row.get("meter"):
                groups[*(row.get(name) for name in (*by, "meter", "consumed_unit"))].append(row)
        expected = {}
        for key, rows in groups.items():
            moneys = {row["billing_currency"] for row in rows if row.get("effective_cost") is not None}
            elsewhere = [
                row
                for row in rows
                if row.get("effective_cost") is None
                and row["cost_carrier"] in {"other_row", "none"}
                and len(moneys) == 1
            ]
            for money in moneys:
                paid = [r for r in rows if r.get("effective_cost") is not None and r["billing_currency"] == money]
                blocks = summed([*paid, *elsewhere], "consumed_quantity") / 1000
                expected[*key, money] = (summed(paid, "effective_cost"), blocks)
        assert len(expected) > 20
        assert {
            tuple(each.key.values()): (each.result.numerator, each.result.denominator)
            for each in found
            if each.key["meter"] is not None
        } == expected

    def test_no_charge_is_missing_beside_unit_costs(self, tmp_path: Path) -> None:
        charges: defaultdict[tuple[str | None, str | None], list[Row]] = defaultdict(list)
        for row in made_up():
            if row.get("meter") is None and row.get("effective_cost") is not None:
                charges[row.get("service_provider_name"), row["billing_currency"]].append(row)
        stated_once = {
            (each.key["service_provider_name"], each.key["currency"]): (
                each.result.counts["records_without_meter"],
                each.result.amounts["cost_without_meter"],
            )
            for each in measure("unit_cost", usage(tmp_path), Parameters(by=("service_provider_name",)))
        }
        expected = {place: (len(rows), summed(rows, "effective_cost")) for place, rows in charges.items()}
        assert len(expected) > 3
        assert {place: told for place, told in stated_once.items() if told[0]} == expected

    def test_charges_alone_are_stated_and_can_be_verified(self, tmp_path: Path) -> None:
        (row, *_) = (r for r in made_up() if r.get("meter") is None and r.get("effective_cost") is not None)
        files = usage(tmp_path, [row])
        (alone,) = measure("unit_cost", files)
        assert (alone.result.numerator, alone.result.denominator, alone.result.value) == (ZERO, ZERO, None)
        assert alone.result.amounts == {"cost_without_meter": Decimal(row["effective_cost"])}
        stated_as = make_statements("unit_cost", files, Parameters(), Preparation(datetime(2026, 9, 1, tzinfo=UTC)))
        (tmp_path / "statement.jsonl").write_bytes(json_lines(stated_as))
        assert [each.verdict for each in verify(tmp_path / "statement.jsonl", files)] == [Verdict.CONFIRMED]

    def test_a_figure_that_is_refuted_is_shown_with_all_of_its_digits(self, tmp_path: Path) -> None:
        files = usage(tmp_path, [next(r for r in made_up() if r.get("meter") is None and r.get("effective_cost"))])
        (stated_as,) = make_statements("unit_cost", files, Parameters(), Preparation(datetime(2026, 9, 1, tzinfo=UTC)))
        long = "12345678901.123456789012345679"
        (tmp_path / "statement.jsonl").write_bytes(json_lines([{**stated_as, "numerator": long}]))
        (verified,) = verify(tmp_path / "statement.jsonl", files)
        assert verified.verdict is Verdict.REFUTED
        assert [(each.what, each.stated) for each in verified.differences] == [("numerator", long)]

    def test_the_cache_hit_ratio_takes_only_what_is_known(self, tmp_path: Path) -> None:
        ((result),) = (each.result for each in measure("cache_hit_ratio", usage(tmp_path)))
        rows = [r for r in made_up() if r.get("meter") == "tokens" and r.get("token_direction") == "input"]
        known = [r for r in rows if r.get("token_cache_action") in {"read", "write", "uncached"}]
        read = [r for r in known if r["token_cache_action"] == "read"]  # noqa: S105 - no password
        assert result.numerator == summed(read, "consumed_quantity") > 0
        assert result.denominator == summed(known, "consumed_quantity")
        assert result.counts == {"records": len(known), "left_out": len(rows) - len(known)}
        assert result.counts["left_out"] > 0
        left_out = summed(rows, "consumed_quantity") - summed(known, "consumed_quantity")
        assert result.amounts["tokens_left_out"] == left_out

    def test_retry_overhead(self, tmp_path: Path) -> None:
        found = {each.key["currency"]: each.result for each in measure("retry_overhead", usage(tmp_path))}
        for money, result in found.items():
            rows = [r for r in made_up() if r.get("effective_cost") is not None and r["billing_currency"] == money]
            numbered = [r for r in rows if r.get("attempt") is not None]
            first = summed([r for r in numbered if r["attempt"] == 1], "effective_cost")
            assert result.denominator == summed(numbered, "effective_cost")
            assert result.numerator == result.denominator - first
            assert result.amounts["without_attempt"] == summed(rows, "effective_cost") - result.denominator
        assert found["USD"].numerator > 0

    def test_what_a_cache_saved(self, tmp_path: Path) -> None:
        model = "claude-sonnet-4-5-20250929"
        chosen = Parameters(scope={"model_id": model}, base_price=Decimal(3), block_size=1_000_000)
        (found,) = measure("cache_cost_efficiency", usage(tmp_path), chosen)
        rows = [
            r
            for r in made_up()
            if (r.get("model_id"), r.get("meter"), r.get("token_direction")) == (model, "tokens", "input")
            and r.get("effective_cost") is not None
            and r.get("token_cache_action") in {"read", "write", "uncached"}
        ]
        assert found.result.denominator == summed(rows, "consumed_quantity") * 3 / 1_000_000
        assert found.result.amounts["actual_cost"] == summed(rows, "effective_cost")
        with pytest.raises(MetricError, match="base-price"):
            measure("cache_cost_efficiency", usage(tmp_path), Parameters())

    def test_formats_order_and_files_change_nothing(self, tmp_path: Path) -> None:
        rows = list(made_up())
        chosen = Parameters(by=("team",))
        expected = shown(measure("unit_cost", usage(tmp_path), chosen))
        files = {
            "reversed.jsonl": json_lines(rows[::-1]),
            "a.csv": csv_file(rows),
            "a.parquet": parquet_file(rows, typed=True),
            "a.jsonl.gz": gzip.compress(json_lines(rows)),
        }
        for name, content in files.items():
            (tmp_path / name).write_bytes(content)
            assert shown(measure("unit_cost", [("usage", tmp_path / name)], chosen)) == expected, name
        halves = [*usage(tmp_path, rows[::2], "one.jsonl"), *usage(tmp_path, rows[1::2], "two.jsonl")]
        assert shown(measure("unit_cost", halves, chosen)) == expected

    def test_a_retraction_takes_back_what_it_cancels(self, tmp_path: Path) -> None:
        row = next(r for r in made_up() if r.get("cost_carrier") == "this_row" and r.get("meter") == "images")
        negative = {
            name: f"-{row[name]}"
            for name in ("consumed_quantity", "pricing_quantity", *(n for n in row if n.endswith("_cost")))
            if row.get(name) not in {None, "0"}
        }
        back = {
            **row,
            **negative,
            "record_id": "back",
            "record_type": "retraction",
            "corrects_record_id": row["record_id"],
        }
        alone = measure("unit_cost", usage(tmp_path, [row]))
        (gone,) = measure("unit_cost", usage(tmp_path, [row, back]))
        assert alone[0].result.value is not None
        assert (gone.result.numerator, gone.result.denominator, gone.result.value) == (ZERO, ZERO, None)

    def test_two_sources_of_one_fact_are_refused_until_one_is_chosen(self, tmp_path: Path) -> None:
        row = next(
            r
            for r in made_up()
            if r.get("cost_carrier") == "this_row" and r.get("meter") == "tokens" and r.get("billing_account_id")
        )
        row = {name: value for name, value in row.items() if name != "usage_group_total"}
        other = {**row, "record_id": "again", "source_name": "another", "usage_group_id": "again"}
        files = usage(tmp_path, [row, other])
        with pytest.raises(MetricError, match="would count them twice") as caught:
            measure("unit_cost", files)
        assert "another" in caught.value.fix
        (chosen,) = measure("unit_cost", files, Parameters(sources=("another",)))
        assert chosen.result.numerator == Decimal(row["effective_cost"])
        with pytest.raises(MetricError, match="would count them twice"):
            attribute_usage(files, Attribution(("team",)))

    def test_several_sources_count_that_state_different_facts(self, tmp_path: Path) -> None:
        row = next(
            r
            for r in made_up()
            if r.get("cost_carrier") == "this_row" and r.get("meter") == "tokens" and r.get("billing_account_id")
        )
        row = {name: value for name, value in row.items() if name != "usage_group_total"}
        again = {"record_id": "again", "source_name": "another", "usage_group_id": "again"}
        apart = {"record_id": "apart", "source_name": "third", "usage_group_id": "apart", "team": "apart"}
        files = usage(tmp_path, [row, {**row, **again}, {**row, **apart, "billing_account_id": "of its own"}])
        own, cost = str(row["source_name"]), Decimal(row["effective_cost"])
        for sources in [(own, "third"), ("third", "another")]:
            (both,) = measure("unit_cost", files, Parameters(sources=sources))
            assert both.result.numerator == 2 * cost
            (table,) = attribute_usage(files, Attribution(("team",), sources=sources))
            assert table.total == 2 * cost
        with pytest.raises(MetricError, match="would count them twice"):
            measure("unit_cost", files, Parameters(sources=(own, "another", "third")))
        with pytest.raises(MetricError, match="would count them twice"):
            attribute_usage(files, Attribution(("team",), driver="tokens", sources=(own, "another")))


class TestRefusals:
    def test_names_the_group_whose_credits_exceed_its_attempts(self, tmp_path: Path) -> None:
        credit = next(row for row in made_up() if row["charge_category"] == "credit")
        credit = {**credit, "team": "claims", "run_id": "run", "step_id": "step", "attempt": 1}
        with pytest.raises(MetricError, match="of team claims, currency") as caught:
            measure("retry_overhead", usage(tmp_path, [credit]), Parameters(by=("team",)))
        assert caught.value.code == "credits_exceed_costs"

    def test_what_does_not_conform(self, tmp_path: Path) -> None:
        rows = [dict(row) for row in made_up()[:50]]
        rows[3]["billing_currency"] = "dollars"
        with pytest.raises(MetricError, match="row 4") as caught:
            measure("unit_cost", usage(tmp_path, rows))
        assert caught.value.code == "input_not_conformant"

    def test_what_no_record_is_to_blame_for(self, tmp_path: Path) -> None:
        row = next(row for row in made_up() if row["cost_carrier"] == "none")
        files = usage(tmp_path, [{**row, "cost_carrier": "unknown"}])
        with pytest.raises(MetricError, match=r"OTS-CST-\d+ in the inputs as a whole\. "):
            measure("unit_cost", files)

    def test_what_does_not_exist(self, tmp_path: Path) -> None:
        files = usage(tmp_path, made_up()[:50])
        for metric, chosen in (
            ("iq_per_dollar", Parameters()),
            ("cost_of_pass", Parameters()),
            ("unit_cost", Parameters(by=("tags",))),
            ("unit_cost", Parameters(by=("nonsense",))),
            ("unit_cost", Parameters(scope={"nonsense": "x"})),
            ("unit_cost", Parameters(cost_column="record_id")),
        ):
            with pytest.raises(MetricError):
                measure(metric, files, chosen)
        with pytest.raises(MetricError, match="driver"):
            attribute_usage(files, Attribution(("team",), driver="nonsense"))
        with pytest.raises(MetricError, match="none is given"):
            attribute_usage([], Attribution(("team",)))

    def test_every_metric_is_defined(self) -> None:
        assert set(METRICS) <= set(load().metrics)


class TestAttribution:
    @pytest.mark.parametrize("driver", ["cost", "tokens"])
    def test_rows_add_up_to_the_total(self, tmp_path: Path, driver: str) -> None:
        how = Attribution(("team", "application"), {"charge_category": "purchase"}, driver)
        tables = attribute_usage(usage(tmp_path), how)
        paid = [row for row in made_up() if row.get("effective_cost") is not None]
        assert [table.currency for table in tables] == sorted({row["billing_currency"] for row in paid})
        for table in tables:
            own = [row for row in paid if row["billing_currency"] == table.currency]
            assert table.total == summed(own, "effective_cost")
            assert sum((row.total for row in table.rows), table.unattributed) == table.total
            for row in table.rows:
                team = [r for r in own if f"{r.get('team')} / {r.get('application')}" == row.key]
                assert row.direct == summed(team, "effective_cost")
        shared = {table.currency: sum(row.shared for row in table.rows) for table in tables}
        bought = [
            r for r in paid if r["charge_category"] == "purchase" and not (r.get("team") and r.get("application"))
        ]
        assert shared["USD"] == summed((r for r in bought if r["billing_currency"] == "USD"), "effective_cost") > 0

    def test_forms(self, tmp_path: Path) -> None:
        tables = attribute_usage(usage(tmp_path), Attribution(("team",)))
        document = json.loads(render_account(tables, "json"))
        assert [each["total"] for each in document] == [str(table.total.normalize()) for table in tables]
        rows = list(csv.DictReader(io.StringIO(render_account(tables, "csv"))))
        for money in ("EUR", "USD"):
            parts = [row for row in rows if row["currency"] == money]
            whole = next(row for row in parts if row["kind"] == "total")
            assert sum(Decimal(row["total"]) for row in parts if row is not whole) == Decimal(whole["total"])
        assert "| (total) |" in render_account(tables, "markdown")
        assert "(unattributed)" in render_account(tables, "text")

    def test_a_name_that_is_markup_is_none(self, tmp_path: Path) -> None:
        first = attribute_usage(usage(tmp_path), Attribution(("team",)))[0]
        hostile = replace(first, rows=[replace(first.rows[0], key="![x](http://evil)|")])
        assert "| <code>&#33;&#91;x&#93;(http&#58;&#47;&#47;evil)&#124;</code> |" in render_account(
            [hostile], "markdown"
        )


@pytest.mark.skipif(not (CHECKOUT / "spec").is_dir(), reason="needs the examples of a checkout")
class TestExamples:
    """What the examples of the other chapters come to."""

    FOLDER = CHECKOUT / "spec" / "examples"

    def outcomes(self) -> list[tuple[str, Path]]:
        names = {
            "usage": "outcome-usage",
            "outcome": "outcome.claims",
            "outcome_definition": "outcome_definition.claims",
        }
        return [(dataset, self.FOLDER / f"{name}.jsonl") for dataset, name in names.items()]

    def test_cost_per_outcome_of_the_claims(self) -> None:
        (found,) = measure("cost_per_outcome", self.outcomes(), Parameters(sampling=QUICK))
        spent: defaultdict[str, Decimal] = defaultdict(Decimal)
        records = {name: [json.loads(line) for line in file.read_text().splitlines()] for name, file in self.outcomes()}
        for row in records["usage"]:
            spent[row["outcome_id"]] += Decimal(row.get("effective_cost") or 0)
        by_hand = cost_per_outcome(
            [
                OutcomeCost(
                    row["outcome_id"],
                    OutcomeStatus(row["status"]),
                    spent[row["outcome_id"]],
                    Decimal(row.get("human_cost") or 0),
                    "USD",
                    row.get("rework_of_outcome_id"),
                )
                for row in records["outcome"]
            ],
            Decimal(86),
            QUICK,
        )
        assert found.result.numerator == by_hand.numerator
        assert (found.result.value, found.result.interval) == (by_hand.value, by_hand.interval)
        assert found.key["outcome_definition_version"] == "2026-1"
        (ratio,) = measure("baseline_ratio", self.outcomes(), Parameters(sampling=QUICK))
        assert ratio.result.denominator == by_hand.denominator * 361
        (even,) = measure("break_even_success_rate", self.outcomes())
        number = len(records["outcome"])
        assert even.result.numerator == sum(spent.values()) + number * (86 + 40)
        assert even.result.denominator == number * (361 + 40)

    @pytest.mark.parametrize("metric", ["cost_per_outcome", "baseline_ratio", "break_even_success_rate"])
    @pytest.mark.parametrize("missing", ["usage", "outcome", "outcome_definition"])
    def test_what_is_not_given_costs_no_zero(self, metric: str, missing: str) -> None:
        with pytest.raises(MetricError, match=rf"computed from {missing}, and none are given") as caught:
            measure(metric, [each for each in self.outcomes() if each[0] != missing])
        assert caught.value.code == "dataset_missing"

    def test_three_agents_with_one_score(self) -> None:
        files = [("evaluation", self.FOLDER / "evaluation.aggregates.jsonl")]
        costs = {each.key["scaffold"]: each.result.value for each in measure("cost_of_pass", files)}
        assert {name: round(value, 2) for name, value in costs.items() if value is not None} == {
            "terse agent": Decimal("14.40"),
            "planning agent": Decimal("59.26"),
            "debating agents": Decimal("66.28"),
        }
        placed = measure("cost_quality_frontier", files)
        assert [each.point is not None and each.point.is_on_frontier for each in placed] == [True, False, False]
        with pytest.raises(MetricError, match="each of its tasks"):
            measure("frontier_cost_of_pass", files)

    def test_attempts_are_resampled_by_task(self) -> None:
        files = [("evaluation", self.FOLDER / "evaluation.attempts.jsonl")]
        (found,) = measure("cost_of_pass", files, Parameters(sampling=QUICK))
        assert found.result.counts == {"tasks": 3, "attempts": 6, "solved": 3, "not_solved": 3}
        (frontier,) = measure("frontier_cost_of_pass", files, Parameters(sampling=QUICK))
        assert frontier.result.value is None
        assert frontier.result.lower_bound is not None

    def test_forms(self) -> None:
        definition = load().metrics["cost_of_pass"]
        results = measure("cost_of_pass", [("evaluation", self.FOLDER / "evaluation.aggregates.jsonl")])
        document = json.loads(render_json(definition, results))
        assert [each["value"] for each in document["results"]] == [f"{each.result.value:f}" for each in results]
        rows = list(csv.DictReader(io.StringIO(render_csv(results))))
        assert [row["upper_bound"] for row in rows] == [each["upper_bound"] for each in document["results"]]
        assert "| terse agent | USD | 14.402963 |" in render_markdown(definition, results)
        shown = render_text(definition, results, Look(200))
        assert "interval by wilson at a confidence level of 0.95\n" in shown
        assert "14.402963   11.603103 to 19.252023 " in shown
        assert "nothing to measure" in render_text(definition, ())
        assert "nothing to measure" in render_markdown(definition, ())
