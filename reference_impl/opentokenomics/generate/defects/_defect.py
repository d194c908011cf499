"""Defects: ways to break one requirement on records that belong together, and words to state them with."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from opentokenomics.exact_json import shown
from opentokenomics.generate._corrections import retracted
from opentokenomics.generate._row import Row
from opentokenomics.standard import Fault

Unit = list[Row]
"""Records that belong together: a usage group, or a record that stands alone."""

Test = Callable[[Row], bool]
Value = object | Callable[[Row], object]
"""What a column is given: a value, None to take its value away, or a function of the record as it was."""

_LONGEST_VALUE = 60


@dataclass(frozen=True, slots=True)
class Broken:
    """Records with a defect: which of them is to blame (its index), and what is wrong with it."""

    rows: Unit
    at: int
    what: str


Break = Callable[[Unit], Broken | None]


@dataclass(frozen=True, slots=True)
class Defect:
    """A way to break one requirement and no other.

    ``breaks`` gives broken copies of records that belong together, or None where they do not lend themselves to it.
    With ``everywhere``, each of the export's records is broken; with ``later``, none before which there is no other.
    ``fault`` is what is done to the bytes, at the record to blame. ``columns`` are those that the dataset does not
    define.
    """

    breaks: Break
    everywhere: bool = False
    later: bool = False
    fault: Fault | None = None
    columns: tuple[str, ...] = ()


# --- which records ----------------------------------------------------------------------------------------------------


def where(*given: str, without: str = "", **equal: object) -> Test:
    """Records with values in the ``given`` columns and none in those ``without`` (separated by spaces).

    Other columns have the value that is named, or one of the values in a tuple; None is no value.
    """
    absent = without.split()
    choices = {name: value if isinstance(value, tuple) else (value,) for name, value in equal.items()}

    def test(row: Row) -> bool:
        return (
            all(name in row for name in given)
            and not any(name in row for name in absent)
            and all(row.get(name) in values for name, values in choices.items())
        )

    return test


def candidates(unit: Unit) -> list[tuple[int, Row]]:
    """The original records that no other one of them corrects, with their indexes; a defect in others spreads."""
    corrected = {row["corrects_record_id"] for row in unit if "corrects_record_id" in row}
    return [
        (at, row)
        for at, row in enumerate(unit)
        if row.get("record_type", "original") == "original" and row.get("record_id") not in corrected
    ]


# --- what is done to them ---------------------------------------------------------------------------------------------


def with_values(row: Row, values: Row, like: Row | None = None) -> Row:
    """A changed copy; functions are given ``like``, which is the record itself unless given."""
    given = {name: value(like or row) if callable(value) else value for name, value in values.items()}
    return {name: value for name, value in {**row, **given}.items() if value is not None}


def replaced(unit: Unit, rows: dict[int, Row], at: int) -> Broken:
    """The unit with other records at some indexes, the one at an index of them to blame."""
    return Broken([rows.get(index, row) for index, row in enumerate(unit)], at, difference(unit[at], rows[at]))


def difference(old: Row, new: Row) -> str:
    """What one record states and the other one does not."""
    names = [name for name in {**new, **old} if old.get(name) != new.get(name)]
    return ", ".join(f"{name} is {_text(new.get(name))} instead of {_text(old.get(name))}" for name in names)


def _text(value: object) -> str:
    if value is None:
        return "absent"
    text = shown(value, _LONGEST_VALUE + 1)
    return text if len(text) <= _LONGEST_VALUE else f"{text[:_LONGEST_VALUE]}..."


def change(test: Test, **values: Value) -> Break:
    """Gives one record other values."""

    def changed(unit: Unit) -> Broken | None:
        for at, row in candidates(unit):
            if test(row):
                return replaced(unit, {at: with_values(row, values)}, at)
        return None

    return changed


def change_all(test: Test, by: Sequence[str], **values: Value) -> Break:
    """Gives the same values to every record that passes the test and agrees with the first such record in ``by``."""

    def changed(unit: Unit) -> Broken | None:
        found = [(at, row) for at, row in candidates(unit) if test(row)]
        if not found:
            return None
        start, like = found[0]
        return replaced(
            unit,
            {at: with_values(row, values, like) for at, row in found if all(row.get(n) == like.get(n) for n in by)},
            start,
        )

    return changed


def change_two(test: Test, by: Sequence[str], pair: Callable[[Row, Row], tuple[Row, Row]]) -> Break:
    """Gives other values to two records that pass the test and agree in ``by``; ``pair`` says which to each."""

    def changed(unit: Unit) -> Broken | None:
        seen: dict[tuple[object, ...], tuple[int, Row]] = {}
        for at, row in candidates(unit):
            if test(row):
                before, earlier = seen.setdefault(tuple(row.get(name) for name in by), (at, row))
                if before != at:
                    first, second = pair(earlier, row)
                    return replaced(unit, {before: with_values(earlier, first), at: with_values(row, second)}, at)
        return None

    return changed


def repeat(test: Test, **values: Value) -> Break:
    """Lets a record stand twice, the second time with other values."""

    def repeated(unit: Unit) -> Broken | None:
        for at, row in candidates(unit):
            if test(row):
                copy = with_values(row, values)
                what = f"it repeats the record before it{', but ' if values else ''}{difference(row, copy)}"
                return Broken([*unit[: at + 1], copy, *unit[at + 1 :]], at + 1, what)
        return None

    return repeated


def retract(test: Test, *, twice: bool = False, **values: Value) -> Break:
    """Retracts a record, with other values than the retraction should have, or a second time."""

    def corrected(unit: Unit) -> Broken | None:
        for _, row in candidates(unit):
            if test(row):
                right = retracted(row)
                wrong = with_values(right, values)
                rows = [*unit, right, wrong] if twice else [*unit, wrong]
                what = "it retracts a record that is retracted already" if twice else difference(right, wrong)
                return Broken(rows, len(rows) - 1, what)
        return None

    return corrected


# --- arithmetic -------------------------------------------------------------------------------------------------------


def plus(text: str, amount: str) -> str:
    """The exact sum, in plain notation."""
    return f"{Decimal(text) + Decimal(amount):f}"
