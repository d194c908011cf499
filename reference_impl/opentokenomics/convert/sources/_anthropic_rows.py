"""Rows of Anthropic's Usage and Cost Analytics: a period, what it is grouped by, and what was used or what it cost.

Facts: the documentation of the interface, with its example, and the SDK's types. Rows come with the largest first, so
that pages are in no order of time. An actor is a user, a service account or something else; reports for each user have
the actor and everything else beside the period. Rows become what results of the reports by time are, whose names they
share.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from opentokenomics.convert._errors import Refused
from opentokenomics.convert._numbers import describe
from opentokenomics.convert._pages import Page
from opentokenomics.convert._source import Member
from opentokenomics.convert.sources._buckets import bucket_members, first_result, page_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

_PERIOD = ("starting_at", "ending_at")
_FIGURES = ("usage", "cost")
_ACTOR = {"user_id": "account_id", "service_account_id": "service_account_id", "api_key_id": "api_key_id"}
_OF_NO_USE = frozenset({"type", "deleted"})
_PLACE = "rows"


def members(record: Mapping[str, Any]) -> Iterator[Member]:
    """Each row of a page, or a row by itself, and each result of buckets, beside their period."""
    if _is_row(record):
        yield from _rows([record], "")
    elif _has_rows(record):
        yield from _rows(record["data"], "data.")
    else:
        yield from bucket_members(record)


def first(record: Mapping[str, Any]) -> tuple[Mapping[str, Any], Mapping[str, Any]] | None:
    """The first period of a page that has a result, and that result; None where the record is no such page."""
    if _is_row(record) or _has_rows(record):
        found = next(each.value for each in members(record) if not isinstance(each.value, Refused))
        return found["bucket"], found["result"]
    return first_result(record)


def page(record: Mapping[str, Any]) -> Page | None:
    """The place of a page; those of rows are in no order of time."""
    found = page_of(record)
    if found is None or not _has_rows(record):
        return found
    return Page(found.is_last, _PLACE if found.is_last else None, None if found.is_last else _PLACE)


def _is_row(value: object) -> bool:
    """Whether it is a period with its figures, not a bucket of results."""
    if not isinstance(value, dict) or "starting_at" not in value or "results" in value:
        return False
    return isinstance(value.get("group"), dict) or isinstance(value.get("actor"), dict)


def _has_rows(record: Mapping[str, Any]) -> bool:
    rows = record.get("data")
    return isinstance(rows, list) and any(map(_is_row, rows))


def _rows(rows: Sequence[object], path: str) -> Iterator[Member]:
    flat = [_flat(each) for each in rows]
    stated = {
        name
        for each in flat
        if isinstance(each, dict)
        for name, value in each["result"].items()
        if isinstance(value, str | bool) and not name.startswith("actor.")
    }
    grouping = " ".join(sorted(stated))
    for place, value in enumerate(flat):
        where = f"{path}{place}" if path else ""
        yield Member(where, value if isinstance(value, Refused) else {**value, "grouping": grouping, "is_row": True})


def _flat(row: object) -> dict[str, Any] | Refused:
    """A period, and the dimensions and figures of its row side by side."""
    if not isinstance(row, dict) or not _is_row(row):
        return Refused(f"it is {describe(row)}, where a row with its period belongs")
    result = {name: value for name, value in row.items() if name not in {*_PERIOD, "group", *_FIGURES}}
    for name in ("group", *_FIGURES):
        inside = row.get(name)
        if inside is None:
            continue
        if not isinstance(inside, dict):
            return Refused(f"{name} is {describe(inside)}, where an object belongs")
        result |= inside
    actor = result.pop("actor", None)
    if actor is not None and not isinstance(actor, dict):
        return Refused(f"actor is {describe(actor)}, where an object belongs")
    for name, value in (actor or {}).items():
        if name not in _OF_NO_USE and value is not None:
            result[_ACTOR.get(name, f"actor.{name}")] = value
    return {"bucket": {name: row[name] for name in _PERIOD if name in row}, "result": result}
