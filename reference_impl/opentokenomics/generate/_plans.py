"""Plans: those of the made-up company, which its usage names; then plans of every kind."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count

from opentokenomics import standard
from opentokenomics.generate._dice import Dice
from opentokenomics.generate._invoices import SEATS, Seats
from opentokenomics.generate._row import Row, in_order, slug
from opentokenomics.generate._tariff import PRICE_SCALE, plain

_PROVIDERS = ("Northwind AI", "Halden Labs", "Ostara Compute", "Kestrel Models", "Fjord Cloud", "Meridian Inference")
_KINDS = (
    "prosumer_seat",
    "team_seat",
    "enterprise_seat",
    "pay_as_you_go",
    "commitment",
    "prepaid_credit",
    "provisioned_capacity",
    "self_hosted",
)
_YEARS = (("2025-01-01T00:00:00Z", "2026-01-01T00:00:00Z"), ("2026-01-01T00:00:00Z", "2027-01-01T00:00:00Z"))
_SEAT_PRICES = {"prosumer_seat": 20, "team_seat": 30, "enterprise_seat": 60}
_TERMS: dict[str, Row] = {
    "prosumer_seat": {
        "data_used_for_training": True,
        "retention_days": 30,
        "single_sign_on": False,
        "audit_log_available": False,
        "data_processing_agreement": False,
    },
    "team_seat": {
        "data_used_for_training": False,
        "retention_days": 30,
        "single_sign_on": True,
        "audit_log_available": False,
        "data_processing_agreement": True,
    },
    "enterprise_seat": {
        "data_used_for_training": False,
        "retention_days": 0,
        "single_sign_on": True,
        "audit_log_available": True,
        "data_residency": "EU",
        "data_processing_agreement": True,
    },
}


class Plans:
    """Plans without end; the first ones do not depend on the seed."""

    def __init__(self, seed: int) -> None:
        self._version = standard.versions()[-1]
        self._dice = Dice(seed)
        self._numbers = count()

    def units(self) -> Iterator[list[Row]]:
        """Plans, a few at a time."""
        yield [self._finished(_bought(plan)) for plan in SEATS]
        while True:
            yield [self.single() for _ in range(1 + self._dice.below(len(_KINDS)))]

    def single(self) -> Row:
        """The next plan."""
        number = next(self._numbers)
        kind = _KINDS[number % len(_KINDS)]
        provider = self._dice.pick(_PROVIDERS)
        start, end = self._dice.pick(_YEARS)
        plan: Row = {
            "plan_id": f"{slug(provider)}:{kind.replace('_', '-')}:{number}",
            "service_provider_name": provider,
            "plan_kind": kind,
            "starts_at": start,
            "ends_at": end,
        }
        return self._finished(plan | self._terms(kind))

    def is_final(self, unit: list[Row]) -> bool:  # noqa: ARG002 - the protocol of sources
        """Always: no plan corrects another."""
        return True

    def _finished(self, row: Row) -> Row:
        return in_order({"spec_version": self._version, **row}, "plan")

    def _terms(self, kind: str) -> Row:
        if kind in _SEAT_PRICES:
            return self._seat(kind)
        if kind == "commitment":
            return _fee(1_000 * (10 + self._dice.below(490)), "year") | {"overage_allowed": True}
        if kind == "prepaid_credit":
            paid = 100 * (1 + self._dice.below(50))
            return _fee(paid, "once") | _included("credits", 10 * paid, "once") | {"overage_allowed": False}
        if kind == "provisioned_capacity":
            units = 1 + self._dice.below(8)
            granted = _included("provisioned_unit_hours", 730 * units, "month")
            return _fee(260 * units, "month") | granted | {"overage_allowed": False}
        return {}

    def _seat(self, kind: str) -> Row:
        yearly = self._dice.chance(0.3)
        price = _SEAT_PRICES[kind] * (10 if yearly else 1)
        seats = 1 if kind == "prosumer_seat" else 5 + self._dice.below(400)
        seat = {**_fee(price, "year" if yearly else "month", "per_seat"), "seat_count": seats, **_TERMS[kind]}
        if self._dice.chance(0.6):
            period = self._dice.pick(("day", "week", "month"))
            seat |= _included("messages", 100 * (1 + self._dice.below(9)), period, "per_seat")
            seat["overage_allowed"] = self._dice.chance(0.5)
        return seat


def _bought(plan: Seats) -> Row:
    """The plan that made-up usage names; it goes on as long as usage does."""
    return {
        "plan_id": plan.plan,
        "service_provider_name": plan.seller.provider,
        "plan_kind": "team_seat",
        "fee_amount": plain(plan.tariff.contracted_price, PRICE_SCALE),
        "fee_currency": plan.seller.currency,
        "fee_period": "month",
        "fee_basis": "per_seat",
        "seat_count": plan.count,
        "starts_at": "2026-01-01T00:00:00Z",
        **_TERMS["team_seat"],
    }


def _fee(amount: int, period: str, basis: str = "total") -> Row:
    return {"fee_amount": str(amount), "fee_currency": "USD", "fee_period": period, "fee_basis": basis}


def _included(meter: str, quantity: int, period: str, basis: str = "total") -> Row:
    return {
        "included_meter": meter,
        "included_quantity": str(quantity),
        "included_basis": basis,
        "included_period": period,
    }
