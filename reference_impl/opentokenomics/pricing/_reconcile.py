"""Usage at its prices beside what was billed: what agrees, what is missing on either side, and what nobody explains."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from enum import StrEnum
from os import PathLike
from typing import Any

from opentokenomics.engines import Progress, Records, consult
from opentokenomics.exact_decimal import EXACT
from opentokenomics.pricing._errors import PricingError
from opentokenomics.pricing._given import refuse_faulty
from opentokenomics.pricing._groups import Groups
from opentokenomics.report import Report
from opentokenomics.standard import Profile

# Queries are built from column names of the standard, all quoted, and literals of this module.
# ruff: noqa: S608

DEFAULT_BY = ("service_provider_name", "model_id", "charge_day")
"""What usage and cost rows mostly both state."""

_COLUMNS = (
    *("charge_category", "charge_period_start", "consumed_quantity", "cost_carrier", "billing_currency"),
    *("billed_cost", "effective_cost", "list_cost", "contracted_cost"),
)
AMOUNTS = ("billed_cost", "effective_cost")


class Cause(StrEnum):
    """How the two sides of a group compare."""

    MATCHED = "matched"
    ROUNDING = "rounding"
    NO_USAGE = "missing_in_usage"
    NO_COST = "missing_in_cost"
    UNPRICED = "usage_without_price"
    UNEXPLAINED = "unexplained"
    OTHER_CHARGES = "other_charges"


@dataclass(frozen=True, slots=True)
class Reconciled:
    """One group of charges, in one currency.

    Attributes:
        key: What makes the group.
        currency: The currency of the amounts; None where only usage without a price is in the group.
        category: The ``charge_category`` of its charges; only usage is held against usage.
        cause: How the two sides compare.
        expected: What the usage costs at its contracted price, or at its list price where it has none.
        charged: What the cost rows say; where there are none, what the usage itself carries.
        usage_records: How many records of usage there are.
        unpriced_records: How many of them have no price.
        cost_records: How many records carry what was charged.
    """

    key: tuple[str | None, ...]
    currency: str | None
    category: str
    cause: Cause
    expected: Decimal
    charged: Decimal
    usage_records: int
    unpriced_records: int
    cost_records: int

    @property
    def difference(self) -> Decimal:
        """What was charged beyond what was to be expected."""
        return EXACT.subtract(self.charged, self.expected)


@dataclass(frozen=True, slots=True)
class Reconciliation:
    """All groups, and what they come to.

    Attributes:
        by: The names of what makes the groups.
        amount: The column of the cost rows that was held against usage.
        groups: The groups, the largest difference first.
    """

    by: Sequence[str]
    amount: str
    groups: Sequence[Reconciled]

    @property
    def is_settled(self) -> bool:
        """Whether nothing differs by more than rounding; other charges than usage are not held against it."""
        settled = {Cause.MATCHED, Cause.ROUNDING, Cause.OTHER_CHARGES}
        return all(each.cause in settled for each in self.groups)

    def by_cause(self) -> list[tuple[str | None, Cause, int, Decimal, Decimal]]:
        """Currency, cause, number of groups, and the sums of both sides: they add up to the totals of the inputs."""
        found: dict[tuple[str | None, Cause], tuple[int, Decimal, Decimal]] = {}
        for each in self.groups:
            count, expected, charged = found.get((each.currency, each.cause), (0, Decimal(0), Decimal(0)))
            sums = EXACT.add(expected, each.expected), EXACT.add(charged, each.charged)
            found[each.currency, each.cause] = (count + 1, *sums)
        rows = [(currency, cause, *sums) for (currency, cause), sums in found.items()]
        return sorted(rows, key=lambda row: (str(row[0]), -abs(row[4] - row[3]), row[1]))


def reconcile(
    usage: str | PathLike[str],
    costs: str | PathLike[str],
    *,
    by: Sequence[str] = DEFAULT_BY,
    amount: str = AMOUNTS[0],
    rounding: Decimal = Decimal("0.005"),
    progress: Progress | None = None,
) -> Reconciliation:
    """Holds what usage costs at its prices against what was billed.

    Args:
        usage: A file of priced usage.
        costs: A file with the records that carry the money: cost rows or invoice lines, as records of usage.
        by: What makes groups (see :class:`Groups`); both files have to state it.
        amount: ``billed_cost`` or ``effective_cost`` of the cost rows.
        rounding: By how much each cost row may have been rounded. A group differs by rounding where the difference is
            no more than that for each of its cost rows.
        progress: Told how far the work is.

    Raises:
        InputError: A file cannot be read.
        PricingError: A file does not conform to the profile *metering* (``input_not_conformant``), a name makes no
            groups (``column_not_groupable``), or there is no such column of amounts (``amount_unknown``).
        ResourceError: Memory or the folder for temporary files is full.
    """
    groups = Groups(tuple(by))
    groups.refuse_unknown()
    if amount not in AMOUNTS:
        raise PricingError("amount_unknown", f"{amount} is not what a cost row is charged.", f"Choose {AMOUNTS[0]}.")

    def ask(report: Report, records: Records) -> Reconciliation:
        refuse_faulty(report)
        rows = records.rows(_sums(groups, amount, report.datasets[0].rows))
        found = [_reconciled(row, rounding) for row in _with_unpriced(rows, len(groups.names))]
        ordered = sorted(found, key=lambda each: (-abs(each.difference), str(each.key), each.category))
        return Reconciliation(groups.names, amount, ordered)

    wanted = {"usage": list(dict.fromkeys((*_COLUMNS, *groups.columns)))}
    inputs = [("usage", usage), ("usage", costs)]
    return consult(inputs, wanted, ask, profile=Profile.METERING, progress=progress)


def _sums(groups: Groups, amount: str, usage_rows: int) -> str:
    """SQL of both sides of each group, with what the usage itself carries."""
    keys = "".join(f"{sql} AS k{place}, " for place, sql in enumerate(groups.sql()))
    grouped = "".join(f"k{place}, " for place in range(len(groups.names)))
    own = f"row_number <= {usage_rows}"
    measured = f"{own} AND charge_category = 'usage' AND consumed_quantity IS NOT NULL"
    expected = "coalesce(contracted_cost, list_cost)"
    return f"""
        SELECT {grouped}billing_currency, charge_category,
            coalesce(sum(expected), 0), coalesce(sum(charged), 0), count_if(is_usage),
            count_if(is_usage AND expected IS NULL), count(charged), coalesce(sum(own), 0), count(own)
        FROM (
            SELECT {keys}charge_category, {measured} AS is_usage,
                CASE WHEN {measured} THEN {expected} END AS expected,
                CASE WHEN NOT ({own}) AND cost_carrier = 'this_row' THEN {amount} END AS charged,
                CASE WHEN {own} AND cost_carrier = 'this_row' THEN {amount} END AS own,
                CASE WHEN ({measured} AND {expected} IS NULL) THEN NULL ELSE billing_currency END AS billing_currency
            FROM usage
        ) WHERE is_usage OR charged IS NOT NULL OR own IS NOT NULL GROUP BY ALL"""


@dataclass(frozen=True, slots=True)
class _Sums:
    """Both sides of a group."""

    key: tuple[str | None, ...]
    currency: str | None
    category: str
    expected: Decimal
    charged: Decimal
    usage: int
    unpriced: int
    costs: int

    @classmethod
    def of(cls, row: tuple[Any, ...], width: int) -> _Sums:
        key = tuple(None if value is None else str(value) for value in row[:width])
        currency, category, expected, charged, usage, unpriced, costs, own, carrying = row[width:]
        if not costs:
            # No cost row stands against the group, so that what its usage carries itself is what it was charged.
            charged, costs = own, carrying
        return cls(key, currency, str(category), Decimal(expected), Decimal(charged), usage, unpriced, costs)


def _with_unpriced(rows: Sequence[tuple[Any, ...]], width: int) -> Iterator[_Sums]:
    """The sums, with usage that has no price, and so no currency, in the one group of its key that has one."""
    found: dict[tuple[object, ...], dict[str | None, _Sums]] = {}
    for row in rows:
        sums = _Sums.of(row, width)
        found.setdefault((sums.key, sums.category), {})[sums.currency] = sums
    for by_currency in found.values():
        unpriced = by_currency.get(None)
        others = [each for currency, each in by_currency.items() if currency is not None]
        if unpriced is None or len(others) != 1:
            yield from by_currency.values()
        else:
            (one,) = others
            yield replace(one, usage=one.usage + unpriced.usage, unpriced=one.unpriced + unpriced.unpriced)


def _reconciled(sums: _Sums, rounding: Decimal) -> Reconciled:
    return Reconciled(
        key=sums.key,
        currency=sums.currency,
        category=sums.category,
        cause=_cause(sums, rounding) if sums.category == "usage" else Cause.OTHER_CHARGES,
        expected=sums.expected,
        charged=sums.charged,
        usage_records=sums.usage,
        unpriced_records=sums.unpriced,
        cost_records=sums.costs,
    )


def _cause(sums: _Sums, rounding: Decimal) -> Cause:
    difference = abs(EXACT.subtract(sums.charged, sums.expected))
    if not sums.usage:
        return Cause.NO_USAGE
    if sums.unpriced == sums.usage:
        return Cause.UNPRICED
    if not sums.costs:
        return Cause.NO_COST
    if difference == 0:
        return Cause.MATCHED
    if difference <= rounding * sums.costs:
        return Cause.ROUNDING
    return Cause.UNPRICED if sums.unpriced else Cause.UNEXPLAINED
