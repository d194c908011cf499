"""What the pages on hooks and actions tell their readers to write is what these take."""

from __future__ import annotations

import re
import subprocess
import sys
import textwrap
from pathlib import Path
from typing import Any

import pytest
import yaml
from checkout import CHECKOUT

from opentokenomics.standard import load

PAGES = CHECKOUT / "docs" / "workflows"
if not PAGES.exists():
    pytest.skip("needs a checkout", allow_module_level=True)


def blocks(page: str, language: str) -> list[str]:
    """The examples of a page."""
    found = re.findall(rf"```{language}\n(.*?)```", (PAGES / page).read_text("utf-8"), re.DOTALL)
    return [textwrap.dedent(each) for each in found]


class TestGitHub:
    """The page on the action."""

    @pytest.fixture
    def action(self) -> dict[str, Any]:
        action: dict[str, Any] = yaml.safe_load((CHECKOUT / "action.yml").read_text("utf-8"))
        return action

    def test_its_workflow_is_one(self, action: dict[str, Any], tmp_path: Path) -> None:
        file = tmp_path / "tokenomics.yml"
        whole, badge = blocks("github.md", "yaml")
        file.write_text(whole + textwrap.indent(badge, " " * 6))
        command = [sys.executable, "-m", "check_jsonschema", "--builtin-schema", "vendor.github-workflows"]
        done = subprocess.run([*command, str(file)], capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout
        _, step, _ = yaml.safe_load(file.read_text())["jobs"]["exports"]["steps"]
        assert step["with"].keys() <= action["inputs"].keys()
        # A file that is called like no dataset holds usage.
        *_, named = step["with"]["files"].split()
        assert Path(named).name.partition(".")[0] in load().datasets
        outputs = re.findall(rf"steps\.{step['id']}\.outputs\.([a-z-]+)", file.read_text())
        assert {*outputs} <= action["outputs"].keys()

    def test_its_tables_are_those_of_the_action(self, action: dict[str, Any]) -> None:
        rows = re.findall(r"^\| `([a-z-]+)` \|([^|]*)\|", (PAGES / "github.md").read_text("utf-8"), re.MULTILINE)
        listed = {name: said.strip("` ") for name, said in rows}
        inputs = {name: each.get("default", "") for name, each in action["inputs"].items()}
        assert {name: listed.get(name) for name in inputs} == inputs
        assert listed.keys() == inputs.keys() | action["outputs"].keys()

    def test_its_badge_is_published(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        project, origin, reports = (tmp_path / name for name in ("project", "origin", "reports"))
        reports.mkdir()
        (reports / "badge.json").write_text('{"schemaVersion": 1}')
        monkeypatch.setenv("REPORTS", str(reports))
        git = ["git", "-c", "user.name=Ada", "-c", "user.email=ada@example.com", "-C"]
        for words in (
            ["git", "init", "--quiet", "--bare", str(origin)],
            ["git", "clone", "--quiet", str(origin), str(project)],
        ):
            subprocess.run(words, check=True, capture_output=True)
        (project / "usage.jsonl").touch()
        subprocess.run([*git, str(project), "add", "."], check=True)
        subprocess.run([*git, str(project), "commit", "--quiet", "-m", "Export"], check=True)
        script = yaml.safe_load(blocks("github.md", "yaml")[1])[0]["run"]
        for _ in range(2):
            subprocess.run(["/usr/bin/env", "bash", "-ec", script], cwd=project, check=True, capture_output=True)
            subprocess.run([*git, str(project), "switch", "--quiet", "--detach", "HEAD"], check=True)
            subprocess.run([*git, str(project), "branch", "--quiet", "-D", "badges"], check=True)
        shown = subprocess.run(
            [*git, str(origin), "ls-tree", "-r", "--name-only", "badges"], check=True, capture_output=True, text=True
        )
        assert shown.stdout == "tokenomics.json\n"


class TestPreCommit:
    """The page on the hooks."""

    def test_its_hooks_exist(self) -> None:
        known = {each["id"] for each in yaml.safe_load((CHECKOUT / ".pre-commit-hooks.yaml").read_text("utf-8"))}
        whole, *parts = blocks("pre-commit.md", "yaml")
        (repository,) = yaml.safe_load(whole)["repos"]
        named = [each["id"] for each in [*repository["hooks"], *(yaml.safe_load(part)[0] for part in parts)]]
        assert len(named) == 3
        assert {*named} == known

    def test_its_settings_are_of_the_form_that_pre_commit_reads(self, tmp_path: Path) -> None:
        file = tmp_path / ".pre-commit-config.yaml"
        whole, *parts = blocks("pre-commit.md", "yaml")
        file.write_text(whole + "".join(textwrap.indent(part, " " * 6) for part in parts))
        command = [sys.executable, "-m", "pre_commit", "validate-config", str(file)]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout
