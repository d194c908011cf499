"""How the commands on prices show their tables."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, Literal

from opentokenomics.cli._output import STANDARD, look, open_output, show, write

if TYPE_CHECKING:
    from collections.abc import Iterable

    from opentokenomics.pricing import Sheet

_PLACES = 6
_LONGEST = 30


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
    from rich import box
    from rich.table import Table
    from rich.text import Text

    from opentokenomics.report import lay_out, visible

    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, padding=(0, 2, 0, 0))
    places = [place for place, name in enumerate(sheet.header) if name not in sheet.aside]
    measures = (place for place in places if place >= sheet.labels)
    numeric = {place for place in measures if all(_is_number(row[place]) for row in sheet.rows)}
    for place in places:
        justify: Literal["left", "right"] = "right" if place in numeric else "left"
        table.add_column(sheet.header[place].replace("_", " "), justify=justify, overflow="fold")
    for row in (*sheet.rows, *sheet.totals):
        shown = [_short(row[place]) if place in numeric else str(row[place] or "") for place in places]
        table.add_row(*(Text(visible(each)) for each in shown))
    return lay_out([Text(sheet.title), table, *(Text(visible(note)) for note in sheet.notes)], look())


def _is_number(value: str | int | None) -> bool:
    try:
        return value is None or Decimal(value).is_finite()
    except InvalidOperation:
        return False


def _short(value: str | int | None) -> str:
    """A number with few digits behind the point."""
    if value is None:
        return ""
    number = Decimal(value)
    short = round(number, _PLACES)
    if short == 0 and number != 0:
        return f"{number:.3g}"
    shown = f"{short:,f}"
    return shown.rstrip("0").rstrip(".") if "." in shown else shown
