"""The files of a zip archive, unpacked only where nobody can mean harm by it."""

from __future__ import annotations

import re
import shutil
import stat
import zipfile
import zlib
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from opentokenomics.errors import InputError
from opentokenomics.readers._bytes import MOST_GROWTH, UNSUSPICIOUS_BYTES, readable_name, reported
from opentokenomics.readers._folder import MOST_ENTRIES, Tree, is_hidden

MOST_BYTES = 64 << 30
"""Of all entries together, unpacked."""

_LONGEST_READ = 16 << 20
"""Of bytes at once, which bounds the table of contents: it is read in one piece and held in memory."""
_CHUNK = 1 << 20
_SIGNATURES = (b"PK\x03\x04", b"PK\x05\x06")
_LOCAL_HEADER = 30
_ENCRYPTED = 0x1
_METHODS = {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]")
_DAMAGED = (zipfile.BadZipFile, zlib.error, EOFError, RuntimeError, ValueError)
"""A method of compression that the library does not know is a RuntimeError, too."""


def is_archive(path: Path) -> bool:
    """Whether a path is a regular file that is a zip archive, or is called one.

    Raises:
        OSError: It does not exist, or may not be read.
    """
    if not stat.S_ISREG(path.stat().st_mode):
        return False
    if path.suffix.lower() == ".zip":
        return True
    with path.open("rb") as file:
        return file.read(4) in _SIGNATURES


def refuse_archive(name: str) -> None:
    """Refuses a zip archive where each file is named with its dataset.

    Raises:
        InputError: It is one; or it does not exist, or may not be read.
    """
    with reported(name):
        if name != "-" and is_archive(Path(name)):
            message = f"{readable_name(name)} is a zip archive."
            raise InputError("input_is_archive", message, "Unpack it, and name the files in it.")


class Archive(Tree):
    """A zip archive. Its entries are unpacked under names of our own, so that theirs are never used as paths.

    Args:
        name: The archive as its user named it.
        folder: Where to unpack.
        number: A number that no other archive in that folder has.

    Raises:
        InputError: It is damaged, encrypted, or made to do harm.
    """

    def __init__(self, name: str, folder: Path, number: int) -> None:
        self.name = readable_name(name)
        self._file = Path(name).resolve()
        self._folder = folder
        self._number = number
        with self._opened() as archive:
            entries = archive.infolist()
            problem = next(_problems(entries, archive.start_dir), None)
        if problem is not None:
            raise self._unsafe(problem)
        paths = [each.filename for each in entries if not each.is_dir()]
        super().__init__(name, dict.fromkeys(path for path in paths if not is_hidden(path)))

    def files(self, paths: Iterable[str]) -> Mapping[str, Path]:
        """Unpacks the entries that have not been unpacked yet."""
        found = {}
        with self._opened() as archive:
            places = {path: place for place, path in enumerate(archive.namelist())}
            for path in paths:
                found[path] = self._folder / f"archive-{self._number}-{places[path]}"
                if not found[path].exists():
                    self._unpack(archive, path, found[path])
        return found

    def _unpack(self, archive: zipfile.ZipFile, path: str, target: Path) -> None:
        with archive.open(path) as source, target.open("xb") as copy:
            shutil.copyfileobj(source, copy, _CHUNK)
            if copy.tell() != archive.getinfo(path).file_size:
                raise zipfile.BadZipFile

    @contextmanager
    def _opened(self) -> Iterator[zipfile.ZipFile]:
        try:
            with reported(self.name), self._file.open("rb") as raw, zipfile.ZipFile(_Guarded(raw)) as archive:
                yield archive
        except _TooLong:
            raise self._unsafe("its table of contents is longer than any that is read") from None
        except _DAMAGED:
            message = f"{self.name} is damaged, or is no zip archive."
            raise InputError("input_damaged", message, "Fetch or export it again.") from None

    def _unsafe(self, problem: str) -> InputError:
        return InputError("archive_unsafe", f"{self.name} is not unpacked: {problem}.", "Pack plain files anew.")


class _TooLong(Exception):  # noqa: N818 - it never leaves this module
    """More was asked for at once than is ever needed of a good archive."""


class _Guarded:
    """A file of which no more than so much is read at once."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file
        self.seek = file.seek
        self.tell = file.tell
        self.seekable = file.seekable
        self.close = file.close

    def read(self, size: int = -1) -> bytes:
        """Reads; a read of everything is bounded too."""
        if size > _LONGEST_READ:
            raise _TooLong
        piece = self._file.read(size if size >= 0 else _LONGEST_READ + 1)
        if len(piece) > _LONGEST_READ:
            raise _TooLong
        return piece


def _problems(entries: list[zipfile.ZipInfo], room: int) -> Iterator[str]:
    """Why an archive is not to be unpacked; the entries share that much room before its table of contents."""
    if len(entries) > MOST_ENTRIES:
        yield f"it has {len(entries):,} entries, of which {MOST_ENTRIES:,} are read"
    repeated = [name for name, times in Counter(each.filename for each in entries).items() if times > 1]
    if repeated:
        yield "two of its entries have one name"
    for entry in entries:
        yield from _problems_of(entry)
    if sum(_LOCAL_HEADER + len(each.orig_filename) + each.compress_size for each in entries) > room:
        yield "its entries overlap"
    if sum(each.file_size for each in entries) > MOST_BYTES:
        yield f"its entries are larger than {MOST_BYTES >> 30} GiB together"


def _problems_of(entry: zipfile.ZipInfo) -> Iterator[str]:
    kind = stat.S_IFMT(entry.external_attr >> 16)
    segments = entry.orig_filename.removesuffix("/").split("/")
    if entry.flag_bits & _ENCRYPTED:
        yield "it is encrypted"
    if _CONTROL.search(entry.orig_filename) or any(each in entry.orig_filename for each in "\\:"):
        yield "a name in it has a character that paths do not have"
    if any(each in {"", ".", ".."} for each in segments):
        yield "an entry's path is absolute or leads out of it"
    if kind not in {0, stat.S_IFDIR if entry.is_dir() else stat.S_IFREG}:
        yield "an entry is neither a file nor a folder"
    if entry.compress_type not in _METHODS:
        yield "an entry is packed by another method than store and deflate"
    if entry.file_size > max(UNSUSPICIOUS_BYTES, MOST_GROWTH * entry.compress_size):
        yield f"an entry grows to more than {MOST_GROWTH} times its packed size"
