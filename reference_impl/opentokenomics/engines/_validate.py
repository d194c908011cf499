"""Validation from end to end: inputs, facts, findings, report."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from contextlib import ExitStack
from os import PathLike, fspath
from pathlib import Path, PurePath
from typing import TypeVar

from opentokenomics.engines._run import Named, Progress, Request, run
from opentokenomics.engines._workspace import workspace
from opentokenomics.engines.duckdb import ParquetReader, Table, Version, set_down
from opentokenomics.errors import InputError, UnsupportedError
from opentokenomics.readers import Format, Local, Reader, inputs_of, localise, reader_for
from opentokenomics.report import Report
from opentokenomics.standard import Dataset, Facet, Profile, Standard, load, versions

_Member = TypeVar("_Member", Format, Profile)
_PROFILES = (Profile.METERING, Profile.COST)


def validate(
    paths: str | PathLike[str] | Table | Iterable[str | PathLike[str] | Table],
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
        paths: One or more files, CSV, JSON Lines or Parquet, plain or compressed with gzip or zstd; ``-`` is standard
            input. A folder or a zip archive stands for the data files in it. Or tables in memory: data frames of pandas
            or polars, Arrow tables and anything else that has ``__arrow_c_stream__``. Several are one input:
            identifiers are unique and references resolve across them.
        dataset: The dataset of every file; unless given, the one that a file's name up to its first dot names, such as
            ``price.2026.csv``, else ``usage``.
        profile: The profile to hold it to; *metering* unless given.
        spec_version: The version to hold it to; unless given, the one that the first record states.
        format: ``csv``, ``jsonl`` or ``parquet``; unless given, by the name or else by the content of each file.
        max_examples: How many violations to list for each requirement; totals are always exact.
        progress: Told how far the work is.

    Returns:
        The report.

    Raises:
        InputError: An input cannot be read.
        ResourceError: There is no room for temporary files, or not enough memory.
        UnsupportedError: The dataset, profile, version or format does not exist here.
    """
    given = [paths] if isinstance(paths, str | PathLike | Table) else list(paths)
    if not given:
        raise InputError("input_missing", "No input was named.", "Name at least one file, or - for standard input.")
    with workspace() as folder, ExitStack() as opened:
        wanted = None if format is None else _member(Format, format, "format")
        locals_ = list(_locals(given, folder, wanted))
        standard = load(None if spec_version is None else _known(spec_version))
        inputs = list(_opened(locals_, standard, dataset, folder, opened))
        name = spec_version or _stated(inputs) or standard.version
        if name in versions() and name != standard.version:
            opened.close()
            standard = load(name)
            inputs = list(_opened(locals_, standard, dataset, folder, opened))
        request = Request(
            standard=standard,
            version=Version(name, name in versions(), _owner_of_versions(standard)),
            profile=_profile(profile),
            most_examples=max(0, max_examples),
            progress=progress or _silent,
        )
        return run(request, inputs, folder)


def _locals(given: Sequence[str | PathLike[str] | Table], folder: Path, wanted: Format | None) -> Iterable[Local]:
    """Files, those in folders and archives among them, and then tables in memory."""
    names = [fspath(each) for each in given if not isinstance(each, Table)]
    for number, each in enumerate(inputs_of(names, folder)):
        yield localise(each, folder, number, wanted)
    for number, table in enumerate(each for each in given if isinstance(each, Table)):
        file = folder / f"table-{number}"
        set_down(table, file)
        yield Local(f"<{type(table).__name__}>", file, Format.PARQUET)


def _opened(
    locals_: Iterable[Local], standard: Standard, dataset: str | None, folder: Path, opened: ExitStack
) -> Iterable[Named]:
    """The inputs with readers that know the columns of a version."""
    for number, local in enumerate(locals_):
        chosen = _dataset(local, standard, dataset)
        reader = _reader(local, standard.datasets[chosen], folder / f"reader-{standard.version}-{number}")
        opened.callback(reader.close)
        yield Named(chosen, reader)


def _reader(local: Local, dataset: Dataset, folder: Path) -> Reader:
    if local.format is Format.PARQUET:
        return ParquetReader(local, dataset, folder)
    return reader_for(local)(local, dataset)


def _known(version: str) -> str:
    if version not in versions():
        raise UnsupportedError(
            "version_unknown",
            f"There is no version {version!r} of the standard.",
            f"Versions that exist: {', '.join(versions())}.",
        )
    return version


def _stated(inputs: Iterable[Named]) -> str | None:
    """The version that the first record states that states one."""
    return next((text for each in inputs if (text := each.reader.first_text("spec_version"))), None)


def _owner_of_versions(standard: Standard) -> str:
    """The requirement that a version violates which is not supported."""
    shapes = standard.datasets["usage"].by_name["spec_version"].shapes
    return next(shape.requirement for shape in shapes if shape.facet is Facet.ENUM)


def _dataset(local: Local, standard: Standard, wanted: str | None) -> str:
    """The dataset of an input: the one that is wanted, else the one that its name names, else usage."""
    if wanted is None:
        stem = PurePath(local.name).name.partition(".")[0]
        return stem if stem in standard.datasets else "usage"
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
