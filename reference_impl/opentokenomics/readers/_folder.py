"""The files of a folder, found without opening any of them."""

from __future__ import annotations

import os
import unicodedata
from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property
from pathlib import Path

from opentokenomics.errors import InputError
from opentokenomics.readers._bytes import readable_name, reported

MOST_ENTRIES = 100_000
"""So much of a folder is looked at; who names a whole disk by mistake is told so instead of waiting for hours."""

LEADS_OUT = "it is a symbolic link that leads out of the folder"
LEADS_NOWHERE = "it is a symbolic link that leads to no file"
IRREGULAR = "it is neither a file nor a folder"


class Tree(ABC):
    """Files that were handed over together.

    Attributes:
        name: What messages and reports call the whole.
        paths: The path of each below it, with forward slashes, in order; and why it is not to be opened, where it is
            not. What is hidden, because a name in its path begins with a dot, is not among them. A link to a folder
            outside has a slash at its end.
    """

    def __init__(self, name: str, paths: Mapping[str, str | None]) -> None:
        self.name = readable_name(name)
        self.paths = dict(sorted(paths.items()))

    def shown(self, path: str) -> str:
        """The name of a file in messages and reports."""
        return f"{self.name.rstrip('/')}/{readable_name(path)}"

    def find(self, path: str) -> str | None:
        """The path of the file that is meant; file systems differ in how they normalise the names that they keep."""
        return path if path in self.paths else self._normal.get(unicodedata.normalize("NFC", path))

    @cached_property
    def _normal(self) -> Mapping[str, str]:
        return {unicodedata.normalize("NFC", path): path for path in reversed(self.paths)}

    @abstractmethod
    def files(self, paths: Iterable[str]) -> Mapping[str, Path]:
        """Where the bytes of the files with these paths can be read; none of them has a reason not to be opened.

        Raises:
            InputError: One of them is damaged, or may not be read.
        """


class Folder(Tree):
    """A folder of the file system."""

    def __init__(self, name: str) -> None:
        with reported(name):
            self._root = Path(name).resolve(strict=True)
            super().__init__(name, dict(_found(self._root, name)))

    def files(self, paths: Iterable[str]) -> Mapping[str, Path]:
        """The files themselves, links resolved."""
        return {path: (self._root / path).resolve() for path in paths}


def is_hidden(path: str) -> bool:
    """Whether a name in the path begins with a dot."""
    return path.startswith(".") or "/." in path


def refuse_vast(name: str, looked_at: int) -> None:
    """Refuses to look further into a folder that holds more than anybody means.

    Raises:
        InputError: More files and folders in it were looked at than ``MOST_ENTRIES``.
    """
    if looked_at > MOST_ENTRIES:
        raise InputError(
            "input_folder_too_large",
            f"{readable_name(name)} holds more than {MOST_ENTRIES:,} files and folders.",
            "Name the folder in which the exports are.",
        )


def _found(root: Path, name: str) -> Iterator[tuple[str, str | None]]:
    """Every file below the folder of that name with why it is not to be opened."""
    waiting, looked_at = [""], 0
    while waiting:
        prefix = waiting.pop()
        with os.scandir(root / prefix) as entries:
            for entry in entries:
                looked_at += 1
                refuse_vast(name, looked_at)
                path = prefix + entry.name
                if is_hidden(entry.name):
                    continue
                if entry.is_dir(follow_symlinks=False):
                    waiting.append(f"{path}/")
                elif entry.is_symlink():
                    yield from _linked(root, path)
                else:
                    yield path, None if entry.is_file(follow_symlinks=False) else IRREGULAR


def _linked(root: Path, path: str) -> Iterator[tuple[str, str | None]]:
    """A link with why it is not followed; one to a folder inside leads to nothing that is not found anyway."""
    target = Path(os.path.realpath(root / path))
    if not target.is_relative_to(root):
        yield f"{path}/" if target.is_dir() else path, LEADS_OUT
    elif not target.is_dir():
        yield path, None if target.is_file() else LEADS_NOWHERE
