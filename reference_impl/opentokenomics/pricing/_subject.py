"""What is to be priced: one usage record, with what is known of the request that it is a part of."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class Context:
    """What is known of the total input of a request, cached tokens included, in tokens.

    Attributes:
        least: It is at least this.
        most: It is at most this; None where nobody knows.
    """

    least: int = 0
    most: int | None = None

    @property
    def is_exact(self) -> bool:
        """Whether the total itself is known."""
        return self.least == self.most

    @classmethod
    def exactly(cls, tokens: int) -> Context:
        """A total that is known."""
        return cls(tokens, tokens)

    def and_(self, other: Context) -> Context:
        """What follows from both; where they contradict each other, what this one says."""
        known = [each for each in (self.most, other.most) if each is not None]
        least, most = max(self.least, other.least), min(known, default=None)
        return self if most is not None and most < least else Context(least, most)


@dataclass(frozen=True, slots=True)
class Subject:
    """One usage record.

    Attributes:
        provider: The ``service_provider_name``.
        meter: What it counts.
        at: The start of its charge period, in UTC.
        quantity: Its ``consumed_quantity``; negative on what takes back.
        values: Its columns that prices can state, such as ``canonical_model_id`` and ``token_direction``.
        currency: The currency in which it is priced; None where it states none.
        context: What is known of its request.
        as_of: The instant whose prices count, where that is not the start of the charge period: the time of day and the
            day of the week stay those of the record.
        earlier: What was consumed earlier in the tier's period, by the number of the tier family in the rate card.
        until: The end of its charge period, where it may be of many requests at different times; None where the start
            decides.
        restated: The quantity that was stated before, to which the record states the difference, negative where it
            takes such a difference back; None where nobody knows.
    """

    provider: str
    meter: str
    at: datetime
    quantity: Decimal
    values: Mapping[str, str | None]
    currency: str | None = None
    context: Context = Context()
    as_of: datetime | None = None
    earlier: Mapping[int, Decimal] = field(default_factory=dict)
    until: datetime | None = None
    restated: Decimal | None = Decimal(0)
