"""One price of a rate card: what it is for, within which bounds, and when."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from decimal import Decimal
from functools import cache

from opentokenomics.standard import NoOverlap, load

_DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_WEEK = timedelta(days=7)
"""After which days of the week and times of day come back."""

_PERIODS = {"day": ("year", "month", "day"), "month": ("year", "month"), "year": ("year",)}

_FIRST_RANKED = "price_kind"
_OF_TIME = frozenset({"days_of_week", "window_start_utc", "window_end_utc"})
_KEYS = "OTS-PRC-003"
"""The requirement that keeps keys apart; the order of its columns is the order of specificity."""


@dataclass(frozen=True, slots=True)
class Bounds:
    """A half-open range of numbers; an end that is None is open."""

    minimum: Decimal | int = 0
    maximum: Decimal | int | None = None

    def holds(self, first: Decimal | int, last: Decimal | int) -> bool:
        """Whether the numbers from the first to the last, both inclusive, are within."""
        return self.minimum <= first and (self.maximum is None or last < self.maximum)

    def misses(self, first: Decimal | int, last: Decimal | int) -> bool:
        """Whether none of these numbers is within."""
        return last < self.minimum or (self.maximum is not None and first >= self.maximum)


@dataclass(frozen=True, slots=True)
class Price:
    """A record of the dataset ``price``.

    Attributes:
        price_id: Its identifier.
        provider: The ``service_provider_name``.
        meter: What is counted.
        currency: The currency of its amount.
        is_contracted: Whether it is agreed in a contract rather than published.
        subject: The columns under *What it is for* that it states, with their values.
        effective_from: The first instant at which it applies, in UTC.
        effective_to: The first instant at which it no longer applies; None for never.
        days: Days of the week on which it applies, Monday being 0; None for all.
        window: Time of day, in UTC, from which and until which it applies; None for all day.
        context: Bounds of the request's total input in tokens; None for any.
        is_marginal: Whether only the tokens within the bounds have the price, and not the request as a whole.
        tier: Bounds of what was consumed earlier in the tier's period, in units of the meter; None for any.
        tier_period: After which the count starts anew: ``day``, ``month``, ``year`` or ``once``.
        unit_price: What one pricing unit costs.
        pricing_unit: The name of that unit.
        block_size: How many units of the meter it holds.
        minimum_quantity: The least quantity that is billed for one record; None for none.
    """

    price_id: str
    provider: str
    meter: str
    currency: str
    is_contracted: bool
    subject: Mapping[str, str]
    effective_from: datetime
    effective_to: datetime | None
    unit_price: Decimal
    pricing_unit: str
    block_size: int
    days: frozenset[int] | None = None
    window: tuple[time, time] | None = None
    context: Bounds | None = None
    is_marginal: bool = False
    tier: Bounds | None = None
    tier_period: str | None = None
    minimum_quantity: Decimal | None = None

    @classmethod
    def of(cls, record: Mapping[str, object]) -> Price:
        """The price of a valid record whose values are typed: decimals, integers, instants in UTC, lists as lists."""
        days = record.get("days_of_week")
        start, end = (_time(record.get(f"window_{name}_utc")) for name in ("start", "end"))
        context = _bounds(record, "minimum_context_tokens", "maximum_context_tokens")
        tier = _bounds(record, "quantity_tier_minimum", "quantity_tier_maximum")
        texts = {name: str(value) for name in subject_columns() if (value := record.get(name)) is not None}
        effective_from, effective_to = record["effective_from"], record.get("effective_to")
        unit_price, minimum = record["unit_price"], record.get("minimum_billable_quantity")
        period = record.get("quantity_tier_period")
        block = record["pricing_block_size"]
        assert isinstance(effective_from, datetime)  # noqa: S101 - the record is valid
        assert effective_to is None or isinstance(effective_to, datetime)  # noqa: S101 - likewise
        assert isinstance(unit_price, Decimal)  # noqa: S101 - likewise
        assert isinstance(block, int)  # noqa: S101 - likewise
        return cls(
            price_id=str(record["price_id"]),
            provider=str(record["service_provider_name"]),
            meter=str(record["meter"]),
            currency=str(record["pricing_currency"]),
            is_contracted=record["price_kind"] == "contracted",
            subject=texts,
            effective_from=effective_from,
            effective_to=effective_to,
            unit_price=unit_price,
            pricing_unit=str(record["pricing_unit"]),
            block_size=block,
            days=frozenset(_DAYS.index(str(day)) for day in days) if isinstance(days, list | tuple) else None,
            window=None if start is None or end is None else (start, end),
            context=context,
            is_marginal=record.get("context_price_scope") == "marginal",
            tier=tier,
            tier_period=None if period is None else str(period),
            minimum_quantity=minimum if isinstance(minimum, Decimal) else None,
        )

    @property
    def rank(self) -> tuple[bool, ...]:
        """Its place in the order of specificity: what sorts first is meant."""
        stated = (name not in self.subject for name in subject_columns())
        return (not self.is_contracted, *stated, self.days is None, self.window is None)

    def is_for(self, subject: Mapping[str, str | None]) -> bool:
        """Whether a record with these values is what the price is for; provider and meter are not looked at."""
        return all(subject.get(name) == value for name, value in self.subject.items())

    def missing(self, subject: Mapping[str, str | None]) -> list[str] | None:
        """The columns that such a record leaves out and would have to state; None where it states another value."""
        left_out = []
        for name, value in self.subject.items():
            stated = subject.get(name)
            if stated is None:
                left_out.append(name)
            elif stated != value:
                return None
        return left_out

    def apart_from(self, subject: Mapping[str, str | None]) -> list[str]:
        """The columns in which such a record states another value."""
        return [name for name, value in self.subject.items() if subject.get(name) not in (None, value)]

    def applies_at(self, instant: datetime, as_of: datetime | None = None) -> bool:
        """Whether a charge period that starts at an instant, in UTC, has this price.

        Args:
            instant: Decides by its day of the week and its time of day, and by itself.
            as_of: Decides in its place whether the price is effective.
        """
        effective = as_of or instant
        if effective < self.effective_from or (self.effective_to is not None and effective >= self.effective_to):
            return False
        day = instant
        if self.window is not None:
            start, end = self.window
            now = instant.time()
            if start < end:
                if not start <= now < end:
                    return False
            elif now < end:
                day -= timedelta(days=1)
            elif now < start:
                return False
        return self.days is None or day.weekday() in self.days

    def is_outlasted(self, start: datetime, end: datetime) -> bool:
        """Whether a charge period, from one instant to another in UTC, ends in a later period of its quantity tier."""
        names = _PERIODS.get(self.tier_period or "", ())
        last = max(start, end - timedelta(microseconds=1))
        return any(getattr(start, name) != getattr(last, name) for name in names)

    def limits(self, start: datetime, end: datetime) -> Iterator[datetime]:
        """The instants between two others, both exclusive and in UTC, at which it becomes effective or ends."""
        yield from (each for each in (self.effective_from, self.effective_to) if each and start < each < end)

    def turns(self, start: datetime, end: datetime) -> Iterator[datetime]:
        """The instants between two others, both exclusive, at which its days or its window may begin or end.

        Args:
            start: The one instant, in UTC.
            end: The other. What turns more than a week after the start turns within it, too, and is not repeated.
        """
        if self.days is None and self.window is None:
            return
        times = [*(self.window or ()), *(() if self.days is None else (time(0),))]
        midnight, end = datetime.combine(start.date(), time(0), UTC), min(end, start + _WEEK)
        for number in range((end - midnight).days + 1):
            instants = (datetime.combine(midnight + timedelta(days=number), each, UTC) for each in times)
            yield from (each for each in instants if start < each < end)


@cache
def subject_columns() -> tuple[str, ...]:
    """The columns under *What it is for* in the order of specificity, as the catalogue of requirements has it."""
    check = load().requirement(_KEYS).check
    assert isinstance(check, NoOverlap)  # noqa: S101 - a test holds the catalogue to it
    ranked = check.by[check.by.index(_FIRST_RANKED) + 1 :]
    return tuple(name for name in ranked if name not in _OF_TIME)


def _bounds(record: Mapping[str, object], minimum: str, maximum: str) -> Bounds | None:
    low, high = record.get(minimum), record.get(maximum)
    if low is None and high is None:
        return None
    return Bounds(
        low if isinstance(low, Decimal | int) else 0,
        high if isinstance(high, Decimal | int) else None,
    )


def _time(value: object) -> time | None:
    return None if value is None else time.fromisoformat(str(value))
