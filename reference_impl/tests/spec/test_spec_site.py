"""What the pages of the site tell readers to run, runs."""

from __future__ import annotations

import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

RUN = "import sys; from opentokenomics.cli import main; sys.exit(main())"
LINK = re.compile(r"\]\((?![a-z]+:|#)([^()\s#]+)[^()\s]*\)")
COMMAND = re.compile(r"^opentokenomics .+$", re.MULTILINE)


def test_every_link_of_the_documentation_leads_to_something_of_the_checkout(root: Path) -> None:
    """Readers of the repository have no page that only the site has."""
    pages = [*root.glob("*.md"), *root.glob("docs/**/*.md")]
    links = [(page, to) for page in pages for to in LINK.findall(page.read_text("utf-8"))]
    assert len(links) > 100
    assert not [(page.name, to) for page, to in links if not (page.parent / to).exists()]


def test_the_commands_of_the_landing_page_work(root: Path, tmp_path: Path) -> None:
    commands = COMMAND.findall((root / "docs" / "index.md").read_text("utf-8"))
    assert len(commands) == 2
    shutil.copytree(root / "spec" / "examples", tmp_path / "spec" / "examples")
    for command in commands:
        words = [sys.executable, "-c", RUN, *shlex.split(command)[1:]]
        done = subprocess.run(words, cwd=tmp_path, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout + done.stderr
