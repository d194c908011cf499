"""The chapters, examples and tools of a checkout; where there is none, these tests are skipped."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from checkout import CHECKOUT

from opentokenomics.standard import VersionName, versions

ROOT = CHECKOUT

sys.path.insert(0, str(ROOT / "tools"))


@pytest.fixture(scope="session")
def root() -> Path:
    if not (ROOT / "spec").is_dir():
        pytest.skip("these tests need a checkout")
    return ROOT


@pytest.fixture(scope="session")
def chapters(root: Path) -> Mapping[str, str]:
    """The text of each chapter under its name."""
    return {file.stem: file.read_text("utf-8") for file in sorted((root / "spec").glob("*.md"))}


@pytest.fixture(scope="session")
def schemas(root: Path) -> Mapping[str, Mapping[str, Any]]:
    """Every schema under its file name."""
    files = (root / "schemas" / VersionName.parse(versions()[-1]).number).glob("*.schema.json")
    return {file.name: json.loads(file.read_text("utf-8")) for file in files}
