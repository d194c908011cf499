"""Figures that are known from elsewhere."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pytest

from opentokenomics.exact_decimal import rounded
from opentokenomics.metrics import (
    Attempt,
    Axis,
    Identification,
    InputTokens,
    IntervalMethod,
    MetricError,
    OutcomeCost,
    OutcomeStatus,
    QualityPoint,
    RunTotal,
    Sampling,
    SpendTier,
    Try,
    baseline_ratio,
    break_even_success_rate,
    cache_cost_efficiency,
    cache_hit_ratio,
    cost_of_pass,
    cost_per_outcome,
    cost_quality_frontier,
    expected_retries,
    expected_sequence,
    frontier_cost_of_pass,
    marginal_token_utility,
    retry_overhead,
    success_rate_effect,
    unit_cost,
)

ONE = Decimal(1)


def benchmark(solved: int, tasks: int, cost: Decimal = ONE) -> list[Attempt]:
    return [Attempt(f"task-{number:03}", number < solved, cost, "USD") for number in range(tasks)]


def values(*given: object) -> tuple[object, ...]:
    """The values, to be compared as numbers whatever their types are."""
    return given


def near(value: Decimal | None, digits: str) -> bool:
    """Whether a value is what the digits say, to as many places as they have."""
    return value is not None and round(value, len(digits.partition(".")[2])) == Decimal(digits)


class TestCostOfPass:
    def test_35_of_50_at_one_dollar(self) -> None:
        result = cost_of_pass(benchmark(35, 50))
        assert values(result.numerator, result.denominator, result.sample_size) == (50, 35, 50)
        assert result.value == Decimal("1.428571428571428571")
        assert result.interval is not None
        assert result.interval.method is IntervalMethod.WILSON
        assert near(result.lower_bound, "1.24")
        assert near(result.upper_bound, "1.78")

    def test_no_success_in_20_has_no_value_but_a_bound(self) -> None:
        result = cost_of_pass(benchmark(0, 20))
        assert result.value is None
        assert near(result.lower_bound, "6.2")
        assert result.upper_bound is None

    @pytest.mark.parametrize(("cost", "per_solve"), [("388.88", "14.40"), ("1599.90", "59.26"), ("1789.67", "66.28")])
    def test_three_agents_with_one_score(self, cost: str, per_solve: str) -> None:
        assert near(cost_of_pass(RunTotal(50, 50, 27, Decimal(cost), "USD")).value, per_solve)

    def test_all_attempts_at_a_task_count(self) -> None:
        attempts = [
            Attempt("a", solved=False, cost=ONE, currency="USD"),
            Attempt("a", solved=True, cost=ONE, currency="USD"),
            Attempt("b", solved=True, cost=ONE, currency="USD"),
        ]
        result = cost_of_pass(attempts)
        assert values(result.numerator, result.denominator, result.sample_size) == (3, 2, 2)
        assert result.counts == {"tasks": 2, "attempts": 3, "solved": 2, "not_solved": 1}

    def test_a_ratio_of_sums_is_no_mean_of_ratios(self) -> None:
        """Success rates of .95 and .45: 1.429 and 1.637, 14.6 % apart."""
        tasks = {"easy": 19, "hard": 9}
        attempts = [Attempt(task, n < solved, ONE, "USD") for task, solved in tasks.items() for n in range(20)]
        of_sums = cost_of_pass(attempts)
        mean, _ = frontier_cost_of_pass({"model": attempts})
        assert near(of_sums.value, "1.429")
        assert near(mean.value, "1.637")
        assert of_sums.value is not None
        assert mean.value is not None
        assert near(100 * (mean.value / of_sums.value - 1), "14.6")
        assert (of_sums.estimator, mean.estimator) == ("ratio_of_sums", "mean_of_ratios")

    def test_nothing_attempted(self) -> None:
        result = cost_of_pass([])
        assert (result.value, result.interval, result.sample_size) == (None, None, 0)


class TestFrontiers:
    def test_each_task_takes_the_cheapest_solver(self) -> None:
        small = [
            Attempt("a", solved=True, cost=Decimal("0.1"), currency="USD"),
            Attempt("b", solved=False, cost=Decimal("0.1"), currency="USD"),
        ]
        large = [
            Attempt("a", solved=True, cost=ONE, currency="USD"),
            Attempt("b", solved=True, cost=ONE, currency="USD"),
        ]
        result, tasks = frontier_cost_of_pass({"small": small, "large": large})
        assert [(each.task_id, each.value, each.solver) for each in tasks] == [
            ("a", Decimal("0.1"), "small"),
            ("b", ONE, "large"),
        ]
        assert result.value == Decimal("0.55")

    def test_a_task_that_nobody_solved_leaves_a_bound(self) -> None:
        small = [
            Attempt("a", solved=True, cost=Decimal(3), currency="USD"),
            Attempt("b", solved=False, cost=ONE, currency="USD"),
        ]
        result, tasks = frontier_cost_of_pass({"small": small})
        assert (result.value, result.lower_bound, result.upper_bound) == (None, Decimal("1.5"), None)
        assert (tasks[1].value, tasks[1].solver) == (None, None)
        human, tasks = frontier_cost_of_pass(
            {"small": small}, {"a": Decimal(9), "b": Decimal(9)}, baseline_currency="USD"
        )
        assert values(human.value, [each.solver for each in tasks]) == (6, ["small", "baseline"])

    def test_who_is_beaten_in_both(self) -> None:
        points = [("a", 1, 50), ("b", 2, 50), ("c", 3, 70), ("d", 4, 60), ("e", 3, 70)]
        placed = cost_quality_frontier(QualityPoint(n, Decimal(c), Decimal(s), "USD") for n, c, s in points)
        beaten = {each.point.label: each.dominated_by.label if each.dominated_by else None for each in placed}
        assert beaten == {"a": None, "b": "a", "c": None, "d": "c", "e": None}


class TestRetries:
    def test_ten_and_twenty_points_less(self) -> None:
        assert success_rate_effect(Decimal("0.9"), Decimal("0.7")) == Decimal("0.285714285714285714")
        assert success_rate_effect(1, 0) is None

    @pytest.mark.parametrize("cap", [None, 1, 3, 50])
    def test_a_cap_changes_no_cost_per_solved_task(self, cap: int | None) -> None:
        expected = expected_retries(Decimal("0.30"), Fraction(3, 4), cap)
        assert expected.cost_per_solved == Decimal("0.4")

    def test_capped_attempts(self) -> None:
        expected = expected_retries(ONE, Decimal("0.5"), 3)
        assert (expected.attempts, expected.solved, expected.cost) == (
            Decimal("1.75"),
            Decimal("0.875"),
            Decimal("1.75"),
        )

    def test_what_is_never_solved(self) -> None:
        assert expected_retries(ONE, 0).cost is None
        assert values(expected_retries(ONE, 0, 4).cost, expected_retries(ONE, 0, 4).cost_per_solved) == (4, None)

    def test_attempts_that_differ(self) -> None:
        tries = [Try(ONE, Decimal("0.5")), Try(Decimal(10), Decimal("0.8"))]
        expected = expected_sequence(tries)
        assert values(expected.cost, expected.solved, expected.attempts) == (6, Decimal("0.9"), Decimal("1.5"))
        assert near(expected.cost_per_solved, "6.6667")
        with_human = expected_sequence(tries, Decimal(100))
        assert values(with_human.cost, with_human.solved, with_human.cost_per_solved) == (16, 1, 16)

    def test_overhead(self) -> None:
        assert retry_overhead(Decimal(80), Decimal(100), "USD", runs=10).value == Decimal("0.2")
        assert retry_overhead(Decimal(0), Decimal(0), "USD", runs=0).value is None

    def test_credits_are_part_of_the_overhead_but_no_whole(self) -> None:
        assert retry_overhead(Decimal(10), Decimal(5), "USD", runs=1).value == -1
        assert retry_overhead(Decimal(-2), Decimal(4), "USD", runs=1).value == Decimal("1.5")
        with pytest.raises(MetricError, match="below 0"):
            retry_overhead(Decimal(1), Decimal(-1), "USD", runs=1)


class TestMarginalUtility:
    @pytest.mark.parametrize(
        ("spend", "average", "arc", "elasticity"),
        [("10", "0.2", "0.111", "0.301"), ("7.03", "0.284", "0.166", "0.355")],
    )
    def test_twice_the_output(self, spend: str, average: str, arc: str, elasticity: str) -> None:
        found = marginal_token_utility(
            SpendTier(ONE, ONE),
            SpendTier(Decimal(spend), Decimal(2)),
            axis=Axis.COST,
            identification=Identification.OBSERVATIONAL,
        )
        assert near(found.average_ratio, average)
        assert near(found.arc, arc)
        assert near(found.arc_to_average, arc)
        assert near(found.elasticity, elasticity)

    def test_the_ninth_part_exactly(self) -> None:
        found = marginal_token_utility(
            SpendTier(Decimal(50), Decimal(30)),
            SpendTier(Decimal(500), Decimal(60)),
            axis=Axis.COST,
            identification=Identification.EXPERIMENTAL,
        )
        assert found.arc_to_average == Decimal("0.111111111111111111")
        assert found.elasticity == Decimal("0.301029995663981195")

    def test_tiers_of_equal_spending(self) -> None:
        tier = SpendTier(ONE, ONE)
        found = marginal_token_utility(tier, tier, axis=Axis.TOKENS, identification=Identification.EXPERIMENTAL)
        assert values(found.arc, found.elasticity, found.average_ratio) == (None, None, 1)

    @pytest.mark.parametrize(("place", "small"), [(0, 0), (1, 0), (2, 0), (3, 0), (0, -1), (2, -1)])
    def test_what_needs_spending_and_values_above_0(self, place: int, small: int) -> None:
        figures = [Decimal(small if at == place else at + 1) for at in range(4)]
        first, second = SpendTier(*figures[:2]), SpendTier(*figures[2:])
        found = marginal_token_utility(first, second, axis=Axis.COST, identification=Identification.OBSERVATIONAL)
        assert values(found.average_ratio, found.elasticity) == (None, None)
        assert (found.first_average is None, found.second_average is None) == (place == 0, place == 2)
        assert (found.arc_to_average is None) == (place < 2)
        assert found.arc == rounded(Fraction(second.value - first.value) / Fraction(second.spend - first.spend))


class TestValue:
    def test_review_alone_against_a_baseline(self) -> None:
        result = break_even_success_rate(
            ai_cost=Decimal(0),
            review_cost=Decimal(86),
            baseline_cost=Decimal(361),
            failure_loss=Decimal(0),
            money="USD",
        )
        assert near(result.value and result.value * 100, "23.8")

    def test_at_the_break_even_rate_both_cost_the_same(self) -> None:
        c, r, b, loss = Decimal(2), Decimal(3), Decimal(40), Decimal(10)
        result = break_even_success_rate(ai_cost=c, review_cost=r, baseline_cost=b, failure_loss=loss, money="EUR")
        assert result.value == Decimal("0.3")
        assert c + r + (1 - result.value) * (b + loss) == b

    def test_the_loss_alone_is_no_baseline(self) -> None:
        result = break_even_success_rate(
            ai_cost=Decimal(-9), review_cost=ONE, baseline_cost=None, failure_loss=Decimal(3), money="EUR"
        )
        assert values(result.numerator, result.denominator, result.value) == (-5, 0, None)

    def test_cost_per_outcome_counts_everything_that_was_spent(self) -> None:
        rows = [
            ("a", "accepted", 4, 0, None),
            ("b", "rejected", 4, 0, None),
            ("c", "abandoned", 2, 0, None),
            ("d", "reworked", 4, 1, None),
            ("e", "accepted", 4, 5, "d"),
            ("f", "pending", 1, 0, None),
        ]
        outcomes = [OutcomeCost(i, OutcomeStatus(s), Decimal(c), Decimal(h), "USD", w) for i, s, c, h, w in rows]
        result = cost_per_outcome(outcomes, Decimal("0.5"), Sampling(method=IntervalMethod.WILSON))
        assert result.amounts == {"ai_cost": 19, "human_cost": 6, "review_cost": 2, "pending_cost": 1}
        assert values(result.numerator, result.denominator, result.value, result.sample_size) == (
            27,
            2,
            Decimal("13.5"),
            5,
        )
        ratio = baseline_ratio(outcomes, Decimal(45), "USD", Decimal("0.5"), Sampling(method=IntervalMethod.WILSON))
        assert values(ratio.value, ratio.denominator) == (Decimal("0.3"), 90)
        for bound, of_ratio in ((result.lower_bound, ratio.lower_bound), (result.upper_bound, ratio.upper_bound)):
            assert bound is not None
            assert of_ratio is not None
            assert abs(bound / 45 - of_ratio) < Decimal("1e-17")

    def test_a_withdrawn_acceptance_counts_once(self) -> None:
        outcomes = [
            OutcomeCost("a", OutcomeStatus.ACCEPTED, ONE, Decimal(0), "USD"),
            OutcomeCost("b", OutcomeStatus.ACCEPTED, ONE, Decimal(0), "USD", "a"),
        ]
        result = cost_per_outcome(outcomes)
        assert values(result.value, result.counts["acceptances_withdrawn"]) == (2, 1)


class TestUnits:
    def test_unit_cost(self) -> None:
        assert unit_cost(Decimal("6.95"), Decimal(1390000), "USD", block_size=1_000_000).value == 5
        assert unit_cost(ONE, Decimal(0), "USD").value is None

    def test_forty_turns_with_a_cache(self) -> None:
        """5,000 tokens of system prompt and 1,500 new ones a turn: 6.95 dollars, of which a cache leaves 1.06."""
        sent = [5000 + 1500 * turn - 1000 for turn in range(1, 41)]
        assert sum(sent) == 1_390_000
        read = sum(sent[:-1])
        tokens = InputTokens(Decimal(read), Decimal(sent[-1]), Decimal(0))
        cost = read * Decimal("0.0000005") + sent[-1] * Decimal("0.00000625")
        assert near(cost, "1.06")
        result = cache_cost_efficiency(tokens, cost, Decimal(5), "USD", block_size=1_000_000)
        assert near(result.amounts["cost_without_cache"], "6.95")
        assert near(result.value, "0.85")
        assert near(cache_hit_ratio(tokens).value, "0.954")
