"""Reads the words of a predicate before the parser sees them.

The parser understands far more SQL than the standard allows, forgives slips and tidies what it reads. So only known
words in a proper order pass, in a spelling that it cannot mistake: columns quoted, functions under a foreign name.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from opentokenomics.rules._errors import PredicateError
from opentokenomics.rules._functions import NAMES
from opentokenomics.rules._order import FUNCTION, KEYWORDS, OPERAND, WordOrder

if TYPE_CHECKING:
    from collections.abc import Container

FUNCTION_PREFIX = "OTS_"

MAXIMUM_WORDS = 2_000

_WORD = re.compile(
    r"""
      (?P<space>[ \t\r\n]+)
    | (?P<text>'(?:[^']|'')*')
    | (?P<number>[0-9]+(?:[.][0-9]+)?)(?![A-Za-z0-9_.])
    | (?P<name>[A-Za-z_][A-Za-z0-9_]*)
    | (?P<comment>--)
    | (?P<sign><>|<=|>=|[=<>+*(),-])
    """,
    re.VERBOSE,
)
_ALLOWED = (
    "Allowed are columns, 'text', plain decimal numbers, the signs = <> < <= > >= + - * ( ) and comma, the words "
    f"{', '.join(sorted(KEYWORDS))} and the functions {', '.join(NAMES)}."
)


def read_words(text: str, columns: Container[str]) -> str:
    """The predicate in the spelling for the parser.

    Raises:
        PredicateError: a word is unknown or out of place, or the predicate is too long or too deep.
    """
    words: list[str] = []
    order = WordOrder()
    position = 0
    while position < len(text):
        match = _WORD.match(text, position)
        if match is None or match.lastgroup == "comment":
            raise PredicateError(f"{_excerpt(text, position)!r} is outside the portable subset.", _ALLOWED)
        position = match.end()
        word, kind = match.group(), match.lastgroup
        if kind == "space":
            continue
        if kind == "name":
            word, role = _name(word, called=text[position:].lstrip().startswith("("), columns=columns)
        else:
            role = word if kind == "sign" else OPERAND
        if kind == "text":
            _check_text(word)
        order.enter(role)
        words.append(word)
        if len(words) > MAXIMUM_WORDS:
            raise PredicateError("The predicate is too long.", f"It has at most {MAXIMUM_WORDS:,} words and signs.")
    order.finish()
    return " ".join(words)


def _name(word: str, *, called: bool, columns: Container[str]) -> tuple[str, str]:
    """The word as the parser shall see it, and its role in the order of words."""
    upper = word.upper()
    if upper in {"TRUE", "FALSE"}:
        return upper, OPERAND
    if upper in KEYWORDS:
        return upper, upper
    if called and upper in NAMES:
        return FUNCTION_PREFIX + upper, FUNCTION
    if called:
        raise PredicateError(f"{word} is not a function of the portable subset.", _ALLOWED)
    if word in columns:
        return f'"{word}"', OPERAND
    raise PredicateError(f"{word} is neither a column of the dataset nor a word of the portable subset.", _ALLOWED)


def _check_text(word: str) -> None:
    if any(character == "\0" or "\ud800" <= character <= "\udfff" for character in word):
        raise PredicateError(
            "A text literal holds a null character or half of a surrogate pair.",
            "It may hold every other Unicode character.",
        )


def _excerpt(text: str, position: int) -> str:
    return text[position : position + 12].split("\n", maxsplit=1)[0]
