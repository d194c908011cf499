"""A conversation with a process: every way in which it can go wrong has a name, and none of them is an answer."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from opentokenomics_conformance._data import problem
from opentokenomics_conformance._outcome import Outcome
from opentokenomics_conformance.tool._answer import PROTOCOLS, Failure, Greeting, examined, greeting_of
from opentokenomics_conformance.tool._child import READ_SIZE, Child, ToolError

_STOP_SECONDS = 2.0


@dataclass(frozen=True, slots=True)
class Limits:
    """What a tool may take: seconds for its start and for one answer, and bytes of one answer."""

    start_seconds: float = 30.0
    answer_seconds: float = 30.0
    answer_bytes: int = 16 * 1024 * 1024


class Tool:
    """One process of a tool. After a ``Failure`` that is not ``GAVE_UP`` it is dead, and ``start`` begins anew."""

    def __init__(self, command: Sequence[str], limits: Limits) -> None:
        self._command = list(command)
        self._limits = limits
        self._child: Child | None = None
        self._pending = b""
        self._said = ""

    @property
    def is_alive(self) -> bool:
        """Whether there is a process to speak to."""
        return self._child is not None

    @property
    def said_in_passing(self) -> str:
        """The last lines that the tool wrote to its standard error."""
        return self._said if self._child is None else self._child.said_in_passing

    async def start(self) -> Greeting:
        """Starts the process and agrees on a version of the protocol.

        Raises:
            ToolError: It cannot be started, or answers otherwise than the protocol says.
        """
        self._child = await Child.start(self._command, spoken_to=True)
        self._pending = b""
        try:
            answer = await self._exchange({"cmd": "start", "protocols": list(PROTOCOLS)}, self._limits.start_seconds)
            fault = problem("response", answer, "started")
        except Failure as failure:
            fault = f"{failure.outcome}: {failure.detail}"
        if fault is None and answer["protocol"] not in PROTOCOLS:
            fault = f"it chose version {answer['protocol']} of the protocol, which was not offered"
        if fault is not None:
            passing = self.said_in_passing
            await self.kill()
            said = f" It wrote to standard error: {passing[-500:]}" if passing else ""
            raise ToolError("tool_mute", f"The tool did not answer `start` as it should: {fault}.{said}", _ADVICE)
        return greeting_of(answer)

    async def ask(self, request: Mapping[str, Any]) -> Mapping[str, Any]:
        """Puts a case to the tool.

        Returns:
            Its answer: ``{"result": ...}`` or ``{"skipped": reason}``.

        Raises:
            Failure: It gave none.
        """
        answer = await self._exchange(request, self._limits.answer_seconds)
        try:
            return examined(answer, request)
        except Failure as failure:
            if failure.outcome is not Outcome.GAVE_UP:
                await self.kill()
            raise

    async def stop(self) -> bool:
        """Asks the process to end; returns whether it did so by itself."""
        child = self._child
        if child is None:
            return False
        with suppress(OSError, TimeoutError):
            await self._send(child, {"cmd": "stop"})
            if child.process.stdin is not None:
                child.process.stdin.close()
            await asyncio.wait_for(child.process.wait(), _STOP_SECONDS)
        code = child.process.returncode
        await self.kill()
        return code == 0

    async def kill(self) -> None:
        """Ends the process and whatever runs in its session, at once."""
        child, self._child = self._child, None
        if child is not None:
            await child.end()
            self._said = child.said_in_passing

    async def _exchange(self, message: Mapping[str, Any], seconds: float) -> Any:  # noqa: ANN401 - JSON
        child = self._child
        if child is None:
            raise Failure(Outcome.CRASHED, "the process is not running")
        try:
            async with asyncio.timeout(seconds):
                with suppress(OSError):  # it may have said why before it closed its input
                    await self._send(child, message)
                line = await self._line(child)
        except TimeoutError:
            await self.kill()
            raise Failure(Outcome.TIMED_OUT, f"there was no answer within {seconds:g} seconds") from None
        except Failure:
            await self.kill()
            raise
        try:
            return json.loads(line.decode("utf-8"), parse_constant=_refuse, object_pairs_hook=_distinct)
        except (ValueError, RecursionError) as error:
            await self.kill()
            shown = line[:100].decode("utf-8", "replace")
            raise Failure(Outcome.GARBLED, f"the answer is no JSON ({error}): {shown!r}") from None

    async def _send(self, child: Child, message: Mapping[str, Any]) -> None:
        stream = child.process.stdin
        if stream is None:  # never, for it was asked for
            raise BrokenPipeError
        stream.write(json.dumps(message, ensure_ascii=True, separators=(",", ":")).encode() + b"\n")
        await stream.drain()

    async def _line(self, child: Child) -> bytes:
        process = child.process
        parts = [self._pending]
        size = len(self._pending)
        while b"\n" not in parts[-1]:
            block = b"" if process.stdout is None else await process.stdout.read(READ_SIZE)
            if not block:
                code = await process.wait()
                how = f"signal {-code}" if code < 0 else f"exit code {code}"
                raise Failure(Outcome.CRASHED, f"the tool ended with {how} instead of an answer")
            size += len(block)
            if size > self._limits.answer_bytes:
                raise Failure(Outcome.FLOODED, f"the answer is longer than {self._limits.answer_bytes:,} bytes")
            parts.append(block)
        line, _, self._pending = b"".join(parts).partition(b"\n")
        return line


_ADVICE = "Answer each line of standard input with one line of JSON, and flush it."


def _refuse(constant: str) -> None:
    message = f"{constant} is no number of JSON"
    raise ValueError(message)


def _distinct(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    members = dict(pairs)
    if len(members) != len(pairs):
        message = "a name occurs twice in an object"
        raise ValueError(message)
    return members
