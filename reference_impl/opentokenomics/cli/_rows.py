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


def row_format(target: str | None, wanted: str | None = None) -> str:
    """The format in which rows go to a target: the wanted one, else what its suffix says, else JSON Lines.

    Raises:
        UnsupportedError: The suffix names a format that is not written.
    """
    if wanted is not None:
        return wanted
    if target is None or target == STANDARD:
        return "jsonl"
    path = Path(target)
    suffix = Path(path.stem).suffix if path.suffix in COMPRESSED else path.suffix
    found = _FORMATS.get(suffix.lower())
    if found is None:
        later = " in this version" if suffix == ".parquet" else ""
        raise UnsupportedError(
            "format_unknown",
            f"Records cannot be written as {suffix}{later}: {target}.",
            "Name the output .jsonl or .csv, with .gz or .zst behind it to compress.",
        )
    return found


def counted(rows: Iterable[T], progress: ProgressBar, what: str, total: int | None = None) -> Iterator[T]:
    """The rows, told to a progress bar while they pass."""
    for number, row in enumerate(rows, start=1):
        if number % _STEP == 0:
            progress(what, number, total)
        yield row
