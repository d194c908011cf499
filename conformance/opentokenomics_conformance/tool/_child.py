"""A process of whoever is tested: what it writes in passing is always read, and it ends when it is told to."""

from __future__ import annotations

import asyncio
import os
import signal
from asyncio.subprocess import DEVNULL, PIPE, Process, SubprocessStreamProtocol
from collections import deque
from collections.abc import Sequence
from contextlib import suppress
from typing import Self

from opentokenomics.errors import Error

READ_SIZE = 65_536
_KEPT_ERRORS = 20
_LONGEST_ERROR = 1000
_LAST_WORDS_SECONDS = 1.0


class ToolError(Error):
    """The tool cannot be started, or does not speak the protocol at all."""


class Child:
    """One process, in a session of its own.

    Attributes:
        process: What is spoken to.
    """

    def __init__(self, process: Process, transport: asyncio.SubprocessTransport) -> None:
        self.process = process
        self._transport = transport
        self._errors: deque[str] = deque(maxlen=_KEPT_ERRORS)
        self._listener = asyncio.create_task(self._listen())

    @classmethod
    async def start(cls, command: Sequence[str], *, spoken_to: bool) -> Self:
        """Starts a command.

        Args:
            command: Its words.
            spoken_to: Whether something is written to it and read from it; else both go nowhere.

        Raises:
            ToolError: It cannot be started.
        """
        loop = asyncio.get_running_loop()
        talk = PIPE if spoken_to else DEVNULL
        try:
            transport, protocol = await loop.subprocess_exec(
                lambda: SubprocessStreamProtocol(READ_SIZE, loop),
                *command,
                stdin=talk,
                stdout=talk,
                stderr=PIPE,
                start_new_session=True,
            )
        except (OSError, ValueError) as error:
            reason = getattr(error, "strerror", None) or str(error)
            raise ToolError(
                "tool_missing", f"{command[0]} cannot be started: {reason}.", "Name a command that can be run."
            ) from None
        return cls(Process(transport, protocol, loop), transport)

    @property
    def said_in_passing(self) -> str:
        """The last lines that it wrote to its standard error."""
        return "\n".join(self._errors)

    async def end(self) -> None:
        """Ends the process and whatever runs in its session, at once.

        A program that left the session lives on, and may hold the pipes of the process for as long as it likes: they
        are closed here, whether or not their end was seen.
        """
        with suppress(OSError):
            if hasattr(os, "killpg"):
                os.killpg(self.process.pid, signal.SIGKILL)
            else:
                self.process.kill()
        with suppress(TimeoutError):
            async with asyncio.timeout(_LAST_WORDS_SECONDS):
                await self._listener
                await self.process.wait()
        self._transport.close()
        await self.process.wait()

    async def _listen(self) -> None:
        """Keeps the end of what is written to standard error, and lets the process never wait for a reader."""
        stream = self.process.stderr
        if stream is None:  # never, for it was asked for
            return
        rest = b""
        while block := await stream.read(READ_SIZE):
            *lines, rest = (rest + block).split(b"\n")
            rest = rest[-READ_SIZE:]
            self._errors.extend(map(_shown, lines))
        if rest:
            self._errors.append(_shown(rest))


def _shown(line: bytes) -> str:
    return line[-_LONGEST_ERROR:].decode("utf-8", "replace")
