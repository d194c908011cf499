"""The command that makes bundles."""

from __future__ import annotations

import gzip
import json
from pathlib import Path
from zipfile import ZipFile

import pytest
from calls import tokens, written
from fixtures import Invoke

from opentokenomics import validate
from opentokenomics.report import Report

AT = ("--generated-at", "2026-12-01T00:00:00Z")


@pytest.fixture
def files(tmp_path: Path, invoke: Invoke) -> list[str]:
    """Usage with the prices that it names, and the same usage of another source, compressed."""
    usage, price = tmp_path / "usage.jsonl", tmp_path / "price.csv"
    assert invoke("generate", "--rows", "60", "--seed", "4", "--profile", "cost", "-o", usage)[0] == 0
    assert invoke("generate", "--dataset", "price", "--rows", "300", "--seed", "4", "-o", price)[0] == 0
    other = tmp_path / "gateway.jsonl.gz"
    other.write_bytes(
        gzip.compress(written(tmp_path, "other.jsonl", [tokens("a:1", 5), tokens("b:1", 6)]).read_bytes())
    )
    return [f"usage={usage}", f"price={price}", f"usage={other}"]


def test_its_manifest_is_true_of_the_files(files: list[str], tmp_path: Path, invoke: Invoke) -> None:
    target = tmp_path / "bundle.zip"
    code, out, err = invoke("bundle", *files, "--provider", "Acme", "-o", target, *AT)
    assert (code, out) == (0, "")
    assert "holds 3 files with 362 records and claims the profile metering" in err
    report = validate(target)
    assert isinstance(report, Report)
    assert report.conformant
    with ZipFile(target) as archive:
        manifest = json.loads(archive.read("manifest.json"))
        assert {each["path"]: each["rows"] for each in manifest["files"]} == {
            "usage.jsonl": 60,
            "price.csv": 300,
            "gateway.jsonl.gz": 2,
        }
        assert archive.read("usage.jsonl") == (tmp_path / "usage.jsonl").read_bytes()
    again = tmp_path / "again.zip"
    assert invoke("bundle", *files, "--provider", "Acme", "-o", again, *AT)[0] == 0
    assert again.read_bytes() == target.read_bytes()


def test_it_takes_what_it_is_told_and_what_usage_says(tmp_path: Path, invoke: Invoke) -> None:
    usage = written(tmp_path, "usage.jsonl", [tokens("a:1", 5)])
    period = ("--period-start", "2026-11-01T00:00:00Z", "--period-end", "2026-12-01T00:00:00Z")
    assert invoke("bundle", f"usage={usage}", "-o", tmp_path / "bundle.zip", *period, *AT)[0] == 0
    with ZipFile(tmp_path / "bundle.zip") as archive:
        manifest = json.loads(archive.read("manifest.json"))
    assert manifest["service_provider_name"] == "Anthropic"
    assert (manifest["period_start"], manifest["period_end"]) == period[1::2]
    assert manifest["generated_at"] == AT[1]


@pytest.mark.parametrize("profile", [None, "cost"])
def test_a_period_without_usage(profile: str | None, tmp_path: Path, invoke: Invoke) -> None:
    (tmp_path / "usage.jsonl").touch()
    target, claims = tmp_path / "bundle.zip", [] if profile is None else ["--profile", profile]
    told = [*_period(10, 11).split(), "--provider", "Acme", *claims]
    code, _, err = invoke("bundle", f"usage={tmp_path / 'usage.jsonl'}", *told, "-o", target)
    assert (code, err) == (0, f"{target} holds 1 file with 0 records and claims the profile {profile or 'metering'}\n")
    report = validate(target)
    assert isinstance(report, Report)
    assert report.conformant
    assert report.profile == (profile or "metering")


def _period(start: int, end: int) -> str:
    return f"--period-start 2026-{start:02}-01T00:00:00Z --period-end 2026-{end:02}-01T00:00:00Z"


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ("usage=usage.jsonl -o bundle.tar", "Name a file .zip."),
        ("usage=usage.jsonl -o -", "Name a file .zip."),
        ("usage=missing.jsonl -o bundle.zip", "does not exist"),
        ("usage=usage.jsonl usage=folder/usage.jsonl -o bundle.zip", "Two files are called usage.jsonl."),
        ("usage=usage.txt -o bundle.zip", "does not say which format"),
        ("usage=usage.jsonl --profile cost -o bundle.zip", "do not conform to the profile cost"),
        ("usage=usage.jsonl --period-start 2026-11-01T00:00:00Z -o bundle.zip", "Pass both"),
        (
            "price=price.jsonl -o bundle.zip",
            "No record of usage says which period the bundle covers.",
        ),
        ("usage=folder -o bundle.zip", "Error: folder is a folder."),
        ("usage=usage.jsonl usage=other.jsonl -o bundle.zip", "Name who does."),
        ("usage=a:b.jsonl -o bundle.zip", "The manifest would not conform: A `path` MUST be relative"),
        ("usage=.u.jsonl -o bundle.zip", "The manifest would not conform: A `path` MUST be relative"),
        ("usage=caf\u00e9.jsonl usage=Cafe\u0301.jsonl -o bundle.zip", "Two files are called"),
        ("usage=usage.jsonl --provider \x07" + "a" * 5000 + " -o bundle.zip", "A string MUST have 1 to 4,096"),
        (f"usage=usage.jsonl {_period(10, 11)} -o bundle.zip", "1 usage record lies outside the period"),
        (f"price=price.jsonl --provider A {_period(11, 10)} -o bundle.zip", "`period_start` MUST be before"),
        ("nothing=usage.jsonl -o bundle.zip", "nothing"),
        ("usage.jsonl -o bundle.zip", "Error: The argument usage.jsonl is not of the form DATASET=FILE."),
        ("usage=usage.jsonl", "-o"),
        ("-o bundle.zip", "FILE"),
    ],
)
def test_what_cannot_be_done_is_said_and_leaves_nothing(
    arguments: str, says: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, invoke: Invoke
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "folder").mkdir()
    odd = ("a:b.jsonl", ".u.jsonl", "caf\u00e9.jsonl", "Cafe\u0301.jsonl")
    for name in ("usage.jsonl", "folder/usage.jsonl", "usage.txt", *odd):
        (tmp_path / name).write_bytes(written(tmp_path, "u.jsonl", [tokens("a:1", 5)]).read_bytes())
    written(tmp_path, "other.jsonl", [tokens("b:1", 5, service_provider_name="OpenAI")])
    assert invoke("generate", "--dataset", "price", "--rows", "30", "--seed", "4", "-o", "price.jsonl")[0] == 0
    code, _, err = invoke("bundle", *arguments.split())
    assert code == 2
    assert says in err
    assert not list(tmp_path.glob("bundle*"))
