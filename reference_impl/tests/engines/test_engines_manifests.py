"""Manifests: what they state, what is opened because of them, and what lies beside them."""

from __future__ import annotations

import json
import os
import unicodedata
from pathlib import Path

import pytest
from bundles import AUGUST, Made, broken, made, stamp
from records import break_it, dataset, found

from opentokenomics import InputError, Report, Status, validate
from opentokenomics.errors import UnsupportedError

_BROKEN = "OTS-CST-003"


def _violation(report: Report, identifier: str) -> str:
    """The message of the one violation, with the file that it is about."""
    (violation,) = (each for each in report.violations if each.requirement == identifier)
    return f"{Path(violation.path or '').name}: {violation.message}"


def _manifest(**members: object) -> bytes:
    return json.dumps({**made().manifest, **members}).encode()


class TestTheManifest:
    """Whatever stands where the manifest should be gives one clear violation, and nothing else is judged."""

    @pytest.mark.parametrize(
        ("content", "problem"),
        [
            (b"", "a value is missing"),
            (b"record_id,meter\n", "a value is missing"),
            (b"[]", "something else than an object"),
            (b"null", "something else than an object"),
            (_manifest()[:-2], "comma"),
            (_manifest() + b"{}", "followed by more text"),
            (_manifest().replace(b'{"spec_version"', b'{"profile": "cost", "spec_version"', 1), "occurs twice"),
            (_manifest().replace(b'"rows": 19', b'"rows": NaN', 1), "NaN or Infinity"),
            (_manifest().replace(b"Example", b"\xff", 1), "not UTF-8"),
            (_manifest().replace(b"Example", b"\\ud800", 1), "surrogate"),
            (_manifest().decode().encode("utf-16"), "UTF-16"),
            (b"[" * 200_000, "nested too deeply"),
            (b" " * (5 << 20), "longer than 4 MiB"),
        ],
        ids=lambda value: value if isinstance(value, str) else f"{len(value)} bytes",
    )
    def test_that_cannot_be_read(self, content: bytes, problem: str, tmp_path: Path) -> None:
        bundle = made()
        bundle.text = content
        report = validate(bundle.folder(tmp_path))
        assert not report.conformant
        assert problem in _violation(report, "OTS-MAN-001")
        assert report.violations[0].path == str(tmp_path / "bundle" / "manifest.json")
        evaluated = {each.requirement for each in report.checks if each.evaluated}
        assert {each for each in evaluated if each.startswith("OTS-MAN")} == {"OTS-MAN-001"}
        assert [each.rows for each in report.datasets] == [0]
        assert all(each.reason for each in report.checks if not each.evaluated)

    def test_of_a_hundred_megabytes_is_not_held_in_memory(self, tmp_path: Path) -> None:
        folder = made().folder(tmp_path)
        with (folder / "manifest.json").open("r+b") as file:
            file.truncate(100 << 20)
        assert "longer than 4 MiB" in _violation(validate(folder), "OTS-MAN-001")

    @pytest.mark.parametrize("kind", ["outside", "nowhere", "pipe", "device"])
    def test_that_is_no_file_of_the_bundle(self, kind: str, tmp_path: Path) -> None:
        folder = made().folder(tmp_path)
        manifest = folder / "manifest.json"
        manifest.rename(tmp_path / "manifest.json")
        match kind:
            case "pipe":
                os.mkfifo(manifest)
            case "outside":
                manifest.symlink_to("../manifest.json")
            case "device":
                manifest.symlink_to("/dev/zero")
            case _:
                manifest.symlink_to("gone.json")
        assert "Here it is " in _violation(validate(folder), "OTS-MAN-001")

    @pytest.mark.parametrize("members", [{}, {"files": None}, {"files": {}}, {"files": "usage.jsonl"}, {"files": [1]}])
    def test_without_entries(self, members: dict[str, object], tmp_path: Path) -> None:
        bundle = made()
        del bundle.manifest["files"]
        bundle.manifest.update(members)
        report = validate(bundle.folder(tmp_path))
        assert set(found(report)) <= {"OTS-GEN-008", "OTS-MAN-002"}
        assert not report.conformant

    def test_with_many_faults_lists_few_and_counts_all(self, tmp_path: Path) -> None:
        bundle = Made(manifest={**made().manifest, "files": [{"row": 1}] * 5000})
        report = validate(bundle.folder(tmp_path), max_examples=3)
        assert found(report) == {"OTS-GEN-007": 5000, "OTS-GEN-008": 35_000}
        assert len(report.violations) == 6
        assert "in entry 1 of `files`" in report.violations[0].message

    def test_with_claims_beyond_belief(self, tmp_path: Path) -> None:
        bundle = made()
        bundle.entries[0]["rows"] = 10**9
        bundle.entries[1]["rows"] = 10**400
        report = validate(bundle.folder(tmp_path))
        assert found(report) == {"OTS-GEN-012": 1, "OTS-MAN-011": 1}
        (violation,) = (each for each in report.violations if each.requirement == "OTS-MAN-011")
        assert violation.value == "19"


class TestWhatIsOpened:
    """Nothing but regular files inside the bundle, whatever the manifest and the folder say."""

    @pytest.mark.parametrize(
        "path", ["../usage.csv", "/etc/passwd", "a/../../usage.csv", "C:/usage.csv", "a\\b", "./a"]
    )
    def test_paths_that_lead_out(self, path: str, tmp_path: Path) -> None:
        bundle = made()
        bundle.entries[1]["path"] = path
        (tmp_path / "usage.csv").write_bytes(bundle.files["2026-08/more.csv.gz"])
        assert found(validate(bundle.folder(tmp_path))) == {"OTS-MAN-003": 1}

    @pytest.mark.parametrize("kind", ["outside", "nowhere", "folder", "pipe", "device", "through a link"])
    def test_files_that_are_none(self, kind: str, tmp_path: Path) -> None:
        bundle = made()
        folder = bundle.folder(tmp_path)
        file = folder / "2026-08" / "more.csv.gz"
        file.rename(tmp_path / "more.csv.gz")
        match kind:
            case "pipe":
                os.mkfifo(file)
            case "folder":
                file.mkdir()
            case "outside":
                file.symlink_to("../../more.csv.gz")
            case "device":
                file.symlink_to("/dev/zero")
            case "nowhere":
                file.symlink_to("gone.csv.gz")
            case _:
                file.parent.rmdir()
                file.parent.symlink_to("..")
        report = validate(folder)
        link = {"OTS-MAN-008": 1} if kind == "through a link" else {}
        assert found(report) == {"OTS-MAN-007": 1, **link}
        is_entry = kind not in {"folder", "through a link"}
        assert report.violations[0].path == f"{folder}/{'2026-08/more.csv.gz' if is_entry else 'manifest.json'}"

    @pytest.mark.parametrize("kind", ["outside", "pipe", "folder outside"])
    def test_what_is_there_and_not_listed(self, kind: str, tmp_path: Path) -> None:
        folder = made().folder(tmp_path)
        match kind:
            case "pipe":
                os.mkfifo(folder / "extra")
            case "outside":
                (folder / "extra").symlink_to("/etc/passwd")
            case _:
                (folder / "extra").symlink_to("..")
        assert found(validate(folder)) == {"OTS-MAN-008": 1}

    def test_a_link_inside_is_a_file_of_the_bundle(self, tmp_path: Path) -> None:
        folder = made().folder(tmp_path)
        (folder / "usage.jsonl").rename(folder / ".usage-1.jsonl")
        (folder / "usage.jsonl").symlink_to(".usage-1.jsonl")
        assert validate(folder).conformant

    def test_names_that_are_no_text(self, tmp_path: Path) -> None:
        odd = tmp_path / os.fsdecode(b"b\xfcndel")
        odd.mkdir()
        folder = made().folder(odd)
        assert validate(folder).conformant
        (folder / os.fsdecode(b"m\xe4rz.csv")).write_bytes(b"")
        report = validate(folder)
        assert found(report) == {"OTS-MAN-008": 1}
        assert str(report.violations[0].path).endswith(r"/b\xfcndel/bundle/m\xe4rz.csv")

    def test_names_are_found_whatever_their_normalisation(self, tmp_path: Path) -> None:
        bundle = made()
        bundle.files[unicodedata.normalize("NFD", "März.jsonl")] = bundle.files.pop("usage.jsonl")
        bundle.entries[0]["path"] = "März.jsonl"
        assert not found(validate(bundle.archive(tmp_path)))

    @pytest.mark.parametrize("path", ["usage.jsonl", "USAGE.jsonl", "manifest.json", "Manifest.JSON"], ids=str)
    def test_a_file_that_is_listed_twice_is_read_once(self, path: str, tmp_path: Path) -> None:
        bundle = made()
        bundle.entries.append({**bundle.entries[0], "path": path})
        report = validate(bundle.folder(tmp_path))
        assert found(report) == {"OTS-MAN-006": 1}
        assert len(report.datasets) == 3


class TestWhatIsStated:
    """A manifest decides what its bundle is held to, unless its user does."""

    def test_no_rows_are_fine_where_they_are_stated(self, tmp_path: Path) -> None:
        bundle = Made(manifest={**made().manifest, "files": []})
        bundle.add("usage.jsonl", [], "jsonl")
        report = validate(bundle.folder(tmp_path))
        assert report.conformant
        assert not found(report)
        bundle.entries[0]["rows"] = 1
        assert set(found(validate(bundle.folder(tmp_path)))) == {"OTS-MAN-011"}
        bundle.entries[0]["rows"] = "none"
        assert set(found(validate(bundle.folder(tmp_path)))) == {"OTS-GEN-006", "OTS-GEN-012"}
        assert not validate(tmp_path / "bundle" / "usage.jsonl").conformant

    def test_a_profile_that_is_given_goes_first(self, tmp_path: Path) -> None:
        bundle = made()
        bundle.add("extra.jsonl", break_it(_BROKEN, dataset("third")), "jsonl")
        folder = bundle.folder(tmp_path)
        claimed, lower = validate(folder), validate(folder, profile="metering")
        assert (claimed.profile, set(found(claimed))) == ("cost", {_BROKEN})
        assert (lower.profile, set(found(lower)), lower.conformant) == ("metering", {"OTS-MAN-014"}, False)
        assert (lower.achieved_profile, claimed.achieved_profile) == ("metering", "metering")

    def test_a_claim_that_is_met_is_said_to_be(self, tmp_path: Path) -> None:
        report = validate(made().folder(tmp_path), profile="metering")
        (claim,) = (each for each in report.checks if each.requirement == "OTS-MAN-014")
        assert (claim.status, claim.evaluated) == (Status.PASS, 1)
        assert report.conformant

    @pytest.mark.parametrize(("profile", "missing"), [("attribution", 0), ("intelligence", 2)])
    def test_a_claim_of_a_higher_profile(self, tmp_path: Path, profile: str, missing: int) -> None:
        bundle = made()
        bundle.manifest["profile"] = profile
        report = validate(bundle.folder(tmp_path))
        assert (report.profile, report.achieved_profile) == (profile, "attribution")
        assert found(report) == dict.fromkeys(["OTS-STM-031", "OTS-STM-032"][:missing], 1)
        assert [each.dataset for each in report.violations] == ["manifest"] * missing
        assert found(validate(tmp_path / "bundle", profile="cost")) == ({"OTS-MAN-014": 1} if missing else {})

    def test_the_version_is_that_of_the_rows_and_then_that_of_the_manifest(self, tmp_path: Path) -> None:
        bundle = broken("OTS-MAN-012", made())
        assert validate(bundle.folder(tmp_path)).spec_version == "1.0-draft"
        for entry in bundle.entries:
            bundle.files[entry["path"]] = b""
            entry.update(stamp(b""), rows=0, complete=True, remainder_record_id=None)
        assert found(validate(bundle.folder(tmp_path))) == {"OTS-GEN-018": 1}

    def test_datasets_and_formats_are_those_that_are_stated(self, tmp_path: Path) -> None:
        bundle = made()
        content = bundle.files["price.txt"] = bundle.files.pop("usage.jsonl")
        bundle.entries[0].update(path="price.txt", **stamp(content))
        report = validate(bundle.folder(tmp_path))
        assert report.conformant
        assert {each.dataset for each in report.datasets} == {"manifest", "usage"}

    def test_a_remainder_is_a_record_of_its_own_file(self, tmp_path: Path) -> None:
        bundle = made()
        bundle.entries[1]["remainder_record_id"] = "first/given"
        report = validate(bundle.folder(tmp_path))
        assert "Here there is no such record" in _violation(report, "OTS-MAN-015")

    @pytest.mark.parametrize(
        ("members", "times"),
        [
            ({"charge_period_start": "2026-07-31T23:59:59.999999Z"}, 1),
            ({"charge_period_start": "2026-08-01T00:00:00Z", "charge_period_end": "2026-09-01T00:00:00Z"}, 0),
            ({"charge_period_end": "2026-09-01T00:00:00.000001Z"}, 1),
            ({"charge_period_start": "2026-09-01T00:00:00Z", "charge_period_end": "2026-09-01T00:00:01Z"}, 1),
            ({"charge_period_start": "2026-07-01T00:00:00Z", "charge_class": "correction"}, 0),
        ],
    )
    def test_periods_include_their_start_and_not_their_end(
        self, members: dict[str, object], times: int, tmp_path: Path
    ) -> None:
        bundle = Made(manifest={**made().manifest, **AUGUST, "profile": "metering", "files": []})
        (request,) = (each for each in dataset() if each["record_id"] == "d/request")
        bundle.add("usage.jsonl", [{**request, "record_id": "a"}, {**request, **members}], "jsonl")
        report = validate(bundle.folder(tmp_path))
        assert found(report).get("OTS-MAN-013", 0) == times
        if times:
            assert "1 of its records lie outside, record 2 first" in _violation(report, "OTS-MAN-013")


class TestBesideAManifest:
    """What a manifest states cannot be chosen by its user."""

    def test_options(self, tmp_path: Path) -> None:
        folder = made().folder(tmp_path)
        with pytest.raises(UnsupportedError, match=r"no dataset can be named beside it\. Leave the dataset out"):
            validate(folder, dataset="usage")
        with pytest.raises(UnsupportedError, match=r"no format can be named beside it"):
            validate(folder, format="jsonl")

    def test_other_inputs(self, tmp_path: Path) -> None:
        for others in ([tmp_path / "usage.jsonl"], [made().archive(tmp_path)], ["-"]):
            with pytest.raises(InputError, match="a bundle is judged by itself"):
                validate([made().folder(tmp_path), *others])

    def test_a_manifest_is_no_input(self, tmp_path: Path) -> None:
        folder = made().folder(tmp_path)
        with pytest.raises(InputError, match=f"Name the bundle, {folder}"):
            validate(folder / "manifest.json")
        (tmp_path / "manifest.csv").write_bytes(b"spec_version\n")
        for chosen in (None, "manifest"):
            with pytest.raises(UnsupportedError, match="A manifest is judged with the files that it lists"):
                validate(tmp_path / "manifest.csv", dataset=chosen)
