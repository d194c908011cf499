"""From what a user names to a plain local file: standard input, compression, formats."""

from __future__ import annotations

import errno
import gzip
import os
import shutil
import stat
import sys
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path, PurePath
from typing import IO, BinaryIO, cast

from backports import zstd

from opentokenomics.errors import InputError

LONGEST_LINE = 16 * 1024 * 1024
"""Bytes of a line, its line break not counted."""

_CHUNK = 1 << 20
_STRETCH = LONGEST_LINE // 2
_GLANCE = 1 << 16
_GZIP = b"\x1f\x8b"
_ZSTD = b"\x28\xb5\x2f\xfd"
_SUFFIXES = {".csv": "csv", ".jsonl": "jsonl", ".ndjson": "jsonl", ".json": "jsonl", ".parquet": "parquet"}
_COMPRESSED = {".gz", ".gzip", ".zst", ".zstd"}
_OF_WRITING = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
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
        InputError: It does not exist, is a folder, may not be read, or is damaged.
    """
    with reported(name), _raw(name if path is None else path) as raw, _decompressed(raw) as plain:
        yield cast("BinaryIO", _Reported(name, plain))


class _Reported:
    """A stream that says which input it is when reading fails, wherever it is read."""

    def __init__(self, name: str, stream: BinaryIO) -> None:
        self._name = name
        self._stream = stream

    def read(self, size: int = -1) -> bytes:
        """Reads; raises InputError where the operating system or the decompressor gives up."""
        with reported(self._name):
            return self._stream.read(size)


def localise(given: Given, folder: Path, number: int, wanted: Format | None = None) -> Local:
    """Finds the input, or a decompressed copy of it in the folder, and its format.

    Raises:
        InputError: It does not exist, is a folder, may not be read, or is damaged.
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
        return Local(given.name, file, wanted or given.format or _format(given.name, file))


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
    shown = "standard input" if name == "-" else name or "An empty path"
    try:
        yield
    except FileNotFoundError:
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
        if "null byte" not in str(error):
            raise
        raise InputError("input_missing", "A path with a null character names no file.", "Check the path.") from None
    except OSError as error:
        if error.errno in _OF_WRITING:
            raise
        reason = error.strerror or type(error).__name__
        raise InputError("input_unreadable", f"{shown} cannot be read: {reason}.", "Check the path.") from None


@contextmanager
def _raw(name: str) -> Iterator[BinaryIO]:
    if name == "-":
        yield sys.stdin.buffer
        return
    with Path(name).open("rb") as file:
        yield file


@contextmanager
def _decompressed(raw: BinaryIO) -> Iterator[BinaryIO]:
    buffered = raw if hasattr(raw, "peek") else os.fdopen(os.dup(raw.fileno()), "rb")
    head = buffered.peek(4)[:4]
    if head.startswith(_GZIP):
        with gzip.GzipFile(fileobj=buffered) as plain:
            yield cast("BinaryIO", plain)
    elif head.startswith(_ZSTD):
        with zstd.ZstdFile(buffered) as plain:
            yield cast("BinaryIO", plain)
    else:
        yield buffered


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


def lines(file: IO[bytes], *, keep_returns: bool = False) -> Iterator[tuple[int, bytes | None]]:
    """Physical lines without their line feeds, numbered from 1; None where one is over-long.

    Args:
        file: What is read.
        keep_returns: Whether a carriage return before the line feed is left on the line.
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
        yield number, (line if keep_returns else bare) if len(bare) <= LONGEST_LINE else None
