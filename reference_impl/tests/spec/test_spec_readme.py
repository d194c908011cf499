"""What the README tells its reader to type does what it says."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest


@pytest.fixture
def place(root: Path, tmp_path: Path) -> Path:
    """A folder with the examples that the commands name."""
    shutil.copytree(root / "examples", tmp_path / "examples")
    return tmp_path


def test_commands_and_python_run_as_written(root: Path, place: Path) -> None:
    readme = (root / "README.md").read_text("utf-8")
    section = readme.split("## Use it")[1].split("\n## ")[0]
    shell, python = (
        re.search(r"```sh\n(.*?)```", section, re.DOTALL),
        re.search(r"```python\n(.*?)```", section, re.DOTALL),
    )
    assert shell
    assert python
    commands = [line for line in shell[1].splitlines() if line.startswith("opentokenomics ")]
    assert len(commands) >= 3
    for command in commands:
        words = [sys.executable, "-m", *command.split()]
        done = subprocess.run(words, cwd=place, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
    done = subprocess.run([sys.executable, "-c", python[1]], cwd=place, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    first, second = done.stdout.splitlines()
    assert first.startswith("True ")
    assert "OTS-GEN-008" in second


def test_the_package_says_no_more_than_it_has(root: Path) -> None:
    readme = (root / "README.md").read_text("utf-8")
    listed = set(re.findall(r"^\| `([a-z-]+)` \|", readme, re.MULTILINE))
    command = [sys.executable, "-m", "opentokenomics", "--help"]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    commands = done.stdout.split("Commands:")[1].split("\n\n")[0]
    assert listed == set(re.findall(r"^  ([a-z-]+) ", commands, re.MULTILINE))


def test_whatever_is_optional_is_named(root: Path) -> None:
    extras = tomllib.loads((root / "pyproject.toml").read_text("utf-8"))["project"]["optional-dependencies"]
    named = set(re.findall(r"'\.\[([a-z]+)\]'", (root / "README.md").read_text("utf-8")))
    of_developers = {"browser", "dev", "docs"}
    assert named == extras.keys() - of_developers - {"spark"}
