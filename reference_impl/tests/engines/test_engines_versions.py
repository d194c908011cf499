"""Two versions side by side: every input is judged by the columns, shapes and rules of the version that it states."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest
from bundles import Made, made
from editions import Edition, library
from edits import NEXT, added, all_of, checked, entry, new_rule, removed, renamed, requirement, values
from hypothesis import given, settings
from hypothesis import strategies as st
from records import STANDARD, Record, Records, csv_file, dataset, found, json_lines

from opentokenomics import Report, check, validate
from opentokenomics.errors import UnsupportedError
from opentokenomics.report import render
from opentokenomics.standard import using

OLD = STANDARD.version
FORMATS = (".jsonl", ".csv", ".parquet")

CHANGES = all_of(
    added("colour", "team"),
    removed("sku_meter"),
    renamed("environment", "deployment"),
    values("principal_type", lambda old: [*old, "robot"]),
    new_rule("LENGTH(colour) > 2"),
    checked("OTS-USG-001", columns=["record_id", "colour"]),
    requirement("OTS-USG-013", keyword="SHOULD"),
)
"""What the made-up next version does otherwise."""

NEW_ONLY: Record = {"colour": "green", "deployment": "production", "principal_type": "robot"}
OLD_ONLY: Record = {"sku_meter": "x", "environment": "production"}
RULES: dict[str, tuple[Record, dict[str, int], dict[str, int]]] = {
    "a rule that only the next version has": ({"colour": "no"}, {"OTS-GEN-007": 1}, {"OTS-USG-901": 1}),
    "a rule that is the same": ({"consumed_unit": "boxes"}, {"OTS-USG-011": 1}, {"OTS-USG-011": 1}),
}
"""What is changed in one record, and what each version says of it."""


@pytest.fixture(autouse=True)
def _two_versions() -> Iterator[None]:
    with using(library(Edition(NEXT).changed(CHANGES))):
        yield


def restated(records: Records, version: str | None) -> Records:
    stated = {} if version is None else {"spec_version": version}
    return [{**{name: value for name, value in each.items() if name != "spec_version"}, **stated} for each in records]


def changed(members: Record) -> Records:
    """A faultless input, one record of which is different."""
    return [{**each, **(members if each["record_id"] == "d/request" else {})} for each in dataset()]


def written(folder: Path, name: str, records: Records, suffix: str = ".jsonl") -> Path:
    file = folder / f"{name}{suffix}"
    if suffix == ".parquet":
        source = written(folder, f"{name}-source", records)
        columns = {key: "VARCHAR" for record in records for key in record}
        with duckdb.connect() as connection:
            connection.execute(
                f"COPY (SELECT * FROM read_json('{source}', columns={columns}, format='newline_delimited')) TO '{file}'"  # noqa: S608 - made up
            )
    else:
        file.write_bytes(csv_file(records) if suffix == ".csv" else json_lines(records))
    return file


def judged(folder: Path, records: Records, suffix: str = ".jsonl", spec_version: str | None = None) -> Report:
    return validate(written(folder, "usage", records, suffix), profile="cost", spec_version=spec_version)


class TestInputs:
    """Files of each format, under each version."""

    @pytest.mark.parametrize("suffix", FORMATS)
    def test_each_by_its_own_columns_and_values(self, tmp_path: Path, suffix: str) -> None:
        for members, own in ((NEW_ONLY, NEXT), (OLD_ONLY, OLD)):
            for version in (OLD, NEXT):
                report = judged(tmp_path, restated(changed(members), version), suffix)
                assert report.spec_version == version
                values = {"OTS-GEN-014": 1} if members is NEW_ONLY else {}
                assert found(report) == ({} if version == own else {"OTS-GEN-007": 2, **values})

    @pytest.mark.parametrize("suffix", FORMATS)
    @pytest.mark.parametrize("rule", RULES)
    def test_each_by_its_own_rules(self, tmp_path: Path, rule: str, suffix: str) -> None:
        members, *expected = RULES[rule]
        for version, wrong in zip((OLD, NEXT), expected, strict=True):
            assert found(judged(tmp_path, restated(changed(members), version), suffix)) == wrong

    def test_each_by_its_own_rules_on_sets(self, tmp_path: Path) -> None:
        twice = [*dataset(), *(each for each in dataset() if each["record_id"] == "d/request")]
        assert found(judged(tmp_path, restated(twice, OLD))) == {"OTS-USG-001": 1}
        assert found(judged(tmp_path, restated(twice, NEXT))) == {}

    def test_a_keyword_counts_where_it_stands(self, tmp_path: Path) -> None:
        negative = {"consumed_quantity": "-1"}
        reports = [judged(tmp_path, restated(changed(negative), version)) for version in (OLD, NEXT)]
        assert [report.conformant for report in reports] == [False, True]
        for report, version in zip(reports, (OLD, NEXT), strict=True):
            listed = {each.requirement for each in report.checks}
            assert ("OTS-USG-901" in listed) is (version == NEXT)
            for form in ("text", "json", "markdown", "html"):
                assert version in render(report, form)

    def test_what_is_asked_for_comes_before_what_is_stated(self, tmp_path: Path) -> None:
        records = restated(changed(NEW_ONLY), NEXT)
        asked = judged(tmp_path, records, spec_version=OLD)
        assert asked.spec_version == OLD
        assert found(asked) == {"OTS-GEN-007": 2, "OTS-GEN-014": 1}
        assert judged(tmp_path, records, spec_version=NEXT).conformant

    def test_a_manifest_is_read_by_the_version_that_it_states(self, tmp_path: Path) -> None:
        """In the next version a file has 5 records at most, and a malformed number is held against none."""
        edition = Edition(NEXT).changed(entry(maximum=5))
        with using(library(edition)):
            for version, fault in ((OLD, "OTS-MAN-011"), (NEXT, "OTS-GEN-012")):
                bundle = Made(manifest={**made().manifest, "spec_version": version, "files": []})
                bundle.add("usage.jsonl", restated(dataset(), version), "jsonl", rows=50)
                bundle.manifest["profile"] = "metering"
                report = validate(bundle.folder(tmp_path / version), profile="metering")
                assert report.spec_version == version
                assert found(report) == {fault: 1}

    def test_without_a_version_the_newest_published_one_is_meant(self, tmp_path: Path) -> None:
        report = judged(tmp_path, restated(dataset(), None))
        assert report.spec_version == NEXT
        assert set(found(report)) == {"OTS-GEN-008"}

    def test_a_version_that_does_not_exist(self, tmp_path: Path) -> None:
        assert found(judged(tmp_path, restated(dataset(), "9.8")))["OTS-GEN-018"] == len(dataset())
        with pytest.raises(UnsupportedError, match=f"Versions that exist: {OLD}, {NEXT}"):
            judged(tmp_path, dataset(), spec_version="9.8")

    @pytest.mark.parametrize("suffix", FORMATS)
    @pytest.mark.parametrize("version", [OLD, NEXT, "9.8"])
    def test_what_is_malformed_states_no_version(self, tmp_path: Path, version: str, suffix: str) -> None:
        """It is malformed and nothing else, wherever it stands; the first version that is one is that of the input."""
        overlong = {"spec_version": "9" * 4097}
        first, *others = restated(dataset(), version)
        unsupported = {} if version in {OLD, NEXT} else {"OTS-GEN-018": len(others)}
        for records in ([{**first, **overlong}, *others], [*others, {**first, **overlong}]):
            report = judged(tmp_path, records, suffix)
            assert report.spec_version == (version if version in {OLD, NEXT} else NEXT)
            assert found(report) == {"OTS-GEN-013": 1, **unsupported}
        assert [each.requirement for each in check({**first, **overlong}, profile="cost")] == ["OTS-GEN-013"]

    def test_a_manifest_with_a_malformed_version_states_none(self, tmp_path: Path) -> None:
        for number, version in enumerate(("9" * 4097, "", 1.0)):
            bundle = made()
            bundle.manifest["spec_version"] = version
            report = validate(bundle.folder(tmp_path / str(number)), spec_version=OLD)
            assert found(report) == {"OTS-GEN-013": 1}

    @pytest.mark.parametrize(("first", "second"), [(OLD, NEXT), (NEXT, OLD)])
    def test_one_input_states_one_version(self, tmp_path: Path, first: str, second: str) -> None:
        """The first one rules, also over the files that state the other one."""
        files = [
            written(tmp_path, "a", restated(dataset("a"), first)),
            written(tmp_path, "b", restated(dataset("b"), second), ".csv"),
        ]
        report = validate(files, profile="cost")
        assert report.spec_version == first
        assert found(report) == {"OTS-GEN-019": 1}


members = st.sampled_from([NEW_ONLY, OLD_ONLY, *(each for each, *_ in RULES.values()), {}])


@given(members, members, st.sampled_from([OLD, NEXT]))
@settings(max_examples=5, deadline=None)
def test_the_engine_and_one_record_at_a_time_agree(
    tmp_path_factory: pytest.TempPathFactory, one: Record, other: Record, version: str
) -> None:
    edition = Edition(NEXT).changed(CHANGES)
    with using(library(edition)):
        record = restated(changed({**one, **other}), version)
        report = judged(tmp_path_factory.mktemp("agree"), record)
        single = [each for record in record for each in check(record, profile="cost")]
        assert {each.requirement for each in single} == set(found(report))
