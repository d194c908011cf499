"""The implementation in JavaScript says of every input what the reference implementation says."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from itertools import islice, product
from pathlib import Path

import pytest
from bundles import Made, broken, made
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from javascript import Case, assert_agree
from prices import prices
from records import STANDARD, USAGE, Record, csv_file, json_lines
from records import dataset as usage_records
from wild import BASE, SPOKEN_OF, every_value_in, tidy_records, wild_records

from opentokenomics.convert import encode_rows
from opentokenomics.generate import DATASETS, BrokenExport, generate
from opentokenomics.generate.defects import DEFECTS, MANIFEST
from opentokenomics.standard import Profile, Recompute

FORMS = ("jsonl", "csv")
PROFILES = (Profile.METERING, Profile.COST)
_SLOW = settings(
    max_examples=2,
    deadline=None,
    phases=[Phase.generate],  # to shrink would take minutes
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.function_scoped_fixture],
)


def _written(path: Path, content: bytes) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    return path


def _exports(folder: Path, profile: Profile, form: str, rows: int = 240) -> tuple[Path, ...]:
    """Usage with the prices and plans that it names."""
    return tuple(
        _written(folder / f"{name}.{form}", b"".join(encode_rows(generate(rows, 2, profile, name), form, name)))
        for name in DATASETS
    )


def _is_of_a_file(dataset: str, identifier: str) -> bool:
    """Whether it takes a file of its own to break it: its bytes, its header, or all of its records."""
    way = DEFECTS[dataset][identifier]
    return way.fault is not None or way.everywhere or identifier in {"OTS-GEN-007", "OTS-GEN-018", "OTS-GEN-019"}


def _broken(dataset: str, identifier: str, seed: int = 4) -> BrokenExport:
    requirement = STANDARD.requirement(identifier)
    profile = max(Profile.COST, requirement.profile, key=lambda each: each.rank)
    return BrokenExport(30 + seed, seed, profile, requirement, dataset)


class TestMadeUpExports:
    @pytest.mark.parametrize("profile", PROFILES)
    def test_that_keep_every_requirement(self, tmp_path: Path, profile: Profile) -> None:
        cases = []
        for form in FORMS:
            usage, *others = _exports(tmp_path / form, profile, form)
            cases += [Case((usage,), profile.value), Case((usage, *others))]
        assert_agree(cases)

    @pytest.mark.parametrize("form", FORMS)
    def test_with_a_faulty_file(self, tmp_path: Path, form: str) -> None:
        assert_agree(
            [
                Case((_written(tmp_path / f"{identifier}.{form}", b"".join(_broken("usage", identifier).lines(form))),))
                for identifier in DEFECTS["usage"]  # other datasets are read alike
                if _is_of_a_file("usage", identifier)
            ]
        )

    @pytest.mark.parametrize("form", FORMS)
    def test_with_every_defect_of_records(self, tmp_path: Path, form: str) -> None:
        files = []
        for dataset, ways in DEFECTS.items():
            # A validator that computes no metrics recomputes no statement, and says so.
            judged = [each for each in ways if not isinstance(STANDARD.requirement(each).check, Recompute)]
            of_records = [each for each in judged if not _is_of_a_file(dataset, each)]
            exports = [_broken(dataset, each, seed) for seed, each in enumerate(of_records)]
            records = [record for export in exports for record in export.records()]
            assert len(of_records) > 10
            content = b"".join(encode_rows(records, form, dataset))
            files.append(_written(tmp_path / f"{dataset}.{form}", content))
        assert_agree([Case(tuple(files)) if form == "csv" else Case(tuple(reversed(files)))])


class TestVersions:
    def test_of_files_of_several_datasets(self, tmp_path: Path) -> None:
        """The first record that states a version sets it, whatever its dataset; the first that differs is blamed."""
        first: dict[str, Record] = {"usage": usage_records()[0], "price": prices()[0]}
        files = list(product(first, (None, STANDARD.version, "9.8", "")))
        cases = []
        for number, three in enumerate(islice(product(files, repeat=3), 0, None, 18)):
            paths: list[Path] = []
            for name, version in three:
                records = [{**first[name], "spec_version": each} for each in (version, STANDARD.version)]
                paths.append(_written(tmp_path / f"{number}" / f"{name}.{len(paths)}.jsonl", json_lines(records)))
            cases.append(Case(tuple(paths), "metering"))
        assert_agree(cases)

    def test_that_are_malformed(self, tmp_path: Path) -> None:
        """What is no text of the length that a text may have states no version."""
        (usage, *_), cases = usage_records(), []
        for number, odd in enumerate(("9" * 4097, "\U0001f600" * 4096, "", 1, 1.5, True, [STANDARD.version], {})):
            for place, versions in enumerate(product((odd, STANDARD.version, "9.8"), repeat=3)):
                if odd in versions:
                    records = [{**usage, "spec_version": each} for each in versions]
                    path = _written(tmp_path / f"{number}-{place}.jsonl", json_lines(records))
                    cases.append(Case((path,), "metering"))
        assert_agree(cases[::9])


def _changed(**members: object) -> Made:
    bundle = made()
    bundle.manifest.update(members)
    return bundle


def _first(**members: object) -> Made:
    """A bundle whose first entry states something else; None takes a member away."""
    bundle = made()
    entry = {**bundle.entries[0], **members}
    bundle.entries[0] = {name: value for name, value in entry.items() if value is not None}
    return bundle


class TestBundles:
    def test_whole_and_broken_in_each_way(self, tmp_path: Path) -> None:
        bundles = [made(), *(broken(identifier, made()) for identifier in MANIFEST if "-MAN-" in identifier)]
        assert_agree(list(self._cases(tmp_path, bundles, None)))

    def test_held_to_less_than_they_claim(self, tmp_path: Path) -> None:
        bundles = [made(), broken("OTS-MAN-014", made())]
        assert_agree(list(self._cases(tmp_path, bundles, "metering")))

    def test_with_odd_manifests(self, tmp_path: Path) -> None:
        changes = [
            _changed(files=[]),
            _changed(files=[*made().entries, 5]),
            _changed(files="usage.jsonl"),
            _changed(profile="none", unknown=1),
            _changed(profile="intelligence"),
            *(_changed(spec_version=each) for each in ("0.9", "9" * 4097, "", 1)),
            _changed(period_end="2026-08-30T00:00:00Z"),
            _changed(period_end="never"),
            *(_first(**{name: value}) for name in ("path", "format", "rows", "complete") for value in (None, [5])),
            _first(path=made().entries[1]["path"]),
            _first(path="MANIFEST.json"),
            _first(path="nowhere.csv", grouped_by=["nothing"]),
            _first(rows=1.5, unknown=1),
            _first(complete=False),
            _first(remainder_record_id="nobody"),
            _first(grouped_by=["meter", "x_shard", "nothing"]),
            replace(made(), text=b"\xef\xbb\xbf[1]"),
            replace(made(), text=b'{"spec_version": "1.0-draft", "spec_version": "1.0-draft"}'),
            replace(made(), text=b'{"spec_version": "\xff"}'),
        ]
        assert_agree(list(self._cases(tmp_path, changes, None)))

    def _cases(self, folder: Path, bundles: Iterable[Made], *profiles: str | None) -> Iterator[Case]:
        for number, bundle in enumerate(bundles):
            path = bundle.folder(folder / str(number))
            yield from (Case((path,), profile) for profile in profiles)


class TestRecordsThatNobodyExpects:
    """Both formats, in batches: a value of any kind in any column, and records that break rules in all ways."""

    @given(st.lists(wild_records(), min_size=100, max_size=250))
    @_SLOW
    def test_wild(self, tmp_path: Path, records: list[Record]) -> None:
        self._assert_agree(tmp_path, records)

    @given(st.lists(tidy_records(), min_size=150, max_size=300))
    @_SLOW
    def test_well_formed(self, tmp_path: Path, records: list[Record]) -> None:
        self._assert_agree(tmp_path, records)

    def test_every_odd_value_in_every_column(self, tmp_path: Path) -> None:
        shapes = {column.shapes: column for column in USAGE.columns if column.name != "spec_version"}
        columns = dict.fromkeys([*shapes.values(), *SPOKEN_OF])
        self._assert_agree(tmp_path, [record for column in columns for record in every_value_in(column.name, BASE[1])])

    def test_numbers_of_any_exponent(self, tmp_path: Path) -> None:
        (whole,) = json_lines([BASE[1]]).splitlines()
        exponents = (
            "1e10000000000000000000",
            "-1.5E+10000000000000000000",
            "0e10000000000000000000",
            "2e-10000000000000000000",
            "[1e10000000000000000000]",
            '{"a": 1e10000000000000000000}',
        )
        names = ("attempt", "minimum_context_tokens", "tags", "team", "Team", "x_a")
        named = [f', "{name}": {each}}}' for name in names for each in exponents]
        lines = b"".join(whole.strip()[:-1] + each.encode() + b"\n" for each in named)
        assert_agree([Case((_written(tmp_path / "exponents.jsonl", lines),))])

    def test_of_records_that_others_name(self, tmp_path: Path) -> None:
        """What is malformed on a record that a retraction cancels matters where the two are compared."""
        whole = BASE[1]
        records = []
        for column in ("record_type", "corrects_record_id", "usage_group_id", "tags", "team", "list_cost"):
            for number, record in enumerate(every_value_in(column, whole)):
                named = {**record, "record_id": f"{column}-{number}"}
                records += [
                    named,
                    {**whole, "record_id": f"no-{column}-{number}", "corrects_record_id": named["record_id"]},
                ]
                records[-1]["record_type"] = "retraction"
        self._assert_agree(tmp_path, records)

    def test_faults_of_rows(self, tmp_path: Path) -> None:
        rows = (b'\xff,"a"b\n', b'"a"b,\xff\n', b"\xff\ra,b\n", b'"\n\xff"a,b\n', b"a,b\r\r\n", b'"a","b\r\r\n"\r\r\n')
        ends = (b'\xff,"', b"a,b\r", b"\r", b'"a","b"\r', b'"a","b\r')
        heads = (b"record_id,team\n", b"\n\r\nrecord_id,team,team\n", b"\n\nrecord_id,Team\n", b'\n"record_id"x,team\n')
        contents = [b"".join([head, *rows, end]) for head, end in product(heads, ends)]
        assert_agree([Case((_written(tmp_path / f"{n}.csv", each),)) for n, each in enumerate(contents)])

    def _assert_agree(self, folder: Path, records: list[Record]) -> None:
        lines = _written(folder / "records.jsonl", json_lines(records))
        table = _written(folder / "records.csv", csv_file(records))
        assert_agree([Case((lines,)), Case((table,))])
