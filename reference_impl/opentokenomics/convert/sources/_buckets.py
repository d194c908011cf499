"""Pages of time buckets, as usage and cost interfaces of vendors return them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from opentokenomics.convert._errors import Refused
from opentokenomics.convert._fields import Fields
from opentokenomics.convert._held import Held
from opentokenomics.convert._model import NoticeKind
from opentokenomics.convert._numbers import describe
from opentokenomics.convert._pages import Page
from opentokenomics.convert._source import Member
from opentokenomics.convert.sources._logs import report_fields

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence

    from opentokenomics.convert._context import Context
    from opentokenomics.convert._model import Row
    from opentokenomics.convert._source import Converter, Header

_STARTS, _ENDS = ("start_time", "starting_at"), ("end_time", "ending_at")
_TIMES = frozenset(_STARTS)
_BUCKET = frozenset({*_STARTS, *_ENDS, "object"})
_PAGE = frozenset({"object", "data", "has_more", "next_page"})


def bucket_members(record: Mapping[str, Any]) -> Iterator[Member]:
    """Each result of a page, or of a bucket by itself, beside its bucket; a bucket without results is one member."""
    if "results" in record:
        yield from _results(record, "")
        return
    buckets = record.get("data")
    if not isinstance(buckets, list):
        raise Refused("the record is neither a page with data nor a bucket with results")
    for place, bucket in enumerate(buckets):
        if isinstance(bucket, dict) and "results" in bucket:
            yield from _results(bucket, f"data.{place}.")
        else:
            yield Member(f"data.{place}", Refused(f"it is {describe(bucket)}, where a bucket with results belongs"))


def _results(bucket: Mapping[str, Any], path: str) -> Iterator[Member]:
    results = bucket["results"]
    around = {name: value for name, value in bucket.items() if name != "results" and name not in _PAGE}
    if not isinstance(results, list):
        yield Member(f"{path}results", Refused(f"it is {describe(results)}, where an array belongs"))
        return
    if not results:
        yield Member(f"{path}results", {"bucket": around, "result": None})
    stated = {
        name
        for each in results
        if isinstance(each, dict)
        for name, value in each.items()
        if isinstance(value, str | bool)
    }
    for member in result_members(around, results, f"{path}results"):
        if isinstance(member.value, dict) and stated:
            member.value["grouping"] = " ".join(sorted(stated))
            stated.clear()
        yield member


def _note_grouping(record: Mapping[str, Any], context: Context) -> None:
    """Warns where a bucket was grouped otherwise before: a listing holds each bucket once.

    Rows of one time may be on several pages, of which one may happen to have none of a dimension.
    """
    grouping, bucket = record.get("grouping"), record["bucket"]
    if grouping is None:
        return
    times = [str(bucket.get(name)) for name in (*_STARTS, *_ENDS)]
    name = " ".join([context.source_name, str(record["result"].get("object")), *times])
    if context.ledger.is_otherwise(name, grouping):
        what = "pages state rows of one time by" if "is_row" in record else "a bucket is stated by"
        context.warn(
            NoticeKind.INTERPRETED, f"{what} other dimensions, too, and all of them count: give pages of one grouping"
        )


def result_members(around: Mapping[str, Any], results: Sequence[object], path: str) -> Iterator[Member]:
    """Each of the results beside what stands around them all."""
    for place, result in enumerate(results):
        where = f"{path}.{place}"
        if isinstance(result, dict):
            yield Member(where, {"bucket": around, "result": result})
        else:
            yield Member(where, Refused(f"it is {describe(result)}, where an object belongs"))


def further(result: Fields, known: Collection[str]) -> dict[str, object]:
    """What a result says in fields that its source does not know: it may be grouped by them, which sets it apart."""
    return {name: value for name, value in result.values.items() if isinstance(value, str | bool) and name not in known}


def page_of(record: Mapping[str, Any]) -> Page | None:
    """The place of a page: it holds every bucket of its time, empty ones too, so that the next one begins at its end.

    A bucket by itself says nothing.
    """
    more, buckets, next_name = record.get("has_more"), record.get("data"), record.get("next_page")
    if not isinstance(more, bool):
        return None
    held = buckets if isinstance(buckets, list) else []
    begin, end = (_first_text(held[place : place + 1 or None], names) for place, names in ((0, _STARTS), (-1, _ENDS)))
    return Page(not more, begin, end, next_name if isinstance(next_name, str) else None)


def _first_text(buckets: Sequence[object], names: Sequence[str]) -> str | None:
    return next((str(each[name]) for each in buckets if isinstance(each, dict) for name in names if name in each), None)


def first_result(record: Mapping[str, Any]) -> tuple[Mapping[str, Any], Mapping[str, Any]] | None:
    """The first bucket of a page that has a result, and that result; None where the record is no such page.

    A page of empty buckets gives its first bucket with an empty result.
    """
    try:
        members = [member.value for member in bucket_members(record) if not isinstance(member.value, Refused)]
    except Refused:
        return None
    filled = [each for each in members if each["result"]] or members
    return (filled[0]["bucket"], filled[0]["result"] or {}) if filled else None


def opened(
    make: Callable[[Fields, Fields, Context], Held],
) -> Callable[[Context, Header], Converter]:
    """The ``open`` of a source of buckets: ``make`` takes a bucket and a result of it."""

    def open_input(context: Context, _header: Header) -> Converter:
        def convert(record: Mapping[str, Any]) -> Iterable[Row] | Held:
            if record["result"] is None:
                context.warn(NoticeKind.EMPTY_BUCKET, "a bucket without results makes no row")
                return ()
            if _TIMES & record["bucket"].keys():
                report_fields(record["bucket"], _BUCKET, context)
            _note_grouping(record, context)
            return make(Fields(record["bucket"]), Fields(record["result"]), context)

        return convert

    return open_input
