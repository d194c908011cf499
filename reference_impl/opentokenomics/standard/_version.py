"""Names of versions of the standard, and their order."""

from __future__ import annotations

import re
from dataclasses import dataclass

_NAME = re.compile(r"(0|[1-9][0-9]*)[.](0|[1-9][0-9]*)(?:[.]([1-9][0-9]*))?(-draft)?")


@dataclass(frozen=True, slots=True, order=True)
class VersionName:
    """The name of a version, such as ``1.0-draft``, ``1.0`` or ``1.0.1``; a draft comes before what it becomes."""

    major: int
    minor: int
    patch: int = 0
    published: bool = True

    @classmethod
    def parse(cls, text: str) -> VersionName:
        """The name that a text spells.

        Raises:
            ValueError: It spells none.
        """
        match = _NAME.fullmatch(text)
        if match is None:
            message = f"{text!r} is not the name of a version, such as 1.0, 1.0.1 or 1.1-draft"
            raise ValueError(message)
        major, minor, patch, draft = match.groups()
        return cls(int(major), int(minor), int(patch or 0), draft is None)

    def __str__(self) -> str:
        return self.number if self.published else f"{self.number}-draft"

    @property
    def number(self) -> str:
        """The name that the version has once it is published; its folder is called so from the beginning."""
        return f"{self.major}.{self.minor}" + (f".{self.patch}" if self.patch else "")
