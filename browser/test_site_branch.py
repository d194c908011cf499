"""What is put on the branch of the host stands on what is served already, and a bad site is never put there."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

import site_publish
from publish import Refused

GIT = shutil.which("git") or "git"


def git(folder: Path, *words: str) -> str:
    who = ["-c", "user.name=Editor", "-c", "user.email=editor@example.org", "-c", "commit.gpgsign=false"]
    done = subprocess.run([GIT, *who, *words], cwd=folder, capture_output=True, text=True, check=True)
    return done.stdout.strip()


def commit(folder: Path, message: str) -> str:
    git(folder, "commit", "--quiet", "--allow-empty", "--message", message)
    return git(folder, "rev-parse", "HEAD")


def tip(folder: Path) -> str:
    return git(folder, "for-each-ref", "--format=%(objectname)", "refs/heads/gh-pages")


@pytest.fixture
def served(tmp_path: Path) -> Path:
    """A checkout whose host is served from a bare repository, which is one commit ahead of any clone."""
    git(tmp_path, "init", "--quiet", "--bare", "--initial-branch", "main", "host.git")
    git(tmp_path, "clone", "--quiet", str(tmp_path / "host.git"), "first")
    first = tmp_path / "first"
    git(first, "checkout", "--quiet", "-b", "main")
    commit(first, "Begin")
    git(first, "checkout", "--quiet", "-b", "gh-pages")
    commit(first, "Serve 1.0")
    git(first, "push", "--quiet", "origin", "main", "gh-pages")
    return first


@pytest.fixture
def clone(served: Path, tmp_path: Path) -> Path:
    git(tmp_path, "clone", "--quiet", git(served, "remote", "get-url", "origin"), "clone")
    return tmp_path / "clone"


def test_a_clone_takes_what_is_served(served: Path, clone: Path) -> None:
    assert tip(clone) == ""
    site_publish.fetch_branch(clone, "gh-pages")
    assert tip(clone) == tip(served)


def test_a_clone_that_is_behind_catches_up(served: Path, clone: Path) -> None:
    site_publish.fetch_branch(clone, "gh-pages")
    newer = commit(served, "Serve 1.1")
    git(served, "push", "--quiet", "origin", "gh-pages")
    site_publish.fetch_branch(clone, "gh-pages")
    assert tip(clone) == newer


def test_what_is_not_pushed_yet_stays(served: Path) -> None:
    newer = commit(served, "Serve 1.1")
    site_publish.fetch_branch(served, "gh-pages")
    assert tip(served) == newer


def test_two_ways_are_refused(served: Path, clone: Path) -> None:
    git(clone, "checkout", "--quiet", "--orphan", "gh-pages")
    own = commit(clone, "Serve something else")
    with pytest.raises(Refused, match="gone another way than origin/gh-pages"):
        site_publish.fetch_branch(clone, "gh-pages")
    assert tip(clone) == own != tip(served)


def test_a_remote_that_does_not_answer_is_refused(clone: Path) -> None:
    git(clone, "remote", "set-url", "origin", str(clone / "nowhere"))
    with pytest.raises(Refused, match="does not say what gh-pages holds"):
        site_publish.fetch_branch(clone, "gh-pages")


def test_a_remote_without_the_branch_is_the_beginning(clone: Path) -> None:
    site_publish.fetch_branch(clone, "pages-of-mine")
    assert git(clone, "branch", "--list", "pages-of-mine") == ""


def test_what_is_not_committed_is_not_published(clone: Path) -> None:
    (clone / "draft.md").write_text("Not yet")
    with pytest.raises(Refused, match="uncommitted changes"):
        site_publish.deploy(clone, "gh-pages")
