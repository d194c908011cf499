"""Publishes the draft of the standard, opens the next one, and checks that nothing published has changed.

Without an option, the draft in ``schemas/<version>/`` is frozen: it loses ``-draft`` from its name, here and wherever
the checkout says it, and gets digests. From then on nothing in its folder changes; errors are mended in a version of
their own. ``--open VERSION`` copies the newest published version as the next draft. ``--check`` compares every
published version with its digests.
"""

from __future__ import annotations

import argparse
import json
import re
import shutil
import subprocess
import sys
from collections.abc import Collection, Iterable, Mapping
from hashlib import sha256
from pathlib import Path
from typing import Any

import restamp
from drafts import ROOT
from opentokenomics.compatibility import Compatibility, compare, is_permitted, revived_identifiers
from opentokenomics.standard import DIGESTS, Library, VersionName, read_standard

DRIFT_CHECKS = (
    "compile_catalogue.py",
    "generate_models.py",
    "spec_tables.py",
    "report_picture.py",
    "converter_docs.py",
    "list_prices.py",
    "schemastore.py",
)
"""The tools whose ``--check`` says whether what they generate is current."""

PINS = Path("reference_impl/tests/standard/published.json")
"""The digest of each published version's digests, for a test to compare."""

HISTORY = ("CHANGELOG.md", "conformance/reports/", "docs/decisions/", "reference_impl/", "schemas/", "tools/")
"""What goes on saying how a draft was called, or is generated anew."""

VECTORS = Path("conformance/vectors")
"""A folder for each version, like the schemas."""

CATALOGUE = "catalogue.json"
"""The compiled catalogue, which is long and therefore indented less than the schemas."""


class Refused(Exception):  # noqa: N818 - what happened, not what went wrong
    """The draft cannot be published, or the next one not be opened; the text says why and what to do."""


def main(arguments: list[str] | None = None, root: Path = ROOT) -> int:
    """Runs the tool; returns the exit code."""
    parser = argparse.ArgumentParser(description=__doc__)
    choice = parser.add_mutually_exclusive_group()
    choice.add_argument("--check", action="store_true", help="only compare published versions with their digests")
    choice.add_argument("--open", metavar="VERSION", help="open the draft of a version, such as 1.1 or 1.0.1")
    wanted = parser.parse_args(arguments)
    if wanted.check:
        faults = list(changed_files(root))
        for fault in faults:
            print(f"{fault}; a published version never changes", file=sys.stderr)
        return 1 if faults else 0
    try:
        refuse_changes(root)
        if wanted.open:
            print(open_draft(root, wanted.open))
        else:
            refuse_drift(root)
            print(publish(root))
    except Refused as reason:
        print(reason, file=sys.stderr)
        return 1
    return 0


# What is published


def digests_of(folder: Path) -> str:
    """The digests of the documents in a folder and its folders, as ``sha256sum --check`` reads them."""
    documents = (file for file in folder.rglob("*") if file.is_symlink() or file.is_file())
    files = {file.relative_to(folder).as_posix(): file for file in documents}
    names = sorted(files.keys() - {DIGESTS})
    return "".join(f"{sha256(_content(files[name])).hexdigest()}  {name}\n" for name in names)


def _content(file: Path) -> bytes:
    """What is in a document; a link is no document, wherever it leads, and has nothing but its own address."""
    return f"link to {file.readlink()}".encode() if file.is_symlink() else file.read_bytes()


def changed_files(root: Path) -> Iterable[str]:
    """Says of every published version what is not as it was published."""
    pins = _pins(root)
    published = {file.parent.name: file for file in (root / "schemas").glob(f"*/{DIGESTS}")}
    for number in sorted(published.keys() | pins.keys(), key=VersionName.parse):
        if number not in published:
            yield f"schemas/{number}/{DIGESTS} is gone"
            continue
        text = published[number].read_text("utf-8")
        if sha256(text.encode()).hexdigest() != pins.get(number):
            yield f"schemas/{number}/{DIGESTS} is not the one that was published"
        stated, found = _by_file(text), _by_file(digests_of(published[number].parent))
        for name in sorted(stated.keys() | found.keys()):
            if stated.get(name) != found.get(name):
                word = "new" if name not in stated else "gone" if name not in found else "changed"
                yield f"schemas/{number}/{name} is {word}"


def _by_file(digests: str) -> dict[str, str]:
    lines = [line.partition("  ") for line in digests.splitlines()]
    return {file: digest for digest, _, file in lines}


def _pins(root: Path) -> dict[str, str]:
    pins: dict[str, str] = json.loads((root / PINS).read_text("utf-8"))
    return pins


# Publishing


def publish(root: Path) -> str:
    """Freezes the draft; returns what to do next."""
    library = Library.of(root / "schemas")
    draft = _draft(library)
    if draft is None:
        raise Refused("There is no draft to publish. Open one: python tools/publish.py --open VERSION")
    number = VersionName.parse(draft).number
    if faults := list(changed_files(root)):
        raise Refused(f"{'; '.join(faults)}. Restore what was published first.")
    _refuse_broken_promise(library, draft)
    folder = root / "schemas" / number
    for name, text in renamed(library.documents(draft), draft, number).items():
        (folder / name).write_text(text, "utf-8")
    restated = _restate(root, [re.escape(draft)], number)
    text = digests_of(folder)
    (folder / DIGESTS).write_text(text, "utf-8")
    pins = {**_pins(root), number: sha256(text.encode()).hexdigest()}
    (root / PINS).write_text(json.dumps(pins, indent=2) + "\n", "utf-8")
    return _advice(root, f"Version {number} is frozen in schemas/{number}/.", restated)


def renamed(texts: Mapping[str, str], old: str, new: str) -> dict[str, str]:
    """The documents of a version under another name, with no other difference."""
    documents = {}
    for file, text in texts.items():
        # Elsewhere a column may be called "version".
        about = {"spec_version", "version"} if file.startswith("catalogue") else {"spec_version"}
        document = _renamed(json.loads(text), old, new, about)
        changed = json.dumps(document, indent=1 if file == CATALOGUE else 2, ensure_ascii=False)
        documents[file] = f"{changed}\n"
        if old.endswith("-draft") and old in changed:
            raise Refused(f"{file} says {old} in a text. Let no text depend on the name of a version.")
    if compare(read_standard(texts), read_standard(documents)):
        raise Refused(f"Version {new} would differ from {old} in more than its name. Let no text depend on it.")
    return documents


def _renamed(node: Any, old: str, new: str, about: Collection[str], *, inside: bool = False) -> Any:  # noqa: ANN401 - JSON
    """A document with the new name in its identifier, and in members about the version that is followed.

    The version that introduced a column or a requirement stays what it is.
    """
    if isinstance(node, list):
        return [_renamed(each, old, new, about, inside=inside) for each in node]
    if not isinstance(node, dict):
        return new if inside and node == old else node
    return {
        key: value.replace(f"/{old}/", f"/{new}/")
        if key == "$id"
        else _renamed(value, old, new, about, inside=inside or key in about)
        for key, value in node.items()
    }


def _draft(library: Library) -> str | None:
    drafts = [name for name in library.versions if not VersionName.parse(name).published]
    if len(drafts) > 1:
        raise Refused(f"There are several drafts: {', '.join(drafts)}. Keep one.")
    return drafts[0] if drafts else None


def _refuse_broken_promise(library: Library, draft: str) -> None:
    """A version's number says what moving to it takes, and an identifier never comes back."""
    earlier = [name for name in library.versions[: library.versions.index(draft)] if name != draft]
    if not earlier:
        return
    history = [library.load(name) for name in (*earlier, draft)]
    if revived := revived_identifiers(history):
        raise Refused(f"{', '.join(revived)} were given up in an earlier version. Give new requirements new numbers.")
    changes = compare(*history[-2:])
    if not is_permitted(earlier[-1], draft, changes):
        worst = [each for each in changes if each.compatibility is not Compatibility.COMPATIBLE] or changes
        listed = "".join(f"\n  {each.where}: {each.what} ({each.compatibility})" for each in worst)
        raise Refused(f"{draft} cannot follow {earlier[-1]} under this number:{listed}\nChoose a higher number.")


# Opening


def open_draft(root: Path, number: str) -> str:
    """Copies the newest published version as the draft of the next one; returns what to do next."""
    library = Library.of(root / "schemas")
    if (open_one := _draft(library)) is not None:
        raise Refused(f"{open_one} is open. Publish it first, or rename its folder by hand.")
    try:
        name = VersionName.parse(f"{number}-draft")
    except ValueError as error:
        raise Refused(f"{error}.") from error
    last = library.versions[-1]
    if name <= VersionName.parse(last):
        raise Refused(
            f"{name} does not come after {last}. For errata of an older version, work on a branch from its tag."
        )
    folder = root / "schemas" / name.number
    folder.mkdir()
    for file, text in renamed(library.documents(last), last, str(name)).items():
        (folder / file).write_text(text, "utf-8")
    if (root / VECTORS / last).is_dir():
        # The next version has vectors of its own; those of a published one go on stating it.
        shutil.copytree(root / VECTORS / last, root / VECTORS / name.number)
    restated = {
        *_restate(root, [rf"(?<=schemas/){re.escape(last)}(?=[/)`])"], name.number),
        *_restate(root, _statements_of(last), str(name)),
    }
    return _advice(root, f"{name} is open in schemas/{name.number}/.", restated)


def _statements_of(version: str) -> list[str]:
    """Where records and messages state a version: as a member, with or without a space, or as the first cell."""
    name = re.escape(version)
    return [rf'(?<="spec_version": "){name}(?=")', rf'(?<="spec_version":"){name}(?=")', rf"^{name}(?=,)"]


# The checkout


def refuse_changes(root: Path) -> None:
    """Refuses where a change is not committed: what is published must be what the history holds."""
    if _run(["git", "status", "--porcelain"], root).stdout.strip():
        raise Refused("There are uncommitted changes. Commit or undo them.")


def refuse_drift(root: Path) -> None:
    """Refuses where something generated is not current."""
    for tool in DRIFT_CHECKS:
        done = _run([sys.executable, f"tools/{tool}", "--check"], root)
        if done.returncode:
            raise Refused(f"{done.stderr.strip() or tool}\nNothing is published before everything is current.")


def _run(command: list[str], root: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command, cwd=root, capture_output=True, text=True, check=False)  # noqa: S603 - own commands


def _restate(root: Path, patterns: Iterable[str], new: str) -> list[str]:
    """Replaces what matches in the texts of the checkout; returns the files in which it stood."""
    names = [
        name
        for name in _run(["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"], root).stdout.split(
            "\0"
        )
        if name
    ]
    published = tuple(f"{VECTORS.as_posix()}/{number}/" for number in _pins(root))
    files = {name: root / name for name in names if not name.startswith((*HISTORY, *published))}
    before = {name: file.read_bytes() for name, file in files.items() if file.is_file()}
    after = restamp.renamed(before, re.compile("|".join(patterns), re.MULTILINE), new)
    for name, content in after.items():
        files[name].write_bytes(content)
    return list(after)


def _advice(root: Path, done: str, restated: Iterable[str]) -> str:
    prose = [name for name in sorted(restated) if name.endswith(".md") and "draft" in (root / name).read_text("utf-8")]
    steps = ["Run make generate, and read the difference."]
    if prose:
        steps.append(f"These speak of a draft: {', '.join(prose)}.")
    return "\n".join([done, *steps, "Then commit."])


if __name__ == "__main__":
    sys.exit(main())
