"""The page on dbt, followed by dbt itself where it is installed."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import duckdb
import pytest
from checkout import CHECKOUT

PAGE = CHECKOUT / "docs" / "workflows" / "dbt.md"
DBT = shutil.which("dbt")


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder after all steps of the page up to the one that runs dbt."""
    if not PAGE.exists():
        pytest.skip("needs a checkout")
    monkeypatch.chdir(tmp_path)
    tutorial = PAGE.read_text("utf-8").split("## In a warehouse")[0]
    for language, text in re.findall(r"```(\w+)\n(.*?)```", tutorial, re.DOTALL):
        if language == "sh":
            for line in text.splitlines():
                if line.startswith(("mkdir", "opentokenomics generate", "opentokenomics sql")):
                    subprocess.run(["/usr/bin/env", "bash", "-ec", _here(line)], check=True)
        else:
            Path(text.split()[1]).write_text(text, "utf-8")
    return tmp_path


def _here(line: str) -> str:
    return re.sub(r"\bopentokenomics (?=generate|sql)", f"'{sys.executable}' -P -m opentokenomics ", line)


def test_the_steps_make_a_project(project: Path) -> None:
    files = {str(each.relative_to(project)) for each in project.rglob("*") if each.is_file()}
    assert files == {
        "dbt_project.yml",
        "exports/usage.csv",
        "models/schema.yml",
        "models/usage.sql",
        "profiles.yml",
        "tests/generic/opentokenomics_usage.sql",
    }


@pytest.mark.skipif(DBT is None, reason="needs dbt: make dbt-test")
def test_dbt_finds_the_defect_and_then_none(project: Path) -> None:
    assert _build() == 1
    with duckdb.connect(str(project / "lake.duckdb"), read_only=True) as connection:
        stored = connection.execute(
            'SELECT requirement, status FROM "main_dbt_test__audit"."usage_conforms"'
        ).fetchall()
    assert stored == [("OTS-CST-003", "fail")]
    (project / "exports" / "usage.csv").unlink()
    generate = next(line for line in PAGE.read_text("utf-8").splitlines() if "generate" in line)
    line = _here(generate.replace(" --defect OTS-CST-003", ""))
    subprocess.run(["/usr/bin/env", "bash", "-ec", line], check=True)
    assert _build() == 0


def _build() -> int:
    assert DBT
    kept = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
    environment = {**kept, "DBT_PROFILES_DIR": ".", "DBT_SEND_ANONYMOUS_USAGE_STATS": "false"}
    return subprocess.run([DBT, "build"], env=environment, check=False).returncode
