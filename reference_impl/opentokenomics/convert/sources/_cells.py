"""Rows of CSV exports under their header; a blank cell is absent."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from opentokenomics.convert._errors import ConvertError, Refused
from opentokenomics.convert._model import Row
from opentokenomics.convert._numbers import describe, is_number, money_from_text, verbatim, whole_number
from opentokenomics.convert._time import instant_text, read_instant

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping
    from datetime import datetime
    from decimal import Decimal

    from opentokenomics.convert._context import Context
    from opentokenomics.convert._source import Header


@dataclass(frozen=True, slots=True)
class Cells:
    """One row, and the conversion that it is part of."""

    values: Mapping[str, Any]
    context: Context

    def text(self, *names: str) -> str | None:
        """The first of these cells that is not blank; raises Refused where it is no text, or no column can hold it."""
        for name in names:
            value = self.values.get(name)
            if value is None:
                continue
            if not isinstance(value, str):
                raise Refused(f"{name} is {describe(value)}, where a text belongs")
            if written := value.strip():
                return self.context.text(written, name)
        return None

    def figure(self, name: str) -> str | None:
        """The number in a cell, or the text there, as it is written; None where it is blank."""
        value: Any = self.values.get(name)
        return verbatim(value) if is_number(value) else self.text(name)

    def identifier(self, *names: str) -> str | None:
        """Like :meth:`text`, for a column of identifiers."""
        return self.context.identifier(self.text(*names), names[0])

    def decimal(self, name: str) -> Decimal | None:
        """The cell as a decimal, which may have separators of thousands and a dollar sign."""
        text = self.figure(name)
        if text is None:
            return None
        return money_from_text(text, name)

    def count(self, name: str) -> int | None:
        """The cell as a count, which exports write as ``31422.0`` or ``31,422`` as well."""
        found = self.decimal(name)
        return None if found is None else whole_number(found, name)

    def instant(self, name: str) -> datetime | None:
        """The cell as a time; one without offset is UTC, and a date its midnight."""
        text = self.text(name)
        return None if text is None else moment_of(text)

    def period(self, start: str, end: str) -> tuple[str, str]:
        """The period between two cells; raises Refused where they are blank or inverted."""
        begun, ended = self.instant(start), self.instant(end)
        if begun is None or ended is None:
            raise Refused(f"{start} or {end} is blank")
        if begun >= ended:
            raise Refused(f"{start} is not before {end}")
        return instant_text(begun), instant_text(ended)


def moment_of(text: str) -> datetime:
    """A time as exports write it; one without offset is UTC, and a date its midnight."""
    written = f"{text} 00:00:00" if len(text) == len("2026-08-31") else text
    return read_instant(written.removesuffix(" UTC"), naive_is_utc=True)


def without_blanks(row: Mapping[str, object]) -> Row:
    """The columns that have a value."""
    return {name: value for name, value in row.items() if value is not None}


def require_header(header: Header, wanted: Collection[str], context: Context, hint: str) -> tuple[str, ...]:
    """The header of a CSV input with these columns.

    Raises:
        ConvertError: The input is not CSV, or lacks one of them.
    """
    if header is None:
        raise ConvertError("input_format", f"{context.input} is not CSV.", hint)
    missing = [name for name in wanted if name not in header]
    if missing:
        raise ConvertError("header_unknown", f"{context.input} lacks the columns {', '.join(missing)}.", hint)
    return header


def report_columns(header: tuple[str, ...], known: Collection[str], context: Context) -> None:
    """Counts the columns that the source does not know."""
    for name in sorted(set(header) - set(known)):
        context.unknown("column", name)
