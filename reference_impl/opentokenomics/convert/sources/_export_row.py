"""A row of a dashboard export: its period, who it belongs to, and its cells."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from opentokenomics.convert._errors import Refused
from opentokenomics.convert._model import NoticeKind, Row
from opentokenomics.convert._numbers import decimal_from_text, whole_number
from opentokenomics.convert._time import from_unix, instant_text, read_instant

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from opentokenomics.convert._context import Context

TIME_COLUMNS = ("start_time", "end_time", "start_time_iso", "end_time_iso")
PRIVATE_COLUMNS = ("user_email", "user_name", "project_name", "organization_name", "api_key_name")
OWNER_COLUMNS = ("project_id", "user_id", "api_key_id", "organization_id", "api_source")
_ADDRESS = "user_email"

_IDENTIFIERS = {
    "billing_account_id": "organization_id",
    "sub_account_id": "project_id",
    "principal_id": "user_id",
    "credential_id": "api_key_id",
}


@dataclass(frozen=True, slots=True)
class ExportRow:
    """One row under its header; a blank cell is absent."""

    cells: Mapping[str, str]
    context: Context

    def text(self, name: str) -> str | None:
        """The cell as a text, or None where it is blank; raises Refused where no column can hold it."""
        return self.context.text(self.cells.get(name, "").strip() or None, name)

    def count(self, name: str) -> int | None:
        """The cell as a count, which exports write as ``31422.0``; None where it is blank."""
        text = self.text(name)
        return None if text is None else whole_number(decimal_from_text(text, name), name)

    def period(self) -> tuple[str, str]:
        """Start and end; raises Refused where they are absent, inverted, or contradict each other."""
        start, end = self._instant("start_time"), self._instant("end_time")
        if start >= end:
            raise Refused(f"start_time {instant_text(start)} is not before end_time {instant_text(end)}")
        return instant_text(start), instant_text(end)

    def _instant(self, name: str) -> datetime:
        """The time in unix seconds and in ISO form; the ISO form of rows with data lacks the offset and is UTC."""
        unix, iso = self.text(name), self.text(f"{name}_iso")
        by_unix = None if unix is None else from_unix(decimal_from_text(unix, name), name)
        by_iso = None if iso is None else read_instant(iso, naive_is_utc=True)
        if by_unix and by_iso and by_unix != by_iso:
            raise Refused(f"{name} {unix} is {instant_text(by_unix)}, and {name}_iso says {iso}")
        instant = by_unix or by_iso
        if instant is None:
            raise Refused(f"{name} is blank")
        return instant

    def begin(self) -> Row:
        """The columns that every row made of this one has."""
        row = self.context.start_row(*self.period())
        for column, name in _IDENTIFIERS.items():
            row[column] = self.context.identifier(self.text(name), name) or row.get(column)
        if self._person is not None:
            row["principal_id"] = self.context.person(self._person, _ADDRESS)
        elif self.text(_ADDRESS) is not None:
            self.context.warn(NoticeKind.PERSONAL_DATA, f"{_ADDRESS} is left out")
        return row

    @property
    def _person(self) -> str | None:
        """The address that stands for a user who has no identifier."""
        return self.text(_ADDRESS) if self.text("user_id") is None else None

    def identity(self, kind: str) -> str:
        """The identity of what the row states; personal data is no part of it, but as a keyed pseudonym."""
        cells = {name: cell for name, cell in self.cells.items() if name not in PRIVATE_COLUMNS}
        if self._person is not None and self.context.options.pseudonym_key is not None:
            cells[_ADDRESS] = self.context.person(self._person, _ADDRESS) or ""
        facts = {"kind": kind, "cells": cells, "account": self.context.options.account}
        return self.context.numbered({"source": self.context.source_name, **facts})
