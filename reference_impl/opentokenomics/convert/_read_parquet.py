"""Reads Parquet as a table of texts, for what vendors deliver in it and in CSV alike."""

from __future__ import annotations

import shutil
import tempfile
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from opentokenomics.convert._errors import ConvertError

if TYPE_CHECKING:
    from opentokenomics.convert._model import Input
    from opentokenomics.engines.duckdb import ParquetTexts

MAGIC = b"PAR1"
"""The first bytes of a Parquet file."""

_PIECE = 1 << 20


def parquet_cells(source: Input) -> tuple[tuple[str, ...], tuple[str, ...], Iterator[list[str]]]:
    """The header of a Parquet file, the names of its columns of floats, and its rows as cells, blank for no value.

    Raises:
        ConvertError: ``input_unreadable``: it cannot be set down in a temporary file, which its reader needs.
        InputError: It is damaged, or asks for more than its size explains; also while the rows are read.
    """
    opened = _opened(source)
    texts = next(opened)
    return texts.header, texts.floats, _cells(opened, texts)


def _cells(opened: Iterator[ParquetTexts], texts: ParquetTexts) -> Iterator[list[str]]:
    for row in texts.rows():
        yield [cell or "" for cell in row]
    for _ in opened:
        pass


def _opened(source: Input) -> Iterator[ParquetTexts]:
    """The file, as long as this iterator lives; what it takes is gone afterwards."""
    from opentokenomics.engines.duckdb import ParquetTexts
    from opentokenomics.readers import Format, Local

    # A generator that is given up ends with what is collected, where an object for the folder would warn.
    folder = Path(tempfile.mkdtemp(prefix="opentokenomics-"))
    try:
        file = folder / "input.parquet"
        _set_down(source, file)
        yield ParquetTexts(Local(source.name, file, Format.PARQUET), folder / "engine")
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _set_down(source: Input, file: Path) -> None:
    try:
        with file.open("wb") as target:
            while piece := source.stream.read(_PIECE):
                target.write(piece)
    except (OSError, EOFError, zlib.error) as error:
        raise ConvertError(
            "input_unreadable",
            f"{source.name} cannot be set down in a temporary file: {error}.",
            "Check the file, or set TMPDIR to a folder with more room.",
        ) from error
