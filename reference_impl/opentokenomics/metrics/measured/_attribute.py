"""From files to an account of every cent."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from os import PathLike
from typing import TYPE_CHECKING

from opentokenomics.engines import Progress, Records, consult
from opentokenomics.metrics._attribution import AttributionTable, CostLine, SharedCost, attribute
from opentokenomics.metrics._errors import MetricError
from opentokenomics.metrics._exact import total
from opentokenomics.metrics.measured._measure import refuse_nonconformant
from opentokenomics.metrics.measured._request import COST_COLUMNS, Parameters
from opentokenomics.metrics.measured._where import (
    Asked,
    cost_sql,
    having,
    is_unknown_sql,
    selected,
    telling_sources,
    text,
)
from opentokenomics.report import count
from opentokenomics.standard import Profile, load

if TYPE_CHECKING:
    from opentokenomics.report import Report

# Queries are built from column names of the standard, all of them checked, and values are parameters.
# ruff: noqa: S608

COST_DRIVER = "cost"
"""The driver that shares in proportion to what each key bears directly."""

SEPARATOR = " / "
_STROKES = re.compile(r"(?<![^ ])/+(?![^ ])")


@dataclass(frozen=True, slots=True)
class Attribution:
    """How costs are to be attributed.

    Attributes:
        by: The columns of usage that say whose a cost is. The key of several has their values with `` / `` between
            them, and one more stroke where a value has strokes between spaces of its own.
        shared: Values of columns that make a cost that is nobody's a common one: ``charge_category`` ``purchase``.
        driver: What common costs are shared by: ``cost``, or a meter whose consumed quantity counts. Where nobody has
            any of it, they are unattributed.
        places: Fractional digits of a share.
        cost_column: The column of usage whose amounts are added up.
        sources: Each ``source_name`` that counts, none for all; they must not state the same facts.
    """

    by: Sequence[str]
    shared: Mapping[str, str] = field(default_factory=dict)
    driver: str = COST_DRIVER
    places: int = 2
    cost_column: str = COST_COLUMNS[0]
    sources: Sequence[str] = ()


def attribute_usage(
    inputs: Iterable[tuple[str, str | PathLike[str]]],
    how: Attribution,
    *,
    progress: Progress | None = None,
    notice: Callable[[str], None] | None = None,
) -> tuple[AttributionTable, ...]:
    """Who has to bear which cost of the usage, a table for each currency.

    Args:
        inputs: Files, each with the dataset of its records.
        how: How costs are to be attributed.
        progress: Told how far the work is.
        notice: Told, in a sentence, what the tables do not show: usage whose cost is in a plan or not known, and
            columns that no record has a value in.

    Returns:
        The tables, in the order of their currencies.

    Raises:
        InputError: A file cannot be read.
        MetricError: An input does not conform or is missing, a column or driver does not exist or has several units,
            or sources state the same amounts.
        ResourceError: There is no room for temporary files, or not enough memory.
    """
    given = list(inputs)
    if "usage" not in {dataset for dataset, _ in given}:
        raise MetricError(
            "dataset_missing", "Costs of usage are attributed; none is given.", "Pass --input usage=FILE."
        )
    known = load().datasets["usage"].by_name
    if how.driver != COST_DRIVER and how.driver not in known["meter"].values:
        meters = ", ".join(known["meter"].values)
        raise MetricError(
            "driver_unknown", f"There is no driver {how.driver}.", f"Choose {COST_DRIVER}, or a meter: {meters}."
        )

    def answer(report: Report, records: Records) -> tuple[AttributionTable, ...]:
        refuse_nonconformant(report)
        asked = Asked(records, report, load(report.spec_version), Parameters(how.by, {}, how.cost_column, how.sources))
        tables = tuple(_tables(asked, how))
        if notice is not None:
            for sentence in _unseen(asked, how):
                notice(sentence)
        return tables

    needed = [
        *map(selected, (*how.by, *how.shared)),
        how.cost_column,
        "charge_category",
        "cost_carrier",
        *telling_sources(how.sources),
        "billing_currency",
        "meter",
        "consumed_unit",
        "consumed_quantity",
    ]
    wanted = {"usage": [name for name in dict.fromkeys(needed) if name in known]}
    return consult(given, wanted, answer, profile=Profile.COST, progress=progress)


def _tables(asked: Asked, how: Attribution) -> Iterator[AttributionTable]:
    asked.refuse_same_facts("amounts", *([] if how.driver == COST_DRIVER else ["quantities"]))
    by = _bearers(asked)
    usage = asked.standard.datasets["usage"]
    commons = [having(usage, column, value) for column, value in how.shared.items()]
    is_common = f"COALESCE({' AND '.join(sql for sql, _ in commons)}, FALSE)" if commons else "FALSE"
    where, values = asked.where("usage")
    rows = asked.records.rows(
        f"SELECT billing_currency, {', '.join(by)}, {is_common} AS is_common, sum(amount) "
        f"FROM (SELECT *, {cost_sql(asked.parameters)} AS amount FROM usage {where}) WHERE amount IS NOT NULL "
        "GROUP BY ALL ORDER BY ALL",
        *(value for _, own in commons for value in own),
        *values,
    )
    quantities = {} if how.driver == COST_DRIVER else _quantities(asked, how.driver)
    for money in sorted({row[0] for row in rows}):
        own = [row[1:] for row in rows if row[0] == money]
        lines = [CostLine(_key(key), cost, money) for *key, common, cost in own if _key(key) is not None or not common]
        common = [cost for *key, common, cost in own if common and _key(key) is None]
        weights = _direct(lines) if how.driver == COST_DRIVER else quantities
        name = ", ".join(f"{column} {value}" for column, value in how.shared.items())
        # Records that name only some of the columns are part of the one common cost, which is rounded once.
        shared = [SharedCost(name, total(common), money, how.driver, weights)] if common else []
        yield attribute(lines, shared, how.places)


def _bearers(asked: Asked) -> list[str]:
    """SQL of the columns that say whose a cost is; a tag may be there without a value, and names nobody then."""
    named = zip(asked.parameters.by, asked.groups("usage"), strict=True)
    return [f"nullif({sql}, '')" if "." in column else sql for column, sql in named]


def _unseen(asked: Asked, how: Attribution) -> Iterator[str]:
    """What the tables do not show, in sentences."""
    where, values = asked.where("usage")
    valued = ", ".join(f"count({column})" for column in _bearers(asked))
    ((records, unknown, *counts),) = asked.records.rows(
        f"SELECT count(*), count_if({is_unknown_sql(asked.parameters)}), {valued} "
        f"FROM (SELECT *, {cost_sql(asked.parameters)} AS amount FROM usage {where})",
        *values,
    )
    if unknown:
        yield (
            f"Of {count(records, 'record')}, {unknown:,} have no {how.cost_column} on themselves or on another record"
            " of their call: it is in a plan, or not known."
        )
    for column, number in zip(how.by, counts, strict=True):
        if records and not number:
            yield f"No record has a value in {column}."


def _quantities(asked: Asked, meter: str) -> dict[str, Decimal]:
    """How much of a meter each key consumed.

    Raises:
        MetricError: Its quantities have several units.
    """
    where, values = asked.where("usage", "meter = ?")
    rows = asked.records.rows(
        f"SELECT {', '.join(_bearers(asked))}, consumed_unit, sum(consumed_quantity) FROM usage {where} GROUP BY ALL",
        meter,
        *values,
    )
    units = sorted({unit for *_, unit, quantity in rows if quantity is not None})
    if len(units) > 1:
        raise MetricError(
            "driver_of_several_units",
            f"Quantities of {meter} in {', '.join(units)} cannot be added up.",
            f"Share by {COST_DRIVER}, or by a meter with one unit.",
        )
    return {key: quantity for *group, _, quantity in rows if (key := _key(group)) is not None and quantity}


def _direct(lines: Iterable[CostLine]) -> dict[str, Decimal]:
    """What each key bears directly; whoever has more credits than costs takes no share."""
    sums: defaultdict[str, Decimal] = defaultdict(Decimal)
    for line in lines:
        if line.key is not None:
            sums[line.key] = total((sums[line.key], line.cost))
    return {key: max(cost, Decimal(0)) for key, cost in sums.items()}


def _key(values: Sequence[object]) -> str | None:
    """The key that columns give; none where one of them says nothing. Other values of several have another key."""
    if any(value is None for value in values):
        return None
    texts = [text(value) for value in values]
    # A stroke that a value has between spaces would look like the separator, so it gets one more.
    return SEPARATOR.join(_STROKES.sub(r"\g<0>/", each) for each in texts) if len(texts) > 1 else texts[0]
