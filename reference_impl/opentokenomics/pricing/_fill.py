"""What ratings add to a record of usage."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from opentokenomics.exact_decimal import text
from opentokenomics.pricing._price import Price
from opentokenomics.pricing._rate import Rating

_QUANTITY_PLACES, _QUANTITY_DIGITS = 6, 18
_AMOUNTS_END = Decimal(10**14)
"""No column of amounts holds more than 14 digits before the point."""

_TOLERANCE = Fraction(5, 1_000_000)
"""By how much a cost may differ from its unit price times its quantity: OTS-CST-008 and OTS-CST-010."""

_MEASURE = ("pricing_quantity", "pricing_unit", "pricing_block_size")


@dataclass(frozen=True, slots=True)
class _Measure:
    """What is priced: so many blocks of a unit."""

    quantity: Decimal
    unit: str
    block: int

    @property
    def columns(self) -> dict[str, object]:
        return dict(zip(_MEASURE, (text(self.quantity), self.unit, self.block), strict=True))


def is_priced(row: Mapping[str, object], kind: str) -> bool:
    """Whether the source of a record has stated a price of a kind, ``list`` or ``contracted``."""
    return any(row.get(name) is not None for name in (f"{kind}_unit_price", f"{kind}_cost"))


def agrees(rating: Rating, row: Mapping[str, object]) -> bool:
    """Whether a rating prices what the source of a record says was priced, where it says so."""
    stated = [row.get(name) for name in _MEASURE]
    if all(value is None for value in stated):
        return True
    quantity, _, block = stated
    if quantity is None or block is None:
        return False
    return _blocks(rating, int(str(block))) == Decimal(str(quantity))


def is_statable(rating: Rating) -> bool:
    """Whether a record can state the amount, which has a bound as every number does."""
    return abs(rating.cost) < _AMOUNTS_END


def filled(ratings: Mapping[str, Rating], row: Mapping[str, object]) -> dict[str, object]:
    """The columns that ratings fill: costs, and unit prices for the one quantity that a record states.

    Args:
        ratings: What the record costs, by kind: ``list``, ``contracted`` or both.
        row: The record, of which nothing that it states changes.
    """
    columns: dict[str, object] = {f"{kind}_cost": text(rating.cost) for kind, rating in ratings.items()}
    measures = {kind: _measure(rating) for kind, rating in ratings.items()}
    # A record states one quantity: where two prices are for different blocks, that of the contract is what is paid.
    known = [measures[kind] for kind in ("contracted", "list") if measures.get(kind) is not None]
    kept = known[0] if known else None
    stated = row.get("pricing_block_size")
    if stated is None and kept is not None:
        columns |= kept.columns
    for kind, rating in ratings.items():
        measure = measures[kind]
        fits = measure is not None and (measure == kept if stated is None else str(measure.block) == str(stated))
        if rating.price is not None and fits:
            columns["price_id"] = rating.price.price_id
            if _follows(rating, rating.price):
                columns[f"{kind}_unit_price"] = text(rating.price.unit_price)
    return {name: value for name, value in columns.items() if row.get(name) is None}


def _measure(rating: Rating) -> _Measure | None:
    """What a rating prices; None where its prices are for different blocks, or where that has too many digits."""
    blocks = {(part.price.block_size, part.price.pricing_unit) for part in rating.parts}
    if len(blocks) > 1:
        return None
    ((block, unit),) = blocks
    quantity = _blocks(rating, block)
    fits = abs(quantity) < 10 ** (_QUANTITY_DIGITS - _QUANTITY_PLACES)
    return _Measure(quantity, unit, block) if fits else None


def _follows(rating: Rating, price: Price) -> bool:
    """Whether the cost follows from the unit price and the rounded quantity: small ones of large blocks may not."""
    follows = Fraction(price.unit_price) * Fraction(_blocks(rating, price.block_size))
    return abs(follows - Fraction(rating.cost)) <= _TOLERANCE


def _blocks(rating: Rating, block: int) -> Decimal:
    return Decimal(round(rating.quantity / block * 10**_QUANTITY_PLACES)).scaleb(-_QUANTITY_PLACES)
