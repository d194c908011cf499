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


PUBLISH = "from pathlib import Path; import publish; publish.publish(Path())"
OPEN = "from pathlib import Path; import publish; publish.open_draft(Path(), '9.1')"


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


def lead_of(page: Path) -> Path:
    """Where a page leads, as a file; what search engines are told is that address, whole."""
    text = page.read_text("utf-8")
    target = re.search(r"url=([^\"]+)\"", text)
    assert target
    there = (page.parent / target[1] / "index.html").resolve()
    assert there.is_file()
    return there


def assert_pages_lead_to(served: Path, version: str) -> None:
    pages = sorted((served / "requirements").glob("OTS-*/index.html"))
    assert len(pages) > 300
    others = [served / name / "index.html" for name in ("requirements", "schemas", "playground", "spec/usage")]
    for page in (*pages, *others):
        there = lead_of(page).relative_to(served.resolve())
        assert there.parts[0] == version
        address = BASE + there.as_posix().removesuffix("index.html")
        assert f'rel="canonical" href="{address}"' in page.read_text("utf-8")


def assert_missing_pages_are_answered(served: Path) -> None:
    links = re.findall(r'href="([^"]+)"', (served / "404.html").read_text("utf-8"))
    assert len(links) > 3
    for link in links:
        assert link.startswith("/")
        assert (served / link[1:] / "index.html").is_file()


def begin(place: Path, program: str, message: str) -> str:
    """Has an editor take a step of publishing and commit it; returns the commit."""
    python(place, "-c", program)
    subprocess.run([NODE, "scripts/build.js"], cwd=place / JAVASCRIPT, check=True, capture_output=True)
    git(place, "add", "--all")
    git(place, "commit", "--quiet", "--message", message)
    return git(place, "rev-parse", "HEAD")


def test_versions_stand_side_by_side(place: Path, tmp_path: Path, site_folder: Path) -> None:
    git(tmp_path, "init", "--quiet", "--bare", "host.git")
    git(place, "remote", "add", "origin", str(tmp_path / "host.git"))
    python(place, "tools/site_publish.py")
    first = host(place, tmp_path / "first")
    draft = json.loads((first / "versions.json").read_text("utf-8"))[0]["version"]
    number = draft.removesuffix("-draft")
    assert 'url=latest/"' in (first / "index.html").read_text("utf-8")
    assert (first / "latest" / "index.html").is_file()
    assert_identifiers_resolve(place, first)
    assert_pages_lead_to(first, draft)
    assert_missing_pages_are_answered(first)
    # What is served is what the other tests look at, but for the day on which it was built.
    dated = re.compile(r"sitemap[.]xml")
    tested = {path: content for path, content in contents(site_folder).items() if not dated.match(path)}
    served = {path: content for path, content in contents(first / draft).items() if not dated.match(path)}
    assert [path for path in tested | served if tested.get(path) != served.get(path)] == []
    before = {identifier: source.read_bytes() for identifier, source in schemas(place).items()}

    # The host is served from elsewhere, and a new clone has no branch of its own.
    git(place, "push", "--quiet", "origin", "gh-pages")
    git(place, "worktree", "remove", "--force", str(first))
    git(place, "branch", "--quiet", "-D", "gh-pages")
    published = begin(place, PUBLISH, "Publish the draft")
    begin(place, OPEN, "Begin the next version")
    refused = run(place, "tools/site_publish.py")
    assert refused.returncode == 1
    assert f"{number} is published, and its pages are not on the branch" in refused.stderr

    # Doing what it says.
    for commit in (published, "main"):
        git(place, "checkout", "--quiet", commit)
        subprocess.run([NODE, "scripts/build.js"], cwd=place / JAVASCRIPT, check=True, capture_output=True)
        python(place, "tools/site_publish.py", "--tested")
    second = host(place, tmp_path / "second")
    versions = {each["version"]: each["aliases"] for each in json.loads((second / "versions.json").read_text("utf-8"))}
    assert versions == {draft: [], number: ["latest"], "9.1-draft": []}
    assert lead_of(second / "latest" / "index.html").relative_to(second.resolve()).parts[0] == number
    assert_identifiers_resolve(place, second)
    for identifier, content in before.items():
        assert (second / identifier.removeprefix(BASE)).read_bytes() == content
    dated_too = {path: content for path, content in contents(second / draft).items() if not dated.match(path)}
    assert dated_too == served
    assert_pages_lead_to(second, number)

    # What was served of it once is served for good.
    with (place / "schemas" / number / "usage.schema.json").open("a") as file:
        file.write("\n")
    git(place, "commit", "--quiet", "--all", "--message", "Touch what was published")
    refused = run(place, "tools/site_publish.py")
    assert refused.returncode == 1
    assert f"schemas/{number}/usage.schema.json was served with other bytes" in refused.stderr
