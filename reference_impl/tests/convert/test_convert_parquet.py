"""Parquet holds what JSON Lines of the same rows holds, in columns of the standard's types."""

from __future__ import annotations

import builtins
import csv
import gc
import json
import tempfile
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyarrow import csv as arrow_csv
from pyarrow import parquet

from opentokenomics import validate
from opentokenomics.cli._run import run as run_command
from opentokenomics.convert import ConvertError, Options, convert, parse_instant, write_rows
from opentokenomics.convert import _parquet as written
from opentokenomics.errors import InputError
from opentokenomics.generate import generate
from opentokenomics.standard import Profile

OPTIONS = Options(at=parse_instant("2026-08-31T00:00:00Z"), model="m", account="acc-1")
Row = dict[str, object]


def judged(path: Path, profile: str = "cost") -> dict[str, Any]:
    """A report without what only names the file."""
    report = validate(path, profile=profile).to_dict()
    report.pop("datasets")
    report["violations"] = [
        {name: value for name, value in each.items() if name not in {"path", "line"}} for each in report["violations"]
    ]
    return report


@settings(max_examples=3)
@given(seed=st.integers(0, 10**6), rows=st.integers(1, 40), profile=st.sampled_from([Profile.METERING, Profile.COST]))
def test_made_up_rows_get_the_same_report(
    tmp_path_factory: pytest.TempPathFactory, seed: int, rows: int, profile: Profile
) -> None:
    folder = tmp_path_factory.mktemp("same")
    made = list(generate(rows, seed, profile))
    for suffix in ("jsonl", "parquet"):
        assert write_rows(made, folder / f"usage.{suffix}") == rows
    assert judged(folder / "usage.parquet") == judged(folder / "usage.jsonl")


def test_every_column_has_its_type(tmp_path: Path) -> None:
    target = tmp_path / "usage.parquet"
    write_rows(generate(50, 1, Profile.COST), target)
    schema = parquet.read_schema(target)
    assert schema.field("billed_cost").type == pa.decimal128(32, 18)
    assert schema.field("charge_period_start").type == pa.timestamp("us", tz="UTC")
    assert schema.field("token_cache_ttl_seconds").type == pa.int64()
    assert schema.field("tags").type == pa.map_(pa.string(), pa.string())
    assert schema.field("model_id").type == pa.string()


def test_rows_come_in_groups(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(written, "_ROWS_AT_ONCE", 7)
    monkeypatch.setattr(written, "_BATCHES_IN_A_GROUP", 2)
    made = list(generate(40, 3, Profile.COST))
    target = tmp_path / "usage.parquet"
    assert write_rows(made, target) == 40
    file = parquet.ParquetFile(target)
    assert [file.metadata.row_group(number).num_rows for number in range(file.num_row_groups)] == [14, 14, 12]
    table = file.read()
    assert table["record_id"].to_pylist() == [row["record_id"] for row in made]
    costs = [None if (cost := row.get("billed_cost")) is None else Decimal(str(cost)) for row in made]
    assert table["billed_cost"].to_pylist() == costs


@pytest.mark.parametrize("source", ["openai-usage", "anthropic-cost", "claude-code", "litellm"])
def test_examples_get_the_same_report(tmp_path: Path, exports: Path, source: str) -> None:
    for suffix in ("jsonl", "parquet"):
        write_rows(convert(exports / source, options=OPTIONS), tmp_path / f"usage.{suffix}")
    assert judged(tmp_path / "usage.parquet") == judged(tmp_path / "usage.jsonl")


def test_columns_of_ones_own_are_text(tmp_path: Path) -> None:
    rows: list[Row] = [{"record_id": "a", "x_team": "core", "x_more": {"a": [1]}}, {"record_id": "b"}]
    target = tmp_path / "usage.parquet"
    write_rows(rows, target, columns=["x_team", "x_more"])
    table = parquet.read_table(target, columns=["x_team", "x_more"])
    assert table.to_pylist() == [{"x_team": "core", "x_more": '{"a":[1]}'}, {"x_team": None, "x_more": None}]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("billed_cost", "1e5"),
        ("billed_cost", "1_0"),
        ("billed_cost", "0.0000000000000000001"),
        ("billed_cost", "123456789012345"),
        ("charge_period_start", "2026-08-31T00:00:00.1234567Z"),
        ("charge_period_start", "2026-08-31T00:00:00+00:00"),
        ("charge_period_start", "2026-13-31T00:00:00Z"),
        ("token_cache_ttl_seconds", "5 "),
        ("tags", "{"),
        ("tags", {"a": 1}),
        ("model_id", 5),
    ],
)
def test_what_no_typed_column_can_hold_is_refused(tmp_path: Path, name: str, value: object) -> None:
    target = tmp_path / "usage.parquet"
    rows: list[Row] = [{"record_id": "a"}, {"record_id": "b", name: value}]
    with pytest.raises(ConvertError, match=f"The value of {name} in record 2 is malformed") as caught:
        write_rows(rows, target)
    assert caught.value.code == "value_untyped"
    assert not list(tmp_path.iterdir())


def test_no_rows_make_a_file_with_columns(tmp_path: Path) -> None:
    target = tmp_path / "usage.parquet"
    assert write_rows([], target) == 0
    assert parquet.read_table(target).num_rows == 0


def test_the_library_may_be_missing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    original: Callable[..., Any] = builtins.__import__

    def without(name: str, *args: Any) -> Any:  # noqa: ANN401 - a module
        if name.startswith("pyarrow"):
            raise ImportError
        return original(name, *args)

    monkeypatch.setattr(builtins, "__import__", without)
    with pytest.raises(ConvertError) as caught:
        write_rows([], tmp_path / "usage.parquet")
    assert caught.value.code == "tables_unsupported"
    assert "opentokenomics[tables]" in str(caught.value)


def test_the_commands_write_it(tmp_path: Path, exports: Path) -> None:
    usage, priced = tmp_path / "usage.parquet", tmp_path / "priced.parquet"
    export = exports / "month" / "openai-usage.json"
    assert run_command(["convert", str(export), "--account", "a", "-o", str(usage)]) == 0
    assert run_command(["price", str(usage), "-o", str(priced)]) == 0
    before, after = parquet.read_table(usage), parquet.read_table(priced)
    assert after["record_id"] == before["record_id"]
    assert after["list_cost"].null_count < before["list_cost"].null_count == before.num_rows


def as_parquet(source: Path, target: Path, *, typed: bool) -> list[str]:
    """A CSV export as Parquet, with columns of text or of the types that its cells suggest; the columns of floats."""
    with source.open(newline="", encoding="utf-8") as stream:
        rows = list(csv.DictReader(stream))
    table = arrow_csv.read_csv(source) if typed else None
    if table is None:
        table = pa.table({name: pa.array([row[name] or None for row in rows], pa.string()) for name in rows[0]})
    parquet.write_table(table, target)
    return [field.name for field in table.schema if field.type == pa.float64()]


EXPORTS = ["aws-cur/cur2.csv", "aws-cur/legacy.csv", "focus/focus_1_2.csv"]


@pytest.mark.parametrize("name", EXPORTS)
def test_texts_are_read_as_those_of_csv(tmp_path: Path, exports: Path, name: str) -> None:
    target = tmp_path / "export.parquet"
    as_parquet(exports / name, target, typed=False)
    wanted, found = convert(exports / name, options=OPTIONS), convert(target, options=OPTIONS)
    assert list(found) == list(wanted)
    assert [each.message for each in found.notices] == [each.message for each in wanted.notices]
    assert found.sources == wanted.sources


@pytest.mark.parametrize("name", EXPORTS)
def test_types_are_read_as_the_texts_that_they_stand_for(tmp_path: Path, exports: Path, name: str) -> None:
    target = tmp_path / "export.parquet"
    floats = as_parquet(exports / name, target, typed=True)
    wanted, found = list(convert(exports / name, options=OPTIONS)), convert(target, options=OPTIONS)
    digests = {"record_id", "usage_group_id"}  # those of rows are digests of their texts
    without = [{key: value for key, value in row.items() if key not in digests} for row in found]
    assert without == [{key: value for key, value in row.items() if key not in digests} for row in wanted]
    (said,) = (each for each in found.notices if "floats" in each.message)
    assert said.example == ", ".join(floats)[:200]


def test_maps_and_fine_instants(tmp_path: Path, exports: Path) -> None:
    """As version 2 of the report is delivered: tags as a map, times to the nanosecond."""
    target = tmp_path / "cur.parquet"
    table = arrow_csv.read_csv(exports / "aws-cur" / "cur2.csv")
    count = table.num_rows
    tags = pa.array([[("team", "claims")]] * count, pa.map_(pa.string(), pa.string()))
    starts = pa.array([1_785_715_200_000_000_000] * count, pa.timestamp("ns"))
    for column, values in (("resource_tags", tags), ("line_item_usage_start_date", starts)):
        place = table.schema.get_field_index(column)
        table = table.drop_columns([column]) if place >= 0 else table
        table = table.append_column(column, values)
    parquet.write_table(table, target)
    rows = list(convert(target, "aws-cur", OPTIONS))
    assert rows
    assert {row["charge_period_start"] for row in rows} == {"2026-08-03T00:00:00Z"}
    assert all('"team": "claims"' in json.dumps(row["tags"]) for row in rows)


def test_rows_are_rejected_one_by_one(tmp_path: Path, exports: Path) -> None:
    target = tmp_path / "focus.parquet"
    with (exports / "focus" / "focus_1_2.csv").open(newline="", encoding="utf-8") as stream:
        rows = list(csv.DictReader(stream))
    rows[1]["BilledCost"] = "x"
    parquet.write_table(pa.Table.from_pylist(rows), target)
    conversion = convert(target, options=OPTIONS)
    assert list(conversion)
    assert [(each.line, "BilledCost" in each.reason) for each in conversion.rejects] == [(2, True)]


@pytest.mark.parametrize("harm", [lambda data: data[:-20], lambda data: data[:4] + bytes(60), lambda _: b"PAR1"])
def test_a_damaged_file_is_one_sentence(tmp_path: Path, exports: Path, harm: Callable[[bytes], bytes]) -> None:
    target = tmp_path / "export.parquet"
    as_parquet(exports / EXPORTS[0], target, typed=True)
    target.write_bytes(harm(target.read_bytes()))
    with pytest.raises(InputError) as caught:
        list(convert(target, options=OPTIONS))
    assert caught.value.code == "input_damaged"
    assert str(target) in str(caught.value)


def test_a_file_that_states_more_than_it_holds_is_refused(tmp_path: Path) -> None:
    target = tmp_path / "bomb.parquet"
    parquet.write_table(pa.table({"BilledCost": pa.nulls(12_000_000, pa.int8())}), target)
    assert target.stat().st_size < 12_000_000 / 250
    with pytest.raises(InputError) as caught:
        list(convert(target, "focus", OPTIONS))
    assert caught.value.code == "input_bomb"


def test_what_it_takes_is_gone_afterwards(tmp_path: Path, exports: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "scratch"))
    (tmp_path / "scratch").mkdir()
    target = tmp_path / "export.parquet"
    as_parquet(exports / EXPORTS[0], target, typed=True)
    assert list(convert(target, options=OPTIONS))
    assert not list((tmp_path / "scratch").iterdir())
    begun = convert(target, options=OPTIONS)
    next(begun)
    del begun
    gc.collect()
    assert not list((tmp_path / "scratch").iterdir())
