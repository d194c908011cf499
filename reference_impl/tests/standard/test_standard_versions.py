"""Versions have an order, live side by side, and the newest published one is what is meant where none is named."""

from __future__ import annotations

import itertools
from pathlib import Path
from threading import Thread

import pytest
from editions import Edition, library
from hypothesis import given
from hypothesis import strategies as st

from opentokenomics import check
from opentokenomics.standard import DIGESTS, Library, VersionName, documents, load, using, versions

NAMES = st.builds(VersionName, *[st.integers(0, 12)] * 3, st.booleans())
IN_ORDER = (
    "0.9",
    "1.0-draft",
    "1.0",
    "1.0.1-draft",
    "1.0.1",
    "1.0.10",
    "1.1-draft",
    "1.9",
    "1.10",
    "2.0-draft",
    "10.0",
)


class TestNames:
    """The name of a version can be spelled in one way only, and versions follow each other as their numbers do."""

    @given(NAMES)
    def test_a_name_is_read_as_it_was_written(self, name: VersionName) -> None:
        assert VersionName.parse(str(name)) == name

    @given(NAMES)
    def test_a_draft_comes_right_before_what_it_becomes(self, name: VersionName) -> None:
        draft = VersionName.parse(f"{name.number}-draft")
        published = VersionName.parse(name.number)
        assert draft < published
        assert name in {draft, published}

    @given(NAMES, NAMES)
    def test_a_higher_number_comes_later_draft_or_not(self, one: VersionName, other: VersionName) -> None:
        numbers = [(each.major, each.minor, each.patch) for each in (one, other)]
        if numbers[0] != numbers[1]:
            assert (one < other) == (numbers[0] < numbers[1])

    def test_numbers_are_compared_and_not_letters(self) -> None:
        assert sorted(sorted(IN_ORDER), key=VersionName.parse) == list(IN_ORDER) != sorted(IN_ORDER)

    @pytest.mark.parametrize(
        "text",
        ["", "1", "1.0.0", "01.0", "1.00", "1.0-rc1", "1.0 ", "1.0\n", "1.0.0.1", "1.0-DRAFT", "\u0661.0"],
    )
    def test_nothing_else_is_a_name(self, text: str) -> None:
        with pytest.raises(ValueError, match="not the name of a version"):
            VersionName.parse(text)


class TestLibrary:
    """A library lists its versions in order, tells drafts from published ones, and means the newest by default."""

    @given(st.permutations(IN_ORDER))
    def test_versions_are_in_order(self, names: list[str]) -> None:
        assert Library(dict.fromkeys(names, dict)).versions == IN_ORDER

    @given(st.lists(st.sampled_from(IN_ORDER), min_size=1, unique=True))
    def test_a_draft_is_meant_only_where_nothing_is_published(self, names: list[str]) -> None:
        held = Library(dict.fromkeys(names, dict))
        published = [name for name in held.versions if not name.endswith("-draft")]
        assert held.newest == (published or held.versions)[-1]

    def test_each_version_of_this_package_loads(self) -> None:
        assert versions() == tuple(sorted(versions(), key=VersionName.parse))
        assert [load(version).version for version in versions()] == list(versions())

    def test_no_other_does(self) -> None:
        for name in ("0.9", "", "../1.0"):
            with pytest.raises(KeyError):
                Library({"1.0": dict}).documents(name or "0")
        with pytest.raises(KeyError):
            load("0.9")

    def test_a_folder_with_digests_is_published(self, tmp_path: Path) -> None:
        for number, digests in {"1.0": True, "1.1": True, "1.2": False}.items():
            folder = tmp_path / number
            folder.mkdir()
            for file, text in Edition(number if digests else f"{number}-draft").texts.items():
                (folder / file).write_text(text, "utf-8")
            if digests:
                (folder / DIGESTS).touch()
        (tmp_path / "notes").mkdir()
        held = Library.of(tmp_path)
        assert held.versions == ("1.0", "1.1", "1.2-draft")
        assert held.newest == held.load().version == "1.1"
        assert [held.load(name).version for name in held.versions] == list(held.versions)
        assert held.documents("1.2-draft").keys() == documents().keys()

    def test_a_version_is_read_once(self) -> None:
        held = library(Edition("9.9"))
        assert held.load("9.9") is held.load() is held.load("9.9")

    def test_a_library_is_in_use_only_where_it_was_asked_for(self) -> None:
        before, elsewhere = versions(), list[tuple[str, ...]]()
        with using(library(Edition("9.9"))) as outer:
            with using(library(Edition("9.10"))):
                assert versions()[-1] == load().version == "9.10"
            assert versions()[-1] == load().version == "9.9"
            assert load() is outer.load()
            other = Thread(target=lambda: elsewhere.append(versions()))
            other.start()
            other.join()
        assert versions() == before == elsewhere[0]
        with pytest.raises(RuntimeError), using(outer):
            raise RuntimeError
        assert versions() == before


def _with_colour(edition: Edition) -> None:
    edition.add_column("colour", "team")


class TestOneRecord:
    """A record is judged by the version that it states."""

    NEXT = Edition("9.9").changed(_with_colour)

    def test_each_by_its_own(self) -> None:
        old = load().version
        record = {"record_id": "a", "colour": "red"}
        with using(library(self.NEXT)):
            for stated, asked in itertools.product([old, "9.9", "0.9", None], [old, "9.9", None]):
                found = check({**record, "spec_version": stated}, spec_version=asked)
                judge = asked or (stated if stated in versions() else load().version)
                unknown = [each.column for each in found if each.requirement == "OTS-GEN-007"]
                assert unknown == (["colour"] if judge == old else []), (stated, asked)
                refused = [each for each in found if each.requirement == "OTS-GEN-018"]
                assert bool(refused) == (stated not in {judge, None}), (stated, asked)
        with pytest.raises(KeyError):
            check(record, spec_version="9.9")
