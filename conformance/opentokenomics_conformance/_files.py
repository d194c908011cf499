"""Text files that users name, read or refused in a sentence."""

from __future__ import annotations

from pathlib import Path

from opentokenomics.errors import InputError


def text_of(path: Path, code: str, fix: str) -> str:
    """The text of a file.

    Raises:
        InputError: It cannot be read, or is no UTF-8.
    """
    try:
        return path.read_text("utf-8")
    except UnicodeDecodeError:
        reason = "it is no text in UTF-8"
    except OSError as error:
        reason = error.strerror or "the system refuses it"
    except ValueError:
        reason = "no file has such a name"
    raise InputError(code, f"{path} cannot be read: {reason}.", fix)
