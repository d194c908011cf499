"""The errors that this project raises on purpose."""

from __future__ import annotations


class Error(Exception):
    """The base of them all: what went wrong in one sentence, and what to do about it in another.

    Attributes:
        code: Stable identifier of the problem in ``snake_case``; programs may rely on it, on the text they may not.
        message: One sentence that says what is wrong and where.
        fix: One sentence that says what to do.
    """

    def __init__(self, code: str, message: str, fix: str) -> None:
        super().__init__(code, message, fix)
        self.code = code
        self.message = message
        self.fix = fix

    def __str__(self) -> str:
        return f"{self.message} {self.fix}".rstrip()


class InputError(Error):
    """An input cannot be read at all, so that nothing can be said about its content."""


class OutputError(Error):
    """A result cannot be written to where it should go."""


class ResourceError(Error):
    """The machine has no room for the work: in its memory, or in its folder for temporary files."""


class UnsupportedError(Error):
    """What was asked for does not exist, or not in this version of the package."""
