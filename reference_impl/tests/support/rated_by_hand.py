"""What a record costs by the text of the chapter *Price*: every price is looked at, for every part of the record."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from fractions import Fraction
from itertools import pairwise

from calls import Row
from rate_scenarios import DAYS

Amount = tuple[Fraction, str]
_SUBJECT = (
    *("canonical_model_id", "ai_service", "meter_variant", "processing_tier", "processing_tier_reported"),
    *("token_direction", "token_cache_action", "token_cache_ttl_seconds", "token_modality", "token_role"),
    *("region_id", "region_scope"),
)
_ORDER = (*_SUBJECT, "days_of_week", "window_start_utc")
"""As the table of the chapter ranks them, behind the kind of the price."""


class AmbiguousError(Exception):
    """Two prices of one rank apply."""


def instant(text: str) -> datetime:
    return datetime.fromisoformat(text)


@dataclass(frozen=True, slots=True)
class Desk:
    """Prices of one kind, and all usage, in the order of the input."""

    prices: Sequence[Row]
    usage: Sequence[Row]

    def amount(self, row: Row) -> Amount | None:
        """What a record costs, and the currency; None where nobody can tell.

        Raises:
            AmbiguousError: Two prices of one rank apply.
        """
        start, end = instant(row["charge_period_start"]), instant(row["charge_period_end"])
        found = self._at(row, start)
        if found is None or self._is_one_request(self._original(row)):
            return found
        seen = set[tuple[bool, ...]]()
        for each in self._turns(start, end):
            state = tuple(_applies_at(price, each) for price in self.prices)
            if state not in seen and self._at(row, each) != found:
                return None
            seen.add(state)
        return found

    def _turns(self, start: datetime, end: datetime) -> Iterator[datetime]:
        """Every instant of the period at which anything may begin or end."""
        offsets = {timedelta(0), *(_time(p[name]) for p in self.prices for name in p if name.startswith("window_"))}
        midnight = start.replace(hour=0, minute=0, second=0)
        for days in range((end - midnight).days + 1):
            yield from (at for each in offsets if start < (at := midnight + timedelta(days=days) + each) < end)
        limits = (instant(p[name]) for p in self.prices for name in ("effective_from", "effective_to") if name in p)
        yield from (each for each in limits if start < each < end)

    def _at(self, row: Row, at: datetime) -> Amount | None:
        """The cost at the prices of one instant."""
        wanted = row.get("billing_currency")
        prices = [each for each in self.prices if _is_for(each, row) and _applies_at(each, at)]
        prices = [each for each in prices if wanted in {None, each["pricing_currency"]}]
        if len({each["pricing_currency"] for each in prices}) != 1:
            return None
        quantity = Fraction(row["consumed_quantity"])
        parts: list[tuple[Row, Fraction]] = []
        for context, share in self._bands(row, prices):
            for first, last in self._pieces(row, prices, abs(quantity)):
                price = self._choose(row, prices, context, first)
                if price is None:
                    return None
                parts.append((price, share * (last - first)))
        least = max(Fraction(price.get("minimum_billable_quantity", 0)) for price, _ in parts)
        if 0 < abs(quantity) < least:
            parts.append((parts[-1][0], least - abs(quantity)))
        cost = sum((Fraction(p["unit_price"]) * part / p["pricing_block_size"] for p, part in parts), Fraction(0))
        return (-cost if quantity < 0 else cost), prices[0]["pricing_currency"]

    def _bands(self, row: Row, prices: Sequence[Row]) -> Iterator[tuple[tuple[int, int | None], Fraction]]:
        """What marginal prices tell apart of a request's input, and which share of it that is."""
        low, high = self._context(row)
        marginal = [each for each in prices if each.get("context_price_scope") == "marginal"]
        if not marginal or not high or low != high:
            yield (0, None if high is None else max(high - 1, 0)), Fraction(1)
            return
        ends = {p[name] for p in marginal for name in ("minimum_context_tokens", "maximum_context_tokens") if name in p}
        for first, last in pairwise(sorted({0, high, *(end for end in ends if end < high)})):
            yield (first, last - 1), Fraction(last - first, high)

    def _pieces(self, row: Row, prices: Sequence[Row], quantity: Fraction) -> Sequence[tuple[Fraction, Fraction]]:
        """The record, cut where a quantity tier ends."""
        cuts = {Fraction(0), quantity}
        for price in prices:
            for name in {"quantity_tier_minimum", "quantity_tier_maximum"} & price.keys():
                place = Fraction(price[name]) - self._earlier(price, row)
                cuts |= {place} if 0 < place < quantity else set()
        return list(pairwise(sorted(cuts))) or [(Fraction(0), Fraction(0))]

    def _choose(self, row: Row, prices: Sequence[Row], band: tuple[int, int | None], place: Fraction) -> Row | None:
        """The price of a part: the first in the order of specificity of those that apply to it."""
        for rank in sorted({_rank(each) for each in prices}):
            found = []
            for price in (each for each in prices if _rank(each) == rank):
                within = band if price.get("context_price_scope") == "marginal" else self._context(row)
                holds = _holds_context(price, *within)
                if holds is None:
                    return None
                if holds and self._holds_tier(price, row, place):
                    found.append(price)
            if len(found) > 1:
                raise AmbiguousError
            if found:
                return found[0]
        return None

    def _holds_tier(self, price: Row, row: Row, place: Fraction) -> bool:
        if "quantity_tier_period" not in price:
            return True
        at, top = self._earlier(price, row) + place, price.get("quantity_tier_maximum")
        return Fraction(price.get("quantity_tier_minimum", 0)) <= at and (top is None or at < Fraction(top))

    def _earlier(self, price: Row, row: Row) -> Fraction:
        """What was consumed before a record of what a price is for, in its period and account."""
        own = self._original(row)
        retracted = {each.get("corrects_record_id") for each in self.usage}
        before = Fraction(0)
        for each in sorted(self.usage, key=lambda other: instant(other["charge_period_start"])):
            if each is own:
                break
            same = each.get("billing_account_id") == own.get("billing_account_id")
            period = price["quantity_tier_period"]
            same = same and _period(each, period) == _period(own, period) and _is_for(price, each)
            if same and each["record_type"] == "original" and each["record_id"] not in retracted:
                before += Fraction(each["consumed_quantity"])
        return before

    def _context(self, row: Row) -> tuple[int, int | None]:
        """The least and the largest total input that a request may have had."""
        own = self._original(row)
        low, high = own.get("minimum_context_tokens", 0), own.get("maximum_context_tokens")
        high = None if high is None else high - 1
        group = [each for each in self.usage if each["usage_group_id"] == own["usage_group_id"]]
        inputs = [int(each["consumed_quantity"]) for each in group if _is_original_input(each)]
        if not inputs:
            return low, high
        least = max(low, sum(inputs) if self._is_one_request(own) else 0)
        most = sum(inputs) if high is None else min(high, sum(inputs))
        return (least, most) if least <= most else (low, high)

    def _is_one_request(self, row: Row) -> bool:
        group = [each for each in self.usage if each["usage_group_id"] == row["usage_group_id"]]
        calls = [each for each in group if each["meter"] == "requests" and each["record_type"] == "original"]
        counted = sum(int(each["consumed_quantity"]) for each in calls)
        return counted == 1 or any("step_id" in each for each in group)

    def _original(self, row: Row) -> Row:
        """The record that a retraction takes back; any other one itself."""
        if row["record_type"] != "retraction":
            return row
        return next(each for each in self.usage if each["record_id"] == row["corrects_record_id"])


def _is_original_input(row: Row) -> bool:
    return (row["record_type"], row["meter"], row.get("token_direction")) == ("original", "tokens", "input")


def _is_for(price: Row, row: Row) -> bool:
    names = ("service_provider_name", "meter", *(name for name in _SUBJECT if name in price))
    return all(row.get(name) == price[name] for name in names)


def _applies_at(price: Row, at: datetime) -> bool:
    if at < instant(price["effective_from"]) or ("effective_to" in price and at >= instant(price["effective_to"])):
        return False
    days = price.get("days_of_week", DAYS)
    begin, end = (
        _time(price.get(f"window_{name}_utc", default)) for name, default in (("start", "0:0"), ("end", "24:0"))
    )
    end += timedelta(days=1) if end <= begin else timedelta(0)
    midnight = at.replace(hour=0, minute=0, second=0)
    starts = (day for back in (0, 1) if DAYS[(day := midnight - timedelta(days=back)).weekday()] in days)
    return any(day + begin <= at < day + end for day in starts)


def _holds_context(price: Row, low: int, high: int | None) -> bool | None:
    """Whether all that a total input may be lies within the bounds of a price, or nothing of it; None for a part."""
    least, end = price.get("minimum_context_tokens", 0), price.get("maximum_context_tokens")
    if low >= least and (end is None or (high is not None and high < end)):
        return True
    return False if (high is not None and high < least) or (end is not None and low >= end) else None


def _rank(price: Row) -> tuple[bool, ...]:
    return (price["price_kind"] != "contracted", *(name not in price for name in _ORDER))


def _period(row: Row, period: str) -> str:
    return str(row["charge_period_start"])[: {"day": 10, "month": 7, "year": 4, "once": 0}[period]]


def _time(text: str) -> timedelta:
    hours, minutes = text.split(":")
    return timedelta(hours=int(hours), minutes=int(minutes))
