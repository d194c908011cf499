"""From the paths that a user names to the files that are read: files themselves, folders and zip archives."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path, PurePosixPath

from opentokenomics.errors import InputError
from opentokenomics.readers._archive import Archive, is_archive
from opentokenomics.readers._bytes import Given, has_data_name, reported
from opentokenomics.readers._folder import Folder, Tree

STANDARD_INPUT = "-"
MANIFEST = "manifest.json"


def inputs_of(names: Sequence[str], folder: Path) -> list[Given]:
    """The files that the paths stand for: a folder or a zip archive stands for the data files in it.

    Args:
        names: Files, folders, zip archives, or ``-`` for standard input.
        folder: Where archives are unpacked.

    Raises:
        InputError: A folder or an archive cannot be read, holds no data, or is made to do harm.
    """
    given: list[Given] = []
    for number, name in enumerate(names):
        tree = _tree(name, folder, number)
        given.extend([Given(name, name)] if tree is None else _data_of(tree))
    return given


def _tree(name: str, folder: Path, number: int) -> Tree | None:
    """What a path holds, where it is no file of records."""
    if name in {STANDARD_INPUT, ""}:
        return None
    with reported(name):
        path = Path(name)
        if path.is_dir():
            return Folder(name)
        return Archive(name, folder, number) if is_archive(path) else None


def _data_of(tree: Tree) -> Iterator[Given]:
    data = [path for path in tree.paths if has_data_name(path) or path.endswith("/")]
    if not data:
        fix = "Name one with files in .csv, .jsonl or .parquet, or the file itself."
        raise InputError("folder_empty", f"{tree.name} holds no data files.", fix)
    for path in data:
        if PurePosixPath(path).name == MANIFEST:
            bundle = tree.shown(str(PurePosixPath(path).parent))
            message = f"{bundle} is a bundle, and {tree.name} is not."
            raise InputError("bundle_inside", message, "Name the bundle itself, with its manifest at its root.")
        if tree.paths[path] is not None:
            message = f"{tree.shown(path)} is not opened: {tree.paths[path]}."
            raise InputError("input_irregular", message, "Take it away, or put the file itself there.")
    seen: set[Path] = set()
    for path, file in tree.files(data).items():
        if file not in seen:
            seen.add(file)
            yield Given(tree.shown(path), str(file))
