"""How text for people may look."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Look:
    """How text that is meant for people may look; formats for programs ignore it.

    Attributes:
        width: Characters in a line.
        color: Whether terminal colours may be used.
    """

    width: int = 100
    color: bool = False
