"""What a law is, and what it looks like when a tool breaks it."""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Any, TypeVar

from hypothesis import strategies as st

from opentokenomics_conformance.cases import Role

Json = Mapping[str, Any]
Ask = Callable[[Json], Json]
"""Puts an input of the law's role to the tool; gives the result. It raises ``Failure`` where there is none."""


_Thing = TypeVar("_Thing")


def mixed(things: Sequence[_Thing], number: int) -> list[_Thing]:
    """Things in another order, a different one for each number; of fewer than two there is none."""
    dice = random.Random(number)  # noqa: S311 - nothing is secret
    other = dice.sample(things, len(things))
    return other[::-1] if other == list(things) else other


class SkippedError(Exception):
    """A law cannot be tried on the tool, for it does not do what the law asks for; the text has the reason."""


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
        name: What it is called; laws that say the same of different subjects have one name.
        title: What holds, in one sentence.
        role: What a tool has to be able to do.
        examples: What the law is tried on.
        breach: Tries one example; None where the law is kept.
        subject: What it is about, such as a source, where there are several.
    """

    name: str
    title: str
    role: Role
    examples: Callable[[], st.SearchStrategy[Any]]
    breach: Callable[[Any, Ask], Breach | None]
    subject: str | None = None

    @property
    def id(self) -> str:
        """Stable and unique."""
        return self.name if self.subject is None else f"{self.name}-{self.subject}"

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
