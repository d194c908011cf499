"""Adds the site of this checkout's version to a branch that holds the whole host, and leaves other versions alone.

Each version has a folder of its own, which ``mike`` fills. At the top is what has an address without it: schemas under
their identifiers, requirements under theirs. Nothing is pushed.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from html import escape
from pathlib import Path

from drafts import ROOT
from opentokenomics.standard import Library, VersionName
from publish import Refused, refuse_changes

BRANCH = "gh-pages"
LATEST = "latest"
_SERVED = ("conformance/protocol", "conformance/vectors")
"""Folders whose schemas have identifiers without a version."""

_REDIRECT = """\
<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<title>{title}</title>
<link rel="canonical" href="{target}">
<meta http-equiv="refresh" content="0; url={target}">
</head>
<body><p><a href="{target}">{title}</a></p></body>
</html>
"""


def main(arguments: list[str] | None = None, root: Path = ROOT) -> int:
    """Runs the tool; returns the exit code."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--branch", default=BRANCH, help="the branch that holds the host (%(default)s)")
    wanted = parser.parse_args(arguments)
    try:
        refuse_changes(root)
        print(deploy(root, wanted.branch))
    except Refused as reason:
        print(reason, file=sys.stderr)
        return 1
    return 0


def deploy(root: Path, branch: str) -> str:
    """Builds the version that is worked on and puts it on a branch; returns what to do next.

    Raises:
        Refused: A published schema on the branch is not the one of this checkout, or the site does not build.
    """
    library = Library.of(root / "schemas")
    version = library.versions[-1]
    if _exists(root, branch):
        with _checked_out(root, branch) as host:
            _refuse_other_schemas(root, library, host)
    aliases = [LATEST] if version == _meant(library) else []
    options = ["--branch", branch, "--ignore-remote-status"]
    # Links of hosts that serve files are not followed everywhere, and copies would be forgotten.
    kind = ["--update-aliases", "--alias-type", "redirect"]
    _run(root, "mike", "deploy", *options, *kind, "--title", version, version, *aliases)
    if aliases:
        _run(root, "mike", "set-default", *options, LATEST)
    with _checked_out(root, branch) as host:
        written = _write_top(root, library, host)
        _run(host, "git", "add", "--all")
        if _run(host, "git", "status", "--porcelain"):
            message = f"Serve the schemas and requirements of {', '.join(library.versions)} at the top"
            _run(host, "git", "commit", "--quiet", "--message", message)
    return f"{version} is on the branch {branch}, with {written} files at the top. Look at it, then push the branch."


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
    for version in library.versions:
        yield from _schemas_of(root, version)
    for folder in _SERVED:
        for source in sorted((root / folder).glob("*.schema.json")):
            yield source.relative_to(root).as_posix(), source.read_bytes()
    for identifier, version in homes_of_requirements(library, host).items():
        page = _REDIRECT.format(title=escape(identifier), target=f"../../{version}/requirements/{identifier}/")
        yield f"requirements/{identifier}/index.html", page.encode()


def homes_of_requirements(library: Library, host: Path) -> dict[str, str]:
    """The version whose page a requirement's address leads to: the newest that has it, published ones first."""
    ranked = sorted(library.versions, key=lambda name: (VersionName.parse(name).published, VersionName.parse(name)))
    return {
        requirement.id: version
        for version in ranked
        if (host / version).is_dir()
        for requirement in library.load(version).requirements
    }


# Git


def _exists(root: Path, branch: str) -> bool:
    command = ["git", "rev-parse", "--verify", "--quiet", f"refs/heads/{branch}"]
    return subprocess.run(command, cwd=root, capture_output=True, check=False).returncode == 0  # noqa: S603 - git


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
    mike = [sys.executable, "-c", "from mike.driver import main; main()"]
    words = [*mike, *command[1:]] if command[0] == "mike" else [*command]
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ.get('PATH', '')}"  # where mike finds MkDocs
    environment = {**os.environ, "NO_MKDOCS_2_WARNING": "1", "PATH": path}
    done = subprocess.run(words, cwd=folder, env=environment, capture_output=True, text=True, check=False)  # noqa: S603
    if done.returncode:
        raise Refused(f"{' '.join(command[:2])} failed:\n{done.stderr.strip() or done.stdout.strip()}")
    return done.stdout.strip()


if __name__ == "__main__":
    sys.exit(main())
