"""Draws the README's picture of a report from a real run; ``--check`` only says whether it is current."""

from __future__ import annotations

import argparse
import os
import re
import sys
from contextlib import chdir
from io import StringIO
from pathlib import Path

from rich._export_format import CONSOLE_SVG_FORMAT
from rich.console import Console
from rich.text import Text

from opentokenomics import validate
from opentokenomics.report import Look, render

ROOT = Path(__file__).parents[1]
TARGET = ROOT / "docs" / "assets" / "report.svg"
EXAMPLE = "examples/cached-tokens-twice.jsonl"
WIDTH = 100


def draw() -> str:
    """The picture as SVG text."""
    # What the terminal of whoever runs this can show is beside the point.
    os.environ["TERM"] = "xterm-256color"
    # The name of the file takes part in the layout, so that of this checkout must not.
    with chdir(ROOT):
        report = validate(EXAMPLE, profile="cost")
    text = render(report, "text", look=Look(width=WIDTH, color=True))
    console = Console(file=StringIO(), record=True, width=WIDTH, force_terminal=True, highlight=False)
    console.print(Text.from_ansi(text))
    # The picture loads nothing from another host; the reader's own monospace font serves.
    form = re.sub(r"@font-face \{\{.*?\}\}\s*", "", CONSOLE_SVG_FORMAT, flags=re.DOTALL)
    title = f"opentokenomics validate {EXAMPLE} --profile cost"
    return console.export_svg(title=title, unique_id="report", code_format=form)


def main() -> int:
    """Writes the picture, or compares it; returns the exit code."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="write nothing; exit 1 when the picture is out of date")
    arguments = parser.parse_args()
    picture = draw()
    if arguments.check:
        current = TARGET.exists() and TARGET.read_text("utf-8") == picture
        if not current:
            print("docs/assets/report.svg is out of date: run python tools/report_picture.py", file=sys.stderr)
        return 0 if current else 1
    TARGET.write_text(picture, "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
