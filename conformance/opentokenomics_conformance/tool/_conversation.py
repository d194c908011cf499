"""Tools that can be asked from code that knows nothing of event loops."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Mapping, Sequence
from types import TracebackType
from typing import Any, Protocol, Self, TypeVar

from opentokenomics_conformance._data import problem
from opentokenomics_conformance.tool._answer import PROTOCOLS, Greeting, examined, greeting_of
from opentokenomics_conformance.tool._process import Limits, Tool

Message = Mapping[str, Any]
_Made = TypeVar("_Made")


class Partner(Protocol):
    """Whoever answers cases."""

    @property
    def greeting(self) -> Greeting:
        """What it says of itself."""

    def ask(self, request: Message) -> Message:
        """Puts a case; gives ``{"result": ...}`` or ``{"skipped": reason}``.

        Raises:
            Failure: There is no answer.
        """


class Conversation:
    """A process of a tool, for as long as the ``with`` block lasts; it is started again when it has failed.

    Attributes:
        tool: The process.
        greeting: What it says of itself.
    """

    def __init__(self, command: Sequence[str], limits: Limits) -> None:
        self.tool = Tool(command, limits)
        self._runner = asyncio.Runner()

    def __enter__(self) -> Self:
        self._runner.__enter__()
        try:
            self.greeting = self.run(self.tool.start())
        except BaseException:
            self._runner.close()
            raise
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        try:
            self.run(self.tool.stop())
        finally:
            self._runner.close()

    def run(self, work: Coroutine[Any, Any, _Made]) -> _Made:
        """Does something with the tool, and waits for it."""
        return self._runner.run(work)

    def ask(self, request: Message) -> Message:
        """Puts a case to the tool; see ``Partner``."""
        return self.run(self._asked(request))

    async def _asked(self, request: Message) -> Message:
        if not self.tool.is_alive:
            await self.tool.start()
        return await self.tool.ask(request)


class LocalTool:
    """A tool that is a function of this process: it is given messages and gives answers, as the protocol has them.

    Raises:
        ValueError: It does not answer ``start`` as the protocol says.
    """

    def __init__(self, answer: Callable[[dict[str, Any]], Message]) -> None:
        self._answer = answer
        started = answer({"cmd": "start", "protocols": list(PROTOCOLS)})
        fault = problem("response", started, "started")
        if fault is not None:
            raise ValueError(f"the tool did not answer start as it should: {fault}")
        self.greeting = greeting_of(started)

    def ask(self, request: Message) -> Message:
        """Puts a case to the function; see ``Partner``."""
        return examined(self._answer(dict(request)), request)
