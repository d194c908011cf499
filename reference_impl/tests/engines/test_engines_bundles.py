"""Folders, archives and bundles are judged as the files in them are."""

from __future__ import annotations

import gzip
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from bundles import BREAKS, Made, broken, made
from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from records import STANDARD, Records, break_it, csv_file, dataset, found, json_lines

from opentokenomics import Report, Status, validate
from opentokenomics.standard import Bundle, Dataset, Keyword, Row

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


def _owners(dataset: Dataset) -> Iterator[str]:
    """The requirements that own the shape of a record."""
    yield dataset.unknown_requirement
    for column in dataset.columns:
        yield from (shape.requirement for shape in column.shapes)
        if column.record is not None:
            yield from _owners(column.record)


_REQUIREMENTS = {
    *(each.id for each in STANDARD.of("manifest") if isinstance(each.check, Bundle | Row)),
    *_owners(STANDARD.datasets["manifest"]),
}
"""The requirements that a manifest can violate."""
_FILES = st.lists(
    st.tuples(
        st.from_regex(r"([a-z]{1,3}/)?[A-Za-zé][A-Za-z0-9 _é.-]{0,5}[a-z]", fullmatch=True),
        st.sampled_from([("csv", ""), ("jsonl", ""), ("csv", ".gz"), ("jsonl", ".gz")]),
        st.integers(0, 3),
    ),
    min_size=1,
    max_size=3,
    unique_by=lambda file: file[0].casefold(),
)


@st.composite
def bundles(draw: st.DrawFn) -> Made:
    """Bundles that keep every rule."""
    bundle = Made(manifest={**made().manifest, "profile": draw(st.sampled_from(["metering", "cost"])), "files": []})
    for number, (name, (form, suffix), size) in enumerate(draw(_FILES)):
        records = dataset(f"d{number}")[:size] if size < 3 else dataset(f"d{number}")
        records = [record for record in records if size == 3 or "usage_group_total" not in record] or records[:0]
        complete = draw(st.booleans())
        more = {} if complete else {"truncation_reason": "The rest was not asked for."}
        bundle.add(f"{name}.{form}{suffix}", records, form, complete=complete, **more)
    for hidden in draw(st.lists(st.sampled_from([".DS_Store", "__MACOSX/._usage.csv", ".git/config"]), unique=True)):
        bundle.files[hidden] = b"x"
    return bundle


class TestEachRequirement:
    """A bundle that breaks one requirement is reported for it and for nothing else."""

    def test_there_is_a_way_to_break_each(self) -> None:
        # A claim is judged apart from the profile that the bundle is held to; a version is one that the rows state.
        assert {*BREAKS, "OTS-MAN-014", "OTS-GEN-018"} == _REQUIREMENTS | {"OTS-GEN-003"}

    def test_a_good_bundle_is_conformant(self, tmp_path: Path) -> None:
        by_folder, by_archive = (validate(each) for each in (made().folder(tmp_path), made().archive(tmp_path)))
        assert by_folder.conformant
        assert (by_folder.profile, by_folder.achieved_profile) == ("cost", "attribution")
        assert not found(by_folder)
        assert verdict(by_folder) == verdict(by_archive)
        ends = {each.requirement: each.status for each in by_folder.checks}
        assert {each for each in _REQUIREMENTS if ends[each] is not Status.PASS} == {"OTS-MAN-014"}
        assert [(each.dataset, Path(each.path).name) for each in by_archive.datasets] == [
            ("manifest", "manifest.json"),
            ("usage", "usage.jsonl"),
            ("usage", "more.csv.gz"),
        ]

    @pytest.mark.parametrize("identifier", BREAKS)
    def test_alone(self, identifier: str, tmp_path: Path) -> None:
        report = validate(broken(identifier, made()).folder(tmp_path))
        assert list(found(report)) == [identifier]
        assert report.conformant == (STANDARD.requirement(identifier).keyword is Keyword.SHOULD)
        for violation in report.violations:
            assert violation.path is not None
            assert violation.path.startswith(str(tmp_path / "bundle"))
            assert (violation.dataset, violation.row, violation.record_id) == ("manifest", None, None)
            columns = STANDARD.requirement(identifier).columns
            assert not columns or violation.column == columns[0]

    @given(bundle=bundles(), identifier=st.sampled_from(sorted(BREAKS)), packed=st.booleans())
    @settings(max_examples=5, deadline=None, phases=[Phase.generate])
    def test_in_any_bundle(
        self,
        tmp_path_factory: pytest.TempPathFactory,
        bundle: Made,
        identifier: str,
        packed: bool,  # noqa: FBT001
    ) -> None:
        good, bad = (tmp_path_factory.mktemp(name) for name in ("good", "bad"))
        report = validate(bundle.archive(good) if packed else bundle.folder(good))
        assert not found(report)
        assert report.conformant
        rows = sum(entry["rows"] for entry in bundle.entries)
        assert sum(each.rows for each in report.datasets) == rows + 1
        if identifier in {"OTS-MAN-012", "OTS-MAN-013"} and not bundle.entries[-1]["rows"]:
            return  # no record is there to state another version, or to lie outside
        report = validate(broken(identifier, bundle).folder(bad))
        assert list(found(report)) == [identifier]
