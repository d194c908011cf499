"""One validation for the action of GitHub in ``action.yml``: every report of it, annotations, a summary and outputs.

Everything comes by environment variables. The exit code is 0 whatever the verdict is, so that the reports can still be
uploaded, and 2 where the files could not be judged.
"""

from __future__ import annotations

import glob
import os
import re
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

import opentokenomics
from opentokenomics.errors import Error, InputError, UnsupportedError
from opentokenomics.report import Report, annotation, render
from opentokenomics.standard import Profile

_FILES = {
    "html": "report.html",
    "json": "report.json",
    "markdown": "report.md",
    "sarif": "report.sarif",
    "junit": "report.xml",
    "badge": "badge.json",
}
_LEVELS = ("must", "should", "never")


def main() -> int:
    """Validates, and leaves behind what the next steps need."""
    try:
        level = _one_of("fail-on", _LEVELS)
        redact = _one_of("redact", ("true", "false")) == "true"
        report = _validated(expand(_given("files")))
    except Error as error:
        print(annotation("error", f"{error.message} {error.fix}", title="Open Tokenomics"), flush=True)
        return 2
    _write(report, level, redact=redact)
    return 0


def expand(patterns: str) -> Sequence[str]:
    """The inputs that the lines name, each once; a line that names a file is that file, whatever characters it has.

    Raises:
        InputError: A line matches nothing, or a symbolic link.
    """
    found: dict[str, None] = {}
    for pattern in filter(None, (line.strip() for line in patterns.splitlines())):
        if Path(pattern).exists():
            matched = [pattern]
        else:
            found_here = glob.glob(pattern, recursive=True)  # noqa: PTH207 - a pattern may begin anywhere
            matched = sorted(each for each in found_here if Path(each).is_file())
        if not matched:
            raise InputError("nothing_matches", f"No file matches {pattern}.", "Mend the input `files`.")
        for each in matched:
            _refuse_link(each)
        # A lone dash would be standard input.
        found |= dict.fromkeys("./-" if each == "-" else each for each in matched)
    if not found:
        raise InputError("no_files", "The input `files` names no file.", "Name files, one a line.")
    return tuple(found)


def _refuse_link(name: str) -> None:
    """Whoever proposes a change could make a report show any file that the runner can read, by a link to it."""
    here = Path.cwd().resolve()
    place = Path(os.path.normpath(here / name))
    if place.is_relative_to(here) and Path(name).resolve() != place:
        raise InputError("linked", f"{name} is, or lies behind, a symbolic link.", "Name the file itself.")


def _validated(paths: Sequence[str]) -> Report:
    profile, examples = _given("profile"), _given("max-examples")
    if not re.fullmatch("[0-9]{1,9}", examples):
        raise UnsupportedError("max_examples_wrong", "The input `max-examples` is no number.", "Write 5, say.")
    if profile:
        _one_of("profile", tuple(Profile))
    return opentokenomics.validate(
        paths,
        dataset=_given("dataset") or None,
        profile=Profile(profile) if profile else None,
        spec_version=_given("spec-version") or None,
        format=_given("format") or None,
        max_examples=int(examples),
    )


def _write(report: Report, level: str, *, redact: bool) -> None:
    folder = Path(tempfile.mkdtemp(prefix="opentokenomics-report-", dir=os.environ["RUNNER_TEMP"]))
    for form, name in _FILES.items():
        _append(folder / name, render(report, form, redact=redact))
    _append(Path(os.environ["GITHUB_STEP_SUMMARY"]), (folder / _FILES["markdown"]).read_text("utf-8"))
    sys.stdout.buffer.write(render(report, "annotations", redact=redact).encode("utf-8", "backslashreplace"))
    summary = report.summary
    is_kept = report.conformant and (level != "should" or not summary["warned"])
    outputs = {
        "conformant": str(report.conformant).lower(),
        "achieved-profile": report.achieved_profile or "none",
        "failed": summary["failed"],
        "warned": summary["warned"],
        "reports": folder,
        "passed": str(is_kept or level == "never").lower(),
    }
    _append(Path(os.environ["GITHUB_OUTPUT"]), "".join(f"{name}={value}\n" for name, value in outputs.items()))


def _append(path: Path, text: str) -> None:
    with path.open("ab") as stream:
        stream.write(text.encode("utf-8", "backslashreplace"))


def _given(name: str) -> str:
    return os.environ.get(f"INPUT_{name.upper().replace('-', '_')}", "")


def _one_of(name: str, known: Sequence[str]) -> str:
    value = _given(name)
    if value not in known:
        raise UnsupportedError(
            "input_unknown", f"The input `{name}` is none of {', '.join(known)}.", f"Set {name} to one of them."
        )
    return value


if __name__ == "__main__":
    raise SystemExit(main())
