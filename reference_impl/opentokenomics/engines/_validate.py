"""Validation from end to end: inputs, facts, findings, report."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from os import PathLike, fsdecode, fspath
from pathlib import Path
from typing import TypeVar

from opentokenomics.engines._bundle import profile_of, version_of
from opentokenomics.engines._naming import dataset_of, told_misnamed
from opentokenomics.engines._parts import Recomputed
from opentokenomics.engines._run import Answer, Named, Progress, Request, run, run_and_ask
from opentokenomics.engines._workspace import workspace
from opentokenomics.engines.duckdb import ParquetReader, Records, Table, Version, set_down
from opentokenomics.errors import InputError, UnsupportedError
from opentokenomics.readers import (
    Bundle,
    Format,
    Given,
    Local,
    Reader,
    inputs_of,
    localise,
    readable_name,
    reader_for,
    refuse_archive,
    refuse_repeated,
)
from opentokenomics.report import Report, count, file_name
from opentokenomics.standard import Dataset, Facet, Profile, Standard, load, versions

Recompute = Callable[[Path, Sequence[tuple[str, Path]]], Sequence[Recomputed]]
"""Computes the statements of a file again, from files with their datasets."""

Notice = Callable[[str], None]
"""Told something about the work that the report does not say."""

_Member = TypeVar("_Member", Format, Profile)
_STATEMENT = "statement"
_MOST_SHOWN = 3
_MOST_EXAMPLES = 1_000_000
"""Of each requirement; they are held in memory."""


def validate(  # noqa: PLR0913 - those of the public function, and one more
    paths: str | PathLike[str] | Table | Iterable[str | PathLike[str] | Table],
    *,
    dataset: str | None = None,
    profile: Profile | str | None = None,
    spec_version: str | None = None,
    format: str | None = None,  # noqa: A002 - the name of the option
    max_examples: int = 5,
    progress: Progress | None = None,
    notice: Notice | None = None,
    recompute: Recompute | None = None,
) -> Report:
    """Holds inputs to the standard, as :func:`opentokenomics.validate` does, which has the metrics as well.

    Args:
        paths: Files, folders, archives and tables in memory.
        dataset: The dataset of every file.
        profile: The profile to hold it to.
        spec_version: The version to hold it to.
        format: The format of every file.
        max_examples: How many violations to list for each requirement.
        progress: Told how far the work is.
        notice: Told what is not read, in a sentence.
        recompute: Computes the statements of a file again, from files with their datasets; without it, none are.

    Returns:
        The report.

    Raises:
        InputError: An input cannot be read.
        ResourceError: There is no room for temporary files, or not enough memory.
        UnsupportedError: The dataset, profile, version or format does not exist here.
    """
    files, tables = _files_and_tables(paths)
    with workspace() as folder, ExitStack() as opened:
        wanted = None if format is None else _member(Format, format, "format")
        standard, progress = load(None if spec_version is None else _known(spec_version)), progress or silent
        found = inputs_of(files, folder, manifest_of(spec_version), progress)
        if found.bundle is not None:
            _refuse_beside_bundle(found.bundle, {"dataset": dataset, "format": format, "table": tables or None})
        if notice is not None:
            for name, others in found.unread:
                notice(told_unread(name, others))
        locals_ = list(_locals(found.given, tables, folder, wanted))
        version, inputs = _versioned(locals_, standard, spec_version, _Opening(dataset, found.bundle, folder, opened))
        origins = [_bytes_of(each, local) for each, (local, _) in zip(found.given, locals_, strict=False)]
        request = Request(
            standard=version.standard,
            version=Version(version.name, version.name in versions(), _owner_of_versions(version.standard)),
            profile=_profile(profile, found.bundle, version.standard),
            most_examples=_most_examples(max_examples),
            progress=progress,
            bundle=found.bundle,
            recomputed={} if recompute is None else _recomputed(recompute, inputs, origins),
        )
        report = run(request, inputs, folder)
        if notice is not None and dataset is None and found.bundle is None and not report.conformant:
            for sentence in told_misnamed((each.name for each in found.given), version.standard):
                notice(sentence)
        return report


def told_unread(name: str, paths: Sequence[str], why: tuple[str, str] | None = None) -> str:
    """Says which files of a folder or an archive are not read, and why: of one file, and of several."""
    one, several = why or (
        "its name does not end in a format of records",
        "their names do not end in a format of records",
    )
    shown = ", ".join(map(file_name, map(readable_name, paths[:_MOST_SHOWN])))
    more = f" and {len(paths) - _MOST_SHOWN:,} more" if len(paths) > _MOST_SHOWN else ""
    is_why = f"is not read, because {one}" if len(paths) == 1 else f"are not read, because {several}"
    return f"{count(len(paths), 'file')} in {file_name(name)} {is_why}: {shown}{more}"


def _most_examples(wanted: int) -> int:
    if wanted > _MOST_EXAMPLES:
        raise UnsupportedError(
            "too_many_examples",
            f"A report lists at most {_MOST_EXAMPLES:,} violations of each requirement.",
            "Ask for fewer; totals are always exact.",
        )
    if wanted < 0:
        raise UnsupportedError(
            "too_few_examples",
            f"A report cannot list {wanted:,} violations of each requirement.",
            "Ask for none, which is 0, or for more; totals are always exact.",
        )
    return wanted


def consult(
    inputs: Iterable[tuple[str, str | PathLike[str] | Given]],
    wanted: Mapping[str, Collection[str]],
    ask: Callable[[Report, Records], Answer],
    *,
    profile: Profile = Profile.METERING,
    progress: Progress | None = None,
) -> Answer:
    """Holds files to the standard, and has the values of their records asked while they are at hand.

    Args:
        inputs: Files, each with the dataset of its records.
        wanted: The columns of each dataset that are asked for.
        ask: Takes the report and the records.
        profile: The profile to hold the files to.
        progress: Told how far the work is.

    Returns:
        What ``ask`` returns.

    Raises:
        InputError: An input cannot be read, is a folder or an archive, or is there twice.
        ResourceError: There is no room for temporary files, or not enough memory.
        UnsupportedError: There is no such dataset.
    """
    named = list(inputs)
    given = [
        replace(each, dataset=dataset) if isinstance(each, Given) else Given(fspath(each), fspath(each), dataset)
        for dataset, each in named
    ]
    refuse_repeated(given)
    for _, each in named:
        # What was found in an archive is there unpacked, with the archive's name before its own.
        if not isinstance(each, Given):
            refuse_archive(fspath(each))
    with workspace() as folder, ExitStack() as opened:
        locals_ = list(_locals(given, (), folder, None))
        version, readers = _versioned(locals_, load(), None, _Opening(None, None, folder, opened))
        request = Request(
            standard=version.standard,
            version=Version(version.name, version.name in versions(), _owner_of_versions(version.standard)),
            profile=profile,
            most_examples=1,
            progress=progress or silent,
            wanted=wanted,
        )
        return run_and_ask(request, readers, folder, ask)


@dataclass(frozen=True, slots=True)
class _Opening:
    """How inputs are opened: as which dataset, of which bundle, with which folder at hand, and until when."""

    dataset: str | None
    bundle: Bundle | None
    folder: Path
    opened: ExitStack


@dataclass(frozen=True, slots=True)
class _Applied:
    """The name of the version that inputs state, and the version that is applied to them."""

    name: str
    standard: Standard


def _versioned(
    locals_: Sequence[tuple[Local, str | None]], standard: Standard, wanted: str | None, how: _Opening
) -> tuple[_Applied, list[Named]]:
    """The version that judges inputs, and the inputs with readers that know its columns."""
    inputs = list(_opened(locals_, standard, how.dataset, how.folder, how.opened))
    name = wanted or _stated(inputs, how.bundle, standard) or standard.version
    if name in versions() and name != standard.version:
        how.opened.close()
        standard = load(name)
        inputs = list(_opened(locals_, standard, how.dataset, how.folder, how.opened))
    return _Applied(name, standard), inputs


def _files_and_tables(
    paths: str | PathLike[str] | Table | Iterable[str | PathLike[str] | Table],
) -> tuple[list[str], list[Table]]:
    given: list[object] = [paths]
    if isinstance(paths, Iterable) and not isinstance(paths, str | bytes | PathLike | Table):
        given = list(paths)
    if not given:
        raise InputError("input_missing", "No input was named.", "Name at least one file, or - for standard input.")
    files: list[str] = []
    tables: list[Table] = []
    for each in given:
        if isinstance(each, Table):
            tables.append(each)
        elif isinstance(each, str | PathLike):
            files.append(fsdecode(each))
        else:
            message = f"A value of the type {type(each).__name__} is neither a path nor a table."
            fix = "Give a path, a data frame or an Arrow table; what is read later, such as a LazyFrame, collect first."
            raise InputError("input_of_no_kind", message, fix)
    return files, tables


def _bytes_of(given: Given, local: Local) -> Path:
    """Where the bytes of an input are as they were handed over; of what can be read but once, a copy of them."""
    path = Path(given.path)
    return path if given.path != "-" and path.is_file() else local.file


def _recomputed(
    recompute: Recompute, inputs: Sequence[Named], files: Sequence[Path]
) -> Mapping[Path, Sequence[Recomputed]]:
    """What becomes of the statements of each file, from the other files; tables in memory have no bytes to name."""
    given = [(each.dataset, file) for each, file in zip(inputs, files, strict=False)]
    sources = [(dataset, file) for dataset, file in given if dataset != _STATEMENT]
    if not sources:
        return {}
    return {
        each.reader.local.file: recompute(file, sources)
        for each, file in zip(inputs, files, strict=False)
        if each.dataset == _STATEMENT
    }


def _refuse_beside_bundle(bundle: Bundle, wanted: Mapping[str, object]) -> None:
    """A manifest says what its files are, and that there are no others."""
    for what, value in wanted.items():
        if value is not None:
            message = f"{bundle.name} states what its files are, and no {what} can be named beside it."
            raise UnsupportedError(f"{what}_beside_bundle", message, f"Leave the {what} out.")


def _locals(
    given: Sequence[Given], tables: Sequence[Table], folder: Path, wanted: Format | None
) -> Iterable[tuple[Local, str | None]]:
    """Files and then tables in memory, each with the dataset that a manifest states for it."""
    for number, each in enumerate(given):
        yield localise(each, folder, number, wanted), each.dataset
    for number, table in enumerate(tables):
        file = folder / f"table-{number}"
        set_down(table, file)
        yield Local(f"<{type(table).__name__}>", file, Format.PARQUET), None


def _opened(
    locals_: Iterable[tuple[Local, str | None]],
    standard: Standard,
    dataset: str | None,
    folder: Path,
    opened: ExitStack,
) -> Iterable[Named]:
    """The inputs with readers that know the columns of a version."""
    for number, (local, stated) in enumerate(locals_):
        chosen = _dataset(local, standard, dataset or stated)
        reader = _reader(local, standard.datasets[chosen], folder / f"reader-{standard.version}-{number}")
        opened.callback(reader.close)
        yield Named(chosen, reader)


def _reader(local: Local, dataset: Dataset, folder: Path) -> Reader:
    if local.format is Format.PARQUET:
        return ParquetReader(local, dataset, folder)
    return reader_for(local)(local, dataset)


def manifest_of(wanted: str | None) -> Callable[[object], Dataset]:
    """The shape of a manifest, by the version that is wanted or that it states."""

    def shape(stated: object) -> Dataset:
        version = wanted or (stated if isinstance(stated, str) and stated in versions() else None)
        return load(version).datasets["manifest"]

    return shape


def _known(version: str) -> str:
    if version not in versions():
        raise UnsupportedError(
            "version_unknown",
            f"There is no version {version!r} of the standard.",
            f"Versions that exist: {', '.join(versions())}.",
        )
    return version


def _stated(inputs: Iterable[Named], bundle: Bundle | None, standard: Standard) -> str | None:
    """The version that the first record states that states one, or else the manifest."""
    first = next((text for each in inputs if (text := each.reader.first_text("spec_version"))), None)
    return first or (None if bundle is None else version_of(bundle, standard))


def _owner_of_versions(standard: Standard) -> str:
    """The requirement that a version violates which is not supported."""
    shapes = standard.datasets["usage"].by_name["spec_version"].shapes
    return next(shape.requirement for shape in shapes if shape.facet is Facet.ENUM)


def _dataset(local: Local, standard: Standard, wanted: str | None) -> str:
    """The dataset of an input: the one that is wanted, else what its name says."""
    if wanted is None:
        wanted = dataset_of(local.name, standard)
    known = ", ".join(name for name, dataset in standard.datasets.items() if not dataset.is_document)
    if wanted not in standard.datasets:
        raise UnsupportedError("dataset_unknown", f"There is no dataset {wanted!r} here.", f"Datasets: {known}.")
    if standard.datasets[wanted].is_document:
        message = f"A {wanted} is judged with the files that it lists."
        raise UnsupportedError("dataset_of_bundle", message, "Name the folder or the archive that it is in.")
    return wanted


def _profile(wanted: Profile | str | None, bundle: Bundle | None, standard: Standard) -> Profile:
    claimed = None if bundle is None else profile_of(bundle, standard)
    return _member(Profile, wanted or claimed or Profile.METERING, "profile")


def _member(kind: type[_Member], value: str, what: str) -> _Member:
    try:
        return kind(value)
    except ValueError:
        known = ", ".join(kind)
        raise UnsupportedError(f"{what}_unknown", f"There is no {what} {value!r}.", f"Choose one of {known}.") from None


def silent(what: str, done: int, total: int | None = None, /) -> None:
    """Tells nobody."""
