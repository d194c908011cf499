"""Tries laws on a tool: Hypothesis looks for an example that breaks one, and makes it smaller."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from types import TracebackType
from typing import Any, Self

from hypothesis import HealthCheck, Phase, Verbosity, given, seed, settings
from hypothesis.errors import Flaky

from opentokenomics_conformance._data import problem
from opentokenomics_conformance.cases import Role
from opentokenomics_conformance.laws._law import Breach, Json, Law
from opentokenomics_conformance.tool import Failure, Greeting, Limits, Tool


class Standing(StrEnum):
    """How a law ended."""

    KEPT = "kept"
    BROKEN = "broken"
    SKIPPED = "skipped"


@dataclass(frozen=True, slots=True)
class LawPlan:
    """How laws are tried.

    Attributes:
        command: The words that start the tool.
        spec_version: The version of the standard that the tool is asked about.
        examples: On how many examples each law is tried.
        seed: Which examples; the same number gives the same ones.
        limits: What the tool may take.
        shrinks: Whether a breach is made as small as can be, which takes longer than finding it.
    """

    command: Sequence[str]
    spec_version: str
    examples: int = 50
    seed: int = 0
    limits: Limits = field(default_factory=Limits)
    shrinks: bool = True


@dataclass(frozen=True, slots=True)
class Finding:
    """What was found of one law.

    Attributes:
        law: The law.
        standing: How it ended; a law that was skipped was not kept.
        tried: On how many examples it was tried, those included that made a breach smaller.
        detail: What is wrong, or why it was skipped.
        vector: The smallest breach as a vector, where it is known what is expected.
        input: What the tool was given when it broke the law.
    """

    law: Law
    standing: Standing
    tried: int
    detail: str | None = None
    vector: Mapping[str, Any] | None = None
    input: Json | None = None


class _BrokenError(Exception):
    """A law is broken by an example."""


class _SkippedError(Exception):
    """The tool does not do what a law asks for."""


def try_laws(laws: Sequence[Law], plan: LawPlan) -> tuple[Greeting, Sequence[Finding]]:
    """Tries each law on a tool.

    Returns:
        What the tool says of itself, and what was found of each law, in order.

    Raises:
        ToolError: The tool cannot be started, or does not speak the protocol.
    """
    with _Conversation(plan) as conversation:
        greeting = conversation.greeting
        return greeting, [_tried(law, plan, conversation) for law in laws]


class _Conversation:
    """A tool that can be asked from code that knows nothing of event loops."""

    def __init__(self, plan: LawPlan) -> None:
        self._plan = plan
        self._tool = Tool(plan.command, plan.limits)
        self._runner = asyncio.Runner()
        self._sequence = 0
        self.asked: Json = {}

    def __enter__(self) -> Self:
        self._runner.__enter__()
        try:
            self.greeting = self._runner.run(self._tool.start())
        except BaseException:
            self._runner.close()
            raise
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        try:
            self._runner.run(self._tool.stop())
        finally:
            self._runner.close()

    def ask(self, role: Role, given: Json) -> Json:
        self._sequence += 1
        self.asked = given
        request = {
            "cmd": "run",
            "seq": self._sequence,
            "role": role.value,
            "spec_version": self._plan.spec_version,
            "input": given,
        }
        fault = problem("request", request)
        if fault is not None:
            message = f"a law made a request that the schema refuses: {fault}"
            raise AssertionError(message)
        if not self._tool.is_alive:
            self._runner.run(self._tool.start())
        answer = self._runner.run(self._tool.ask(request))
        if "skipped" in answer:
            raise _SkippedError(answer["skipped"])
        result: Json = answer["result"]
        return result


def _tried(law: Law, plan: LawPlan, conversation: _Conversation) -> Finding:
    unable = _unable(law, plan, conversation.greeting)
    if unable is not None:
        return Finding(law, Standing.SKIPPED, 0, unable)
    tried = 0
    last: list[Breach] = []

    def breach(example: Any) -> Breach | None:  # noqa: ANN401 - each law has its own
        try:
            return law.breach(example, lambda given: conversation.ask(law.role, given))
        except Failure as failure:
            return Breach(f"The tool gave no answer: {failure}.", conversation.asked, None)

    # Hypothesis ends with the smallest example, so that the last breach is the one to tell.
    @seed(plan.seed)
    @settings(
        max_examples=plan.examples,
        database=None,
        deadline=None,
        derandomize=False,
        print_blob=False,
        phases=(Phase.generate, Phase.shrink) if plan.shrinks else (Phase.generate,),
        report_multiple_bugs=False,
        suppress_health_check=list(HealthCheck),
        verbosity=Verbosity.quiet,
    )
    @given(law.examples())
    def hunt(example: Any) -> None:  # noqa: ANN401 - each law has its own
        nonlocal tried
        tried += 1
        found = breach(example)
        if found is not None:
            last[:] = [found]
            raise _BrokenError

    try:
        hunt()
    except _SkippedError as skipped:
        return Finding(law, Standing.SKIPPED, tried, str(skipped))
    except _BrokenError:
        return Finding(law, Standing.BROKEN, tried, last[0].detail, law.vector(last[0]), last[0].input)
    except Flaky:
        detail = f"{last[0].detail} When it was asked again, it answered otherwise."
        return Finding(law, Standing.BROKEN, tried, detail, law.vector(last[0]), last[0].input)
    return Finding(law, Standing.KEPT, tried)


def _unable(law: Law, plan: LawPlan, greeting: Greeting) -> str | None:
    if law.role not in greeting.roles:
        return f"the tool is no {law.role}"
    if plan.spec_version not in greeting.spec_versions:
        return f"the tool does not know version {plan.spec_version}"
    return None
