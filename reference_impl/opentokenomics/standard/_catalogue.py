"""The compiled catalogue -> Requirement objects, and which requirement owns which schema keyword."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields
from typing import Any

from opentokenomics.standard._checks import (
    Acyclic,
    Bundle,
    BundleFault,
    Check,
    Encoding,
    Excluded,
    Fault,
    Given,
    Group,
    GroupRule,
    NoOverlap,
    Predicate,
    Quotient,
    Recompute,
    ReferenceRule,
    References,
    Row,
    Schema,
    Unique,
)
from opentokenomics.standard._model import Keyword, Profile, Requirement


def read_requirement(entry: Mapping[str, Any]) -> Requirement:
    """A requirement from its entry in ``catalogue.json``.

    Raises:
        KeyError: A member is missing.
        ValueError: A member is of a later kind; to pass over it would be to check something else.
    """
    columns = tuple(entry["columns"])
    _refuse_unknown(entry, _MEMBERS)
    return Requirement(
        id=entry["id"],
        since=entry["since"],
        dataset=entry["dataset"],
        profile=Profile(entry["profile"]),
        keyword=Keyword(entry["keyword"]),
        statement=entry["statement"],
        rationale=entry["rationale"],
        columns=columns,
        check=_read_check(entry["check"], columns),
        fix=entry["fix"],
    )


def _refuse_unknown(part: Mapping[str, Any], known: Collection[str]) -> None:
    unknown = next((name for name in part if name not in known), None)
    if unknown is not None:
        message = f"the catalogue has a member that is not known, {unknown!r}"
        raise ValueError(message)


def _predicate(value: Mapping[str, Any]) -> Predicate:
    _refuse_unknown(value, ("sql", "tree"))
    return Predicate(value["sql"], value["tree"])


def _read_check(check: Mapping[str, Any], columns: tuple[str, ...]) -> Check:
    read = _CHECKS.get(check["kind"])
    if read is None:
        message = f"the catalogue has a check of unknown kind {check['kind']!r}"
        raise ValueError(message)
    _refuse_unknown(check, ("kind", *_PARTS[check["kind"]]))
    return read(check, columns)


def _where(check: Mapping[str, Any], name: str = "where") -> Predicate | None:
    return _predicate(check[name]) if name in check else None


def _row(check: Mapping[str, Any], _: tuple[str, ...]) -> Row:
    return Row(_predicate(check["predicate"]), _where(check))


def _references(check: Mapping[str, Any], columns: tuple[str, ...]) -> References:
    _refuse_unknown(check["to"], ("dataset", "column"))
    return References(
        column=columns[0],
        to_dataset=check["to"]["dataset"],
        to_column=check["to"]["column"],
        rule=ReferenceRule(check["rule"]),
        compare=tuple(check.get("compare", ())),
        match=tuple((own, other) for own, other in check.get("match", ())),
        predicate=_where(check, "predicate"),
        where=_where(check),
    )


def _group(check: Mapping[str, Any], _: tuple[str, ...]) -> Group:
    return Group(
        by=tuple(check["by"]),
        rule=GroupRule(check["rule"]),
        column=check.get("column"),
        total=check.get("total"),
        upper=check.get("upper"),
        first=check.get("first"),
        predicate=_where(check, "predicate"),
        where=_where(check),
    )


def _no_overlap(check: Mapping[str, Any], _: tuple[str, ...]) -> NoOverlap:
    ranges = tuple((start, end) for start, end in check["ranges"])
    return NoOverlap(tuple(check["by"]), ranges, check.get("apart"), _where(check))


_CHECKS: Mapping[str, Callable[[Mapping[str, Any], tuple[str, ...]], Check]] = {
    "encoding": lambda check, _: Encoding(Fault(check["fault"])),
    "schema": lambda check, _: Schema(tuple(check["at"])),
    "row": _row,
    "unique": lambda check, columns: Unique(tuple(check.get("columns", columns)), _where(check)),
    "references": _references,
    "group": _group,
    "no_overlap": _no_overlap,
    "acyclic": lambda check, _: Acyclic(check["from"], check["to"]),
    "quotient": lambda check, _: Quotient(check["numerator"], check["denominator"], check["value"]),
    "recompute": lambda _, __: Recompute(),
    "bundle": lambda check, _: Bundle(BundleFault(check["fault"])),
    "given": lambda check, _: Given(tuple(check["any_of"])),
    "excluded": lambda check, _: Excluded(check["reason"]),
}

_MEMBERS = frozenset(each.name for each in fields(Requirement))
_PARTS: Mapping[str, tuple[str, ...]] = {
    "encoding": ("fault",),
    "schema": ("at",),
    "row": ("predicate", "where"),
    "unique": ("columns", "where"),
    "references": ("to", "rule", "compare", "match", "predicate", "where"),
    "group": ("by", "rule", "column", "total", "upper", "first", "predicate", "where"),
    "no_overlap": ("by", "ranges", "apart", "where"),
    "acyclic": ("from", "to"),
    "quotient": ("numerator", "denominator", "value"),
    "recompute": (),
    "bundle": ("fault",),
    "given": ("any_of",),
    "excluded": ("reason",),
}


class Owners:
    """Finds the requirement that owns a schema keyword: the one with the most specific pointer that leads to it.

    A pointer that starts with ``/`` holds for every dataset schema; ``*`` stands for any one segment.
    """

    def __init__(self, requirements: Iterable[Requirement]) -> None:
        self._root = _Claims()
        for requirement in requirements:
            if isinstance(requirement.check, Schema):
                for pointer in requirement.check.at:
                    self._root.add(tuple(pointer.split("/")), requirement.id)

    def __call__(self, location: str) -> str:
        """The identifier for a location such as ``usage.schema.json#/properties/meter/enum``.

        Raises:
            ValueError: No requirement owns the location, or two do with equal right.
        """
        full = tuple(location.split("/"))
        found = {claim for path in (full, ("", *full[1:])) for claim in self._root.leading_to(path)}
        claims = sorted(found, reverse=True)
        if not claims:
            message = f"no requirement owns the schema location {location}"
            raise ValueError(message)
        if len(claims) > 1 and claims[0][:2] == claims[1][:2]:
            message = f"{claims[0][2]} and {claims[1][2]} both own the schema location {location}"
            raise ValueError(message)
        return claims[0][2]


@dataclass(slots=True)
class _Claims:
    """Pointers that start alike; ``own`` are the claims of the pointer that ends here."""

    own: list[tuple[int, int, str]] = field(default_factory=list)
    further: dict[str, _Claims] = field(default_factory=dict)

    def add(self, pointer: Sequence[str], identifier: str) -> None:
        """Adds a pointer below this one."""
        node = self
        for segment in pointer:
            node = node.further.setdefault(segment, _Claims())
        node.own.append((len(pointer), -pointer.count("*"), identifier))

    def leading_to(self, path: Sequence[str]) -> Iterator[tuple[int, int, str]]:
        """Length, fewness of wildcards and requirement of each pointer that leads to a path or to what is around it."""
        yield from self.own
        if path:
            for segment in {path[0], "*"} & self.further.keys():
                yield from self.further[segment].leading_to(path[1:])
