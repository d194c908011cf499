"""Which bit of which word of a fact stands for what."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from opentokenomics.engines.duckdb._session import identifier, literal
from opentokenomics.rules import Known, mentioned, named_in, narrowed, to_duckdb
from opentokenomics.shapes import plain_of, slots_of
from opentokenomics.standard import (
    NAMED,
    Acyclic,
    Column,
    Dataset,
    Group,
    NoOverlap,
    Predicate,
    Quotient,
    ReferenceRule,
    References,
    Requirement,
    Row,
    Unique,
)

_BITS = 60

OnSets = Group | Unique | References | NoOverlap | Acyclic | Quotient
"""Checks that are judged on facts, once all rows have been read."""


@dataclass(frozen=True, slots=True)
class Bit:
    """One bit of the words that every data row is boiled down to."""

    family: str
    index: int

    @classmethod
    def of(cls, word: str, place: int) -> Bit:
        """The bit at a place of a word."""
        return cls(word[0], int(word[1:]) * _BITS + place)

    @classmethod
    def all_of(cls, word: str) -> list[Bit]:
        """The bits of a word."""
        return [cls.of(word, place) for place in range(_BITS)]

    @property
    def word(self) -> str:
        """Name of the word's column."""
        return f"{self.family}{self.index // _BITS}"

    @property
    def mask(self) -> int:
        """The bit within its word."""
        return 1 << (self.index % _BITS)

    @property
    def test(self) -> str:
        """SQL condition that the bit is set."""
        return f"({self.word} & {self.mask}::UBIGINT) <> 0"


@dataclass(frozen=True, slots=True)
class SlotBits:
    """A way in which a column can violate a requirement of shape."""

    column: Column
    requirement: str
    malformed: bool
    condition: str
    """True where a row of the input itself has the fault."""
    marked_condition: str
    """The same for a row of a copy, which may hold marks."""
    fault: Bit
    present: Bit


@dataclass(frozen=True, slots=True)
class RuleBits:
    """A rule on rows, or the rows to which a rule on sets applies.

    ``guard`` is the condition that a value which the rule needs is malformed, for rows in which some value is.
    For a row rule, ``first`` means evaluated and ``second`` violated. For a rule on sets, ``first`` means that the
    row takes part and ``second`` that a value which the rule needs is malformed.
    """

    requirement: Requirement
    where: Predicate | None
    predicate: Predicate | None
    first: Bit
    second: Bit
    on_sets: bool
    guard: str
    outside: str = "FALSE"
    """The condition that nobody knows the group of a row, so that it is a member of none."""

    def condition(self, absent: Collection[str]) -> str:
        """SQL of the rule's value on a row in which some columns are null."""
        if not self.on_sets:
            value = _sql_of(self.predicate, absent)
            return value if self.where is None else f"CASE WHEN {_sql_of(self.where, absent)} THEN {value} END"
        applies = "TRUE" if self.where is None else _sql_of(self.where, absent)
        if self.outside == "FALSE":
            return applies
        return f"CASE WHEN {_if_malformed(self.outside)} THEN FALSE ELSE {applies} END"

    @property
    def hidden(self) -> Bit:
        """The bit of a row with a malformed value that the rule needs: in a mask for row rules, else in a guard."""
        return Bit("g" if self.on_sets else "m", self.first.index)


@dataclass(frozen=True, slots=True)
class Version:
    """The version that an input states, and which requirement an unsupported one violates."""

    name: str
    supported: bool
    requirement: str


class Layout:
    """The bits of one dataset: presence (p), faults of shape (s), rules (a, b).

    A reference into a dataset that is not ``given`` has no bits, for there is nothing to look its value up in.
    """

    def __init__(
        self,
        dataset: Dataset,
        requirements: Sequence[Requirement],
        version: Version,
        marker: str,
        given: Collection[str],
    ) -> None:
        self.dataset = dataset
        self._version = version
        self.slots: list[SlotBits] = []
        self._marker = literal(marker)
        for place, column in enumerate(dataset.columns):
            text = identifier(column.name)
            plain = None if self.plain(column, marked=False) is None else plain_name(column.name)
            marked = slots_of(column, text, plain=plain, marker=self._marker)
            for slot, other in zip(slots_of(column, text, plain=plain), marked, strict=True):
                conditions = (slot.condition, other.condition)
                if slot.requirement == version.requirement:
                    # Records of another version than the input's are the business of the rule on uniformity alone.
                    conditions = ("FALSE" if version.supported else f"{text} = {literal(version.name)}",) * 2
                bits = Bit("s", len(self.slots)), Bit("p", place)
                self.slots.append(SlotBits(column, slot.requirement, slot.malformed, *conditions, *bits))
        self.rules: list[RuleBits] = []
        for requirement in requirements:
            check = requirement.check
            if not isinstance(check, References) or check.to_dataset in given:
                self._add_rule(requirement)

    def plain(self, column: Column, *, marked: bool) -> str | None:
        """SQL that is true, or null where there is no value, only if a value has no fault of shape."""
        if any(shape.requirement == self._version.requirement for shape in column.shapes):
            return None
        return plain_of(column, identifier(column.name), marker=self._marker if marked else None)

    def _add_rule(self, requirement: Requirement) -> None:
        check = requirement.check
        number = len(self.rules)
        bits = Bit("a", number), Bit("b", number)
        if isinstance(check, Row):
            guard = self._guard(mentioned(check.where) | mentioned(check.predicate))
            self.rules.append(RuleBits(requirement, check.where, check.predicate, *bits, on_sets=False, guard=guard))
        elif isinstance(check, OnSets):
            where = getattr(check, "where", None)
            guard = self._guard(mentioned(where) | set(requirement.columns) | named_in(check))
            outside = self._guard(set(check.by)) if isinstance(check, Group) else "FALSE"
            if outside != "FALSE":
                guard = f"({guard}) AND NOT ({outside})"
            self.rules.append(RuleBits(requirement, where, None, *bits, on_sets=True, guard=guard, outside=outside))
            if isinstance(check, Group) and check.predicate is not None:
                self._add_predicate(requirement, check.predicate)

    def _add_predicate(self, requirement: Requirement, predicate: Predicate) -> None:
        number = len(self.rules)
        bits, guard = (Bit("a", number), Bit("b", number)), self._guard(mentioned(predicate))
        self.rules.append(RuleBits(requirement, None, predicate, *bits, on_sets=False, guard=guard))

    def rule(self, requirement: str) -> RuleBits:
        """The rule of a requirement."""
        return next(rule for rule in self.rules if rule.requirement.id == requirement)

    @property
    def masks(self) -> Mapping[str, str]:
        """The word of masks that belongs to each word of rules, where there is one: bits that are not to be set."""
        return self._beside(on_sets=False)

    @property
    def guards(self) -> Mapping[str, str]:
        """The word of guards that belongs to each word of rules, where there is one: bits that are to be set."""
        return self._beside(on_sets=True)

    def _beside(self, *, on_sets: bool) -> Mapping[str, str]:
        places = {rule.hidden.word: rule.first for rule in self.rules if rule.on_sets == on_sets}
        return {Bit(family, first.index).word: word for word, first in places.items() for family in "ab"}

    @property
    def nested(self) -> list[Column]:
        """The columns that hold maps, or lists of records."""
        return [column for column in self.dataset.columns if column.is_nested]

    @property
    def joined(self) -> list[References]:
        """The references for which named records have to keep what is asked of them."""
        checks = (rule.requirement.check for rule in self.rules)
        return [each for each in checks if isinstance(each, References) and is_joined(each, self.dataset.name)]

    def sound(self, column: str) -> str:
        """SQL of a column's value, null where it is malformed."""
        guard = self._guard({column})
        return f"CASE WHEN {_if_malformed(guard)} THEN NULL ELSE {identifier(column)} END"

    def is_malformed(self, columns: set[str]) -> str:
        """SQL condition that a value of one of the columns is malformed."""
        return _if_malformed(self._guard(columns))

    def _guard(self, columns: set[str]) -> str:
        """SQL condition that a value of one of the columns is malformed, for rows in which some value is."""
        words: dict[str, int] = {}
        for slot in self.slots:
            # A version that is not supported is a value like any other to the rule that compares versions.
            if slot.malformed and slot.column.name in columns and slot.requirement != self._version.requirement:
                words[slot.fault.word] = words.get(slot.fault.word, 0) | slot.fault.mask
        return " OR ".join(f"({word} & {mask}::UBIGINT) <> 0" for word, mask in words.items()) or "FALSE"

    def words(self, family: str) -> list[str]:
        """The names of the words of a family."""
        count = {"p": len(self.dataset.columns), "s": len(self.slots), "a": len(self.rules), "b": len(self.rules)}
        return [f"{family}{number}" for number in range((count[family] + _BITS - 1) // _BITS)]


def _sql_of(predicate: Predicate | None, absent: Collection[str]) -> str:
    """SQL of a predicate on a row in which some columns are null."""
    if predicate is None:
        return "NULL::BOOLEAN"
    tree = narrowed(predicate.tree, absent)
    if isinstance(tree, Known):
        return "NULL::BOOLEAN" if tree.value is None else str(tree.value).upper()
    return to_duckdb(tree)


def _if_malformed(guard: str) -> str:
    """SQL of a guard on any row; a look at one flag answers it for nearly all of them."""
    return "FALSE" if guard == "FALSE" else f"CASE WHEN malformed THEN {guard} ELSE FALSE END"


def plain_name(column: str) -> str:
    """The name under which a scan keeps whether a column's value is plainly without fault."""
    return identifier(f"plain {column}")


def is_joined(check: References, dataset: str) -> bool:
    """Whether a reference of a dataset is judged by joining the facts of two records, not by their digests."""
    return check.rule is ReferenceRule.SATISFIES or bool(check.match) or check.to_dataset != dataset


def odd_name(column: str) -> str:
    """The name under which facts keep whether a named record's value of a column is malformed."""
    return identifier(f"malformed {NAMED}{column}")
