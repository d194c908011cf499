"""Columns of words and numbers for people, as wide as they have to be."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Context, Decimal
from typing import TYPE_CHECKING, Literal

from opentokenomics.report._console import lay_out
from opentokenomics.report._look import Look
from opentokenomics.report._visible import visible

if TYPE_CHECKING:
    from rich.console import RenderableType

_LAST_PLACE = Decimal("0.000001")
_WIDE = Context(prec=400)
"""Room for all digits of a sum: the context that is there by default refuses to round more than 28."""

_BETWEEN = 3
_EDGES = 2
_LEAST = 10
"""To how many characters names are folded where there is little room; other words and numbers never are."""


@dataclass(frozen=True, slots=True)
class Columns:
    """A table for people.

    Attributes:
        header: what the columns are called.
        rows: the cells, of which none is wider than its word or number.
        labels: how many of the first columns hold names, which may be folded.
        numeric: the places of columns of numbers.
        whole: the places of columns of several numbers, whose cells stay on one line.
    """

    header: Sequence[str]
    rows: Sequence[Sequence[str]]
    labels: int
    numeric: Collection[int]
    whole: Collection[int] = ()


def lay_out_columns(table: Columns, look: Look, before: Sequence[str] = (), after: Sequence[str] = ()) -> str:
    """The table as text, with lines before and after it.

    Names are folded where the terminal is narrow. An amount that is broken in two is read as another one: rather, the
    table is wider than the terminal.
    """
    from rich import box
    from rich.table import Table
    from rich.text import Text

    cells = [[visible(each) for each in row] for row in table.rows]
    texts = {place: (name, *(row[place] for row in cells)) for place, name in enumerate(table.header)}
    widths = _widths(texts, table, look.width)
    shown = Table(box=box.SIMPLE_HEAD, pad_edge=False, padding=(0, 2, 0, 0))
    for place, name in enumerate(table.header):
        justify: Literal["left", "right"] = "right" if place in table.numeric else "left"
        shown.add_column(name, justify=justify, overflow="fold", width=widths[place])
    for row in cells:
        shown.add_row(*map(Text, row))
    wide = replace(look, width=max(look.width, _width(widths)))
    parts: list[RenderableType] = [
        *(Text(visible(line)) for line in before),
        shown,
        *(Text(visible(line)) for line in after),
    ]
    return lay_out(parts, wide).lstrip("\n")


def brief(number: Decimal) -> str:
    """A number with few digits behind the point, but never as 0 where it is none."""
    short = number.quantize(_LAST_PLACE, context=_WIDE)
    if short == 0 and number != 0:
        return f"{number:.3g}"
    shown = f"{short:,f}"
    return shown.rstrip("0").rstrip(".") if "." in shown else shown


def _widths(texts: Mapping[int, Sequence[str]], table: Columns, room: int) -> dict[int, int]:
    """The widths of the columns: as much as they need, or names folded as far as they have to be."""
    from rich.cells import cell_len

    longest = {
        place: max(
            (cell_len(word) for each in of for word in ([each] if place in table.whole else each.split())), default=1
        )
        for place, of in texts.items()
    }
    widths = {place: min(width, _LEAST) if place < table.labels else width for place, width in longest.items()}
    for wanted in (longest, {place: max(map(cell_len, of)) for place, of in texts.items()}):
        for place, width in wanted.items():
            widths[place] += max(0, min(room - _width(widths), width - widths[place]))
    return widths


def _width(widths: Mapping[int, int]) -> int:
    return sum(widths.values()) + _BETWEEN * (len(widths) - 1) + _EDGES
