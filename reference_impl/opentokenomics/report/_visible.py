"""Text from untrusted input, made safe to show."""

from __future__ import annotations

import json
import re

ELLIPSIS = "…"
_SUSPECT = re.compile(r"[^\n\x20-\x7e]")


def visible(text: str, limit: int | None = None) -> str:
    r"""The text with everything that a terminal would obey or hide written as an escape such as ``\x1b``.

    Control characters, escape sequences, marks that reverse the direction of text, invisible and unassigned code
    points, unpaired surrogates, and every space but the plain one lose their effect. A text that is longer than
    ``limit`` characters is cut and ends in an ellipsis.
    """
    shown = text if text.isprintable() else "".join(_escape(character) for character in text)
    if limit is not None and len(shown) > limit:
        return shown[: limit - len(ELLIPSIS)] + ELLIPSIS
    return shown


def visible_json(value: object) -> str:
    r"""Indented JSON for people and programs, with a line break at its end.

    What :func:`visible` escapes is an escape of JSON such as ``\u009b`` here, so that a terminal obeys nothing of it,
    and whoever reads the JSON gets the text as it was.
    """
    text = json.dumps(value, indent=2, ensure_ascii=False)
    return _SUSPECT.sub(_json_escape, text) + "\n"


def _json_escape(found: re.Match[str]) -> str:
    character = found[0]
    return character if character.isprintable() else json.dumps(character)[1:-1]


def _escape(character: str) -> str:
    if character.isprintable():
        return character
    code = ord(character)
    if code <= 0xFF:  # noqa: PLR2004 - the widest code that two hexadecimal digits write
        return f"\\x{code:02x}"
    if code <= 0xFFFF:  # noqa: PLR2004 - four digits
        return f"\\u{code:04x}"
    return f"\\U{code:08x}"
