"""What is given to be priced, and the prices: both have to conform."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from os import PathLike

from opentokenomics.engines import Records
from opentokenomics.pricing._card import RateCard
from opentokenomics.pricing._errors import PricingError
from opentokenomics.pricing._price import Price
from opentokenomics.pricing._subjects import utc
from opentokenomics.report import Report, Status, file_name, file_names, first_fault
from opentokenomics.standard import Kind, load

_MOST_SHOWN = 3


Usage = str | PathLike[str] | Iterable[str | PathLike[str]]
"""A file, a folder, an archive or a bundle with usage, or several, whose records are taken one file after the other."""


def several(usage: Usage) -> Sequence[str | PathLike[str]]:
    """The paths that were given."""
    return [usage] if isinstance(usage, str | PathLike) else list(usage)


def refuse_faulty(report: Report) -> None:
    """Raises PricingError (``input_not_conformant``) where an input does not conform."""
    faulty = [each.requirement for each in report.checks if each.status is Status.FAIL]
    if faulty:
        paths = [each.path for each in report.datasets]
        places = {each.requirement: each.path for each in reversed(report.violations) if each.path is not None}
        shown = [
            f"{each} in {file_name(places[each])}" if len(paths) > 1 and each in places else each
            for each in faulty[:_MOST_SHOWN]
        ]
        names = ", ".join(shown) + (" and others" if len(faulty) > _MOST_SHOWN else "")
        do = "does" if len(paths) == 1 else "do"
        said = f"{file_names(paths)} {do} not conform to the profile {report.profile}: {names}."
        raise PricingError(
            "input_not_conformant",
            f"{said} {first_fault(report)}",
            f"See opentokenomics validate --profile {report.profile}.",
        )


def columns_of_prices() -> Sequence[str]:
    """The columns of the dataset ``price``."""
    return [column.name for column in load().datasets["price"].columns]


def card_of(records: Records) -> RateCard:
    """The rate card of the given prices."""
    return RateCard(_prices(records))


def _prices(records: Records) -> Iterator[Price]:
    columns = load().datasets["price"].columns
    names = ", ".join(f'"{column.name}"' for column in columns)
    for values in records.stream(f"SELECT {names} FROM price ORDER BY row_number"):  # noqa: S608 - the standard's names
        record: dict[str, object] = {}
        for column, value in zip(columns, values, strict=True):
            if value is not None and column.kind is Kind.TIMESTAMP:
                record[column.name] = utc(value)
            elif value is not None:
                # Engines hold a list as its members between commas, which no day of the week has.
                record[column.name] = value.split(",") if column.kind is Kind.LIST else value
        yield Price.of(record)
