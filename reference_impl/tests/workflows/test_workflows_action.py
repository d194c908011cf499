"""The action of GitHub: its steps, run as a runner runs them, on files of any content and any name."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from importlib import import_module
from pathlib import Path

import pytest
import yaml
from checkout import CHECKOUT
from records import dataset, json_lines
from runner import Runner

import opentokenomics

ACTION = CHECKOUT / "action.yml"
if not ACTION.exists():
    pytest.skip("needs a checkout", allow_module_level=True)

SCRIPT = CHECKOUT / "integrations" / "github" / "validate.py"
GOOD = json_lines(dataset())
BAD = json_lines([{**dataset()[0], "charge_category": "gift"}, *dataset()[1:]])
HOSTILE = [
    "a; touch owned.jsonl",
    "$(touch owned).jsonl",
    "`touch owned`.jsonl",
    '" && touch owned #.jsonl',
    "'; touch owned; '.jsonl",
    "-rf.jsonl",
    "--report",
    "-",
    "two  spaces.jsonl",
    "${{ secrets.TOKEN }}.jsonl",
    "[a]*?.jsonl",
    "::error::owned::.jsonl",
    "##[add-mask]owned.jsonl",
    "ünï\u202ecode.jsonl",
]


Program = Callable[..., tuple[int, dict[str, str]]]


@pytest.fixture
def runner(tmp_path: Path) -> Runner:
    """A runner on which the package is installed already, because installing it takes long; one test does it."""
    workspace, temporary = tmp_path / "work", tmp_path / "temp"
    workspace.mkdir()
    temporary.mkdir()
    site = str(Path(opentokenomics.__file__).parents[1])
    return Runner(
        CHECKOUT, workspace, temporary, {"python": {"python-path": sys.executable}, "install": {"site": site}}
    )


@pytest.fixture
def program(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Program:
    """The program that the action calls, in this process; gives its exit code and its outputs."""
    for name in ("work", "temp"):
        (tmp_path / name).mkdir()
    monkeypatch.chdir(tmp_path / "work")
    monkeypatch.syspath_prepend(SCRIPT.parent)
    for name, place in (("RUNNER_TEMP", "temp"), ("GITHUB_OUTPUT", "output"), ("GITHUB_STEP_SUMMARY", "summary")):
        monkeypatch.setenv(name, str(tmp_path / place))
    defaults = yaml.safe_load(ACTION.read_text("utf-8"))["inputs"]

    def call(**inputs: str) -> tuple[int, dict[str, str]]:
        for name, each in defaults.items():
            monkeypatch.setenv(f"INPUT_{name.upper().replace('-', '_')}", each.get("default", ""))
        for name, value in inputs.items():
            monkeypatch.setenv(f"INPUT_{name.upper()}", value)
        (tmp_path / "output").write_bytes(b"")
        code: int = import_module("validate").main()
        return code, dict(line.split("=", 1) for line in (tmp_path / "output").read_text().splitlines())

    return call


class TestTheFile:
    """What stands in ``action.yml`` is what GitHub takes, and nothing of an input stands in a script."""

    def test_is_of_its_schema(self) -> None:
        command = [sys.executable, "-m", "check_jsonschema", "--builtin-schema", "vendor.github-actions"]
        done = subprocess.run([*command, str(ACTION)], capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout

    def test_no_script_has_an_expression(self) -> None:
        scripts = [step["run"] for step in _steps() if "run" in step]
        assert len(scripts) == 3
        assert not [script for script in scripts if "${{" in script]

    def test_scripts_are_sound(self, tmp_path: Path) -> None:
        shellcheck = shutil.which("shellcheck", path=str(Path(sys.executable).parent))
        assert shellcheck, "the extra `dev` brings it"
        for number, step in enumerate(each for each in _steps() if "run" in each):
            file = tmp_path / f"{number}.sh"
            file.write_text(f"#!/usr/bin/env bash\nset -eo pipefail\n{step['run']}")
            done = subprocess.run([shellcheck, str(file)], capture_output=True, text=True, check=False)
            assert done.returncode == 0, done.stdout

    def test_inputs_that_the_program_reads_are_those_that_it_is_given(self) -> None:
        (step,) = (each for each in _steps() if each.get("id") == "validate")
        given = {name.removeprefix("INPUT_").lower().replace("_", "-") for name in step["env"] if "INPUT_" in name}
        read = set(re.findall(r'(?:_given|_one_of)\("([a-z-]+)"', SCRIPT.read_text("utf-8")))
        assert given == read

    def test_another_action_is_named_by_its_major_version(self) -> None:
        used = [step["uses"] for step in _steps() if "uses" in step]
        assert len(used) == 3
        assert all(re.fullmatch(r"(actions|github)/[a-z/-]+@v[0-9]+", each) for each in used)


def _steps() -> list[dict[str, str]]:
    steps: list[dict[str, str]] = yaml.safe_load(ACTION.read_text("utf-8"))["runs"]["steps"]
    return steps


class TestVerdicts:
    """The step passes or fails as its inputs ask for, and says why wherever a reader looks."""

    def test_a_conformant_export(self, runner: Runner) -> None:
        (runner.workspace / "usage.jsonl").write_bytes(GOOD)
        code, outputs = runner.run(files="usage.jsonl", profile="metering")
        assert (code, outputs["conformant"], outputs["failed"]) == (0, "true", "0")
        assert json.loads((Path(outputs["reports"]) / "badge.json").read_text())["color"] != "red"
        assert runner.summary.startswith("<!-- opentokenomics-report -->\n## ✅")
        assert "::error" not in runner.log

    def test_a_defective_one(self, runner: Runner) -> None:
        (runner.workspace / "usage.jsonl").write_bytes(BAD)
        code, outputs = runner.run(files="usage.jsonl")
        assert (code, outputs["conformant"], outputs["failed"]) == (1, "false", "1")
        assert outputs["achieved-profile"] == "none"
        assert re.search(r"^::error title=OTS-\w+-\d+ .*,file=usage\.jsonl,line=1::charge_category = gift", runner.log)
        assert "❌" in runner.summary
        reports = Path(outputs["reports"])
        assert {each.name for each in reports.iterdir()} == {
            "badge.json",
            *(f"report.{suffix}" for suffix in ("html", "json", "md", "sarif", "xml")),
        }
        (result,) = json.loads((reports / "report.sarif").read_text())["runs"][0]["results"]
        assert result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] == "usage.jsonl"
        uploads = {name.partition("@")[0]: values for name, values in runner.used.items()}
        assert uploads["github/codeql-action/upload-sarif"]["sarif_file"] == f"{reports}/report.sarif"
        assert uploads["actions/upload-artifact"]["path"] == str(reports)

    def test_nothing_is_uploaded_that_nobody_asked_for(self, runner: Runner) -> None:
        (runner.workspace / "usage.jsonl").write_bytes(GOOD)
        assert runner.run(files="usage.jsonl", upload_sarif="false", artifact="")[0] == 0
        assert not runner.used

    @pytest.mark.parametrize(
        ("level", "passed"), [("must", ("true", "false")), ("should", ("false", "false")), ("never", ("true", "true"))]
    )
    def test_the_level_decides(self, program: Program, level: str, passed: tuple[str, str]) -> None:
        Path("warned.jsonl").write_bytes(b"\xef\xbb\xbf" + GOOD)
        Path("failed.jsonl").write_bytes(BAD)
        found = tuple(program(files=file, fail_on=level)[1]["passed"] for file in ("warned.jsonl", "failed.jsonl"))
        assert found == passed

    def test_an_error_ends_the_action(self, runner: Runner) -> None:
        code, outputs = runner.run(files="missing.jsonl")
        assert (code, outputs["conformant"]) == (2, "")
        assert not runner.used

    @pytest.mark.parametrize(
        "inputs",
        [
            {"files": "missing.jsonl"},
            {"files": "missing/**/*.jsonl"},
            {"files": " \n"},
            {"files": "usage.jsonl", "profile": "wisdom"},
            {"files": "usage.jsonl", "fail_on": "often"},
            {"files": "usage.jsonl", "redact": "yes"},
            {"files": "usage.jsonl", "max_examples": "-1"},
            {"files": "usage.jsonl", "max_examples": "9" * 9},
            {"files": "usage.jsonl", "max_examples": "9" * 9999},
            {"files": "usage.jsonl", "dataset": "usages"},
            {"files": "usage.jsonl", "format": "xml"},
            {"files": "usage.jsonl", "spec_version": "9.9"},
            {"files": "usage.jsonl\nmissing.jsonl"},
        ],
    )
    def test_what_cannot_be_judged_never_passes(
        self, program: Program, inputs: dict[str, str], capfdbinary: pytest.CaptureFixture[bytes]
    ) -> None:
        Path("usage.jsonl").write_bytes(GOOD)
        assert program(**inputs) == (2, {})
        assert re.fullmatch(rb"::error title=Open Tokenomics::[^\n]+\n", capfdbinary.readouterr().out)


class TestFiles:
    """Names are data: they are matched, and nothing that they say is done."""

    def test_hostile_names(self, runner: Runner) -> None:
        for number, name in enumerate(HOSTILE):
            row = {**dataset()[0], "record_id": f"{number}", "usage_group_id": f"{number}", "charge_category": "gift"}
            (runner.workspace / name).write_bytes(json_lines([row]))
        code, outputs = runner.run(files="\n".join(HOSTILE), format="jsonl", dataset="usage", max_examples="99")
        assert (code, outputs["conformant"]) == (1, "false")
        assert {each.name for each in runner.workspace.iterdir()} == {*HOSTILE}
        report = json.loads((Path(outputs["reports"]) / "report.json").read_text())
        assert {each["path"].removeprefix("./") for each in report["violations"]} == {*HOSTILE}

    @pytest.mark.parametrize("name", HOSTILE)
    def test_each_in_the_log(self, program: Program, name: str, capfdbinary: pytest.CaptureFixture[bytes]) -> None:
        Path(name).write_bytes(BAD)
        assert program(files=name, format="jsonl", dataset="usage")[1]["failed"] == "1"
        error, notice = capfdbinary.readouterr().out.decode().splitlines()
        assert re.fullmatch(r"::error title=OTS-[^:]+::.+", error)
        assert re.fullmatch(r"::notice title=Open Tokenomics::NOT CONFORMANT .+", notice)

    def test_hostile_values_stay_in_the_reports(self, runner: Runner) -> None:
        said = "x\n::add-mask::owned\n::set-output name=conformant::true\r##[error]owned"
        (runner.workspace / "usage.jsonl").write_bytes(json_lines([{**dataset()[0], "charge_category": said}]))
        assert runner.run(files="usage.jsonl")[1]["conformant"] == "false"
        assert not re.search(r"^\s*::(?!error title=|notice title=)", runner.log, re.MULTILINE)
        assert not re.search(r"^\s*##\[", runner.log, re.MULTILINE)

    def test_hostile_inputs(self, runner: Runner) -> None:
        said = "'; touch owned; echo '$(touch owned)`touch owned`\n::error::owned"
        assert runner.run(files=said, category=said, artifact=said, profile=said, python_version=said)[0] == 2
        assert not [*runner.workspace.iterdir()]
        assert runner.log.count("\n") == 1

    def test_a_project_cannot_replace_modules(self, runner: Runner) -> None:
        for name in ("opentokenomics.py", "duckdb.py", "json.py", "tempfile.py"):
            (runner.workspace / name).write_text("raise SystemExit('owned')")
        (runner.workspace / "usage.jsonl").write_bytes(GOOD)
        assert runner.run(files="usage.jsonl")[0] == 0

    @pytest.mark.usefixtures("program")
    def test_patterns_match_files_each_once(self) -> None:
        for name in ("a.jsonl", "deep/er/b.jsonl", "deep/c d.csv", "[x].jsonl", "x.jsonl"):
            file = Path(name)
            file.parent.mkdir(parents=True, exist_ok=True)
            file.touch()
        expand = import_module("validate").expand
        assert expand("a.jsonl\n\n  **/*.jsonl \ndeep/c d.csv\n") == (
            "a.jsonl",
            "[x].jsonl",
            "deep/er/b.jsonl",
            "x.jsonl",
            "deep/c d.csv",
        )
        assert expand("[x].jsonl") == ("[x].jsonl",)
        assert expand("deep") == ("deep",)

    @pytest.mark.parametrize("named", ["link.csv", "*.csv", "sub/link.csv", "sub/../link.csv", "behind/secret.csv"])
    def test_no_link_is_followed(
        self, named: str, program: Program, tmp_path: Path, capfdbinary: pytest.CaptureFixture[bytes]
    ) -> None:
        """A proposed change could otherwise show any file of the runner in a report."""
        secret = tmp_path / "elsewhere" / "secret.csv"
        secret.parent.mkdir()
        secret.write_text("root:x:0:0\n")
        Path("sub").mkdir()
        for link in ("link.csv", "sub/link.csv"):
            Path(link).symlink_to(secret)
        Path("behind").symlink_to(secret.parent)
        assert program(files=named) == (2, {})
        out = capfdbinary.readouterr().out
        assert b"symbolic link" in out
        assert b"root" not in out

    def test_a_place_outside_of_the_checkout_can_be_named(self, program: Program, tmp_path: Path) -> None:
        (tmp_path / "usage.jsonl").write_bytes(GOOD)
        for name in ("../usage.jsonl", f"{tmp_path}/usage.jsonl"):
            assert program(files=name)[0] == 0


def test_it_installs_the_package_that_it_comes_with(runner: Runner, monkeypatch: pytest.MonkeyPatch) -> None:
    """The libraries that it needs are here already; what is built and put into place is the package."""
    monkeypatch.setenv("PIP_NO_DEPS", "1")
    monkeypatch.setenv("PIP_NO_BUILD_ISOLATION", "0")  # no means no
    runner.given = {"python": runner.given["python"]}
    (runner.workspace / "usage.jsonl").write_bytes(GOOD)
    code, outputs = runner.run(files="usage.jsonl")
    assert (code, outputs["conformant"]) == (0, "true"), runner.log
    assert list(runner.temporary.glob("opentokenomics-*/opentokenomics/_data/schemas"))
