"""Made-up bundles: in keeping with their manifest, and broken in it, in their files and between these."""

from __future__ import annotations

import io
import json
import tracemalloc
import zipfile
from itertools import chain
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from records import STANDARD, found

from opentokenomics import Report, validate
from opentokenomics.errors import UnsupportedError
from opentokenomics.generate import BundleExport, generate
from opentokenomics.generate.defects import DEFECTS, LACKING, MANIFEST
from opentokenomics.standard import Keyword, Profile, References

ATTRIBUTION, COST, INTELLIGENCE, METERING = Profile.ATTRIBUTION, Profile.COST, Profile.INTELLIGENCE, Profile.METERING
CLAIM = "OTS-MAN-014"
ALONE = {"OTS-GEN-006", "OTS-GEN-018", "OTS-GEN-019"}
"""What only a file by itself can break."""
CASES = [
    (dataset, each)
    for dataset in ("usage", "price", "plan")
    for each in DEFECTS[dataset]
    if each not in ALONE and STANDARD.requirement(each).profile.rank <= COST.rank
]


def written(bundle: BundleExport) -> bytes:
    stream = io.BytesIO()
    bundle.write(stream)
    return stream.getvalue()


def report_on(bundle: BundleExport, folder: Path, profile: Profile | None = None) -> Report:
    file = folder / "bundle.zip"
    file.write_bytes(written(bundle))
    return validate(file, profile=profile, max_examples=100)


class TestConformance:
    """A bundle keeps every requirement, and evaluates those between its files."""

    @pytest.mark.parametrize(("profile", "form"), [(METERING, "csv"), (COST, "jsonl")])
    @pytest.mark.parametrize(("rows", "seed"), [(1, 0), (2_500, 7)])
    def test_of_any_size(self, rows: int, seed: int, profile: Profile, form: str, tmp_path: Path) -> None:
        report = report_on(BundleExport(rows, seed, profile, form), tmp_path)
        assert not found(report)
        assert report.conformant
        assert report.profile is profile
        assert {each.dataset: each.rows for each in report.datasets} == {
            "manifest": 1,
            "usage": rows,
            "price": 300,
            "plan": 20,
        }
        if rows > 1 and profile is COST:
            between = {each.id for each in STANDARD.of("usage") if isinstance(each.check, References)}
            assert not between & {each.requirement for each in report.checks if not each.evaluated}

    def test_holds_the_records_that_are_made_without_it(self) -> None:
        with zipfile.ZipFile(io.BytesIO(written(BundleExport(40, 3, COST, "jsonl")))) as archive:
            assert archive.namelist() == ["usage.jsonl", "price.jsonl", "plan.jsonl", "manifest.json"]
            for dataset, rows in (("usage", 40), ("price", 300), ("plan", 20)):
                lines = archive.read(f"{dataset}.jsonl").splitlines()
                assert list(map(json.loads, lines)) == list(generate(rows, 3, COST, dataset))

    def test_is_the_same_for_the_same_seed(self) -> None:
        once, again, other = (written(BundleExport(60, seed, COST, "csv")) for seed in (4, 4, 5))
        assert once == again != other

    def test_takes_the_same_memory_whatever_its_size(self, tmp_path: Path) -> None:
        peaks = []
        for rows in (500, 4_000):
            tracemalloc.start()
            with (tmp_path / "bundle.zip").open("wb") as stream:
                BundleExport(rows, 1, COST, "jsonl").write(stream)
            peaks.append(tracemalloc.get_traced_memory()[1])
            tracemalloc.stop()
        assert peaks[1] - peaks[0] < 300_000


class TestDefects:
    """A bundle breaks the requirement that it was asked to break, and keeps every other one."""

    @pytest.mark.parametrize("identifier", MANIFEST)
    def test_of_the_manifest(self, identifier: str, tmp_path: Path) -> None:
        profile = METERING if identifier == CLAIM else COST
        requirement = STANDARD.requirement(identifier)
        bundle = BundleExport(30, 2, profile, "jsonl", requirement, "manifest")
        report = report_on(bundle, tmp_path, METERING if identifier == CLAIM else None)
        assert list(found(report)) == [identifier]
        assert report.conformant == (requirement.keyword is Keyword.SHOULD)
        assert {each.dataset for each in report.violations} == {"manifest"}
        assert str(bundle.place).startswith(f"{identifier} is broken: ")

    @given(st.sampled_from(CASES), st.integers(0, 2**40), st.integers(12, 200), st.sampled_from(["jsonl", "csv"]))
    @settings(max_examples=8, deadline=None)
    def test_of_its_files(
        self,
        tmp_path_factory: pytest.TempPathFactory,
        case: tuple[str, str],
        seed: int,
        rows: int,
        form: str,
    ) -> None:
        dataset, identifier = case
        bundle = BundleExport(rows, seed, COST, form, STANDARD.requirement(identifier), dataset)
        report = report_on(bundle, tmp_path_factory.mktemp("bundle"))
        assert list(found(report)) == [identifier]
        assert {each.dataset for each in report.violations} == {dataset}
        assert bundle.place is not None
        assert bundle.place.requirement == identifier

    @pytest.mark.parametrize(
        ("identifier", "rows", "seed", "profile"),
        [
            ("OTS-CST-010", 300, 165185, ATTRIBUTION),  # the last record is one of a run further on
            ("OTS-CST-011", 700, 861780, COST),
            ("OTS-CST-019", 40, 322249, COST),  # the record names a price
            ("OTS-MAN-003", 40, 1, INTELLIGENCE),  # the profile lacks some of the files
            ("OTS-MAN-007", 40, 1, INTELLIGENCE),
            ("OTS-PRC-001", 40, 242623, COST),  # usage names the price
            ("OTS-PLN-002", 700, 650439, COST),  # or the plan
            ("OTS-USG-012", 300, 246943, COST),
        ],
    )
    def test_that_shows_between_its_files(
        self, identifier: str, rows: int, seed: int, profile: Profile, tmp_path: Path
    ) -> None:
        requirement = STANDARD.requirement(identifier)
        bundle = BundleExport(rows, seed, profile, "jsonl", requirement)
        assert list(found(report_on(bundle, tmp_path))) == [identifier]

    @pytest.mark.parametrize(
        ("identifier", "dataset", "rows", "seed", "profile"),
        [
            ("OTS-GEN-001", "price", 800, 8, COST),
            ("OTS-PRC-008", "price", 800, 8, COST),
            ("OTS-GEN-016", "plan", 800, 106393, COST),
            ("OTS-GEN-016", "outcome_definition", 5, 834879, ATTRIBUTION),
        ],
    )
    def test_is_in_no_record_that_another_file_names(
        self, identifier: str, dataset: str, rows: int, seed: int, profile: Profile, tmp_path: Path
    ) -> None:
        bundle = BundleExport(rows, seed, profile, "jsonl", STANDARD.requirement(identifier), dataset)
        assert list(found(report_on(bundle, tmp_path))) == [identifier]

    @pytest.mark.parametrize("identifier", sorted(ALONE))
    def test_that_a_bundle_cannot_have_alone(self, identifier: str) -> None:
        with pytest.raises(UnsupportedError, match=r"cannot be broken alone in a bundle, where .+ Write a file"):
            BundleExport(10, 1, COST, "jsonl", STANDARD.requirement(identifier), "usage")

    @pytest.mark.parametrize(
        ("identifier", "profile", "dataset", "text"),
        [
            ("OTS-CST-003", COST, "manifest", "cannot be broken in a manifest"),
            ("OTS-CST-026", COST, "manifest", "The invoice is not part of the input."),
            (CLAIM, COST, None, "Ask for the profile metering."),
            ("OTS-CST-003", METERING, None, "Ask for the profile cost."),
        ],
    )
    def test_that_cannot_be(self, identifier: str, profile: Profile, dataset: str | None, text: str) -> None:
        with pytest.raises(UnsupportedError, match=text):
            BundleExport(10, 1, profile, "jsonl", STANDARD.requirement(identifier), dataset)


def test_every_requirement_on_inputs_can_be_broken() -> None:
    ways = {*chain.from_iterable(DEFECTS.values()), *MANIFEST, *LACKING}
    assert ways == {each.id for each in STANDARD.requirements if each.binds_inputs and each.machine_checkable}
