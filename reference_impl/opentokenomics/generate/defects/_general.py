"""Defects of shape, which every dataset may have: one for each requirement on the values of a column."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from opentokenomics.generate.defects._defect import Broken, Defect, Test, Unit, Value, change
from opentokenomics.standard import Fault

_LONGEST_STRING = 4096
_LONGEST_LINE = 16 * 1024 * 1024
_UNKNOWN = "model_name"
_NO_VERSION = "0.9"


@dataclass(frozen=True, slots=True)
class Subjects:
    """What a dataset has to be broken: a column for each shape, empty where it has none of that shape.

    Attributes:
        common: Records whose values may be lost or wrong without breaking anything else.
        alone: Those of them that may be missing altogether.
        required: A column that every record must fill.
        decimal: A decimal.
        timestamp: A timestamp that every record has.
        integer: An integer of at least 1.
        text: A string.
        choice: A closed list of values.
        mapping: A map.
        identifier: An identifier.
        currency: A currency.
        boolean: A boolean.
        list_: A list of days.
        time_of_day: A time of day.
        link: A link.
    """

    common: Test
    required: str
    decimal: str
    timestamp: str
    integer: str
    text: str
    choice: str
    identifier: str
    currency: str
    mapping: str = ""
    boolean: str = ""
    list_: str = ""
    time_of_day: str = ""
    link: str = ""
    alone: Test | None = None


def general_defects(of: Subjects) -> Mapping[str, Defect]:
    """The defects of a dataset that are the same for all of them."""
    return {**_of_bytes(of), **_of_values(of)}


def _of_bytes(of: Subjects) -> dict[str, Defect]:
    def lost(fault: Fault, **values: Value) -> Defect:
        return Defect(change(of.alone or of.common, **values), fault=fault)

    return {
        "OTS-GEN-001": lost(Fault.RECORD),
        "OTS-GEN-002": lost(Fault.TEXT, **{of.text: "Z\u00fcrich"}),
        "OTS-GEN-003": Defect(_untouched, fault=Fault.BYTE_ORDER_MARK),
        "OTS-GEN-004": lost(Fault.DUPLICATE_NAME),
        "OTS-GEN-005": lost(Fault.LINE_LENGTH, **{of.text: lambda _: "x" * _LONGEST_LINE}),
        "OTS-GEN-006": Defect(lambda _: Broken([], 0, "there is no record"), fault=Fault.NO_RECORDS),
    }


def _untouched(unit: Unit) -> Broken:
    return Broken(unit, 0, "")


def _of_values(of: Subjects) -> dict[str, Defect]:
    changes: dict[str, tuple[str, Value]] = {
        "OTS-GEN-007": (_UNKNOWN, "gpt-5"),
        "OTS-GEN-008": (of.required, None),
        "OTS-GEN-009": (of.decimal, lambda row: f"{row[of.decimal]}e0"),
        "OTS-GEN-010": (of.decimal, lambda row: f"{row[of.decimal].partition('.')[0]}.{'3' * 19}"),
        "OTS-GEN-011": (of.timestamp, lambda row: row[of.timestamp].replace("Z", "+00:00")),
        "OTS-GEN-012": (of.integer, 0),
        "OTS-GEN-013": (of.text, "x" * (_LONGEST_STRING + 1)),
        "OTS-GEN-014": (of.choice, "Other"),
        "OTS-GEN-015": (of.mapping, {"cost_center": 4711}),
        "OTS-GEN-016": (of.identifier, "jo.doe+ai@mail.example.com"),
        "OTS-GEN-017": (of.currency, "usd"),
        "OTS-GEN-021": (of.boolean, "no"),
        "OTS-GEN-022": (of.list_, ["monday", "monday"]),
        "OTS-GEN-023": (of.time_of_day, "24:00"),
        "OTS-GEN-024": (of.link, "http://example.com/pricing"),
    }

    def test(column: str) -> Test:
        return lambda row: of.common(row) and (column != of.decimal or column in row)

    return {
        **{
            identifier: Defect(change(test(column), **{column: value}), columns=(column,) if column == _UNKNOWN else ())
            for identifier, (column, value) in changes.items()
            if column
        },
        "OTS-GEN-018": Defect(_of_no_version, everywhere=True),
        "OTS-GEN-019": Defect(change(of.common, spec_version=_NO_VERSION), later=True),
    }


def _of_no_version(unit: Unit) -> Broken:
    return Broken(
        [{**row, "spec_version": _NO_VERSION} for row in unit], 0, f"every record states version {_NO_VERSION}"
    )
