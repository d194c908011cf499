"""From the paths that a user names to the files that are read: files themselves, folders, zip archives, bundles."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from opentokenomics.errors import InputError
from opentokenomics.readers._archive import Archive, is_archive
from opentokenomics.readers._bundle import MANIFEST, Bundle, Shaping, Telling, read_bundle
from opentokenomics.readers._bytes import Given, has_data_name, readable_name, refuse_repeated, reported
from opentokenomics.readers._folder import Folder, Tree

STANDARD_INPUT = "-"


@dataclass(frozen=True, slots=True)
class Inputs:
    """What a user handed over.

    Attributes:
        given: The files that are read.
        bundle: The bundle that they are in, where they are in one.
        unread: Each folder or archive that holds files whose names do not say that they hold records, and their paths.
    """

    given: tuple[Given, ...]
    bundle: Bundle | None = None
    unread: tuple[tuple[str, tuple[str, ...]], ...] = ()


def inputs_of(names: Sequence[str], folder: Path, manifest: Shaping, progress: Telling) -> Inputs:
    """The files that the paths stand for.

    A folder or a zip archive with a manifest at its root is a bundle, and stands for the files that the manifest lists;
    another one stands for the data files in it. A bundle is judged by itself.

    Args:
        names: Files, folders, zip archives, or ``-`` for standard input.
        folder: Where archives are unpacked.
        manifest: The shape of a manifest that states such a version.
        progress: Told how far the work is.

    Raises:
        InputError: A folder or an archive cannot be read, holds no data, or is made to do harm; a bundle is named
            beside other inputs; or a file is there twice.
        UnsupportedError: A manifest lists a file in a format that cannot be read.
    """
    refuse_repeated(Given(name, name) for name in names)
    given: list[Given] = []
    unread: list[tuple[str, tuple[str, ...]]] = []
    for number, name in enumerate(names):
        tree = _tree(name, folder, number)
        if tree is None:
            given.append(Given(name, name))
        elif MANIFEST not in tree.paths:
            given.extend(_data_of(tree))
            if others := tuple(path for path in tree.paths if not _is_data(path)):
                unread.append((tree.name, others))
        elif len(names) > 1:
            message = f"{tree.name} is a bundle, and a bundle is judged by itself."
            raise InputError("bundle_beside_others", message, "Validate it alone.")
        else:
            bundle = read_bundle(tree, manifest, progress)
            return Inputs(tuple(found for entry in bundle.entries if (found := entry.given)), bundle)
    refuse_repeated(given)
    return Inputs(tuple(given), unread=tuple(unread))


def _tree(name: str, folder: Path, number: int) -> Tree | None:
    """What a path holds, where it is no file of records."""
    if name in {STANDARD_INPUT, ""}:
        return None
    path = Path(name)
    if path.name == MANIFEST:
        message = f"{readable_name(name)} is the manifest of a bundle, and is judged with the files that it lists."
        raise InputError("manifest_alone", message, f"Name the bundle, {readable_name(str(path.parent))}.")
    with reported(name):
        if path.is_dir():
            return Folder(name)
        return Archive(name, folder, number) if is_archive(path) else None


def _is_data(path: str) -> bool:
    """Whether it is taken for a file of records; a link to a folder outside may lead to some."""
    return has_data_name(path) or path.endswith("/")


def _data_of(tree: Tree) -> Iterator[Given]:
    data = list(filter(_is_data, tree.paths))
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
