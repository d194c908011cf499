"""Laws that hold whatever the figures are."""

from __future__ import annotations

from decimal import Decimal, localcontext
from fractions import Fraction
from itertools import pairwise

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from opentokenomics.metrics import (
    Attempt,
    CostLine,
    InputTokens,
    IntervalMethod,
    MetricError,
    OutcomeCost,
    OutcomeStatus,
    QualityPoint,
    Result,
    RunTotal,
    Sampling,
    SharedCost,
    TaskTotal,
    Try,
    attribute,
    baseline_ratio,
    cache_hit_ratio,
    cost_of_pass,
    cost_of_pass_ratio,
    cost_per_outcome,
    cost_quality_frontier,
    expected_retries,
    expected_sequence,
    frontier_cost_of_pass,
    share,
)

QUICK = Sampling(resamples=100)
COSTS = st.decimals(0, 10**6, places=6)
SIGNED = st.decimals(-(10**6), 10**6, places=6)
ATTEMPTS = st.lists(
    st.builds(Attempt, st.sampled_from("abcdefgh"), st.booleans(), COSTS, st.just("USD")), min_size=1, max_size=30
)
RATES = st.fractions(0, 1, max_denominator=1000)


@st.composite
def outcomes(draw: st.DrawFn) -> list[OutcomeCost]:
    size = draw(st.integers(1, 12))
    return [
        OutcomeCost(
            f"o{number:02}",
            draw(st.sampled_from(OutcomeStatus)),
            draw(COSTS),
            draw(COSTS),
            "USD",
            draw(st.sampled_from([None, *(f"o{each:02}" for each in range(number))])),
        )
        for number in range(size)
    ]


def exactly(result: Result) -> Fraction | None:
    return Fraction(result.numerator) / Fraction(result.denominator) if result.denominator else None


def at_least(value: Decimal | None, other: Decimal | None) -> bool:
    """Whether a value is no lower than another; one that is not known is higher than all."""
    return value is None or (other is not None and value >= other)


class TestEveryRatio:
    @given(ATTEMPTS)
    def test_the_value_is_the_quotient_rounded_half_to_even(self, attempts: list[Attempt]) -> None:
        result = cost_of_pass(attempts, QUICK)
        value = exactly(result)
        assert (result.value is None) == (result.denominator == 0)
        if value is not None:
            assert result.value is not None
            assert abs(Fraction(result.value) - value) <= Fraction(1, 2 * 10**18)

    @given(ATTEMPTS)
    def test_the_interval_holds_the_value(self, attempts: list[Attempt]) -> None:
        result = cost_of_pass(attempts, QUICK)
        assert result.interval is not None
        if result.value is not None:
            assert result.lower_bound is not None
            assert result.lower_bound <= result.value
            assert at_least(result.upper_bound, result.value)

    @given(ATTEMPTS, st.randoms(use_true_random=False))
    def test_order_changes_nothing(self, attempts: list[Attempt], random: object) -> None:
        shuffled = list(attempts)
        random.shuffle(shuffled)  # type: ignore[attr-defined] # Hypothesis types it as object
        assert cost_of_pass(shuffled, QUICK) == cost_of_pass(attempts, QUICK)

    @given(ATTEMPTS)
    def test_adding_up_by_task_changes_nothing(self, attempts: list[Attempt]) -> None:
        parts = [TaskTotal(each.task_id, 1, int(each.solved), each.cost, "USD") for each in attempts]
        assert cost_of_pass(parts, QUICK) == cost_of_pass(attempts, QUICK)

    @given(ATTEMPTS, st.integers(1, 10**6))
    def test_another_unit_of_currency_scales_the_value(self, attempts: list[Attempt], factor: int) -> None:
        scaled = [Attempt(each.task_id, each.solved, each.cost * factor, "x_other") for each in attempts]
        one, other = cost_of_pass(attempts, QUICK), cost_of_pass(scaled, QUICK)
        first, second = exactly(one), exactly(other)
        assert (first is None and second is None) or (first is not None and second == first * factor)
        for bound, other_bound in ((one.lower_bound, other.lower_bound), (one.upper_bound, other.upper_bound)):
            assert (bound is None) == (other_bound is None)
            if bound is not None and other_bound is not None:
                assert abs(Fraction(bound) * factor - Fraction(other_bound)) <= Fraction(factor + 1, 2 * 10**18)

    @given(ATTEMPTS)
    def test_the_callers_decimal_context_changes_nothing(self, attempts: list[Attempt]) -> None:
        expected = cost_of_pass(attempts, QUICK)
        with localcontext(prec=3):
            assert cost_of_pass(attempts, QUICK) == expected

    @given(st.integers(1, 20), st.integers(1, 20), st.integers(2, 30), COSTS)
    def test_wilson_narrows_with_the_sample(self, solved: int, failed: int, factor: int, cost: Decimal) -> None:
        assume(cost > 0)
        one = cost_of_pass(RunTotal(solved + failed, solved + failed, solved, cost, "USD"))
        tasks = (solved + failed) * factor
        many = cost_of_pass(RunTotal(tasks, tasks, solved * factor, cost * factor, "USD"))
        assert one.lower_bound is not None
        assert one.upper_bound is not None
        assert many.lower_bound is not None
        assert many.upper_bound is not None
        assert one.lower_bound < many.lower_bound < many.upper_bound < one.upper_bound

    @given(st.lists(st.tuples(st.booleans(), st.integers(50, 150)), min_size=20, max_size=25))
    @settings(max_examples=20)
    def test_the_bootstrap_narrows_with_the_sample(self, rows: list[tuple[bool, int]]) -> None:
        assume(5 <= sum(solved for solved, _ in rows) <= len(rows) - 5)
        widths = []
        for copies in (1, 16):
            attempts = [
                Attempt(f"{number} {copy}", solved, Decimal(cost), "USD")
                for number, (solved, cost) in enumerate(rows)
                for copy in range(copies)
            ]
            result = cost_of_pass(attempts, Sampling(method=IntervalMethod.CLUSTER_BOOTSTRAP, resamples=200))
            assert result.lower_bound is not None
            assert result.upper_bound is not None
            widths.append(result.upper_bound - result.lower_bound)
        assert widths[1] < widths[0] / 2

    @given(ATTEMPTS)
    def test_more_confidence_is_wider(self, attempts: list[Attempt]) -> None:
        levels = [Decimal("0.90"), Decimal("0.95"), Decimal("0.99")]
        found = [cost_of_pass(attempts, Sampling(level, resamples=100)) for level in levels]
        lowers = [each.lower_bound for each in found if each.lower_bound is not None]
        assert lowers == sorted(lowers, reverse=True)
        assert all(at_least(wide.upper_bound, narrow.upper_bound) for narrow, wide in pairwise(found))


class TestCostOfPass:
    @given(ATTEMPTS, COSTS)
    def test_a_failed_attempt_never_makes_it_cheaper(self, attempts: list[Attempt], cost: Decimal) -> None:
        worse = [*attempts, Attempt("a", solved=False, cost=cost, currency="USD")]
        assert at_least(cost_of_pass(worse, QUICK).value, cost_of_pass(attempts, QUICK).value)

    @given(ATTEMPTS)
    def test_a_model_is_as_dear_as_itself(self, attempts: list[Attempt]) -> None:
        result = cost_of_pass_ratio(attempts, attempts, QUICK)
        assert result.value in {1, None}
        assert result.lower_bound in {1, None}
        assert result.upper_bound in {1, None}

    @given(ATTEMPTS, ATTEMPTS)
    def test_a_comparison_turned_round_is_the_inverse(self, one: list[Attempt], other: list[Attempt]) -> None:
        first, second = cost_of_pass_ratio(one, other, QUICK), cost_of_pass_ratio(other, one, QUICK)
        assert (first.numerator, first.denominator) == (second.denominator, second.numerator)

    @given(ATTEMPTS, ATTEMPTS)
    def test_one_more_model_never_raises_the_frontier(self, one: list[Attempt], other: list[Attempt]) -> None:
        same = [each for each in other if each.task_id in {mine.task_id for mine in one}]
        alone, _ = frontier_cost_of_pass({"one": one}, sampling=QUICK)
        both, _ = frontier_cost_of_pass({"one": one, "other": same}, sampling=QUICK)
        assert at_least(alone.value, both.value)

    @given(st.lists(st.tuples(COSTS, st.decimals(0, 100, places=2)), max_size=20))
    def test_the_frontier_is_what_nothing_beats(self, rows: list[tuple[Decimal, Decimal]]) -> None:
        points = [QualityPoint(str(number), cost, score, "USD") for number, (cost, score) in enumerate(rows)]
        placed = cost_quality_frontier(points)
        assert {each.point for each in placed} == set(points)
        for each in placed:
            beating = [
                other
                for other in points
                if other.cost_per_task <= each.point.cost_per_task
                and other.score >= each.point.score
                and (other.cost_per_task, other.score) != (each.point.cost_per_task, each.point.score)
            ]
            assert each.is_on_frontier == (not beating)
            assert each.dominated_by is None or each.dominated_by in beating


class TestCostPerOutcome:
    @given(outcomes(), COSTS, st.sampled_from(sorted(set(OutcomeStatus) - {OutcomeStatus.ACCEPTED})), COSTS)
    def test_what_fails_never_makes_it_cheaper(
        self, given_: list[OutcomeCost], cost: Decimal, status: OutcomeStatus, review: Decimal
    ) -> None:
        worse = [*given_, OutcomeCost("new", status, cost, Decimal(0), "USD")]
        assert at_least(cost_per_outcome(worse, review, QUICK).value, cost_per_outcome(given_, review, QUICK).value)

    @given(outcomes(), COSTS, st.data())
    def test_reworking_never_makes_it_cheaper(
        self, given_: list[OutcomeCost], cost: Decimal, data: st.DataObject
    ) -> None:
        """However an accepted outcome is reworked, its acceptance does not count twice."""
        named = {each.rework_of_outcome_id for each in given_}
        accepted = [each for each in given_ if each.status is OutcomeStatus.ACCEPTED and each.outcome_id not in named]
        assume(accepted)
        status = data.draw(st.sampled_from(OutcomeStatus))
        again = OutcomeCost("new", status, cost, Decimal(0), "USD", data.draw(st.sampled_from(accepted)).outcome_id)
        before, after = cost_per_outcome(given_, sampling=QUICK), cost_per_outcome([*given_, again], sampling=QUICK)
        assert at_least(after.value, before.value)

    @given(outcomes(), st.randoms(use_true_random=False), COSTS)
    def test_order_changes_nothing(self, given_: list[OutcomeCost], random: object, review: Decimal) -> None:
        shuffled = list(given_)
        random.shuffle(shuffled)  # type: ignore[attr-defined] # Hypothesis types it as object
        assert cost_per_outcome(shuffled, review, QUICK) == cost_per_outcome(given_, review, QUICK)

    @given(outcomes(), COSTS)
    def test_every_cent_is_in_one_part(self, given_: list[OutcomeCost], review: Decimal) -> None:
        result = cost_per_outcome(given_, review, QUICK)
        parts = ("ai_cost", "human_cost", "review_cost")
        assert sum(Fraction(result.amounts[name]) for name in parts) == Fraction(result.numerator)
        assert result.counts["outcomes"] == sum(result.counts[status] for status in OutcomeStatus) == len(given_)

    @given(outcomes(), st.decimals("0.01", 10**6, places=2))
    def test_the_baseline_divides_the_value(self, given_: list[OutcomeCost], baseline: Decimal) -> None:
        one, ratio = cost_per_outcome(given_, sampling=QUICK), baseline_ratio(given_, baseline, "USD", sampling=QUICK)
        first, second = exactly(one), exactly(ratio)
        assert (first is None and second is None) or (first is not None and second == first / Fraction(baseline))

    def test_a_circle_of_reworks(self) -> None:
        rows = [
            OutcomeCost("a", OutcomeStatus.REWORKED, Decimal(1), Decimal(0), "USD", "b"),
            OutcomeCost("b", OutcomeStatus.REWORKED, Decimal(1), Decimal(0), "USD", "a"),
        ]
        with pytest.raises(MetricError, match="circle"):
            cost_per_outcome(rows)


class TestRetries:
    @given(COSTS, RATES, st.integers(1, 40))
    def test_equal_attempts_are_a_sequence(self, cost: Decimal, rate: Fraction, cap: int) -> None:
        assert expected_sequence([Try(cost, rate)] * cap) == expected_retries(cost, rate, cap)

    @given(COSTS, RATES, st.integers(1, 40), COSTS)
    def test_with_a_fallback_everything_is_solved(
        self, cost: Decimal, rate: Fraction, cap: int, human: Decimal
    ) -> None:
        expected = expected_sequence([Try(cost, rate)] * cap, human)
        assert expected.solved == 1
        assert expected.cost == expected.cost_per_solved


class TestAttribution:
    @given(SIGNED, st.dictionaries(st.text(max_size=3), st.integers(0, 1000), min_size=1), st.integers(0, 6))
    def test_shares_add_up_and_are_off_by_less_than_a_unit(
        self, cost: Decimal, weights: dict[str, int], places: int
    ) -> None:
        assume(any(weights.values()))
        shares = share(cost, weights, places)
        assert sum(map(Fraction, shares.values())) == Fraction(cost)
        for name, part in shares.items():
            fair = Fraction(cost) * weights[name] / sum(weights.values())
            assert abs(Fraction(part) - fair) < Fraction(1, 10**places)

    @given(
        st.lists(st.builds(CostLine, st.none() | st.sampled_from("abc"), SIGNED, st.just("USD"))),
        st.lists(
            st.builds(
                SharedCost,
                st.text(max_size=3),
                SIGNED,
                st.just("USD"),
                st.just("tokens"),
                st.dictionaries(st.sampled_from("abcd"), st.integers(0, 9)),
            ),
            max_size=4,
        ),
    )
    def test_every_cent_is_there_once(self, lines: list[CostLine], shared: list[SharedCost]) -> None:
        table = attribute(lines, shared)
        given_ = sum(map(Fraction, [*(each.cost for each in lines), *(each.cost for each in shared)]))
        assert Fraction(table.total) == given_
        assert sum(Fraction(row.total) for row in table.rows) + Fraction(table.unattributed) == given_

    def test_shares_keep_every_digit_of_a_long_amount(self) -> None:
        cost = Decimal("-12345678901.123456789012345678")
        assert share(cost, {"a": 1, "b": 0}, 18) == {"a": cost, "b": 0}
        assert sum(map(Fraction, share(cost, {"a": 1, "b": 2, "c": 4}).values())) == Fraction(cost)

    def test_a_cent_among_three(self) -> None:
        assert share(Decimal("0.01"), {"b": 1, "a": 1, "c": 1}) == {"a": Decimal("0.01"), "b": 0, "c": 0}
        assert share(Decimal(-100), {"a": 1, "b": 1, "c": 1}) == {
            "a": Decimal("-33.34"),
            "b": Decimal("-33.33"),
            "c": Decimal("-33.33"),
        }


class TestRefusals:
    def test_currencies_never_mix(self) -> None:
        dollar, euro = (Attempt("a", solved=True, cost=Decimal(1), currency=money) for money in ("USD", "EUR"))
        with pytest.raises(MetricError, match="EUR, USD") as caught:
            cost_of_pass([dollar, euro])
        assert caught.value.code == "currencies_mixed"
        for call in (
            lambda: cost_of_pass_ratio([dollar], [euro]),
            lambda: frontier_cost_of_pass({"a": [dollar], "b": [euro]}),
            lambda: cost_quality_frontier(
                QualityPoint(money, Decimal(1), Decimal(1), money) for money in ("USD", "EUR")
            ),
            lambda: attribute(CostLine("a", Decimal(1), money) for money in ("USD", "EUR")),
            lambda: baseline_ratio(
                [OutcomeCost("a", OutcomeStatus.ACCEPTED, Decimal(1), Decimal(0), "USD")], Decimal(1), "EUR"
            ),
        ):
            with pytest.raises(MetricError, match="cannot be added up"):
                call()

    @pytest.mark.parametrize("value", [0.1, "0.1", None, True, Decimal("NaN"), Decimal("Infinity")])
    def test_no_binary_float_is_an_amount(self, value: object) -> None:
        with pytest.raises(MetricError, match="no exact number"):
            Attempt("a", solved=True, cost=value, currency="USD")  # type: ignore[arg-type] # what a caller without types may pass
        with pytest.raises(MetricError, match="no exact number"):
            InputTokens(value, Decimal(0), Decimal(0))  # type: ignore[arg-type] # likewise

    def test_what_is_out_of_range(self) -> None:
        for call in (
            lambda: Attempt("a", solved=True, cost=Decimal(-1), currency="USD"),
            lambda: Attempt("a", solved=True, cost=Decimal(1), currency="usd"),
            lambda: TaskTotal("a", 1, 2, Decimal(1), "USD"),
            lambda: RunTotal(3, 2, 1, Decimal(1), "USD"),
            lambda: Sampling(Decimal("0.94")),
            lambda: Sampling(seed=2**64),
            lambda: Sampling(seed=-1),
            lambda: Sampling(resamples=99),
            lambda: Sampling(resamples=100_001),
            lambda: expected_retries(Decimal(1), Decimal("1.1")),
            lambda: expected_retries(Decimal(1), 1, 0),
            lambda: expected_retries(Decimal(1), 1, 1001),
            lambda: expected_sequence([Try(Decimal(1), 0)] * 1001),
            lambda: share(Decimal(1), {"a": 0}),
            lambda: share(Decimal(1), {"a": 1}, 19),
            lambda: cost_of_pass(
                RunTotal(2, 2, 1, Decimal(1), "USD"), Sampling(method=IntervalMethod.CLUSTER_BOOTSTRAP)
            ),
            lambda: cost_of_pass_ratio([], [], Sampling(method=IntervalMethod.WILSON)),
        ):
            with pytest.raises(MetricError):
                call()

    @given(st.decimals(0, 10**12, places=0), st.decimals(0, 10**12, places=0), st.decimals(0, 10**12, places=0))
    def test_a_hit_ratio_is_a_share(self, read: Decimal, write: Decimal, uncached: Decimal) -> None:
        result = cache_hit_ratio(InputTokens(read, write, uncached))
        assert result.value is None if read + write + uncached == 0 else 0 <= (result.value or 0) <= 1
