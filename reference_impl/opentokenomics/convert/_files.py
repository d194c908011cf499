"""The files that a path stands for: itself, or those of a folder."""

from __future__ import annotations

import os
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import NamedTuple

from opentokenomics.readers import MOST_ENTRIES, refuse_vast, reported

_COMPRESSED = (".gz", ".zst")
_SUFFIXES = frozenset({".json", ".jsonl", ".ndjson", ".csv", ".parquet"})

_NO_FORMAT = "a file whose name ends in no format is not read"
_LINK = "a symbolic link in a folder is not followed"
_IRREGULAR = "what is neither a file nor a folder is not read"


class File(NamedTuple):
    """A file, and why it is not to be read, if it is not: one that was named is, one in a folder by what it is."""

    path: str
    left: str | None


def files_of(path: str) -> list[File]:
    """The path itself, or the files of a folder and of its folders in the order of their names, but for hidden ones.

    Raises:
        InputError: A folder cannot be read, or holds more than anybody means.
    """
    if not os.path.isdir(path):  # noqa: PTH112 - it takes any text for what it is, be it empty or too long
        return [File(path, None)]
    return list(_found(path))


def _found(root: str) -> Iterator[File]:
    waiting, looked_at = [root], 0
    while waiting:
        folder = waiting.pop()
        # Its files come before those of its folders, and each after the one before it.
        with reported(folder), os.scandir(folder) as found:
            entries = sorted(islice(found, MOST_ENTRIES + 1), key=lambda entry: entry.name)
        looked_at += len(entries)
        refuse_vast(root, looked_at)
        shown = [entry for entry in entries if not entry.name.startswith(".")]
        folders = [entry.path for entry in shown if entry.is_dir(follow_symlinks=False)]
        waiting += reversed(folders)
        yield from (File(entry.path, _left(entry)) for entry in shown if not entry.is_dir(follow_symlinks=False))


def _left(entry: os.DirEntry[str]) -> str | None:
    """Why what is found in a folder is not read."""
    if entry.is_symlink():
        return _LINK
    if not entry.is_file(follow_symlinks=False):
        return _IRREGULAR
    return None if _has_format(entry.name) else _NO_FORMAT


def _has_format(name: str) -> bool:
    lower = name.lower()
    for suffix in _COMPRESSED:
        lower = lower.removesuffix(suffix)
    return Path(lower).suffix in _SUFFIXES
