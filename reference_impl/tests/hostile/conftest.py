"""A watched command line for each test, and records that nobody can find fault with."""

from __future__ import annotations

from pathlib import Path

import pytest
from watched import Watched


@pytest.fixture
def watched(tmp_path: Path) -> Watched:
    """Runs commands in a folder of their own."""
    return Watched(tmp_path)
