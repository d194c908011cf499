"""Value objects of the standard."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property
from typing import Any

from opentokenomics.standard._checks import Check, Encoding, Excluded, Fault
from opentokenomics.standard._metrics import MetricDefinition

BASE_URI = "https://opentokenomics.org/"
"""Where schemas, requirement pages and reports of the standard are published."""


class Kind(StrEnum):
    """The kinds of value that a column holds."""

    STRING = "string"
    INTEGER = "integer"
    DECIMAL = "decimal"
    TIMESTAMP = "timestamp"
    DATE = "date"
    BOOLEAN = "boolean"
    ENUM = "enum"
    MAP = "map"
    LIST = "list"


class Keyword(StrEnum):
    """The weight of a requirement, in the sense of BCP 14: MUST fails, SHOULD warns."""

    MUST = "MUST"
    SHOULD = "SHOULD"


class Profile(StrEnum):
    """What an export claims to say, from the least to the most."""

    METERING = "metering"
    COST = "cost"
    ATTRIBUTION = "attribution"
    INTELLIGENCE = "intelligence"

    @property
    def rank(self) -> int:
        """Position in the order of profiles; each includes those before it."""
        return list(Profile).index(self)


class Facet(StrEnum):
    """The aspects of a value's shape that a schema constrains."""

    PRESENT = "present"
    TYPE = "type"
    PATTERN = "pattern"
    DIGITS = "digits"
    LENGTH = "length"
    ENUM = "enum"
    RANGE = "range"
    OPAQUE = "opaque"
    CODE = "code"
    MEMBERS = "members"
    COUNT = "count"
    UNIQUE = "unique"


@dataclass(frozen=True, slots=True)
class Shape:
    """One constraint on a value, and the requirement that a value outside it violates.

    ``pattern`` is anchored for every facet but OPAQUE, where it is what must *not* be found. ``low`` and ``high``
    bound the length in code points (LENGTH), the number (RANGE) or the members (COUNT). CODE accepts ``values`` or
    ``pattern``. DIGITS applies only to values that keep PATTERN. MEMBERS lists the ``values`` that a list may hold, or
    has the ``pattern`` of each; without either it is about a list of records, or a map, whose values are strings.
    """

    facet: Facet
    requirement: str
    pattern: str | None = None
    values: tuple[str, ...] = ()
    low: int | None = None
    high: int | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Column:
    """One column of a dataset, as its schema states it; compared and hashed by identity."""

    name: str
    kind: Kind
    group: str
    description: str
    examples: tuple[Any, ...]
    required: bool
    levels: Mapping[str, str]
    since: str
    shapes: tuple[Shape, ...]
    focus_name: str | None = None
    values: tuple[str, ...] = ()
    precision: int | None = None
    scale: int | None = None
    deprecated: bool = False
    renamed_from: str | None = None
    """The name that the column had in the version before."""
    renamed_values: Mapping[str, str] = field(default_factory=dict)
    """What values of the version before are called now."""
    record: Dataset | None = None
    """What each member is like, where the column is a list of records."""
    unread: Mapping[str, str] = field(default_factory=dict)
    """What else its schema says, as JSON under its keyword."""

    @property
    def is_nested(self) -> bool:
        """Whether its values are JSON text in a table, in which something is left to be judged."""
        return self.kind is Kind.MAP or self.record is not None


@dataclass(frozen=True)
class Dataset:
    """A dataset: its columns in order, and which other column names it lets pass."""

    name: str
    title: str
    description: str
    columns: tuple[Column, ...]
    custom_pattern: str
    unknown_requirement: str
    is_document: bool = False
    """Whether it is one document that speaks of files, and no table of records."""
    unread: Mapping[str, str] = field(default_factory=dict)
    """What else its schema says, as JSON under its keyword."""

    @cached_property
    def by_name(self) -> Mapping[str, Column]:
        """The columns under their names."""
        return {column.name: column for column in self.columns}

    @property
    def identity(self) -> str:
        """The column that identifies a record."""
        return "record_id" if "record_id" in self.by_name else f"{self.name}_id"


@dataclass(frozen=True, slots=True)
class Requirement:
    """One normative sentence with its identifier, reason, check and remedy.

    ``dataset`` is None where the requirement holds for every dataset. ``columns`` names the columns that the rule
    speaks of; the first one is blamed.
    """

    id: str
    since: str
    dataset: str | None
    profile: Profile
    keyword: Keyword
    statement: str
    rationale: str
    columns: tuple[str, ...]
    check: Check
    fix: str

    @property
    def area(self) -> str:
        """The middle part of the identifier, such as ``CST``."""
        return self.id.split("-")[1]

    @property
    def page(self) -> str:
        """Address of its page on the site of the standard."""
        return f"{BASE_URI}requirements/{self.id}/"

    @property
    def binds_inputs(self) -> bool:
        """Whether it binds what is validated; the others bind those who validate or calculate."""
        return self.area not in {"MET", "VAL"}

    @property
    def machine_checkable(self) -> bool:
        """Whether a program can judge it."""
        return not isinstance(self.check, Excluded)


@dataclass(frozen=True, eq=False)
class Standard:
    """One version of the standard; compared and hashed by identity."""

    version: str
    datasets: Mapping[str, Dataset]
    requirements: tuple[Requirement, ...]
    metrics: Mapping[str, MetricDefinition] = field(default_factory=dict)
    _by_id: Mapping[str, Requirement] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_by_id", {requirement.id: requirement for requirement in self.requirements})

    def requirement(self, identifier: str) -> Requirement:
        """The requirement with this identifier; raises KeyError where there is none."""
        return self._by_id[identifier]

    def of(self, dataset: str) -> tuple[Requirement, ...]:
        """The requirements that bind an input of a dataset, in the order of the catalogue."""
        return tuple(each for each in self.requirements if each.binds_inputs and each.dataset in {None, dataset})

    def encoding(self, fault: Fault) -> Requirement:
        """The requirement that a fault of an input's encoding violates."""
        return next(
            each for each in self.requirements if isinstance(each.check, Encoding) and each.check.fault is fault
        )
