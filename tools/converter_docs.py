"""Writes what each source of the converters says of itself into docs/convert.md; ``--check`` only compares."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from opentokenomics.convert import Source, sources

TARGET = Path(__file__).parents[1] / "docs" / "convert.md"
BEGIN, END = "<!-- generated: sources -->\n", "<!-- end -->"


def described(source: Source) -> str:
    """The section of one source."""
    parts = [
        f"### {source.name}",
        f"{source.title}.",
        "Its records tell apart:",
        "\n".join(f"- {point}" for point in source.distinguishes),
        "Known limits:",
        "\n".join(f"- {point}" for point in source.limits),
    ]
    return "\n\n".join(parts)


def block() -> str:
    """The table of all sources and a section for each."""
    rows = [
        f"| [`{each.name}`](#{each.name}) | {each.title} | {each.grade} | {', '.join(each.formats)} | {each.profile} |"
        for each in sources()
    ]
    table = ["| Source | What it is | Known from | Formats | Profile |", "| --- | --- | --- | --- | --- |", *rows]
    return "\n".join(table) + "\n\n" + "\n\n".join(described(each) for each in sources()) + "\n\n"


def main() -> int:
    """Writes the page, or compares it; returns the exit code."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="write nothing; exit 1 when the page is out of date")
    arguments = parser.parse_args()
    page = TARGET.read_text("utf-8")
    before, _, rest = page.partition(BEGIN)
    _, _, after = rest.partition(END)
    current = f"{before}{BEGIN}\n{block()}{END}{after}"
    if arguments.check:
        if page != current:
            print("docs/convert.md is out of date: run python tools/converter_docs.py", file=sys.stderr)
        return 0 if page == current else 1
    TARGET.write_text(current, "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
