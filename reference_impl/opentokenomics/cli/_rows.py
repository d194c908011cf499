"""How usage records are written by the commands that make them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TypeVar

from opentokenomics.cli._output import COMPRESSED, STANDARD
from opentokenomics.cli._progress import ProgressBar
from opentokenomics.errors import UnsupportedError

_FORMATS = {"": "jsonl", ".jsonl": "jsonl", ".ndjson": "jsonl", ".csv": "csv"}
_STEP = 1000

T = TypeVar("T")


def row_format(target: str | None, wanted: str | None = None, *, parquet: bool = False) -> str:
    """The format in which rows go to a target: the wanted one, else what its suffix says, else JSON Lines.

    Args:
        target: A path, or None or ``-`` for standard output.
        wanted: The format that was asked for.
        parquet: Whether the command writes Parquet.

    Raises:
        UnsupportedError: The suffix names a format that is not written.
    """
    if wanted is not None:
        return wanted
    if target is None or target == STANDARD:
        return "jsonl"
    path = Path(target)
    suffix = Path(path.stem).suffix if path.suffix in COMPRESSED else path.suffix
    if parquet and path.suffix.lower() == ".parquet":
        return "parquet"
    found = _FORMATS.get(suffix.lower())
    if found is None:
        others = ", or .parquet" if parquet else ""
        raise UnsupportedError(
            "format_unknown",
            f"Records cannot be written as {suffix}: {target}.",
            f"Name the output .jsonl or .csv, with .gz or .zst behind it to compress{others}.",
        )
    return found


def counted(rows: Iterable[T], progress: ProgressBar, what: str, total: int | None = None) -> Iterator[T]:
    """The rows, told to a progress bar while they pass."""
    for number, row in enumerate(rows, start=1):
        if number % _STEP == 0:
            progress(what, number, total)
        yield row
