"""The page on metrics: each command runs as written, and prints what the page shows."""

from __future__ import annotations

import re
import shlex
import shutil
from pathlib import Path

import pytest
from checkout import CHECKOUT
from fixtures import Invoke

PAGE = CHECKOUT / "docs" / "metrics.md"
STORY = CHECKOUT / "examples" / "story"
BLOCK = re.compile(r"^```(text)?\n(.*?)^```$", re.DOTALL | re.MULTILINE)


@pytest.mark.skipif(not (PAGE.is_file() and STORY.is_dir()), reason="needs a checkout")
def test_commands_run_as_written_and_print_what_is_shown(
    invoke: Invoke, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip("matplotlib", reason="needs the metrics extra")
    shutil.copytree(STORY, tmp_path / "story")
    monkeypatch.chdir(tmp_path / "story")
    printed, run = "", set[str]()
    for kind, text in BLOCK.findall(PAGE.read_text("utf-8")):
        if kind:
            assert text in printed
            continue
        for command in text.splitlines():
            words = shlex.split(command)[1:]
            code, printed, err = invoke(*words)
            assert code == (1 if "tampered" in command else 0), printed + err
            run.add(words[0])
    assert run == {"metrics", "statement", "verify", "attribute"}
    assert Path("frontier.svg").read_text("utf-8").startswith("<?xml")
