"""Intervals: Wilson's for a rate, and percentiles of a ratio of sums over resampled clusters.

Everything is integers and fractions, rounded once at the end, so that another language finds the same digits.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from math import ceil, isqrt
from operator import itemgetter
from types import MappingProxyType

from opentokenomics.exact_decimal import rounded
from opentokenomics.metrics._errors import MetricError
from opentokenomics.metrics._exact import count, fraction, total
from opentokenomics.metrics._random import checked_seed
from opentokenomics.metrics._resample import Sums, resample
from opentokenomics.metrics._result import Interval, IntervalMethod

Z: Mapping[Decimal, Decimal] = MappingProxyType(
    {
        Decimal("0.90"): Decimal("1.644853626951472715"),
        Decimal("0.95"): Decimal("1.959963984540054236"),
        Decimal("0.99"): Decimal("2.575829303548900761"),
    }
)
"""The normative quantile of each level of confidence."""

LEAST_RESAMPLES = 100
MOST_RESAMPLES = 100_000
FEW_UNITS = 20
"""Below so many units, the bootstrap alone covers too rarely."""

_ROOT_SCALE = 10**80

Bounds = tuple[Fraction | None, Fraction | None]
"""The lower and the upper bound; None where the bound is infinite."""


@dataclass(frozen=True, slots=True)
class Sampling:
    """How an interval is to be found.

    Attributes:
        confidence_level: 0.90, 0.95 or 0.99.
        method: How; None leaves it to the rule of the chapter *Metrics*.
        seed: Where random numbers begin, from 0 below 2**64.
        resamples: How often clusters are resampled, 100 to 100,000.
    """

    confidence_level: Decimal = Decimal("0.95")
    method: IntervalMethod | None = None
    seed: int = 0
    resamples: int = 1000

    def __post_init__(self) -> None:
        if self.confidence_level not in Z:
            raise MetricError(
                "confidence_level_unknown",
                f"There is no quantile for the confidence level {self.confidence_level}.",
                f"Pass one of {', '.join(map(str, Z))}.",
            )
        checked_seed(self.seed)
        if count(self.resamples, "The number of resamples", LEAST_RESAMPLES) > MOST_RESAMPLES:
            raise MetricError(
                "too_many_resamples", f"{self.resamples} resamples are too many.", f"Pass at most {MOST_RESAMPLES}."
            )


@dataclass(frozen=True, slots=True)
class Unit:
    """What one independent unit adds to a ratio of sums: a task, or an outcome with what reworks it.

    Attributes:
        key: What tells it from the others.
        cost: Its part of the numerator.
        successes: How many of its trials succeeded.
        trials: How many there were.
    """

    key: str
    cost: Decimal
    successes: int
    trials: int


DEFAULT = Sampling()


def only(method: IntervalMethod, sampling: Sampling) -> IntervalMethod:
    """The one method of a metric; raises MetricError where another one is asked for."""
    if sampling.method not in {None, method}:
        raise MetricError(
            "interval_method_unfit",
            f"The interval of this metric cannot be found by {sampling.method}.",
            f"Ask for {method}, or leave the method out.",
        )
    return method


def wilson(successes: int, trials: int, units: int, confidence_level: Decimal) -> tuple[Fraction, Fraction]:
    """Wilson's score interval of a rate of success, as exact fractions.

    Args:
        successes: How many trials succeeded.
        trials: How many there were, at least one.
        units: How many of them count as independent; it takes the place of the sample size.
        confidence_level: One that has a normative quantile.

    Returns:
        Bounds from 0 to 1; 0 where nothing succeeded and 1 where everything did are exact.
    """
    z = fraction(Z[confidence_level])
    rate = Fraction(successes, trials)
    square = z * z + 4 * units * rate * (1 - rate)
    root = Fraction(isqrt(int(square * _ROOT_SCALE)), isqrt(_ROOT_SCALE))
    middle, width = 2 * units * rate + z * z, 2 * (units + z * z)
    return (middle - z * root) / width, (middle + z * root) / width


def ratio_interval(units: Sequence[Unit], sampling: Sampling, scale: Fraction = Fraction(1)) -> Interval | None:
    """The interval of total cost over successes.

    Args:
        units: The independent units, in any order.
        sampling: How the interval is to be found.
        scale: What one success counts in the denominator.

    Returns:
        The interval, which holds the value where there is one; None where there are no trials, or where credits
        exceed the costs, because then no rate of success bounds anything.
    """
    cost, successes, trials = sums_of(units)
    if not trials or cost < 0:
        return None
    method = sampling.method or _method(units)
    if method is IntervalMethod.PAIRED_CLUSTER_BOOTSTRAP:
        method = only(IntervalMethod.CLUSTER_BOOTSTRAP, sampling)
    found: list[Bounds] = []
    if method is not IntervalMethod.CLUSTER_BOOTSTRAP:
        found.append(
            mean_cost_over_rate(cost / trials, wilson(successes, trials, len(units), sampling.confidence_level))
        )
    if method is not IntervalMethod.WILSON:
        found.append(_bootstrapped(units, sampling))
    if successes:
        found.append((cost / successes, cost / successes))
    return interval_of(method, sampling, *(_divided(each, scale) for each in found))


def sums_of(units: Sequence[Unit]) -> tuple[Fraction, int, int]:
    """Cost, successes and trials of all units."""
    costs = fraction(total(unit.cost for unit in units))
    return costs, sum(unit.successes for unit in units), sum(unit.trials for unit in units)


def interval_of(method: IntervalMethod, sampling: Sampling, *found: Bounds) -> Interval:
    """The smallest interval, rounded, that holds all of the bounds."""
    lowers = [lower for lower, _ in found if lower is not None]
    uppers = [upper for _, upper in found if upper is not None]
    has_draws = method is not IntervalMethod.WILSON
    return Interval(
        rounded(min(lowers)) if lowers else None,
        rounded(max(uppers)) if len(uppers) == len(found) else None,
        sampling.confidence_level,
        method,
        sampling.seed if has_draws else None,
        sampling.resamples if has_draws else None,
    )


def _method(units: Sequence[Unit]) -> IntervalMethod:
    """What the chapter *Metrics* prescribes where the caller prescribes nothing."""
    _, successes, trials = sums_of(units)
    is_even = len({unit.cost for unit in units}) == 1 and all(unit.trials == 1 for unit in units)
    if successes == 0 or is_even:
        return IntervalMethod.WILSON
    if successes == trials or len(units) < FEW_UNITS:
        return IntervalMethod.ENVELOPE
    return IntervalMethod.CLUSTER_BOOTSTRAP


def mean_cost_over_rate(mean: Fraction, rates: tuple[Fraction, Fraction]) -> Bounds:
    """The bounds of the mean cost of a trial, from 0, divided by the bounds of the rate of success."""
    lowest, highest = rates
    return mean / highest, None if lowest == 0 else mean / lowest


def _bootstrapped(units: Sequence[Unit], sampling: Sampling) -> Bounds:
    ordered = sorted(units, key=lambda unit: unit.key)
    costs, scale = scaled([unit.cost for unit in ordered])
    sums = resample([costs, [unit.successes for unit in ordered]], sampling.resamples, sampling.seed)
    return _divided(percentiles(map(itemgetter(0, 1), sums), sampling), Fraction(scale))


def scaled(amounts: Iterable[Decimal]) -> tuple[list[int], int]:
    """Amounts as integers of one power of ten, and that power."""
    fractions = [amount.as_integer_ratio() for amount in amounts]
    scale = 1
    while any(scale % denominator for denominator in {each[1] for each in fractions}):
        scale *= 10
    return [numerator * (scale // denominator) for numerator, denominator in fractions], scale


def percentiles(sums: Iterable[Sums], sampling: Sampling) -> Bounds:
    """The order statistics of quotients that bound the interval; a quotient by 0 is larger than all others.

    Args:
        sums: Numerator and denominator of each resample; no denominator is negative.
        sampling: How the interval is to be found.
    """
    finite, infinite = [], 0
    for numerator, denominator in sums:
        if denominator:
            finite.append(Fraction(numerator, denominator))
        else:
            infinite += 1
    finite.sort()
    tail = (1 - fraction(sampling.confidence_level)) / 2
    drawn = len(finite) + infinite
    ranks = ceil(drawn * tail), ceil(drawn * (1 - tail))
    lower, upper = (finite[rank - 1] if rank <= len(finite) else None for rank in ranks)
    return lower, upper


def _divided(bounds: Bounds, scale: Fraction) -> Bounds:
    lower, upper = bounds
    return None if lower is None else lower / scale, None if upper is None else upper / scale
