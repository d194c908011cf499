"""All records that are given state one version, whatever files and datasets they are in."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from prices import prices
from records import STANDARD, Record, dataset, json_lines

from opentokenomics import Report, validate

UNIFORM = "OTS-GEN-019"
OTHER = "9.8"
RECORDS: dict[str, Record] = {"usage": dataset()[0], "price": prices()[0]}

versions = st.lists(st.sampled_from([STANDARD.version, OTHER, "7.1", None]), max_size=3)
files = st.lists(st.tuples(st.sampled_from(sorted(RECORDS)), versions), min_size=1, max_size=4)


def judged(folder: Path, given_files: list[tuple[str, list[str | None]]]) -> Report:
    paths = []
    for number, (name, stated) in enumerate(given_files):
        records = [
            {**{key: value for key, value in RECORDS[name].items() if key != "spec_version"}, "spec_version": version}
            for version in stated
        ]
        paths.append(folder / f"{name}.{number}.jsonl")
        paths[-1].write_bytes(json_lines(records))
    return validate(paths, profile="metering")


def blamed(report: Report) -> list[tuple[str | None, int | None, str | None]]:
    return [
        (Path(each.path or "").name, each.row, each.value) for each in report.violations if each.requirement == UNIFORM
    ]


@given(files)
@settings(deadline=None, max_examples=25)
def test_the_first_record_that_differs_from_the_first_one_is_blamed(
    tmp_path_factory: pytest.TempPathFactory, given_files: list[tuple[str, list[str | None]]]
) -> None:
    report = judged(tmp_path_factory.mktemp("files"), given_files)
    stated = [
        (f"{name}.{number}.jsonl", row, version)
        for number, (name, versions) in enumerate(given_files)
        for row, version in enumerate(versions, start=1)
        if version is not None
    ]
    differing = [each for each in stated if each[2] != stated[0][2]]
    (check,) = (each for each in report.checks if each.requirement == UNIFORM)
    assert (check.evaluated, check.violations) == (min(len(stated), 1), min(len(differing), 1))
    assert blamed(report) == differing[:1]


def test_a_version_that_is_malformed_leaves_the_rule_open(tmp_path: Path) -> None:
    report = judged(tmp_path, [("price", [OTHER, ""]), ("usage", [STANDARD.version])])
    (check,) = (each for each in report.checks if each.requirement == UNIFORM)
    assert (check.evaluated, check.violations) == (0, 0)
