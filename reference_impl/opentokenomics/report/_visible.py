"""Text from untrusted input, made safe to show."""

from __future__ import annotations

ELLIPSIS = "…"


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


def _escape(character: str) -> str:
    if character.isprintable():
        return character
    code = ord(character)
    if code <= 0xFF:  # noqa: PLR2004 - the widest code that two hexadecimal digits write
        return f"\\x{code:02x}"
    if code <= 0xFFFF:  # noqa: PLR2004 - four digits
        return f"\\u{code:04x}"
    return f"\\U{code:08x}"
