"""The notebook of the examples: it runs, and what it shows is what it finds."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from checkout import CHECKOUT

NOTEBOOK = CHECKOUT / "examples" / "notebook.ipynb"
if not NOTEBOOK.exists():
    pytest.skip("needs a checkout", allow_module_level=True)

_RUN = "import sys, notebook; sys.stdout.write(notebook.run())"


def _cells(text: str) -> list[dict[str, Any]]:
    cells: list[dict[str, Any]] = json.loads(text)["cells"]
    return cells


def _shown(cells: list[dict[str, Any]]) -> Iterator[str]:
    for cell in cells:
        for output in cell.get("outputs", []):
            assert output["output_type"] in {"stream", "execute_result"}
            assert output.get("name") != "stderr", output["text"]
            yield "".join(output["text"] if "text" in output else output["data"]["text/plain"])


def _figures(cells: list[dict[str, Any]]) -> list[list[str]]:
    """Names and numbers, whatever tables they stand in: how those are drawn changes with the libraries."""
    return [re.findall(r"[A-Za-z]{4,}|\d+(?:\.\d+)?", each) for each in _shown(cells)]


def test_it_runs_and_finds_what_it_shows(tmp_path: Path) -> None:
    before = {*(CHECKOUT / "examples").iterdir()}
    done = subprocess.run(
        [sys.executable, "-c", f"import sys; sys.path.insert(0, {str(CHECKOUT / 'tools')!r}); {_RUN}"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    kept, found = _cells(NOTEBOOK.read_text("utf-8")), _cells(done.stdout)
    assert [each["source"] for each in found] == [each["source"] for each in kept]
    assert _figures(found) == _figures(kept)
    assert len(_figures(kept)) >= 8
    assert {*(CHECKOUT / "examples").iterdir()} == before


def test_its_outputs_are_small_and_name_no_place() -> None:
    text = NOTEBOOK.read_text("utf-8")
    assert len(text) < 40_000
    assert not re.search(r"/(?:home|tmp|root|Users)/", text)


def test_its_page_has_all_of_it() -> None:
    sys.path.insert(0, str(CHECKOUT / "tools"))
    import site_notebook

    page = site_notebook.page()
    cells = _cells(NOTEBOOK.read_text("utf-8"))
    for cell in cells:
        for part in "".join(cell["source"]).split("\n\n"):
            assert part in page
    for shown in _shown(cells):
        assert shown.rstrip("\n") in page
