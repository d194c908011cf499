"""Bills of clouds: units, signs and words that real exports hold."""

from __future__ import annotations

from typing import Any

import pytest
from convert_payloads import AWS, FOCUS, csv_of
from fixtures import Run


class TestBills:
    """Lines of clouds: units, signs and words that are not known never become tokens or billed usage."""

    def line(self, **cells: object) -> dict[str, Any]:
        usage = {"line_item_usage_type": "USE1-M-input-tokens", "line_item_usage_amount": 2}
        return {**AWS, **usage, "line_item_unblended_cost": "1.5", **cells}

    @pytest.mark.parametrize(
        ("cells", "category", "has_tokens"),
        [
            ({}, "usage", True),
            ({"pricing_unit": "Units"}, "usage", False),
            ({"line_item_usage_amount": "0.0001"}, "usage", False),
            ({"line_item_usage_type": "USE1-Search"}, "usage", False),
            ({"line_item_line_item_type": "Tax"}, "tax", False),
            ({"line_item_line_item_type": "Fee"}, "purchase", False),
            ({"line_item_line_item_type": "Refund", "line_item_unblended_cost": "-1"}, "credit", False),
            ({"line_item_unblended_cost": "-1"}, "adjustment", False),
            ({"line_item_line_item_type": "Dream"}, "adjustment", False),
        ],
    )
    def test_lines(
        self, run: Run, assert_sound: Run, cells: dict[str, Any], category: str, *, has_tokens: bool
    ) -> None:
        outcome = run("aws-cur", csv_of(self.line(**cells)))
        (row,) = outcome.rows
        assert row["charge_category"] == category
        assert ("consumed_quantity" in row) == has_tokens
        assert_sound(outcome.rows)

    @pytest.mark.parametrize(
        "product",
        [
            {"product": '{"product_name": "Claude Haiku 4.5 (Amazon Bedrock Edition)"}'},
            {"product_product_name": "Claude Haiku 4.5 (Amazon Bedrock Edition)"},
        ],
    )
    def test_what_the_marketplace_bills(self, run: Run, assert_sound: Run, product: dict[str, str]) -> None:
        """The newer generation of the report keeps the name of a product in a map."""
        kind = {"line_item_product_code": "5ixlxggx", "line_item_usage_type": "USW2-MP:USW2_InputTokenCount-Units"}
        other = {"line_item_product_code": "AmazonEC2", "product": '{"product_name": "EC2 for Bedrock"}'}
        names = dict.fromkeys(("product", "product_product_name"), "")
        lines = [{**self.line(**each), **names, **each} for each in ({**kind, **product}, other)]
        outcome = run("aws-cur", csv_of(*lines))
        (row,) = outcome.rows
        assert (row["model_id"], row["billed_cost"]) == ("Claude Haiku 4.5", "1.5")
        assert outcome.reasons == []
        assert_sound(outcome.rows)

    def test_a_product_that_cannot_be_read_is_not_passed_over(self, run: Run) -> None:
        line = self.line(line_item_product_code="5ixlxggx", product="{product_name=Claude (Amazon Bedrock Edition)}")
        (reason,) = run("aws-cur", csv_of(line)).reasons
        assert reason.startswith("product: ")

    @pytest.mark.parametrize(("rate", "is_kept"), [("0.75", True), ("0.8", False)])
    def test_public_prices(self, run: Run, rate: str, *, is_kept: bool) -> None:
        prices = {"pricing_public_on_demand_cost": "1.5", "pricing_public_on_demand_rate": rate}
        outcome = run("aws-cur", csv_of(self.line(**prices)))
        assert ("list_unit_price" in outcome.rows[0]) == is_kept
        assert ("contradiction" in outcome.kinds) != is_kept

    def test_a_public_cost_below_zero(self, run: Run, assert_sound: Run) -> None:
        outcome = run("aws-cur", csv_of(self.line(pricing_public_on_demand_cost="-1.5")))
        assert "list_cost" not in outcome.rows[0]
        assert "contradiction" in outcome.kinds
        assert_sound(outcome.rows)

    def test_words_that_are_not_known(self, run: Run) -> None:
        kind = "USE1-anthropic.claude-mantle-image-input-tokens-dream-global-custom-model"
        outcome = run("aws-cur", csv_of(self.line(line_item_usage_type=kind)))
        (row,) = outcome.rows
        assert (row["model_id"], row["token_modality"], row["meter_variant"], row["region_scope"]) == (
            "anthropic.claude",
            "image",
            "custom-model.dream",
            "global",
        )
        assert "unknown_field" in outcome.kinds

    @pytest.mark.parametrize(
        ("cells", "expected"),
        [
            ({"ChargeCategory": "Credit", "BilledCost": "-1"}, {"charge_category": "credit"}),
            ({"ChargeCategory": "Credit"}, {"charge_category": "adjustment"}),
            ({"BilledCost": "-1", "ChargeClass": "Correction"}, {"charge_class": "correction"}),
            ({"ChargeCategory": "Purchase"}, {"charge_frequency": None}),
            ({"BillingPeriodStart": "2026-09-01", "BillingPeriodEnd": "2026-10-01"}, {"billing_period_start": None}),
            ({"BillingPeriodStart": ""}, {"billing_period_start": None}),
            ({"CommitmentDiscountId": "c", "CommitmentDiscountStatus": "Used"}, {"commitment_discount_status": "used"}),
            ({"CommitmentDiscountId": "c"}, {"commitment_discount_id": None}),
            ({"ListUnitPrice": "2", "ListCost": "9", "PricingQuantity": "3"}, {"list_unit_price": None}),
            ({"ListUnitPrice": "3", "ListCost": "9", "PricingQuantity": "3"}, {"list_unit_price": "3"}),
            ({"ConsumedUnit": "Hours", "ConsumedQuantity": "3"}, {"meter": "other", "consumed_unit": "Hours"}),
            ({"ConsumedQuantity": "3"}, {"meter": "other"}),
            ({"ConsumedQuantity": "3", "TokenDirection": "Output"}, {"meter": "tokens", "consumed_quantity": "3000"}),
            ({"ServiceCategory": "", "ConsumedUnit": "", "PricingUnit": "", "ModelId": "m"}, {"model_id": "m"}),
        ],
    )
    def test_rows_of_focus(
        self, run: Run, assert_sound: Run, cells: dict[str, Any], expected: dict[str, object]
    ) -> None:
        outcome = run("focus", csv_of({**FOCUS, "BilledCost": "1", **cells}))
        (row,) = outcome.rows
        assert {name: row.get(name) for name in expected} == expected
        assert_sound(outcome.rows)


@pytest.mark.parametrize(
    ("meter", "action"),
    [
        ("Input Tokens", None),
        ("Cached Input Tokens", "read"),
        ("gpt-5 Input Cache Read Tokens", "read"),
        ("Input Tokens, uncached", "uncached"),
        ("Input Tokens (cache write)", "write"),
        ("Cache Input Tokens", None),
        ("Output Tokens", None),
    ],
)
def test_the_words_of_a_meter_of_focus(run: Run, meter: str, action: str | None) -> None:
    charge = {**FOCUS, "BilledCost": "1", "ConsumedQuantity": "2", "SkuMeter": meter}
    (row,) = run("focus", csv_of(charge)).rows
    assert row["consumed_quantity"] == "2000"
    assert row.get("token_cache_action") == action


def test_the_usage_type_of_aws_is_a_meter_of_focus(run: Run) -> None:
    charge = {**FOCUS, "BilledCost": "1", "ConsumedQuantity": "2"}
    (row,) = run("focus", csv_of({**charge, "x_UsageType": "USE1-Claude4Sonnet-cache-read-input-token-count"})).rows
    assert (row["token_direction"], row["token_cache_action"], row["consumed_quantity"]) == ("input", "read", "2000")
    assert row["sku_meter"] == "USE1-Claude4Sonnet-cache-read-input-token-count"


@pytest.mark.parametrize(("category", "rows"), [("Identity", 0), ("Security", 0), ("Compute", 1), ("", 1)])
def test_tokens_that_let_somebody_in_are_none_of_a_model(run: Run, category: str, rows: int) -> None:
    charge = {**FOCUS, "BilledCost": "1", "ServiceCategory": category, "SkuMeter": "Token Requests"}
    assert len(run("focus", csv_of(charge)).rows) == rows


def test_usage_of_a_cloud_that_is_negative_or_states_no_currency(run: Run) -> None:
    line = {**AWS, "line_item_usage_type": "USE1-Claude-input-tokens", "line_item_unblended_cost": "-1"}
    outcome = run("aws-cur", csv_of({**line, "line_item_usage_amount": "-5", "line_item_currency_code": ""}))
    assert [row["charge_category"] for row in outcome.rows] == ["adjustment"]
    said = {notice.message for notice in outcome.conversion.notices if notice.kind == "interpreted"}
    assert len(said) == 2
