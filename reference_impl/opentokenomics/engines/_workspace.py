"""The folder for what a validation has to keep aside, and what is said when there is no room for it."""

from __future__ import annotations

import errno
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
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
    try:
        temporary = tempfile.TemporaryDirectory(prefix="opentokenomics-", ignore_cleanup_errors=True)
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise ResourceError(
            "temporary_folder_missing", f"No temporary folder can be made: {reason}.", _REMEDY
        ) from None
    with temporary as name:
        folder = Path(name).resolve()
        if not is_plain(folder):
            raise ResourceError(
                "temporary_folder_odd",
                f"Temporary files cannot be kept in {folder.parent}, whose name has a character that engines misread.",
                "Set TMPDIR to a folder with a plain name.",
            )
        try:
            yield folder
        except OSError as error:
            reason = error.strerror or type(error).__name__
            if error.errno in _NO_ROOM:
                message = f"The temporary folder {folder.parent} cannot hold the input: {reason}."
                raise ResourceError("temporary_folder_full", message, _REMEDY) from None
            place = f"{error.filename} " if error.filename else ""
            message = f"{place or 'An input '}could not be read to its end: {reason}."
            raise InputError(
                "input_unreadable", message, "Make sure that nothing moves or removes it meanwhile."
            ) from None
