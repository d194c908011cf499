"""With ``--redact``, nothing that an input says is in any report or message, wherever it stands."""

from __future__ import annotations

import io
import json
import tempfile
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from bundles import made
from hypothesis import given, settings
from hypothesis import strategies as st
from records import STANDARD, csv_file, json_lines

from opentokenomics import validate
from opentokenomics.cli._run import run
from opentokenomics.errors import Error
from opentokenomics.report import Report, render
from opentokenomics.standard import Kind

CANARY = "qzxcanary"
"""Part of every text of an input, and of nothing else."""

_FORMS = ("text", "json", "junit", "sarif", "markdown", "html", "annotations", "badge")
_FLAT = [name for name, each in STANDARD.datasets.items() if not each.is_document]
_PLANTED: dict[str, Any] = {
    "a text": CANARY,
    "two lines": f"{CANARY}\n{CANARY}",
    "an address": f"{CANARY}@example.com",
    "markup": f"<b>{CANARY}</b>|{CANARY}",
    "a long text": CANARY * 600,
    "a map": {CANARY: 1, "a": {CANARY: CANARY}},
    "a map of texts": {CANARY: CANARY},
    "a list": [CANARY],
}
_ENDS = (b"", b'{"%s":' % CANARY.encode(), b'{"%s":1,"%s":2}\n' % ((CANARY.encode(),) * 2), b"%s\n" % CANARY.encode())


def _sound(dataset: str) -> dict[str, Any]:
    """A record with some value in each column."""
    columns = STANDARD.datasets[dataset].columns
    values = {
        Kind.INTEGER: 1,
        Kind.DECIMAL: "1",
        Kind.TIMESTAMP: "2026-08-30T10:00:00Z",
        Kind.MAP: {"a": "b"},
        Kind.BOOLEAN: True,
    }
    return {
        each.name: each.examples[0] if each.examples else each.values[0] if each.values else values.get(each.kind, "a")
        for each in columns
        if each.kind is not Kind.LIST
    }


@st.composite
def _records(draw: st.DrawFn, dataset: str) -> list[dict[str, Any]]:
    """Records with the canary in every column, and in a few; in a column of no name that is known, and as a name."""
    record = _sound(dataset)
    names = sorted(record)
    everywhere = {name: _PLANTED[draw(st.sampled_from(sorted(_PLANTED)))] for name in names}
    for name in draw(st.lists(st.sampled_from(names), min_size=1, max_size=4)):
        record[name] = everywhere[name]
    for name in draw(st.lists(st.sampled_from([CANARY, f"x_{CANARY}", f"X_{CANARY}", "colour"]), max_size=2)):
        record[name] = CANARY
    return [{**record, "spec_version": STANDARD.version}, {**record, **everywhere}, record]


def _parquet(records: list[dict[str, Any]]) -> bytes:
    target = io.BytesIO()
    texts = {
        name: [value if isinstance(value := each.get(name), str | None) else json.dumps(value) for each in records]
        for name in records[0]
    }
    pq.write_table(pa.table(texts), target)
    return target.getvalue()


def _shown(path: Path) -> str:
    """Whatever is shown of an input: every report with everything redacted, and the message where it is refused."""
    texts = []
    try:
        report: Report | None = validate(path, profile=None, max_examples=50)
    except Error as error:
        texts += [error.message, error.fix]
        report = None
    if report is not None:
        texts += [render(report, form, redact=True) for form in _FORMS]
    return "\n".join(texts)


class TestNothingIsShown:
    @pytest.mark.parametrize("dataset", _FLAT)
    @pytest.mark.parametrize("form", ["jsonl", "csv", "parquet"])
    @given(data=st.data())
    @settings(max_examples=3)
    def test_of_records(self, dataset: str, form: str, data: st.DataObject) -> None:
        records = data.draw(_records(dataset))
        if form == "parquet":
            content = _parquet(records)
        elif form == "csv":
            content = csv_file(records) + data.draw(
                st.sampled_from([b"", b"%s,\n" % CANARY.encode(), b'"' + CANARY.encode()])
            )
        else:
            content = json_lines(records) + data.draw(st.sampled_from(_ENDS))
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder, f"{dataset}.{form}")
            path.write_bytes(content)
            assert CANARY not in _shown(path)

    @given(data=st.data())
    @settings(max_examples=6)
    def test_of_manifests(self, data: st.DataObject) -> None:
        bundle = made()
        places: list[Any] = [bundle.manifest, *bundle.entries]
        where = data.draw(st.sampled_from(places))
        names = [name for name in sorted(where) if name not in {"path", "files"}]
        where[data.draw(st.sampled_from([*names, CANARY]))] = data.draw(st.sampled_from(list(_PLANTED.values())))
        with tempfile.TemporaryDirectory() as folder:
            assert CANARY not in _shown(bundle.folder(Path(folder)))

    @pytest.mark.parametrize(
        "content", [json_lines([dict.fromkeys(_sound("usage"), CANARY)]), CANARY.encode(), b"\xff"]
    )
    @pytest.mark.parametrize("form", _FORMS)
    def test_by_the_command(
        self, form: str, content: bytes, tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        (tmp_path / "usage.jsonl").write_bytes(content)
        assert run(["validate", str(tmp_path / "usage.jsonl"), "--redact", "--report", form]) == 1
        out, err = capsys.readouterr()
        assert out
        assert CANARY not in out + err


class TestTheCanaryWouldBeSeen:
    """Without ``--redact`` it is in every report, so that the tests above can fail."""

    @pytest.mark.parametrize("form", [each for each in _FORMS if each != "badge"])
    def test_in_each_form(self, form: str, tmp_path: Path) -> None:
        (tmp_path / "usage.jsonl").write_bytes(json_lines([{**_sound("usage"), "meter": CANARY, "record_id": CANARY}]))
        assert CANARY in render(validate(tmp_path / "usage.jsonl"), form)

    def test_by_the_command(self, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
        (tmp_path / "usage.jsonl").write_bytes(json_lines([dict.fromkeys(_sound("usage"), CANARY)]))
        assert run(["validate", str(tmp_path / "usage.jsonl")]) == 1
        assert CANARY in capsys.readouterr().out
