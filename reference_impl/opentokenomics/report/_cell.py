"""Text from untrusted input, for Markdown that is posted where links, pictures and mentions come alive."""

from __future__ import annotations

import re

from opentokenomics.report._visible import visible

_LIVE = re.compile(r"[@#<>\[\]\\&$`*~|!]|://|www\.|\b_|_\b|^[-+=]+$|\bGH-")
_PUNCTUATION = re.compile(r"[^\w\s,()-]|_", re.ASCII)


def cell(text: str) -> str:
    """Text for a cell of a table or an item of a list, which it cannot leave and in which nothing of it is markup.

    What could be more than text is shown as code, with its punctuation as character references: a table ends its cells
    at a pipe even inside of a code span.
    """
    shown = visible(text)
    if not _LIVE.search(shown):
        return shown
    return f"<code>{_PUNCTUATION.sub(_reference, shown)}</code>"


def _reference(match: re.Match[str]) -> str:
    return f"&#{ord(match[0])};"
