"""What a rule on sets found."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class SetResult:
    """What a rule on sets found; an example is a row's ``id``, and what to show where its own value does not say it."""

    evaluated: int
    violations: int
    examples: tuple[tuple[int | None, str | None], ...]
