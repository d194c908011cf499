"""A list of cases and laws that a tool is known not to pass: a debt, of which an entry that is paid fails."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from opentokenomics.errors import InputError
from opentokenomics_conformance._files import text_of


@dataclass(frozen=True, slots=True)
class Unexpected:
    """What stands between a run and success.

    Attributes:
        failures: Cases and laws that did not pass and are not listed.
        stale: Those listed that passed.
        unknown: Those listed that do not exist.
    """

    failures: Sequence[str]
    stale: Sequence[str]
    unknown: Sequence[str]

    def __bool__(self) -> bool:
        return bool(self.failures or self.stale or self.unknown)


@dataclass(frozen=True, slots=True)
class ExpectedFailures:
    """The listed cases, each with the reason that stands behind its ``#``."""

    reasons: Mapping[str, str]

    @classmethod
    def none(cls) -> ExpectedFailures:
        """No case is expected to fail."""
        return cls({})

    @classmethod
    def read(cls, path: Path) -> ExpectedFailures:
        """Reads a file with one identifier a line, a reason behind ``#``; lines with a reason alone are comments.

        Raises:
            InputError: It cannot be read, or lists a case twice.
        """
        lines = text_of(path, "expected_unreadable", "Name a file of case identifiers.").splitlines()
        reasons: dict[str, str] = {}
        for line in lines:
            name, _, reason = (part.strip() for part in line.partition("#"))
            if name in reasons:
                raise InputError("expected_twice", f"{path} lists {name} twice.", "Remove one of the two lines.")
            if name:
                reasons[name] = reason
        return cls(reasons)

    def judge(self, passed: Mapping[str, bool], others: Collection[str]) -> Unexpected:
        """Holds a run against the list.

        Args:
            passed: For each case and law of the run whether it passed.
            others: What exists besides, and was not run.
        """
        return Unexpected(
            [name for name, it_did in passed.items() if not it_did and name not in self.reasons],
            [name for name in self.reasons if passed.get(name)],
            [name for name in self.reasons if name not in passed and name not in others],
        )
