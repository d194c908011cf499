"""What a command says to the person at the terminal, on standard error."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable
from contextlib import suppress

import click

from opentokenomics.report import visible


def say(message: str) -> None:
    """Shows one line of information; nothing that comes from an input acts on the terminal."""
    _write(visible(message))


def warn(sentences: Iterable[str]) -> None:
    """Shows what is to be known of a result that is there, each sentence once."""
    for sentence in dict.fromkeys(sentences):
        say(f"warning: {sentence}")


def complain(message: str, fix: str) -> None:
    """Shows what went wrong and what to do about it."""
    mark = "Error:"
    if has_color(sys.stderr):
        mark = click.style(mark, fg="red", bold=True)
    _write(f"{mark} {visible(message)}")
    if fix:
        _write(f"  {visible(fix)}")


def has_color(stream: object) -> bool:
    """Whether a stream is a terminal whose owner has not turned colours off."""
    is_terminal = getattr(stream, "isatty", None)
    return bool(
        is_terminal is not None
        and is_terminal()
        and not os.environ.get("NO_COLOR")
        and os.environ.get("TERM") not in {"dumb", "unknown"}
    )


def _write(line: str) -> None:
    if sys.stderr is None:
        return
    encoding = getattr(sys.stderr, "encoding", None) or "utf-8"
    with suppress(OSError, ValueError):  # nobody is left to be told
        sys.stderr.write(line.encode(encoding, "backslashreplace").decode(encoding) + "\n")
        sys.stderr.flush()
