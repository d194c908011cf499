"""Where the data of a command goes: standard output, or a file that appears whole or not at all."""

from __future__ import annotations

import atexit
import gzip
import io
import os
import secrets
import shutil
import stat
import sys
from collections.abc import Collection, Iterable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, cast

from opentokenomics.cli._messages import has_color
from opentokenomics.errors import OutputError
from opentokenomics.report import Look

if TYPE_CHECKING:
    from typing_extensions import Buffer

STANDARD = "-"
COMPRESSED = (".gz", ".zst")

_PIPED_WIDTH = 100
_PLAIN = str.maketrans({"✓": "+", "✗": "x", "─": "-", "…": "...", "│": "|"})


def look() -> Look:
    """How text for people looks on the present standard output."""
    terminal = sys.stdout is not None and sys.stdout.isatty()
    width = shutil.get_terminal_size((_PIPED_WIDTH, 24)).columns if terminal else _PIPED_WIDTH
    columns = os.environ.get("COLUMNS", "")
    if not terminal and columns.isdecimal() and int(columns) > 0:
        width = int(columns)
    return Look(width, color=has_color(sys.stdout))


def show(text: str) -> None:
    """Writes text for people to standard output, in characters that its encoding has."""
    stream = _standard_output()
    encoding = getattr(sys.stdout, "encoding", None) or "utf-8"
    try:
        data = text.encode(encoding)
    except UnicodeEncodeError:
        data = text.translate(_PLAIN).encode(encoding, "backslashreplace")
    stream.write(data)


def write(stream: BinaryIO, text: str) -> None:
    """Writes text for programs, always as UTF-8; an unpaired surrogate of a file name becomes an escape."""
    stream.write(text.encode("utf-8", "backslashreplace"))


@contextmanager
def open_output(target: str | None, *, sources: Iterable[str] = ()) -> Iterator[BinaryIO]:
    """A binary stream to the target; None and ``-`` are standard output.

    A file is written under another name in its folder and takes its place at the very end, so that an error or an
    interruption leaves the folder as it was. The suffixes ``.gz`` and ``.zst`` compress. What is no regular file, such
    as a pipe or a device, is written to directly.

    Raises:
        OutputError: The target cannot be written to, or is one of the sources.
    """
    if target is None or target == STANDARD:
        yield _standard_output()
        return
    path = Path(target)
    with _refusing(target):
        _check(path, list(sources))
    if path.exists() and not path.is_file():
        with _opened(path, "wb", target) as device:
            yield device
        return
    final = Path(os.path.realpath(path))
    temporary = final.with_name(f".{final.name[:100]}.{secrets.token_hex(6)}.part")
    remove = partial(temporary.unlink, missing_ok=True)
    # An interruption may come at any moment, even while the file is made or removed.
    atexit.register(remove)
    try:
        with _opened(temporary, "xb", target) as stream, _compressed(stream, final.suffix) as sink:
            yield sink
        with _refusing(target):
            if final.exists():
                temporary.chmod(stat.S_IMODE(final.stat().st_mode))
            temporary.replace(final)
    finally:
        remove()
        atexit.unregister(remove)


def _standard_output() -> BinaryIO:
    if sys.stdout is None:
        raise OutputError("output_closed", "Standard output is closed.", "Open it, or name an output file.")
    sys.stdout.flush()
    return cast("BinaryIO", sys.stdout.buffer)


def _check(path: Path, sources: Collection[str]) -> None:
    if path.is_dir():
        raise OutputError("output_is_folder", f"The output {path} is a folder.", "Name a file in it.")
    if not path.parent.is_dir():
        raise OutputError(
            "output_folder_missing", f"The folder of the output {path} does not exist.", "Create it first."
        )
    if path.exists() and not os.access(path, os.W_OK):
        raise OutputError("output_unwritable", f"The output {path} is write-protected.", "Name another file.")
    if any(source != STANDARD and _is_same(path, source) for source in sources):
        raise OutputError(
            "output_is_input", f"The output {path} is named twice or is also an input.", "Name another file."
        )
    for source in sources:
        if source != STANDARD and _is_part(path, source):
            message = f"The output {path} would be one of the files of the input {source}."
            raise OutputError("output_in_input", message, "Name a place outside of that folder.")


def _is_same(path: Path, source: str) -> bool:
    try:
        return os.path.realpath(path) == os.path.realpath(source) or path.samefile(source)
    except (OSError, ValueError):
        return False


def _is_part(path: Path, source: str) -> bool:
    """Whether a file there is read as a part of a folder: any that is not hidden in a bundle, else one of data."""
    if not os.path.isdir(source):  # noqa: PTH112 - the method of a path raises for names that are too long
        return False
    folder, place = Path(os.path.realpath(source)), Path(os.path.realpath(path))
    if not place.is_relative_to(folder):
        return False
    from opentokenomics.readers import MANIFEST, has_data_name

    is_hidden = any(name.startswith(".") for name in place.relative_to(folder).parts)
    return not is_hidden and (has_data_name(place.name) or (folder / MANIFEST).is_file())


class _File(io.FileIO):
    """A file whose errors name the target that its user knows."""

    def __init__(self, path: Path, mode: str, target: str) -> None:
        self._target = target
        with _refusing(target):
            super().__init__(path, mode)

    def write(self, data: Buffer, /) -> int:
        """Writes; raises OutputError."""
        with _refusing(self._target):
            return super().write(data)


def _opened(path: Path, mode: str, target: str) -> BinaryIO:
    return io.BufferedWriter(_File(path, mode, target))


@contextmanager
def _refusing(target: str) -> Iterator[None]:
    """Turns an operating system's refusal into an error that names the target, not the temporary file."""
    try:
        yield
    except BrokenPipeError:
        raise
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise OutputError(
            "output_unwritable", f"The output {target} cannot be written: {reason}.", "Name another place."
        ) from error


@contextmanager
def _compressed(stream: BinaryIO, suffix: str) -> Iterator[BinaryIO]:
    if suffix == ".gz":
        with gzip.GzipFile(filename="", mode="wb", fileobj=stream, mtime=0, compresslevel=6) as sink:
            yield cast("BinaryIO", sink)
    elif suffix == ".zst":
        from backports.zstd import ZstdFile

        with ZstdFile(stream, mode="w") as sink:
            yield cast("BinaryIO", sink)
    else:
        yield stream
