"""A rate card: all prices of one buyer, looked up by what a record is about."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from itertools import groupby
from operator import attrgetter

from opentokenomics.pricing._price import Price, subject_columns
from opentokenomics.pricing._subject import Subject

_MOST_REMEMBERED = 10_000


class RateCard:
    """Prices that keep the requirements of the dataset ``price``.

    Attributes:
        prices: The prices, in the order in which they were given.
        families: One price of each family of quantity tiers, whose prices share one count of what was consumed.
    """

    def __init__(self, prices: Iterable[Price]) -> None:
        self._take(prices)
        tiered = {_family(price): price for price in self.prices if price.tier is not None}
        self.families: Sequence[Price] = tuple(tiered.values())
        self._numbers = {key: number for number, key in enumerate(tiered)}

    def _take(self, prices: Iterable[Price]) -> None:
        self.prices = tuple(prices)
        self._by_meter: dict[tuple[str, str], list[Price]] = {}
        for price in self.prices:
            self._by_meter.setdefault((price.provider, price.meter), []).append(price)
        self._models = {(price.provider, price.subject.get("canonical_model_id")) for price in self.prices}
        self._remembered: dict[tuple[object, ...], Sequence[Sequence[Price]]] = {}

    def __len__(self) -> int:
        """The number of prices."""
        return len(self.prices)

    def only(self, *, contracted: bool) -> RateCard:
        """The contracted prices alone, or the list prices alone; families keep their numbers."""
        card = RateCard(())
        card._take(price for price in self.prices if price.is_contracted is contracted)
        card.families, card._numbers = self.families, self._numbers
        return card

    def family(self, price: Price) -> int | None:
        """The number of a price's family of tiers; None where it has no tier."""
        return None if price.tier is None else self._numbers[_family(price)]

    def ranked(self, subject: Subject) -> Sequence[Sequence[Price]]:
        """The prices for what a subject is about, whatever the time and the bounds, by rank; the first one is meant."""
        key = (subject.provider, subject.meter, *(subject.values.get(name) for name in subject_columns()))
        found = self._remembered.get(key)
        if found is None:
            found = self._find(subject)
            if len(self._remembered) >= _MOST_REMEMBERED:
                self._remembered.clear()
            self._remembered[key] = found
        return found

    def _find(self, subject: Subject) -> Sequence[Sequence[Price]]:
        of_meter = self._by_meter.get((subject.provider, subject.meter), ())
        found = sorted((price for price in of_meter if price.is_for(subject.values)), key=attrgetter("rank"))
        return tuple(tuple(same) for _, same in groupby(found, key=attrgetter("rank")))

    def left_out(self, subject: Subject) -> str | None:
        """The column that a record leaves out without which most of the prices that it might have cannot be told."""
        counted: Counter[str] = Counter()
        for price in self._by_meter.get((subject.provider, subject.meter), ()):
            names = price.missing(subject.values)
            if names and _is_of_model(price, subject.values) and price.applies_at(subject.at, subject.as_of):
                counted[names[0]] += 1
        return counted.most_common(1)[0][0] if counted else None

    def otherwise(self, subject: Subject) -> str | None:
        """What sets a record apart from the prices of its model and meter that come nearest; None where nothing does.

        That is a column with the record's value, as in ``processing_tier=batch``, or on which side of the time of these
        prices the record lies, as in ``before 2026-01-01``.
        """
        of_meter = self._by_meter.get((subject.provider, subject.meter), ())
        known = [price for price in of_meter if _is_of_model(price, subject.values)]
        if same := [price for price in known if price.is_for(subject.values)]:
            return _when(same, subject.as_of or subject.at)
        apart = [price.apart_from(subject.values) for price in known if price.applies_at(subject.at, subject.as_of)]
        fewest = min(map(len, apart), default=0)
        counted = Counter(name for names in apart if len(names) == fewest for name in names)
        return f"{(name := counted.most_common(1)[0][0])}={subject.values[name]}" if counted else None

    def knows_model(self, provider: str, model: str | None) -> bool:
        """Whether there is any price of a provider for a model, or for all of its models."""
        return (provider, model) in self._models or (provider, None) in self._models

    def names_model(self, provider: str, model: str | None) -> bool:
        """Whether there is a price of a provider that names a model."""
        return model is not None and (provider, model) in self._models

    def knows_meter(self, subject: Subject) -> bool:
        """Whether there is any price for the meter of a record and its model."""
        of_meter = self._by_meter.get((subject.provider, subject.meter), ())
        return any(_is_of_model(price, subject.values) for price in of_meter)


def _is_of_model(price: Price, values: Mapping[str, str | None]) -> bool:
    """Whether a price that names a model names the record's; one for any model always does."""
    named = price.subject.get("canonical_model_id")
    return named is None or named == values.get("canonical_model_id")


def _when(prices: Sequence[Price], at: datetime) -> str | None:
    """On which side of the time of all these prices an instant lies."""
    first = min(price.effective_from for price in prices)
    ends = [price.effective_to for price in prices]
    last = None if None in ends else max(end for end in ends if end is not None)
    if at < first:
        return f"before {first:%Y-%m-%d}"
    return None if last is None or at < last else f"from {last:%Y-%m-%d} on"


def _family(price: Price) -> tuple[object, ...]:
    """What is counted together: what the price is for, whatever its amount is and when it applies."""
    subject = tuple(price.subject.get(name) for name in subject_columns())
    return (price.provider, price.meter, subject, price.tier_period)
