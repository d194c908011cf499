"""What a unit of consumption costs, and what caching saves."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from opentokenomics.metrics._exact import (
    amount,
    amount_from_zero,
    count,
    currency,
    decimal,
    difference,
    fraction,
    product,
    quotient,
    total,
)
from opentokenomics.metrics._result import Result


def unit_cost(cost: Decimal, quantity: Decimal, money: str, *, block_size: int = 1, records: int = 0) -> Result:
    """What one block of consumption costs: cost / (quantity / block_size).

    It is a fact of a ledger and no estimate, so that it has no interval.

    Args:
        cost: The cost, less credits.
        quantity: What was consumed of one meter; from 0.
        money: Currency of the cost.
        block_size: How many units a block has: 1,000,000 for the cost of a million tokens.
        records: How many records were added up.

    Raises:
        MetricError: The quantity is negative, for example where a retraction is without its original, or the number of
            blocks has no decimal notation that ends.
    """
    consumed, spent = amount_from_zero(quantity, "The quantity"), amount(cost, "The cost")
    blocks = decimal(fraction(consumed) / count(block_size, "The size of a block", 1), "The number of blocks")
    return Result(
        metric="unit_cost",
        numerator=spent,
        denominator=blocks,
        value=quotient(spent, blocks),
        currency=currency(money),
        sample_size=count(records, "The number of records"),
    )


@dataclass(frozen=True, slots=True)
class InputTokens:
    """Input tokens by what a cache did with them; each number from 0.

    Attributes:
        read: Read from a cache.
        write: Written to a cache.
        uncached: All others.
    """

    read: Decimal
    write: Decimal
    uncached: Decimal

    def __post_init__(self) -> None:
        for name in ("read", "write", "uncached"):
            object.__setattr__(self, name, amount_from_zero(getattr(self, name), f"The number of {name} tokens"))

    @property
    def total(self) -> Decimal:
        """All of them."""
        return total((self.read, self.write, self.uncached))


def cache_hit_ratio(tokens: InputTokens, *, records: int = 0) -> Result:
    """Which share of the input tokens was read from a cache: read / (read + write + uncached).

    Args:
        tokens: The input tokens.
        records: How many records were added up.
    """
    return Result(
        metric="cache_hit_ratio",
        numerator=tokens.read,
        denominator=tokens.total,
        value=quotient(tokens.read, tokens.total),
        sample_size=count(records, "The number of records"),
    )


def cache_cost_efficiency(
    tokens: InputTokens, actual_cost: Decimal, base_price: Decimal, money: str, *, block_size: int, records: int = 0
) -> Result:
    """Which share of the cost of input caching saved: 1 - actual cost / (tokens x base price).

    It is negative where more was paid for writing to the cache than reading from it saved.

    Args:
        tokens: The input tokens.
        actual_cost: What they cost; from 0.
        base_price: What a block of uncached ones costs; from 0.
        money: Currency of cost and price.
        block_size: How many tokens a block has.
        records: How many records were added up.

    Raises:
        MetricError: A number is negative.
    """
    paid, price = amount_from_zero(actual_cost, "The actual cost"), amount_from_zero(base_price, "The base price")
    full = fraction(product(tokens.total, price)) / count(block_size, "The size of a block", 1)
    without = decimal(full, "The cost without a cache")
    saved = difference(without, paid)
    return Result(
        metric="cache_cost_efficiency",
        numerator=saved,
        denominator=without,
        value=quotient(saved, without),
        currency=currency(money),
        sample_size=count(records, "The number of records"),
        amounts={"actual_cost": paid, "cost_without_cache": without},
    )
