"""Bundles on the command line: verdicts, refusals and reports."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from bundles import broken, made
from fixtures import Invoke
from jsonschema import Draft202012Validator

from opentokenomics.standard import documents

_ADDRESS = "jane@example.com"


class TestValidate:
    """A folder or an archive with a manifest is judged by what that says."""

    def test_a_good_bundle(self, tmp_path: Path, invoke: Invoke) -> None:
        for path in (made().folder(tmp_path), made().archive(tmp_path)):
            code, out, err = invoke("validate", path)
            assert (code, err) == (0, "")
            assert "CONFORMANT to profile cost" in out
            assert f"{path}/2026-08/more.csv.gz" in "".join(out.split())

    @pytest.mark.parametrize("form", ["text", "json", "junit", "sarif", "markdown", "html"])
    def test_a_broken_one_in_every_report(self, form: str, tmp_path: Path, invoke: Invoke) -> None:
        folder = broken("OTS-MAN-010", broken("OTS-MAN-011", made())).folder(tmp_path)
        code, out, err = invoke("validate", folder, "--report", form)
        assert (code, err) == (1, "")
        assert "OTS-MAN-010" in out
        assert "more.csv.gz" in out
        if form == "json":
            report = json.loads(out)
            Draft202012Validator(json.loads(documents()["report.schema.json"])).validate(report)
            violation = next(each for each in report["violations"] if each["requirement"] == "OTS-MAN-011")
            assert (violation["path"], violation["row"], violation["line"]) == (
                f"{folder}/2026-08/more.csv.gz",
                None,
                None,
            )
            assert report["datasets"][0] == {"dataset": "manifest", "path": f"{folder}/manifest.json", "rows": 1}

    @pytest.mark.parametrize("name", ["manifest.json", "2026-08/more.csv.gz", "report.html", "link/usage.jsonl"])
    @pytest.mark.parametrize("option", ["-o", "--also"])
    def test_no_report_becomes_a_part_of_it(self, name: str, option: str, tmp_path: Path, invoke: Invoke) -> None:
        folder = made().folder(tmp_path)
        (tmp_path / "bundle" / "link").symlink_to(folder)
        before = {file: file.read_bytes() for file in folder.rglob("*") if file.is_file()}
        target = f"{folder}/{name}" if option == "-o" else f"json={folder}/{name}"
        code, out, err = invoke("validate", folder, option, target)
        assert (code, out) == (2, "")
        assert f"would be one of the files of the input {folder}" in err
        assert before == {file: file.read_bytes() for file in folder.rglob("*") if file.is_file()}

    @pytest.mark.parametrize(("name", "refused"), [("a.json", True), ("b.csv.gz", True), ("c.md", False)])
    def test_nor_of_a_folder_that_is_read(self, name: str, refused: bool, tmp_path: Path, invoke: Invoke) -> None:  # noqa: FBT001
        folder = made().folder(tmp_path)
        (folder / "manifest.json").unlink()
        code, _, err = invoke("validate", folder, "-o", folder / name)
        assert (code == 2) is refused
        assert ("would be one of the files" in err) is refused
        assert (folder / name).exists() is not refused

    def test_a_hidden_file_is_no_part_of_it(self, tmp_path: Path, invoke: Invoke) -> None:
        folder = made().folder(tmp_path)
        for _ in range(2):
            code, _, err = invoke("validate", folder, "-o", folder / ".report.json", "--report", "json")
            assert (code, err) == (0, f"CONFORMANT: the report is in {folder}/.report.json\n")

    def test_redacted(self, tmp_path: Path, invoke: Invoke) -> None:
        bundle = broken("OTS-GEN-016", made())
        bundle.entries[0][_ADDRESS] = 1
        code, out, _ = invoke("validate", bundle.folder(tmp_path), "--report", "json", "--redact")
        assert code == 1
        assert {each["requirement"] for each in json.loads(out)["violations"]} == {"OTS-GEN-007", "OTS-GEN-016"}
        assert _ADDRESS not in out
        assert _ADDRESS in invoke("validate", tmp_path / "bundle", "--report", "json")[1]

    @pytest.mark.parametrize("report", ["text", "json", "sarif", "junit", "html", "markdown", "annotations"])
    def test_a_path_that_leads_to_no_file_is_a_value(self, report: str, tmp_path: Path, invoke: Invoke) -> None:
        bundle = made()
        bundle.entries.extend({**bundle.entries[0], "path": "secret.csv"} for _ in range(2))
        folder = bundle.folder(tmp_path)
        code, out, _ = invoke("validate", folder, "--report", report, "--redact")
        assert (code, "secret" in out, "manifest.json" in out) == (1, False, True)
        assert {"OTS-MAN-006", "OTS-MAN-007"} <= set(re.findall(r"OTS-MAN-\d+", out))
        assert "secret.csv" in invoke("validate", folder, "--report", report)[1]

    @pytest.mark.parametrize(
        ("more", "fix"),
        [
            (["--dataset", "usage"], "Leave the dataset out."),
            (["--format", "csv"], "Leave the format out."),
            (["-"], "Validate it alone."),
            (["manifest.json"], "Name the bundle"),
        ],
    )
    def test_what_cannot_be_beside_it(self, more: list[str], fix: str, tmp_path: Path, invoke: Invoke) -> None:
        folder = made().folder(tmp_path)
        named = [folder / more[0]] if more == ["manifest.json"] else [folder, *more]
        code, out, err = invoke("validate", *named)
        assert (code, out) == (2, "")
        assert fix in " ".join(err.split())

    def test_a_harmful_archive(self, tmp_path: Path, invoke: Invoke) -> None:
        bundle = made()
        bundle.files["../outside.csv"] = b""
        code, out, err = invoke("validate", bundle.archive(tmp_path))
        assert (code, out) == (2, "")
        assert "is not unpacked" in err


class TestSchema:
    """A manifest has columns and a schema, and no CSV."""

    def test_of_a_manifest(self, invoke: Invoke) -> None:
        assert invoke("schema", "manifest")[:2] == (0, documents()["manifest.schema.json"])
        assert "period_start" in invoke("schema", "manifest", "--format", "table")[1]
        code, out, err = invoke("schema", "manifest", "--format", "csv")
        assert (code, out) == (2, "")
        words = "manifest has no rows, so there is no --format csv of it. Datasets: evaluation, outcome"
        assert words in " ".join(err.split())
