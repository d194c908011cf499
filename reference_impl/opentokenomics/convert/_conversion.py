"""Runs a conversion: inputs to records to rows, one record at a time."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterable, Iterator, Mapping
from contextlib import closing
from itertools import chain, islice
from os import PathLike, fspath
from typing import TYPE_CHECKING

from opentokenomics.convert._calls import Calls, Place
from opentokenomics.convert._context import Context
from opentokenomics.convert._digests import encode_sorted
from opentokenomics.convert._errors import Refused
from opentokenomics.convert._files import files_of
from opentokenomics.convert._held import Claim, Held
from opentokenomics.convert._ledger import STATED_AGAIN, Ledger
from opentokenomics.convert._model import Input, Notice, NoticeKind, Options, Readable, Reject, Row, nameless
from opentokenomics.convert._pages import Pages
from opentokenomics.convert._read import Record, open_records
from opentokenomics.convert._registry import detect
from opentokenomics.convert._registry import source as source_named
from opentokenomics.convert._registry import sources as every_source
from opentokenomics.convert._source import Member
from opentokenomics.errors import InputError
from opentokenomics.readers import Given, Once, open_binary, readable_name

if TYPE_CHECKING:
    from opentokenomics.convert._source import Converter, Source

AUTO = "auto"
STANDARD_INPUT = "-"
_LOOKED_AT = 20
_KEPT_REJECTS = 100
_FLOATS = "columns hold floats, of which the shortest decimals that name them are taken"

AnyInput = str | PathLike[str] | Readable | Input


class Conversion(Iterator[Row]):
    """The rows of some inputs, made while they are iterated over, once.

    A record that cannot be converted becomes a reject, and the next one is converted. What the iteration has met so far
    can be read at any time.

    Attributes:
        records: how many records were read; each member of a page is one.
        rows: how many rows were made.
        rejected: how many records were rejected.
        rejects: the first hundred of them.
    """

    def __init__(
        self,
        inputs: Generator[Input | Notice, None, None],
        source: Source | None,
        options: Options,
        on_reject: Callable[[Reject], None] | None,
        *,
        at_once: bool = False,
    ) -> None:
        self.records = self.rows = self.rejected = 0
        self.rejects: tuple[Reject, ...] = ()
        self._sources: dict[str, Source] = {}
        self._pages = Pages()
        self._ledger = Ledger()
        self._calls = Calls(at_once=at_once)
        self._on_reject = on_reject
        self._iterator = self._convert(inputs, source, options)

    def __next__(self) -> Row:
        row = next(self._iterator)
        self.rows += 1
        return row

    @property
    def notices(self) -> tuple[Notice, ...]:
        """What a reader of the rows should know, each once with its number of occurrences."""
        return self._ledger.notices

    @property
    def sources(self) -> tuple[Source, ...]:
        """The sources of the inputs, each once."""
        return tuple(self._sources.values())

    def _convert(
        self, inputs: Generator[Input | Notice, None, None], source: Source | None, options: Options
    ) -> Iterator[Row]:
        with closing(inputs):  # an error leaves no file open
            for each in inputs:
                if isinstance(each, Notice):
                    self._ledger.add(each)
                else:
                    yield from self._input(each, source, options)
        for source_name, count, (name, line) in self._pages.missing():
            message = f"a page of {source_name} says that another follows, which is missing"
            self._ledger.add(Notice(NoticeKind.INCOMPLETE, message, count, name, line))
        yield from self._calls.release()
        yield from self._ledger.release()

    def _input(self, given: Input, source: Source | None, options: Options) -> Iterator[Row]:
        from opentokenomics import standard

        records = open_records(given)
        first = list(islice(records.items, _LOOKED_AT))
        if records.header is None and not first:
            self._ledger.add(Notice(NoticeKind.NO_RECORDS, "the input holds no record", 1, given.name, 1))
            return
        objects = [record.value for record in first if isinstance(record.value, Mapping)]
        if source is None and len(first) < _LOOKED_AT and objects and all(map(_is_empty, first)):
            self._note_empty(first, given.name)
            return
        chosen = source or detect(records.header, objects, given.name)
        self._sources[chosen.name] = chosen
        line = first[0].line if first else 1
        version = standard.load().version
        context = Context(chosen.name, chosen.provider, version, options, self._ledger, given.name, line)
        make = chosen.open(context, records.header)
        if records.floats:
            context.warn(NoticeKind.INTERPRETED, _FLOATS, ", ".join(records.floats))
        context.settle(converted=True)
        for record in chain(first, records.items):
            context.line = record.line
            self._note_page(chosen, record, given.name)
            for member in _members(chosen, record):
                yield from self._rows(member, make, context)

    def _note_empty(self, records: Iterable[Record], name: str) -> None:
        """Notes pages that do not say whose they are, since they hold nothing, and may follow those of any source."""
        for record in records:
            self._ledger.add(
                Notice(NoticeKind.EMPTY_BUCKET, "a page without results makes no row", 1, name, record.line)
            )
            for source in every_source():
                page = None if source.page is None or isinstance(record.value, Refused) else source.page(record.value)
                if page is not None and page.is_last:
                    self._pages.put(source.name, page, (name, record.line))

    def _note_page(self, source: Source, record: Record, name: str) -> None:
        """Remembers a page and whether another should follow it, which may be in any other input."""
        if source.page is None or isinstance(record.value, Refused):
            return
        page = source.page(record.value)
        if page is not None:
            self._pages.put(source.name, page, (name, record.line))

    def _rows(self, member: Member, make: Converter, context: Context) -> Iterable[Row]:
        self.records += 1
        reason = ""
        made: Iterable[Row] | None = None
        try:
            if isinstance(member.value, Refused):
                raise member.value
            made = self._ready(make(member.value), context, member.path)
        except Refused as refused:
            reason = str(refused)
        except RecursionError:
            reason = "the record is nested too deeply"
        context.settle(converted=made is not None)
        if made is None:
            self._reject(Place(context.input, context.line, member.path), reason)
        return made or ()

    def _ready(self, rows: Iterable[Row] | Claim | Held | list[Held], context: Context, path: str) -> Iterable[Row]:
        """The rows that do not wait; those that do are kept."""
        if isinstance(rows, Claim):
            return self._called(rows, context, path)
        ready: list[Row] = []
        held: list[Held] = []
        for each in [rows] if isinstance(rows, Held) else rows:
            if isinstance(each, Held):
                held.append(each)
            else:
                ready.append(each)
        context.without_people(ready)
        for fact in held:
            context.without_people(fact.rows)
        for fact in held:
            if (known := self._ledger.hold(context.source_name, fact, (context.input, context.line))) is not None:
                context.warn(NoticeKind.DUPLICATE, known)
        return ready

    def _called(self, claim: Claim, context: Context, path: str) -> list[Row]:
        text = context.without_people(sorted(claim.rows, key=_name), encode_sorted)  # in any order of what was stated
        place = Place(context.input, context.line, path)
        taken = self._calls.take(claim, text, place)
        if taken.is_again:
            context.warn(NoticeKind.DUPLICATE, STATED_AGAIN)
        if taken.lost is not None:
            lost, reason = taken.lost
            if lost is place:
                raise Refused(reason)
            self._reject(lost, reason)
        return taken.rows

    def _reject(self, place: Place, reason: str) -> None:
        where = f"{place.path}: " if place.path else ""
        reject = Reject(place.input, place.line, nameless(where + reason))
        self.rejected += 1
        if len(self.rejects) < _KEPT_REJECTS:
            self.rejects = (*self.rejects, reject)
        if self._on_reject is not None:
            self._on_reject(reject)


def convert(
    inputs: AnyInput | Iterable[AnyInput],
    source: str | Source = AUTO,
    options: Options | None = None,
    *,
    on_reject: Callable[[Reject], None] | None = None,
    at_once: bool = False,
) -> Conversion:
    """Makes usage rows of what a vendor exports or returns.

    Args:
        inputs: a path, an opened binary stream, an :class:`Input`, or several of these, taken one at a time.
            Identifiers are unique across the inputs of one call. A path may be that of a compressed file, of a folder
            whose files are all taken, or ``-`` for standard input.
        source: a source or its name; ``auto`` finds it out for each input.
        options: what the inputs do not say.
        on_reject: called for each record that cannot be converted, or does not count beside another of its call.
        at_once: whether the rows of calls need not wait until the inputs end, which saves time and ends with an error
            where two records state different things of one call.

    Returns:
        The conversion, an iterator of rows.

    Raises:
        ConvertError: The source is unknown. While iterating: an input is of no known kind, or ``time_missing``: a
            record carries no time and the options give none; ``calls_differ``: see ``at_once``.
        InputError: While iterating: an input cannot be read, or is there twice.
    """
    chosen = None if source == AUTO else source_named(source) if isinstance(source, str) else source
    one = isinstance(inputs, str | PathLike | Input) or hasattr(inputs, "read")
    several: Iterable[AnyInput] = [inputs] if one else inputs  # type: ignore[list-item,assignment]
    return Conversion(_opened(several), chosen, options or Options(), on_reject, at_once=at_once)


def _opened(inputs: Iterable[AnyInput]) -> Generator[Input | Notice, None, None]:
    once = Once()
    for each in inputs:
        if isinstance(each, Input):
            yield each
        elif isinstance(each, str | PathLike):
            yield from _at(fspath(each), once)
        else:
            yield Input(str(getattr(each, "name", "-")), each)


def _at(path: str, once: Once) -> Generator[Input | Notice, None, None]:
    files = files_of(path)
    if all(file.left for file in files):
        raise InputError("input_is_folder", f"{readable_name(path)} is a folder without exports.", "Name a file in it.")
    for file in files:
        name = "standard input" if file.path == STANDARD_INPUT else readable_name(file.path)
        if file.left:
            yield Notice(NoticeKind.UNREAD_FILE, file.left, 1, name, 1)
            continue
        once.take(Given(file.path, file.path))
        with open_binary(file.path) as stream:
            yield Input(name, stream)


def _name(row: Row) -> str:
    return str(row["record_id"])


def _is_empty(record: Record) -> bool:
    """Whether it is a page, or a bucket, of nothing."""
    if isinstance(record.value, Refused):
        return False
    buckets = record.value.get("data", [record.value])
    return isinstance(buckets, list) and all(isinstance(each, dict) and each.get("results") == [] for each in buckets)


def _members(source: Source, record: Record) -> Iterator[Member]:
    """The records inside a record; one that cannot be opened is refused as a whole."""
    if source.members is None or isinstance(record.value, Refused):
        yield Member("", record.value)
        return
    try:
        yield from source.members(record.value)
    except Refused as refused:
        yield Member("", refused)
