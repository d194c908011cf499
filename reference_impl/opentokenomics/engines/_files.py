"""The files of one dataset in what a user names: files themselves, folders, archives and bundles."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from os import PathLike, fspath
from pathlib import Path

from opentokenomics.engines._naming import dataset_of
from opentokenomics.engines._run import Progress
from opentokenomics.engines._validate import Notice, manifest_of, silent, told_unread, validate
from opentokenomics.engines._workspace import workspace
from opentokenomics.errors import InputError
from opentokenomics.readers import Given, inputs_of, readable_name, refuse_repeated
from opentokenomics.report import Status

_MOST_SHOWN = 3


@contextmanager
def files_of(
    dataset: str,
    names: Iterable[str | PathLike[str]],
    *,
    progress: Progress | None = None,
    notice: Notice | None = None,
) -> Iterator[list[tuple[str, Given]]]:
    """The files with the records of a dataset, as :func:`consult` takes them; archives stay unpacked meanwhile.

    A file that is named is taken to be of the dataset. Of a folder, an archive or a bundle, those files are taken which
    a manifest or their names say are, and the others are left aside. A bundle has to conform as a whole.

    Args:
        dataset: The dataset.
        names: Files, folders, archives, bundles, or ``-`` for standard input.
        progress: Told how far the work is.
        notice: Told, in a sentence, which files of a folder or an archive are left aside, and why.

    Raises:
        InputError: A folder or an archive cannot be read, holds no records of the dataset (``dataset_missing``), is
            there twice, or is a bundle that does not conform (``input_not_conformant``).
        ResourceError: There is no room for temporary files, or not enough memory.
        UnsupportedError: A bundle lists a file in a format that cannot be read.
    """
    progress = progress or silent
    paths = [fspath(each) for each in names]
    refuse_repeated(Given(name, name) for name in paths)
    with workspace() as folder:
        found: list[tuple[str, Given]] = []
        for number, name in enumerate(paths):
            unpacked = folder / f"input-{number}"
            unpacked.mkdir()
            found += ((dataset, each) for each in _files(dataset, name, unpacked, _Told(progress, notice)))
        yield found


@dataclass(frozen=True, slots=True)
class _Told:
    """Who is told how far the work is, and what is left aside."""

    progress: Progress
    notice: Notice | None


def _files(dataset: str, name: str, folder: Path, told: _Told) -> Sequence[Given]:
    inputs = inputs_of([name], folder, manifest_of(None), told.progress)
    if [each.path for each in inputs.given] == [name]:
        return [replace(each, dataset=dataset) for each in inputs.given]
    if inputs.bundle is not None:
        _refuse_faulty(name, told.progress)
        empty = {each.name for each in inputs.bundle.entries if each.values.get("rows") == 0}
    else:
        empty = set()
    files = [
        each for each in inputs.given if (each.dataset or dataset_of(each.name)) == dataset and each.name not in empty
    ]
    if not files:
        fix = f"Name one that does; {dataset}.jsonl, say, is a name that says so."
        raise InputError("dataset_missing", f"{readable_name(name)} holds no {dataset} records.", fix)
    if told.notice is not None and inputs.bundle is None:
        for of, others in inputs.unread:
            told.notice(told_unread(of, others))
        if aside := [
            each.name.removeprefix(f"{readable_name(name).rstrip('/')}/") for each in inputs.given if each not in files
        ]:
            why = (
                f"its name does not say that it holds {dataset} records",
                f"their names do not say that they hold {dataset} records",
            )
            told.notice(told_unread(readable_name(name), aside, why))
    return files


def _refuse_faulty(name: str, progress: Progress) -> None:
    report = validate(name, progress=progress)
    if not report.conformant:
        faulty = [each.requirement for each in report.checks if each.status is Status.FAIL]
        listed = ", ".join(faulty[:_MOST_SHOWN]) + (" and others" if len(faulty) > _MOST_SHOWN else "")
        message = f"The bundle {readable_name(name)} does not conform to the profile {report.profile}: {listed}."
        raise InputError("input_not_conformant", message, f"See opentokenomics validate {readable_name(name)}.")
