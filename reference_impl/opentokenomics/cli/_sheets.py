"""How the commands on prices show their tables."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING

from opentokenomics.cli._output import STANDARD, look, open_output, show, write

if TYPE_CHECKING:
    from collections.abc import Iterable

    from opentokenomics.pricing import Sheet


def put(sheet: Sheet, form: str, facts: Mapping[str, object], output: str | None, sources: Iterable[str]) -> None:
    """Writes a sheet to where it should go."""
    from opentokenomics.pricing import render

    with open_output(output, sources=sources) as stream:
        if form != "text":
            write(stream, render(sheet, form, facts))
        elif output in {None, STANDARD}:
            show(_text(sheet))
        else:
            write(stream, _text(sheet))


def _text(sheet: Sheet) -> str:
    from opentokenomics.report import Columns, lay_out_columns

    places = [place for place, name in enumerate(sheet.header) if name not in sheet.aside]
    measures = (place for place in places if place >= sheet.labels)
    numeric = {place for place in measures if all(_is_number(row[place]) for row in sheet.rows)}
    table = Columns(
        [sheet.header[place].replace("_", " ") for place in places],
        [
            [_short(row[place]) if place in numeric else str(row[place] or "") for place in places]
            for row in (*sheet.rows, *sheet.totals)
        ],
        sum(place < sheet.labels for place in places),
        {number for number, place in enumerate(places) if place in numeric},
    )
    return lay_out_columns(table, look(), [sheet.title], sheet.notes)


def _is_number(value: str | int | None) -> bool:
    try:
        return value is None or Decimal(value).is_finite()
    except InvalidOperation:
        return False


def _short(value: str | int | None) -> str:
    """A number with few digits behind the point."""
    from opentokenomics.report import brief

    return "" if value is None else brief(Decimal(value))
