"""The notebook of the examples as a page: its texts, its code and what that showed, without a script or a picture."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

from drafts import ROOT

NOTEBOOK = ROOT / "examples" / "notebook.ipynb"
PAGE = "workflows/notebook.md"
COPY = "workflows/notebook.ipynb"
_MARKS = re.compile(r"`+")


def page() -> str:
    """The page."""
    cells = json.loads(NOTEBOOK.read_text("utf-8"))["cells"]
    parts = [part for cell in cells for part in _parts(cell)]
    parts.insert(2, "[The notebook](notebook.ipynb) itself is among the examples of the repository.")
    return "\n\n".join(parts) + "\n"


def _parts(cell: Mapping[str, Any]) -> Iterator[str]:
    source = "".join(cell["source"])
    if cell["cell_type"] == "markdown":
        yield from source.split("\n\n", 1)
        return
    yield _fenced("python", source)
    for output in cell["outputs"]:
        shown = output["text"] if output["output_type"] == "stream" else output["data"]["text/plain"]
        yield _fenced("text", "".join(shown).rstrip("\n"))


def _fenced(language: str, text: str) -> str:
    fence = "`" * max(3, 1 + max((len(each) for each in _MARKS.findall(text)), default=0))
    return f"{fence}{language}\n{text}\n{fence}"
