"""Usage records: invocations of models, and what other meters count."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from functools import cache
from itertools import cycle

from opentokenomics.generate._clock import Clock
from opentokenomics.generate._company import Company
from opentokenomics.generate._dice import Dice
from opentokenomics.generate._market import OFFERS
from opentokenomics.generate._offer import Leaf, Offer
from opentokenomics.generate._products import PRODUCTS, Product
from opentokenomics.generate._row import Row, in_order
from opentokenomics.generate._splits import Split
from opentokenomics.generate._tariff import AMOUNT_SCALE, Tariff, plain

_IDENTIFIERS = 2**48
_SPREAD = 0x9E3779B97F4B
_CHANGE_OF_MODEL = 0.15


class Identifiers:
    """Numbers that never repeat and do not look like a count."""

    def __init__(self, dice: Dice) -> None:
        self._last = dice.below(_IDENTIFIERS)

    def next(self) -> str:
        """Twelve hexadecimal digits."""
        # Steps of an odd number pass through all numbers below a power of two before one comes again.
        self._last = (self._last + _SPREAD) % _IDENTIFIERS
        return f"{self._last:012x}"


@dataclass(frozen=True, slots=True)
class _ReadyLeaf:
    """A leaf with a record that lacks only what differs between invocations; its columns are all there, in order."""

    template: Row
    leaf: Leaf

    @classmethod
    def of(cls, leaf: Leaf, row: Row, version: str, columns: Row) -> _ReadyLeaf:
        template = {**row, **columns, **leaf.columns, "spec_version": version, "usage_group_id": None}
        if leaf.tokens:
            template["usage_group_total"] = None
        if leaf.tariff:
            leaf.tariff.charge(template, 0)
        elif leaf.total:
            template["billed_cost"] = template["effective_cost"] = None
        return cls(in_order(template), leaf)


@dataclass(frozen=True, slots=True)
class _ReadyOffer:
    """An offer with everything worked out that is the same in each invocation."""

    leaves: dict[str, _ReadyLeaf]
    split: Split
    prefix: str
    account: str

    @classmethod
    def of(cls, offer: Offer, version: str, columns: Row, *, cost: bool) -> _ReadyOffer:
        row = offer.row(cost=cost)
        leaves = {name: _ReadyLeaf.of(leaf, row, version, columns) for name, leaf in offer.leaves(cost=cost).items()}
        return cls(leaves, offer.split, offer.seller.prefix, offer.seller.account)


@dataclass(frozen=True, slots=True)
class _ReadyProduct:
    """A product with everything worked out that is the same on each record."""

    row: Row
    tariff: Tariff | None
    product: Product

    @classmethod
    def of(cls, product: Product, version: str, *, cost: bool) -> _ReadyProduct:
        row = {**product.row(cost=cost), "spec_version": version}
        return cls(row, product.tariff() if cost else None, product)


@cache
def _deck(version: str, columns: tuple[str, ...], *, cost: bool) -> list[_ReadyOffer]:
    """The offers, each as often as its weight; ``columns`` are those that differ between invocations."""
    offers = [(_ReadyOffer.of(offer, version, dict.fromkeys(columns), cost=cost), offer.weight) for offer in OFFERS]
    return [offer for offer, weight in offers for _ in range(weight)]


@cache
def _shelf(version: str, *, cost: bool) -> list[_ReadyProduct]:
    return [_ReadyProduct.of(product, version, cost=cost) for product in PRODUCTS]


class Usage:
    """Makes usage records, and adds up what is billed for them by account, in units of 10^-14."""

    def __init__(self, dice: Dice, clock: Clock, version: str, *, cost: bool) -> None:
        self.identifiers = Identifiers(dice)
        self.billed: defaultdict[str, int] = defaultdict(int)
        self._cost = cost
        self._dice = dice
        self._clock = clock
        self._company = Company(dice)
        self._run = self._company.start_run()
        columns = (*Company(Dice(0)).start_run().next_invocation(), *self._time())
        self._deck = _deck(version, columns, cost=cost)
        # The amounts of the first offer are known, so no export consists of unknown ones alone.
        self._offer = self._deck[0]
        self._products = cycle(_shelf(version, cost=cost))

    def invocation(self) -> list[Row]:
        """The usage group of the next invocation of a model."""
        offer = self._offer
        columns = self._run.next_invocation() | self._time()
        columns["usage_group_id"] = offer.prefix + self.identifiers.next()
        rows = self._group(offer, columns)
        if self._run.finished:
            self._run = self._company.start_run()
            self._offer = self._dice.pick(self._deck)
        elif self._dice.chance(_CHANGE_OF_MODEL):
            self._offer = self._dice.pick(self._deck)
        return rows

    def _group(self, offer: _ReadyOffer, columns: Row) -> list[Row]:
        leaves = [(offer.leaves[name], quantity) for name, quantity in offer.split(self._dice)]
        total = str(sum(quantity for ready, quantity in leaves if ready.leaf.tokens))
        rows = []
        worth = billed = 0
        for index, (ready, quantity) in enumerate(leaves):
            leaf = ready.leaf
            row = ready.template.copy()
            row.update(columns)
            row["record_id"] = f"{columns['usage_group_id']}:{index}"
            row["consumed_quantity"] = str(quantity)
            row["tags"] = dict(columns["tags"])
            if leaf.tokens:
                row["usage_group_total"] = total
            if leaf.tariff:
                cost = leaf.tariff.charge(row, quantity)
                worth += cost
                billed += cost if leaf.tariff.billed else 0
            elif leaf.total:
                row["billed_cost"] = row["effective_cost"] = plain(worth, AMOUNT_SCALE)
                billed += worth
            rows.append(row)
        self.billed[offer.account] += billed
        return rows

    def single(self) -> Row:
        """The next record of what other meters count."""
        ready = next(self._products)
        product = ready.product
        quantity = product.step * (1 + self._dice.below(product.most))
        row = {**ready.row, **self._company.someone(), **self._time()}
        row["record_id"] = product.seller.prefix + self.identifiers.next()
        row["consumed_quantity"] = plain(quantity, product.scale)
        if ready.tariff:
            cost = ready.tariff.charge(row, quantity, product.scale)
            self.billed[product.seller.account] += cost if ready.tariff.billed else 0
        return in_order(row)

    def _time(self) -> Row:
        period = self._clock.instant()
        columns: Row = {"charge_period_start": period.start, "charge_period_end": period.end}
        if self._cost:
            columns["billing_period_start"] = self._clock.month.start
            columns["billing_period_end"] = self._clock.month.end
        return columns
