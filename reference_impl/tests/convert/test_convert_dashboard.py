"""The dashboard's exports: quantities from one, amounts from the other, nothing joined or invented."""

from __future__ import annotations

import csv
import hmac
import io
from collections.abc import Iterable
from decimal import Decimal

import pytest
from fixtures import Run
from hypothesis import given, settings
from hypothesis import strategies as st

from opentokenomics.convert import ConvertError

TIMES = ["start_time", "end_time", "start_time_iso", "end_time_iso"]
SPLIT = [f"{prefix}_{name}_tokens" for prefix in ("input", "input_cached") for name in ("text", "audio", "image")]
OUTPUT = [f"output_{name}_tokens" for name in ("text", "audio", "image")]
ACTIONS = ["input_uncached_tokens", "input_cached_tokens", "input_cache_write_tokens"]
USAGE = [
    *TIMES,
    *("project_id", "num_model_requests", "user_id", "api_key_id", "model", "batch", "service_tier", "compute_units"),
    *("input_tokens", "output_tokens", *ACTIONS, *SPLIT, *OUTPUT),
]
COST = [
    *TIMES,
    *("amount_value", "amount_currency", "quantity", "quantity_unit", "line_item", "user_id", "api_key_id"),
    *("project_id", "organization_id", "project_name", "organization_name", "user_email"),
]
DAY = {
    "start_time": "1785542400",
    "end_time": "1785628800",
    "start_time_iso": "2026-08-01T00:00:00+00:00",
    "end_time_iso": "2026-08-02T00:00:00+00:00",
}
OWNER = {"project_id": "proj_1", "user_id": "user-1", "api_key_id": "key_1", "model": "gpt-5", "batch": "False"}


def table(header: list[str], *rows: dict[str, str]) -> bytes:
    text = io.StringIO()
    writer = csv.DictWriter(text, header, restval="", extrasaction="ignore", lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue().encode()


def usage(**counts: object) -> dict[str, str]:
    return {**DAY, **OWNER, **{name: str(count) for name, count in counts.items()}}


def cost(**cells: str) -> dict[str, str]:
    return {**DAY, "amount_value": "1.5", "amount_currency": "usd", **cells}


counts = st.one_of(st.integers(0, 20), st.integers(0, 10**12))
maybe = st.one_of(st.just(""), counts)


@st.composite
def usage_rows(draw: st.DrawFn) -> dict[str, str]:
    cells = {name: draw(maybe) for name in (*SPLIT, *OUTPUT, *ACTIONS)}
    if draw(st.booleans()):
        for name, parts in zip(ACTIONS[:2], (SPLIT[:3], SPLIT[3:]), strict=True):
            cells[name] = sum(int(cells[part] or 0) for part in parts)
    entering = draw(st.one_of(counts, st.just(sum(int(cells[name] or 0) for name in ACTIONS))))
    as_float = draw(st.sampled_from(["", ".0"]))
    found = {**cells, "input_tokens": entering, "output_tokens": draw(counts), "num_model_requests": draw(maybe)}
    return usage(**{name: f"{count}{as_float}" for name, count in found.items() if count != ""})


class TestUsage:
    """The leaves of a bucket add up to the vendor's totals of each direction."""

    @settings(max_examples=300, deadline=None)
    @given(row=usage_rows())
    def test_conserves(self, run: Run, assert_sound: Run, row: dict[str, str]) -> None:
        outcome = run("openai-dashboard", table(USAGE, row))
        assert_sound(outcome.rows)
        entering, leaving = (int(Decimal(row[name])) for name in ("input_tokens", "output_tokens"))
        assert outcome.tokens("input") == entering
        assert outcome.tokens("output") == leaving
        assert {each["usage_group_total"] for each in outcome.of_meter("tokens")} == {str(entering + leaving)}
        assert {each["cost_carrier"] for each in outcome.rows} == {"other_row"}
        actions = [int(Decimal(row.get(name, "0"))) for name in ACTIONS]
        if all(name in row for name in ACTIONS) and sum(actions) <= entering:
            for action, count in zip(("uncached", "read", "write"), actions, strict=True):
                assert outcome.tokens("input", cache_action=action) == count
        if all(name in row for name in ACTIONS):
            assert (sum(actions) > entering) == any(
                "input_tokens" in each.message and each.kind == "contradiction" for each in outcome.conversion.notices
            )

    def test_cache_and_modality_together(self, run: Run, assert_sound: Run) -> None:
        row = usage(
            num_model_requests="4.0",
            input_tokens="1000.0",
            output_tokens="70.0",
            input_uncached_tokens="500.0",
            input_cached_tokens="400.0",
            input_cache_write_tokens="100.0",
            input_text_tokens="450.0",
            input_image_tokens="50.0",
            input_audio_tokens="0.0",
            input_cached_text_tokens="400.0",
            output_text_tokens="60.0",
            output_audio_tokens="10.0",
        )
        outcome = run("openai-dashboard", table(USAGE, row))
        assert outcome.leaves == {
            ("input", "uncached", None, "text", None): 450,
            ("input", "uncached", None, "image", None): 50,
            ("input", "read", None, "text", None): 400,
            ("input", "write", None, "unspecified", None): 100,
            ("output", None, None, "text", None): 60,
            ("output", None, None, "audio", None): 10,
        }
        (requests,) = outcome.of_meter("requests")
        assert requests["consumed_quantity"] == "4"
        assert requests["source_counters"]["input_tokens"] == "1000.0"
        assert {
            (each["sub_account_id"], each["principal_id"], each["credential_id"], each["model_id"])
            for each in outcome.rows
        } == {("proj_1", "user-1", "key_1", "gpt-5")}
        assert_sound(outcome.rows)

    @pytest.mark.parametrize(
        ("cells", "tier"),
        [
            ({"batch": "True", "service_tier": "default"}, "batch"),
            ({"batch": "False", "service_tier": "default"}, "standard"),
            ({"batch": "", "service_tier": "incentivized-tier"}, "other"),
            ({"batch": "", "service_tier": ""}, None),
        ],
    )
    def test_tiers(self, run: Run, cells: dict[str, str], tier: str | None) -> None:
        row = {**usage(input_tokens=5, output_tokens=1), **cells}
        outcome = run("openai-dashboard", table(USAGE, row))
        assert {each.get("processing_tier") for each in outcome.rows} == {tier}
        assert {each.get("processing_tier_reported", "") for each in outcome.rows} == {cells["service_tier"]}

    def test_an_empty_day_makes_no_row(self, run: Run) -> None:
        outcome = run("openai-dashboard", table(USAGE, DAY, usage(input_tokens=5, output_tokens=1), DAY))
        assert outcome.conversion.records == 3
        assert len(outcome.rows) == 2
        (notice,) = outcome.conversion.notices
        assert (notice.kind, notice.count, notice.line) == ("empty_bucket", 2, 2)

    def test_a_day_with_zero_usage_makes_a_row(self, run: Run, assert_sound: Run) -> None:
        outcome = run("openai-dashboard", table(USAGE, usage(input_tokens=0, output_tokens=0)))
        assert [row["consumed_quantity"] for row in outcome.rows] == ["0"]
        assert_sound(outcome.rows)

    def test_a_blank_total_is_the_sum_of_its_parts(self, run: Run, assert_sound: Run) -> None:
        row = usage(input_uncached_tokens=5, input_cached_tokens=2, output_tokens=1)
        outcome = run("openai-dashboard", table(USAGE, row))
        assert outcome.leaves == {
            ("input", "uncached", None, None, None): 5,
            ("input", "read", None, None, None): 2,
            ("output", None, None, None, None): 1,
        }
        assert_sound(outcome.rows)

    def test_output_alone_has_no_total(self, run: Run, assert_sound: Run) -> None:
        outcome = run("openai-dashboard", table(USAGE, usage(output_tokens=1)))
        assert outcome.leaves == {("output", None, None, None, None): 1}
        assert not any("usage_group_total" in each for each in outcome.rows)
        assert_sound(outcome.rows)

    def test_requests_without_tokens(self, run: Run, assert_sound: Run) -> None:
        outcome = run("openai-dashboard", table(USAGE, usage(num_model_requests=3)))
        assert [row["meter"] for row in outcome.rows] == ["requests"]
        assert_sound(outcome.rows)

    def test_columns_that_are_unknown_or_not_converted_are_reported(self, run: Run) -> None:
        row = {**usage(input_tokens=5, output_tokens=1, compute_units=2), "mood": "fine"}
        outcome = run("openai-dashboard", table([*USAGE, "mood"], row))
        assert outcome.kinds == {"unknown_field", "not_converted"}
        assert {each["source_counters"]["compute_units"] for each in outcome.rows} == {"2"}

    @pytest.mark.parametrize(
        "name", ["input_text_tokens", "output_audio_tokens", "num_model_requests", "compute_units"]
    )
    @pytest.mark.parametrize("cell", ["some", "-1", "1.5"])
    def test_every_counter_is_a_count(self, run: Run, name: str, cell: str) -> None:
        (reason,) = run("openai-dashboard", table(USAGE, usage(**{"input_tokens": 5, name: cell}))).reasons
        assert name in reason

    def test_without_the_grouping_by_model(self, run: Run) -> None:
        header = [name for name in USAGE if name != "model"]
        row = usage(input_tokens=5, output_tokens=1)
        assert "model_missing" in run("openai-dashboard", table(header, row)).kinds
        named = run("openai-dashboard", table(header, row), model="gpt-5")
        assert {each["model_id"] for each in named.rows} == {"gpt-5"}

    @pytest.mark.parametrize(
        ("cells", "reason"),
        [
            ({"input_tokens": "5.5"}, "no fraction"),
            ({"input_tokens": "1,000"}, "no decimal number"),
            ({"input_tokens": "-5"}, "never negative"),
            ({"input_tokens": "NaN"}, "no decimal number"),
            ({"input_tokens": "9" * 400}, "17 digits"),
            ({"input_tokens": "1e999999999"}, "beyond any range"),
            ({"batch": "maybe"}, "True or False"),
            ({"start_time": ""}, "blank"),
            ({"start_time": "1785628800"}, "start_time_iso says"),
            ({"end_time": "1785542400", "end_time_iso": ""}, "not before"),
            ({"start_time": "9" * 20}, "no unix time"),
            ({"start_time": "", "start_time_iso": "0000-01-01T00:00:00"}, "no instant"),
            ({"start_time": "", "start_time_iso": "1969-12-31T00:00:00"}, "before 1970"),
            ({"start_time": "", "start_time_iso": "2026-08-01T23:59:60Z"}, "no instant"),
            ({"start_time": "", "start_time_iso": "99999-01-01"}, "RFC 3339"),
            ({"model": "m" * 5000}, "4096"),
        ],
    )
    def test_a_bad_row_is_rejected_and_the_rest_is_converted(
        self, run: Run, cells: dict[str, str], reason: str
    ) -> None:
        good = usage(input_tokens=5, output_tokens=1)
        blank_iso = {"start_time_iso": ""} if cells.get("start_time", "x") == "" and len(cells) == 1 else {}
        outcome = run("openai-dashboard", table(USAGE, {**good, **blank_iso, **cells}, good))
        assert outcome.conversion.rejected == 1
        assert reason in outcome.reasons[0]
        assert outcome.conversion.rejects[0].line == 2
        assert outcome.tokens("input") == 5


amounts = st.decimals(min_value=-(10**13), max_value=10**13, places=20)


class TestCost:
    """Each amount is carried once, exactly, by a cost-only record."""

    @settings(max_examples=60, deadline=None)
    @given(found=st.lists(st.tuples(amounts, st.booleans()), max_size=4))
    def test_amounts(self, run: Run, assert_sound: Run, found: list[tuple[Decimal, bool]]) -> None:
        rows = [cost(amount_value=f"{amount:.36f}" if plain else str(amount)) for amount, plain in found]
        outcome = run("openai-dashboard", table(COST, *rows))
        assert_sound(outcome.rows)
        assert len(outcome.rows) == len(found)
        for row, (amount, _) in zip(outcome.rows, found, strict=True):
            assert abs(Decimal(row["billed_cost"]) - amount) <= Decimal("5e-19")
            assert row["billed_cost"] == row["effective_cost"]
            assert row["charge_category"] == ("credit" if amount < 0 else "usage")
            assert not {"consumed_quantity", "meter", "model_id", "usage_group_id"} & set(row)
        exact = all(Decimal(row["billed_cost"]) == amount for row, (amount, _) in zip(outcome.rows, found, strict=True))
        assert ("rounded" in outcome.kinds) != exact

    def test_a_record_of_cost(self, run: Run, assert_sound: Run) -> None:
        row = cost(
            amount_value="0.003400000000000000000000000000000000",
            quantity="1284310.0",
            quantity_unit="tokens",
            line_item="gpt-5-mini-2025-08-07, input",
            organization_id="org-1",
            project_id="proj_1",
            start_time_iso="2026-08-01T00:00:00",
            end_time_iso="2026-08-02T00:00:00",
            user_email="dana@example.com",
            project_name="Claims",
        )
        outcome = run("openai-dashboard", table(COST, row))
        (made,) = outcome.rows
        expected = {
            "cost_carrier": "this_row",
            "cost_source": "invoiced",
            "billed_cost": "0.0034",
            "billing_currency": "USD",
            "charge_description": "gpt-5-mini-2025-08-07, input",
            "pricing_quantity": "1284310",
            "pricing_unit": "tokens",
            "billing_account_id": "org-1",
            "sub_account_id": "proj_1",
            "charge_period_start": "2026-08-01T00:00:00Z",
            "charge_period_end": "2026-08-02T00:00:00Z",
        }
        assert expected.items() <= made.items()
        assert "example.com" not in str(outcome.rows)
        assert "Claims" not in str(outcome.rows)
        assert outcome.kinds == {"personal_data"}
        assert_sound(outcome.rows)

    def test_half_goes_to_even(self, run: Run) -> None:
        tie = "0.0000000000000000025"
        outcome = run("openai-dashboard", table(COST, cost(amount_value=tie, quantity="0.0000035")))
        (row,) = outcome.rows
        assert row["billed_cost"] == "0.000000000000000002"
        assert row["pricing_quantity"] == "0.000004"

    def test_the_caller_names_the_account_that_the_export_does_not(self, run: Run) -> None:
        rows = table(COST, cost(organization_id="org-1"), cost())
        outcome = run("openai-dashboard", rows, account="acc", provider="P")
        assert [row["billing_account_id"] for row in outcome.rows] == ["org-1", "acc"]
        assert {row["service_provider_name"] for row in outcome.rows} == {"P"}

    def test_an_address_in_an_identifier_is_left_out(self, run: Run, assert_sound: Run) -> None:
        outcome = run("openai-dashboard", table(COST, cost(user_id="dana@example.com")))
        assert not any("principal_id" in row for row in outcome.rows)
        assert outcome.kinds == {"personal_data"}
        assert_sound(outcome.rows)

    def test_identical_rows_are_two_records(self, run: Run, assert_sound: Run) -> None:
        outcome = run("openai-dashboard", table(COST, cost(), cost()))
        assert len(outcome.rows) == 2
        assert_sound(outcome.rows)

    @pytest.mark.parametrize(
        ("cells", "reason"),
        [
            ({"amount_value": "$1.50"}, "no decimal number"),
            ({"amount_value": "1.5e"}, "no decimal number"),
            ({"amount_value": "1" + "0" * 14}, "14 digits"),
            ({"amount_value": "99999999999999.9999999999999999999"}, "14 digits"),
            ({"amount_value": "", "line_item": "x"}, "blank"),
            ({"amount_currency": ""}, "blank"),
            ({"amount_currency": "tokens"}, "ISO 4217"),
            ({"quantity": "-1"}, "negative"),
            ({"quantity": "1" + "0" * 12}, "12 digits"),
            ({"line_item": "x" * 5000}, "4096"),
        ],
    )
    def test_a_bad_row_is_rejected_and_the_rest_is_converted(
        self, run: Run, cells: dict[str, str], reason: str
    ) -> None:
        outcome = run("openai-dashboard", table(COST, cost(**cells), cost()))
        assert outcome.conversion.rejected == 1
        assert reason in outcome.reasons[0]
        assert len(outcome.rows) == 1


class TestHeader:
    """The header says which export it is; one that says neither is refused with what it says."""

    def test_an_account_without_usage(self, run: Run) -> None:
        outcome = run("openai-dashboard", table(TIMES, DAY, DAY))
        assert (outcome.rows, outcome.kinds, outcome.conversion.rejected) == ([], {"no_records"}, 0)

    @pytest.mark.parametrize("header", [["a", "b"], [*TIMES, "images"], ["start;time"]])
    def test_neither_usage_nor_cost(self, run: Run, header: Iterable[str]) -> None:
        with pytest.raises(ConvertError, match="neither the completions usage nor the cost export") as caught:
            run("openai-dashboard", table(list(header), DAY))
        assert caught.value.code == "header_unknown"

    def test_json(self, run: Run) -> None:
        with pytest.raises(ConvertError, match="not CSV") as caught:
            run("openai-dashboard", {"object": "page", "data": []})
        assert caught.value.code == "input_format"


@pytest.mark.parametrize("key", ["key", None])
def test_an_address_stands_for_a_user_without_identifier(run: Run, assert_sound: Run, key: str | None) -> None:
    rows = [cost(user_email=f"{name}@example.com", amount_value=str(place)) for place, name in enumerate("ab", 1)]
    rows += [cost(user_email="dana@example.com", user_id="user-1")]
    first, second = (run("openai-dashboard", table(COST, *each), pseudonym_key=key) for each in (rows, rows[::-1]))
    assert sorted(map(str, first.rows)) == sorted(map(str, second.rows))
    assert_sound(first.rows)
    people = [row.get("principal_id") for row in first.rows]
    keyed = [hmac.new(b"key", f"{name}@example.com".encode(), "sha256").hexdigest() for name in "ab"]
    assert people == [*(keyed if key else [None, None]), "user-1"]
    assert "personal_data" in first.kinds
