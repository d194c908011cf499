"""The shape of a whole record, down to the records in its lists."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from opentokenomics.shapes._python import faults_of, is_custom, parse
from opentokenomics.standard import Column, Dataset, Facet


class Misshapen(NamedTuple):
    """A requirement of shape that a record violates.

    Attributes:
        requirement: Its identifier.
        column: The column of the record that is to blame, or a name that is unknown.
        value: The offending value as it came from JSON, or the unknown name of a member; None where it is absent.
        entry: The number of the list's member in which it is, from 1, where the column is a list of records.
        member: The column of that record, where it is a known one.
    """

    requirement: str
    column: str
    value: object
    entry: int | None = None
    member: str | None = None

    @property
    def place(self) -> str | None:
        """Where in the column it is, in words that hold nothing of the input; None where that is the whole of it."""
        if self.entry is None:
            return None
        what = "a name" if self.member is None else f"`{self.member}`"
        return f"it is {what} in entry {self.entry} of `{self.column}`"


@dataclass(slots=True)
class Sound:
    """What rules may use of a record: values that have the right shape; and the columns whose values have not."""

    values: dict[str, object] = field(default_factory=dict)
    malformed: set[str] = field(default_factory=set)


def misshapen(dataset: Dataset, record: Mapping[str, object], sound: Sound | None = None) -> Iterator[Misshapen]:
    """Every requirement of shape that a record violates; once it is exhausted, ``sound`` holds what rules may use."""
    sound = Sound() if sound is None else sound
    columns = dataset.by_name
    for name, value in record.items():
        column = columns.get(name)
        if column is None:
            if not is_custom(dataset, name):
                yield Misshapen(dataset.unknown_requirement, name, value)
        elif value is not None:
            faults = faults_of(column, value)
            if faults:
                sound.malformed.add(name)
                for requirement in dict.fromkeys(fault.requirement for fault in faults):
                    yield Misshapen(requirement, name, value)
            elif column.record is None:
                sound.values[name] = parse(column, value)
            yield from inside(column, value)
    for column in dataset.columns:
        if column.required and record.get(column.name) is None:
            yield from (Misshapen(fault.requirement, column.name, None) for fault in faults_of(column, None))


def asked(dataset: Dataset, record: Mapping[str, object]) -> Iterator[str]:
    """The requirements of shape that a record is held to, once for each value that they speak of."""
    for column in dataset.columns:
        value = record.get(column.name)
        shapes = [shape for shape in column.shapes if value is not None or shape.facet is Facet.PRESENT]
        yield from dict.fromkeys(shape.requirement for shape in shapes)
        yield from asked_inside(column, value)


def asked_inside(column: Column, value: object) -> Iterator[str]:
    """The same for the records in a value, where the column is a list of records."""
    if column.record is not None and isinstance(value, list | tuple):
        for entry in value:
            if isinstance(entry, Mapping):
                yield from asked(column.record, entry)


def inside(column: Column, value: object) -> Iterator[Misshapen]:
    """Every requirement of shape that the records in a value violate, where the column is a list of records."""
    if column.record is None or not isinstance(value, list | tuple):
        return
    known = column.record.by_name
    for number, entry in enumerate(value, 1):
        if isinstance(entry, Mapping):
            for found in misshapen(column.record, entry):
                if found.column in known:
                    yield Misshapen(found.requirement, column.name, found.value, number, found.column)
                else:
                    yield Misshapen(found.requirement, column.name, found.column, number)
