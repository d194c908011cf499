"""Differences of the columns of a dataset."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from opentokenomics.compatibility._change import Action, Change, Compatibility
from opentokenomics.compatibility._plain import Renaming
from opentokenomics.compatibility._shapes import changed_shapes
from opentokenomics.compatibility._unread import changed_unread
from opentokenomics.shapes import faults_of
from opentokenomics.standard import Column, Dataset, Facet, Kind

VERSION = "spec_version"
"""The column of the version that a record states."""
_SEEN = "No input of the older version has it."
_UNKNOWN = "Inputs that fill it have an unknown column."
_CUSTOM = "Inputs of the older version may have a custom column of that name."
_WORDS = "Shapes and rules are the same."


def renaming_of(old: Dataset, new: Dataset) -> Renaming:
    """What columns and values are called in the newer version, as far as its schema says so."""
    columns = {
        former: column.name
        for column in new.columns
        if (former := column.renamed_from) is not None
        and former in old.by_name
        and former not in new.by_name
        and column.name not in old.by_name
        and not _is_custom(old, column.name)
    }
    values = {}
    for before, now in _pairs(old, new, columns):
        renamed = {
            value: other
            for value, other in now.renamed_values.items()
            if value in before.values and value not in now.values and other in now.values and other not in before.values
        }
        if renamed and len(set(renamed.values())) == len(renamed):
            values[now.name] = renamed
    return Renaming(columns, values)


def _pairs(old: Dataset, new: Dataset, columns: Mapping[str, str]) -> Iterator[tuple[Column, Column]]:
    """The columns of both versions, before and now."""
    for before in old.columns:
        now = new.by_name.get(columns.get(before.name, before.name))
        if now is not None:
            yield before, now


def changed_dataset(old: Dataset, new: Dataset) -> Iterator[Change]:
    """Differences of a dataset, or of the records in a list, that both versions have."""
    if old.custom_pattern != new.custom_pattern:
        what, why = "names of custom columns have another pattern", "Names that were allowed may not be any more."
        yield Change(Compatibility.INCOMPATIBLE, old.name, "custom columns", Action.CHANGED, what, why)
    if old.unknown_requirement != new.unknown_requirement:
        what = f"unknown columns are reported under {new.unknown_requirement}"
        yield Change(Compatibility.COMPATIBLE, old.name, "unknown columns", Action.CHANGED, what, "None is allowed.")
    for aspect in ("title", "description"):
        if getattr(old, aspect) != getattr(new, aspect):
            yield _reworded(old.name, aspect, f"its {aspect} changed", review=True)
    yield from changed_unread(old.name, old.unread, new.unread)
    yield from _changed_columns(old, new)


def _changed_columns(older: Dataset, newer: Dataset) -> Iterator[Change]:
    """Differences of the columns of a dataset, in the order of the older version; added ones last."""
    renaming = renaming_of(older, newer)
    kept = {each.name: column for each, column in _pairs(older, newer, renaming.columns)}
    for column in older.columns:
        where = f"{older.name}.{column.name}"
        if column.name not in kept:
            what = f"the column {column.name} is gone"
            yield Change(Compatibility.INCOMPATIBLE, where, "column", Action.REMOVED, what, _UNKNOWN)
            continue
        successor = kept[column.name]
        if successor.name != column.name:
            what = f"the column {column.name} is called {successor.name}"
            why = "A program can write the values under the new name."
            yield Change(Compatibility.MIGRATION_COMPATIBLE, where, "column", Action.RENAMED, what, why)
        yield from _changed(where, column, successor, renaming)
    taken = {each.name for each in kept.values()}
    yield from (_added(older, column) for column in newer.columns if column.name not in taken)


def _is_custom(dataset: Dataset, name: str) -> bool:
    """Whether a record may have a column of that name which the standard does not define."""
    return name not in dataset.by_name and re.search(dataset.custom_pattern, name) is not None


def _added(older: Dataset, column: Column) -> Change:
    where = f"{older.name}.{column.name}"
    if column.required:
        what = f"the required column {column.name} is new"
        why = "No input of the older version has it, and no program knows what to write."
        return Change(Compatibility.INCOMPATIBLE, where, "column", Action.ADDED, what, why)
    what = f"the column {column.name} is new"
    if _is_custom(older, column.name):
        return Change(Compatibility.INCOMPATIBLE, where, "column", Action.ADDED, what, _CUSTOM)
    return Change(Compatibility.COMPATIBLE, where, "column", Action.ADDED, what, _SEEN)


def _changed(where: str, before: Column, now: Column, renaming: Renaming) -> Iterator[Change]:
    if before.required != now.required:
        if now.required:
            why = "Inputs that leave it out no longer conform."
            yield Change(Compatibility.INCOMPATIBLE, where, "required", Action.TIGHTENED, "it became required", why)
        else:
            why = "Inputs that state it still conform."
            yield Change(Compatibility.COMPATIBLE, where, "required", Action.LOOSENED, "it became optional", why)
    if before.kind is not now.kind:
        yield _changed_kind(where, before, now)
    else:
        if before.name != VERSION:
            yield from _changed_values(where, before, now, renaming.values.get(now.name, {}))
        yield from changed_shapes(where, before, now)
        yield from _changed_members(where, before, now)
    yield from changed_unread(where, before.unread, now.unread)
    yield from _changed_words(where, before, now)


def _changed_members(where: str, before: Column, now: Column) -> Iterator[Change]:
    """Differences of the records that a list holds."""
    if before.record is not None and now.record is not None:
        yield from changed_dataset(before.record, now.record)
    elif before.record is not now.record:
        what = "its members are records no more" if now.record is None else "its members are records"
        why = "Members are written in another way."
        yield Change(Compatibility.INCOMPATIBLE, where, "members", Action.CHANGED, what, why)


def _changed_kind(where: str, before: Column, now: Column) -> Change:
    compatibility, why = Compatibility.INCOMPATIBLE, "Values are written and computed in another way."
    if before.values and now.kind is Kind.STRING:
        if not any(faults_of(now, value) for value in before.values):
            compatibility, why = Compatibility.COMPATIBLE, "Every value of the closed list is allowed as a text."
    elif before.kind is Kind.INTEGER and now.kind is Kind.DECIMAL and _fits(before, now):
        compatibility, why = Compatibility.MIGRATION_COMPATIBLE, "A program can write the numbers as text."
    what = f"its kind was {before.kind} and is {now.kind}"
    return Change(compatibility, where, "kind", Action.CHANGED, what, why)


def _fits(integer: Column, decimal: Column) -> bool:
    """Whether every integer of a column is a decimal of another."""
    ends = [end for shape in integer.shapes if shape.facet is Facet.RANGE for end in (shape.low, shape.high)]
    given = [end for end in ends if end is not None]
    bounded = any(shape.facet is Facet.RANGE for shape in decimal.shapes)
    return len(given) > 1 and not bounded and not any(faults_of(decimal, str(end)) for end in given)


def _changed_values(where: str, before: Column, now: Column, renamed: Mapping[str, str]) -> Iterator[Change]:
    """Differences of a closed list; whether there is a list at all is a matter of shapes."""
    if not (_closed(before) and _closed(now)):
        return
    former, listed = _listed(before), _listed(now)
    for value in former:
        if value in renamed:
            what, why = f"the value {value} is called {renamed[value]}", "A program can write the new name."
            yield Change(Compatibility.MIGRATION_COMPATIBLE, where, "value", Action.RENAMED, what, why)
        elif value not in listed:
            what, why = f"the value {value} is gone", "Inputs that use it have a value that is not listed."
            yield Change(Compatibility.INCOMPATIBLE, where, "value", Action.REMOVED, what, why)
    for value in listed:
        if value not in former and value not in renamed.values():
            yield Change(Compatibility.COMPATIBLE, where, "value", Action.ADDED, f"the value {value} is new", _SEEN)


def _closed(column: Column) -> list[tuple[str, ...]]:
    """The closed lists of a column, all of which hold."""
    return [shape.values for shape in column.shapes if shape.facet is Facet.ENUM]


def _listed(column: Column) -> list[str]:
    """The values that every closed list of a column holds, of which there may be none."""
    return [value for value in column.values if all(value in each for each in _closed(column))]


def states(dataset: Dataset, version: str) -> bool:
    """Whether a record of the dataset may state this version."""
    column = dataset.by_name.get(VERSION)
    return column is not None and (not _closed(column) or version in _listed(column))


def _changed_words(where: str, before: Column, now: Column) -> Iterator[Change]:
    if before.deprecated != now.deprecated:
        action = Action.DEPRECATED if now.deprecated else Action.REVIVED
        why = "It stays allowed." if now.deprecated else _WORDS
        yield Change(Compatibility.COMPATIBLE, where, "deprecated", action, f"it is {action}", why)
    if before.description != now.description:
        yield _reworded(where, "description", "what it means is told in other words", review=True)
    if before.focus_name != now.focus_name:
        what = f"its FOCUS column was {before.focus_name or 'none'} and is {now.focus_name or 'none'}"
        yield _reworded(where, "focus_name", what, review=True)
    for aspect in ("examples", "group", "levels", "since"):
        if getattr(before, aspect) != getattr(now, aspect) and not (
            before.name == VERSION and aspect in {"examples", "since"}
        ):
            yield _reworded(where, aspect, f"its {aspect} changed")


def _reworded(where: str, aspect: str, what: str, *, review: bool = False) -> Change:
    return Change(Compatibility.COMPATIBLE, where, aspect, Action.REWORDED, what, _WORDS, review)
