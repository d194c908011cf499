"""Folders, archives and bundles are judged as the files in them are."""

from __future__ import annotations

import gzip
import zipfile
from pathlib import Path

import pytest
from records import Records, break_it, csv_file, dataset, json_lines

from opentokenomics import Report, validate

_BROKEN = "OTS-CST-003"


def verdict(report: Report) -> object:
    """What a report says, whatever its inputs are called."""
    places = [(each.requirement, each.row, each.line, each.column, each.value) for each in report.violations]
    return report.conformant, report.achieved_profile, report.checks, [each.rows for each in report.datasets], places


def spread(records: Records, folder: Path) -> list[Path]:
    """The records in three files of three formats, in the order of their names."""
    third = len(records) // 3
    contents = {
        "2026/a.csv": csv_file(records[:third]),
        "2026/b.jsonl.gz": gzip.compress(json_lines(records[third:-third])),
        "c.json": json_lines(records[-third:]),
    }
    for path, content in contents.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(content)
    return [folder / path for path in contents]


def zipped(folder: Path, target: Path) -> Path:
    """An archive of the folder's content."""
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for file in folder.rglob("*"):
            archive.write(file, file.relative_to(folder))
    return target


class TestFoldersAndArchives:
    """A folder and a zip archive are judged as the files in them, under names that say where they are."""

    @pytest.mark.parametrize("records", [dataset(), break_it(_BROKEN, dataset())], ids=["good", _BROKEN])
    def test_the_verdict_is_that_of_the_files(self, records: Records, tmp_path: Path) -> None:
        folder = tmp_path / "export"
        files = spread(records, folder)
        archive = zipped(folder, tmp_path / "export.zip")
        by_file, by_folder, by_archive = (validate(each, profile="cost") for each in (files, folder, archive))
        assert verdict(by_folder) == verdict(by_file) == verdict(by_archive)
        assert [each.path for each in by_folder.datasets] == [str(file) for file in files]
        assert [each.path for each in by_archive.datasets] == [
            str(archive / file.relative_to(folder)) for file in files
        ]
