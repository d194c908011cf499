"""How the commands on prices show their tables."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from decimal import Context, Decimal, InvalidOperation
from typing import TYPE_CHECKING, Literal

from opentokenomics.cli._output import STANDARD, look, open_output, show, write

if TYPE_CHECKING:
    from collections.abc import Iterable

    from opentokenomics.pricing import Sheet

_LAST_PLACE = Decimal("0.000001")
_WIDE = Context(prec=400)
"""Room for all digits of a sum: the context that is there by default refuses to round more than 28."""

_BETWEEN = 3
_LEAST = 10
"""To how many characters names of groups are folded where there is little room; other words and numbers never are."""


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
    rows, shown = (*sheet.rows, *sheet.totals), dict[int, list[str]]()
    for place in places:
        shown[place] = [_short(row[place]) if place in numeric else visible(str(row[place] or "")) for row in rows]
    headers = {place: sheet.header[place].replace("_", " ") for place in places}
    how = look()
    texts = {place: (headers[place], *shown[place]) for place in places}
    widths = _widths(texts, sheet.labels, how.width)
    for place in places:
        justify: Literal["left", "right"] = "right" if place in numeric else "left"
        table.add_column(headers[place], justify=justify, overflow="fold", width=widths[place])
    for number in range(len(rows)):
        table.add_row(*(Text(shown[place][number]) for place in places))
    # An amount that is broken in two is read as another one: rather, the table is wider than the terminal.
    how = replace(how, width=max(how.width, _width(widths)))
    return lay_out([Text(sheet.title), table, *(Text(visible(note)) for note in sheet.notes)], how)


def _widths(texts: Mapping[int, Sequence[str]], labels: int, room: int) -> dict[int, int]:
    """The widths of the columns: as much as they need, or names folded as far as they have to be."""
    longest = {
        place: max((len(word) for each in of for word in each.split()), default=1) for place, of in texts.items()
    }
    widths = {place: min(width, _LEAST) if place < labels else width for place, width in longest.items()}
    for wanted in (longest, {place: max(map(len, of)) for place, of in texts.items()}):
        for place, width in wanted.items():
            widths[place] += max(0, min(room - _width(widths), width - widths[place]))
    return widths


def _width(widths: Mapping[int, int]) -> int:
    return sum(widths.values()) + _BETWEEN * (len(widths) + 1)


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
    short = number.quantize(_LAST_PLACE, context=_WIDE)
    if short == 0 and number != 0:
        return f"{number:.3g}"
    shown = f"{short:,f}"
    return shown.rstrip("0").rstrip(".") if "." in shown else shown
