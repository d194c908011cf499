"""What pages ask for, and what they complain of."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from playwright.sync_api import BrowserContext, ConsoleMessage, Page, Request, WebError

Opener = Callable[..., Page]
"""Opens a page in a context with the options that are named."""


@dataclass
class Traffic:
    """What a page asked for, and what it complained of."""

    requests: list[Request] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)

    def watch(self, context: BrowserContext) -> None:
        """Keeps everything that the pages of a context do."""
        context.on("request", self._request)
        context.on("console", self._console)
        context.on("weberror", self._error)

    def _request(self, request: Request) -> None:
        self.requests.append(request)

    def _error(self, error: WebError) -> None:
        self.complaints.append(str(error.error))

    def _console(self, message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"}:
            self.complaints.append(message.text)
