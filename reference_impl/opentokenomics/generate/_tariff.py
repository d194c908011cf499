"""Exact prices and amounts, as scaled integers: a Decimal product for each of a million rows takes far longer."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from opentokenomics.generate._row import Row

PRICE_SCALE = 8
QUANTITY_SCALE = 6
AMOUNT_SCALE = PRICE_SCALE + QUANTITY_SCALE
"""Decimals of an amount: those of a unit price and of a pricing quantity together."""


def plain(value: int, scale: int) -> str:
    """Text of ``value`` / 10^``scale`` in plain notation, without trailing zeros."""
    if value < 0:
        return f"-{plain(-value, scale)}"
    digits = str(value)
    if not scale:
        return digits
    if len(digits) <= scale:
        digits = digits.zfill(scale + 1)
    return f"{digits[:-scale]}.{digits[-scale:]}".rstrip("0").removesuffix(".")


@dataclass(frozen=True, slots=True)
class Tariff:
    """What a block of consumed units costs, in units of 10^-8, and which columns say so.

    ``block`` is a power of ten. ``billed`` amounts fill billed and effective cost, those that are only ``effective``
    have a billed cost of 0; where both are false, the price values a quantity whose amount is elsewhere.
    """

    unit: str
    block: int
    list_price: int
    contracted_price: int
    billed: bool = True
    effective: bool = True

    @classmethod
    def of(cls, unit: str, block: int, price: str, *, tier: int = 100, discount: int = 0) -> Tariff:
        """A tariff from a list price: ``tier`` percent of it, and less ``discount`` percent by contract.

        Raises:
            ValueError: A price has more than 8 decimals.
        """
        list_price = Decimal(price) * tier * 10 ** (PRICE_SCALE - 2)
        contracted_price = list_price * (100 - discount) / 100
        if list_price % 1 or contracted_price % 1:
            raise ValueError(f"{price} at {tier} % less {discount} % has more than {PRICE_SCALE} decimals")
        return cls(unit, block, int(list_price), int(contracted_price))

    @property
    def has_contract(self) -> bool:
        """Whether the price that applies is agreed and not published."""
        return self.contracted_price != self.list_price

    def price_id(self, name: str) -> str:
        """The identifier of the price that applies, in a price list in which the published one has this name."""
        return f"{name}:contract" if self.has_contract else name

    def columns(self, currency: str, price: str) -> Row:
        """The columns that are the same on every row of this tariff; ``price`` is the name of the published price."""
        return {
            "pricing_category": "standard",
            "pricing_unit": self.unit,
            "pricing_block_size": self.block,
            "list_unit_price": plain(self.list_price, PRICE_SCALE),
            "contracted_unit_price": plain(self.contracted_price, PRICE_SCALE),
            "billing_currency": currency,
            "price_id": self.price_id(price),
        }

    def charge(self, row: Row, quantity: int, scale: int = 0) -> int:
        """Writes the amounts for a quantity in units of 10^-``scale``; returns the contracted cost in 10^-14."""
        priced: int = quantity * 10 ** (QUANTITY_SCALE - scale) // self.block
        cost = priced * self.contracted_price
        text = plain(cost, AMOUNT_SCALE)
        row["pricing_quantity"] = plain(priced, QUANTITY_SCALE)
        row["contracted_cost"] = text
        row["list_cost"] = (
            text if self.list_price == self.contracted_price else plain(priced * self.list_price, AMOUNT_SCALE)
        )
        if self.effective:
            row["effective_cost"] = text
            row["billed_cost"] = text if self.billed else "0"
        return cost
