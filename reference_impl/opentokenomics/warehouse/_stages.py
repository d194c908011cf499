"""From a table to values: the columns by their names, what is wrong with each, and what rules compute with."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from opentokenomics.standard import Column, Dataset, Facet, Kind
from opentokenomics.warehouse._shapes import Shapes, Slot
from opentokenomics.warehouse._text import listed, part

# Queries are built from column names of the standard and names of tables, all quoted.

PREFIX = "ots_"
"""Before the name of each part of a query."""


@dataclass(frozen=True, slots=True)
class Relation:
    """A table as a query reads it.

    Attributes:
        dataset: The dataset whose records it holds.
        relation: SQL that names it.
        spelled: How it spells the columns of the dataset that it has.
        unknown: How it spells those that the dataset does not have and nobody may add; None where nobody has told.
    """

    dataset: Dataset
    relation: str
    spelled: Mapping[str, str]
    unknown: tuple[str, ...] | None


@dataclass(frozen=True, slots=True)
class Stages:
    """Writes the parts of a query that turn a table into values.

    Attributes:
        table: The table.
        shapes: Writes shapes in the dialect.
        prefix: Before the name of each part.
        read: The columns that rules read.
        only: The columns that are needed; all of them unless given.
    """

    table: Relation
    shapes: Shapes
    read: Collection[str]
    prefix: str = PREFIX
    only: Collection[str] | None = None
    slots: tuple[Slot, ...] = field(init=False)

    def __post_init__(self) -> None:
        version = version_requirement(self.table.dataset)
        slots = (slot for column in self.columns for slot in self.shapes.slots(column))
        object.__setattr__(self, "slots", tuple(slot for slot in slots if slot.requirement != version))

    @property
    def columns(self) -> Sequence[Column]:
        """The columns that the parts carry."""
        return [each for each in self.table.dataset.columns if self.only is None or each.name in self.only]

    @property
    def values(self) -> str:
        """The name of the part that has the values."""
        return f"{self.prefix}valued"

    def parts(self) -> Iterator[str]:
        """The parts, the last of which is named :attr:`values`."""
        quoted = self.shapes.dialect.identifier
        yield part(
            f"{self.prefix}source",
            f"SELECT\n{listed(self._read())}\nFROM {self.table.relation}",
            f"The columns of dataset {self.table.dataset.name}; a column that the table does not have is null.",
        )
        faults = [f"{slot.condition} AS {quoted(fault_of(slot))}" for slot in self.slots if slot.condition is not None]
        yield part(
            f"{self.prefix}shaped",
            f"SELECT\n{listed(['*', *faults])}\nFROM {self.prefix}source",
            "Faults of shape: requirement and column in one name. A value with a fault is malformed.",
        )
        yield part(
            self.values,
            f"SELECT\n{listed(self._valued())}\nFROM {self.prefix}shaped",
            "The values that rules compute with. Where one is malformed, rules that read it are not evaluated.",
            self.shapes.storage.materialized,
        )

    def malformed(self, columns: Iterable[str]) -> str:
        """SQL that is true where a value of one of the columns is malformed."""
        names = [name for name in sorted(columns) if self._faults(name)]
        return " OR ".join(self.shapes.dialect.identifier(malformed_name(name)) for name in names) or "FALSE"

    def filled(self, column: Column) -> str:
        """SQL that counts the values of a column, malformed ones among them."""
        quoted = self.shapes.dialect.identifier
        count = f"COUNT({quoted(column.name)})"
        if self.shapes.value(column) is None or not self._faults(column.name):
            return count
        return f"{count} + COUNT(CASE WHEN {quoted(malformed_name(column.name))} THEN 1 END)"

    def _faults(self, column: str) -> list[Slot]:
        return [each for each in self.slots if each.column == column and each.malformed and each.condition is not None]

    def _read(self) -> Iterator[str]:
        dialect, storage = self.shapes.dialect, self.shapes.storage
        for column in self.columns:
            name = dialect.identifier(column.name)
            spelled = self.table.spelled.get(column.name)
            value = f"CAST(NULL AS {self._type_of(column)})" if spelled is None else dialect.identifier(spelled)
            if column.kind is Kind.LIST and column.record is None and not self.shapes.is_text:
                value = storage.read_list.format(value)
            yield value if value == name else f"{value} AS {name}"
        for number, unknown in enumerate((self.table.unknown or ()) if self.only is None else ()):
            yield f"{dialect.identifier(unknown)} AS {dialect.identifier(unknown_name(number))}"

    def _type_of(self, column: Column) -> str:
        dialect = self.shapes.dialect
        if self.shapes.is_text:
            return dialect.text
        if column.kind is Kind.DECIMAL:
            return dialect.decimal.format(column.precision, column.scale)
        return self.shapes.storage.type_of(column, dialect)

    def _valued(self) -> Iterator[str]:
        quoted = self.shapes.dialect.identifier
        for column in self.columns:
            name = quoted(column.name)
            faults = [quoted(fault_of(slot)) for slot in self._faults(column.name)]
            value = self.shapes.value(column)
            if faults and value is not None:
                value = f"CASE WHEN {' OR '.join(faults)} THEN NULL ELSE {value} END"
            yield name if value is None else f"{value} AS {name}"
            if faults and (value is not None or column.name in self.read):
                yield f"COALESCE({' OR '.join(faults)}, FALSE) AS {quoted(malformed_name(column.name))}"
        if self.only is None:
            for requirement in dict.fromkeys(slot.requirement for slot in self.slots):
                faults = self.faults(requirement)
                if faults:
                    ones = " + ".join(f"CASE WHEN {quoted(fault)} THEN 1 ELSE 0 END" for fault in faults)
                    yield f"{ones} AS {quoted(faults_name(requirement))}"
            yield from (quoted(unknown_name(number)) for number in range(len(self.table.unknown or ())))

    def faults(self, requirement: str) -> list[str]:
        """The names of the columns that tell where a requirement of shape is violated."""
        found = (slot for slot in self.slots if slot.requirement == requirement and slot.condition is not None)
        return [fault_of(slot) for slot in found]


def short(requirement: str) -> str:
    """A requirement's identifier as a part of a name: ``usg_001``."""
    return requirement.removeprefix("OTS-").replace("-", "_").lower()


def fault_of(slot: Slot) -> str:
    """The name of the column that tells where a slot holds."""
    return f"{short(slot.requirement)}__{slot.column}"


def faults_name(requirement: str) -> str:
    """The name of the column that tells how many values of a record violate a requirement of shape."""
    return f"{short(requirement)}_faults"


def malformed_name(column: str) -> str:
    """The name of the column that tells where a value is malformed."""
    return f"malformed__{column}"


def unknown_name(number: int) -> str:
    """The name under which a column is read that the dataset does not have."""
    return f"unknown__{number + 1}"


def version_requirement(dataset: Dataset) -> str | None:
    """The requirement that an unsupported version violates; it is judged on the table as a whole."""
    column = dataset.by_name.get("spec_version")
    shapes = () if column is None else column.shapes
    return next((shape.requirement for shape in shapes if shape.facet is Facet.ENUM), None)
