"""What a manifest states, at the edges: the last instant of its period, names that only look different, remainders."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from bundles import AUGUST, Made
from records import dataset

from opentokenomics import validate
from opentokenomics.cli._run import run
from opentokenomics.convert import encode_rows

_CLAIM = {
    "spec_version": "1.0-draft",
    "profile": "metering",
    "service_provider_name": "Example AI",
    "generated_at": "2026-09-02T06:00:00Z",
}
_END = AUGUST["period_end"]
_LAST, _LATER = "2026-08-31T23:59:59.999999Z", "2027-09-01T00:00:00Z"

edges = pytest.mark.parametrize(
    ("record", "start", "end", "lies_within"),
    [
        ("bought", AUGUST["period_start"], _LATER, True),
        ("bought", _LAST, _LATER, True),
        ("bought", _END, _LATER, False),
        ("bought", "2026-07-31T23:59:59.999999Z", _LATER, False),
        ("1/0", _LAST, _END, True),
        ("1/0", _LAST, "2026-09-01T00:00:00.000001Z", False),
    ],
)


def _violated(bundle: Made, folder: Path) -> set[str]:
    return {each.requirement for each in validate(bundle.folder(folder)).violations}


def _record(name: str, **changes: Any) -> dict[str, Any]:  # noqa: ANN401 - JSON values
    wanted: Callable[[dict[str, Any]], bool] = (
        (lambda each: each["record_id"] == "a/bought") if name == "bought" else (lambda each: "meter" in each)
    )
    return {**next(each for each in dataset("a") if wanted(each)), **changes}


@edges
def test_a_period_ends_before_its_end(record: str, start: str, end: str, lies_within: bool, tmp_path: Path) -> None:  # noqa: FBT001
    bundle = Made(manifest={**_CLAIM, **AUGUST})
    bundle.add("usage.jsonl", [_record(record, charge_period_start=start, charge_period_end=end)], "jsonl")
    assert ("OTS-MAN-013" in _violated(bundle, tmp_path)) is not lies_within


@edges
def test_the_command_holds_to_the_same_period(
    record: str,
    start: str,
    end: str,
    lies_within: bool,  # noqa: FBT001
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    one = _record(record, charge_period_start=start, charge_period_end=end)
    loose = {"billing_period_start", "billing_period_end"}
    (tmp_path / "usage.jsonl").write_bytes(
        b"".join(encode_rows([{name: value for name, value in one.items() if name not in loose}], "jsonl"))
    )
    period = ["--period-start", AUGUST["period_start"], "--period-end", _END, "--provider", "Example AI"]
    run(["bundle", f"usage={tmp_path / 'usage.jsonl'}", "-o", str(tmp_path / "b.zip"), *period])
    assert ("1 usage record lies outside the period" in capsys.readouterr().err) is not lies_within


def test_names_that_fold_alike_are_one(tmp_path: Path) -> None:
    bundle = Made(manifest={**_CLAIM, **AUGUST})
    for number, name in enumerate(("stra\u00dfe.jsonl", "STRASSE.jsonl")):
        bundle.add(name, [_record("1/0", record_id=f"r{number}")], "jsonl")
    assert "OTS-MAN-006" in _violated(bundle, tmp_path)


def test_an_entry_that_is_there_twice_is_blamed_for_that_alone(tmp_path: Path) -> None:
    bundle = Made(manifest={**_CLAIM, **AUGUST})
    bundle.add("usage.jsonl", [_record("1/0")], "jsonl")
    bundle.entries.append({**bundle.entries[0], "bytes": 1, "rows": 7, "grouped_by": ["colour"]})
    report = validate(bundle.folder(tmp_path))
    assert {each.requirement for each in report.checks if each.violations and "-MAN-" in each.requirement} == {
        "OTS-MAN-006"
    }
    evaluated = {each.requirement: each.evaluated for each in report.checks}
    assert evaluated["OTS-MAN-006"] == 2
    assert evaluated["OTS-MAN-007"] == evaluated["OTS-MAN-009"] == evaluated["OTS-MAN-011"] == 1


@pytest.mark.parametrize(
    ("members", "explains"),
    [
        ({"remainder_record_id": "rest"}, True),
        ({"truncation_reason": "The largest thousand."}, True),
        ({}, False),
        ({"remainder_record_id": "gone", "truncation_reason": "The largest thousand."}, False),
    ],
)
def test_a_remainder_or_a_reason_explains(members: dict[str, str], explains: bool, tmp_path: Path) -> None:  # noqa: FBT001
    bundle = Made(manifest={**_CLAIM, **AUGUST})
    bundle.add("usage.jsonl", [_record("1/0", record_id="rest")], "jsonl", complete=False, **members)
    assert ("OTS-MAN-015" in _violated(bundle, tmp_path)) is not explains
