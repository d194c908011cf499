"""One case of the suite."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any


class Role(StrEnum):
    """What a tool can do."""

    VALIDATOR = "validator"
    CONVERTER = "converter"
    CALCULATOR = "calculator"


@dataclass(frozen=True, slots=True)
class Case:
    """One case.

    Attributes:
        id: Stable and unique in the suite.
        title: What the case shows.
        role: What a tool has to be able to do.
        folder: What the case belongs to: a dataset, ``convert`` or ``metrics``.
        requirements: The requirements of the standard that it is about.
        flags: The bugs of the glossary that it would show.
        input: What the tool is given, as JSON.
        expected: The result that passes, as JSON.
    """

    id: str
    title: str
    role: Role
    folder: str
    requirements: tuple[str, ...]
    flags: tuple[str, ...]
    input: Mapping[str, Any]
    expected: Mapping[str, Any]

    @property
    def topics(self) -> tuple[str, ...]:
        """What the case counts for: its requirements, else the source or the metric that it is about."""
        subject = self.input.get("source") or self.input.get("metric")
        return self.requirements or ((f"{self.role} {subject}",) if subject else ())

    def request(self, sequence: int, spec_version: str) -> dict[str, Any]:
        """The message that puts the case to a tool, without a word about what is expected."""
        return {
            "cmd": "run",
            "seq": sequence,
            "role": self.role.value,
            "spec_version": spec_version,
            "input": self.input,
        }
