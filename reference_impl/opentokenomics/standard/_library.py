"""The versions of the standard that a program has at hand. No other module knows where their files are."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache, partial
from pathlib import Path

from opentokenomics.standard._load import Texts, read_standard
from opentokenomics.standard._model import Standard
from opentokenomics.standard._version import VersionName

DIGESTS = "SHA256SUMS"
"""The file of digests; a version is published exactly when its folder has one."""


class Library:
    """Versions of the standard, each read when it is first asked for.

    Args:
        sources: Gives the documents of a version, by its name.
    """

    def __init__(self, sources: Mapping[str, Callable[[], Texts]]) -> None:
        self._sources = {name: sources[name] for name in sorted(sources, key=VersionName.parse)}
        self._loaded: dict[str, Standard] = {}

    @classmethod
    def of(cls, folder: Path) -> Library:
        """The library in a folder that holds a folder for each version."""
        sources = {}
        for catalogue in folder.glob("*/catalogue.json"):
            own = catalogue.parent
            name = own.name if (own / DIGESTS).exists() else f"{own.name}-draft"
            sources[name] = partial(read_documents, own)
        return cls(sources)

    @property
    def versions(self) -> tuple[str, ...]:
        """The names of the versions, oldest first; a draft comes before what it becomes."""
        return tuple(self._sources)

    @property
    def newest(self) -> str:
        """The version that is meant where none is named: the newest published one, or else the newest draft."""
        published = [name for name in self._sources if VersionName.parse(name).published]
        return (published or list(self._sources))[-1]

    def documents(self, version: str | None = None) -> Texts:
        """The documents of a version; raises KeyError where there is no such version."""
        return self._sources[version or self.newest]()

    def load(self, version: str | None = None) -> Standard:
        """A version; raises KeyError where there is no such version."""
        name = version or self.newest
        if name not in self._loaded:
            self._loaded[name] = read_standard(self.documents(name))
        return self._loaded[name]


def read_documents(folder: Path) -> Texts:
    """The documents in the folder of a version."""
    return {file.name: file.read_text(encoding="utf-8") for file in sorted(folder.glob("*.json"))}


@cache
def _own() -> Library:
    """What came with this package: the files in the wheel, or else those of the checkout."""
    packaged = Path(__file__).parents[1] / "_data" / "schemas"
    return Library.of(packaged if packaged.is_dir() else Path(__file__).parents[3] / "schemas")


_used: ContextVar[Library | None] = ContextVar("library", default=None)


def library() -> Library:
    """The library in use."""
    return _used.get() or _own()


@contextmanager
def using(other: Library) -> Iterator[Library]:
    """Makes another library the one in use, for this thread and as long as the block lasts."""
    token = _used.set(other)
    try:
        yield other
    finally:
        _used.reset(token)


def versions() -> tuple[str, ...]:
    """The versions of the standard that exist here, oldest first; a draft comes before what it becomes."""
    return library().versions


def documents(version: str | None = None) -> Texts:
    """The text of each published document of a version under its file name, such as ``usage.schema.json``."""
    return library().documents(version)


def load(version: str | None = None) -> Standard:
    """A version of the standard; unless one is named, the newest published one, or else the newest draft.

    Raises:
        KeyError: There is no such version; :func:`versions` lists those that exist.
    """
    return library().load(version)
