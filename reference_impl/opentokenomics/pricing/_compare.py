"""The same usage at two rate cards: a renewal, another vendor, another tier."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from decimal import Decimal
from fractions import Fraction
from os import PathLike

from opentokenomics.engines import Notice, Progress, Records, consult, files_of
from opentokenomics.exact_decimal import EXACT, rounded
from opentokenomics.pricing._card import RateCard
from opentokenomics.pricing._default import default_card
from opentokenomics.pricing._errors import PricingError
from opentokenomics.pricing._given import Usage, card_of, columns_of_prices, refuse_faulty, several
from opentokenomics.pricing._groups import Groups
from opentokenomics.pricing._left import Leftovers
from opentokenomics.pricing._price import subject_columns
from opentokenomics.pricing._rate import Rating, rate
from opentokenomics.pricing._subjects import Pricing, Taken, columns_needed, refuse_no_value, subjects
from opentokenomics.report import Report

_CHANGEABLE = ("service_provider_name",)


@dataclass(slots=True)
class Compared:
    """What one group of usage costs at either rate card, in one currency.

    Attributes:
        key: What makes the group.
        currency: The currency of the amounts.
        records: How many records both cards price; only these are in the amounts.
        first: What they cost at the first card.
        second: What they cost at the second card.
    """

    key: tuple[str | None, ...]
    currency: str
    records: int = 0
    first: Decimal = Decimal(0)
    second: Decimal = Decimal(0)

    @property
    def difference(self) -> Decimal:
        """How much dearer the second card is."""
        return EXACT.subtract(self.second, self.first)

    @property
    def ratio(self) -> Decimal | None:
        """The second amount by the first, to 18 digits; None where the first is 0."""
        return None if self.first == 0 else rounded(Fraction(self.second) / Fraction(self.first))


@dataclass(slots=True)
class Comparison:
    """Two rate cards, compared.

    Attributes:
        by: The names of what makes the groups.
        groups: The groups, the largest difference first.
        compared: How many records both cards price, in one currency.
        only_first: How many records only the first card prices.
        only_second: How many records only the second card prices.
        neither: How many records that consumed something neither prices.
        other_currency: How many records the cards price in two currencies.
        first_alone: What the records cost that only the first card prices, by currency.
        second_alone: What the records cost that only the second card prices, by currency.
        first_left: What the first card does not price, and why.
        second_left: What the second card does not price, and why.
    """

    by: Sequence[str]
    groups: list[Compared] = field(default_factory=list)
    compared: int = 0
    only_first: int = 0
    only_second: int = 0
    neither: int = 0
    other_currency: int = 0
    first_alone: dict[str, Decimal] = field(default_factory=dict)
    second_alone: dict[str, Decimal] = field(default_factory=dict)
    first_left: Leftovers = field(default_factory=Leftovers)
    second_left: Leftovers = field(default_factory=Leftovers)

    def totals(self) -> list[Compared]:
        """All groups together, by currency."""
        found: dict[str, Compared] = {}
        for each in self.groups:
            total = found.setdefault(each.currency, Compared((), each.currency))
            total.records += each.records
            total.first = EXACT.add(total.first, each.first)
            total.second = EXACT.add(total.second, each.second)
        return [found[name] for name in sorted(found)]


def compare_rates(  # noqa: PLR0913 - one for each thing that a caller may say
    usage: Usage,
    cards: tuple[str | PathLike[str] | None, str | PathLike[str] | None],
    *,
    by: Sequence[str] = (),
    changes: Mapping[str, str] | None = None,
    as_of: datetime | None = None,
    taken: Taken | None = None,
    progress: Progress | None = None,
    notice: Notice | None = None,
) -> Comparison:
    """What usage costs at two rate cards.

    Args:
        usage: One or several files, folders, archives or bundles with usage; they have to conform to the profile
            *metering*.
        cards: Two files, folders, archives or bundles with prices; None is the published prices that come with the
            package.
        by: What makes groups (see :class:`Groups`).
        changes: Values that records have at the second card in place of their own, such as another
            ``service_provider_name`` with another ``canonical_model_id``, or the ``processing_tier`` ``batch``.
        as_of: The instant whose prices count at the second card, such as the first one of a renewal; None for the start
            of each charge period.
        taken: What records are taken for.
        progress: Told how far the work is.
        notice: Told, in a sentence, which files of a folder or an archive are left aside, and why.

    Raises:
        InputError: As for :func:`opentokenomics.pricing.price_usage`.
        PricingError: As for :func:`opentokenomics.pricing.price_usage`; a name makes no groups
            (``column_not_groupable``), or is nothing that prices depend on (``change_unknown``); no price has such a
            value (``value_unknown``).
        ResourceError: Memory or the folder for temporary files is full.
    """
    groups, taken, changes = Groups(tuple(dict.fromkeys(by))), taken or Taken(), changes or {}
    groups.refuse_unknown()
    taken.refuse_unknown()
    for name in changes:
        if name not in {*subject_columns(), *_CHANGEABLE}:
            known = ", ".join((*_CHANGEABLE, *subject_columns()))
            raise PricingError("change_unknown", f"No price depends on {name}.", f"Change one of {known}.")
    refuse_no_value(changes)
    first, second = (_card(each, progress, notice) for each in cards)

    def ask(report: Report, records: Records) -> Comparison:
        refuse_faulty(report)
        changed = ", ".join(f'{_literal(value)} AS "{name}"' for name, value in changes.items())
        if "canonical_model_id" in changes:
            changed += ", CAST(NULL AS VARCHAR) AS model_id"  # by its old name, it would still be found
        replaced = f"REPLACE ({changed})" if changed else ""
        records.run(f"CREATE VIEW changed AS SELECT * {replaced} FROM usage")  # noqa: S608 - names of the standard
        before = subjects(records, first, taken, further=groups.sql("u"))
        after = subjects(records, second, taken, usage="changed")
        return _compared(groups, zip(before, after, strict=True), (first, second), as_of)

    wanted = {"usage": list(dict.fromkeys((*columns_needed(), *groups.columns)))}
    with files_of("usage", several(usage), progress=progress, notice=notice) as files:
        return consult(files, wanted, ask, progress=progress)


def _card(file: str | PathLike[str] | None, progress: Progress | None, notice: Notice | None) -> RateCard:
    if file is None:
        return default_card()

    def ask(report: Report, records: Records) -> RateCard:
        refuse_faulty(report)
        return card_of(records)

    with files_of("price", [file], progress=progress, notice=notice) as files:
        return consult(files, {"price": columns_of_prices()}, ask, progress=progress)


def _compared(
    groups: Groups,
    pairs: Iterator[tuple[Pricing, Pricing]],
    cards: tuple[RateCard, RateCard],
    as_of: datetime | None,
) -> Comparison:
    result = Comparison(groups.names)
    found: dict[tuple[tuple[str | None, ...], str], Compared] = {}
    for before, after in pairs:
        if before.subject is None or after.subject is None:
            continue
        one, other = rate(cards[0], before.subject), rate(cards[1], replace(after.subject, as_of=as_of))
        if not isinstance(one, Rating) or not isinstance(other, Rating):
            result.only_first += isinstance(one, Rating)
            result.only_second += isinstance(other, Rating)
            result.neither += not isinstance(one, Rating) and not isinstance(other, Rating)
            for rating, subject, alone, left in (
                (one, before.subject, result.first_alone, result.first_left),
                (other, after.subject, result.second_alone, result.second_left),
            ):
                if isinstance(rating, Rating):
                    alone[rating.currency] = EXACT.add(alone.get(rating.currency, Decimal(0)), rating.cost)
                else:
                    left.leave(rating, subject)
        elif one.currency != other.currency:
            result.other_currency += 1
        else:
            key = tuple(None if value is None else str(value) for value in before.key)
            group = found.setdefault((key, one.currency), Compared(key, one.currency))
            group.records += 1
            group.first = EXACT.add(group.first, one.cost)
            group.second = EXACT.add(group.second, other.cost)
            result.compared += 1
    ordered = sorted(found.values(), key=lambda each: (each.currency, -abs(each.difference), str(each.key)))
    result.groups = ordered
    return result


def _literal(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
