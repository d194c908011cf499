"""A progress bar on standard error, for work that lasts."""

from __future__ import annotations

import sys
import threading
from types import TracebackType
from typing import Any, Self

_PATIENCE_SECONDS = 1.0


class ProgressBar:
    """Shows how far the work is, once it has lasted a second, and only to someone who sits at a terminal.

    Call it with what is being done, how many units of that are done, and how many there are, if that is known.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._state: tuple[str, int, int | None] = ("working", 0, None)
        self._timer: threading.Timer | None = None
        self._bar: Any = None
        self._task: Any = None

    def __enter__(self) -> Self:
        if sys.stderr is not None and sys.stderr.isatty():
            self._timer = threading.Timer(_PATIENCE_SECONDS, self._start)
            self._timer.daemon = True
            self._timer.start()
        return self

    def __call__(self, what: str, done: int, total: int | None = None) -> None:
        with self._lock:
            self._state = (what, done, total)
            if self._bar is not None:
                self._update()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._timer is None:
            return
        self._timer.cancel()
        with self._lock:
            self._timer = None
            if self._bar is not None:
                self._bar.stop()
                self._bar = None

    def _start(self) -> None:
        from rich.console import Console
        from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

        with self._lock:
            if self._timer is None:
                return
            self._bar = Progress(
                TextColumn("{task.description}", markup=False),
                BarColumn(),
                TextColumn("{task.percentage:>3.0f}%"),
                TimeElapsedColumn(),
                console=Console(stderr=True),
                transient=True,
            )
            self._task = self._bar.add_task("")
            self._update()
            self._bar.start()

    def _update(self) -> None:
        from opentokenomics.report import visible

        what, done, total = self._state
        self._bar.update(self._task, description=visible(what, 60), completed=done, total=total)
