"""The commands together with what really lies behind them."""

from __future__ import annotations

import gzip
import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from backports import zstd
from checkout import CHECKOUT
from fixtures import Invoke
from jsonschema import Draft202012Validator

from opentokenomics import validate
from opentokenomics.report import FORMATS, render
from opentokenomics.standard import documents, load

USAGE = {
    "prompt_tokens": 30,
    "completion_tokens": 4,
    "total_tokens": 34,
    "prompt_tokens_details": {"cached_tokens": 10},
}
BODY = json.dumps({"id": "resp_1", "model": "gpt-5", "usage": USAGE}) + "\n"
HEADER = ",".join(column.name for column in load().datasets["usage"].columns)


@pytest.fixture
def rows(tmp_path: Path, invoke: Invoke) -> bytes:
    """A conformant metering export of one response."""
    (tmp_path / "body.json").write_text(BODY)
    code, out, err = invoke("convert", "--at", "2026-08-31T00:00:00Z", tmp_path / "body.json")
    assert code == 0, err
    return out.encode()


def is_valid(report: str) -> bool:
    return Draft202012Validator(json.loads(documents()["report.schema.json"])).is_valid(json.loads(report))


class TestGood:
    """What ``convert`` makes, ``validate`` accepts, however it is packed and handed over."""

    @pytest.mark.parametrize("pack", [bytes, gzip.compress, zstd.compress], ids=["plain", "gz", "zst"])
    def test_file(self, pack: Callable[[bytes], bytes], rows: bytes, tmp_path: Path, invoke: Invoke) -> None:
        (tmp_path / "usage").write_bytes(pack(rows))
        code, out, err = invoke("validate", tmp_path / "usage", "--report", "json")
        assert (code, err) == (0, "")
        assert is_valid(out)
        assert json.loads(out)["conformant"] is True

    def test_standard_input(self, rows: bytes, invoke: Invoke) -> None:
        code, out, err = invoke("validate", "-", stdin=rows)
        assert (code, err) == (0, "")
        assert " CONFORMANT to profile metering" in out
        assert "standard input" in out

    def test_csv(self, tmp_path: Path, invoke: Invoke) -> None:
        (tmp_path / "body.json").write_text(BODY)
        assert (
            invoke("convert", "--at", "2026-08-31T00:00:00Z", tmp_path / "body.json", "-o", tmp_path / "u.csv")[0] == 0
        )
        code, out, _ = invoke("validate", tmp_path / "u.csv", "--profile", "metering")
        assert code == 0, out

    @pytest.mark.parametrize("name", ["usage.jsonl", "usage.csv.zst"])
    @pytest.mark.parametrize("profile", ["metering", "cost"])
    def test_generated(self, profile: str, name: str, tmp_path: Path, invoke: Invoke) -> None:
        arguments = ["--rows", 300, "--seed", 7, "--profile", profile]
        assert invoke("generate", *arguments, "-o", tmp_path / name) == (0, "", "")
        code, out, _ = invoke("validate", tmp_path / name, "--profile", profile)
        assert code == 0, out
        assert f" CONFORMANT to profile {profile} of standard" in out
        assert "300  usage rows" in out

    def test_usage_with_the_prices_and_plans_that_it_names(self, tmp_path: Path, invoke: Invoke) -> None:
        files = [tmp_path / name for name in ("price.csv", "plan.2026.jsonl.gz", "usage.csv")]
        for file in files:
            assert invoke("generate", "--rows", 300, "--seed", 7, "-o", file) == (0, "", "")
        code, out, _ = invoke("validate", *files, "--profile", "cost")
        assert code == 0, out
        assert "300  price rows" in out

    def test_a_dataset_that_is_asked_for(self, invoke: Invoke) -> None:
        code, out, told = invoke("generate", "--rows", 40, "--dataset", "price", "--format", "csv")
        assert (code, told, len(out.splitlines())) == (0, "", 41)
        assert invoke("validate", "-", "--dataset", "price", "--format", "csv", stdin=out.encode())[0] == 0
        code, out, told = invoke("generate", "--rows", 40, "--defect", "OTS-PLN-010")
        assert told.startswith("OTS-PLN-010 is broken in row ")
        assert invoke("validate", "-", "--dataset", "plan", stdin=out.encode())[0] == 0


class TestDefect:
    """What ``generate --defect`` breaks, ``validate`` finds, in the row that was named."""

    @pytest.mark.parametrize("name", ["usage.jsonl", "usage.csv", "usage.jsonl.gz", "usage.csv.zst"])
    @pytest.mark.parametrize("requirement", ["OTS-GEN-001", "ots-usg-001", "OTS-CST-008"])
    def test_in_a_file(self, requirement: str, name: str, tmp_path: Path, invoke: Invoke) -> None:
        path = tmp_path / name
        code, out, told = invoke("generate", "--rows", 80, "--seed", 5, "--defect", requirement, "-o", path)
        assert (code, out) == (0, "")
        place = re.match(rf"{requirement.upper()} is broken in row ([0-9]+), record [^ ]+: .+[.]\n$", told)
        assert place, told
        code, out, _ = invoke("validate", path, "--profile", "cost", "--report", "json")
        assert code == (0 if requirement == "OTS-CST-008" else 1)
        found = [(each["requirement"], each["row"]) for each in json.loads(out)["violations"]]
        assert found == [(requirement.upper(), int(place[1]))]

    def test_on_standard_output(self, invoke: Invoke) -> None:
        code, out, told = invoke("generate", "--rows", 30, "--defect", "OTS-TOK-010")
        assert (code, len(out.splitlines())) == (0, 30)
        assert told.startswith("OTS-TOK-010 is broken in row ")
        code, out, _ = invoke("validate", "-", "--report", "json", stdin=out.encode())
        assert {each["requirement"] for each in json.loads(out)["violations"]} == {"OTS-TOK-010"}

    @pytest.mark.parametrize("requirement", ["OTS-MAN-010", "OTS-PRC-010"])
    def test_in_a_bundle(self, requirement: str, tmp_path: Path, invoke: Invoke) -> None:
        path = tmp_path / "bundle.zip"
        code, out, told = invoke("generate", "--rows", 20, "--defect", requirement, "-o", path)
        assert (code, out) == (0, "")
        assert told.startswith(f"{requirement} is broken")
        code, out, _ = invoke("validate", path, "--report", "json")
        assert code == 1
        assert {each["requirement"] for each in json.loads(out)["violations"]} == {requirement}

    @pytest.mark.parametrize("name", ["plan.csv", "price.jsonl", "outcome.jsonl.gz"])
    def test_in_the_dataset_that_the_output_is_called_after(self, name: str, tmp_path: Path, invoke: Invoke) -> None:
        path = tmp_path / name
        assert invoke("generate", "--rows", 80, "--defect", "OTS-GEN-008", "-o", path)[0] == 0
        code, out, _ = invoke("validate", path, "--report", "json")
        assert [each["requirement"] for each in json.loads(out)["violations"]] == ["OTS-GEN-008"], code
        code, _, told = invoke("generate", "--rows", 80, "--defect", "OTS-CST-003", "-o", path)
        assert (code, "of the dataset usage, not of" in told) == (2, True)

    def test_that_cannot_be_leaves_no_file(self, tmp_path: Path, invoke: Invoke) -> None:
        code, _, _ = invoke("generate", "--rows", 1, "--defect", "OTS-TOK-015", "-o", tmp_path / "usage.csv")
        assert (code, list(tmp_path.iterdir())) == (2, [])


class TestPage:
    """The commands on the page about made-up exports do what it says."""

    def test_of_made_up_exports(self, tmp_path: Path, invoke: Invoke, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.chdir(tmp_path)
        page = (CHECKOUT / "docs" / "generate.md").read_text()
        commands = re.findall(r"^opentokenomics (generate .+)$", page, re.MULTILINE)
        assert len(commands) == 8
        told = []
        for command in commands:
            code, out, err = invoke(*command.replace("1000000", "1000").split())
            assert (code, out) == (0, ""), err
            told += err.splitlines()
        assert len(told) == 4
        assert told[0] in page


BROKEN = {
    "empty": b"",
    "header-only": HEADER.encode() + b"\n",
    "binary": bytes(range(256)) * 9,
    "utf-16": "a,b\n1,2\n".encode("utf-16"),
    "array": b"[1, 2]\n",
    "scalar": b"null\n",
    "truncated": b'{"record_id": "a", "meter": "tok',
    "deep": b'{"tags":' + b"[" * 100_000 + b"\n",
    "terminal": b'{"record_id": "\\u001b]0;owned\\u0007", "\\u001b[31mname": 1}\n',
    "markup": b'{"record_id": "[bold]", "[/red]": "[link=https://x]"}\n',
    "formula": b"=1+1,record_id\n1,2\n",
}


class TestBroken:
    """What can be read is judged: exit code 1, a report that names the lines, nothing that acts on a terminal."""

    @pytest.mark.parametrize("name", BROKEN)
    def test_is_not_conformant(self, name: str, tmp_path: Path, invoke: Invoke) -> None:
        (tmp_path / name).write_bytes(BROKEN[name])
        code, out, err = invoke("validate", tmp_path / name)
        assert (code, err) == (1, "")
        assert "NOT CONFORMANT" in out.splitlines()[0]
        assert all(line.isprintable() for line in out.split("\n"))
        code, out, err = invoke("validate", tmp_path / name, "--report", "json", "--redact")
        assert (code, err) == (1, "")
        assert is_valid(out)
        assert "owned" not in out

    def test_one_wrong_total_is_named_with_its_line(self, rows: bytes, invoke: Invoke) -> None:
        wrong = rows.replace(b'"consumed_quantity":"4"', b'"consumed_quantity":"5"')
        assert wrong != rows
        code, out, _ = invoke("validate", "-", "--report", "json", stdin=wrong)
        assert code == 1
        found = json.loads(out)["violations"]
        assert {each["requirement"] for each in found} == {"OTS-TOK-010"}
        assert found[0]["line"] is not None

    @pytest.mark.parametrize("most", [0, 1, 3])
    def test_examples_are_bounded_and_totals_are_not(self, most: int, rows: bytes, invoke: Invoke) -> None:
        wrong = rows.replace(b'"meter":"tokens"', b'"meter":"tokens","wrong":1')
        code, out, _ = invoke("validate", "-", "--report", "json", "--max-examples", most, stdin=wrong)
        report = json.loads(out)
        assert code == 1
        assert len([each for each in report["violations"] if each["requirement"] == "OTS-GEN-007"]) == most
        (check,) = [each for each in report["checks"] if each["requirement"] == "OTS-GEN-007"]
        assert check["violations"] == wrong.count(b'"wrong"')


CANARY = "CANARY4711"


def poisoned(rows: bytes) -> bytes:
    """Rows that hold the canary in each column, in an unknown name, in a map, and in a line that is no record."""
    row = json.loads(rows.splitlines()[0])
    columns = [column.name for column in load().datasets["usage"].columns]
    lines = [json.dumps({**row, "record_id": f"r{number}", name: CANARY}) for number, name in enumerate(columns)]
    lines += [json.dumps({**row, "record_id": CANARY}), json.dumps({**row, CANARY: CANARY})]
    lines += [json.dumps({**row, "tags": {CANARY: 1}}), f'{{"{CANARY}": "{CANARY}', f"{CANARY},{CANARY}"]
    return "".join(f"{line}\n" for line in lines).encode()


class TestForms:
    """Each form of the report is written whole, and lets nothing through that it must not."""

    @pytest.mark.parametrize("kind", ["jsonl", "csv"])
    def test_a_redacted_report_repeats_nothing(self, kind: str, rows: bytes, tmp_path: Path) -> None:
        source = tmp_path / f"usage.{kind}"
        source.write_bytes(poisoned(rows) if kind == "jsonl" else f"{HEADER},{CANARY}\n{CANARY},{CANARY}\n".encode())
        report = validate(source, profile="cost", max_examples=1000)
        for form in FORMATS:
            assert (CANARY in render(report, form)) == (form != "badge")
            assert CANARY not in render(report, form, redact=True)

    @pytest.mark.parametrize("form", FORMATS)
    def test_a_file_holds_the_whole_report(self, form: str, rows: bytes, tmp_path: Path, invoke: Invoke) -> None:
        source, target = tmp_path / "usage.jsonl", tmp_path / "report"
        source.write_bytes(rows)
        assert invoke("validate", source, "--report", form, "-o", target)[0] == 0
        assert target.read_text("utf-8") == render(validate(source), form)

    def test_one_validation_writes_several(self, rows: bytes, tmp_path: Path, invoke: Invoke) -> None:
        source = tmp_path / "usage.jsonl"
        source.write_bytes(rows)
        others = {form: tmp_path / form for form in FORMATS}
        words = [word for form, file in others.items() for word in ("--also", f"{form}={file}")]
        code, out, _ = invoke("validate", source, *words, "--report", "json")
        report = validate(source)
        assert (code, out) == (0, report.to_json())
        assert {form: file.read_text("utf-8") for form, file in others.items()} == {
            form: render(report, form) for form in FORMATS
        }

    @pytest.mark.parametrize(
        ("words", "said"),
        [
            (["--also", "sarif"], "does not name a form and a file"),
            (["--also", "sarif="], "does not name a form and a file"),
            (["--also", "sarif=-"], "does not name a form and a file"),
            (["--also", "pdf=a"], "Available: text"),
            (["--also", "json={a}", "--also", "badge={a}"], "named twice"),
            (["-o", "{a}", "--also", "badge={a}"], "named twice"),
            (["--also", "badge={source}"], "also an input"),
        ],
    )
    def test_other_files_are_files_of_their_own(
        self, words: list[str], said: str, rows: bytes, tmp_path: Path, invoke: Invoke
    ) -> None:
        source = tmp_path / "usage.jsonl"
        source.write_bytes(rows)
        places, before = {"a": tmp_path / "a", "source": source}, {*tmp_path.iterdir()}
        code, out, err = invoke("validate", source, *(word.format(**places) for word in words))
        assert (code, out, said in err) == (2, "", True)
        assert {*tmp_path.iterdir()} == before
        assert source.read_bytes() == rows

    def test_every_form_is_on_offer(self, invoke: Invoke) -> None:
        _, out, _ = invoke("validate", "--help")
        assert f"[{'|'.join(FORMATS)}]" in out


class TestUnreadable:
    """What cannot be read ends with exit code 2 and a sentence."""

    @pytest.mark.parametrize(
        "command", [["validate"], ["convert", "--at", "2026-08-31T00:00:00Z"]], ids=lambda line: line[0]
    )
    @pytest.mark.parametrize("kind", ["missing", "folder", "forbidden", "broken.gz", "cut.gz", "broken.zst", "https"])
    def test_input(self, command: list[str], kind: str, tmp_path: Path, invoke: Invoke, rows: bytes) -> None:
        source: Path | str = tmp_path / kind
        match kind:
            case "folder":
                (tmp_path / kind).mkdir()
            case "forbidden":
                source = Path("/proc/self/mem")
                if not source.exists():
                    pytest.skip("needs a file that even root cannot read")
            case "broken.gz":
                (tmp_path / kind).write_bytes(b"\x1f\x8b\x08\x00broken")
            case "cut.gz":
                (tmp_path / kind).write_bytes(gzip.compress(rows * 9)[:-12])
            case "broken.zst":
                (tmp_path / kind).write_bytes(b"\x28\xb5\x2f\xfdbroken")
            case "https":
                source = "https://example.org/usage.csv"
        target = tmp_path / "made.jsonl"
        code, out, err = invoke(*command, source, "--output", target)
        assert (code, out) == (2, "")
        assert err.startswith("Error: ")
        assert "unexpectedly" not in err
        assert not target.exists()
        assert len(err.splitlines()) == 2
