"""One run: the inputs of every dataset become facts, facts become findings, findings become a report."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Protocol, TypeVar

from opentokenomics.engines._assemble import assemble, count_recomputed, is_on_all
from opentokenomics.engines._bundle import Read, judge_bundle, period_of
from opentokenomics.engines._load import Loader
from opentokenomics.engines._parts import Part, Recomputed
from opentokenomics.engines.duckdb import (
    Facts,
    Finding,
    Findings,
    Layout,
    Records,
    Session,
    Version,
    holds,
    kept_of,
    seen_in,
    uniform,
    values_of,
)
from opentokenomics.readers import Bundle, Marks, Reader
from opentokenomics.report import InputSummary, Report
from opentokenomics.standard import Profile, Standard

Answer = TypeVar("Answer")


class Progress(Protocol):
    """Told what is being done, how much of it is done, and how much there is, where that is known."""

    def __call__(self, what: str, done: int, total: int | None = None, /) -> None:
        """Called now and then, from the thread that validates."""


@dataclass(frozen=True, slots=True)
class Named:
    """An input: the dataset that its records belong to, and how it is read."""

    dataset: str
    reader: Reader


@dataclass(frozen=True, slots=True)
class Request:
    """What inputs are to be held to, and the bundle that they are in, where they are in one."""

    standard: Standard
    version: Version
    profile: Profile
    most_examples: int
    progress: Progress
    bundle: Bundle | None = None
    wanted: Mapping[str, Collection[str]] = field(default_factory=dict)
    """The columns of each dataset whose values somebody asks for once the inputs are judged."""
    recomputed: Mapping[Path, Sequence[Recomputed]] = field(default_factory=dict)
    """What became of statements that were computed again, by their files."""


@dataclass(frozen=True, slots=True)
class _Planned:
    """A dataset of the run: its inputs, and where its facts are going to be."""

    readers: Sequence[Reader]
    layout: Layout
    facts: Facts


def run(request: Request, inputs: Sequence[Named], folder: Path) -> Report:
    """Validates the inputs.

    Args:
        request: What they are held to.
        inputs: The inputs; there is at least one, unless they are to be those of a bundle.
        folder: Where temporary files go.

    Raises:
        InputError: An input cannot be read.
        ResourceError: Memory or the folder is full.
    """
    return run_and_ask(request, inputs, folder, lambda report, _: report)


def run_and_ask(
    request: Request, inputs: Sequence[Named], folder: Path, ask: Callable[[Report, Records], Answer]
) -> Answer:
    """Validates the inputs, and has their records asked while they are at hand.

    Args:
        request: What they are held to.
        inputs: The inputs.
        folder: Where temporary files go.
        ask: Takes the report and the records with the columns that are wanted.

    Raises:
        InputError: An input cannot be read.
        ResourceError: Memory or the folder is full.
    """
    session = Session(folder, [each.reader.local.file for each in inputs])
    try:
        own = _Run(request, session, inputs)
        report = own.report()
        return ask(report, own.records())
    except session.exhausted as error:
        raise session.no_room(error) from None
    finally:
        session.close()


class _Run:
    def __init__(self, request: Request, session: Session, inputs: Sequence[Named]) -> None:
        self._request = request
        self._session = session
        self._marks = Marks()
        self._total = len(inputs)
        self._loaded = 0
        bundle = request.bundle
        self._entries = {} if bundle is None else {each.name: each for each in bundle.entries if each.file is not None}
        self._given = [each.reader for each in inputs]
        self._order = {id(reader): place for place, reader in enumerate(self._given)}
        readers: dict[str, list[Reader]] = {}
        for each in inputs:
            readers.setdefault(each.dataset, []).append(each.reader)
        self._planned = list(self._plan(readers))

    def _plan(self, readers: dict[str, list[Reader]]) -> Iterable[_Planned]:
        standard, version = self._request.standard, self._request.version
        marks = self._marks
        layouts = [
            Layout(standard.datasets[name], standard.of(name), version, marks.wrong_type, readers)
            for name in standard.datasets
            if name in readers
        ]
        joined = [reference for layout in layouts for reference in layout.joined]
        bundle = self._request.bundle
        for layout in layouts:
            kept = dict(values_of(layout, self._request.wanted.get(layout.dataset.name, ())))
            kept |= {} if bundle is None else kept_of(layout, period_of(bundle, standard))
            facts = Facts(self._session, layout, marks.refused, joined, kept)
            yield _Planned(readers[layout.dataset.name], layout, facts)

    def records(self) -> Records:
        """The records with the columns that are wanted."""
        views = {each.layout.dataset.name: each.facts.view for each in self._planned}
        readers = {each.layout.dataset.name: each.readers for each in self._planned}
        return Records(self._session, self._request.standard, self._request.wanted, views, readers)

    def report(self) -> Report:
        request = self._request
        parts = [self._load(planned) for planned in self._planned]
        request.progress("evaluating rules", 0)
        views = {each.layout.dataset.name: each.facts.view for each in self._planned}
        for part, planned in zip(parts, self._planned, strict=True):
            part.findings.extend(Findings(self._session, planned.layout, planned.facts, request.most_examples, views))
        if len(parts) > 1:
            self._across(parts)
        if request.bundle is None:
            report = assemble(request.standard, request.profile, parts, request.most_examples)
        else:
            reads = list(self._reads(parts))
            manifest, claim = judge_bundle(
                request.bundle, request.standard, request.version, reads, request.most_examples
            )
            report = assemble(request.standard, request.profile, [manifest, *parts], request.most_examples, claim)
        return replace(report, datasets=self._as_given(report.datasets))

    def _as_given(self, summaries: Sequence[InputSummary]) -> tuple[InputSummary, ...]:
        """The inputs in the order in which they were given; they were read dataset by dataset."""
        read = [reader for planned in self._planned for reader in planned.readers]
        first = len(summaries) - len(read)  # the manifest, where there is one
        by_reader = {id(reader): each for reader, each in zip(read, summaries[first:], strict=True)}
        return (*summaries[:first], *(by_reader[id(reader)] for reader in self._given))

    def _load(self, planned: _Planned) -> Part:
        request = self._request
        loader = Loader(self._session, planned.layout, planned.facts, self._marks)
        inputs = []
        for number, reader in enumerate(planned.readers):
            request.progress(f"reading {reader.local.name}", self._loaded, self._total)
            inputs.append(loader.load(number, reader, request.standard, request.most_examples))
            count_recomputed(request.standard, inputs[-1].tally, request.recomputed.get(reader.local.file, ()))
            self._loaded += 1
        planned.facts.seal(each.rows for each in inputs)
        part = Part(planned.layout.dataset, inputs, [], planned.facts.place)
        entries = [self._entries.get(each.name) for each in inputs]
        return replace(part, may_be_empty=all(entry is not None and "rows" in entry.values for entry in entries))

    def _reads(self, parts: Sequence[Part]) -> Iterator[Read]:
        """What the records of each file say."""
        for part, planned in zip(parts, self._planned, strict=True):
            for number, each in enumerate(part.inputs):
                entry, table = self._entries[each.name], planned.facts.table(number)
                remainder = entry.values.get("remainder_record_id")
                has_remainder = None if remainder is None else holds(self._session, table, remainder)
                yield Read(entry, each.rows, seen_in(self._session, table), has_remainder)

    def _across(self, parts: Sequence[Part]) -> None:
        """Judges the rules on all records anew where these are of several datasets, in the order of the inputs."""
        places = [
            (part, planned, number)
            for part, planned in zip(parts, self._planned, strict=True)
            for number in range(len(planned.readers))
        ]
        places.sort(key=lambda place: self._order[id(place[1].readers[place[2]])])
        for requirement in filter(is_on_all, self._request.standard.requirements):
            for part in parts:
                part.findings[:] = [each for each in part.findings if each.requirement != requirement.id]
            tables = [
                (planned.facts.table(number), planned.facts.identity(number), planned.layout.rule(requirement.id))
                for _, planned, number in places
            ]
            column = requirement.columns[0]
            result, place = uniform(self._session, tables, column)
            found = Finding(requirement.id, column, result.evaluated, result.violations, result.examples)
            places[place or 0][0].findings.append(found)
