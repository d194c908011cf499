"""Every path of the site works as its reader would walk it: each command is run, and each file is written, in order."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

PAGES = {
    "vendors": ("check", "publish"),
    "tool-builders": ("models", "conformance"),
    "finops": ("collect", "reconcile", "worth"),
    "editors": ("rule", "examples"),
}
OF_A_CHECKOUT = (
    "spec",
    "schemas",
    "tools",
    "docs",
    "reference_impl/opentokenomics",
    "conformance/opentokenomics_conformance",
)
FENCE = re.compile(r'^```(\w+)(?: title="([^"]+)")?\n(.*?)^```$', re.MULTILINE | re.DOTALL)
EXPECTED = re.compile(r"  # exit code ([0-9]+)$")
SET_UP = (". .venv/bin/activate",)
"""What prepares a machine, and has happened where tests run."""


class Block(NamedTuple):
    """What a page shows to be typed, or to be put into a file."""

    language: str
    file: str
    text: str


def blocks(page: Path) -> Iterator[Block]:
    """The blocks of a page that do something, in order."""
    for language, file, text in FENCE.findall(page.read_text("utf-8")):
        if language == "sh" or file:
            yield Block(language, file, text)


@pytest.fixture(scope="session")
def commands(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder in which the words that pages type lead to this Python and this package."""
    folder = tmp_path_factory.mktemp("bin")
    for name, words in (("python", ""), ("opentokenomics", " -m opentokenomics")):
        script = folder / name
        script.write_text(f'#!/bin/sh\nexec "{sys.executable}"{words} "$@"\n', "utf-8")
        script.chmod(0o755)
    return folder


def place(name: str, root: Path, folder: Path) -> None:
    """Puts into a folder what the reader of a path has before beginning."""
    if name != "editors":
        shutil.copytree(root / "examples", folder / "examples")
        return
    for part in OF_A_CHECKOUT:
        shutil.copytree(root / part, folder / part, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copytree(root / "conformance" / "vectors", folder / "conformance" / "vectors")
    shutil.copytree(root / "conformance" / "protocol", folder / "conformance" / "protocol")


def run(line: str, folder: Path, environment: dict[str, str]) -> None:
    """Runs one line as a shell does, and holds it to the exit code that the page states."""
    stated = EXPECTED.search(line)
    done = subprocess.run(
        ["/bin/sh", "-c", line], cwd=folder, env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == (int(stated[1]) if stated else 0), f"{line}\n{done.stdout[-2000:]}{done.stderr[-2000:]}"


@pytest.mark.skipif(shutil.which("sh") is None, reason="the pages are written for a shell")
@pytest.mark.parametrize("name", PAGES)
def test_a_path_can_be_walked(name: str, root: Path, commands: Path, tmp_path: Path) -> None:
    place(name, root, tmp_path)
    environment = {**os.environ, "PATH": f"{commands}{os.pathsep}{os.environ['PATH']}"}
    if name == "editors":
        own = [str(tmp_path / "reference_impl"), str(tmp_path / "conformance"), environment.get("PYTHONPATH", "")]
        environment["PYTHONPATH"] = os.pathsep.join(own)
    extras = tomllib.loads((root / "pyproject.toml").read_text("utf-8"))["project"]["optional-dependencies"]
    ran = 0
    for page in PAGES[name]:
        for block in blocks(root / "docs" / "paths" / name / f"{page}.md"):
            if block.file:
                with (tmp_path / block.file).open("a", encoding="utf-8") as file:
                    file.write(block.text)
                continue
            for line in block.text.splitlines():
                if installed := re.fullmatch(r"pip install '?[.](?:\[(\w+)\])?'?", line):
                    assert installed[1] is None or installed[1] in extras
                elif line not in SET_UP:
                    run(line, tmp_path, environment)
                    ran += 1
    assert ran >= 4


def test_every_page_of_a_path_is_walked(root: Path) -> None:
    folder = root / "docs" / "paths"
    found = {file.relative_to(folder).with_suffix("").as_posix() for file in folder.rglob("*.md")}
    walked = {f"{name}/{page}" for name, pages in PAGES.items() for page in (*pages, "index")}
    assert found == {*walked, "index"}
    for name, pages in PAGES.items():
        listed = re.findall(r"\]\(([a-z]+)[.]md\)", (folder / name / "index.md").read_text("utf-8"))
        assert tuple(dict.fromkeys(listed)) == pages
