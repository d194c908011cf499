"""By what amounts are grouped: columns of usage, names of its maps, and days or months."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from opentokenomics.pricing._errors import PricingError
from opentokenomics.standard import Kind, load

_GROUPABLE = frozenset({Kind.STRING, Kind.ENUM, Kind.BOOLEAN})
_TIMES = {
    "charge_day": "strftime({0}charge_period_start, '%Y-%m-%d')",
    "charge_month": "strftime({0}charge_period_start, '%Y-%m')",
    "billing_month": "strftime({0}billing_period_start, '%Y-%m')",
}
_LONGEST = {"charge_day": "25 hours", "charge_month": "745 hours"}
"""How long a day and a month are at most, with an hour for the end of summer time."""


@dataclass(frozen=True, slots=True)
class Groups:
    """What makes groups.

    Attributes:
        names: Columns of usage; a name of a map such as ``tags.project``; ``charge_day``, ``charge_month`` or
            ``billing_month`` for the day or the month in UTC in which a charge or billing period starts.
    """

    names: Sequence[str]

    def refuse_unknown(self) -> None:
        """Raises PricingError (``column_not_groupable``) where a name can make no groups."""
        usage = load().datasets["usage"].by_name
        for name in self.names:
            column, _, member = name.partition(".")
            known = usage.get(column)
            if name in _TIMES or (known is not None and known.kind in _GROUPABLE and not member):
                continue
            if known is None or known.kind is not Kind.MAP or not member:
                raise PricingError(
                    "column_not_groupable",
                    f"Usage cannot be grouped by {name}.",
                    f"Choose a column of text, a name of a map such as tags.project, or one of {', '.join(_TIMES)}.",
                )

    @property
    def columns(self) -> list[str]:
        """The columns of usage that have to be at hand."""
        of_time = {"billing_month": "billing_period_start"}
        found = (
            of_time.get(name, "charge_period_start") if name in _TIMES else name.partition(".")[0]
            for name in self.names
        )
        return list(dict.fromkeys(found))

    def sql(self, table: str = "") -> list[str]:
        """SQL of the values, as text; with the name of a table before each column."""
        prefix = f"{table}." if table else ""
        return [_sql(name, prefix) for name in self.names]

    @property
    def span(self) -> str | None:
        """``charge_day`` or ``charge_month``, the shorter one where groups are by both; None where by neither."""
        return next((name for name in _LONGEST if name in self.names), None)

    def is_longer(self) -> str:
        """SQL of whether a charge period is longer than what the groups are by, so that it is about several groups."""
        longest = _LONGEST.get(self.span or "")
        return f"(charge_period_end - charge_period_start > INTERVAL '{longest}')" if longest else "FALSE"


def _sql(name: str, prefix: str) -> str:
    if name in _TIMES:
        return _TIMES[name].format(prefix)
    column, _, member = name.partition(".")
    if not member:
        return f'CAST({prefix}"{column}" AS VARCHAR)'
    pointer = "/" + member.replace("~", "~0").replace("/", "~1")
    return f'json_extract_string({prefix}"{column}", \'' + pointer.replace("'", "''") + "')"
