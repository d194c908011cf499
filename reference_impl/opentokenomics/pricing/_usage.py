"""From files of usage to priced records."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from os import PathLike

from opentokenomics.engines import Notice, Progress, Records, consult, files_of
from opentokenomics.errors import InputError
from opentokenomics.exact_decimal import EXACT
from opentokenomics.pricing._card import RateCard
from opentokenomics.pricing._default import default_card
from opentokenomics.pricing._fill import agrees, filled, is_priced, is_statable
from opentokenomics.pricing._given import Usage, card_of, columns_of_prices, refuse_faulty, several
from opentokenomics.pricing._left import Leftovers
from opentokenomics.pricing._price import Bounds, Price
from opentokenomics.pricing._rate import Rating, Reason, Unpriced, rate
from opentokenomics.pricing._subject import Subject
from opentokenomics.pricing._subjects import Pricing, Taken, columns_needed, subjects
from opentokenomics.report import Report
from opentokenomics.standard import Profile

Row = dict[str, object]

_KINDS = ("list", "contracted")
_OWN_AMOUNTS = ("billed_cost", "effective_cost")
_AMOUNTS = (*_OWN_AMOUNTS, *(f"{kind}_cost" for kind in _KINDS))


@dataclass(slots=True)
class Summary:
    """What became of the records.

    Attributes:
        records: How many there are.
        priced: How many got a price.
        stated: How many had one already, or state another quantity that was priced; they were left as they are.
        without_quantity: How many measure nothing, such as purchases and cost-only records.
        outlasting: How many of those that got a price are of several requests and end in a later period of a quantity
            tier than they start in, where they count as a whole.
        amounts: What was filled in, by kind (``list`` or ``contracted``) and currency.
        left: What was left without a price.
    """

    records: int = 0
    priced: int = 0
    stated: int = 0
    without_quantity: int = 0
    outlasting: int = 0
    amounts: dict[tuple[str, str], Decimal] = field(default_factory=dict)
    left: Leftovers = field(default_factory=Leftovers)

    def add(self, ratings: Mapping[str, Rating], subject: Subject) -> None:
        """Counts a record that got a price, and the amounts of each kind."""
        self.priced += 1
        for kind, rating in ratings.items():
            key = kind, rating.currency
            self.amounts[key] = EXACT.add(self.amounts.get(key, Decimal(0)), rating.cost)
        at, until = subject.at, subject.until
        prices = (part.price for rating in ratings.values() for part in rating.parts)
        self.outlasting += until is not None and any(price.is_outlasted(at, until) for price in prices)


def price_usage(
    usage: Usage,
    write: Callable[[Iterator[Row], Sequence[str]], None],
    *,
    rates: str | PathLike[str] | None = None,
    taken: Taken | None = None,
    progress: Progress | None = None,
    notice: Notice | None = None,
) -> Summary:
    """Fills list and contracted prices and costs of usage. What nobody can price stays empty.

    Prices and amounts that a record states already are left as they are, and no billed or effective cost is touched.

    Args:
        usage: One or several files, folders, archives or bundles with usage; they have to conform to the profile
            *metering*.
        write: Takes the records, one at a time, and the names of their ``x_`` columns; it has to read them all.
        rates: A file, folder, archive or bundle with prices; None for the published prices that come with the package.
        taken: What records are taken for.
        progress: Told how far the work is.
        notice: Told, in a sentence, which files of a folder or an archive are left aside, and why.

    Returns:
        What became of the records, once all were written.

    Raises:
        InputError: A file cannot be read, a folder or a bundle holds no usage or no prices (``dataset_missing``), or a
            bundle does not conform (``input_not_conformant``).
        PricingError: A file does not conform (``input_not_conformant``); two prices of one rank apply
            (``price_ambiguous``); an assumption is about no column of prices (``assumption_unknown``), or a value that
            it never has (``value_unknown``).
        ResourceError: Memory or the folder for temporary files is full.
        OSError: What ``write`` raises, as it is.
    """
    taken = taken or Taken()
    taken.refuse_unknown()
    wanted: dict[str, Sequence[str]] = {"usage": columns_needed()}
    if rates is not None:
        wanted["price"] = columns_of_prices()

    def ask(report: Report, records: Records) -> Summary:
        refuse_faulty(report)
        card = default_card() if rates is None else card_of(records)
        summary = Summary()
        _pass_on(_priced(records, card, taken, summary), write, sorted(records.custom("usage")))
        return summary

    try:
        with (
            files_of("usage", several(usage), progress=progress, notice=notice) as files,
            files_of("price", [] if rates is None else [rates], progress=progress, notice=notice) as prices,
        ):
            return consult([*files, *prices], wanted, ask, profile=Profile.METERING, progress=progress)
    except _UnwrittenError as unwritten:
        raise unwritten.error from None


def _pass_on(rows: Iterator[Row], write: Callable[[Iterator[Row], Sequence[str]], None], custom: Sequence[str]) -> None:
    """Lets the rows be written; an error of a system that is not one of reading them is one of the output."""
    reading = _Reading(rows)
    try:
        write(reading, custom)
    except OSError as error:
        if error is reading.failed:
            raise
        raise _UnwrittenError(error) from None


class _UnwrittenError(Exception):
    """Carries an error of the output past what takes the errors of a system for those of the input."""

    def __init__(self, error: OSError) -> None:
        super().__init__(error)
        self.error = error


class _Reading(Iterator[Row]):
    """Rows that remember the error of a system that reading them ended with."""

    def __init__(self, rows: Iterator[Row]) -> None:
        self._rows = rows
        self.failed: OSError | None = None

    def __next__(self) -> Row:
        try:
            return next(self._rows)
        except OSError as error:
            self.failed = error
            raise


def _priced(records: Records, card: RateCard, taken: Taken, summary: Summary) -> Iterator[Row]:
    """The records with what their ratings add."""
    cards = {kind: card.only(contracted=kind == "contracted") for kind in _KINDS}
    found = subjects(records, card, taken)
    for row, pricing in zip(records.originals("usage"), found, strict=True):
        if row.get("record_id") != pricing.record_id:
            raise InputError("input_changed", "The input changed while it was read.", "Price it again.")
        summary.records += 1
        yield row | _additions(row, pricing, cards, summary)


def _additions(row: Row, pricing: Pricing, cards: Mapping[str, RateCard], summary: Summary) -> Row:
    subject = pricing.subject
    if subject is None:
        summary.without_quantity += 1
        return {}
    ratings = _ratings(row, subject, cards)
    if ratings is None:
        summary.stated += 1
        return {}
    if isinstance(ratings, Unpriced):
        summary.left.leave(ratings, subject)
        return {}
    summary.add(ratings, subject)
    added = filled(ratings, row)
    if row.get("billing_currency") is None:
        added["billing_currency"] = next(iter(ratings.values())).currency
    if row.get("cost_carrier") is None and all(row.get(name) is None for name in _OWN_AMOUNTS):
        added["cost_carrier"] = "unknown"
    model = subject.values["canonical_model_id"]
    if pricing.stated_model is None and model is not None:
        added["canonical_model_id"] = model
    elif pricing.stated_model != model:
        added.pop("price_id", None)  # the price is for the model under a name that the record does not have for it
    if any(not _is_of_band(row, part.price) for rating in ratings.values() for part in rating.parts):
        added.pop(
            "price_id", None
        )  # the request is within the bounds of the price, and its band is wider than they are
    return added


def _is_of_band(row: Row, price: Price) -> bool:
    """Whether the context band that a record states, if any, lies within the bounds of a price."""
    low, high = (row.get(f"{end}_context_tokens") for end in ("minimum", "maximum"))
    bounds = price.context or Bounds()
    above = low is None or int(str(low)) >= bounds.minimum
    return above and (high is None or bounds.maximum is None or int(str(high)) <= bounds.maximum)


def _ratings(row: Row, subject: Subject, cards: Mapping[str, RateCard]) -> Mapping[str, Rating] | Unpriced | None:
    """The ratings that a record gets, by kind; None where its source has priced it, or priced another quantity."""
    kinds = [kind for kind in _KINDS if len(cards[kind]) and not is_priced(row, kind)]
    if not kinds:
        return None
    pricing, billing = row.get("pricing_currency"), row.get("billing_currency")
    if pricing not in {None, billing}:
        return Unpriced(Reason.CURRENCY, f"{pricing}, billed in {billing or 'one that is not stated'}")
    found = {kind: rate(cards[kind], subject) for kind in kinds}
    ratings = {kind: each for kind, each in found.items() if isinstance(each, Rating)}
    if not ratings:
        first = next(each for each in found.values() if isinstance(each, Unpriced))
        return None if any(is_priced(row, kind) for kind in _KINDS) else first
    currencies = {each.currency for each in ratings.values()}
    if len(currencies) > 1:
        return Unpriced(Reason.CURRENCY, " and ".join(sorted(currencies)))
    if billing is None and any(row.get(name) is not None for name in _AMOUNTS):
        return Unpriced(Reason.CURRENCY, f"{currencies.pop()}, and amounts without one")
    stated = {kind: each for kind, each in ratings.items() if agrees(each, row)}
    statable = {kind: each for kind, each in stated.items() if is_statable(each)}
    owed = "contracted" if "contracted" in stated else "list"
    return Unpriced(Reason.AMOUNT) if owed in stated and owed not in statable else statable or None
