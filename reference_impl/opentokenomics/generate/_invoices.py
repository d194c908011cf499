"""What comes once a day or once a month: seats, daily buckets, commitments, credits, taxes, adjustments."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from opentokenomics.generate import _market as market
from opentokenomics.generate._clock import Period, day_period, month_period
from opentokenomics.generate._company import WORKFLOWS
from opentokenomics.generate._dice import Dice
from opentokenomics.generate._offer import LEAVES, MILLION, Billing, Model, Seller, applied, sheet_name
from opentokenomics.generate._row import Row, in_order
from opentokenomics.generate._tariff import AMOUNT_SCALE, Tariff, plain
from opentokenomics.generate._usage import Usage

_BATCH: Row = {"application": "nightly-batch"}
_USAGE_API = Seller("OpenAI", "openai-usage-api", "org-7hq2k9", "openai-bucket:", columns=_BATCH)
_COST_API = Seller("OpenAI", "openai-cost-api", "org-7hq2k9", "openai-line:", columns=_BATCH)
_BUCKET_MODELS = (market.GPT_5, market.GPT_5_MINI)
_BUCKET_LEAVES = (("uncached", 9_000_000), ("read", 20_000_000), ("output", 1_500_000))

_COMMITMENT = {"commitment_discount_id": "commit-2026-gpt-5", "pricing_category": "committed"}
_RESERVED_HUNDREDTHS = 240 * 100
_TEAMS = sorted({workflow.team for workflow in WORKFLOWS})[:3]

_CENT = 10 ** (AMOUNT_SCALE - 2)
_TAX_PERCENT = 19
_CREDIT_PERCENT = 10


RESERVED = Tariff.of("provisioned_unit_hours", 1, "2", discount=30)
CAPACITY = "microsoft:gpt-5:capacity"
"""What an hour of a unit of reserved capacity costs, and the name of its published price."""


@dataclass(frozen=True, slots=True)
class Seats:
    """Seats that are paid for by the month, as a plan."""

    seller: Seller
    plan: str
    count: int
    price: str
    discount: int

    @property
    def tariff(self) -> Tariff:
        """What a seat costs for a month."""
        return Tariff.of("seat_months", 1, self.price, discount=self.discount)


SEATS = (
    Seats(market.ASSISTANT, "assistant-business-2026", 40, "40", 0),
    Seats(market.OPENAI, "chat-business-2026", 120, "30", 20),
)


class Invoices:
    """Closes days and months. Without cost, only what was consumed is left of them."""

    def __init__(self, dice: Dice, version: str, usage: Usage, *, cost: bool) -> None:
        self._dice = dice
        self._version = version
        self._usage = usage
        self._cost = cost
        self._month: Period | None = None

    def close_day(self, day: date) -> Iterator[list[Row]]:
        """The records of a day that is over, in units that must not be torn apart."""
        for unit in self._units(day):
            yield [in_order(row) for row in unit]

    def _units(self, day: date) -> Iterator[list[Row]]:
        month = month_period(day)
        if month != self._month:
            self._month = month
            yield from (self._seats(plan, day) for plan in SEATS)
        yield self._buckets(day)
        yield self._commitment(day)
        if self._cost:
            billed = self._usage.billed
            yield [self._rounding(market.OPENAI, billed[market.OPENAI.account], day)]
            yield [self._credit(market.ANTHROPIC, billed[market.ANTHROPIC.account], day)]
            for seller in (market.MISTRAL, market.SPEECH):
                yield [self._tax(seller, billed[seller.account], day)]
            billed.clear()

    def _row(self, seller: Seller, day: date, period: Period | None = None) -> Row:
        period = period or day_period(day)
        row = seller.row(cost=self._cost)
        row["spec_version"] = self._version
        row["record_id"] = seller.prefix + self._usage.identifiers.next()
        row["charge_period_start"] = period.start
        row["charge_period_end"] = period.end
        if self._cost:
            month = month_period(day)
            row["billing_period_start"] = month.start
            row["billing_period_end"] = month.end
        return row

    def _charge(self, seller: Seller, day: date, category: str, description: str, period: Period | None = None) -> Row:
        """A record of money without consumption."""
        row = self._row(seller, day, period)
        del row["measurement_method"]
        return row | {
            "invoice_id": f"INV-{day:%Y%m}-{seller.account}",
            "charge_category": category,
            "charge_frequency": "one_time",
            "charge_description": description,
            "billing_currency": seller.currency,
            **Billing.INVOICED.columns,
        }

    def _seats(self, plan: Seats, day: date) -> list[Row]:
        month = month_period(day)
        used = self._row(plan.seller, day, month) | {"ai_service": "seat", "meter": "seat_months"}
        used |= {"consumed_quantity": str(plan.count), "consumed_unit": "seat_months"}
        if not self._cost:
            return [used]
        used |= Billing.PLAN.columns | {"plan_id": plan.plan}
        tariff = plan.tariff
        bought = self._charge(plan.seller, day, "purchase", f"{plan.count} seats of {plan.plan}", month)
        bought |= tariff.columns(plan.seller.currency, plan.plan)
        bought |= {"charge_frequency": "recurring", "ai_service": "seat", "plan_id": plan.plan}
        tariff.charge(bought, plan.count)
        return [bought, used]

    def _buckets(self, day: date) -> list[Row]:
        """A day of an account whose vendor exports quantities and amounts apart: two sources, nothing joined."""
        rows = []
        for model in _BUCKET_MODELS:
            quantities = [(name, most // 4 + self._dice.below(most)) for name, most in _BUCKET_LEAVES]
            rows += self._bucket(model, quantities, day)
            if self._cost:
                rows += [self._line_item(model, name, quantity, day) for name, quantity in quantities]
        return rows

    def _bucket(self, model: Model, quantities: list[tuple[str, int]], day: date) -> list[Row]:
        rows = []
        total = str(sum(quantity for _, quantity in quantities))
        for name, quantity in [*quantities, ("requests", 500 + self._dice.below(4_000))]:
            row = self._row(_USAGE_API, day) | model.columns | {"ai_service": "inference"}
            row["usage_group_id"] = f"{_USAGE_API.prefix}{day}:{model.family}:{model.model_id}"
            if name in LEAVES:
                row |= {"meter": "tokens", **LEAVES[name][1], "usage_group_total": total, "consumed_unit": "tokens"}
            else:
                row |= {"meter": "requests", "consumed_unit": "requests"}
            row["consumed_quantity"] = str(quantity)
            if self._cost:
                row |= Billing.ELSEWHERE.columns
            rows.append(row)
        return rows

    def _line_item(self, model: Model, name: str, quantity: int, day: date) -> Row:
        price, dimensions = LEAVES[name]
        row = self._row(_COST_API, day) | model.columns
        del row["measurement_method"]
        tariff = Tariff.of("1000000 tokens", MILLION, model.prices[price])
        row |= {"ai_service": "inference", "meter": "tokens", **dimensions, **Billing.INVOICED.columns}
        sheet = f"{sheet_name(_COST_API.provider, model)}:{price}"
        row |= {"charge_description": f"{model.family} {name} tokens", **tariff.columns(_COST_API.currency, sheet)}
        tariff.charge(row, quantity)
        return row

    def _commitment(self, day: date) -> list[Row]:
        """A day of reserved capacity: what was paid for is what was used and what was not."""
        reserved = RESERVED
        rows = []
        left = _RESERVED_HUNDREDTHS
        for team in _TEAMS:
            hundredths = self._dice.below(left // 2)
            left -= hundredths
            row = self._capacity(day) | {"team": team, "measurement_method": "allocated"}
            row |= {"consumed_quantity": plain(hundredths, 2), "consumed_unit": "provisioned_unit_hours"}
            rows.append(self._amortised(row, reserved, hundredths, "used"))
        if not self._cost:
            return rows
        idle = self._amortised(self._capacity(day), reserved, left, "unused")
        del idle["measurement_method"]
        bought = self._charge(market.AZURE, day, "purchase", "Reserved capacity for one day") | _COMMITMENT
        bought |= reserved.columns(market.AZURE.currency, CAPACITY) | {
            "charge_frequency": "recurring",
            "ai_service": "capacity",
        }
        reserved.charge(bought, _RESERVED_HUNDREDTHS, 2)
        # Effective cost is with the usage that the purchase covers.
        return [bought | {"effective_cost": "0"}, *rows, idle]

    def _capacity(self, day: date) -> Row:
        return self._row(market.AZURE, day) | {
            **market.GPT_5.columns,
            "ai_service": "capacity",
            "processing_tier": "provisioned",
            "meter": "provisioned_unit_hours",
        }

    def _amortised(self, row: Row, reserved: Tariff, hundredths: int, status: str) -> Row:
        if self._cost:
            row |= reserved.columns(market.AZURE.currency, CAPACITY) | _COMMITMENT | Billing.CONTRACTED.columns
            row["commitment_discount_status"] = status
            applied(reserved, Billing.CONTRACTED).charge(row, hundredths, 2)
        return row

    def _rounding(self, seller: Seller, billed: int, day: date) -> Row:
        row = self._charge(seller, day, "adjustment", "Rounding of the day to whole cents")
        return _with_amount(row, _rounded(billed, _CENT) * _CENT - billed, AMOUNT_SCALE)

    def _credit(self, seller: Seller, billed: int, day: date) -> Row:
        row = self._charge(seller, day, "credit", "Promotional credit")
        return _with_amount(row, -_rounded(billed * _CREDIT_PERCENT, 100 * _CENT), 2)

    def _tax(self, seller: Seller, billed: int, day: date) -> Row:
        row = self._charge(seller, day, "tax", f"Value added tax, {_TAX_PERCENT} %")
        return _with_amount(row, _rounded(billed * _TAX_PERCENT, 100 * _CENT), 2)


def _rounded(value: int, unit: int) -> int:
    """Value / unit as a whole number, halves to the even one."""
    whole, rest = divmod(value, unit)
    return whole + (2 * rest > unit or (2 * rest == unit and whole % 2))


def _with_amount(row: Row, amount: int, scale: int) -> Row:
    text = plain(amount, scale)
    return row | {"billed_cost": text, "effective_cost": text}
