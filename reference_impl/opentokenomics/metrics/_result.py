"""What a metric gives: a value with everything that is needed to doubt it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from types import MappingProxyType

from opentokenomics.exact_decimal import plain
from opentokenomics.metrics._errors import MetricError


class Estimator(StrEnum):
    """How many ratios become one."""

    RATIO_OF_SUMS = "ratio_of_sums"
    MEAN_OF_RATIOS = "mean_of_ratios"


class IntervalMethod(StrEnum):
    """How bounds are found."""

    WILSON = "wilson"
    """Wilson's interval of the success rate, at the mean cost that was observed."""
    CLUSTER_BOOTSTRAP = "cluster_bootstrap"
    """Percentiles of the value over resampled clusters."""
    PAIRED_CLUSTER_BOOTSTRAP = "paired_cluster_bootstrap"
    """The same for a comparison: both sides of each unit are drawn together."""
    ENVELOPE = "envelope"
    """From the smaller lower to the larger upper bound of Wilson's interval and the cluster bootstrap."""


@dataclass(frozen=True, slots=True)
class Interval:
    """What a value may be, at a level of confidence.

    Attributes:
        lower: The lower bound; None where none is known.
        upper: The upper bound; None where none is known.
        confidence_level: 0.90, 0.95 or 0.99.
        method: How the bounds were found.
        seed: Where the random numbers began, where some were used.
        resamples: How often the clusters were resampled, where they were.
    """

    lower: Decimal | None
    upper: Decimal | None
    confidence_level: Decimal
    method: IntervalMethod
    seed: int | None = None
    resamples: int | None = None

    def __post_init__(self) -> None:
        if self.lower is not None and self.upper is not None and self.lower > self.upper:
            raise MetricError("bounds_crossed", f"The bounds {self.lower} and {self.upper} cross.", "Swap them.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """The value of a metric with its evidence.

    Attributes:
        metric: Identifier of the metric.
        numerator: What is divided, exactly.
        denominator: What it is divided by, exactly.
        value: The quotient to 18 fractional digits, half to even; None exactly where the denominator is 0.
        currency: Currency of the amounts, where there are any.
        interval: What the value may be, where the metric has an interval. A bound can be known where no value is.
        sample_size: How many independent units there are: tasks, or outcomes with what reworks them.
        estimator: How the ratios of the units become one.
        counts: How many things were counted and left out, by name.
        amounts: The amounts that the numerator consists of, and those that were left out, by name.
    """

    metric: str
    numerator: Decimal
    denominator: Decimal
    value: Decimal | None
    currency: str | None = None
    interval: Interval | None = None
    sample_size: int
    estimator: Estimator = Estimator.RATIO_OF_SUMS
    counts: Mapping[str, int] = field(default_factory=dict)
    amounts: Mapping[str, Decimal] = field(default_factory=dict)

    def __post_init__(self) -> None:
        object.__setattr__(self, "numerator", plain(self.numerator))
        object.__setattr__(self, "denominator", plain(self.denominator))
        object.__setattr__(self, "counts", MappingProxyType(dict(self.counts)))
        object.__setattr__(
            self, "amounts", MappingProxyType({name: plain(each) for name, each in self.amounts.items()})
        )

    @property
    def lower_bound(self) -> Decimal | None:
        """The lower bound, where one is known."""
        return None if self.interval is None else self.interval.lower

    @property
    def upper_bound(self) -> Decimal | None:
        """The upper bound, where one is known."""
        return None if self.interval is None else self.interval.upper
