"""What a rating adds to a record of usage."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from opentokenomics.exact_decimal import text
from opentokenomics.pricing._rate import Rating

_QUANTITY_PLACES = 6
_PRICED = ("list_unit_price", "list_cost", "pricing_quantity", "pricing_unit", "pricing_block_size")


def is_priced(row: Mapping[str, object], kind: str) -> bool:
    """Whether the source of a record has stated a price of a kind, ``list`` or ``contracted``, or what was priced."""
    return any(row.get(name) is not None for name in (f"{kind}_unit_price", f"{kind}_cost", *_PRICED[2:]))


def filled(rating: Rating, kind: str) -> dict[str, object]:
    """The columns that a rating fills: unit price, unit and block size where there is one price, and the cost.

    Args:
        rating: What the record costs.
        kind: ``list`` or ``contracted``.
    """
    columns: dict[str, object] = {f"{kind}_cost": text(rating.cost)}
    blocks = {(part.price.block_size, part.price.pricing_unit) for part in rating.parts}
    if len(blocks) == 1:
        ((block, unit),) = blocks
        quantity = rating.quantity / block
        columns |= {
            "pricing_quantity": text(Decimal(round(quantity * 10**_QUANTITY_PLACES)).scaleb(-_QUANTITY_PLACES)),
            "pricing_unit": unit,
            "pricing_block_size": block,
        }
    if rating.price is not None:
        columns |= {"price_id": rating.price.price_id, f"{kind}_unit_price": text(rating.price.unit_price)}
    return columns
