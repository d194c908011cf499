"""Intervals against other implementations of the same definitions, and against what they promise."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from math import factorial

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats
from statsmodels.stats.proportion import proportion_confint

from opentokenomics.metrics import Attempt, IntervalMethod, Sampling, cost_of_pass
from opentokenomics.metrics._interval import Z, wilson
from opentokenomics.metrics._random import random_index, random_word
from opentokenomics.metrics._resample import resample_in_numpy, resample_in_python

LEVELS = sorted(Z)


def independent_bounds(costs: list[int], solved: list[int], seed: int, resamples: int) -> tuple[Fraction, Fraction]:
    """The 95 % bounds of the chapter *Metrics*, written once more from its text, with integers only."""
    n, values = len(costs), []
    for r in range(resamples):
        cost = passed = 0
        for d in range(n):
            x = (seed + (r * n + d + 1) * 11400714819323198485) % 2**64
            x = (x ^ x // 2**30) * 13787848793156543929 % 2**64
            x = (x ^ x // 2**27) * 10723151780598845931 % 2**64
            x ^= x // 2**31
            cost, passed = cost + costs[x * n // 2**64], passed + solved[x * n // 2**64]
        values.append((passed == 0, Fraction(cost, passed or 1)))
    values.sort()
    lower, upper = -(-resamples * 25 // 1000), -(-resamples * 975 // 1000)
    assert not values[upper - 1][0]
    return values[lower - 1][1], values[upper - 1][1]


class TestRandomNumbers:
    def test_the_published_sequence(self) -> None:
        """The first words of SplitMix64 for the seed 1234567, as other implementations of it are tested with."""
        assert [random_word(1234567, position) for position in range(5)] == [
            6457827717110365317,
            3203168211198807973,
            9817491932198370423,
            4593380528125082431,
            16408922859458223821,
        ]

    @given(st.integers(0, 2**64 - 1), st.integers(0, 10**12), st.integers(1, 10**9))
    def test_an_index_is_one(self, seed: int, position: int, size: int) -> None:
        assert 0 <= random_index(seed, position, size) < size


class TestResampling:
    @settings(max_examples=50)
    @given(st.data(), st.integers(1, 40), st.integers(0, 2**64 - 1))
    def test_numpy_and_python_give_the_same_integers(self, data: st.DataObject, size: int, seed: int) -> None:
        numbers = st.lists(st.integers(-(10**50), 10**50), min_size=size, max_size=size)
        columns = [data.draw(numbers) for _ in range(3)]
        assert resample_in_numpy(columns, 5, seed) == resample_in_python(columns, 5, seed)

    @pytest.mark.parametrize("size", [1, 3000])
    def test_large_and_small_ones_too(self, size: int) -> None:
        columns = [[(n * 2**31 - n) << n % 40 for n in range(size)]]
        assert resample_in_numpy(columns, 30, 2**64 - 1) == resample_in_python(columns, 30, 2**64 - 1)

    def test_draws_are_what_the_chapter_says(self) -> None:
        marks = [1 << 20 * place for place in range(5)]
        for number, (summed,) in enumerate(resample_in_python([marks], 3, 9)):
            assert summed == sum(marks[random_index(9, number * 5 + draw, 5)] for draw in range(5))

    @pytest.mark.parametrize("seed", [0, 42, 2**64 - 1])
    def test_bounds_agree_with_an_independent_implementation(self, seed: int) -> None:
        costs, solved = [n + 1 for n in range(30)], [int(n % 3 != 0) for n in range(30)]
        attempts = [Attempt(f"t{n:02}", bool(solved[n]), Decimal(costs[n]) / 100, "USD") for n in reversed(range(30))]
        result = cost_of_pass(attempts, Sampling(seed=seed, resamples=500))
        assert result.interval is not None
        assert result.interval.method is IntervalMethod.CLUSTER_BOOTSTRAP
        lower, upper = independent_bounds(costs, solved, seed, 500)
        assert (result.lower_bound, result.upper_bound) == tuple(
            Decimal(round(bound / 100 * 10**18)).scaleb(-18) for bound in (lower, upper)
        )

    def test_bounds_are_those_of_scipy_within_chance(self) -> None:
        generator = np.random.default_rng(5)
        costs, solved = generator.integers(1, 1000, 60), generator.random(60) < 0.6

        def value(cost: np.ndarray, passed: np.ndarray, axis: int = -1) -> np.ndarray:
            ratio: np.ndarray = cost.sum(axis) / passed.sum(axis)
            return ratio

        other = stats.bootstrap(
            (costs, solved), value, paired=True, method="percentile", n_resamples=20_000, rng=generator
        ).confidence_interval
        attempts = [
            Attempt(str(n), bool(s), Decimal(int(c)), "USD") for n, (c, s) in enumerate(zip(costs, solved, strict=True))
        ]
        ours = cost_of_pass(attempts, Sampling(resamples=20_000))
        assert float(ours.lower_bound or 0) == pytest.approx(other.low, rel=0.01)
        assert float(ours.upper_bound or 0) == pytest.approx(other.high, rel=0.01)


class TestWilson:
    @given(st.integers(1, 10_000), st.data(), st.sampled_from(LEVELS))
    def test_it_is_what_statsmodels_says(self, trials: int, data: st.DataObject, level: Decimal) -> None:
        successes = data.draw(st.integers(0, trials))
        low, high = proportion_confint(successes, trials, alpha=float(1 - level), method="wilson")
        ours = wilson(successes, trials, trials, level)
        assert float(ours[0]) == pytest.approx(low, abs=1e-9)
        assert float(ours[1]) == pytest.approx(high, abs=1e-9)

    @pytest.mark.parametrize("level", LEVELS)
    def test_the_quantiles_are_those_of_the_normal_distribution(self, level: Decimal) -> None:
        """The series of the error function gives the level at each quantile, to all of its digits."""
        z = Fraction(Z[level])
        series = sum((-1) ** n * z ** (2 * n + 1) / (factorial(n) * 2**n * (2 * n + 1)) for n in range(60))
        assert isinstance(series, Fraction)
        pi = Fraction("3.14159265358979323846264338327950288419716939937510")
        squared = 2 / pi * series**2
        assert abs(squared - Fraction(level) ** 2) < Fraction(1, 10**18)
        assert float(Z[level]) == pytest.approx(stats.norm.ppf((1 + float(level)) / 2), rel=1e-15)

    def test_35_of_50(self) -> None:
        low, high = wilson(35, 50, 50, Decimal("0.95"))
        assert (round(low, 3), round(high, 3)) == (Fraction(562, 1000), Fraction(809, 1000))

    @given(st.integers(1, 10**6), st.integers(1, 10**6), st.sampled_from(LEVELS))
    def test_none_and_all_are_exact(self, trials: int, units: int, level: Decimal) -> None:
        assert wilson(0, trials, units, level)[0] == 0
        assert wilson(trials, trials, units, level)[1] == 1


class TestCoverage:
    """Of 95 % intervals, about that many hold the truth; so few runs cannot tell more precisely."""

    @pytest.mark.parametrize(
        ("tasks", "rate", "spread", "least"),
        [(10, 0.95, 0.0, 0.9), (50, 0.7, 0.0, 0.92), (10, 0.7, 0.5, 0.88), (60, 0.6, 0.5, 0.9), (12, 0.95, 0.5, 0.88)],
    )
    def test_the_truth_is_mostly_inside(self, tasks: int, rate: float, spread: float, least: float) -> None:
        generator = np.random.default_rng(tasks)
        truth = float(np.exp(spread**2 / 2)) / rate
        inside = runs = 0
        for seed in range(150):
            solved = generator.random(tasks) < rate
            costs = np.round(generator.lognormal(0, spread, tasks), 6)
            attempts = [Attempt(f"{n:03}", bool(solved[n]), Decimal(str(costs[n])), "USD") for n in range(tasks)]
            result = cost_of_pass(attempts, Sampling(seed=seed, resamples=200))
            lower, upper = result.lower_bound, result.upper_bound
            inside += (lower is None or lower <= truth) and (upper is None or truth <= upper)
            runs += 1
        assert least <= inside / runs < 1
