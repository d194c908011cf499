"""The shape of a value in a table: what is wrong with it, and the value that rules compute with.

A table of typed columns guarantees much of a shape by its types. A table of texts guarantees nothing, and every value
is judged as the cell of a CSV file is.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from opentokenomics.rules import Dialect
from opentokenomics.standard import Column, Facet, Kind, Shape
from opentokenomics.warehouse._storage import FLAT_MAP, Storage

_INTEGER = "-?(?:0|[1-9][0-9]*)"
_FITS = "-?[0-9]{1,18}"
"""Integers that fit 64 bits, whatever their digits are."""
_FIRST, _LAST = "1970-01-01 00:00:00", "9999-12-31 23:59:59.999999"


@dataclass(frozen=True, slots=True)
class Slot:
    """Where SQL finds that a value of a column violates a requirement.

    Attributes:
        column: The column.
        requirement: The requirement.
        condition: SQL that is true where it does; None where the type of the column rules that out.
        malformed: Whether rules that name the column are not evaluated; a value that is absent is not malformed.
    """

    column: str
    requirement: str
    condition: str | None
    malformed: bool


@dataclass(frozen=True, slots=True)
class Shapes:
    """Writes the shapes of a table's columns in a dialect.

    Attributes:
        dialect: The dialect.
        storage: How it keeps values.
        is_text: Whether every column of the table is text.
    """

    dialect: Dialect
    storage: Storage
    is_text: bool

    def slots(self, column: Column) -> Iterator[Slot]:
        """The slots of a column, one for each requirement that its shape can violate."""
        conditions: dict[tuple[str, bool], list[str]] = {}
        for shape in column.shapes:
            malformed = shape.facet is not Facet.PRESENT
            found = conditions.setdefault((shape.requirement, malformed), [])
            condition = self._condition(column, shape, self.dialect.identifier(column.name))
            if condition is not None:
                found.append(condition)
        for (requirement, malformed), alternatives in conditions.items():
            yield Slot(column.name, requirement, " OR ".join(alternatives) or None, malformed)

    def value(self, column: Column) -> str | None:
        """SQL of the value that rules compute with, where it is not malformed; None where it is the column's own."""
        name, dialect = self.dialect.identifier(column.name), self.dialect
        match column.kind:
            case Kind.DECIMAL:
                return self._cast(name, dialect.decimal.format(column.precision, column.scale))
            case Kind.INTEGER:
                return self._cast(name, dialect.integer)
            case Kind.TIMESTAMP:
                # Some dialects do not know the letters of an instant.
                spaced = f"REPLACE(REPLACE({name}, 'T', ' '), 'Z', '')" if self.is_text else name
                return self._cast(spaced, dialect.timestamp)
            case Kind.BOOLEAN if self.is_text:
                return f"CASE {name} WHEN 'true' THEN TRUE WHEN 'false' THEN FALSE END"
            case Kind.LIST if column.record is None:
                return self._members(column, name)
            case _:
                return None

    def _cast(self, operand: str, kind: str) -> str:
        return self.storage.cast.format(operand, kind) if self.is_text else f"CAST({operand} AS {kind})"

    def _condition(self, column: Column, shape: Shape, name: str) -> str | None:  # noqa: PLR0911 - one per facet
        match shape.facet:
            case Facet.PRESENT:
                return f"{name} IS NULL"
            case Facet.OPAQUE:
                # Most identifiers have no @ at all, and looking for it is several times as fast as the pattern.
                found = self.dialect.part_match(name, shape.pattern or "")
                return f"CASE WHEN {name} LIKE '%@%' THEN {found} ELSE FALSE END"
            case Facet.ENUM:
                return f"{name} NOT IN ({self._list(shape.values)})"
            case Facet.CODE:
                pattern = self.dialect.full_match(name, (shape.pattern or "")[1:-1])
                return f"({name} NOT IN ({self._list(shape.values)}) AND NOT {pattern})"
            case Facet.LENGTH:
                length = self.dialect.length.format(name)
                return f"{name} = ''" if shape.low is not None else f"{length} > {shape.high}"
            case Facet.MEMBERS if column.record is None:
                return self._odd_members(column, shape, name)
            case _:
                return self._of_text(column, shape, name) if self.is_text else self._of_type(column, shape, name)

    def _of_type(self, column: Column, shape: Shape, name: str) -> str | None:
        """What a typed column leaves open of its notation and bounds."""
        match shape.facet:
            case Facet.PATTERN if column.kind is Kind.TIMESTAMP:
                first, last = self.dialect.instant(_FIRST), self.dialect.instant(_LAST)
                return f"({name} < {first} OR {name} > {last})"
            case Facet.PATTERN if column.kind is Kind.STRING:
                return f"NOT {self._full_match(name, shape)}"
            case Facet.DIGITS:
                # The column may be wider than the standard allows.
                whole, scale = (column.precision or 0) - (column.scale or 0), column.scale
                limit = self.dialect.number("1" + "0" * whole, whole + 1, 0)
                return f"CASE WHEN ABS({name}) >= {limit} THEN TRUE ELSE ROUND({name}, {scale}) <> {name} END"
            case Facet.RANGE:
                return f"{name} < {shape.low}" if shape.low is not None else f"{name} > {shape.high}"
            case _:
                return None

    def _of_text(self, column: Column, shape: Shape, name: str) -> str | None:
        """What a text has to be, so that it can be taken for a value of the column's kind."""
        match shape.facet:
            case Facet.TYPE if column.kind is Kind.INTEGER:
                return f"NOT {self.dialect.full_match(name, _INTEGER)}"
            case Facet.TYPE if column.kind is Kind.BOOLEAN:
                return f"{name} NOT IN ('true', 'false')"
            case Facet.PATTERN:
                return f"NOT {self._full_match(name, shape)}"
            case Facet.DIGITS:
                notation = next(other for other in column.shapes if other.facet is Facet.PATTERN)
                return f"(NOT {self._full_match(name, shape)} AND {self._full_match(name, notation)})"
            case Facet.RANGE:
                bound = f"< {shape.low}" if shape.low is not None else f"> {shape.high}"
                return (
                    f"CASE WHEN NOT {self.dialect.full_match(name, _INTEGER)} THEN FALSE "
                    f"WHEN NOT {self.dialect.full_match(name, _FITS)} THEN TRUE "
                    f"ELSE {self._cast(name, self.dialect.integer)} {bound} END"
                )
            case _:
                return None

    def _full_match(self, name: str, shape: Shape) -> str:
        return self.dialect.full_match(name, (shape.pattern or "")[1:-1])

    def _odd_members(self, column: Column, shape: Shape, name: str) -> str:
        """A map with a member that is no text; a list that is empty, repeats a member or has an unlisted one."""
        if column.kind is Kind.LIST and self.is_text:
            member = f'"(?:{"|".join(shape.values)})"'
            twice = " OR ".join(f"{name} LIKE {self._like(value, 2)}" for value in shape.values)
            listed = self.dialect.full_match(name, rf"\s*\[\s*{member}\s*(?:,\s*{member}\s*)*\]\s*")
            return f"(NOT {listed} OR {twice})"
        if column.kind is Kind.LIST:
            size = self.storage.size.format(name)
            found = " + ".join(f"CASE WHEN {self._has(name, value)} THEN 1 ELSE 0 END" for value in shape.values)
            return f"({size} = 0 OR {size} <> {found})"
        if self.is_text or self.storage.json is not None:
            text = name if self.is_text else (self.storage.json or "").format(name)
            # The JSON text of what is not there is a text in some dialects.
            return f"({name} IS NOT NULL AND NOT {self.dialect.full_match(text, FLAT_MAP)})"
        return self.storage.odd_map.format(name)

    def _members(self, column: Column, name: str) -> str:
        """SQL of a list as one text that is the same for the same members, in whatever order they are."""
        values = next(shape.values for shape in column.shapes if shape.facet is Facet.MEMBERS)
        has = {
            value: f"{name} LIKE {self._like(value, 1)}" if self.is_text else self._has(name, value) for value in values
        }
        parts = (
            f"CASE WHEN {test} THEN {self.dialect.literal(value + ',')} ELSE '' END" for value, test in has.items()
        )
        return f"CASE WHEN {name} IS NOT NULL THEN {' || '.join(parts)} END"

    def _has(self, name: str, value: str) -> str:
        return self.storage.has.format(name, self.dialect.literal(value))

    def _like(self, value: str, times: int) -> str:
        return self.dialect.literal("%" + f'"{value}"%' * times)

    def _list(self, values: tuple[str, ...]) -> str:
        return ", ".join(map(self.dialect.literal, values))
