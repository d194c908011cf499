"""The compiled catalogue -> Requirement objects, and which requirement owns which schema keyword."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from opentokenomics.standard._checks import (
    Bundle,
    BundleFault,
    Check,
    Encoding,
    Excluded,
    Fault,
    Group,
    GroupRule,
    NoOverlap,
    Predicate,
    ReferenceRule,
    References,
    Row,
    Schema,
    Unique,
)
from opentokenomics.standard._model import Keyword, Profile, Requirement


def read_requirement(entry: Mapping[str, Any]) -> Requirement:
    """A requirement from its entry in ``catalogue.json``."""
    columns = tuple(entry["columns"])
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


def _predicate(value: Mapping[str, Any] | None) -> Predicate | None:
    return None if value is None else Predicate(value["sql"], value["tree"])


def _read_check(check: Mapping[str, Any], columns: tuple[str, ...]) -> Check:  # noqa: PLR0911 - one per kind
    where = _predicate(check.get("where"))
    match check["kind"]:
        case "encoding":
            return Encoding(Fault(check["fault"]))
        case "schema":
            return Schema(tuple(check["at"]))
        case "row":
            return Row(Predicate(check["predicate"]["sql"], check["predicate"]["tree"]), where)
        case "unique":
            return Unique(tuple(check.get("columns", columns)), where)
        case "references":
            target = check["to"]
            rule = ReferenceRule(check["rule"])
            return References(
                column=columns[0],
                to_dataset=target["dataset"],
                to_column=target["column"],
                rule=rule,
                compare=tuple(check.get("compare", ())),
                predicate=_predicate(check.get("predicate")),
                where=where,
            )
        case "group":
            return Group(
                by=tuple(check["by"]),
                rule=GroupRule(check["rule"]),
                column=check.get("column"),
                total=check.get("total"),
                upper=check.get("upper"),
                predicate=_predicate(check.get("predicate")),
                where=where,
            )
        case "no_overlap":
            ranges = tuple((start, end) for start, end in check["ranges"])
            return NoOverlap(tuple(check["by"]), ranges, check.get("apart"), where)
        case "bundle":
            return Bundle(BundleFault(check["fault"]))
        case "excluded":
            return Excluded(check["reason"])
        case kind:
            message = f"the catalogue has a check of unknown kind {kind!r}"
            raise ValueError(message)


class Owners:
    """Finds the requirement that owns a schema keyword: the one with the most specific pointer that leads to it.

    A pointer that starts with ``/`` holds for every dataset schema; ``*`` stands for any one segment.
    """

    def __init__(self, requirements: Iterable[Requirement]) -> None:
        self._claims = [
            (tuple(pointer.split("/")), requirement.id)
            for requirement in requirements
            if isinstance(requirement.check, Schema)
            for pointer in requirement.check.at
        ]

    def __call__(self, location: str) -> str:
        """The identifier for a location such as ``usage.schema.json#/properties/meter/enum``.

        Raises:
            ValueError: No requirement owns the location, or two do with equal right.
        """
        full = tuple(location.split("/"))
        relative = ("", *full[1:])
        claims = sorted(
            (
                (len(pattern), -pattern.count("*"), identifier)
                for pattern, identifier in self._claims
                if _leads_to(pattern, full) or _leads_to(pattern, relative)
            ),
            reverse=True,
        )
        if not claims:
            message = f"no requirement owns the schema location {location}"
            raise ValueError(message)
        if len(claims) > 1 and claims[0][:2] == claims[1][:2]:
            message = f"{claims[0][2]} and {claims[1][2]} both own the schema location {location}"
            raise ValueError(message)
        return claims[0][2]


def _leads_to(pattern: tuple[str, ...], location: tuple[str, ...]) -> bool:
    return len(pattern) <= len(location) and all(
        wanted in {"*", segment} for wanted, segment in zip(pattern, location, strict=False)
    )
