"""The time of made-up events, as text: formatting a datetime for each of a million rows takes far longer."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

_DAY = 86_400


def midnight(day: date) -> str:
    """The first instant of a day."""
    return f"{day.isoformat()}T00:00:00Z"


@dataclass(frozen=True, slots=True)
class Period:
    """A half-open period."""

    start: str
    end: str


def day_period(day: date) -> Period:
    """One day."""
    return Period(midnight(day), midnight(day + timedelta(days=1)))


def month_period(day: date) -> Period:
    """The calendar month of a day; invoices cover it."""
    first = day.replace(day=1)
    return Period(midnight(first), midnight((first + timedelta(days=31)).replace(day=1)))


class Clock:
    """Goes through days in seconds."""

    def __init__(self, day: date) -> None:
        self._second = 0
        self._set(day)

    def _set(self, day: date) -> None:
        self.day = day
        self._date = day.isoformat()
        self._next_midnight = midnight(day + timedelta(days=1))
        self.month = month_period(day)

    def advance(self, seconds: int) -> bool:
        """Moves on by at most a day; says whether another day began."""
        self._second += seconds
        if self._second < _DAY:
            return False
        self._second -= _DAY
        self._set(self.day + timedelta(days=1))
        return True

    def instant(self) -> Period:
        """The second that begins now: the resolution of sources that state an instant."""
        following = self._second + 1
        return Period(self._text(self._second), self._next_midnight if following == _DAY else self._text(following))

    def _text(self, second: int) -> str:
        minutes, seconds = divmod(second, 60)
        hours, minutes = divmod(minutes, 60)
        return f"{self._date}T{hours:02d}:{minutes:02d}:{seconds:02d}Z"
