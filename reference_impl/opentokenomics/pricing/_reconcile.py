"""Usage at its prices beside what was billed: what agrees, what is missing on either side, and what nobody explains."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from enum import StrEnum
from operator import attrgetter
from typing import Any

from opentokenomics.engines import Notice, Progress, Records, consult, files_of
from opentokenomics.exact_decimal import EXACT
from opentokenomics.pricing._errors import PricingError
from opentokenomics.pricing._given import Usage, refuse_faulty, several
from opentokenomics.pricing._groups import Groups
from opentokenomics.report import Report, file_names
from opentokenomics.standard import Profile

# Queries are built from column names of the standard, all quoted, and literals of this module.
# ruff: noqa: S608

DEFAULT_BY = ("service_provider_name", "model_id", "charge_day")
"""What usage and cost rows mostly both state."""

_COLUMNS = (
    *("record_id", "record_type", "corrects_record_id"),
    *("charge_category", "charge_period_start", "charge_period_end", "consumed_quantity", "cost_carrier"),
    "billing_currency",
    *("billed_cost", "effective_cost", "list_cost", "contracted_cost"),
)
AMOUNTS = ("billed_cost", "effective_cost")
_FILL = "Check where it comes from; an empty file would have everything missing."


class Cause(StrEnum):
    """How the two sides of a group compare."""

    MATCHED = "matched"
    ROUNDING = "rounding"
    NO_USAGE = "missing_in_usage"
    NO_COST = "missing_in_cost"
    UNPRICED = "usage_without_price"
    UNEXPLAINED = "unexplained"
    COVERED = "covered"
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
        carried: What the usage itself carries. It was charged where no cost row stands against the group, and is left
            aside where one does.
        is_carried: Whether it is what was charged.
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
    carried: Decimal = Decimal(0)
    is_carried: bool = False

    @property
    def difference(self) -> Decimal:
        """What was charged beyond what was to be expected."""
        return EXACT.subtract(self.charged, self.expected)

    @property
    def has_amount(self) -> bool:
        """Whether either side states an amount; where neither does, its sums are 0 and say nothing."""
        return self.usage_records > self.unpriced_records or self.cost_records > 0


@dataclass(frozen=True, slots=True)
class Total:
    """What all groups of one currency come to, and where it is stated.

    Attributes:
        currency: The currency of the amounts; None where records state none.
        expected: What the usage costs.
        charged: What was charged: the sum of the cost rows, and of what usage carries where no cost row stands.
        cost_rows: The sum of the file of cost rows.
        carried: What usage carries where no cost row stands against it.
        left_aside: What usage carries beside cost rows, which is in no amount.
    """

    currency: str | None
    expected: Decimal
    charged: Decimal
    cost_rows: Decimal
    carried: Decimal
    left_aside: Decimal

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
        without_amount: How many records of the file of cost rows state no such amount.
        without_quantity: By currency, what records of usage state at their prices that consumed nothing, such as
            cost-only records and purchases. It is in no amount, for what they pay for may be there beside them.
        longer: How many records of usage with an amount, of the sides ``usage`` and ``costs``, are about more than the
            day or the month that makes groups. They stand in the one in which they start.
    """

    by: Sequence[str]
    amount: str
    groups: Sequence[Reconciled]
    without_amount: int = 0
    without_quantity: Mapping[str | None, Decimal] = field(default_factory=dict)
    longer: Mapping[str, int] = field(default_factory=dict)

    def totals(self) -> list[Total]:
        """All groups together, by currency; usage without a price, and so without one, comes to nothing."""
        found: dict[str | None, tuple[Decimal, ...]] = {}
        for each in filter(attrgetter("has_amount"), self.groups):
            rows = Decimal(0) if each.is_carried else each.charged
            carried, aside = (each.carried, Decimal(0)) if each.is_carried else (Decimal(0), each.carried)
            sums = found.get(each.currency, (Decimal(0),) * 5)
            added = (each.expected, each.charged, rows, carried, aside)
            found[each.currency] = tuple(EXACT.add(one, other) for one, other in zip(sums, added, strict=True))
        return [Total(currency, *found[currency]) for currency in sorted(found, key=str)]

    def unstated(self) -> list[tuple[str, str]]:
        """What makes groups and one side never states while the other does: the side, and the name of the column."""
        usage = [each.key for each in self.groups if each.usage_records]
        costs = [each.key for each in self.groups if each.cost_records and not each.is_carried]
        found = []
        for place, name in enumerate(self.by):
            known = {
                side: any(key[place] is not None for key in keys) for side, keys in (("usage", usage), ("costs", costs))
            }
            if usage and costs and known["usage"] is not known["costs"]:
                found.append(("costs" if known["usage"] else "usage", name))
        return found

    @property
    def is_settled(self) -> bool:
        """Whether nothing differs by more than rounding; covered usage and other charges are held against nothing."""
        settled = {Cause.MATCHED, Cause.ROUNDING, Cause.COVERED, Cause.OTHER_CHARGES}
        return all(each.cause in settled for each in self.groups)

    def by_cause(self) -> list[tuple[str | None, Cause, int, Decimal, Decimal]]:
        """Currency, cause, number of groups, and the sums of both sides: they add up to the totals of the inputs."""
        found: dict[tuple[str | None, Cause], tuple[int, Decimal, Decimal]] = {}
        for each in self.groups:
            count, expected, charged = found.get((each.currency, each.cause), (0, Decimal(0), Decimal(0)))
            sums = EXACT.add(expected, each.expected), EXACT.add(charged, each.charged)
            found[each.currency, each.cause] = (count + 1, *sums)
        rows = [(currency, cause, *sums) for (currency, cause), sums in found.items()]
        return sorted(rows, key=lambda row: (str(row[0]), _descending(EXACT.subtract(row[4], row[3])), row[1]))


def reconcile(
    usage: Usage,
    costs: Usage,
    *,
    by: Sequence[str] = DEFAULT_BY,
    amount: str = AMOUNTS[0],
    rounding: Decimal = Decimal("0.005"),
    progress: Progress | None = None,
    notice: Notice | None = None,
) -> Reconciliation:
    """Holds what usage costs at its prices against what was billed.

    Args:
        usage: One or several files, folders, archives or bundles with priced usage.
        costs: The same with the records that carry the money: cost rows or invoice lines, as records of usage.
        by: What makes groups (see :class:`Groups`); both sides have to state it.
        amount: ``billed_cost`` or ``effective_cost`` of the cost rows.
        rounding: By how much each cost row may have been rounded. A group differs by rounding where the difference is
            no more than that for each of its cost rows, or than that where its usage carries what was charged.
        progress: Told how far the work is.
        notice: Told, in a sentence, which files of a folder or an archive are left aside, and why.

    Raises:
        InputError: As for :func:`opentokenomics.pricing.price_usage`.
        PricingError: A side is empty (``input_empty``) or does not conform by itself to the profile *metering*
            (``input_not_conformant``), a name makes no groups (``column_not_groupable``), or there is no such column
            of amounts (``amount_unknown``).
        ResourceError: Memory or the folder for temporary files is full.
    """
    # Groups are by category as it is.
    groups = Groups(tuple(name for name in dict.fromkeys(by) if name != "charge_category"))
    groups.refuse_unknown()
    if amount not in AMOUNTS:
        raise PricingError("amount_unknown", f"{amount} is not what a cost row is charged.", f"Choose {AMOUNTS[0]}.")

    # Each side stands for itself: two vendors may well have given the same identifier to different records.
    told = progress, notice
    owed = _asked(usage, groups, _owed(groups, amount), told)
    charged = _asked(costs, groups, _charged(groups, amount), told)
    width = len(groups.names)
    longer = {"usage": sum(row[-1] for row in owed), "costs": sum(row[-1] for row in charged)}
    owed, charged = [row[:-1] for row in owed], [row[:-1] for row in charged]
    aside: defaultdict[str | None, Decimal] = defaultdict(Decimal)
    for row in (each for each in owed if each[-1]):
        aside[row[width]] = EXACT.add(aside[row[width]], row[-1])
    owed = [row[:-1] for row in owed if row[width + 4] or row[-2]]
    silent = sum(row[-1] for row in charged)
    charged = [row[:-1] for row in charged if row[-2]]
    found = [_reconciled(each, rounding) for each in _with_unpriced(_together(owed, charged, width))]
    return Reconciliation(groups.names, amount, sorted(found, key=_place), silent, dict(aside), longer)


def _place(group: Reconciled) -> tuple[Decimal, str, str, str, Cause]:
    """Where a group stands: the largest difference first; no two groups have one place."""
    return _descending(group.difference), str(group.key), group.category, str(group.currency), group.cause


def _descending(difference: Decimal) -> Decimal:
    """What puts the larger of two differences first; operators would round them to 28 digits."""
    return difference.copy_abs().copy_negate()


def _asked(
    side: Usage, groups: Groups, query: str, told: tuple[Progress | None, Notice | None]
) -> Sequence[tuple[Any, ...]]:
    """The sums of one side."""

    def ask(report: Report, records: Records) -> Sequence[tuple[Any, ...]]:
        if not any(each.rows for each in report.datasets):
            names, many = file_names([each.path for each in report.datasets]), len(report.datasets) > 1
            said = f"{names} {'hold' if many else 'holds'} no record, so that nothing can be held against"
            raise PricingError("input_empty", f"{said} {'them' if many else 'it'}.", _FILL)
        refuse_faulty(report)
        return records.rows(query)

    wanted = {"usage": list(dict.fromkeys((*_COLUMNS, *groups.columns)))}
    progress, notice = told
    with files_of("usage", several(side), progress=progress, notice=notice) as files:
        return consult(files, wanted, ask, profile=Profile.METERING, progress=progress)


def _owed(groups: Groups, amount: str) -> str:
    """SQL of what the usage of each group costs, and what it itself carries; usage without either has no currency.

    A record without a price and its retraction are no usage that lacks one. Last come what records without a quantity
    state at their prices, and how many records are longer than their group.
    """
    expected = "coalesce(contracted_cost, list_cost)"
    cancelled = f"{expected} IS NULL AND record_id IN (SELECT unnest(list_append(retractions, root)) FROM cancelled)"
    measured = f"charge_category = 'usage' AND consumed_quantity IS NOT NULL AND NOT ({cancelled})"
    return f"""
        WITH RECURSIVE retracted AS (
            SELECT record_id, corrects_record_id FROM usage
            WHERE record_type = 'retraction' AND corrects_record_id IS NOT NULL),
        chain(root, record_id, steps) AS (
            SELECT o.record_id, r.record_id, 1 FROM retracted r JOIN usage o ON o.record_id = r.corrects_record_id
            WHERE o.record_type <> 'retraction'
            UNION ALL
            SELECT root, r.record_id, steps + 1 FROM chain c JOIN retracted r ON r.corrects_record_id = c.record_id),
        cancelled AS (SELECT root, list(record_id) AS retractions FROM chain GROUP BY root HAVING max(steps) % 2 = 1)
        SELECT {_names(groups)}billing_currency, charge_category, is_covered,
            coalesce(sum(expected), 0), count_if(is_usage),
            count_if(is_usage AND expected IS NULL), coalesce(sum(own), 0), count(own), sum(aside),
            count_if(is_longer AND is_usage AND coalesce(expected, own) IS NOT NULL)
        FROM (
            SELECT {_keys(groups)}charge_category, {measured} AS is_usage,
                coalesce({measured} AND {amount} IS NULL AND cost_carrier IN ('plan', 'none'), FALSE) AS is_covered,
                CASE WHEN {measured} THEN {expected} END AS expected, {amount} AS own,
                CASE WHEN NOT ({measured}) THEN {expected} END AS aside, {groups.is_longer()} AS is_longer,
                CASE WHEN coalesce({expected}, {amount}) IS NOT NULL THEN billing_currency END AS billing_currency
            FROM usage
        ) WHERE is_usage OR own IS NOT NULL OR aside IS NOT NULL GROUP BY ALL"""


def _charged(groups: Groups, amount: str) -> str:
    """SQL of what the cost rows of each group charge, how many of them charge nothing, and how many are longer."""
    return f"""
        SELECT {_names(groups)}billing_currency, charge_category, FALSE, coalesce(sum(charged), 0), count(charged),
            count_if(charged IS NULL), count_if(charged IS NOT NULL AND charge_category = 'usage' AND is_longer)
        FROM (SELECT {_keys(groups)}charge_category, billing_currency, {amount} AS charged,
            {groups.is_longer()} AS is_longer FROM usage) GROUP BY ALL"""


def _keys(groups: Groups) -> str:
    return "".join(f"{sql} AS k{place}, " for place, sql in enumerate(groups.sql()))


def _names(groups: Groups) -> str:
    return "".join(f"k{place}, " for place in range(len(groups.names)))


@dataclass(frozen=True, slots=True)
class _Sums:
    """Both sides of a group."""

    key: tuple[str | None, ...]
    currency: str | None
    category: str
    covered: bool
    expected: Decimal
    charged: Decimal
    usage: int
    unpriced: int
    costs: int
    carried: Decimal
    is_carried: bool

    @property
    def has_amount(self) -> bool:
        """Whether anything is stated but quantities."""
        return self.usage > self.unpriced or self.costs > 0


def _together(owed: Sequence[tuple[Any, ...]], charged: Sequence[tuple[Any, ...]], width: int) -> Iterator[_Sums]:
    """Both sides of each group; where no cost row stands against it, it was charged what its usage itself carries."""
    left = {row[: width + 3]: row[width + 3 :] for row in owed}
    right = {row[: width + 3]: row[width + 3 :] for row in charged}
    for group in dict.fromkeys((*left, *right)):
        *key, currency, category, covered = group
        expected, usage, unpriced, own, carrying = left.get(group, (0, 0, 0, 0, 0))
        amount, costs = right.get(group, (own, carrying))
        yield _Sums(
            key=tuple(None if value is None else str(value) for value in key),
            currency=currency,
            category=str(category),
            covered=covered,
            expected=Decimal(expected),
            charged=Decimal(amount),
            usage=usage,
            unpriced=unpriced,
            costs=costs,
            carried=Decimal(own),
            is_carried=group not in right,
        )


def _with_unpriced(every: Iterable[_Sums]) -> Iterator[_Sums]:
    """The sums, with usage that has no price, and so no currency, in the one group of its key that has one."""
    found: dict[tuple[object, ...], dict[str | None, _Sums]] = {}
    for sums in every:
        found.setdefault((sums.key, sums.category, sums.covered), {})[sums.currency] = sums
    for by_currency in found.values():
        unpriced = by_currency.get(None)
        others = [each for currency, each in by_currency.items() if currency is not None]
        if unpriced is None or unpriced.has_amount or len(others) != 1:
            yield from by_currency.values()
        else:
            (one,) = others
            yield replace(one, usage=one.usage + unpriced.usage, unpriced=one.unpriced + unpriced.unpriced)


def _reconciled(sums: _Sums, rounding: Decimal) -> Reconciled:
    apart = Cause.COVERED if sums.covered else None if sums.category == "usage" else Cause.OTHER_CHARGES
    return Reconciled(
        key=sums.key,
        currency=sums.currency,
        category=sums.category,
        cause=apart or _cause(sums, rounding),
        expected=sums.expected,
        charged=sums.charged,
        usage_records=sums.usage,
        unpriced_records=sums.unpriced,
        cost_records=sums.costs,
        carried=sums.carried,
        is_carried=sums.is_carried,
    )


def _cause(sums: _Sums, rounding: Decimal) -> Cause:
    difference = EXACT.subtract(sums.charged, sums.expected).copy_abs()
    if sums.usage and sums.unpriced == sums.usage:
        return Cause.UNPRICED
    if difference == 0 and (sums.costs or not sums.unpriced):
        return Cause.MATCHED
    if not sums.usage:
        return Cause.NO_USAGE
    if not sums.costs:
        return Cause.NO_COST if difference else Cause.UNPRICED
    # Half a cent for each of thousands of calls would excuse any price of theirs.
    if difference <= EXACT.multiply(rounding, Decimal(1 if sums.is_carried else sums.costs)):
        return Cause.ROUNDING
    # What lacks a price makes the expected cost too small, never too large.
    return Cause.UNPRICED if sums.unpriced and sums.charged > sums.expected else Cause.UNEXPLAINED
