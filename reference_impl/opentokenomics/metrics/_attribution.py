"""An account of every cent: attributed, shared by a driver, or not attributed."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from opentokenomics.exact_decimal import plain
from opentokenomics.metrics._errors import MetricError
from opentokenomics.metrics._exact import (
    amount,
    amount_from_zero,
    count,
    currency,
    decimal,
    fraction,
    one_currency,
    total,
)

MOST_PLACES = 18


def share(cost: Decimal, weights: Mapping[str, Decimal | int], places: int = 2) -> dict[str, Decimal]:
    """A cost shared in proportion to weights, so that the shares add up to it exactly.

    Each share is rounded toward 0; the units that are left go one by one to the largest remainders, and among equal
    remainders in the order of the names.

    Args:
        cost: The cost; it may be negative.
        weights: What each name weighs; from 0, and not all 0.
        places: Fractional digits of a share, 0 to 18; as many as the cost has, where it has more.

    Returns:
        The share of each name.

    Raises:
        MetricError: No weight is above 0.
    """
    if count(places, "The number of places") > MOST_PLACES:
        raise MetricError("too_many_places", f"{places} places are too many.", f"Pass at most {MOST_PLACES}.")
    whole = plain(amount(cost, "The cost"))
    exponent = whole.as_tuple().exponent
    scale = 10 ** max(places, -exponent if isinstance(exponent, int) else 0)
    units, sign = int(abs(fraction(whole)) * scale), -1 if whole < 0 else 1
    parts = {name: fraction(amount_from_zero(weight, f"The weight of {name}")) for name, weight in weights.items()}
    heaviest = sum(parts.values())
    if not heaviest:
        raise MetricError("nothing_weighs", "No weight is above 0.", "Name a driver that was consumed.")
    quotas = {name: units * part / heaviest for name, part in parts.items()}
    shares = {name: int(quota) for name, quota in quotas.items()}
    left = units - sum(shares.values())
    for name in sorted(quotas, key=lambda each: (shares[each] - quotas[each], each))[:left]:
        shares[name] += 1
    return {name: decimal(Fraction(sign * number, scale), "A share") for name, number in shares.items()}


@dataclass(frozen=True, slots=True)
class CostLine:
    """A cost that is somebody's, or nobody's.

    Attributes:
        key: Whose it is; None where nothing says so.
        cost: The cost; credits are negative.
        currency: Its currency.
    """

    key: str | None
    cost: Decimal
    currency: str

    def __post_init__(self) -> None:
        object.__setattr__(self, "cost", amount(self.cost, "A cost"))
        currency(self.currency)


@dataclass(frozen=True, slots=True)
class SharedCost:
    """A cost that many have in common, such as the fee of a plan.

    Attributes:
        name: What it is.
        cost: The cost.
        currency: Its currency.
        driver: What it is shared by, such as ``consumed_quantity of tokens``.
        weights: How much of the driver each key has.
    """

    name: str
    cost: Decimal
    currency: str
    driver: str
    weights: Mapping[str, Decimal | int]

    def __post_init__(self) -> None:
        object.__setattr__(self, "cost", amount(self.cost, "A shared cost"))
        currency(self.currency)


@dataclass(frozen=True, slots=True)
class AttributedCost:
    """What one key has to bear.

    Attributes:
        key: Whose it is.
        direct: What is its own.
        shared: Its shares of what is common.
    """

    key: str
    direct: Decimal
    shared: Decimal

    @property
    def total(self) -> Decimal:
        """Both together."""
        return total((self.direct, self.shared))


@dataclass(frozen=True, slots=True)
class AttributionTable:
    """Every cent of a total, exactly once.

    Attributes:
        rows: What each key has to bear, in the order of the keys.
        unattributed: What is nobody's.
        total: Everything, added up from what was given, not from the rows.
        currency: The currency; None where there is no cost.
        drivers: What each common cost was shared by; None where it could not be shared and is unattributed.
    """

    rows: Sequence[AttributedCost]
    unattributed: Decimal
    total: Decimal
    currency: str | None
    drivers: Mapping[str, str | None]


def attribute(lines: Iterable[CostLine], shared: Iterable[SharedCost] = (), places: int = 2) -> AttributionTable:
    """Who has to bear what.

    Args:
        lines: Costs that are somebody's or nobody's, in any order.
        shared: Costs that many have in common. One whose weights are all 0 is not attributed.
        places: Fractional digits of a share, as for :func:`share`.

    Returns:
        The table. Its rows and what is not attributed add up to its total exactly.

    Raises:
        MetricError: The currencies differ.
    """
    direct: defaultdict[str | None, Decimal] = defaultdict(Decimal)
    commons: defaultdict[str, Decimal] = defaultdict(Decimal)
    names: set[str] = set()
    for line in lines:
        direct[line.key] = total((direct[line.key], line.cost))
        names.add(line.currency)
    everything, drivers = total(direct.values()), dict[str, str | None]()
    unattributed = direct.pop(None, Decimal(0))
    for each in shared:
        names.add(each.currency)
        everything = total((everything, each.cost))
        can_share = any(each.weights.values())
        drivers[each.name] = each.driver if can_share else None
        if not can_share:
            unattributed = total((unattributed, each.cost))
            continue
        for name, part in share(each.cost, each.weights, places).items():
            commons[name] = total((commons[name], part))
    money = one_currency(names)
    keys = sorted({key for key in direct if key is not None} | commons.keys())
    rows = tuple(AttributedCost(key, direct[key], commons[key]) for key in keys)
    return AttributionTable(rows, unattributed, everything, money, drivers)
