"""The hooks of pre-commit, installed by pre-commit from this repository and run by Git."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml
from checkout import CHECKOUT
from records import dataset, json_lines

HOOKS = CHECKOUT / ".pre-commit-hooks.yaml"
if not (CHECKOUT / ".git").exists():
    pytest.skip("needs a clone of the repository", allow_module_level=True)

GOOD = json_lines(dataset())
BAD = json_lines([{**dataset()[0], "charge_category": "gift"}, *dataset()[1:]])


def _hooks() -> dict[str, dict[str, Any]]:
    return {each["id"]: each for each in yaml.safe_load(HOOKS.read_text("utf-8"))}


@pytest.mark.parametrize(
    ("name", "is_meant"),
    [
        ("usage.jsonl", True),
        ("exports/usage.2026-08.csv.gz", True),
        ("a/outcome_definition.csv", True),
        ("price.parquet", True),
        ("usage.py", False),
        ("src/my_usage.jsonl", False),
        ("usage/notes.csv.txt", False),
        ("usage.jsonl.bak", False),
        ("usages.csv", False),
    ],
)
def test_files_are_those_that_are_called_like_a_dataset(name: str, is_meant: bool) -> None:  # noqa: FBT001
    assert bool(re.search(_hooks()["opentokenomics"]["files"], name)) == is_meant


class TestInARepository:
    """A commit of a conformant export is made, that of another one is not."""

    @pytest.fixture
    def project(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
        project = tmp_path / "project"
        project.mkdir()
        monkeypatch.chdir(project)
        # Neither the user's settings nor an editable install of this package may help.
        for name in [each for each in os.environ if each.startswith(("GIT_", "PYTHON"))]:
            monkeypatch.delenv(name)
        monkeypatch.setenv("PRE_COMMIT_HOME", str(tmp_path / "home"))
        monkeypatch.setenv("GIT_CONFIG_GLOBAL", os.devnull)
        for name, value in (("NAME", "Ada"), ("EMAIL", "ada@example.com")):
            monkeypatch.setenv(f"GIT_AUTHOR_{name}", value)
            monkeypatch.setenv(f"GIT_COMMITTER_{name}", value)
        return project

    def test_what_is_committed_conforms(self, project: Path) -> None:
        here = ["git", "-c", "safe.directory=*", "-C", str(CHECKOUT)]
        revision = subprocess.run([*here, "rev-parse", "HEAD"], capture_output=True, text=True, check=True)
        hooks = [
            {"id": "opentokenomics", "args": ["--profile=metering", "--"]},
            {"id": "opentokenomics-folders", "args": ["exports"], "files": "^exports/"},
        ]
        repository = {"repo": CHECKOUT.as_uri(), "rev": revision.stdout.strip(), "hooks": hooks}
        (project / ".pre-commit-config.yaml").write_text(yaml.safe_dump({"repos": [repository]}))
        assert self._run("git", "init", "--quiet")[0] == 0
        assert self._run(sys.executable, "-m", "pre_commit", "install")[0] == 0

        (project / "usage.jsonl").write_bytes(GOOD)
        (project / "notes.jsonl").write_bytes(b"not a record\n")
        assert self._commit("A conformant export") == (0, True, True)
        (project / "usage.jsonl").write_bytes(BAD)
        assert self._commit("A defective one") == (1, False, True)
        (project / "usage.jsonl").write_bytes(GOOD)
        (project / "exports").mkdir()
        (project / "exports" / "month.jsonl").write_bytes(BAD)
        assert self._commit("A folder with a defective one") == (1, True, False)
        (project / "exports" / "month.jsonl").write_bytes(GOOD)
        assert self._commit("A folder with a conformant one") == (0, True, True)

    def _commit(self, message: str) -> tuple[int, bool, bool]:
        """The exit code of the commit, and whether each hook passed or had nothing to do."""
        assert self._run("git", "add", "--all")[0] == 0
        code, text = self._run("git", "commit", "--quiet", "--message", message)
        ends = re.findall(r"^(Open Tokenomics[^.]*)[.]+(?:\(.*\))?(Passed|Failed|Skipped)$", text, re.MULTILINE)
        assert len(ends) == 2, text
        passed = [end != "Failed" for _, end in ends]
        return code, passed[0], passed[1]

    def _run(self, *words: str) -> tuple[int, str]:
        done = subprocess.run(words, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False)
        return done.returncode, done.stdout


def test_the_hooks_are_of_the_form_that_pre_commit_reads() -> None:
    command = [sys.executable, "-m", "pre_commit", "validate-manifest", str(HOOKS)]
    assert subprocess.run(command, check=False).returncode == 0
