"""The model of a manifest accepts exactly what its schema accepts, down to its entries, and loses nothing."""

from __future__ import annotations

import json

import pytest
from bundles import AUGUST, made
from records import STANDARD, Record
from wild import POOL, every_value_in

from opentokenomics import check
from opentokenomics.models import ManifestFile, ManifestRecord, ValidationError
from opentokenomics.standard import Row

_MANIFEST = STANDARD.datasets["manifest"]
_RULES = {each.id for each in STANDARD.requirements if isinstance(each.check, Row)}


def _blamed(record: Record) -> set[str]:
    try:
        ManifestRecord.from_json(json.dumps(record))
    except ValidationError as error:
        return {str(each["loc"][0]) for each in error.errors()}
    return set()


def _plain(record: Record) -> Record | None:
    """The record as JSON gives it back, where floats can hold its numbers."""
    try:
        plain: Record = json.loads(json.dumps(record, default=float, allow_nan=False))
    except (ValueError, OverflowError):
        return None
    return plain


class TestTheModelIsTheSchema:
    def test_on_a_faultless_manifest(self) -> None:
        manifest = made().manifest
        record = ManifestRecord.from_json(json.dumps(manifest))
        assert record.to_dict() == json.loads(record.to_json()) == manifest
        assert ManifestRecord(**record.model_dump()) == record
        assert hash(record) == hash(ManifestRecord.from_json(record.to_json()))
        assert isinstance(record.files[1], ManifestFile)
        assert record.files[1].grouped_by == ("charge_period_start", "model_id", "x_shard")
        assert record.files[1].model_extra == {"x_page": 2}
        assert json.loads(record.to_row()["files"]) == manifest["files"]
        assert not check(record, dataset="manifest")

    @pytest.mark.parametrize("name", [column.name for column in _MANIFEST.columns])
    def test_on_odd_values(self, name: str) -> None:
        for record in every_value_in(name, made().manifest):
            given = _plain(record)
            if given is not None:
                found = {each.column for each in check(given, dataset="manifest") if each.requirement not in _RULES}
                assert _blamed(given) == found, record[name]

    def test_on_odd_entries(self) -> None:
        first, *others = made().entries
        record = _MANIFEST.by_name["files"].record
        assert record is not None
        entries = [entry for column in record.columns for entry in every_value_in(column.name, first)]
        entries += [{name: value for name, value in first.items() if name != missing} for missing in first]
        for entry in [*entries, {**first, "Path": 1}, {**first, "x_own": [1]}, *POOL]:
            given = _plain({**made().manifest, "files": [entry, *others]})
            if given is not None:
                assert _blamed(given) == {each.column for each in check(given, dataset="manifest")}, entry

    def test_errors_say_where_they_are(self) -> None:
        manifest = made().manifest
        manifest["files"][1]["sha256"] = "0"
        with pytest.raises(ValidationError) as caught:
            ManifestRecord.from_json(json.dumps(manifest))
        assert ("files", 1, "sha256") in {each["loc"] for each in caught.value.errors()}
        (violation,) = check(manifest, dataset="manifest")
        assert violation.column == "files"
        assert violation.value == "0"
        assert violation.message.endswith("Here it is `sha256` in entry 2 of `files`.")


class TestFromPython:
    def test_entries_may_be_records_already(self) -> None:
        entries = [ManifestFile(**entry) for entry in made().entries]
        record = ManifestRecord(**{**made().manifest, **AUGUST, "files": entries})
        assert record == ManifestRecord(**made().manifest)
        with pytest.raises(ValidationError, match="frozen"):
            record.files[0].rows = 1

    @pytest.mark.parametrize("files", [(), [], None, {}, "usage.jsonl", [1], [None], [[]]])
    def test_other_lists_are_refused(self, files: object) -> None:
        with pytest.raises(ValidationError):
            ManifestRecord(**{**made().manifest, "files": files})
