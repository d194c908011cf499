"""From what a user names to a plain local file: standard input, compression, formats."""

from __future__ import annotations

import errno
import gzip
import os
import re
import shutil
import stat
import sys
import zlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum
from io import UnsupportedOperation
from pathlib import Path, PurePath
from typing import IO, BinaryIO, cast

from backports import zstd

from opentokenomics.errors import InputError

LONGEST_LINE = 16 * 1024 * 1024
"""Bytes of a line, its line break not counted."""

MOST_GROWTH = 250
"""How many times its packed size an input may have; exports of usage reach some 60."""

UNSUSPICIOUS_BYTES = 64 << 20
"""An input that is no larger than this may have grown as it likes."""

_CHUNK = 1 << 20
_STRETCH = LONGEST_LINE // 2
_GLANCE = 1 << 16
_GZIP = b"\x1f\x8b"
_ZSTD = b"\x28\xb5\x2f\xfd"
_SUFFIXES = {".csv": "csv", ".jsonl": "jsonl", ".ndjson": "jsonl", ".json": "jsonl", ".parquet": "parquet"}
_COMPRESSED = {".gz", ".gzip", ".zst", ".zstd"}
_OF_WRITING = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
_ADDRESS = re.compile(r"[A-Za-z][A-Za-z0-9+.-]+://")
_DAMAGED = (EOFError, gzip.BadGzipFile, zlib.error, zstd.ZstdError)


class Format(StrEnum):
    """The formats that can be read."""

    CSV = "csv"
    JSONL = "jsonl"
    PARQUET = "parquet"


@dataclass(frozen=True, slots=True)
class Given:
    """A file that a user handed over.

    Attributes:
        name: What messages and reports call it.
        path: What is opened; ``-`` is standard input.
        dataset: The dataset of its records, where a manifest states it.
        format: Its format, where a manifest states it.
    """

    name: str
    path: str
    dataset: str | None = None
    format: Format | None = None


@dataclass(frozen=True, slots=True)
class Local:
    """An input as a plain local file.

    Attributes:
        name: The input as its user named it.
        file: Where its bytes are, decompressed.
        format: How they are to be read.
    """

    name: str
    file: Path
    format: Format


@contextmanager
def open_binary(name: str, path: str | None = None) -> Iterator[BinaryIO]:
    """The bytes of an input, decompressed; ``-`` is standard input.

    Args:
        name: What messages call it.
        path: Where it is, unless its name says so.

    Raises:
        InputError: It does not exist, is a folder or a device, may not be read, is damaged, or grows beyond reason when
            it is decompressed.
    """
    with reported(name), _raw(name if path is None else path) as raw:
        packed = _Counted(_peekable(raw))
        with _decompressed(packed) as plain:
            yield cast("BinaryIO", _Reported(name, plain, packed))


def refuse_repeated(given: Iterable[Given]) -> None:
    """Refuses a file that is there twice, under one name or two, because its records would be counted twice.

    Raises:
        InputError: Two of the paths lead to one file.
    """
    once = Once()
    for each in given:
        once.take(each)


class Once:
    """Takes each file once, by whatever name it comes."""

    def __init__(self) -> None:
        self._taken: dict[object, str] = {}

    def take(self, given: Given) -> None:
        """Raises InputError (``input_repeated``) where the file was taken before: its records would count twice."""
        identity = _identity(given.path)
        first = self._taken.get(identity)
        if first is not None:
            other = "standard input" if first == "-" else _shown(first)
            what = "is named twice" if given.name == first else f"is the same file as {other}"
            raise InputError("input_repeated", f"{_shown(given.name)} {what}.", "Name each input once.")
        self._taken[identity] = given.name


def _identity(path: str) -> object:
    """What is the same for all names of a file, and for standard input where that is one."""
    try:
        state = os.fstat(sys.stdin.buffer.fileno()) if path == "-" else Path(path).stat()
    except (AttributeError, OSError, ValueError):  # said where it is opened
        return path
    return state.st_dev, state.st_ino


def readable_name(name: str) -> str:
    """A name as it is shown: decoded from UTF-8 whatever the locale, and bytes that are no text as escapes."""
    try:
        return os.fsencode(name).decode("utf-8", "backslashreplace")
    except UnicodeEncodeError:
        return name.encode("utf-8", "backslashreplace").decode("utf-8")


class _Counted:
    """A stream that knows how many bytes it gave."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        self.count = 0

    def peek(self, size: int) -> bytes:
        """The next bytes, at most so many, which stay where they are."""
        return bytes(self._stream.peek(size)[:size])  # type: ignore[attr-defined]

    def read(self, size: int = -1) -> bytes:
        """The next bytes."""
        piece = self._stream.read(size)
        self.count += len(piece)
        return piece


class _Reported:
    """A stream that says which input it is when reading fails, wherever it is read."""

    def __init__(self, name: str, stream: BinaryIO | _Counted, packed: _Counted) -> None:
        self._name = name
        self._stream = stream
        self._packed = packed
        self._given = 0

    def read(self, size: int = -1) -> bytes:
        """Reads; raises InputError where the operating system or the decompressor gives up, or has too much to say."""
        with reported(self._name):
            piece = self._stream.read(size)
        self._given += len(piece)
        if self._given > max(UNSUSPICIOUS_BYTES, MOST_GROWTH * self._packed.count):
            raise InputError(
                "input_grows",
                f"{_shown(self._name)} grows to more than {MOST_GROWTH} times its size when it is decompressed.",
                "Decompress it yourself, if it is what it should be.",
            )
        return piece


def localise(given: Given, folder: Path, number: int, wanted: Format | None = None) -> Local:
    """Finds the input, or a decompressed copy of it in the folder, and its format.

    Raises:
        InputError: It cannot be read, as :func:`open_binary` has it.
    """
    path = Path(given.path)
    with reported(given.name):
        if not given.path:
            raise FileNotFoundError
        if given.path != "-" and _is_plain(path):
            file = path.absolute()
        else:
            file = folder / f"plain-{number}"
            with open_binary(given.name, given.path) as source, file.open("wb") as target:
                shutil.copyfileobj(source, target, _CHUNK)
        return Local(readable_name(given.name), file, wanted or given.format or _format(given.name, file))


def _is_plain(path: Path) -> bool:
    """Whether a path is an uncompressed file that can be read twice. Raises OSError where it cannot be read."""
    if not stat.S_ISREG(path.stat().st_mode):
        return False
    with path.open("rb") as file:
        return not _is_compressed(file.read(4))


def _is_compressed(head: bytes) -> bool:
    return head.startswith((_GZIP, _ZSTD))


@contextmanager
def reported(name: str) -> Iterator[None]:
    """Turns what the operating system or a decompressor says into one sentence and a fix."""
    shown = _shown(name)
    try:
        yield
    except (FileNotFoundError, NotADirectoryError):
        if _ADDRESS.match(name):
            raise InputError("input_remote", f"{shown} is an address.", "Download it, and name the file.") from None
        raise InputError("input_missing", f"{shown} does not exist.", "Check the path.") from None
    except IsADirectoryError:
        raise InputError("input_is_folder", f"{shown} is a folder.", "Name the files in it.") from None
    except PermissionError:
        raise InputError("input_forbidden", f"{shown} may not be read.", "Change its permissions.") from None
    except _DAMAGED:
        raise InputError(
            "input_damaged", f"{shown} is damaged: it cannot be decompressed to its end.", "Fetch or export it again."
        ) from None
    except ValueError as error:
        if "null byte" not in str(error) and not isinstance(error, UnicodeEncodeError):
            raise
        message = "A path with a character that no file system knows names no file."
        raise InputError("input_missing", message, "Check the path.") from None
    except OSError as error:
        if error.errno in _OF_WRITING:
            raise
        reason = error.strerror or type(error).__name__
        raise InputError("input_unreadable", f"{shown} cannot be read: {reason}.", "Check the path.") from None


def _shown(name: str) -> str:
    return "Standard input" if name == "-" else readable_name(name) or "An empty path"


@contextmanager
def _raw(name: str) -> Iterator[BinaryIO]:
    if name == "-":
        if sys.stdin is None:
            raise InputError("input_closed", "Standard input is closed.", "Open it, or name a file.")
        yield _no_device(name, sys.stdin.buffer)
        return
    if not name:
        raise FileNotFoundError
    with Path(name).open("rb") as file:
        yield _no_device(name, file)


def _no_device(name: str, file: BinaryIO) -> BinaryIO:
    """The file, unless it is a device that may never end; people end what comes from terminals."""
    try:
        state = os.fstat(file.fileno())
    except UnsupportedOperation:  # it is no file of the operating system
        return file
    is_device = stat.S_ISCHR(state.st_mode) or stat.S_ISBLK(state.st_mode)
    if is_device and not file.isatty() and not os.path.samestat(state, Path(os.devnull).stat()):
        raise InputError("input_is_device", f"{_shown(name)} is a device.", "Name a file.")
    return file


def _peekable(raw: BinaryIO) -> BinaryIO:
    return raw if hasattr(raw, "peek") else os.fdopen(os.dup(raw.fileno()), "rb")


@contextmanager
def _decompressed(packed: _Counted) -> Iterator[BinaryIO | _Counted]:
    head = packed.peek(4)
    if head.startswith(_GZIP):
        with gzip.GzipFile(fileobj=packed) as plain:  # type: ignore[call-overload]
            yield cast("BinaryIO", plain)
    elif head.startswith(_ZSTD):
        with zstd.ZstdFile(cast("BinaryIO", packed)) as plain:
            yield cast("BinaryIO", plain)
    else:
        yield packed


def _format(name: str, file: Path) -> Format:
    path = PurePath(name)
    if path.suffix.lower() in _COMPRESSED:
        path = path.with_suffix("")
    known = _SUFFIXES.get(path.suffix.lower())
    if known is not None:
        return Format(known)
    with file.open("rb") as opened:
        head = opened.read(_CHUNK)
    if head.startswith(b"PAR1"):
        return Format.PARQUET
    return Format.JSONL if head.removeprefix(b"\xef\xbb\xbf").lstrip()[:1] in {b"{", b"["} else Format.CSV


def has_data_name(path: str) -> bool:
    """Whether the name of a file says that it holds records."""
    file = PurePath(path.lower())
    return (file.with_suffix("") if file.suffix in _COMPRESSED else file).suffix in {*_SUFFIXES, ".parquet"}


def has_vast_line(file: Path) -> bool:
    """Whether some line may be over-long; one that is more than half as long as allowed is taken for one.

    An over-long line covers the whole of an aligned stretch of half its length, so a look at where each stretch begins
    is enough in nearly every file.
    """
    size = file.stat().st_size
    with file.open("rb") as opened:
        for begin in range(0, size - _STRETCH, _STRETCH):
            opened.seek(begin)
            if b"\n" not in opened.read(_GLANCE) and b"\n" not in opened.read(_STRETCH - _GLANCE):
                return True
    return False


def lines(file: IO[bytes], *, keep_breaks: bool = False) -> Iterator[tuple[int, bytes | None]]:
    """Physical lines without their line breaks, numbered from 1; None where one is over-long.

    Args:
        file: What is read.
        keep_breaks: Whether the line break is left on the line.
    """
    number = 0
    while piece := file.readline(LONGEST_LINE + 2):
        number += 1
        if not piece.endswith(b"\n") and len(piece) == LONGEST_LINE + 2:
            while piece and not piece.endswith(b"\n"):
                piece = file.readline(_CHUNK)
            yield number, None
            continue
        line = piece.removesuffix(b"\n")
        bare = line.removesuffix(b"\r") if len(line) < len(piece) else line
        yield number, (piece if keep_breaks else bare) if len(bare) <= LONGEST_LINE else None
