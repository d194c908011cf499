"""The pattern dialect of MATCHES, read by a small parser of its own.

Regular expression engines agree only on a core. What they read differently, this dialect does not have.
"""

from __future__ import annotations

import re

from opentokenomics.rules._errors import PredicateError

MAXIMUM_LENGTH = 1_000
MAXIMUM_SIZE = 1_000
MAXIMUM_NESTING = 20

_SPECIAL = frozenset(".^$\\[](){}?*+|")
_NOT_IN_CLASS = frozenset("[]\\^")
_REPEATS = frozenset("?*+{")
_COUNT = re.compile(r"\{([0-9]{1,4})(?:,([0-9]{1,4})?)?\}")
_ALLOWED = (
    "A pattern is made of printable ASCII characters, classes such as [A-Z0-9_.] without ^ [ ] \\, groups (?:...), | "
    "and the repeats ? * + {m} {m,} {m,n}; it speaks of the whole text."
)


def check_pattern(pattern: str) -> None:
    """Accepts a pattern of the dialect.

    Raises:
        PredicateError: the pattern is outside the dialect.
    """
    reader = _Reader(pattern)
    if len(pattern) > MAXIMUM_LENGTH:
        raise reader.refusal(f"is longer than {MAXIMUM_LENGTH:,} characters")
    reader.alternatives(depth=0)
    if not reader.at_end:
        raise reader.refusal("has an unmatched )")


class _Reader:
    """Recursive descent; each method moves past what it reads.

    Those that read what can be repeated return its size: how many characters and classes it has with every count
    written out. Engines limit that size.
    """

    def __init__(self, pattern: str) -> None:
        self.pattern = pattern
        self.position = 0

    @property
    def at_end(self) -> bool:
        return self.position >= len(self.pattern)

    def next_is(self, start: str) -> bool:
        return self.pattern.startswith(start, self.position)

    def next_in(self, characters: str | frozenset[str]) -> bool:
        return not self.at_end and self.pattern[self.position] in characters

    def refusal(self, why: str) -> PredicateError:
        shown = self.pattern if len(self.pattern) <= 80 else self.pattern[:80] + "..."  # noqa: PLR2004
        return PredicateError(f"The pattern {shown!r} {why}, at character {self.position + 1}.", _ALLOWED)

    def alternatives(self, depth: int) -> int:
        if depth > MAXIMUM_NESTING:
            raise self.refusal(f"nests groups more than {MAXIMUM_NESTING} deep")
        size = self.sequence(depth)
        while self.next_is("|"):
            self.position += 1
            size += self.sequence(depth)
        return size

    def sequence(self, depth: int) -> int:
        size = 0
        while not self.at_end and not self.next_in("|)"):
            size += self.piece(depth)
            if size > MAXIMUM_SIZE:
                raise self.refusal(f"has more than {MAXIMUM_SIZE:,} characters with its counts written out")
        if size == 0:
            raise self.refusal("has an empty alternative")
        return size

    def piece(self, depth: int) -> int:
        size = 1
        if self.next_is("(?:"):
            self.position += 3
            size = self.alternatives(depth + 1)
            if not self.next_is(")"):
                raise self.refusal("has an unclosed group")
            self.position += 1
        elif self.next_is("["):
            self.character_class()
        else:
            self.literal(_SPECIAL)
        if self.next_in(_REPEATS):
            size *= self.repeat()
        return size

    def literal(self, special: frozenset[str]) -> str:
        character = self.pattern[self.position]
        if character in special or not " " <= character <= "~":
            raise self.refusal(f"uses {character!r}")
        self.position += 1
        return character

    def character_class(self) -> None:
        self.position += 1
        members: set[str] = set()
        while not self.next_is("]"):
            more = self.class_range(first=not members)
            if members & more:
                raise self.refusal("names a character twice in one class")
            members |= more
        if not members:
            raise self.refusal("has an empty class")
        self.position += 1

    def class_range(self, *, first: bool) -> set[str]:
        if self.at_end:
            raise self.refusal("has an unclosed class")
        low = high = self.literal(_NOT_IN_CLASS)
        if low == "-" and not first and not self.next_is("]"):
            raise self.refusal("has a - inside a class; it stands first or last")
        if self.next_is("-") and not self.next_is("-]"):
            self.position += 1
            if self.at_end:
                raise self.refusal("has an unclosed class")
            high = self.literal(_NOT_IN_CLASS)
            if "-" in {low, high} or low >= high:
                raise self.refusal("has a range that does not run upwards")
        return {chr(code) for code in range(ord(low), ord(high) + 1)}

    def repeat(self) -> int:
        if not self.next_is("{"):
            self.position += 1
            return 1
        count = _COUNT.match(self.pattern, self.position)
        if count is None:
            raise self.refusal("has a count that is not {m}, {m,} or {m,n}")
        low, high = int(count[1]), int(count[2] or count[1])
        if low > high or high == 0:
            raise self.refusal("has a count that runs downwards or is zero")
        self.position = count.end()
        return high
