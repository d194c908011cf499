"""``compare-versions``: what is different between two versions of the standard, and what that means for inputs."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import click

from opentokenomics.cli._app import NAME, SETTINGS, examples
from opentokenomics.cli._output import look, open_output, show, write
from opentokenomics.errors import InputError, UnsupportedError

if TYPE_CHECKING:
    from opentokenomics.compatibility import Change
    from opentokenomics.standard import Standard

_STYLES = {"compatible": "green", "migration-compatible": "yellow", "incompatible": "red"}


def _complete(_: click.Context, __: click.Parameter, incomplete: str) -> list[str]:
    from opentokenomics.standard import versions

    return [each for each in versions() if each.startswith(incomplete)]


@click.command(
    "compare-versions",
    context_settings=SETTINGS,
    epilog=examples(
        f"{NAME} compare-versions 1.0 1.1-draft",
        f"{NAME} compare-versions 1.0 schemas/1.1 --json",
    ),
)
@click.argument("old", shell_complete=_complete)
@click.argument("new", shell_complete=_complete)
@click.option("--json", "as_json", is_flag=True, help="Print JSON instead of text.")
def command(old: str, new: str, *, as_json: bool) -> int:
    """Show what is different between two versions, and what becomes of inputs that move from one to the other.

    OLD and NEW are names of versions, or folders of schemas with their catalogue. The exit code is 0 where every input
    that conforms to OLD conforms to NEW as well, once it states that version, and 1 where that cannot be promised.
    """
    from opentokenomics.compatibility import Compatibility, compare, compatibility_of

    before, now = _version(old), _version(new)
    with _readable(f"One of {old} and {new}"):
        changes = compare(before, now)
    verdict = compatibility_of(changes)
    if as_json:
        told = {
            "old": before.version,
            "new": now.version,
            "compatibility": verdict,
            "changes": [asdict(each) for each in changes],
        }
        with open_output(None) as stream:
            write(stream, json.dumps(told, indent=2, ensure_ascii=False) + "\n")
    else:
        _show(before, now, changes)
    return 0 if verdict is Compatibility.COMPATIBLE else 1


def _version(name: str) -> Standard:
    from opentokenomics.standard import load, read_documents, read_standard, versions

    if name in versions():
        return load(name)
    folder = Path(name)
    if not name or not folder.is_dir():
        raise UnsupportedError(
            "version_unknown",
            f"{name or 'An empty name'} is neither a version of the standard nor a folder.",
            f"Versions that exist: {', '.join(versions())}.",
        )
    _check(name, folder)
    with _readable(name):
        return read_standard(read_documents(folder))


def _check(name: str, folder: Path) -> None:
    """Says which document a folder lacks, or which one is no JSON object."""
    for required in ("catalogue.json", "metrics.json"):
        if not (folder / required).exists():
            raise _unreadable(f"{name} holds no version of the standard: there is no {required} in it.")
    for file in sorted(folder.glob("*.json")):
        try:
            is_object = isinstance(json.loads(file.read_text("utf-8")), dict)
        except OSError as error:
            raise _unreadable(f"{name} holds no version that can be read: {file.name}: {error.strerror}.") from None
        except (RecursionError, ValueError):
            is_object = False
        if not is_object:
            raise _unreadable(f"{name} holds no version of the standard: {file.name} is no JSON object.")


@contextmanager
def _readable(name: str) -> Iterator[None]:
    """Says in words that documents hold what no version of the standard does, wherever that shows."""
    try:
        yield
    except (ArithmeticError, AttributeError, KeyError, OSError, RecursionError, TypeError, ValueError):
        raise _unreadable(
            f"{name} holds no version of the standard: its documents say what those of none do."
        ) from None


def _unreadable(message: str) -> InputError:
    fix = "Name a folder such as schemas/1.0, with the schemas, catalogue.json and metrics.json of one version in it."
    return InputError("version_unreadable", message, fix)


def _show(old: Standard, new: Standard, changes: Sequence[Change]) -> None:
    from rich import box
    from rich.table import Table
    from rich.text import Text

    from opentokenomics.compatibility import compatibility_of
    from opentokenomics.report import lay_out

    if not changes:
        show(lay_out([Text(f"{new.version} differs from {old.version} in nothing but its name.")], look()))
        return
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, padding=(0, 2, 0, 0))
    for title in ("Class", "Where"):
        table.add_column(title, overflow="fold")
    for title in ("What", "Why"):
        table.add_column(title)
    for each in sorted(changes, key=lambda each: -each.compatibility.rank):
        what = f"{each.what} *" if each.review else each.what
        table.add_row(
            Text(each.compatibility, _STYLES[each.compatibility]), Text(each.where), Text(what), Text(each.why)
        )
    counts = Counter(each.compatibility for each in changes)
    told = ", ".join(f"{count} {name}" for name, count in sorted(counts.items()))
    head = Text.assemble(
        f"{new.version} is ",
        (verdict := compatibility_of(changes), _STYLES[verdict]),
        f" with {old.version}. Differences: {told}.",
    )
    notes = [Text("* A person has to read this: no program knows whether it means the same.")]
    show(lay_out([head, table, *(notes if any(each.review for each in changes) else [])], look()))
