"""Runs the notebook of the examples and keeps what its cells show; a test compares the figures."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path

import nbformat
from nbclient import NotebookClient

from drafts import ROOT

NOTEBOOK = ROOT / "examples" / "notebook.ipynb"
_SECONDS = 120


def run() -> str:
    """The notebook with what its cells show when they are run one after another, as text."""
    notebook = nbformat.read(NOTEBOOK, as_version=4)
    # It writes files, and must leave none in the checkout.
    with tempfile.TemporaryDirectory() as folder:
        place = shutil.copytree(ROOT / "examples", Path(folder) / "examples")
        NotebookClient(notebook, timeout=_SECONDS, resources={"metadata": {"path": str(place)}}).execute()
    for cell in notebook.cells:
        cell["metadata"] = {}
    notebook.metadata = {"kernelspec": notebook.metadata["kernelspec"], "language_info": {"name": "python"}}
    return str(nbformat.writes(notebook)) + "\n"


def main() -> None:
    """Writes the notebook."""
    NOTEBOOK.write_text(run(), "utf-8")


if __name__ == "__main__":
    main()
