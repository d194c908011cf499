"""Corrections of earlier records: retractions that cancel them, restatements that state a difference."""

from __future__ import annotations

from collections.abc import Iterator
from copy import deepcopy
from decimal import Context, Decimal

from opentokenomics.generate._clock import Clock, Period
from opentokenomics.generate._dice import Dice
from opentokenomics.generate._row import Row, in_order

_QUANTITIES = ("consumed_quantity", "pricing_quantity", "list_cost", "contracted_cost", "billed_cost", "effective_cost")
_EXACT = Context(prec=60)
_ONE_IN = 90
_DELAY = 40


class Corrections:
    """Keeps a usage group now and then, and corrects it later."""

    def __init__(self, dice: Dice) -> None:
        self._dice = dice
        self._kept: list[Row] = []
        self._due = 0
        self._of_month: list[Row] = []
        self._restating = False

    def consider(self, rows: list[Row], ordinal: int) -> None:
        """Remembers the records of a usage group, which are exported next, if it is time to."""
        if not self._kept and self._dice.below(_ONE_IN) == 0:
            self._kept = deepcopy(rows)
            self._due = ordinal + 1 + self._dice.below(_DELAY)
        elif not self._of_month:
            self._of_month = deepcopy(rows)

    def awaits(self, rows: list[Row]) -> bool:
        """Whether these records will be corrected, so that what is true of them must stay true."""
        return any(kept and kept[0]["record_id"] == rows[0]["record_id"] for kept in (self._kept, self._of_month))

    def due(self, ordinal: int, clock: Clock) -> Iterator[list[Row]]:
        """The correction that is due, if one is: retractions and restatements in turn."""
        if self._kept and ordinal >= self._due:
            rows, self._kept = self._kept, []
            self._restating = not self._restating
            if self._restating:
                tenth = max(1, int(rows[0]["consumed_quantity"]) // 10)
                yield [in_order(restated(rows[0], tenth if self._dice.chance(0.5) else -tenth, clock.month))]
            else:
                yield [in_order(retracted(row, clock.month)) for row in rows]

    def close_month(self, clock: Clock) -> Iterator[list[Row]]:
        """A correction of the month that is over, on the invoice of the one that has begun."""
        if self._of_month:
            rows, self._of_month = self._of_month, []
            yield [in_order(retracted(row, clock.month)) for row in rows]


def retracted(row: Row, month: Period | None = None) -> Row:
    """The record that cancels another, on the invoice of a month: that of the record unless another one is given."""
    negated = {name: _negated(row[name]) for name in _QUANTITIES if name in row}
    return _correction(row, "retraction", month) | negated


def restated(row: Row, tokens: int, month: Period) -> Row:
    """The record that adds so many tokens, fewer where negative, to another one."""
    correction = _correction(row, "restatement", month) | {"consumed_quantity": str(tokens)}
    if "pricing_quantity" in row:
        priced = _EXACT.divide(Decimal(tokens), Decimal(row["pricing_block_size"]))
        contracted = _text(_EXACT.multiply(priced, Decimal(row["contracted_unit_price"])))
        correction["pricing_quantity"] = _text(priced)
        correction["list_cost"] = _text(_EXACT.multiply(priced, Decimal(row["list_unit_price"])))
        correction["contracted_cost"] = contracted
        if "effective_cost" in row:
            correction["effective_cost"] = contracted
            correction["billed_cost"] = contracted if row["cost_source"] == "invoiced" else "0"
    return correction


def _correction(row: Row, record_type: str, month: Period | None) -> Row:
    facts = {name: value for name, value in row.items() if name != "usage_group_total"}
    if month is not None and facts.get("billing_period_start", month.start) != month.start:
        facts["billing_period_start"] = month.start
        facts["billing_period_end"] = month.end
        facts["charge_class"] = "correction"
    return facts | {
        "record_id": f"{row['record_id']}:{record_type}",
        "record_type": record_type,
        "corrects_record_id": row["record_id"],
    }


def _negated(text: str) -> str:
    return text if text == "0" else text.removeprefix("-") if text.startswith("-") else f"-{text}"


def _text(value: Decimal) -> str:
    text = format(value, "f")
    return text.rstrip("0").removesuffix(".") if "." in text else text
