"""What every command keeps: help with examples, exit codes, one clear sentence instead of a traceback."""

from __future__ import annotations

import errno
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from fixtures import Invoke
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from opentokenomics.cli import _run
from opentokenomics.cli._app import app
from opentokenomics.errors import Error

COMMANDS = [
    "validate",
    "convert",
    "explain",
    "schema",
    "generate",
    "metrics",
    "statement",
    "verify",
    "attribute",
    "completion",
]

WRONG = [
    (["nonsense"], "no command 'nonsense'"),
    (["validat", "x"], "Did you mean 'validate'?"),
    (["--nonsense"], "--nonsense"),
    (["validate"], "PATH"),
    (["validate", "a.csv", "--nonsense"], "--nonsense"),
    (
        ["validate", "a.csv", "--report", "pdf"],
        "Available: text, json, junit, sarif, markdown, html, annotations, badge.",
    ),
    (["validate", "a.csv", "--engine", "spark"], "Available: duckdb."),
    (["validate", "a.orc", "--format", "orc"], "Available: csv, jsonl, parquet."),
    (["validate", "a.csv", "--profile", "wisdom"], "Available: metering, cost, attribution, intelligence."),
    (
        ["validate", "a.csv", "--dataset", "budget"],
        "Available: usage, price, plan, outcome_definition, outcome, evaluation, statement.",
    ),
    (
        ["validate", "a.csv", "--dataset", "nonsense"],
        "Available: usage, price, plan, outcome_definition, outcome, evaluation, statement.",
    ),
    (["validate", "a.csv", "--spec-version", "9.9"], "Available: 1.0"),
    (["validate", "a.csv", "--max-examples", "-1"], "-1"),
    (["validate", "a.csv", "--max-examples", "many"], "many"),
    (["validate", "a.csv", "a.csv"], "named twice"),
    (["validate", "-", "-"], "Standard input is named twice"),
    (["explain", "OTS-CST-03"], "OTS-CST-003"),
    (["explain", "nonsense"], "lists them all"),
    (["explain", "OTS-CST-003", "OTS-CST-004"], "OTS-CST-004"),
    (
        ["schema", "nonsense"],
        "Available: evaluation, manifest, outcome, outcome_definition, plan, price, statement, usage",
    ),
    (["schema", "../../pyproject"], "no schema"),
    (
        ["schema", "common", "--format", "csv"],
        "Datasets: evaluation, outcome, outcome_definition, plan, price, statement, usage.",
    ),
    (["schema", "usage", "--format", "sql"], "Available: json, csv, table."),
    (["generate", "--rows", "-5"], "-5"),
    (["generate", "--rows", "1e3"], "1e3"),
    (["generate", "--seed", "x"], "x"),
    (["generate", "--profile", "wisdom"], "Available: metering, cost, attribution, intelligence."),
    (["generate", "--format", "parquet"], "Available: jsonl, csv."),
    (["generate", "-o", "rows.parquet"], "Name the output .jsonl or .csv"),
    (["generate", "-o", "rows.xlsx"], "Name the output .jsonl or .csv"),
    (["generate", "--dataset", "step"], "evaluation, statement, manifest."),
    (["generate", "--dataset", "manifest"], "Write -o NAME.zip."),
    (["generate", "--dataset", "price", "-o", "bundle.zip"], "Leave --dataset out"),
    (["generate", "--defect", "OTS-MAN-010", "-o", "usage.csv"], "Write a bundle: -o NAME.zip."),
    (["generate", "--defect", "OTS-GEN-012", "--dataset", "manifest"], "Write a bundle: -o NAME.zip."),
    (["generate", "--defect", "OTS-GEN-018", "-o", "bundle.zip"], "Write a file: NAME.jsonl or NAME.csv."),
    (["generate", "--defect", "OTS-GEN-021", "--dataset", "usage"], "Choose another dataset: plan, evaluation."),
    (["generate", "--defect", "OTS-PRC-003", "--dataset", "plan"], "Choose a requirement of plan."),
    (["generate", "--defect", "OTS-CST-099"], "Did you mean OTS-CST-0"),
    (["generate", "--defect", "nonsense"], "lists them all"),
    (["generate", "--defect", "OTS-CST-026"], "The invoice is not part of the input."),
    (["generate", "--defect", "OTS-VAL-001"], "no program could tell"),
    (["generate", "--defect", "OTS-CST-003", "--profile", "metering"], "Ask for the profile cost."),
    (["generate", "--defect", "OTS-TOK-012", "--rows", "2", "--format", "csv"], "Ask for 3 records or more."),
    (["convert"], "INPUT"),
    (["convert", "a.csv", "--from", "nonsense"], "nonsense"),
    (["convert", "a.csv", "--at", "yesterday"], "yesterday"),
    (["convert", "a.csv", "-o", "rows.parquet.gz"], "Name the output .jsonl or .csv"),
    (["convert", "a.csv", "a.csv"], "named twice"),
    (["convert", "a.csv", "--rejects", "-"], "standard output"),
    (["convert", "a.csv", "--account", "a@b.example"], "e-mail"),
    (["metrics", "unit_cost"], "--input"),
    (["metrics", "unit_cost", "--input", "usage"], "Write DATASET=FILE."),
    (["metrics", "unit_cost", "--input", "nonsense=a.csv"], "Datasets: "),
    (["metrics", "unit_cost", "--input", "usage=a.csv", "--input", "usage=a.csv"], "named twice"),
    (["metrics", "iq_per_dollar", "--input", "usage=a.csv"], "Choose one of cost_of_pass"),
    (["metrics", "cost_of_pass", "--input", "usage=a.csv"], "--input evaluation=FILE"),
    (["metrics", "unit_cost", "--input", "usage=a.csv", "--where", "team"], "Write COLUMN=VALUE."),
    (["metrics", "unit_cost", "--input", "usage=a.csv", "--where", "team=a", "--where", "team=b"], "names team twice"),
    (["metrics", "unit_cost", "--input", "usage=a.csv", "--seed", "-1"], "Pass an integer from 0."),
    (["metrics", "unit_cost", "--input", "usage=a.csv", "--resamples", "1"], "Pass an integer from 100."),
    (["metrics", "unit_cost", "--input", "usage=a.csv", "--confidence", "0.94"], "Available: 0.90, 0.95, 0.99."),
    (["metrics", "unit_cost", "--input", "usage=a.csv", "--base-price", "dear"], "is no amount"),
    (["metrics", "unit_cost", "--input", "usage=missing.csv"], "missing.csv"),
    (["metrics", "unit_cost", "--input", "usage=a.csv", "--base-price", "9e999999999"], "is no amount"),
    (
        ["metrics", "expected_retries", "--assume", "cost=9e999999999", "--assume", "success_rate=1"],
        "beyond any amount",
    ),
    (
        ["metrics", "expected_retries", "--assume", "cost=1", "--assume", "success_rate=9e-99999999"],
        "beyond any amount",
    ),
    (["reconcile", "a.csv", "b.csv", "--rounding", "-0.01"], "is no amount"),
    (["reconcile", "a.csv", "b.csv", "--rounding", "9e999999"], "is no amount"),
    (["reconcile", "a.csv", "b.csv", "--rounding", "9e-999999"], "is no amount"),
    (["reconcile", "a.csv", "b.csv", "--rounding", f"0.{'3' * 60}"], "is no amount"),
    (["statement", "unit_cost", "--input", "usage=-"], "no file that has a digest"),
    (["statement", "unit_cost", "--input", "usage=missing.csv"], "missing.csv does not exist"),
    (["statement", "unit_cost", "--input", f"usage={'a' * 300}.csv"], "cannot be read: File name too long"),
    (["compare-versions", "", "1.0-draft"], "An empty name is neither a version"),
    (["statement", "unit_cost", "--input", "usage=a.csv", "--at", "today"], "RFC 3339"),
    (["statement", "unit_cost", "--input", "usage=a.csv", "-o", "rows.parquet"], "Name the output .jsonl or .csv"),
    (["verify", "missing.jsonl", "--input", "usage=missing.csv"], "missing.csv"),
    (["verify"], "STATEMENTS"),
    (["attribute", "--input", "usage=a.csv"], "--by"),
    (["attribute", "--input", "usage=a.csv", "--by", "team", "--driver", "luck"], "Choose cost, or a meter: "),
    (["attribute", "--input", "usage=a.csv", "--by", "team", "--places", "19"], "19"),
    (["completion"], "{bash|zsh|fish}"),
    (["completion", "tcsh"], "Available: bash, zsh, fish."),
]


class TestHelp:
    """Help is quick, complete and shows commands that can be copied."""

    @pytest.mark.parametrize("flag", ["--help", "-h"])
    @pytest.mark.parametrize("command", COMMANDS)
    def test_each_command_has_an_example(self, command: str, flag: str) -> None:
        result = CliRunner().invoke(app, [command, flag])
        assert result.exit_code == 0
        assert "Examples:" in result.output
        assert f"  opentokenomics {command}" in result.output

    def test_the_list_of_commands_says_what_each_command_is(self) -> None:
        listed = CliRunner().invoke(app, ["--help"]).output
        for command in COMMANDS:
            assert f"\n  {command} " in listed

    def test_without_a_command_the_help_goes_to_standard_error(self, invoke: Invoke) -> None:
        code, out, err = invoke()
        assert (code, out) == (2, "")
        assert "Commands:" in err

    def test_version_names_package_and_standard(self, invoke: Invoke) -> None:
        code, out, _ = invoke("--version")
        assert code == 0
        assert out.startswith("opentokenomics ")
        assert "(standard 1.0" in out

    def test_help_and_version_load_nothing_heavy(self) -> None:
        heavy = ["rich", "jinja2", "duckdb", "pydantic", "sqlglot", "msgspec", "opentokenomics.cli._validate"]
        code = (
            "import sys; from opentokenomics.cli._run import run; run(['--help']); run(['--version']);"
            f"print('loaded:', *[name for name in {heavy!r} if name in sys.modules])"
        )
        done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
        assert done.stdout.endswith("loaded:\n")


class TestExitCodes:
    """2 when the work cannot be done, with a sentence and what to do; never a traceback."""

    @pytest.mark.parametrize(("arguments", "words"), WRONG, ids=[" ".join(line) for line, _ in WRONG])
    def test_bad_arguments(self, arguments: list[str], words: str, invoke: Invoke) -> None:
        code, out, err = invoke(*arguments)
        assert (code, out) == (2, "")
        assert err.startswith("Error: ")
        assert words in " ".join(err.split())
        assert "Traceback" not in err
        assert len(err.splitlines()) == 2

    @settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
    @given(st.lists(st.text(max_size=12), min_size=1, max_size=4), st.sampled_from(["", *COMMANDS]))
    def test_no_arguments_lead_to_a_traceback(self, invoke: Invoke, words: list[str], command: str) -> None:
        code, _, err = invoke(*([command] if command else []), *words, "--nonsense")
        assert code == 2
        assert "unexpectedly" not in err
        assert all(line.isprintable() for line in err.split("\n"))

    def test_an_unforeseen_error_is_one_sentence(self, invoke: Invoke, engine: list[Any]) -> None:
        code, out, err = invoke("validate", "crash.csv")
        assert (code, out, len(engine)) == (2, "", 1)
        assert "unexpectedly (ZeroDivisionError)" in err
        assert "Please report this" in err
        assert "crashed on" not in err
        assert "Traceback" not in err

    @pytest.mark.usefixtures("engine")
    def test_a_developer_can_see_where(self, invoke: Invoke, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("OPENTOKENOMICS_DEBUG", "1")
        code, _, err = invoke("validate", "crash.csv")
        assert code == 2
        assert "Traceback" in err

    def test_what_an_error_quotes_does_not_act_on_the_terminal(self, invoke: Invoke) -> None:
        code, _, err = invoke("validate", "\x1b]0;owned\x07\u202e\nx.csv", "--report", "\x1b[2J")
        assert code == 2
        assert all(line.isprintable() for line in err.split("\n"))

    def test_errors_carry_code_message_and_fix(self) -> None:
        error = Error("input_missing", "It is not there.", "Look elsewhere.")
        assert (error.code, error.message, error.fix) == ("input_missing", "It is not there.", "Look elsewhere.")
        assert str(error) == "It is not there. Look elsewhere."

    def test_codes_are_those_of_the_contract(self) -> None:
        assert (_run.DONE, _run.NOT_CONFORMANT, _run.FAILED) == (0, 1, 2)


OUTPUTS = [
    ["validate", "good.csv", "--output"],
    ["generate", "--rows", "3", "-o"],
    ["convert", "--at", "2026-08-31T00:00:00Z", "{body}", "-o"],
    ["convert", "--at", "2026-08-31T00:00:00Z", "{body}", "-o", "{other}", "--rejects"],
]


@pytest.mark.usefixtures("engine", "generator")
@pytest.mark.parametrize("line", OUTPUTS, ids=" ".join)
class TestOutputs:
    """An output file is whole or absent, and never an input."""

    @pytest.fixture
    def arguments(self, line: list[str], tmp_path: Path) -> list[str]:
        body = tmp_path / "body.json"
        body.write_text(
            '{"id": "x", "model": "gpt-5", "usage": {"prompt_tokens": 3, "completion_tokens": 4, "total_tokens": 7}}'
        )
        return [part.format(body=body, other=tmp_path / "other.jsonl") for part in line]

    def test_is_written(self, arguments: list[str], tmp_path: Path, invoke: Invoke) -> None:
        target = tmp_path / "new.jsonl"
        code, out, err = invoke(*arguments, target)
        assert (code, out) == (0, ""), err
        assert target.exists()
        assert not list(tmp_path.glob(".*"))

    def test_replaces_an_older_file_and_keeps_its_permissions(
        self, arguments: list[str], tmp_path: Path, invoke: Invoke
    ) -> None:
        target = tmp_path / "old.jsonl"
        target.write_text("before")
        target.chmod(0o640)
        code, _, err = invoke(*arguments, target)
        assert code == 0, err
        assert target.read_text() != "before"
        assert target.stat().st_mode & 0o777 == 0o640

    def test_is_no_folder(self, arguments: list[str], tmp_path: Path, invoke: Invoke) -> None:
        code, out, err = invoke(*arguments, tmp_path)
        assert (code, out) == (2, "")
        assert "is a folder" in err

    def test_its_folder_exists(self, arguments: list[str], tmp_path: Path, invoke: Invoke) -> None:
        code, out, err = invoke(*arguments, tmp_path / "no" / "such.jsonl")
        assert (code, out) == (2, "")
        assert "does not exist" in err

    @pytest.mark.skipif(not Path("/proc/self").exists(), reason="needs a folder in which even root may not write")
    def test_its_folder_can_be_written_to(self, arguments: list[str], invoke: Invoke) -> None:
        code, out, err = invoke(*arguments, "/proc/report.jsonl")
        assert (code, out) == (2, "")
        assert "/proc/report.jsonl cannot be written" in err

    def test_is_not_write_protected(
        self, arguments: list[str], tmp_path: Path, invoke: Invoke, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        target = tmp_path / "old.jsonl"
        target.write_text("before")
        monkeypatch.setattr("opentokenomics.cli._output.os.access", lambda *_: False)
        code, out, err = invoke(*arguments, target)
        assert (code, out, target.read_text()) == (2, "", "before")
        assert "write-protected" in err

    def test_is_in_a_folder_that_may_be_entered(
        self, arguments: list[str], tmp_path: Path, invoke: Invoke, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        target = tmp_path / "out.jsonl"
        stat = os.stat

        def refuse(path: object, *rest: Any, **more: Any) -> os.stat_result:  # noqa: ANN401 - those of os.stat
            if str(path) == str(target):
                raise PermissionError(errno.EACCES, "Permission denied", str(path))
            return stat(path, *rest, **more)  # type: ignore[arg-type]

        monkeypatch.setattr("os.stat", refuse)
        code, out, err = invoke(*arguments, target)
        assert (code, out) == (2, "")
        assert f"{target} cannot be written: Permission denied" in err

    def test_a_device_is_written_to_and_stays_a_device(self, arguments: list[str], invoke: Invoke) -> None:
        code, _, err = invoke(*arguments, "/dev/null")
        assert code == 0, err
        assert Path("/dev/null").is_char_device()

    def test_a_link_stays_a_link(self, arguments: list[str], tmp_path: Path, invoke: Invoke) -> None:
        (tmp_path / "link.jsonl").symlink_to(tmp_path / "real.jsonl")
        code, _, err = invoke(*arguments, tmp_path / "link.jsonl")
        assert code == 0, err
        assert (tmp_path / "link.jsonl").is_symlink()
        assert (tmp_path / "real.jsonl").is_file()


class TestInputsStay:
    @pytest.mark.parametrize("link", [False, True])
    @pytest.mark.parametrize("line", [["validate", "{0}", "--output", "{1}"], ["convert", "{0}", "-o", "{1}"]])
    @pytest.mark.usefixtures("engine")
    def test_an_input_is_never_overwritten(self, line: list[str], link: bool, tmp_path: Path, invoke: Invoke) -> None:  # noqa: FBT001
        source, output = tmp_path / "in.csv", tmp_path / ("out.csv" if link else "in.csv")
        source.write_text("data")
        if link:
            output.hardlink_to(source)
        code, _, err = invoke(*(part.format(source, output) for part in line))
        assert (code, source.read_text()) == (2, "data")
        assert "also an input" in err

    @pytest.mark.parametrize("command", ["validate", "convert", "price"])
    def test_one_file_is_not_counted_twice(self, command: str, tmp_path: Path, invoke: Invoke) -> None:
        (tmp_path / "a.jsonl").write_text("{}\n")
        (tmp_path / "b.jsonl").symlink_to("a.jsonl")
        code, _, err = invoke(command, tmp_path / "a.jsonl", tmp_path / "b.jsonl")
        assert code == 2
        assert "b.jsonl is the same file as " in err

    def test_rejects_and_rows_go_to_different_files(self, tmp_path: Path, invoke: Invoke) -> None:
        (tmp_path / "a.json").write_text("{}")
        target = tmp_path / "rows.jsonl"
        code, _, err = invoke("convert", tmp_path / "a.json", "-o", target, "--rejects", target)
        assert code == 2
        assert "named twice" in err
        assert not target.exists()
