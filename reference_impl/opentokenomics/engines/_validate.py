"""Validation from end to end: inputs, facts, findings, report."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from os import PathLike, fspath
from pathlib import Path
from threading import Event, Thread
from typing import Protocol, TypeVar

from opentokenomics.engines._assemble import Input, assemble
from opentokenomics.engines._workspace import workspace
from opentokenomics.engines.duckdb import Facts, Findings, Layout, Session, Source, Version, is_plain
from opentokenomics.errors import InputError, ResourceError, UnsupportedError
from opentokenomics.readers import (
    CsvReader,
    Format,
    Marks,
    Reader,
    Tallied,
    Tally,
    has_vast_line,
    localise,
    reader_for,
)
from opentokenomics.report import Report
from opentokenomics.standard import Facet, Profile, Standard, load, versions

_Member = TypeVar("_Member", Format, Profile)
_LONGEST_REASON = 200
_PROFILES = (Profile.METERING, Profile.COST)


class Progress(Protocol):
    """Told what is being done, how much of it is done, and how much there is, where that is known."""

    def __call__(self, what: str, done: int, total: int | None = None, /) -> None:
        """Called now and then, from the thread that validates."""


@dataclass(frozen=True, slots=True)
class _Request:
    standard: Standard
    version: Version
    dataset: str
    profile: Profile
    most_examples: int
    progress: Progress


def validate(
    paths: str | PathLike[str] | Iterable[str | PathLike[str]],
    *,
    dataset: str | None = None,
    profile: Profile | str | None = None,
    spec_version: str | None = None,
    format: str | None = None,  # noqa: A002 - the name of the option
    max_examples: int = 5,
    progress: Progress | None = None,
) -> Report:
    """Holds inputs to the standard.

    Args:
        paths: One or more files, CSV or JSON Lines, plain or compressed with gzip or zstd; ``-`` is standard input.
            Several files are one input: identifiers are unique and references resolve across them.
        dataset: The dataset; ``usage`` unless given.
        profile: The profile to hold it to; *metering* unless given.
        spec_version: The version to hold it to; unless given, the one that the first record states.
        format: ``csv`` or ``jsonl``; unless given, by the name or else by the content of each file.
        max_examples: How many violations to list for each requirement; totals are always exact.
        progress: Told how far the work is.

    Returns:
        The report.

    Raises:
        InputError: An input cannot be read.
        ResourceError: There is no room for temporary files, or not enough memory.
        UnsupportedError: The dataset, profile, version or format does not exist here.
    """
    names = [paths] if isinstance(paths, str | PathLike) else list(paths)
    if not names:
        raise InputError("input_missing", "No input was named.", "Name at least one file, or - for standard input.")
    with workspace() as folder:
        wanted = None if format is None else _member(Format, format, "format")
        locals_ = [localise(fspath(name), folder, number, wanted) for number, name in enumerate(names)]
        newest = load()
        chosen = _dataset(newest, dataset)
        readers = [reader_for(local)(local, newest.datasets[chosen]) for local in locals_]
        version = _version(readers, newest, spec_version)
        standard = load(version.name) if version.supported else newest
        request = _Request(
            standard=standard,
            version=version,
            dataset=chosen,
            profile=_profile(profile),
            most_examples=max(0, max_examples),
            progress=progress or _silent,
        )
        return _Validation(request, readers, folder).report()


class _Validation:
    """One run: loads every input, then asks for findings."""

    def __init__(self, request: _Request, readers: Sequence[Reader], folder: Path) -> None:
        self._request = request
        self._readers = readers
        self._folder = folder
        self._marks = Marks()
        self._session = Session(folder, [reader.local.file for reader in readers])
        dataset = request.standard.datasets[request.dataset]
        requirements = request.standard.of(request.dataset)
        self._layout = Layout(dataset, requirements, request.version, self._marks.wrong_type)
        self._facts = Facts(self._session, self._layout, self._marks.refused)

    def report(self) -> Report:
        request = self._request
        try:
            inputs = [self._load(number, reader) for number, reader in enumerate(self._readers)]
            self._facts.seal(each.rows for each in inputs)
            request.progress("evaluating rules", 0)
            findings = list(Findings(self._session, self._layout, self._facts, request.most_examples))
            return assemble(
                request.standard,
                request.dataset,
                request.profile,
                inputs,
                findings,
                self._facts.place,
                request.most_examples,
            )
        except self._session.exhausted as error:
            reason = str(error).partition("\n")[0][:_LONGEST_REASON]
            raise ResourceError(
                "room_exhausted",
                f"Memory or the temporary folder {self._folder.parent} is full: {reason}",
                "Set TMPDIR to a folder with more room, or validate fewer files at once.",
            ) from None
        finally:
            self._session.close()

    def _load(self, number: int, reader: Reader) -> Input:
        tally = Tally(self._request.standard, self._request.most_examples)
        self._request.progress(f"reading {reader.local.name}", number, len(self._readers))
        if isinstance(reader, CsvReader):
            reader.header_faults(tally)
        file = reader.local.file
        scannable = reader.is_scannable and is_plain(file.resolve()) and not has_vast_line(file)
        rows = self._load_as_it_is(number, reader) if scannable else None
        if rows is None:
            copy = self._folder / f"copy-{number}"
            rows = reader.copy(copy, self._marks, tally)
            source = self._source(reader, copy, is_copy=True)
            loaded = self._facts.load(number, source)
            if loaded != rows:
                raise InputError(
                    "engine_disagrees",
                    f"{reader.local.name} has {rows} rows, of which the engine read {loaded}.",
                    "Please report this, with the file if it may be shared.",
                )
        if isinstance(reader, CsvReader):
            self._judge_maps(number, reader)
            self._count_unknown(reader, tally, rows)
        return Input(reader, rows, tally)

    def _load_as_it_is(self, number: int, reader: Reader) -> int | None:
        """Scans the input itself while the reader makes sure that this is the same as reading it strictly."""
        stop = Event()
        inspected: list[int | None] = []
        inspection = Thread(target=lambda: inspected.append(reader.inspect(stop)), daemon=True)
        inspection.start()
        try:
            loaded = self._facts.load(number, self._source(reader, reader.local.file, is_copy=False))
        except self._session.input_errors:
            loaded = None
        except BaseException:
            stop.set()
            raise
        finally:
            if stop.is_set():
                inspection.join()
        inspection.join()
        (rows,) = inspected or [None]
        return rows if rows is not None and rows == loaded else None

    def _source(self, reader: Reader, file: Path, *, is_copy: bool) -> Source:
        path = self._session.expose(file)
        if isinstance(reader, CsvReader):
            header = reader.header
            width, places = header.copied if is_copy else (header.width, header.places)
            return Source.csv(path, width, places, is_copy=is_copy)
        return Source.json_lines(path, [column.name for column in reader.dataset.columns], is_copy=is_copy)

    def _judge_maps(self, number: int, reader: CsvReader) -> None:
        odd: dict[str, list[int]] = {}
        for column, row, text in self._facts.odd_maps(number):
            if text != self._marks.wrong_type and not reader.is_map(text):
                odd.setdefault(column, []).append(row)
        for column, rows in odd.items():
            slot = next(slot for slot in self._layout.slots if slot.column.name == column and slot.malformed)
            self._facts.mark(number, rows, slot.fault)

    def _count_unknown(self, reader: CsvReader, tally: Tally, rows: int) -> None:
        """An unknown column counts once for each row that fills it, and once where no row does."""
        filled = reader.filled_unknown() if rows and reader.header.unknown else {}
        for name, _ in reader.header.unknown:
            tally.add(Tallied(reader.dataset.unknown_requirement, None, 1, name[:200]), max(1, filled.get(name, 0)))


def _version(readers: Sequence[Reader], newest: Standard, wanted: str | None) -> Version:
    shapes = newest.datasets["usage"].by_name["spec_version"].shapes
    requirement = next(shape.requirement for shape in shapes if shape.facet is Facet.ENUM)
    if wanted is not None:
        if wanted not in versions():
            known = ", ".join(versions())
            raise UnsupportedError(
                "version_unknown", f"There is no version {wanted!r} of the standard.", f"Versions that exist: {known}."
            )
        return Version(wanted, supported=True, requirement=requirement)
    stated = next((text for reader in readers if (text := reader.first_text("spec_version"))), newest.version)
    return Version(stated, stated in versions(), requirement)


def _dataset(standard: Standard, wanted: str | None) -> str:
    if wanted is None:
        return "usage"
    if wanted not in standard.datasets:
        known = ", ".join(standard.datasets)
        raise UnsupportedError("dataset_unknown", f"There is no dataset {wanted!r} here.", f"Datasets: {known}.")
    return wanted


def _profile(wanted: Profile | str | None) -> Profile:
    profile = _member(Profile, wanted or Profile.METERING, "profile")
    if profile not in _PROFILES:
        raise UnsupportedError(
            "profile_unsupported",
            f"The profile {profile.value} cannot be checked yet.",
            f"Profiles: {', '.join(_PROFILES)}.",
        )
    return profile


def _member(kind: type[_Member], value: str, what: str) -> _Member:
    try:
        return kind(value)
    except ValueError:
        known = ", ".join(kind)
        raise UnsupportedError(f"{what}_unknown", f"There is no {what} {value!r}.", f"Choose one of {known}.") from None


def _silent(what: str, done: int, total: int | None = None, /) -> None:
    """Tells nobody."""
