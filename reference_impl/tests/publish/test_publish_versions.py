"""Publishing freezes the draft, and nothing published ever changes; tried on copies, since it is done only once."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path

import pytest
from checkout import CHECKOUT
from differences import EDITS
from editions import Edition
from records import STANDARD

from opentokenomics.compatibility import compare
from opentokenomics.standard import DIGESTS, Library, VersionName, versions

publish = pytest.importorskip("publish", reason="needs the tools of a checkout")
needs_git = pytest.mark.skipif(shutil.which("git") is None, reason="needs git")

REFERENCE = "opentokenomics_conformance.reference"
PINS = Path(__file__).parents[1] / "standard" / "published.json"


def run(root: Path, *command: str, code: int = 0) -> str:
    environment = {
        **os.environ,
        "PYTHONPATH": f"{root / 'reference_impl'}{os.pathsep}{root / 'conformance'}",
        "GIT_CONFIG_GLOBAL": os.devnull,
    }
    done = subprocess.run(command, cwd=root, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == code, done.stdout + done.stderr
    return done.stdout + done.stderr


def commit(root: Path) -> None:
    run(root, "git", "add", "--all")
    run(root, "git", "-c", "user.name=x", "-c", "user.email=x@example.com", "commit", "--quiet", "--message", "x")


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """A checkout with no more than versions and one text that speaks of them: 1.0 published, 1.1 a draft."""
    run(tmp_path, "git", "init", "--quiet")
    write(tmp_path, Edition("1.0-draft"))
    (tmp_path / publish.PINS).parent.mkdir(parents=True)
    (tmp_path / publish.PINS).write_text("{}")
    (tmp_path / "README.md").write_text('1.0-draft is a draft: schemas/1.0/ and {"spec_version": "1.0-draft"}\n')
    (tmp_path / "picture.bin").write_bytes(b"\xff1.0-draft")
    commit(tmp_path)
    publish.publish(tmp_path)
    return tmp_path


def write(root: Path, edition: Edition) -> None:
    folder = root / "schemas" / VersionName.parse(edition.name).number
    folder.mkdir(parents=True, exist_ok=True)
    for file, text in edition.texts.items():
        (folder / file).write_text(text, "utf-8")


def test_what_this_checkout_published_is_as_it_was() -> None:
    """Never edit the file of pins: an error in a version is mended in another one."""
    assert not list(publish.changed_files(CHECKOUT))
    pins = json.loads(PINS.read_text("utf-8"))
    assert pins.keys() == {name for name in versions() if VersionName.parse(name).published}
    for number, pin in pins.items():
        assert sha256((CHECKOUT / "schemas" / number / DIGESTS).read_bytes()).hexdigest() == pin


def test_what_make_checks_is_checked_before_publishing() -> None:
    recipe = (CHECKOUT / "Makefile").read_text("utf-8").split("\ncheck:")[1].split("\n\n")[0]
    checked = [line.split("tools/")[1].split()[0] for line in recipe.splitlines() if "--check" in line]
    assert checked == [*publish.DRIFT_CHECKS, "publish.py"]


@needs_git
class TestFreezing:
    """A frozen version has a name without ``-draft`` and digests that any program can compare, and is else the same."""

    def test_it_is_the_draft_under_another_name(self, place: Path) -> None:
        library = Library.of(place / "schemas")
        assert library.versions == ("1.0",)
        assert compare(STANDARD, library.load("1.0")) == ()
        for text in library.documents("1.0").values():
            assert "-draft" not in text.replace("ends in -draft", "")
        assert (
            '"$id": "https://opentokenomics.org/schemas/1.0/usage.schema.json"'
            in library.documents()["usage.schema.json"]
        )

    def test_what_speaks_of_it_says_its_name(self, place: Path) -> None:
        assert (place / "README.md").read_text() == '1.0 is a draft: schemas/1.0/ and {"spec_version": "1.0"}\n'
        assert (place / "picture.bin").read_bytes() == b"\xff1.0-draft"

    @pytest.mark.skipif(shutil.which("sha256sum") is None, reason="needs sha256sum")
    def test_any_program_can_compare_the_digests(self, place: Path) -> None:
        told = run(place / "schemas" / "1.0", "sha256sum", "--check", "--strict", DIGESTS)
        assert told.count(": OK") == len(list((place / "schemas" / "1.0").glob("*.json")))

    def test_there_is_nothing_to_publish_twice(self, place: Path) -> None:
        commit(place)
        with pytest.raises(publish.Refused, match="no draft"):
            publish.publish(place)

    @pytest.mark.parametrize(
        ("spoil", "fault"),
        [
            (
                lambda folder: (folder / "usage.schema.json").write_text("{}"),
                "schemas/1.0/usage.schema.json is changed",
            ),
            (lambda folder: (folder / "catalogue.json").unlink(), "schemas/1.0/catalogue.json is gone"),
            (lambda folder: (folder / "more.json").touch(), "schemas/1.0/more.json is new"),
            (
                lambda folder: ((folder / "a").mkdir(), (folder / "a" / "more.json").touch()),
                "schemas/1.0/a/more.json is new",
            ),
            (lambda folder: (folder / "more").symlink_to(folder.parent), "schemas/1.0/more is new"),
            (lambda folder: (folder / "more.json").symlink_to("nowhere"), "schemas/1.0/more.json is new"),
            (
                lambda folder: (
                    (folder / "catalogue.json").rename(folder.parent / "moved.json"),
                    (folder / "catalogue.json").symlink_to("../moved.json"),
                ),
                "schemas/1.0/catalogue.json is changed",
            ),
            (lambda folder: (folder / DIGESTS).unlink(), f"schemas/1.0/{DIGESTS} is gone"),
            (shutil.rmtree, f"schemas/1.0/{DIGESTS} is gone"),
        ],
    )
    def test_a_change_is_noticed(
        self, place: Path, spoil: Callable[[Path], object], fault: str, capsys: pytest.CaptureFixture[str]
    ) -> None:
        assert publish.main(["--check"], place) == 0
        spoil(place / "schemas" / "1.0")
        assert publish.main(["--check"], place) == 1
        assert fault in capsys.readouterr().err

    def test_a_change_with_new_digests_is_noticed_too(self, place: Path) -> None:
        folder = place / "schemas" / "1.0"
        (folder / "usage.schema.json").write_text("{}")
        (folder / DIGESTS).write_text(publish.digests_of(folder))
        assert list(publish.changed_files(place)) == [f"schemas/1.0/{DIGESTS} is not the one that was published"]


@needs_git
class TestRefusing:
    """A version is published only from a clean checkout, and under a number that promises no more than it keeps."""

    def _draft(self, place: Path, name: str, *edits: str) -> None:
        write(place, Edition(name).changed(*(EDITS[edit][0] for edit in edits)))
        commit(place)

    @pytest.mark.parametrize("arguments", [[], ["--open", "1.1"]])
    def test_uncommitted_changes(self, place: Path, arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
        (place / "new.txt").touch()
        assert publish.main(arguments, place) == 1
        assert "uncommitted" in capsys.readouterr().err

    @pytest.mark.parametrize(
        ("name", "edit", "refused"),
        [
            ("1.0.1-draft", "it is said otherwise", False),
            ("1.0.1-draft", "a rule has an exception", False),
            ("1.0.1-draft", "a column is added", True),
            ("1.1-draft", "a column is added", False),
            ("1.1-draft", "a column is renamed", True),
            ("1.1-draft", "SHOULD becomes MUST", True),
            ("2.0-draft", "SHOULD becomes MUST", False),
        ],
    )
    def test_a_number_that_promises_too_much(self, place: Path, name: str, edit: str, refused: bool) -> None:  # noqa: FBT001
        self._draft(place, name, edit)
        if refused:
            with pytest.raises(publish.Refused, match=f"{name} cannot follow 1.0 under this number:\n"):
                publish.publish(place)
            assert Library.of(place / "schemas").versions == ("1.0", name)
        else:
            publish.publish(place)
            assert Library.of(place / "schemas").newest == VersionName.parse(name).number

    def test_an_identifier_that_comes_back(self, place: Path) -> None:
        self._draft(place, "1.1-draft", "a requirement is removed")
        publish.publish(place)
        self._draft(place, "2.0-draft")
        with pytest.raises(publish.Refused, match="OTS-CST-003 were given up"):
            publish.publish(place)

    def test_something_published_that_was_changed(self, place: Path) -> None:
        self._draft(place, "1.1-draft")
        (place / "schemas" / "1.0" / "tree.schema.json").write_text("{}")
        with pytest.raises(publish.Refused, match="Restore"):
            publish.publish(place)

    def test_two_drafts(self, place: Path) -> None:
        self._draft(place, "1.1-draft")
        self._draft(place, "1.2-draft")
        with pytest.raises(publish.Refused, match=r"several drafts: 1[.]1-draft, 1[.]2-draft"):
            publish.publish(place)

    def test_a_text_that_holds_the_name(self, place: Path) -> None:
        edition = Edition("1.1-draft").changed(lambda e: e.column("team").update(description="As in 1.1-draft."))
        write(place, edition)
        with pytest.raises(publish.Refused, match=r"usage.schema.json says 1.1-draft"):
            publish.publish(place)


@needs_git
class TestOpening:
    """The next draft begins as a copy of what was published last."""

    @pytest.mark.parametrize("number", ["1.1", "1.0.1", "2.0"])
    def test_it_is_the_same_under_another_name(self, place: Path, number: str) -> None:
        commit(place)
        assert publish.main(["--open", number], place) == 0
        library = Library.of(place / "schemas")
        draft = f"{number}-draft"
        assert (library.versions, library.newest) == (("1.0", draft), "1.0")
        assert compare(library.load("1.0"), library.load(draft)) == ()
        assert f"schemas/{draft}/usage" in library.documents(draft)["usage.schema.json"]
        assert '"x-since": "1.0"' in library.documents(draft)["usage.schema.json"]
        readme = (place / "README.md").read_text()
        assert readme == f'1.0 is a draft: schemas/{number}/ and {{"spec_version": "{draft}"}}\n'
        assert not list(publish.changed_files(place))

    @pytest.mark.parametrize("number", ["1.0", "0.9", "1.1-draft", "next"])
    def test_it_comes_after_every_other(self, place: Path, number: str) -> None:
        with pytest.raises(publish.Refused):
            publish.open_draft(place, number)

    def test_there_is_one_at_a_time(self, place: Path) -> None:
        publish.open_draft(place, "1.1")
        with pytest.raises(publish.Refused, match=r"1[.]1-draft is open"):
            publish.open_draft(place, "1.2")


@needs_git
def test_a_whole_checkout_is_published_and_goes_on(tmp_path: Path) -> None:
    """From the draft to the next one, with every drift check; everything is current and conforms at each step."""
    if not (CHECKOUT / ".git").exists():
        pytest.skip("needs a git checkout")
    names = run(CHECKOUT, "git", "ls-files", "-z", "--cached", "--others", "--exclude-standard").split("\0")
    for name in names:
        if name and (CHECKOUT / name).is_file() and not name.startswith("reference_impl/tests/support"):
            (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(CHECKOUT / name, tmp_path / name)
    run(tmp_path, "git", "init", "--quiet")
    commit(tmp_path)
    draft = versions()[-1]
    number = VersionName.parse(draft).number
    if draft == number:
        pytest.skip("no draft is open")

    chapter = tmp_path / "spec" / "overview.md"
    chapter.write_text(f"{chapter.read_text('utf-8')}\n<!-- generated: profiles -->\n\nold\n\n<!-- end -->\n", "utf-8")
    commit(tmp_path)
    assert "out of date" in run(tmp_path, sys.executable, "tools/publish.py", code=1)
    run(tmp_path, sys.executable, "tools/spec_tables.py")
    commit(tmp_path)

    told = run(tmp_path, sys.executable, "tools/publish.py")
    assert f"Version {number} is frozen in schemas/{number}/." in told
    _is_whole(tmp_path, number)
    # What examples state of each other's bytes followed, and so did the vectors.
    run(tmp_path, sys.executable, "tools/example_vectors.py", "--check")
    bundles = (
        "conformance",
        "run",
        "--version",
        number,
        "--filter",
        "OTS-MAN-010",
        "--",
        sys.executable,
        "-m",
        REFERENCE,
    )
    run(tmp_path, sys.executable, "-m", "opentokenomics", *bundles)
    commit(tmp_path)
    following = f"{VersionName.parse(number).major}.{VersionName.parse(number).minor + 1}"
    run(tmp_path, sys.executable, "tools/publish.py", "--open", following)
    _is_whole(tmp_path, f"{following}-draft")
    changed = run(tmp_path, "git", "status", "--porcelain", "conformance/vectors").splitlines()
    assert changed == [f"?? conformance/vectors/{following}/"]


def _is_whole(root: Path, version: str) -> None:
    for tool in publish.DRIFT_CHECKS:
        run(root, sys.executable, f"tools/{tool}")
    run(root, sys.executable, "tools/publish.py", "--check")
    example = root / "spec" / "examples" / "minimal.jsonl"
    assert f'"spec_version": "{version}"' in example.read_text("utf-8")
    assert f"of standard {version}" in run(root, sys.executable, "-m", "opentokenomics", "validate", str(example))
