"""The folder for what a validation has to keep aside, and what is said when there is no room for it."""

from __future__ import annotations

import atexit
import errno
import os
import secrets
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

from opentokenomics.engines.duckdb import is_plain
from opentokenomics.errors import InputError, ResourceError

_NO_ROOM = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
_REMEDY = "Set TMPDIR to a folder with room for a copy of the input."


@contextmanager
def workspace() -> Iterator[Path]:
    """A temporary folder for one run, which is removed at its end.

    Raises:
        InputError: An input went away while it was read.
        ResourceError: There is no such folder, or no room in it.
    """
    with _reported("There is no folder for temporary files"):
        # Another folder than the one that somebody asked for may be on a disk that must not hold such data.
        parent = Path(tempfile.tempdir or os.environ.get("TMPDIR") or tempfile.gettempdir()).absolute()
    folder = parent / f"opentokenomics-{secrets.token_hex(8)}"
    remove = partial(shutil.rmtree, folder, ignore_errors=True)
    # An interruption may come at any moment, even while the folder is made or removed.
    atexit.register(remove)
    try:
        with _reported(f"No temporary folder can be made in {parent}"):
            folder.mkdir(0o700)
        with _no_room(parent):
            yield _checked(folder.resolve())
    finally:
        remove()
        atexit.unregister(remove)


@contextmanager
def _reported(problem: str) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise ResourceError("temporary_folder_missing", f"{problem}: {reason}.", _REMEDY) from None


def _checked(folder: Path) -> Path:
    if not is_plain(folder):
        raise ResourceError(
            "temporary_folder_odd",
            f"Temporary files cannot be kept in {folder.parent}, whose name has a character that engines misread.",
            "Set TMPDIR to a folder with a plain name.",
        )
    return folder


@contextmanager
def _no_room(parent: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        reason = error.strerror or type(error).__name__
        if error.errno in _NO_ROOM:
            message = f"The temporary folder {parent} cannot hold the input: {reason}."
            raise ResourceError("temporary_folder_full", message, _REMEDY) from None
        place = f"{error.filename} " if error.filename else ""
        message = f"{place or 'An input '}could not be read to its end: {reason}."
        raise InputError("input_unreadable", message, "Make sure that nothing moves or removes it meanwhile.") from None
