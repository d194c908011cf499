"""The files that a path stands for: itself, or those of a folder."""

from __future__ import annotations

import os
from pathlib import Path
from typing import NamedTuple

_COMPRESSED = (".gz", ".zst")
_SUFFIXES = frozenset({".json", ".jsonl", ".ndjson", ".csv"})


class File(NamedTuple):
    """A file, and whether it is one to read: a file that was named is, one in a folder if its name says a format."""

    path: str
    is_read: bool


def files_of(path: str) -> list[File]:
    """The path itself, or the files of a folder and of its folders in the order of their names, but for hidden ones."""
    if not os.path.isdir(path):  # noqa: PTH112 - it takes any text for what it is, be it empty or too long
        return [File(path, is_read=True)]
    found = []
    for folder, folders, names in os.walk(path):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        found += [File(str(Path(folder, name)), is_read=_has_format(name)) for name in sorted(names) if name[0] != "."]
    return found


def _has_format(name: str) -> bool:
    lower = name.lower()
    for suffix in _COMPRESSED:
        lower = lower.removesuffix(suffix)
    return Path(lower).suffix in _SUFFIXES
