"""The stream of made-up records."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date
from itertools import count
from typing import Protocol

from opentokenomics import standard
from opentokenomics.generate._clock import Clock
from opentokenomics.generate._corrections import Corrections
from opentokenomics.generate._dice import Dice
from opentokenomics.generate._evaluations import Evaluations
from opentokenomics.generate._invoices import Invoices
from opentokenomics.generate._outcomes import Definitions, Outcomes
from opentokenomics.generate._plans import Plans
from opentokenomics.generate._prices import Prices
from opentokenomics.generate._row import Row
from opentokenomics.generate._statements import Statements
from opentokenomics.generate._usage import Usage
from opentokenomics.standard import Profile

_FIRST_DAY = date(2026, 5, 30)
"""Shortly before the end of a month, so that small exports reach over it too."""
_LONGEST_PAUSE = 400
_ONE_SINGLE_IN = 5


def generate(rows: int, seed: int, profile: Profile | str, dataset: str = "usage") -> Iterator[dict[str, object]]:
    """A made-up but realistic export of a dataset that keeps every requirement of its profile.

    The same arguments give the same records in every Python version; memory stays the same for any number of rows.
    No usage group and no correction is cut off at the end. The prices, plans and outcome definitions of the made-up
    company come first in those datasets, whatever the seed; its outcomes are those of the runs in usage of the same
    seed and profile, in order.

    Args:
        rows: How many records, at least 1.
        seed: Which export; another number gives another one.
        profile: A profile, or its name; below ``cost``, no usage record has a price, an amount or a billing period.
        dataset: One of the datasets of records.

    Returns:
        Records ready for JSON: decimals and timestamps as text, maps as dicts, no nulls. They are the caller's to
        change.

    Raises:
        KeyError: There is no such dataset here.
        ValueError: ``rows`` is less than 1, or there is no such profile.
    """
    if rows < 1:
        raise ValueError(f"an export has at least 1 record, not {rows}")
    source = SOURCES[dataset](seed, Profile(profile))
    return limited(source.units(), source.single, rows, getattr(source, "alone", _nothing))


class Source(Protocol):
    """Where records come from."""

    def units(self) -> Iterable[list[Row]]:
        """Records that belong together, without end."""

    def single(self) -> Row:
        """A record that stands alone."""

    def is_final(self, unit: list[Row]) -> bool:
        """Whether no later record will correct any of the unit, which was the last one."""


class Stream:
    """Units of records without end; a unit must be exported as a whole."""

    def __init__(self, seed: int, profile: Profile) -> None:
        cost = profile.rank >= Profile.COST.rank
        version = standard.versions()[-1]
        self._dice = Dice(seed)
        self._clock = Clock(_FIRST_DAY)
        self._usage = Usage(self._dice, self._clock, version, cost=cost)
        self._invoices = Invoices(self._dice, version, self._usage, cost=cost)
        self._corrections = Corrections(self._dice)

    def units(self) -> Iterator[list[Row]]:
        """What happens, in order."""
        for ordinal in count(1):
            yield from self._passing_time()
            if ordinal % _ONE_SINGLE_IN:
                rows = self._usage.invocation()
                self._corrections.consider(rows, ordinal)
                yield rows
            else:
                yield [self.single()]
            yield from self._corrections.due(ordinal, self._clock)

    def single(self) -> Row:
        """A record that stands alone."""
        return self._usage.single()

    def is_final(self, unit: list[Row]) -> bool:
        """Whether no later record will correct any of the unit, which was the last one."""
        return not self._corrections.awaits(unit)

    def _passing_time(self) -> Iterator[list[Row]]:
        day, month = self._clock.day, self._clock.month
        if self._clock.advance(1 + self._dice.below(_LONGEST_PAUSE)):
            yield from self._invoices.close_day(day)
            if self._clock.month != month:
                yield from self._corrections.close_month(self._clock)


SOURCES: Mapping[str, Callable[[int, Profile], Source]] = {
    "usage": Stream,
    "price": lambda seed, _: Prices(seed),
    "plan": lambda seed, _: Plans(seed),
    "outcome_definition": lambda seed, _: Definitions(seed),
    "outcome": lambda seed, profile: Outcomes(Stream(seed, profile).units()),
    "evaluation": lambda seed, _: Evaluations(seed),
    "statement": lambda seed, _: Statements(seed),
}
"""What makes the records of each dataset."""


def _nothing() -> list[Row]:
    """What most units are without each other."""
    return []


def limited(
    units: Iterable[list[Row]], single: Callable[[], Row], rows: int, alone: Callable[[], list[Row]] = _nothing
) -> Iterator[Row]:
    """Exactly so many records; where a unit no longer fits, records that stand alone fill the rest.

    ``alone`` gives the records of the last unit as records that stand alone, if they can.
    """
    left = rows
    for unit in units:
        if len(unit) > left:
            apart = alone()[:left]
            yield from apart
            left -= len(apart)
            break
        yield from unit
        left -= len(unit)
        if not left:
            return
    for _ in range(left):
        yield single()
