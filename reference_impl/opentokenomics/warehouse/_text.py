"""How a query is laid out for people: named parts, indented lists, comments, lines of bearable length."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from textwrap import wrap as wrap_text

_WIDTH = 116
_STEP = "  "
_WORDS = re.compile(
    r"""
    (?: '(?:[^'\\]|\\.|'')*' | "(?:[^"]|"")*" | `(?:[^`\\]|\\.|``)*` | [^\s'"`] )+
    """,
    re.VERBOSE | re.DOTALL,
)
"""What no line break may come into: texts and names with what touches them."""


def comment(text: str, indent: int = 0) -> Iterator[str]:
    """Lines of comment; no character of the text can end one."""
    lead = _STEP * indent + "-- "
    for line in wrap_text(" ".join(text.split()), _WIDTH - len(lead), break_long_words=False, break_on_hyphens=False):
        yield lead + line


def lines(expression: str, indent: int = 0) -> Iterator[str]:
    """An expression on as many lines as it needs; those after the first are indented further."""
    line = ""
    lead = _STEP * indent
    for word in _WORDS.findall(expression):
        if line and len(line) + 1 + len(word) > _WIDTH:
            yield line
            lead, line = _STEP * (indent + 2), ""
        line = f"{line} {word}" if line else lead + word
    yield line


def listed(items: Iterable[str | tuple[str, str]], indent: int = 1) -> str:
    """Expressions with commas between them, each on lines of its own; a pair begins with a comment."""
    parts = list(items)
    written: list[str] = []
    for number, part in enumerate(parts):
        note, item = part if isinstance(part, tuple) else ("", part)
        written += comment(note, indent)
        written += lines(item + ("," if number < len(parts) - 1 else ""), indent)
    return "\n".join(written)


def part(name: str, body: str, note: str = "", how: str = "") -> str:
    """A named part of the query, and a word on how the engine is to treat it."""
    inner = "\n".join([*comment(note), body])
    indented = "\n".join(_STEP + line if line else line for line in inner.split("\n"))
    return f"{name} AS {how}{' ' if how else ''}(\n{indented}\n)"


def all_of(conditions: Iterable[str]) -> list[str]:
    """The conditions that say something, or TRUE."""
    return [each for each in conditions if each != "TRUE"] or ["TRUE"]


def where(conditions: Iterable[str]) -> str:
    """A WHERE of several conditions."""
    return "\n".join(lines(f"WHERE {' AND '.join(all_of(conditions))}", 1))
