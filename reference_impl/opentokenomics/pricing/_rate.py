"""Rating: what one record costs at the prices of a card, exactly, or why nobody can tell."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from itertools import pairwise

from opentokenomics.exact_decimal import rounded
from opentokenomics.pricing._card import RateCard
from opentokenomics.pricing._errors import PricingError
from opentokenomics.pricing._price import Price
from opentokenomics.pricing._subject import Subject

_MOST_NAMED = 5


class Reason(StrEnum):
    """Why a record has no price."""

    MODEL = "model_unknown"
    METER = "meter_not_priced"
    LEFT_OUT = "column_left_out"
    NONE = "no_price"
    CONTEXT = "context_unknown"
    TIER = "tier_unknown"
    TIME = "time_unknown"
    CURRENCY = "other_currency"
    AMOUNT = "amount_too_large"


@dataclass(frozen=True, slots=True)
class Unpriced:
    """A record that has no price. It is never zero.

    Attributes:
        reason: Why.
        detail: The column, with its value or without, the model with its provider, the currencies or the time that the
            reason is about.
    """

    reason: Reason
    detail: str | None = None


@dataclass(frozen=True, slots=True)
class Part:
    """A quantity at one price.

    Attributes:
        price: The price.
        quantity: How much of the record has it, in units of the meter; exact.
    """

    price: Price
    quantity: Fraction

    @property
    def cost(self) -> Fraction:
        """The amount, unrounded."""
        return Fraction(self.price.unit_price) * self.quantity / self.price.block_size


@dataclass(frozen=True, slots=True)
class Rating:
    """What a record costs.

    Attributes:
        parts: The quantities that are billed, at one price each. There is one part, unless the record lies across the
            bounds of marginal context prices or quantity tiers.
    """

    parts: Sequence[Part]

    @property
    def currency(self) -> str:
        """The currency of the amount."""
        return self.parts[0].price.currency

    @property
    def cost(self) -> Decimal:
        """The amount to 18 fractional digits, half to even."""
        return rounded(sum((part.cost for part in self.parts), Fraction(0)))

    @property
    def price(self) -> Price | None:
        """The one price of the record; None where it has several."""
        return self.parts[0].price if len(self.parts) == 1 else None

    @property
    def quantity(self) -> Fraction:
        """What is billed, in units of the meter."""
        return sum((part.quantity for part in self.parts), Fraction(0))


def rate(card: RateCard, subject: Subject) -> Rating | Unpriced:
    """What a record costs.

    Args:
        card: The prices.
        subject: The record.

    Returns:
        The rating, or why there is none.

    Raises:
        PricingError: Two prices of one rank apply (``price_ambiguous``).
    """
    found = _rated(card, subject)
    if isinstance(found, Unpriced):
        return found
    for instant in _turns(card, subject):
        other = _rated(card, replace(subject, at=instant))
        if isinstance(other, Unpriced) or (other.cost, other.currency) != (found.cost, found.currency):
            return Unpriced(Reason.TIME)
    return found


def _turns(card: RateCard, subject: Subject) -> Sequence[datetime]:
    """Instants within the charge period of all kinds: whatever prices the record may have, one of them has these."""
    if subject.until is None:
        return ()
    prices = [price for same in card.ranked(subject) for price in same]
    limits = set[datetime]()
    if subject.as_of is None:
        limits = {each for price in prices for each in price.limits(subject.at, subject.until)}
    found = set(limits)
    for start, end in pairwise([subject.at, *sorted(limits), subject.until]):
        found |= {each for price in prices for each in price.turns(start, end)}
    return sorted(found)


def _rated(card: RateCard, subject: Subject) -> Rating | Unpriced:
    """What a record costs at the prices of one instant."""
    ranked = [[p for p in same if p.applies_at(subject.at, subject.as_of)] for same in card.ranked(subject)]
    ranked, refusal = _of_one_currency([same for same in ranked if same], subject.currency)
    if refusal is not None:
        return refusal
    if not ranked:
        return _unpriced(card, subject)
    sign = -1 if subject.quantity < 0 else 1
    quantity = abs(Fraction(subject.quantity))
    parts: list[Part] = []
    for cell in _cells(card, ranked, subject, quantity):
        found = _choose(card, ranked, subject, cell)
        if isinstance(found, Unpriced):
            return found
        if parts and parts[-1].price == found:
            parts[-1] = Part(found, parts[-1].quantity + sign * cell.quantity)
        else:
            parts.append(Part(found, sign * cell.quantity))
    merged: dict[str, Part] = {}
    for part in parts:
        known = merged.pop(part.price.price_id, None)  # what is billed beyond the record goes to its last part
        merged[part.price.price_id] = part if known is None else Part(part.price, known.quantity + part.quantity)
    return _at_least_the_minimum(list(merged.values()), subject.restated)


@dataclass(frozen=True, slots=True)
class _Cell:
    """A quantity of the record between all bounds: of context, of which it is a share, and of tiers."""

    quantity: Fraction
    context: tuple[int, int | None]
    first: Fraction
    last: Fraction


def _of_one_currency(ranked: list[list[Price]], wanted: str | None) -> tuple[list[list[Price]], Unpriced | None]:
    """The prices in the currency of a record; where it states none, they must all have one."""
    currencies = {price.currency for same in ranked for price in same}
    if wanted is None:
        if len(currencies) > 1:
            return [], Unpriced(Reason.CURRENCY, ", ".join(sorted(currencies)))
        return ranked, None
    kept = [[price for price in same if price.currency == wanted] for same in ranked]
    kept = [same for same in kept if same]
    if ranked and not kept:
        return [], Unpriced(Reason.CURRENCY, ", ".join(sorted(currencies)))
    return kept, None


def _unpriced(card: RateCard, subject: Subject) -> Unpriced:
    model = subject.values.get("canonical_model_id")
    if not card.knows_model(subject.provider, model):
        return Unpriced(Reason.MODEL, f"{model or 'none named,'} of {subject.provider}")
    if not card.knows_meter(subject):
        return Unpriced(Reason.METER, subject.meter)
    left_out = card.left_out(subject)
    return Unpriced(Reason.NONE, card.otherwise(subject)) if left_out is None else Unpriced(Reason.LEFT_OUT, left_out)


def _cells(card: RateCard, ranked: Sequence[Sequence[Price]], subject: Subject, quantity: Fraction) -> Iterator[_Cell]:
    """The record, cut wherever one of its prices may begin or end."""
    prices = [price for same in ranked for price in same]
    for low, high, share in _bands(prices, subject):
        own = quantity * share
        cuts = {Fraction(0), quantity}
        for price in prices:
            family = card.family(price)
            earlier = None if family is None else subject.earlier.get(family)
            if price.tier is not None and earlier is not None:
                ends = [end for end in (price.tier.minimum, price.tier.maximum) if end is not None]
                cuts |= {place for end in ends if 0 < (place := Fraction(end) - Fraction(earlier)) < quantity}
        ordered = sorted(cuts)
        if len(ordered) == 1:
            yield _Cell(own, (low, high), Fraction(0), Fraction(0))
        for first, last in pairwise(ordered):
            yield _Cell(own * (last - first) / quantity, (low, high), first, last)


def _bands(prices: Sequence[Price], subject: Subject) -> Iterator[tuple[int, int | None, Fraction]]:
    """The bands of a request's total input that marginal prices tell apart, and which share of it lies in each."""
    context = subject.context
    marginal = [p.context for p in prices if p.is_marginal and p.context is not None]
    total = context.most
    if not marginal or not total or not context.is_exact:
        # Of a request of which only bounds are known, no more is known of the places of its tokens.
        yield 0, max(total - 1, 0) if total is not None else None, Fraction(1)
        return
    ends = {int(end) for each in marginal for end in (each.minimum, each.maximum) if end is not None}
    ordered = [0, *sorted(end for end in ends if 0 < end < total), total]
    for low, high in pairwise(ordered):
        yield low, high - 1, Fraction(high - low, total)


def _choose(card: RateCard, ranked: Sequence[Sequence[Price]], subject: Subject, cell: _Cell) -> Price | Unpriced:
    """The price of a cell: the one that ranks first of those that apply to it."""
    for same in ranked:
        applying: list[Price] = []
        for price in same:
            held = _is_in_context(price, subject, cell)
            if held is None:
                return Unpriced(Reason.CONTEXT)
            in_tier = held and _is_in_tier(card, price, subject, cell)
            if in_tier is None:
                return Unpriced(Reason.TIER)
            if in_tier:
                applying.append(price)
        if len(applying) > 1:
            raise _ambiguous(applying, subject.at)
        if applying:
            return applying[0]
    return Unpriced(Reason.NONE)


def _is_in_context(price: Price, subject: Subject, cell: _Cell) -> bool | None:
    if price.context is None:
        return True
    low, high = cell.context if price.is_marginal else (subject.context.least, subject.context.most)
    if high is None:
        if price.context.maximum is None:
            return True if low >= price.context.minimum else None
        return False if low >= price.context.maximum else None
    if price.context.holds(low, high):
        return True
    return False if price.context.misses(low, high) else None


def _is_in_tier(card: RateCard, price: Price, subject: Subject, cell: _Cell) -> bool | None:
    if price.tier is None:
        return True
    family = card.family(price)
    earlier = None if family is None else subject.earlier.get(family)
    if earlier is None:
        return None
    first, last = Fraction(earlier) + cell.first, Fraction(earlier) + cell.last
    # Nothing, consumed on the bound of two tiers, ends within the one and begins within the other, which has it.
    return first >= price.tier.minimum and (price.tier.maximum is None or first < price.tier.maximum >= last)


def _ambiguous(prices: Sequence[Price], at: datetime) -> PricingError:
    *others, last = (price.price_id for price in prices[:_MOST_NAMED])
    left = len(prices) - _MOST_NAMED
    names = f"{', '.join(others)} and {last}" if left <= 0 else f"{', '.join([*others, last])} and {left} more"
    neither = "neither" if len(prices) == 2 else "none of them"  # noqa: PLR2004 - a pair
    instant = at.replace(tzinfo=None).isoformat()
    return PricingError(
        "price_ambiguous",
        f"The prices {names} apply to one record of {instant}Z, and {neither} is more specific.",
        "End all of them but one, or let them state what tells them apart.",
    )


def _at_least_the_minimum(parts: list[Part], restated: Decimal | None) -> Rating | Unpriced:
    """A record below the least billable quantity is billed as that; nothing consumed is billed as nothing."""
    least = max((Fraction(p.price.minimum_quantity) for p in parts if p.price.minimum_quantity), default=Fraction(0))
    if least:
        if restated is None:
            return Unpriced(Reason.TIER)
        consumed, before = sum((part.quantity for part in parts), Fraction(0)), Fraction(restated)
        more = _billed(before + consumed, least) - _billed(before, least) - consumed
        parts[-1] = Part(parts[-1].price, parts[-1].quantity + more)
    return Rating(tuple(parts))


def _billed(quantity: Fraction, least: Fraction) -> Fraction:
    if abs(quantity) >= least or not quantity:
        return quantity
    return least if quantity > 0 else -least
