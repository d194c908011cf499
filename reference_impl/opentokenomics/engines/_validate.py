"""Validation from end to end: inputs, facts, findings, report."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from os import PathLike, fspath
from pathlib import PurePath
from typing import TypeVar

from opentokenomics.engines._run import Named, Progress, Request, run
from opentokenomics.engines._workspace import workspace
from opentokenomics.engines.duckdb import Version
from opentokenomics.errors import InputError, UnsupportedError
from opentokenomics.readers import Format, Local, Reader, inputs_of, localise, reader_for
from opentokenomics.report import Report
from opentokenomics.standard import Facet, Profile, Standard, load, versions

_Member = TypeVar("_Member", Format, Profile)
_PROFILES = (Profile.METERING, Profile.COST)


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
        paths: One or more files, CSV or JSON Lines, plain or compressed with gzip or zstd; ``-`` is standard input. A
            folder or a zip archive stands for the data files in it. Several files are one input: identifiers are unique
            and references resolve across them.
        dataset: The dataset of every file; unless given, the one that a file's name up to its first dot names, such as
            ``price.2026.csv``, else ``usage``.
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
        given = inputs_of([fspath(name) for name in names], folder)
        locals_ = [localise(each, folder, number, wanted) for number, each in enumerate(given)]
        newest = load()
        named = [_named(local, newest, dataset) for local in locals_]
        version = _version([each.reader for each in named], newest, spec_version)
        standard = load(version.name) if version.supported else newest
        request = Request(
            standard=standard,
            version=version,
            profile=_profile(profile),
            most_examples=max(0, max_examples),
            progress=progress or _silent,
        )
        return run(request, named, folder)


def _named(local: Local, standard: Standard, wanted: str | None) -> Named:
    """The reader of an input, and its dataset."""
    stem = PurePath(local.name).name.partition(".")[0]
    name = _dataset(standard, wanted) if wanted is not None or stem not in standard.datasets else stem
    return Named(name, reader_for(local)(local, standard.datasets[name]))


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
