"""A list of cases that a tool is known not to pass. It is a debt: an entry that is not needed any more fails."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from opentokenomics.errors import InputError
from opentokenomics_conformance.report import Outcome, Result


@dataclass(frozen=True, slots=True)
class Unexpected:
    """What stands between a run and success.

    Attributes:
        failures: Cases that did not pass and are not listed.
        stale: Listed cases that passed.
        unknown: Listed cases that were not run.
    """

    failures: Sequence[Result]
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
        try:
            lines = path.read_text("utf-8").splitlines()
        except (OSError, UnicodeDecodeError) as error:
            raise InputError(
                "expected_unreadable", f"{path} cannot be read: {error}.", "Name a file of case identifiers."
            ) from None
        reasons: dict[str, str] = {}
        for line in lines:
            name, _, reason = (part.strip() for part in line.partition("#"))
            if name in reasons:
                raise InputError("expected_twice", f"{path} lists {name} twice.", "Remove one of the two lines.")
            if name:
                reasons[name] = reason
        return cls(reasons)

    def judge(self, results: Sequence[Result]) -> Unexpected:
        """Holds the results against the list."""
        passed = {each.case for each in results if each.outcome is Outcome.PASSED}
        run = {each.case for each in results}
        return Unexpected(
            [each for each in results if each.case not in passed and each.case not in self.reasons],
            [name for name in self.reasons if name in passed],
            [name for name in self.reasons if name not in run],
        )
