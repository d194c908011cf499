"""Fills the generated blocks of ``spec/*.md``; ``--check`` only says whether they are current.

A block begins with ``<!-- generated: NAME WORD... -->`` and ends with ``<!-- end -->``; what stands between is written
by the function of that name in ``spec_blocks``.
"""

from __future__ import annotations

import argparse
import re
import sys
from collections.abc import Iterator
from pathlib import Path

from spec_blocks import BLOCKS, SPEC, expand

CHAPTERS = (
    "overview",
    "terms",
    "encoding",
    "usage",
    "tokens",
    "cost",
    "price",
    "plan",
    "outcome_definition",
    "outcome",
    "evaluation",
    "statement",
    "manifest",
    "metrics",
    "rules",
    "extensions",
    "versioning",
    "relation",
)
"""The chapters in reading order."""

BLOCK = re.compile(r"<!-- generated: (?P<words>[^\n]+?) -->\n(?P<body>.*?)<!-- end -->", re.DOTALL)


def chapter_file(chapter: str) -> Path:
    """The source file of a chapter."""
    return SPEC / f"{chapter}.md"


def render(text: str) -> str:
    """A chapter with its blocks filled anew."""

    def filled(match: re.Match[str]) -> str:
        name, *words = match["words"].split()
        if name not in BLOCKS:
            message = f"there is no generated block {name!r}; there are {', '.join(BLOCKS)}"
            raise SystemExit(message)
        return f"<!-- generated: {match['words']} -->\n\n{BLOCKS[name](words)}\n\n<!-- end -->"

    return BLOCK.sub(filled, text)


def hand_written(text: str) -> str:
    """A chapter without its generated blocks."""
    return BLOCK.sub("", text)


def blocks(text: str) -> Iterator[list[str]]:
    """The words of each marker of a chapter."""
    return (match["words"].split() for match in BLOCK.finditer(text))


def placed() -> dict[str, list[str]]:
    """Requirement identifiers with the chapters that state them."""
    found: dict[str, list[str]] = {}
    for chapter in CHAPTERS:
        for name, *words in blocks(chapter_file(chapter).read_text("utf-8")):
            for identifier in expand(words) if name == "requirements" else ():
                found.setdefault(identifier, []).append(chapter)
    return found


def main() -> int:
    """Writes the chapters, or compares them; returns the exit code."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="write nothing; exit 1 when a chapter is out of date")
    arguments = parser.parse_args()
    stale = []
    for chapter in CHAPTERS:
        file = chapter_file(chapter)
        current = file.read_text("utf-8")
        text = render(current)
        if text != current:
            stale.append(f"spec/{file.name}")
            if not arguments.check:
                file.write_text(text, "utf-8")
    if arguments.check and stale:
        print(f"{', '.join(stale)} out of date: run python tools/spec_tables.py", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
