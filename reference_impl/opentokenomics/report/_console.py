"""Lays out what Rich can show as a string, without looking at the process's own terminal."""

from __future__ import annotations

from collections.abc import Iterable
from io import StringIO
from typing import TYPE_CHECKING

from opentokenomics.report._look import Look

if TYPE_CHECKING:
    from rich.console import RenderableType

_NARROWEST = 30


def lay_out(parts: Iterable[RenderableType], look: Look) -> str:
    """The parts below each other, as text that ends in a line break; without colour it is free of any escape."""
    from rich.console import Console

    console = Console(
        file=StringIO(),
        width=max(look.width, _NARROWEST),
        force_terminal=look.color,
        no_color=not look.color,
        color_system="standard" if look.color else None,
        highlight=False,
        markup=False,
        emoji=False,
        legacy_windows=False,
    )
    with console.capture() as capture:
        for part in parts:
            console.print(part)
    text = capture.get()
    return text if look.color else "".join(f"{line.rstrip()}\n" for line in text.splitlines())
