"""A folder stands for the data files in it; nothing outside it, and nothing but files, is ever opened."""

from __future__ import annotations

import os
import socket
from collections.abc import Callable
from pathlib import Path
from zipfile import ZipFile

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from opentokenomics import InputError
from opentokenomics.readers import Given, Inputs, inputs_of
from opentokenomics.standard import load

Make = Callable[[Path], None]

_NAMES = st.from_regex(r"[a-zA-Z0-9_ é]{1,3}", fullmatch=True)
_ENDINGS = st.sampled_from([".csv", ".jsonl", ".NDJSON", ".json", ".parquet", ".csv.gz", ".jsonl.zst", ".json.GZIP"])
_FOLDERS = st.lists(_NAMES, max_size=3)


def place(root: Path, path: str, content: str = "") -> Path:
    """Writes a file and the folders that it is in."""
    file = root / path
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(content)
    return file


def taken(*paths: Path | str) -> Inputs:
    """What is made of paths, none of which is an archive."""
    return inputs_of([str(path) for path in paths], Path(), lambda _: load().datasets["manifest"], lambda *_: None)


def given_by(*paths: Path | str) -> tuple[Given, ...]:
    """The files that paths stand for; none of them is an archive."""
    return taken(*paths).given


def names_in(folder: Path) -> list[str]:
    """The files that a folder stands for, below it."""
    return [each.name.removeprefix(f"{folder}/") for each in given_by(folder)]


class TestWhatIsRead:
    """Every data file below the folder, in the order of its path, and nothing else."""

    @given(
        data=st.lists(st.tuples(_FOLDERS, _NAMES, _ENDINGS), min_size=1, max_size=8),
        others=st.lists(st.tuples(_FOLDERS, _NAMES, st.sampled_from([".md", ".zip", ".csv.txt", ".gz", "csv", ""]))),
        hidden=st.lists(st.tuples(_FOLDERS, _NAMES)),
    )
    @settings(max_examples=40, deadline=None)
    def test_data_files(
        self,
        tmp_path_factory: pytest.TempPathFactory,
        data: list[tuple[list[str], str, str]],
        others: list[tuple[list[str], str, str]],
        hidden: list[tuple[list[str], str]],
    ) -> None:
        root = tmp_path_factory.mktemp("folder")
        paths = {"/".join([*folders, name + ending]) for folders, name, ending in data}
        passed_over = {"/".join([*folders, f"{name}~{ending}"]) for folders, name, ending in others}
        for path in (*paths, *passed_over):
            place(root, path)
        for folders, name in hidden:
            place(root, "/".join([*folders, f".{name}", "usage.csv"]))
            place(root, "/".join([*folders, f".{name}.csv"]))
        assert names_in(root) == sorted(paths)
        assert dict(taken(root).unread) == ({str(root): tuple(sorted(passed_over))} if passed_over else {})

    def test_a_file_that_is_reached_twice_is_read_once(self, tmp_path: Path) -> None:
        place(tmp_path, "2026/usage.csv")
        (tmp_path / "2027").symlink_to("2026")
        (tmp_path / "latest.csv").symlink_to("2026/usage.csv")
        assert names_in(tmp_path) == ["2026/usage.csv"]

    def test_a_link_to_a_hidden_file_is_read(self, tmp_path: Path) -> None:
        place(tmp_path, ".versions/3", "x")
        (tmp_path / "usage.csv").symlink_to(".versions/3")
        (found,) = given_by(tmp_path)
        assert Path(found.path).read_text() == "x"

    def test_a_folder_that_is_a_link_is_followed(self, tmp_path: Path) -> None:
        place(tmp_path, "real/usage.csv")
        (tmp_path / "link").symlink_to("real")
        assert names_in(tmp_path / "link") == ["usage.csv"]

    def test_folders_of_any_depth(self, tmp_path: Path) -> None:
        path = "/".join(["d"] * 800 + ["usage.csv"])
        place(tmp_path, path)
        assert names_in(tmp_path) == [path]

    def test_several_inputs_keep_their_order(self, tmp_path: Path) -> None:
        place(tmp_path, "b/x.csv")
        place(tmp_path, "b/a.csv")
        file = str(place(tmp_path, "a.csv"))
        assert [each.name for each in given_by(tmp_path / "b", "-", file)] == [
            f"{tmp_path}/b/a.csv",
            f"{tmp_path}/b/x.csv",
            "-",
            file,
        ]

    def test_a_slash_at_the_end_changes_nothing(self, tmp_path: Path) -> None:
        place(tmp_path, "usage.csv")
        assert given_by(f"{tmp_path}/") == given_by(tmp_path)


def _pipe(root: Path) -> None:
    os.mkfifo(root / "usage.csv")


def _socket(root: Path) -> None:
    with socket.socket(socket.AF_UNIX) as made:
        made.bind(os.path.relpath(root / "usage.csv"))


def _device(root: Path) -> None:
    (root / "usage.csv").symlink_to("/dev/zero")


def _outside(root: Path) -> None:
    (root / "usage.csv").symlink_to("../outside.csv")


def _outside_by_two_links(root: Path) -> None:
    (root / ".step").symlink_to("..")
    (root / "usage.csv").symlink_to(".step/outside.csv")


def _nowhere(root: Path) -> None:
    (root / "usage.csv").symlink_to("gone.csv")


def _loop(root: Path) -> None:
    (root / "usage.csv").symlink_to("usage.csv")


class TestWhatIsRefused:
    """What is no plain file inside the folder is refused by name, without being opened."""

    @pytest.mark.parametrize(
        "make",
        [_pipe, _socket, _device, _outside, _outside_by_two_links, _nowhere, _loop],
        ids=lambda make: make.__name__,
    )
    def test_what_is_no_file_inside(self, make: Make, tmp_path: Path) -> None:
        root = tmp_path / "export"
        root.mkdir()
        place(tmp_path, "outside.csv", "secret")
        place(root, "other.csv")
        make(root)
        with pytest.raises(InputError, match=r"export/usage\.csv is not opened") as caught:
            names_in(root)
        assert caught.value.code == "input_irregular"

    def test_a_folder_whose_name_only_begins_alike_is_outside(self, tmp_path: Path) -> None:
        place(tmp_path, "export-of-others/usage.csv", "secret")
        place(tmp_path, "export/price.csv")
        (tmp_path / "export" / "usage.csv").symlink_to("../export-of-others/usage.csv")
        with pytest.raises(InputError, match=r"export/usage\.csv is not opened: it is a symbolic link that leads out"):
            given_by(tmp_path / "export")

    def test_folders_that_lead_out(self, tmp_path: Path) -> None:
        place(tmp_path, "outside/usage.csv", "secret")
        place(tmp_path, "export/usage.csv")
        (tmp_path / "export" / "more").symlink_to("../outside")
        with pytest.raises(InputError, match="export/more/ is not opened: it is a symbolic link that leads out"):
            names_in(tmp_path / "export")

    def test_a_disk_is_no_folder_of_exports(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("opentokenomics.readers._folder.MOST_ENTRIES", 4)
        place(tmp_path, "a/usage.csv")
        place(tmp_path, "b/.hidden")
        assert len(given_by(tmp_path)) == 1
        (tmp_path / "b" / "c").mkdir()
        with pytest.raises(
            InputError, match=r"holds more than 4 files and folders[.] Name the folder in which"
        ) as caught:
            given_by(tmp_path)
        assert caught.value.code == "input_folder_too_large"

    @pytest.mark.parametrize("make", [os.link, os.symlink, lambda file, _: file, lambda file, _: file.parent])
    def test_one_file_under_two_names(self, make: Callable[[Path, Path], Path | None], tmp_path: Path) -> None:
        file, other = place(tmp_path, "export/usage.csv"), tmp_path / "other.csv"
        again = make(file, other) or other
        with pytest.raises(InputError, match=r"is the same file as|is named twice") as caught:
            given_by(file, again)
        assert caught.value.code == "input_repeated"
        other.unlink(missing_ok=True)
        assert len(given_by(file, place(tmp_path, "other.csv"))) == 2

    def test_one_archive_under_two_names(self, tmp_path: Path) -> None:
        file = tmp_path / "export.zip"
        with ZipFile(file, "w") as archive:
            archive.writestr("usage.csv", "a\n")
        (tmp_path / "link.zip").symlink_to(file)
        with pytest.raises(InputError, match=r"link[.]zip is the same file as"):
            given_by(file, tmp_path / "link.zip")

    def test_a_file_that_is_standard_input_too(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        file = place(tmp_path, "usage.csv")
        with file.open() as stream:
            monkeypatch.setattr("sys.stdin", stream)
            with pytest.raises(InputError, match=r"usage[.]csv is the same file as standard input[.]"):
                given_by("-", file)
            assert len(given_by("-", place(tmp_path, "other.csv"))) == 2

    def test_an_empty_folder(self, tmp_path: Path) -> None:
        with pytest.raises(InputError, match="holds no data files"):
            names_in(tmp_path)

    def test_a_folder_of_other_files(self, tmp_path: Path) -> None:
        place(tmp_path, "README.md")
        with pytest.raises(InputError, match="holds no data files"):
            names_in(tmp_path)

    def test_a_bundle_further_down_is_not_guessed_at(self, tmp_path: Path) -> None:
        place(tmp_path, "august/manifest.json", "{}")
        place(tmp_path, "august/usage.csv")
        with pytest.raises(InputError, match=r"/august is a bundle, and .* is not\. Name the bundle itself"):
            names_in(tmp_path)

    def test_a_folder_that_is_not_there(self, tmp_path: Path) -> None:
        with pytest.raises(InputError, match="does not exist"):
            given_by(tmp_path / "gone")
