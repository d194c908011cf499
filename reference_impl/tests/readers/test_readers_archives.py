"""A zip archive stands for the data files in it, and no archive can do harm."""

from __future__ import annotations

import copy
import io
import stat
import warnings
import zipfile
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from opentokenomics import InputError
from opentokenomics.errors import Error
from opentokenomics.readers import Given, _archive, inputs_of
from opentokenomics.standard import load

Change = Callable[[zipfile.ZipFile], None]


def packed(*members: tuple[str | zipfile.ZipInfo, bytes], change: Change = lambda _: None) -> bytes:
    """A zip archive; ``change`` alters it before its table of contents is written."""
    memory = io.BytesIO()
    with zipfile.ZipFile(memory, "w", zipfile.ZIP_DEFLATED) as archive, warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of a name that is written twice
        for name, content in members:
            archive.writestr(name, content, zipfile.ZIP_DEFLATED)
        change(archive)
    return memory.getvalue()


def special(name: str, mode: int) -> zipfile.ZipInfo:
    """An entry of another kind than a file."""
    info = zipfile.ZipInfo(name)
    info.external_attr = (mode | 0o644) << 16
    return info


def given_by(folder: Path, *archives: Path) -> tuple[Given, ...]:
    """The files that archives stand for; they are unpacked in the folder."""
    return inputs_of(
        [str(each) for each in archives], folder, lambda _: load().datasets["manifest"], lambda *_: None
    ).given


def unpack(content: bytes, folder: Path) -> tuple[Given, ...]:
    """What an archive stands for; it is unpacked in the folder."""
    (folder / "work").mkdir(exist_ok=True)
    (folder / "export.zip").write_bytes(content)
    return given_by(folder / "work", folder / "export.zip")


def written(folder: Path) -> set[str]:
    """Every file below the folder."""
    return {str(path.relative_to(folder)) for path in folder.rglob("*") if not path.is_dir()}


def _encrypt(archive: zipfile.ZipFile) -> None:
    archive.infolist()[0].flag_bits |= 1


def _understate(archive: zipfile.ZipFile) -> None:
    archive.infolist()[0].file_size -= 1


def _overstate(archive: zipfile.ZipFile) -> None:
    archive.infolist()[0].file_size += 1


def _share(archive: zipfile.ZipFile) -> None:
    for number in range(20):
        again = copy.copy(archive.infolist()[0])
        again.filename = f"{number}.csv"
        archive.filelist.append(again)


_DATA = b"record_id\n" + b"a,b\n" * 500
_UNSAFE = {
    **{
        f"path {name!r}": packed(("usage.csv", b"a"), (name, b"a"))
        for name in ("../a.csv", "/a.csv", "a/../../b.csv", "./a.csv", "a//b.csv", "C:/a.csv", "a\\b.csv", "a\n.csv")
    },
    "a hidden path that leads out": packed(("usage.csv", b"a"), (".x/../../a", b"a")),
    "symbolic link": packed((special("usage.csv", stat.S_IFLNK), b"/etc/passwd")),
    "named pipe": packed((special("usage.csv", stat.S_IFIFO), b"")),
    "device": packed((special("usage.csv", stat.S_IFCHR), b"")),
    "folder with content": packed((special("usage.csv", stat.S_IFDIR), b"a")),
    "one name twice": packed(("usage.csv", b"a"), ("usage.csv", b"b")),
    "encrypted": packed(("usage.csv", b"a"), change=_encrypt),
    "overlapping": packed(("usage.csv", _DATA), change=_share),
}


class TestWhatIsRefused:
    """An archive with a harmful entry is refused as a whole, and nothing of it is written."""

    @pytest.mark.parametrize("content", _UNSAFE.values(), ids=_UNSAFE)
    def test_harmful_entries(self, content: bytes, tmp_path: Path) -> None:
        with pytest.raises(InputError, match=r"export\.zip is not unpacked: ") as caught:
            unpack(content, tmp_path)
        assert caught.value.code == "archive_unsafe"
        assert written(tmp_path) == {"export.zip"}

    @pytest.mark.parametrize("shared", [0, 1, 29, 30])
    def test_entries_may_touch_but_not_overlap(self, shared: int, tmp_path: Path) -> None:
        def reach_into_the_next(archive: zipfile.ZipFile) -> None:
            archive.infolist()[0].compress_size += shared

        content = packed(("a.csv", _DATA), ("b.csv", _DATA), change=reach_into_the_next)
        if not shared:
            assert len(unpack(content, tmp_path)) == 2
            return
        with pytest.raises(InputError, match="its entries overlap"):
            unpack(content, tmp_path)

    def test_a_name_with_a_null(self, tmp_path: Path) -> None:
        content = packed(("usage.csv", b"a"), ("aXXcsv", b"a")).replace(b"aXXcsv", b"a\0.csv")
        with pytest.raises(InputError, match="character that paths do not have"):
            unpack(content, tmp_path)

    @pytest.mark.parametrize(
        ("limit", "value", "problem"),
        [
            ("MOST_ENTRIES", 2, "it has 3 entries"),
            ("MOST_BYTES", 5000, "larger than 0 GiB together"),
            ("UNSUSPICIOUS_BYTES", 1000, "grows to more than 250 times"),
            ("_LONGEST_READ", 150, "table of contents"),
        ],
    )
    def test_more_than_any_export_holds(
        self, limit: str, value: int, problem: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        content = packed(("a.csv", b"a"), ("b.csv", bytes(1 << 20)), ("c.csv", b"c"))
        assert len(unpack(content, tmp_path)) == 3
        monkeypatch.setattr(_archive, limit, value)
        with pytest.raises(InputError, match=problem):
            unpack(content, tmp_path)

    @pytest.mark.parametrize(
        "content",
        [
            b"",
            b"PK\x03\x04",
            b"record_id\na\n",
            packed(("usage.csv", _DATA))[:-30],
            packed(("usage.csv", _DATA)).replace(b"+JM", b"+KM"),
            packed(("usage.csv", _DATA), change=_understate),
            packed(("usage.csv", _DATA), change=_overstate),
        ],
    )
    def test_damage(self, content: bytes, tmp_path: Path) -> None:
        with pytest.raises(InputError, match="damaged"):
            unpack(content, tmp_path)

    @given(data=st.data())
    @settings(max_examples=150, deadline=None)
    def test_whatever_the_bytes_are_the_error_is_one_of_ours(
        self, tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
    ) -> None:
        content = bytearray(packed(("usage.csv", _DATA[:60]), ("more/usage.jsonl", b"{}"), ("a.txt", b"")))
        for _ in range(data.draw(st.integers(1, 6))):
            place = data.draw(st.integers(0, len(content) - 1))
            content[place] = data.draw(st.integers(0, 255))
        folder = tmp_path_factory.mktemp("fuzz")
        with suppress(Error):  # any other is a defect
            found = unpack(bytes(content), folder)
            assert {Path(each.path).parent for each in found} == {folder / "work"}
        assert all(name == "export.zip" or name.startswith("work/archive-0-") for name in written(folder))


class TestWhatIsRead:
    """The data files, in order, under names of the archive; their bytes are those that were packed."""

    @given(
        files=st.dictionaries(
            st.from_regex(r"[A-Za-z0-9_ é]{1,4}(/[a-z]{1,3}){0,2}\.(csv|jsonl|json\.gz|parquet)", fullmatch=True),
            st.binary(max_size=40),
            min_size=1,
            max_size=6,
        )
    )
    @settings(max_examples=40, deadline=None)
    def test_every_data_file(self, tmp_path_factory: pytest.TempPathFactory, files: dict[str, bytes]) -> None:
        folder = tmp_path_factory.mktemp("read")
        extras = {
            "README.md": b"",
            "inner.zip": packed(("a.csv", b"")),
            ".hidden.csv": b"",
            "__MACOSX/._a.csv": b"",
            "empty/": b"",
        }
        found = unpack(packed(*files.items(), *extras.items()), folder)
        assert [each.name for each in found] == [f"{folder}/export.zip/{path}" for path in sorted(files)]
        assert [Path(each.path).read_bytes() for each in found] == [files[path] for path in sorted(files)]

    def test_an_archive_is_known_by_its_first_bytes_too(self, tmp_path: Path) -> None:
        file = tmp_path / "export"
        file.write_bytes(packed(("usage.csv", _DATA)))
        (found,) = given_by(tmp_path, file)
        assert Path(found.path).read_bytes() == _DATA

    def test_two_archives_do_not_meet(self, tmp_path: Path) -> None:
        for name in ("a.zip", "b.zip"):
            (tmp_path / name).write_bytes(packed(("usage.csv", name.encode())))
        found = given_by(tmp_path, tmp_path / "a.zip", tmp_path / "b.zip")
        assert [Path(each.path).read_bytes() for each in found] == [b"a.zip", b"b.zip"]

    @pytest.mark.parametrize("members", [[], [("README.md", b"")], [("inner.zip", packed(("a.csv", b"")))]])
    def test_an_archive_without_data_is_no_input(self, members: list[tuple[str, bytes]], tmp_path: Path) -> None:
        with pytest.raises(InputError, match="holds no data files"):
            unpack(packed(*members), tmp_path)

    def test_a_bundle_further_down_is_not_guessed_at(self, tmp_path: Path) -> None:
        with pytest.raises(InputError, match="Name the bundle itself"):
            unpack(packed(("export/manifest.json", b"{}"), ("export/usage.csv", b"")), tmp_path)
