"""Records that are left without a price, by reason."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from opentokenomics.exact_decimal import EXACT
from opentokenomics.pricing._rate import Reason, Unpriced
from opentokenomics.pricing._subject import Subject
from opentokenomics.report import count, visible

_MOST_KEPT = 1_000
"""Kinds of records without a price that are told apart; names of further models, say, are not kept."""

_MOST_SHOWN = 5


@dataclass(slots=True)
class Left:
    """Records that were left without a price for one reason.

    Attributes:
        reason: Why.
        detail: The column, the model with its provider, or the currencies that the reason is about.
        meter: What they count.
        records: How many they are.
        quantity: What they consumed.
    """

    reason: Reason
    detail: str | None
    meter: str
    records: int = 0
    quantity: Decimal = Decimal(0)


@dataclass(slots=True)
class Leftovers(Collection[Left]):
    """What a rate card leaves without a price, by reason, detail and meter."""

    _found: dict[tuple[Reason, str | None, str], Left] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self._found)

    def __iter__(self) -> Iterator[Left]:
        return iter(self._found.values())

    def __contains__(self, left: object) -> bool:
        return left in self._found.values()

    @property
    def records(self) -> int:
        """How many records they are."""
        return sum(each.records for each in self)

    def leave(self, unpriced: Unpriced, subject: Subject) -> None:
        """Counts a record that has no price."""
        key = unpriced.reason, unpriced.detail, subject.meter
        if key not in self._found and len(self._found) >= _MOST_KEPT:
            key = unpriced.reason, None, subject.meter
        left = self._found.setdefault(key, Left(*key))
        left.records += 1
        left.quantity = EXACT.add(left.quantity, subject.quantity)

    def by_reason(self) -> list[tuple[Reason, Sequence[Left]]]:
        """The most frequent reason first."""
        found = {reason: [each for each in self if each.reason is reason] for reason in Reason}
        ordered = sorted(found.items(), key=lambda each: -sum(left.records for left in each[1]))
        return [(reason, left) for reason, left in ordered if left]

    def sentences(self) -> Iterator[str]:
        """How many records have no price and why, with the most frequent details; one sentence for each reason."""
        for reason, found in self.by_reason():
            records = sum(each.records for each in found)
            left = f"{count(records, 'record')} of {_quantities(found)} {'has' if records == 1 else 'have'} no price"
            yield f"{left}: {_WHY[reason]}{_details(found)}"


def grouped(value: Decimal) -> str:
    """A number with commas between its thousands, and no zeros at its end."""
    text = f"{value:,f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def _quantities(found: Sequence[Left]) -> str:
    totals: dict[str, Decimal] = {}
    for each in found:
        totals[each.meter] = EXACT.add(totals.get(each.meter, Decimal(0)), each.quantity)
    return ", ".join(
        f"{grouped(amount)} {_one_of(meter) if amount == 1 else meter}" for meter, amount in totals.items()
    )


def _one_of(meter: str) -> str:
    return "search" if meter == "searches" else meter.removesuffix("s")


def _details(found: Sequence[Left]) -> str:
    """The most frequent details, such as the names of models."""
    counts: dict[str, int] = {}
    for each in found:
        if each.detail is not None:
            counts[each.detail] = counts.get(each.detail, 0) + each.records
    if not counts:
        return "."
    ordered = sorted(counts.items(), key=lambda each: (-each[1], each[0]))
    shown = ", ".join(f"{visible(name)} ({number:,})" for name, number in ordered[:_MOST_SHOWN])
    more = len(ordered) - _MOST_SHOWN
    return f": {shown}{f' and {more:,} more' if more > 0 else ''}."


_WHY = {
    Reason.MODEL: "the prices know no such model",
    Reason.METER: "no price of the model is for what is counted",
    Reason.LEFT_OUT: "the prices differ by a column that is left out; see --assume",
    Reason.CONTEXT: "the price depends on how long the request was; see --groups-are-requests",
    Reason.TIER: "the price depends on what was consumed before, which is not known",
    Reason.TIME: "the price changes within the charge period, of which nobody knows when the requests were",
    Reason.CURRENCY: "the prices are in another currency",
    Reason.AMOUNT: "an amount of more than 14 digits before its point is in no record",
    Reason.NONE: "no price is for what was consumed, or for when it was",
}
