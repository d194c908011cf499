"""What a law is, and what it looks like when a tool breaks it."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from hypothesis import strategies as st

from opentokenomics_conformance.cases import Role

Json = Mapping[str, Any]
Ask = Callable[[Json], Json]
"""Puts an input of the law's role to the tool; gives the result. It raises ``Failure`` where there is none."""


@dataclass(frozen=True, slots=True)
class Breach:
    """An input whose answer breaks a law.

    Attributes:
        detail: What is wrong, in one sentence.
        input: What the tool was given, as the protocol has it.
        expected: The result that would have kept the law; None where that cannot be told, for the tool gave no answer.
        requirements: The requirements of the standard that the input is about.
    """

    detail: str
    input: Json
    expected: Json | None
    requirements: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Law:
    """A law.

    Attributes:
        id: Stable and unique.
        title: What holds, in one sentence.
        role: What a tool has to be able to do.
        examples: What the law is tried on.
        breach: Tries one example; None where the law is kept.
    """

    id: str
    title: str
    role: Role
    examples: Callable[[], st.SearchStrategy[Any]]
    breach: Callable[[Any, Ask], Breach | None]

    def vector(self, breach: Breach) -> dict[str, Any] | None:
        """A breach as a vector, ready to be kept as a file; None where nobody knows what is expected."""
        if breach.expected is None:
            return None
        content = {"input": breach.input, "expected": breach.expected}
        digest = sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()[:12]
        return {
            "id": f"law-{self.id}-{digest}",
            "title": self.title,
            "role": self.role.value,
            "requirements": list(breach.requirements),
            "flags": [],
            **content,
        }
