"""Tries laws on a tool: Hypothesis looks for an example that breaks one, and makes it smaller."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any

from hypothesis import HealthCheck, Phase, Verbosity, given, seed, settings
from hypothesis.errors import Flaky

from opentokenomics.standard import load
from opentokenomics_conformance._data import problem
from opentokenomics_conformance.cases import Role
from opentokenomics_conformance.laws._law import Breach, Json, Law, SkippedError
from opentokenomics_conformance.tool import Conversation, Failure, Greeting, Limits, Partner

_MOST_EXAMPLES = 1_000
"""No round has more of one law, so that each law gets its turn."""


class Standing(StrEnum):
    """How a law ended."""

    KEPT = "kept"
    BROKEN = "broken"
    SKIPPED = "skipped"


@dataclass(frozen=True, slots=True)
class LawPlan:
    """How laws are tried.

    Attributes:
        spec_version: The version of the standard that the tool is asked about.
        examples: On how many examples each law is tried.
        seed: Which examples; the same number gives the same ones.
        shrinks: Whether a breach is made as small as can be, which takes longer than finding it.
    """

    spec_version: str = field(default_factory=lambda: load().version)
    examples: int = 50
    seed: int = 0
    shrinks: bool = True


@dataclass(frozen=True, slots=True)
class Finding:
    """What was found of one law.

    Attributes:
        law: The law.
        standing: How it ended; a law that was skipped was not kept.
        tried: On how many examples it was tried, those included that made a breach smaller.
        seed: Of the examples on which it was tried last.
        examples: How many examples that seed was to have.
        detail: What is wrong, or why it was skipped.
        vector: The smallest breach as a vector, where it is known what is expected.
        input: What the tool was given when it broke the law.
    """

    law: Law
    standing: Standing
    tried: int
    seed: int
    examples: int
    detail: str | None = None
    vector: Mapping[str, Any] | None = None
    input: Json | None = None


@dataclass(frozen=True, slots=True)
class LawReport:
    """What was found of laws.

    Attributes:
        greeting: What the tool says of itself.
        spec_version: The version of the standard that it was asked about.
        seed: Of the first round.
        rounds: How often the laws that were kept so far were tried.
        findings: What was found of each law, in order.
    """

    greeting: Greeting
    spec_version: str
    seed: int
    rounds: int
    findings: Sequence[Finding]


class _BrokenError(Exception):
    """A law is broken by an example."""


class _Enough(BaseException):
    """Nothing more is to be learned from further examples."""


def try_laws(
    laws: Sequence[Law],
    command: Sequence[str],
    plan: LawPlan,
    limits: Limits | None = None,
    minutes: float | None = None,
) -> LawReport:
    """Tries each law on a tool.

    Args:
        laws: The laws.
        command: The words that start the tool.
        plan: How they are tried.
        limits: What the tool may take.
        minutes: For how long; then there is round after round, each with another seed and more examples than the one
            before, of the laws that no round has found broken. One round unless given.

    Raises:
        ToolError: The tool cannot be started, or does not speak the protocol.
    """
    with Conversation(command, limits or Limits()) as conversation:
        return try_laws_with(conversation, laws, plan, minutes)


def try_laws_with(partner: Partner, laws: Sequence[Law], plan: LawPlan, minutes: float | None = None) -> LawReport:
    """Tries each law on whoever answers, such as a function of this process; see ``try_laws``."""
    end = None if minutes is None else time.monotonic() + 60 * minutes
    findings: dict[str, Finding] = {}
    left, rounds = list(laws), 0
    while left:
        asked = replace(plan, seed=plan.seed + rounds, examples=_growing(plan.examples, rounds))
        for law in left:
            found = _tried(law, asked, partner, end)
            before = findings[law.id].tried if law.id in findings else 0
            findings[law.id] = replace(found, tried=before + found.tried)
        rounds += 1
        left = [law for law in left if findings[law.id].standing is Standing.KEPT]
        if end is None or time.monotonic() >= end:
            break
    return LawReport(partner.greeting, plan.spec_version, plan.seed, rounds, [findings[law.id] for law in laws])


def _growing(examples: int, rounds: int) -> int:
    """Twice as many in each round, up to so many that each law still gets its turn."""
    return max(examples, min(examples << rounds, _MOST_EXAMPLES))


def _tried(law: Law, plan: LawPlan, partner: Partner, end: float | None) -> Finding:
    """Tries one law up to an end in time, on one example in any case."""
    unable = _unable(law, plan, partner.greeting)
    if unable is not None:
        return Finding(law, Standing.SKIPPED, 0, plan.seed, plan.examples, unable)
    trial = _Trial(law, _Asking(law, plan, partner), end)
    flaky = ""
    try:
        # Either of these ends the hunt; what it came to is kept in the trial.
        with suppress(_Enough, _BrokenError):
            _hunt(law, plan, trial.attempt)
    except Flaky:
        flaky = " When it was asked again, it answered otherwise."
    if trial.skipped is not None:
        return Finding(law, Standing.SKIPPED, trial.tried, plan.seed, plan.examples, trial.skipped)
    if trial.last is None and not trial.tried:
        return Finding(law, Standing.SKIPPED, 0, plan.seed, plan.examples, "no example gave rise to a question")
    if trial.last is None:
        return Finding(law, Standing.KEPT, trial.tried, plan.seed, plan.examples)
    last = trial.last
    return Finding(
        law, Standing.BROKEN, trial.tried, plan.seed, plan.examples, last.detail + flaky, law.vector(last), last.input
    )


class _Trial:
    """One example after another, up to the smallest breach: Hypothesis ends with that one."""

    def __init__(self, law: Law, asking: _Asking, end: float | None) -> None:
        self._law = law
        self._asking = asking
        self._end = end
        self.tried = 0
        self.last: Breach | None = None
        self.skipped: str | None = None

    def attempt(self, example: Any) -> None:  # noqa: ANN401 - each law has its own
        if self.tried and self.last is None and self._end is not None and time.monotonic() >= self._end:
            raise _Enough
        asked = self._asking.number
        try:
            found = self._law.breach(example, self._asking)
        except SkippedError as skipped:
            self.skipped = str(skipped)
            raise _Enough from None
        except Failure as failure:
            found = Breach(f"The tool gave no answer: {failure}.", self._asking.asked, None)
        # An example on which there is nothing to ask proves nothing.
        self.tried += self._asking.number > asked
        if found is not None:
            self.last = found
            raise _BrokenError


def _hunt(law: Law, plan: LawPlan, attempt: Callable[[Any], None]) -> None:
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
        attempt(example)

    hunt()


class _Asking:
    """Puts inputs of a law to a partner, and keeps the last one."""

    def __init__(self, law: Law, plan: LawPlan, partner: Partner) -> None:
        self._role: Role = law.role
        self._spec_version = plan.spec_version
        self._partner = partner
        self.number = 0
        self.asked: Json = {}

    def __call__(self, given: Json) -> Json:
        self.number += 1
        self.asked = given
        request = {
            "cmd": "run",
            "seq": self.number,
            "role": self._role.value,
            "spec_version": self._spec_version,
            "input": given,
        }
        fault = problem("request", request)
        if fault is not None:
            message = f"a law made a request that the schema refuses: {fault}"
            raise AssertionError(message)
        answer = self._partner.ask(request)
        if "skipped" in answer:
            raise SkippedError(answer["skipped"])
        result: Json = answer["result"]
        return result


def _unable(law: Law, plan: LawPlan, greeting: Greeting) -> str | None:
    if law.role not in greeting.roles:
        return f"the tool is no {law.role}"
    if plan.spec_version not in greeting.spec_versions:
        return f"the tool does not know version {plan.spec_version}"
    return None
