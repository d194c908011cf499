"""What a tool answers, held to the protocol before anything is made of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from opentokenomics_conformance._data import problem
from opentokenomics_conformance._outcome import Outcome

PROTOCOLS = (1,)


class Failure(Exception):  # noqa: N818 - it is an outcome, not a mistake of this program
    """A tool gave no answer to a case."""

    def __init__(self, outcome: Outcome, detail: str) -> None:
        super().__init__(f"{outcome}: {detail}")
        self.outcome = outcome
        self.detail = detail


@dataclass(frozen=True, slots=True)
class Greeting:
    """What a tool says of itself."""

    protocol: int
    name: str
    version: str
    language: str
    roles: tuple[str, ...]
    spec_versions: tuple[str, ...]
    homepage: str | None = None


def greeting_of(answer: Mapping[str, Any]) -> Greeting:
    """What an answer to ``start`` says, which has the form that the protocol gives to it."""
    tool = answer["tool"]
    return Greeting(
        answer["protocol"],
        tool["name"],
        tool["version"],
        tool["language"],
        tuple(answer["roles"]),
        tuple(answer["spec_versions"]),
        tool.get("homepage"),
    )


def examined(answer: Any, request: Mapping[str, Any]) -> Mapping[str, Any]:  # noqa: ANN401 - JSON
    """The answer to a case: ``{"result": ...}`` or ``{"skipped": reason}``.

    Raises:
        Failure: It is none.
    """
    fault = _misshapen(answer, request["role"])
    if fault is not None:
        raise Failure(Outcome.GARBLED, fault)
    if answer["seq"] != request["seq"]:
        raise Failure(Outcome.MISTOOK, f"it answered number {answer['seq']} when asked number {request['seq']}")
    if "error" in answer:
        raise Failure(Outcome.GAVE_UP, answer["error"])
    return {name: value for name, value in answer.items() if name != "seq"}


def _misshapen(answer: Any, role: str) -> str | None:  # noqa: ANN401 - JSON
    """What is wrong with an answer; each form is held to its own schema, so that the sentence is about that form."""
    if not isinstance(answer, dict):
        return "it is no object"
    part = next((part for member, part in _FORMS.items() if member in answer), None)
    if part is None:
        return "it has none of the members `result`, `skipped` and `error`"
    fault = problem("response", answer["result"], _RESULTS[role]) if part == "answered" else None
    return fault or problem("response", answer, part)


_FORMS = {"result": "answered", "skipped": "skipped", "error": "failed"}
_RESULTS = {"validator": "verdict", "converter": "conversion", "calculator": "calculation"}
