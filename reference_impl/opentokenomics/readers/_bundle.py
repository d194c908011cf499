"""A bundle: its manifest, and what can be said of its files before any record is read."""

from __future__ import annotations

import hashlib
import unicodedata
from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from opentokenomics.errors import UnsupportedError
from opentokenomics.exact_json import JsonError, decode
from opentokenomics.readers._bytes import Format, Given, reported
from opentokenomics.readers._folder import Tree
from opentokenomics.shapes import Sound, misshapen
from opentokenomics.standard import Dataset, Fault

MANIFEST = "manifest.json"
LONGEST_MANIFEST = 4 << 20
"""Bytes of a manifest; some 15,000 entries."""

_MARK = b"\xef\xbb\xbf"
_UTF_16 = (b"\xff\xfe", b"\xfe\xff")
_NOT_THERE = "there is no such file"

Shaping = Callable[[object], Dataset]
"""Gives the shape of a manifest that states such a version, whatever it is."""

Telling = Callable[[str, int, int | None], None]
"""Told what is being done, how much of it is done, and how much there is."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry of a manifest, and the file that it lists.

    Attributes:
        number: Its place in the list, from 1.
        values: Its members, as far as they have the right shape.
        malformed: The names of the others that it has.
        name: What messages and reports call the file; None where none is there, whose path is its word alone.
        repeated: Whether an earlier entry has the same path, or it is that of the manifest; nothing else is then known.
        problem: Why the file cannot be opened; None where it can, and where its path is not known.
        file: Where its bytes can be read.
        bytes: Its size.
        sha256: Its digest.
    """

    number: int
    values: Mapping[str, Any]
    malformed: AbstractSet[str] = frozenset()
    name: str | None = None
    repeated: bool = False
    problem: str | None = None
    file: Path | None = None
    bytes: int | None = None
    sha256: str | None = None

    @property
    def path(self) -> str | None:
        """The path that it states, where that has the right shape."""
        path: str | None = self.values.get("path")
        return path

    @property
    def given(self) -> Given | None:
        """The file as an input; None where it cannot be read, or what it holds is not known.

        Raises:
            UnsupportedError: It is in a format that cannot be read.
        """
        dataset, form = self.values.get("dataset"), self.values.get("format")
        if self.file is None or self.name is None or dataset is None or form is None:
            return None
        if form not in set(Format):
            known = ", ".join(Format)
            message = f"{self.name} is in the format {form}, which this version does not read."
            raise UnsupportedError("format_unsupported", message, f"Formats: {known}.")
        return Given(self.name, str(self.file), dataset, Format(form))


@dataclass(frozen=True, slots=True)
class Bundle:
    """A folder or an archive with a manifest.

    Attributes:
        name: What messages and reports call the manifest.
        manifest: What it states; None where it cannot be read.
        problem: Why it cannot be read.
        has_mark: Whether it begins with a byte order mark.
        entries: Its entries, where it has a list of them.
        beside: How many files there are besides the manifest.
        unlisted: The names of those that no entry lists; None where the paths of the entries are not all known.
    """

    name: str
    manifest: Mapping[str, Any] | None
    problem: str | None = None
    has_mark: bool = False
    entries: tuple[Entry, ...] = ()
    beside: int = 0
    unlisted: tuple[str, ...] | None = None


def read_bundle(tree: Tree, shape: Shaping, progress: Telling) -> Bundle:
    """Reads a manifest and holds it against the files beside it; no record is read.

    Args:
        tree: The files, among them a manifest.
        shape: The shape of a manifest that states such a version.
        progress: Told how far the work is.

    Raises:
        InputError: A file may not be read, or is damaged.
    """
    name = tree.shown(MANIFEST)
    if tree.paths[MANIFEST] is not None:
        return Bundle(name, None, tree.paths[MANIFEST])
    with reported(name), tree.files([MANIFEST])[MANIFEST].open("rb") as file:
        content = file.read(LONGEST_MANIFEST + 1)
    has_mark = content.startswith(_MARK)
    try:
        manifest = _decoded(content.removeprefix(_MARK))
    except JsonError as error:
        return Bundle(name, None, error.problem, has_mark)
    entries = list(_entries(tree, manifest.get("files"), shape(manifest.get("spec_version"))))
    listed = {tree.find(each.path) for each in entries if each.path is not None}
    unlisted = tuple(tree.shown(path) for path in tree.paths if path != MANIFEST and path not in listed)
    return Bundle(
        name=name,
        manifest=manifest,
        has_mark=has_mark,
        entries=tuple(_opened(tree, entries, progress)),
        beside=len(tree.paths) - 1,
        unlisted=unlisted if entries and all(each.path is not None for each in entries) else None,
    )


def _decoded(content: bytes) -> Mapping[str, Any]:
    """The one object that a manifest holds.

    Raises:
        JsonError: It holds something else.
    """
    if len(content) > LONGEST_MANIFEST:
        raise JsonError(Fault.RECORD, f"it is longer than {LONGEST_MANIFEST >> 20} MiB")
    if content.startswith(_UTF_16):
        raise JsonError(Fault.TEXT, "it is UTF-16")
    manifest = decode(content)
    if not isinstance(manifest, dict):
        raise JsonError(Fault.RECORD, "it holds something else than an object")
    return manifest


def _entries(tree: Tree, files: object, dataset: Dataset) -> Iterator[Entry]:
    """The entries, with why the file of each cannot be opened; nothing has been opened yet."""
    shape = dataset.by_name["files"].record
    seen = {folded(MANIFEST)}
    for number, entry in enumerate(files if isinstance(files, list) else (), 1):
        sound = Sound()
        if shape is not None and isinstance(entry, Mapping):
            deque(misshapen(shape, entry, sound), maxlen=0)
        path = sound.values.get("path")
        if not isinstance(path, str):
            yield Entry(number, sound.values, sound.malformed)
            continue
        found = tree.find(path)
        name = None if found is None else tree.shown(path)
        if folded(path) in seen:
            yield Entry(number, sound.values, sound.malformed, name, repeated=True)
        else:
            seen.add(folded(path))
            problem = _NOT_THERE if found is None else tree.paths[found]
            yield Entry(number, sound.values, sound.malformed, name, problem=problem)


def _opened(tree: Tree, entries: Sequence[Entry], progress: Telling) -> Iterator[Entry]:
    """The entries, with what their files are."""
    there = [each.path for each in entries if each.path and not each.repeated and each.problem is None]
    files = tree.files(found for path in there if (found := tree.find(path)))
    for entry in entries:
        file = None if entry.repeated or entry.path is None else files.get(tree.find(entry.path) or "")
        if file is None:
            yield entry
            continue
        progress(f"checking {entry.name}", entry.number, len(entries))
        with reported(entry.name or ""), file.open("rb") as opened:
            digest = hashlib.file_digest(opened, "sha256").hexdigest()
            yield replace(entry, file=file, bytes=opened.tell(), sha256=digest)


def folded(path: str) -> str:
    """What paths have in common that may be one file, since some machines tell neither case nor normalisation apart."""
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", path).casefold())
