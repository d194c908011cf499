"""Adds the site of this checkout's version to a branch that holds the whole host, and leaves other versions alone.

Each version has a folder of its own, which MkDocs fills and ``mike`` puts on the branch. At the top is what has an
address without it: schemas under their identifiers, requirements and pages under theirs. Nothing is pushed.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import chdir, contextmanager
from html import escape
from pathlib import Path

from drafts import ROOT
from opentokenomics.standard import BASE_URI, Library, VersionName
from publish import Refused, refuse_changes

BRANCH = "gh-pages"
REMOTE = "origin"
LATEST = "latest"
_SERVED = ("conformance/protocol", "conformance/vectors")
"""Folders whose schemas have identifiers without a version."""

_TESTS = ("browser/test_site_links.py", "browser/test_site_files.py")
"""What every site is held to before it is put on the branch, in seconds and without a browser."""

_NO_SUCH_BRANCH = 2
"""What ``git ls-remote --exit-code`` ends with where a remote answers and does not have the branch."""

_REDIRECT = """\
<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<title>{title}</title>
<link rel="canonical" href="{address}">
<meta http-equiv="refresh" content="0; url={target}">
</head>
<body><p><a href="{target}">{title}</a></p></body>
</html>
"""
_MISSING = """\
<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<title>Not found - Open Tokenomics Standard</title>
<style>
:root {{ color-scheme: light dark; }}
body {{ font: 1.1rem/1.6 system-ui, sans-serif; margin: 15vh auto; max-width: 34rem; padding: 0 1rem; }}
</style>
</head>
<body>
<main>
<h1>There is no such page</h1>
<p>Nothing has this address, in no version of the standard. These pages are there:</p>
<ul>
<li><a href="/{latest}/">Open Tokenomics Standard</a></li>
<li><a href="/{latest}/requirements/">Requirements</a></li>
<li><a href="/{latest}/schemas/">Schemas and catalogue</a></li>
<li><a href="/{latest}/playground/">Check an export</a></li>
</ul>
</main>
</body>
</html>
"""
"""Hosts of files answer with it at any depth, so its links begin at the top."""


def main(arguments: list[str] | None = None, root: Path = ROOT) -> int:
    """Runs the tool; returns the exit code."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--branch", default=BRANCH, help="the branch that holds the host (%(default)s)")
    parser.add_argument("--tested", action="store_true", help="do not test the site again that is built")
    wanted = parser.parse_args(arguments)
    try:
        print(deploy(root, wanted.branch, () if wanted.tested else _TESTS))
    except Refused as reason:
        print(reason, file=sys.stderr)
        return 1
    return 0


def deploy(root: Path, branch: str, tests: tuple[str, ...] = _TESTS) -> str:
    """Builds the version that is worked on and puts it on a branch; returns what to do next.

    Raises:
        Refused: Something is not committed, the branch is not what the remote has, a published version is not on it or
            has other schemas there, or the site does not build or leads nowhere.
    """
    refuse_changes(root)
    library = Library.of(root / "schemas")
    version = library.versions[-1]
    fetch_branch(root, branch)
    if _tip(root, f"refs/heads/{branch}"):
        with _checked_out(root, branch) as host:
            _refuse_other_schemas(root, library, host)
            _refuse_gaps(library, host)
    else:
        _refuse_gaps(library, None)
    _put_version(root, branch, version, [LATEST] if version == _meant(library) else [], tests)
    with _checked_out(root, branch) as host:
        written = _write_top(root, library, host)
        _run(host, "git", "add", "--all")
        if _run(host, "git", "status", "--porcelain"):
            message = f"Serve the schemas, requirements and pages of {', '.join(library.versions)} at the top"
            _run(host, "git", "commit", "--quiet", "--message", message)
    return f"{version} is on the branch {branch}, with {written} files at the top. Look at it, then push the branch."


def _put_version(root: Path, branch: str, version: str, aliases: list[str], tests: tuple[str, ...]) -> None:
    from mike import commands, git_utils

    with tempfile.TemporaryDirectory() as folder:
        built = f"{folder}/site"
        _run(root, sys.executable, "-m", "mkdocs", "build", "--strict", "--quiet", "--site-dir", built)
        if tests:
            _run(root, sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", *tests, "--site", built)
        configuration = {"site_dir": built, "use_directory_urls": True}
        # Links of hosts that serve files are not followed everywhere, and copies would be forgotten.
        names = {"aliases": aliases, "update_aliases": True, "alias_type": commands.AliasType.redirect}
        with chdir(root):  # the repository that mike writes to
            try:
                with commands.deploy(configuration, version, version, branch=branch, **names):
                    pass
                if aliases:
                    commands.set_default(LATEST, branch=branch)
            except git_utils.GitEmptyCommit:
                return
            except git_utils.GitError as error:
                raise Refused(f"mike failed: {error}") from error


def _meant(library: Library) -> str:
    """The version for whoever names none: the newest published one, or else the newest draft."""
    published = [name for name in library.versions if VersionName.parse(name).published]
    return (published or list(library.versions))[-1]


def _refuse_other_schemas(root: Path, library: Library, host: Path) -> None:
    for version in library.versions:
        if not VersionName.parse(version).published:
            continue
        for path, content in _schemas_of(root, version):
            there = host / path
            if there.is_file() and there.read_bytes() != content:
                raise Refused(f"{path} was served with other bytes. A published version never changes: restore it.")


def _refuse_gaps(library: Library, host: Path | None) -> None:
    """Refuses where a version was published and its pages were not, since they can be built of that commit alone."""
    for version in library.versions[:-1]:
        if VersionName.parse(version).published and (host is None or not (host / version / "index.html").is_file()):
            raise Refused(
                f"{version} is published, and its pages are not on the branch. Check out the commit that published "
                "it and run `make site-publish` there, then here."
            )


def _schemas_of(root: Path, version: str) -> Iterator[tuple[str, bytes]]:
    folder = root / "schemas" / VersionName.parse(version).number
    for source in sorted(folder.iterdir()):
        if source.is_file():
            yield f"schemas/{version}/{source.name}", source.read_bytes()


# The top of the host


def _write_top(root: Path, library: Library, host: Path) -> int:
    files = dict(_top(root, library, host))
    for path, content in files.items():
        target = host / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content)
    return len(files)


def _top(root: Path, library: Library, host: Path) -> Iterator[tuple[str, bytes]]:
    yield ".nojekyll", b""
    yield "404.html", _MISSING.format(latest=LATEST).encode()
    for version in library.versions:
        yield from _schemas_of(root, version)
    for folder in _SERVED:
        for source in sorted((root / folder).glob("*.schema.json")):
            yield source.relative_to(root).as_posix(), source.read_bytes()
    for page, version in homes_of_pages(library, host).items():
        yield f"{page}/index.html", _redirect(page, version)
    for identifier, version in homes_of_requirements(library, host).items():
        page = f"requirements/{identifier}"
        yield f"{page}/index.html", _redirect(page, version, identifier)


def _redirect(page: str, version: str, title: str = "") -> bytes:
    target = f"{'../' * (page.count('/') + 1)}{version}/{page}/"
    text = _REDIRECT.format(title=escape(title or page), target=target, address=f"{BASE_URI}{version}/{page}/")
    return text.encode()


def homes_of_pages(library: Library, host: Path) -> dict[str, str]:
    """The version to which the address of a page without a version leads: the newest that has it, published ones first.

    Requirements have homes of their own, since a page of one may be gone while its identifier still means something.
    """
    return {
        page.parent.relative_to(host / version).as_posix(): version
        for version in _ranked(library, host)
        for page in sorted((host / version).rglob("index.html"))
        if page.parent != host / version and not page.parent.name.startswith("OTS-")
    }


def homes_of_requirements(library: Library, host: Path) -> dict[str, str]:
    """The version whose page a requirement's address leads to: the newest that has it, published ones first."""
    return {
        requirement.id: version
        for version in _ranked(library, host)
        for requirement in library.load(version).requirements
    }


def _ranked(library: Library, host: Path) -> list[str]:
    """The versions that the host has, with the one that is meant in the end."""
    names = [name for name in library.versions if (host / name).is_dir()]
    return sorted(names, key=lambda name: (VersionName.parse(name).published, VersionName.parse(name)))


# Git


def fetch_branch(root: Path, branch: str) -> None:
    """Makes the branch hold what the remote holds, where there is one: a clone does not bring it.

    Raises:
        Refused: The remote does not answer, or the two have gone different ways.
    """
    if REMOTE not in _run(root, "git", "remote").splitlines():
        return
    asked = _git(root, "ls-remote", "--exit-code", "--heads", REMOTE, f"refs/heads/{branch}")
    if asked.returncode == _NO_SUCH_BRANCH:
        return
    if asked.returncode:
        raise Refused(f"{REMOTE} does not say what {branch} holds, which may be every earlier version:\n{asked.stderr}")
    there = f"refs/remotes/{REMOTE}/{branch}"
    _run(root, "git", "fetch", "--quiet", REMOTE, f"+refs/heads/{branch}:{there}")
    if _is_ancestor(root, there, branch):
        return
    if _tip(root, f"refs/heads/{branch}") and not _is_ancestor(root, branch, there):
        raise Refused(
            f"{branch} has gone another way than {REMOTE}/{branch}, which holds what is served. Rename or delete "
            f"yours (`git branch -m {branch} {branch}-own`) and run this again."
        )
    _run(root, "git", "branch", "--force", "--no-track", branch, there)


def _is_ancestor(root: Path, older: str, newer: str) -> bool:
    return _git(root, "merge-base", "--is-ancestor", older, newer).returncode == 0


def _tip(root: Path, reference: str) -> str:
    return _git(root, "rev-parse", "--verify", "--quiet", reference).stdout.strip()


def _git(folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(["git", *words], cwd=folder, capture_output=True, text=True, check=False)  # noqa: S603, S607


@contextmanager
def _checked_out(root: Path, branch: str) -> Iterator[Path]:
    """The files of a branch in a folder of their own."""
    with tempfile.TemporaryDirectory() as folder:
        host = Path(folder) / "host"
        _run(root, "git", "worktree", "add", "--quiet", str(host), branch)
        try:
            yield host
        finally:
            _run(root, "git", "worktree", "remove", "--force", str(host))


def _run(folder: Path, *command: str) -> str:
    """What a command says; what it complains of is the reason to refuse."""
    environment = {**os.environ, "NO_MKDOCS_2_WARNING": "1"}
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)  # noqa: S603
    if done.returncode:
        said = "\n".join(text for text in (done.stdout.strip(), done.stderr.strip()) if text)
        raise Refused(f"{' '.join([Path(command[0]).name, *command[1:4]])} failed:\n{said}")
    return done.stdout.strip()


if __name__ == "__main__":
    sys.exit(main())
