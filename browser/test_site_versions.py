"""Every version keeps its addresses: two are put on one host, and the first is as it was."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
BASE = "https://opentokenomics.org/"
JAVASCRIPT = "conformance/implementations/javascript"
GIT, NODE = shutil.which("git") or "git", shutil.which("node") or "node"
LEFT_OUT = shutil.ignore_patterns(".venv", "site", "node_modules", "__pycache__", ".*_cache", ".git", ".hypothesis")


PUBLISHING = """
from pathlib import Path

import publish

publish.publish(Path())
publish.open_draft(Path(), "9.1")
"""
WHERE = """
import sys
from pathlib import Path

import site_publish
from opentokenomics.standard import Library

print(*sorted(set(site_publish.homes_of_requirements(Library.of(Path("schemas")), Path(sys.argv[1])).values())))
"""


def git(folder: Path, *words: str) -> str:
    who = ["-c", "user.name=Editor", "-c", "user.email=editor@example.org", "-c", "commit.gpgsign=false"]
    done = subprocess.run([GIT, *who, *words], cwd=folder, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def run(place: Path, *words: str) -> subprocess.CompletedProcess[str]:
    own = os.pathsep.join(str(place / each) for each in ("reference_impl", "conformance", "tools"))
    names = {f"GIT_{role}_NAME": "Editor" for role in ("AUTHOR", "COMMITTER")}
    addresses = {f"GIT_{role}_EMAIL": "editor@example.org" for role in ("AUTHOR", "COMMITTER")}
    environment = {**os.environ, **names, **addresses, "PYTHONPATH": own}
    return subprocess.run(
        [sys.executable, *words], cwd=place, env=environment, capture_output=True, text=True, check=False
    )


def python(place: Path, *words: str) -> str:
    done = run(place, *words)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout.strip()


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A checkout of its own, with a history of one commit."""
    folder = tmp_path_factory.mktemp("scratch") / "checkout"
    shutil.copytree(ROOT, folder, ignore=LEFT_OUT, symlinks=True)
    (folder / JAVASCRIPT / "node_modules").symlink_to(ROOT / JAVASCRIPT / "node_modules")
    with (folder / ".gitignore").open("a") as file:
        file.write("node_modules\n")
    git(folder, "init", "--quiet", "--initial-branch", "main")
    git(folder, "add", "--all")
    git(folder, "commit", "--quiet", "--message", "Begin")
    return folder


def host(place: Path, folder: Path) -> Path:
    """What the branch holds, as files."""
    git(place, "worktree", "add", "--quiet", "--detach", str(folder), "gh-pages")
    return folder


def contents(folder: Path) -> Mapping[str, bytes]:
    return {file.relative_to(folder).as_posix(): file.read_bytes() for file in folder.rglob("*") if file.is_file()}


def schemas(folder: Path) -> Mapping[str, Path]:
    """The schemas of a checkout under their identifiers."""
    sources = [*(folder / "schemas").rglob("*.schema.json"), *(folder / "conformance").glob("[pv]*/*.schema.json")]
    return {json.loads(source.read_text("utf-8"))["$id"]: source for source in sources}


def assert_identifiers_resolve(place: Path, served: Path) -> None:
    found = schemas(place)
    assert len(found) > 15
    for identifier, source in found.items():
        assert (served / identifier.removeprefix(BASE)).read_bytes() == source.read_bytes()


def assert_requirements_lead_to_pages(served: Path, version: str) -> None:
    pages = sorted((served / "requirements").glob("OTS-*/index.html"))
    assert len(pages) > 300
    for page in pages:
        target = re.search(r"url=([^\"]+)\"", page.read_text("utf-8"))
        assert target
        there = (page.parent / target[1] / "index.html").resolve()
        assert there.is_file()
        assert there.relative_to(served.resolve()).parts[0] == version


def test_versions_stand_side_by_side(place: Path, tmp_path: Path) -> None:
    python(place, "tools/site_publish.py")
    first = host(place, tmp_path / "first")
    draft = json.loads((first / "versions.json").read_text("utf-8"))[0]["version"]
    number = draft.removesuffix("-draft")
    assert 'url=latest/"' in (first / "index.html").read_text("utf-8")
    assert (first / "latest" / "index.html").is_file()
    assert (first / draft / "spec" / "usage" / "index.html").is_file()
    assert_identifiers_resolve(place, first)
    assert_requirements_lead_to_pages(first, draft)
    before = {identifier: source.read_bytes() for identifier, source in schemas(place).items()}

    # The draft becomes a version, and another one is begun.
    python(place, "-c", PUBLISHING)
    subprocess.run([NODE, "scripts/build.js"], cwd=place / JAVASCRIPT, check=True, capture_output=True)
    git(place, "add", "--all")
    git(place, "commit", "--quiet", "--message", "Begin the next version")
    python(place, "tools/site_publish.py")
    second = host(place, tmp_path / "second")
    assert {each["version"] for each in json.loads((second / "versions.json").read_text("utf-8"))} == {
        draft,
        "9.1-draft",
    }
    assert_identifiers_resolve(place, second)
    for identifier, content in before.items():
        assert (second / identifier.removeprefix(BASE)).read_bytes() == content
    assert contents(second / draft) == contents(first / draft)
    assert_requirements_lead_to_pages(second, "9.1-draft")

    # As soon as the published version is there, its pages are what addresses of requirements lead to.
    (second / number).mkdir()
    assert python(place, "-c", WHERE, str(second)) == number

    # What was served of it once is served for good.
    with (place / "schemas" / number / "usage.schema.json").open("a") as file:
        file.write("\n")
    git(place, "commit", "--quiet", "--all", "--message", "Touch what was published")
    refused = run(place, "tools/site_publish.py")
    assert refused.returncode == 1
    assert f"schemas/{number}/usage.schema.json was served with other bytes" in refused.stderr
