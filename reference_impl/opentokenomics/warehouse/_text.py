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


def listed(items: Iterable[str | tuple[str, str]], indent: int = 1) -> str:
    """Expressions with commas between them, each on a line of its own; a pair begins with a comment."""
    parts = list(items)
    written: list[str] = []
    for number, each in enumerate(parts):
        note, item = each if isinstance(each, tuple) else ("", each)
        written += comment(note, indent)
        written.append(_STEP * indent + item + ("," if number < len(parts) - 1 else ""))
    return "\n".join(written)


def part(name: str, body: str, note: str = "", how: str = "") -> str:
    """A named part of the query, and a word on how the engine is to treat it."""
    opening = f"{name} AS {how} (" if how else f"{name} AS ("
    written = [opening, *comment(note, 1)]
    for line in body.split("\n"):
        written += _folded(_STEP + line)
    return "\n".join([*written, ")"])


def all_of(conditions: Iterable[str]) -> list[str]:
    """The conditions that say something, or TRUE."""
    return [each for each in conditions if each != "TRUE"] or ["TRUE"]


def where(conditions: Iterable[str]) -> str:
    """A WHERE of several conditions, in a nested query."""
    return f"{_STEP}WHERE {' AND '.join(all_of(conditions))}"


def _folded(line: str) -> Iterator[str]:
    """A line on as many lines as it needs; those after the first are indented further."""
    if len(line) <= _WIDTH or line.lstrip().startswith("--"):
        yield line
        return
    lead = line[: len(line) - len(line.lstrip())]
    folded = ""
    for word in _WORDS.findall(line):
        if folded and len(folded) + 1 + len(word) > _WIDTH:
            yield folded
            folded = f"{lead}{_STEP}{_STEP}{word}"
        else:
            folded = f"{folded} {word}" if folded else lead + word
    yield folded
