"""Rating: one record at the prices of a card, against prices that are looked up unit by unit."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from opentokenomics.pricing import (
    Bounds,
    Context,
    Price,
    PricingError,
    RateCard,
    Rating,
    Reason,
    Subject,
    Unpriced,
    rate,
)
from opentokenomics.pricing._price import subject_columns

NOON = datetime(2026, 8, 28, 12, tzinfo=UTC)  # a Friday
MODEL = {"canonical_model_id": "example/model", "token_direction": "input", "processing_tier": "standard"}

BASE = Price(
    price_id="base",
    provider="Example",
    meter="tokens",
    currency="USD",
    is_contracted=False,
    subject={"canonical_model_id": "example/model"},
    effective_from=datetime(2026, 1, 1, tzinfo=UTC),
    effective_to=None,
    unit_price=Decimal(2),
    pricing_unit="1000000 tokens",
    block_size=1_000_000,
)


def subject(quantity: object = 1000, **changes: object) -> Subject:
    values = {**MODEL, **changes.pop("values", {})}  # type: ignore[dict-item]
    return Subject("Example", "tokens", NOON, Decimal(str(quantity)), values, **changes)  # type: ignore[arg-type]


def rated(prices: Sequence[Price], what: Subject) -> Rating:
    found = rate(RateCard(prices), what)
    assert isinstance(found, Rating), found
    return found


def refused(prices: Sequence[Price], what: Subject) -> Unpriced:
    found = rate(RateCard(prices), what)
    assert isinstance(found, Unpriced), found
    return found


class TestChoice:
    """Of the prices that apply, the one that ranks first is taken."""

    @given(st.data())
    def test_is_the_first_in_the_order_of_specificity(self, data: st.DataObject) -> None:
        names = subject_columns()
        values = dict.fromkeys(names, "x")
        kinds = data.draw(
            st.lists(st.tuples(st.booleans(), st.frozensets(st.sampled_from(names))), min_size=1, unique=True)
        )
        prices = [
            replace(BASE, price_id=str(number), is_contracted=contracted, subject=dict.fromkeys(stated, "x"))
            for number, (contracted, stated) in enumerate(kinds)
        ]
        chosen = rated(prices, Subject("Example", "tokens", NOON, Decimal(1), values)).price
        assert chosen is not None
        # Said in another way: of the kinds that are left, keep those that state the next column, if there are any.
        left = list(prices)
        left = [each for each in left if each.is_contracted] or left
        for name in names:
            left = [each for each in left if name in each.subject] or left
        assert [chosen] == left

    def test_needs_every_value_that_a_price_states(self) -> None:
        batch = replace(BASE, price_id="batch", subject={**BASE.subject, "processing_tier": "batch"})
        assert rated([BASE, batch], subject()).price == BASE
        assert refused([batch], subject()) == Unpriced(Reason.NONE, "processing_tier=standard")
        assert refused([batch], subject(values={"processing_tier": None})) == Unpriced(
            Reason.LEFT_OUT, "processing_tier"
        )

    def test_says_why_there_is_none(self) -> None:
        assert refused([BASE], subject(values={"canonical_model_id": "other"})) == Unpriced(
            Reason.MODEL, "other of Example"
        )
        assert refused([BASE], replace(subject(), meter="images")) == Unpriced(Reason.METER, "images")
        assert refused([BASE], subject(currency="EUR")) == Unpriced(Reason.CURRENCY, "USD")

    def test_says_what_sets_a_record_apart_from_the_nearest_prices(self) -> None:
        far = replace(BASE, subject={**BASE.subject, "processing_tier": "batch", "token_direction": "output"})
        near = [replace(BASE, subject={**BASE.subject, "region_id": name}) for name in ("r-1", "r-2")]
        record = subject(values={"token_direction": "input", "region_id": "r-3"})
        assert refused([far, *near], record) == Unpriced(Reason.NONE, "region_id=r-3")

    def test_says_on_which_side_of_its_prices_a_record_lies(self) -> None:
        ended = replace(BASE, effective_to=datetime(2027, 1, 1, tzinfo=UTC))
        early, late = (replace(subject(), at=datetime(year, 1, 1, tzinfo=UTC)) for year in (2025, 2027))
        assert refused([BASE], early) == Unpriced(Reason.NONE, f"before {BASE.effective_from:%Y-%m-%d}")
        assert refused([ended], late) == Unpriced(Reason.NONE, "from 2027-01-01 on")
        assert refused([replace(BASE, window=(time(1), time(2)))], subject()) == Unpriced(Reason.NONE)

    def test_takes_no_currency_by_guess(self) -> None:
        euro = replace(BASE, price_id="euro", currency="EUR")
        assert refused([BASE, euro], subject()) == Unpriced(Reason.CURRENCY, "EUR, USD")
        assert rated([BASE, euro], subject(currency="EUR")).price == euro

    def test_of_two_that_cannot_be_told_apart_is_an_error(self) -> None:
        nightly = replace(BASE, price_id="night", window=(time(11), time(13)))
        other = replace(BASE, price_id="noon", window=(time(12), time(14)))
        with pytest.raises(PricingError, match="The prices night and noon apply to one record") as error:
            rate(RateCard([nightly, other, BASE]), subject())
        assert error.value.code == "price_ambiguous"


class TestTime:
    @pytest.mark.parametrize(
        ("at", "applies"),
        [
            ("2026-08-28T16:29:59", False),
            ("2026-08-28T16:30:00", True),
            ("2026-08-29T00:29:59", True),  # still the night of Friday
            ("2026-08-29T00:30:00", False),
            ("2026-08-29T16:30:00", False),  # the night of Saturday
            ("2026-08-28T00:10:00", False),  # the night of Thursday
        ],
    )
    def test_a_window_across_midnight_belongs_to_the_day_on_which_it_begins(self, at: str, applies: bool) -> None:  # noqa: FBT001
        night = replace(BASE, price_id="night", days=frozenset({4}), window=(time(16, 30), time(0, 30)))
        found = rated([BASE, night], replace(subject(), at=datetime.fromisoformat(at).replace(tzinfo=UTC)))
        assert found.price == (night if applies else BASE)

    NIGHT = replace(BASE, price_id="night", window=(time(16, 30), time(0, 30)), unit_price=Decimal(1))

    @pytest.mark.parametrize(
        ("start", "end", "cost"),
        [
            ("2026-08-28T00:00:00", "2026-08-28T00:30:00", "1"),
            ("2026-08-28T00:30:00", "2026-08-28T16:30:00", "2"),
            ("2026-08-28T16:30:00", "2026-08-29T00:30:00", "1"),
            ("2026-08-28T00:00:00", "2026-08-28T00:30:01", None),
            ("2026-08-28T00:00:00", "2026-08-29T00:00:00", None),
            ("2026-08-28T17:00:00", "2026-10-28T17:00:00", None),
        ],
    )
    def test_a_period_in_which_the_price_changes_has_none(self, start: str, end: str, cost: str | None) -> None:
        """Of a day of requests nobody knows how many were made at night."""
        first, last = (datetime.fromisoformat(each).replace(tzinfo=UTC) for each in (start, end))
        what = replace(subject(1_000_000), at=first, until=last)
        found = rate(RateCard([BASE, self.NIGHT]), what)
        assert found == Unpriced(Reason.TIME) if cost is None else isinstance(found, Rating)
        assert isinstance(found, Unpriced) or found.cost == Decimal(str(cost))
        assert isinstance(rate(RateCard([BASE, replace(self.NIGHT, unit_price=BASE.unit_price)]), what), Rating)
        assert isinstance(rate(RateCard([BASE, self.NIGHT]), replace(what, until=None)), Rating)

    @pytest.mark.parametrize(("days", "known"), [(1, True), (2, True), (3, False), (9000, False)])
    def test_a_period_of_days_with_different_prices_has_none(self, days: int, known: bool) -> None:  # noqa: FBT001
        weekend = replace(BASE, price_id="weekend", days=frozenset({5, 6}), unit_price=Decimal(1))
        saturday = datetime(2026, 8, 29, tzinfo=UTC)
        what = replace(subject(), at=saturday, until=saturday + timedelta(days=days))
        assert isinstance(rate(RateCard([BASE, weekend]), what), Rating) is known

    @given(
        hours=st.lists(st.integers(0, 23), min_size=2, max_size=2, unique=True),
        days=st.none() | st.frozensets(st.integers(0, 6), min_size=1),
        limits=st.lists(st.integers(0, 600), min_size=2, max_size=2, unique=True),
        period=st.lists(st.integers(0, 600), min_size=2, max_size=2, unique=True),
    )
    def test_a_period_has_a_price_where_each_of_its_hours_has_it(
        self, hours: list[int], days: frozenset[int] | None, limits: list[int], period: list[int]
    ) -> None:
        """Prices that begin and end on the hour, against the hours one by one."""
        first, last, start, end = (NOON + timedelta(hours=each) for each in (*sorted(limits), *sorted(period)))
        window = (time(hours[0]), time(hours[1]))
        other = replace(BASE, window=window, days=days, effective_from=first, effective_to=last, unit_price=Decimal(3))
        card, steps = RateCard([BASE, other]), int((end - start) / timedelta(hours=1))
        each_hour = {rated([BASE, other], replace(subject(), at=start + timedelta(hours=n))).cost for n in range(steps)}
        found = rate(card, replace(subject(), at=start, until=end))
        assert isinstance(found, Rating) is (len(each_hour) == 1)

    def test_a_price_that_begins_late_in_a_long_period_counts(self) -> None:
        years = replace(subject(), at=NOON, until=NOON + timedelta(days=2000))
        late = replace(self.NIGHT, effective_from=NOON + timedelta(days=900))
        assert refused([BASE, late], years) == Unpriced(Reason.TIME)
        assert isinstance(rate(RateCard([BASE, replace(late, effective_from=years.until or NOON)]), years), Rating)

    def test_a_period_in_which_a_price_ends_has_none(self) -> None:
        old, new = replace(BASE, effective_to=NOON), replace(BASE, effective_from=NOON, unit_price=Decimal(3))
        day = replace(subject(), at=NOON - timedelta(hours=1), until=NOON)
        assert rated([old, new], day).price == old
        later = replace(day, until=NOON + timedelta(seconds=1))
        assert refused([old, new], later) == Unpriced(Reason.TIME)
        assert refused([old], later) == Unpriced(Reason.TIME)
        assert rated([old, new], replace(later, as_of=NOON)).price == new

    def test_an_end_is_exclusive(self) -> None:
        old = replace(BASE, price_id="old", effective_to=NOON)
        new = replace(BASE, price_id="new", effective_from=NOON, unit_price=Decimal(3))
        assert rated([old, new], subject()).price == new


class TestContext:
    """Prices beyond a number of tokens in the request."""

    SHORT = replace(BASE, price_id="short", context=Bounds(0, 200_001))
    LONG = replace(BASE, price_id="long", context=Bounds(200_001), unit_price=Decimal(4))

    @pytest.mark.parametrize(("total", "name"), [(0, "short"), (200_000, "short"), (200_001, "long")])
    def test_decides_for_the_whole_request(self, total: int, name: str) -> None:
        found = rated([self.SHORT, self.LONG], subject(context=Context.exactly(total)))
        assert found.price is not None
        assert found.price.price_id == name

    def test_of_three_requests_is_not_that_of_their_sum(self) -> None:
        """300,000 tokens are 3 short requests or one long one; a bucket does not say which."""
        prices = [self.SHORT, self.LONG]
        assert refused(prices, subject(300_000, context=Context(0, 300_000))) == Unpriced(Reason.CONTEXT)
        one = rated(prices, subject(300_000, context=Context.exactly(300_000))).cost
        three = sum(rated(prices, subject(100_000, context=Context.exactly(100_000))).cost for _ in range(3))
        assert (one, three) == (Decimal("1.2"), Decimal("0.6"))

    def test_is_known_where_a_whole_bucket_is_short(self) -> None:
        assert rated([self.SHORT, self.LONG], subject(context=Context(0, 200_000))).price == self.SHORT

    def test_is_known_from_a_band(self) -> None:
        assert rated([self.SHORT, self.LONG], subject(context=Context(200_001, None))).price == self.LONG
        assert refused([self.SHORT, self.LONG], subject(context=Context(100_000, None))) == Unpriced(Reason.CONTEXT)

    @given(
        total=st.integers(1, 60),
        ends=st.lists(st.integers(1, 50), unique=True, max_size=4),
        amounts=st.lists(st.integers(0, 9), min_size=5, max_size=5),
    )
    def test_that_is_marginal_prices_each_token_by_its_place(
        self, total: int, ends: list[int], amounts: list[int]
    ) -> None:
        bounds = [0, *sorted(ends)]
        prices = [
            replace(BASE, price_id=str(low), context=Bounds(low, high), is_marginal=True, unit_price=Decimal(amount))
            for low, high, amount in zip(bounds, [*bounds[1:], None], amounts, strict=False)
        ]
        one_by_one = sum(
            price.unit_price
            for place in range(total)
            for price in prices
            if price.context is not None and price.context.holds(place, place)
        )
        found = rated(prices, subject(total, context=Context.exactly(total)))
        assert found.cost * 1_000_000 == one_by_one
        assert found.quantity == total
        half = rated(
            prices, subject(Fraction(total, 2).limit_denominator(2).__float__(), context=Context.exactly(total))
        )
        assert 2 * half.cost * 1_000_000 == one_by_one

    MARGINAL = tuple(replace(each, is_marginal=True) for each in (SHORT, LONG))

    @pytest.mark.parametrize(
        ("known", "name"),
        [
            (Context(0, 200_001), "short"),
            (Context(0, 200_002), None),
            (Context(200_002, None), None),
            (Context(200_002, 300_000), None),
        ],
    )
    def test_that_is_marginal_needs_the_places_of_all_tokens(self, known: Context, name: str | None) -> None:
        """A request beyond a bound has its first tokens below it."""
        found = rate(RateCard(self.MARGINAL), subject(context=known))
        assert (found.price.price_id if isinstance(found, Rating) and found.price else None) == name
        assert isinstance(found, Rating) or found == Unpriced(Reason.CONTEXT)

    def test_of_a_band_counts_where_its_group_says_less(self) -> None:
        """A group may hold a part of a request only, such as what was read from the cache."""
        assert Context(200_001, None).and_(Context.exactly(50)) == Context(200_001, None)
        assert Context(0, 200_001).and_(Context.exactly(50)) == Context.exactly(50)


class TestTiers:
    """Prices that depend on what was consumed earlier."""

    @given(
        earlier=st.integers(0, 40),
        quantity=st.integers(1, 40),
        ends=st.lists(st.integers(1, 60), unique=True, max_size=4),
        amounts=st.lists(st.integers(0, 9), min_size=5, max_size=5),
        block=st.sampled_from([1, 1000, 1_000_000]),
    )
    def test_price_each_unit_by_what_came_before_it(
        self, earlier: int, quantity: int, ends: list[int], amounts: list[int], block: int
    ) -> None:
        bounds = [0, *sorted(ends)]
        prices = [
            replace(
                BASE,
                price_id=str(low),
                tier=Bounds(low, high),
                tier_period="month",
                unit_price=Decimal(a),
                block_size=block,
            )
            for low, high, a in zip(bounds, [*bounds[1:], None], amounts, strict=False)
        ]
        one_by_one = sum(
            price.unit_price
            for place in range(earlier, earlier + quantity)
            for price in prices
            if price.tier is not None and price.tier.holds(place, place)
        )
        found = rated(prices, subject(quantity, earlier={0: Decimal(earlier)}))
        assert found.cost * block == one_by_one
        taken_back = rated(prices, subject(-quantity, earlier={0: Decimal(earlier)}))
        assert taken_back.cost == -found.cost

    def test_are_not_guessed_where_nobody_counted(self) -> None:
        tier = replace(BASE, tier=Bounds(0, 10), tier_period="month")
        assert refused([tier], subject()) == Unpriced(Reason.TIER)


class TestAmounts:
    @given(
        quantity=st.decimals(0, 10**12, places=6),
        amount=st.decimals(0, 1000, places=12),
        block=st.sampled_from([1, 1000, 1_000_000]),
    )
    def test_do_not_depend_on_the_unit_of_the_price(self, quantity: Decimal, amount: Decimal, block: int) -> None:
        """The same price per token, per thousand and per million."""
        per_unit = replace(BASE, unit_price=amount, block_size=1)
        per_block = replace(BASE, unit_price=amount * block, block_size=block)
        assert rated([per_unit], subject(quantity)).cost == rated([per_block], subject(quantity)).cost

    def test_are_rounded_half_to_even_at_the_eighteenth_digit(self) -> None:
        price = replace(BASE, unit_price=Decimal("0.000000000001"), block_size=2_000_000)
        assert rated([price], subject(1)).cost == 0
        assert rated([price], subject(3)).cost == Decimal("0.000000000000000002")

    @pytest.mark.parametrize(
        ("quantity", "billed"), [("0", "0"), ("0.5", "10"), ("10", "10"), ("11", "11"), ("-3", "-10")]
    )
    def test_of_little_are_those_of_the_least_billable_quantity(self, quantity: str, billed: str) -> None:
        price = replace(BASE, minimum_quantity=Decimal(10), block_size=1)
        assert rated([price], subject(quantity)).quantity == Fraction(billed)

    @pytest.mark.parametrize(
        ("restated", "quantity", "billed"),
        [
            ("100", "-3", "-3"),
            ("4", "3", "0"),
            ("4", "8", "2"),
            ("12", "-8", "-2"),
            ("4", "-4", "-10"),
            ("0", "3", "10"),
        ],
    )
    def test_of_a_difference_are_the_difference_of_what_is_billed(
        self, restated: str, quantity: str, billed: str
    ) -> None:
        price = replace(BASE, minimum_quantity=Decimal(10), block_size=1)
        assert rated([price], subject(quantity, restated=Decimal(restated))).quantity == Fraction(billed)
        assert rated([BASE], subject(quantity, restated=Decimal(restated))).quantity == Fraction(quantity)
        back = subject(-Decimal(quantity), restated=-Decimal(restated))
        assert rated([price], back).quantity == -Fraction(billed)

    def test_of_a_difference_to_nobody_knows_what_are_not_guessed(self) -> None:
        price = replace(BASE, minimum_quantity=Decimal(10))
        assert refused([price], subject(restated=None)) == Unpriced(Reason.TIER)
        assert rated([BASE], subject(restated=None)).price == BASE
