"""The order in which the words of a predicate may follow each other.

Two things are checked that a forgiving parser does not insist on: after each word, which words may come next; and
within each pair of parentheses and each CASE, that its parts are complete and that no two comparisons meet.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from opentokenomics.rules._errors import PredicateError

if TYPE_CHECKING:
    from collections.abc import Iterable

OPERAND = "a value"
"""The role of columns, literals, TRUE and FALSE."""

FUNCTION = "a function"

MAXIMUM_NESTING = 30

_COMPARISONS = frozenset({"=", "<>", "<", "<=", ">", ">=", "IS", "IN", "BETWEEN"})
_BOUNDARIES = frozenset({"AND", "OR", "WHEN", "THEN", "ELSE", ","})
_PARTS = {
    "": frozenset[str](),
    "(": frozenset({")"}),
    "CASE": frozenset({"WHEN"}),
    "WHEN": frozenset({"THEN"}),
    "THEN": frozenset({"WHEN", "ELSE", "END"}),
    "ELSE": frozenset({"END"}),
}
"""Which word of its own a level may meet after its latest one."""

_BEFORE, _AFTER = "before a value", "after a value"
_NEXT: dict[str, dict[str, str]] = {
    _BEFORE: {OPERAND: _AFTER, FUNCTION: "call", "(": _BEFORE, "-": _BEFORE, "NOT": _BEFORE, "CASE": "CASE"},
    _AFTER: {
        **dict.fromkeys(["=", "<>", "<", "<=", ">", ">=", "+", "-", "*", ",", "AND", "OR", "BETWEEN"], _BEFORE),
        **dict.fromkeys(["WHEN", "THEN", "ELSE"], _BEFORE),
        **dict.fromkeys([")", "END"], _AFTER),
        "IS": "IS",
        "IN": "call",
        "NOT": "negated",
    },
    "CASE": {"WHEN": _BEFORE},
    "IS": {"NULL": _AFTER, "DISTINCT": "DISTINCT", "NOT": "IS NOT"},
    "IS NOT": {"NULL": _AFTER, "DISTINCT": "DISTINCT"},
    "DISTINCT": {"FROM": _BEFORE},
    "negated": {"IN": "call", "BETWEEN": _BEFORE},
    "call": {"(": _BEFORE},
}

KEYWORDS = frozenset({role for follow in _NEXT.values() for role in follow if role.isupper()} | {"TRUE", "FALSE"})


@dataclass
class _Level:
    """One pair of parentheses or one CASE: its latest part, and what was seen since the latest boundary."""

    part: str
    comparisons: int = 0
    awaits_and: bool = False


class WordOrder:
    """Takes the roles of the words, from the left to the right."""

    def __init__(self) -> None:
        self._state = _BEFORE
        self._levels = [_Level("")]

    def enter(self, role: str) -> None:
        """Moves past one word.

        Raises:
            PredicateError: the word is out of place, or the predicate is nested too deeply.
        """
        follow = _NEXT[self._state]
        if role not in follow:
            raise _misplaced(role, follow)
        self._state = follow[role]
        if role in {"(", "CASE"}:
            self._open(role)
        elif role in {")", "END"}:
            self._close(role)
        elif role in _COMPARISONS:
            self._compare(role)
        elif role in _BOUNDARIES:
            self._separate(role)

    def finish(self) -> None:
        """Stands at the end of the text.

        Raises:
            PredicateError: something is missing.
        """
        if self._state != _AFTER or len(self._levels) > 1 or self._levels[0].awaits_and:
            raise PredicateError("The predicate is not complete.", "Close what is open, and end with a value.")

    def _open(self, role: str) -> None:
        self._levels.append(_Level(role))
        if len(self._levels) > MAXIMUM_NESTING:
            raise PredicateError(
                "The predicate is nested too deeply.", f"Parentheses and CASE go at most {MAXIMUM_NESTING - 1} deep."
            )

    def _close(self, role: str) -> None:
        level = self._levels.pop()
        if level.awaits_and or role not in _PARTS[level.part]:
            raise _misplaced(role, ["AND"] if level.awaits_and else _PARTS[level.part])

    def _compare(self, role: str) -> None:
        """Refuses ``a = b IS NULL``, because SQL dialects disagree on what binds tighter."""
        level = self._levels[-1]
        level.comparisons += 1
        level.awaits_and = role == "BETWEEN"
        if level.comparisons > 1:
            raise PredicateError(
                f"{role} follows another comparison without parentheses.",
                "Write (a IS NULL) = (b IS NULL), with each inner comparison in its own parentheses.",
            )

    def _separate(self, role: str) -> None:
        level = self._levels[-1]
        if level.awaits_and and role == "AND":
            level.awaits_and = False
            return
        if level.awaits_and:
            raise _misplaced(role, ["AND"])
        if role in {"WHEN", "THEN", "ELSE"}:
            if role not in _PARTS[level.part]:
                raise _misplaced(role, _PARTS[level.part])
            level.part = role
        elif role == "," and level.part != "(":
            raise _misplaced(role, ["AND", "OR"])
        level.comparisons = 0


def _misplaced(role: str, follow: Iterable[str]) -> PredicateError:
    return PredicateError(f"{role} is out of place.", f"Here may stand {', '.join(sorted(follow)) or 'nothing'}.")
