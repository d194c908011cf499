"""The reference leaves nothing out: examples of each requirement, and each column with what is known of it."""

from __future__ import annotations

import json
from html import escape
from pathlib import Path

from opentokenomics import standard

ROOT = Path(__file__).parents[1]
STANDARD = standard.load()


def test_each_requirement_that_a_program_checks_shows_what_is_accepted_and_rejected(site_folder: Path) -> None:
    without = json.loads((ROOT / "conformance" / "vectors" / "excluded.json").read_text("utf-8"))
    for each in STANDARD.requirements:
        page = (site_folder / "requirements" / each.id / "index.html").read_text("utf-8")
        shown = [f'id="{word}"' in page for word in ("accepted", "rejected")]
        assert shown == [each.machine_checkable and each.id not in without] * 2, each.id
        reason = without.get(each.id) or (None if each.machine_checkable else "No program can check this requirement")
        assert reason is None or escape(reason, quote=False) in page.partition('<h2 id="examples">')[2], each.id


def test_each_column_is_on_the_page_of_its_dataset(site_folder: Path) -> None:
    for dataset in STANDARD.datasets.values():
        page = (site_folder / "reference" / "datasets" / dataset.name / "index.html").read_text("utf-8")
        for column in dataset.columns:
            section = page.split(f'<h3 id="{column.name}"')[1].split("<h3 ")[0]
            assert column.focus_name is None or f"<code>{column.focus_name}</code>" in section
            for each in STANDARD.of(dataset.name):
                assert column.name not in each.columns or f"requirements/{each.id}/" in section, (column.name, each.id)
