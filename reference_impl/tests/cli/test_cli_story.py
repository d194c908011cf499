"""The worked story: its commands run as its page says, and its files are what the script makes."""

from __future__ import annotations

import json
import shlex
import shutil
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from checkout import CHECKOUT
from fixtures import Invoke

STORY = CHECKOUT / "examples" / "story"

pytestmark = pytest.mark.skipif(not STORY.is_dir(), reason="needs the examples of a checkout")


def commands() -> list[str]:
    lines = (STORY / "README.md").read_text("utf-8").splitlines() if STORY.is_dir() else []
    return [line.removeprefix("opentokenomics ") for line in lines if line.startswith("opentokenomics ")]


def about(command: str) -> str:
    """What tells a command of the page from the others."""
    return " ".join(shlex.split(command)[:2])


@pytest.mark.parametrize("command", commands(), ids=about)
def test_commands_of_the_page_run_as_written(
    command: str, invoke: Invoke, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.copytree(STORY, tmp_path / "story")
    monkeypatch.chdir(tmp_path / "story")
    code, out, err = invoke(*shlex.split(command))
    assert code == (1 if "tampered" in command else 0), out + err
    if command.startswith("verify"):
        statements = Path(shlex.split(command)[1]).read_text("utf-8").splitlines()
        verdict = "refuted" if "tampered" in command else "confirmed"
        names = [json.loads(line)["statement_id"] for line in statements]
        assert [line for line in out.splitlines() if line[0] != " "] == [f"{verdict}: {name}" for name in names]


def test_only_the_inputs_of_the_tampered_statement_refute_it(invoke: Invoke) -> None:
    statement, inputs = STORY / "tampered" / "statement.jsonl", (STORY / "claims").glob("[ou]*")
    definitions = STORY / "claims" / "outcome_definition.jsonl"
    code, out, _ = invoke("validate", statement, definitions, "--profile", "metering")
    assert code == 0, out
    code, out, _ = invoke("validate", statement, *inputs, "--profile", "intelligence")
    assert (code, "OTS-STM-030" in out) == (1, True)


def test_the_story_is_current(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.syspath_prepend(CHECKOUT / "tools")
    monkeypatch.setattr(sys, "argv", ["story.py", "--check"])
    import story

    assert story.main() == 0, capsys.readouterr().err


def test_the_claims_that_the_story_makes() -> None:
    def values(part: str, metric: str, key: Callable[[dict[str, str]], str]) -> dict[str, float]:
        rows = [json.loads(line) for line in (STORY / part / "statement.jsonl").read_text("utf-8").splitlines()]
        return {key(row): float(row["value"]) for row in rows if row["metric"] == metric}

    ratios = values("claims", "baseline_ratio", lambda row: str(row.get("scope")))
    assert ratios["None"] < 1 < ratios["{'tags.document': 'exception'}"]
    costs = values("agents", "cost_of_pass", lambda row: row["scaffold"])
    same = {name: round(costs[name], 2) for name in ("terse agent", "planning agent", "debating agents")}
    assert same == {"terse agent": 14.4, "planning agent": 59.26, "debating agents": 66.28}
