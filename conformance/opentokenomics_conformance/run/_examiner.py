"""Puts cases to a tool one at a time, when somebody else decides which one is next."""

from __future__ import annotations

from types import TracebackType
from typing import Self

from opentokenomics_conformance.cases import Case, Suite
from opentokenomics_conformance.report import Outcome, Result
from opentokenomics_conformance.run._runner import Plan, put, result_of, unable
from opentokenomics_conformance.tool import Conversation


class Examiner:
    """A tool that runs for as long as the ``with`` block lasts, and is put one case after another.

    Args:
        suite: Where the cases are from.
        plan: How the tool is tested; there is one process of it, whatever the plan says of workers.

    Raises:
        ToolError: From the ``with`` statement, where the tool cannot be started or does not speak the protocol.
    """

    def __init__(self, suite: Suite, plan: Plan) -> None:
        self._suite = suite
        self._plan = plan
        self._conversation = Conversation(plan.command, plan.limits)
        self._number = 0

    def __enter__(self) -> Self:
        self._conversation.__enter__()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._conversation.__exit__(kind, error, at)

    def put(self, case: Case) -> Result:
        """Puts a case to the tool, and says how it ended."""
        reason = unable(case, self._suite, self._conversation.greeting)
        if reason is not None:
            return result_of(case, Outcome.SKIPPED, reason)
        self._number += 1
        suite, plan, talk = self._suite, self._plan, self._conversation
        return talk.run(put(talk.tool, case, self._number, suite.spec_version, plan.watch))
