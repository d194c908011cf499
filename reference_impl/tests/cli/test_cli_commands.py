"""What each command does when all is well, and when its input is empty, broken or absent."""

from __future__ import annotations

import csv
import gzip
import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from backports import zstd
from fixtures import Invoke
from jsonschema import Draft202012Validator

from opentokenomics.standard import Profile, documents, load

BODY = '{"id": "resp_1", "model": "gpt-5", "usage": {"prompt_tokens": 3, "completion_tokens": 4, "total_tokens": 7}}\n'
AT = ("--at", "2026-08-31T00:00:00Z")


class TestValidate:
    """The verdict decides the exit code; the report goes where and how it was asked for."""

    def test_conformant(self, invoke: Invoke, engine: list[dict[str, Any]]) -> None:
        code, out, err = invoke("validate", "good.csv", "-", "--profile", "cost")
        assert (code, err) == (0, "")
        assert out.splitlines()[0].endswith(f" CONFORMANT to profile cost of standard {load().version}")
        assert "NOT" not in out.splitlines()[0]
        (call,) = engine
        assert call["paths"] == ["good.csv", "-"]
        assert call["profile"] is Profile.COST
        assert (call["dataset"], call["spec_version"], call["format"], call["max_examples"]) == (None, None, None, 5)

    def test_options_reach_the_engine(self, invoke: Invoke, engine: list[dict[str, Any]]) -> None:
        options = ["--dataset", "usage", "--spec-version", load().version, "--format", "jsonl", "--max-examples", "2"]
        assert invoke("validate", "good", *options)[0] == 0
        (call,) = engine
        assert call["profile"] is None
        assert [call[name] for name in ("dataset", "spec_version", "format", "max_examples")] == [
            "usage",
            load().version,
            "jsonl",
            2,
        ]

    @pytest.mark.usefixtures("engine")
    def test_not_conformant(self, invoke: Invoke) -> None:
        code, out, err = invoke("validate", "bad.csv")
        assert (code, err) == (1, "")
        assert "NOT CONFORMANT to profile cost" in out.splitlines()[0]
        assert "bad.csv:4  list_cost = 3.14" in out
        assert "\x1b" not in out

    @pytest.mark.usefixtures("engine")
    @pytest.mark.parametrize("name", ["good.csv", "bad.csv"])
    def test_json_follows_the_published_schema(self, name: str, invoke: Invoke) -> None:
        _, out, _ = invoke("validate", name, "--report", "json")
        validator = Draft202012Validator(json.loads(documents()["report.schema.json"]))
        assert list(validator.iter_errors(json.loads(out))) == []

    @pytest.mark.usefixtures("engine")
    @pytest.mark.parametrize("form", ["text", "json"])
    def test_redacted(self, form: str, invoke: Invoke) -> None:
        plain = invoke("validate", "bad.csv", "--report", form)[1]
        hidden = invoke("validate", "bad.csv", "--report", form, "--redact")[1]
        assert "3.14" in plain
        assert "3.14" not in hidden
        assert "secret-id" not in hidden
        assert "[redacted]" in hidden

    @pytest.mark.usefixtures("engine")
    @pytest.mark.parametrize("form", ["text", "json"])
    def test_into_a_file(self, form: str, tmp_path: Path, invoke: Invoke) -> None:
        code, out, err = invoke("validate", "bad.csv", "--report", form, "--output", tmp_path / "r")
        assert (code, out) == (1, "")
        assert err == f"NOT CONFORMANT: the report is in {tmp_path / 'r'}\n"
        assert (tmp_path / "r").read_text("utf-8") == invoke("validate", "bad.csv", "--report", form)[1]

    @pytest.mark.usefixtures("engine")
    def test_an_input_that_cannot_be_read(self, tmp_path: Path, invoke: Invoke) -> None:
        code, out, err = invoke("validate", "missing.csv", "--output", tmp_path / "r")
        assert (code, out, list(tmp_path.iterdir())) == (2, "", [])
        assert err == "Error: missing.csv does not exist.\n  Check the path.\n"

    @pytest.mark.usefixtures("engine")
    def test_width_follows_the_columns_variable(self, invoke: Invoke, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("COLUMNS", "40")
        out = invoke("validate", "bad.csv")[1]
        assert max(len(line) for line in out.splitlines()) <= 40


class TestExplain:
    """Every requirement can be explained, to people and to programs."""

    @pytest.mark.parametrize("requirement", load().requirements, ids=lambda each: each.id)
    def test_each_requirement(self, requirement: Any, invoke: Invoke) -> None:  # noqa: ANN401
        code, out, err = invoke("explain", requirement.id)
        assert (code, err) == (0, "")
        words = " ".join(out.split())
        for part in (requirement.statement, requirement.rationale, requirement.fix):
            assert " ".join(part.split()) in words
        assert f"{requirement.id}  {requirement.keyword}" in out
        assert f"https://opentokenomics.org/requirements/{requirement.id}/" in out

    def test_the_predicate_is_shown(self, invoke: Invoke) -> None:
        out = invoke("explain", "ots-cst-003")[1]
        assert "ABS(list_cost - list_unit_price * pricing_quantity) <= 0.005" in out
        assert "list_cost, list_unit_price, pricing_quantity" in out

    def test_all_are_listed(self, invoke: Invoke) -> None:
        out = invoke("explain")[1]
        assert all(each.id in out for each in load().requirements)

    def test_as_json(self, invoke: Invoke) -> None:
        one = json.loads(invoke("explain", "OTS-CST-003", "--json")[1])
        assert one["check"]["kind"] == "row"
        assert one["check"]["predicate"]["sql"].startswith("ABS(")
        assert one["url"].endswith("/requirements/OTS-CST-003/")
        every = json.loads(invoke("explain", "--json")[1])
        assert [each["id"] for each in every] == [each.id for each in load().requirements]
        assert one in every


class TestSchema:
    """What is printed is what is published."""

    def test_every_listed_schema_can_be_printed(self, invoke: Invoke) -> None:
        names = [line.split()[0] for line in invoke("schema")[1].splitlines() if not line.startswith(" ")]
        assert {"usage", "common", "report"} <= set(names)
        for name in names:
            assert invoke("schema", name) == (0, documents()[f"{name}.schema.json"], "")

    def test_csv_header(self, invoke: Invoke) -> None:
        (header,) = csv.reader(io.StringIO(invoke("schema", "usage", "--format", "csv")[1]))
        assert header == [column.name for column in load().datasets["usage"].columns]

    def test_table(self, invoke: Invoke, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("COLUMNS", "200")
        out = invoke("schema", "usage", "--format", "table")[1]
        assert all(column.name in out for column in load().datasets["usage"].columns)
        assert "ChargePeriodStart" in out


@pytest.mark.usefixtures("generator")
class TestGenerate:
    """Rows go out in the form that the name of the output says."""

    def test_json_lines_to_standard_output(self, invoke: Invoke) -> None:
        code, out, err = invoke("generate", "--rows", "3", "--seed", "7", "--profile", "metering")
        assert (code, err) == (0, "")
        rows = [json.loads(line) for line in out.splitlines()]
        assert [row["record_id"] for row in rows] == ["7:0", "7:1", "7:2"]
        assert {row["source_name"] for row in rows} == {"metering"}

    def test_no_rows_at_all(self, invoke: Invoke) -> None:
        code, out, err = invoke("generate", "--rows", "0")
        assert (code, out) == (2, "")
        assert "--rows" in err

    @pytest.mark.parametrize("suffix", ["", ".gz", ".zst"])
    @pytest.mark.parametrize("form", ["jsonl", "csv"])
    def test_suffixes(self, form: str, suffix: str, tmp_path: Path, invoke: Invoke) -> None:
        target = tmp_path / f"rows.{form}{suffix}"
        assert invoke("generate", "--rows", "5", "-o", target)[0] == 0
        data = target.read_bytes()
        if suffix == ".gz":
            data = gzip.decompress(data)
        if suffix == ".zst":
            data = zstd.decompress(data)
        assert data.decode() == invoke("generate", "--rows", "5", "--format", form)[1]

    def test_the_same_command_writes_the_same_bytes(self, tmp_path: Path, invoke: Invoke) -> None:
        for name in ("a.csv.gz", "b.csv.gz"):
            assert invoke("generate", "--rows", "5", "-o", tmp_path / name)[0] == 0
        assert (tmp_path / "a.csv.gz").read_bytes() == (tmp_path / "b.csv.gz").read_bytes()


class TestConvert:
    """Records go out, notices go to standard error, rejects decide the exit code."""

    def test_standard_input_to_standard_output(self, invoke: Invoke) -> None:
        code, out, err = invoke("convert", "--from", "openai-response", *AT, "-", stdin=BODY.encode())
        assert code == 0
        rows = [json.loads(line) for line in out.splitlines()]
        assert sum(int(row["consumed_quantity"]) for row in rows if row["meter"] == "tokens") == 7
        assert f"1 record read from openai-response, {len(rows)} rows made, 0 records rejected" in err

    @pytest.mark.parametrize("pack", [bytes, gzip.compress, zstd.compress], ids=["plain", "gz", "zst"])
    def test_compressed_inputs(self, pack: Callable[[bytes], bytes], tmp_path: Path, invoke: Invoke) -> None:
        source = tmp_path / "body"
        source.write_bytes(pack(BODY.encode()))
        assert invoke("convert", *AT, source)[:2] == invoke("convert", *AT, "-", stdin=BODY.encode())[:2]

    def test_several_inputs_become_one_output(self, tmp_path: Path, invoke: Invoke) -> None:
        for name in ("a", "b"):
            (tmp_path / name).write_text(BODY.replace("resp_1", f"resp_{name}"))
        code, _, err = invoke("convert", *AT, tmp_path / "a", tmp_path / "b", "-o", tmp_path / "rows.csv")
        assert code == 0, err
        with (tmp_path / "rows.csv").open(newline="") as file:
            identifiers = [row["record_id"] for row in csv.DictReader(file)]
        assert len(identifiers) == len(set(identifiers))
        assert "2 records read" in err

    def test_rejects(self, tmp_path: Path, invoke: Invoke) -> None:
        rejects = tmp_path / "rejects.jsonl"
        data = BODY + '{"usage": \n' + BODY.replace("resp_1", "resp_2")
        line = ("convert", "--from", "openai-response", *AT, "-")
        code, out, err = invoke(*line, "--rejects", rejects, stdin=data.encode())
        assert code == 1
        assert out
        (reject,) = [json.loads(each) for each in rejects.read_text().splitlines()]
        assert reject["line"] == 2
        assert "rejected: standard input:2: " in err
        assert err.endswith(f"what was rejected is in {rejects}\n")
        assert invoke(*line, stdin=data.encode())[:2] == (1, out)

    @pytest.mark.parametrize("name", ["rows.jsonl", "rows.parquet"])
    def test_two_records_of_a_call_that_differ(self, name: str, tmp_path: Path, invoke: Invoke) -> None:
        other = BODY.replace('_tokens": 7', '_tokens": 70')
        rows = set()
        for place, data in enumerate((BODY + other, other + BODY)):
            source, output, rejects = tmp_path / f"{place}", tmp_path / f"{place}-{name}", tmp_path / f"{place}.rejects"
            source.write_text(data)
            code, _, err = invoke("convert", *AT, source, "-o", output, "--rejects", rejects)
            (reject,) = [json.loads(each) for each in rejects.read_text().splitlines()]
            assert (code, reject["input"], reject["line"]) == (1, str(source), place + 1)
            assert "2 records read" in err
            assert "1 record rejected" in err
            rows.add(output.read_bytes())
            assert name.endswith(".parquet") or invoke("convert", *AT, source)[1].encode() in rows
        assert len(rows) == 1

    def test_rejects_file_is_emptied_when_there_are_none(self, tmp_path: Path, invoke: Invoke) -> None:
        rejects = tmp_path / "rejects.jsonl"
        rejects.write_text("old")
        code, _, err = invoke("convert", *AT, "-", "--rejects", rejects, stdin=BODY.encode())
        assert code == 0
        assert err.endswith(f"nothing was rejected: {rejects} is empty\n")
        assert rejects.read_text() == ""

    def test_many_rejects_are_summed_up(self, invoke: Invoke) -> None:
        data = BODY + '{"usage": \n' * 9
        code, _, err = invoke("convert", "--from", "openai-response", *AT, "-", stdin=data.encode())
        assert code == 1
        assert err.count("rejected: ") == 5
        assert "4 more rejected; --rejects FILE writes them all" in err

    def test_a_missing_time_leaves_nothing(self, tmp_path: Path, invoke: Invoke) -> None:
        code, out, err = invoke("convert", "-", "-o", tmp_path / "rows.jsonl", stdin=BODY.encode())
        assert (code, out, list(tmp_path.iterdir())) == (2, "", [])
        assert "--at" in err

    def test_options_fill_what_the_input_does_not_say(self, invoke: Invoke) -> None:
        options = ["--model", "m-1", "--provider", "P", "--account", "acc"]
        body = BODY.replace('"model": "gpt-5", ', "")
        _, out, _ = invoke("convert", "--from", "openai-response", *AT, *options, "-", stdin=body.encode())
        row = json.loads(out.splitlines()[0])
        assert (row["model_id"], row["service_provider_name"], row["billing_account_id"]) == ("m-1", "P", "acc")

    def test_list(self, invoke: Invoke) -> None:
        code, out, _ = invoke("convert", "--list")
        assert code == 0
        assert "openai-dashboard" in out

    @pytest.mark.parametrize(
        ("data", "name"),
        [
            (None, "missing.jsonl"),
            (b"\x1f\x8b\x08broken", "broken.gz"),
            (gzip.compress(BODY.encode() * 99, mtime=0)[:-9], "cut.gz"),
            (b"\x00\x01\x02" * 99, "binary"),
            (BODY.encode("utf-16"), "utf-16.jsonl"),
            (b"[" * 100_000, "deep.json"),
        ],
        ids=lambda value: value if isinstance(value, str) else "",
    )
    def test_what_cannot_be_converted(self, data: bytes | None, name: str, tmp_path: Path, invoke: Invoke) -> None:
        source = tmp_path / name
        if data is not None:
            source.write_bytes(data)
        code, _, err = invoke("convert", *AT, source, "-o", tmp_path / "rows.jsonl")
        assert code in {1, 2}
        assert "Traceback" not in err
        assert "unexpectedly" not in err
        assert (tmp_path / "rows.jsonl").exists() == (code == 1)

    def test_an_empty_input_is_said_to_be_empty(self, tmp_path: Path, invoke: Invoke) -> None:
        (tmp_path / "empty.jsonl").touch()
        code, out, err = invoke("convert", *AT, tmp_path / "empty.jsonl")
        assert (code, out) == (0, "")
        assert "no record" in err


class TestCompletion:
    @pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
    def test_script(self, shell: str, invoke: Invoke) -> None:
        code, out, _ = invoke("completion", shell)
        assert code == 0
        assert f"_OPENTOKENOMICS_COMPLETE={shell}_complete" in out

    @pytest.mark.parametrize(
        ("typed", "found"),
        [
            ("opentokenomics v", "validate"),
            ("opentokenomics validate --profile ", "cost"),
            ("opentokenomics validate --profile attribution --re", "--report"),
            ("opentokenomics explain OTS-CST-00", "OTS-CST-003"),
            ("opentokenomics schema u", "usage"),
            ("opentokenomics convert --from open", "openai-dashboard"),
        ],
    )
    def test_answers(self, typed: str, found: str, invoke: Invoke, monkeypatch: pytest.MonkeyPatch) -> None:
        words = typed.split(" ")
        monkeypatch.setenv("_OPENTOKENOMICS_COMPLETE", "bash_complete")
        monkeypatch.setenv("COMP_WORDS", typed)
        monkeypatch.setenv("COMP_CWORD", str(len(words) - 1))
        code, out, _ = invoke()
        assert code == 0
        assert f"plain,{found}\n" in out
