"""Runs a command and turns every way in which it can end into an exit code, never into a traceback."""

from __future__ import annotations

import os
import signal
import sys
import threading
import time
import traceback
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from importlib.machinery import ExtensionFileLoader
from types import FrameType

import click

from opentokenomics.cli._app import NAME, app
from opentokenomics.cli._messages import complain
from opentokenomics.errors import Error

DONE = 0
NOT_CONFORMANT = 1
FAILED = 2

_SIGNALLED = 128
_BROKEN_PIPE = _SIGNALLED + 13
_BOUNCE_SECONDS = 1.0
_AGAIN_SECONDS = 0.05
_LOADING = {ExtensionFileLoader.create_module.__code__, ExtensionFileLoader.exec_module.__code__}
"""What runs while a library is loaded that is not written in Python; some abort the process where it is interrupted."""
_DEBUG = "OPENTOKENOMICS_DEBUG"
_COMPLETE = "_OPENTOKENOMICS_COMPLETE"


class _Interrupted(KeyboardInterrupt):
    """The process was asked to stop; whatever is half done is undone on the way out."""


class _Signals:
    """What was received: some libraries turn the exception of a handler into one of their own."""

    def __init__(self) -> None:
        self.received: int | None = None
        self._at = 0.0
        self._again: threading.Timer | None = None

    def handle(self, number: int, frame: FrameType | None) -> None:
        """Interrupts the command; wrappers often send a signal twice, and the second must not stop the cleaning up."""
        if _is_loading(frame):
            self._send_again(number)
            return
        now = time.monotonic()
        if self.received is not None and now - self._at < _BOUNCE_SECONDS:
            return
        self.received, self._at = number, now
        raise _Interrupted

    def passed_over(self, error: BaseException | None) -> bool:
        """Whether the error of a signal came to nothing, as where an object is destroyed; then it is sent again."""
        number = self.received
        if number is None or not isinstance(error, _Interrupted):
            return False
        self.received = None
        self._send_again(number)
        return True

    def forget(self) -> None:
        """Sends no signal again that could not interrupt the command when it came."""
        if self._again is not None:
            self._again.cancel()

    def _send_again(self, number: int) -> None:
        self.forget()
        self._again = threading.Timer(_AGAIN_SECONDS, os.kill, (os.getpid(), number))
        self._again.daemon = True
        self._again.start()


def _is_loading(frame: FrameType | None) -> bool:
    while frame is not None:
        if frame.f_code in _LOADING:
            return True
        frame = frame.f_back
    return False


def run(arguments: Sequence[str], *, is_last: bool = False) -> int:
    """Runs one command line.

    Args:
        arguments: The words behind the name of the program.
        is_last: Whether the process ends then, so that nothing is left to be interrupted but the cleaning up of the
            interpreter.

    Returns:
        0 conformant or done, 1 not conformant, 2 the command could not do its work, 128 and the number of the signal
        that stopped it (130 for Ctrl-C, 141 when the reader of its output went away).
    """
    signals = _Signals()
    try:
        with _handled(signals, is_last=is_last):
            code = _dispatch(arguments)
            if sys.stdout is not None:
                sys.stdout.flush()
            return code
    except (KeyboardInterrupt, click.Abort):
        return _SIGNALLED + (signals.received or signal.SIGINT)
    except Exception as error:  # noqa: BLE001 - the one place where nothing may escape
        if signals.received is not None:
            return _SIGNALLED + signals.received
        return _explain(error)
    finally:
        _settle_output()


def _dispatch(arguments: Sequence[str]) -> int:
    completion = os.environ.get(_COMPLETE)
    if completion:
        from click.shell_completion import shell_complete

        return shell_complete(app, {}, NAME, _COMPLETE, completion)
    try:
        with app.make_context(NAME, list(arguments)) as context:
            return int(app.invoke(context) or DONE)
    except click.exceptions.Exit as end:
        return end.exit_code


@contextmanager
def _handled(signals: _Signals, *, is_last: bool) -> Iterator[None]:
    """Handles the signals that ask a process to stop, except those that its parent told it to ignore."""
    previous = {}
    if threading.current_thread() is threading.main_thread():
        for name in ("SIGINT", "SIGTERM", "SIGHUP"):
            number = getattr(signal, name, None)
            if number is not None and signal.getsignal(number) not in {signal.SIG_IGN, None}:
                previous[number] = signal.signal(number, signals.handle)
    unraisable = sys.unraisablehook
    if previous:
        sys.unraisablehook = lambda lost: None if signals.passed_over(lost.exc_value) else unraisable(lost)
    try:
        yield
    finally:
        signals.forget()
        sys.unraisablehook = unraisable
        for number, handler in previous.items():
            signal.signal(number, signal.SIG_IGN if is_last else handler)


def _explain(error: Exception) -> int:
    """Says what went wrong; an error that nobody foresaw is a defect of this program and says so."""
    if isinstance(error, BrokenPipeError):
        return _BROKEN_PIPE
    if isinstance(error, Error):
        complain(error.message, error.fix)
    elif isinstance(error, click.ClickException):
        context = getattr(error, "ctx", None)
        path = context.command_path if context is not None else NAME
        complain(" ".join(error.format_message().split()), f"See '{path} --help'.")
    elif isinstance(error, MemoryError):
        complain("There is not enough memory for this.", "End other programs, or split the input.")
    elif isinstance(error, OSError) and error.strerror:
        place = f": {error.filename}" if error.filename else ""
        complain(f"{error.strerror}{place}.", "Check the place and the space that is left there.")
    else:
        complain(
            f"{NAME} failed unexpectedly ({type(error).__name__}).",
            f"Please report this; {_DEBUG}=1 shows where it happened.",
        )
    if os.environ.get(_DEBUG) == "1":
        traceback.print_exception(error)
    return FAILED


def _settle_output() -> None:
    """Flushes standard output, or sends what it cannot take nowhere, so that the interpreter's own flush is quiet."""
    if sys.stdout is None:
        return
    try:
        sys.stdout.flush()
    except (OSError, ValueError):
        with suppress(OSError, ValueError):
            nowhere = os.open(os.devnull, os.O_WRONLY)
            os.dup2(nowhere, sys.stdout.fileno())
            os.close(nowhere)
