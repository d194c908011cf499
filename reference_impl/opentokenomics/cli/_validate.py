"""``validate``: is an export what the standard says it should be?"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, BinaryIO

import click

from opentokenomics.cli._app import NAME, SETTINGS, examples
from opentokenomics.cli._find import find_version
from opentokenomics.cli._messages import say, warn
from opentokenomics.cli._offer import DATASETS, PROFILES, Offer, distinct
from opentokenomics.cli._output import STANDARD, look, open_output, show, write
from opentokenomics.cli._progress import ProgressBar
from opentokenomics.errors import UnsupportedError

if TYPE_CHECKING:
    from opentokenomics.report import Report

    _ParamType = click.ParamType[tuple[str, str]]
else:
    _ParamType = click.ParamType  # older releases of click cannot subscript it

_FORMAT = Offer("--format", "csv jsonl parquet")
_ENGINE = Offer("--engine", "duckdb", later="spark")
_FORMS = "text json junit sarif markdown html annotations badge"
_REPORT = Offer("--report", _FORMS)
_ALSO = Offer("--also", _FORMS)


class _Also(_ParamType):
    """A form of the report and the file that it is written to."""

    name = "form=file"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> tuple[str, str]:  # noqa: ANN401
        """The two parts; raises UnsupportedError where one is missing, or the form does not exist."""
        form, _, file = str(value).partition("=")
        if not form or file in {"", STANDARD}:
            raise UnsupportedError(
                "also_unclear", f"--also {value} does not name a form and a file.", "Write --also sarif=usage.sarif."
            )
        return _ALSO.convert(form, param, ctx), file


@dataclass(frozen=True, slots=True)
class _Request:
    """How the report is wanted."""

    form: str
    output: str | None
    redact: bool


@click.command(
    "validate",
    context_settings=SETTINGS,
    epilog=examples(
        f"{NAME} validate august.jsonl",
        f"{NAME} validate exports/*.csv.gz --profile cost",
        f"{NAME} validate usage.csv --report html --output report.html",
        f"{NAME} validate exports/ --report markdown --also sarif=usage.sarif --also badge=badge.json",
        f"gzip -dc usage.jsonl.gz | {NAME} validate - --redact",
    ),
)
@click.argument("paths", metavar="PATH...", nargs=-1, required=True)
@click.option("--dataset", type=DATASETS, help="The dataset that the inputs hold; else their names tell, else usage.")
@click.option(
    "--profile", type=PROFILES, help="The profile to hold the inputs to; else a manifest tells, else metering."
)
@click.option(
    "--spec-version", metavar="VERSION", help="The version of the standard; else the rows or a manifest tell."
)
@click.option("--format", "form", type=_FORMAT, help="The format of the inputs; else their names and first bytes tell.")
@click.option("--engine", type=_ENGINE, default="duckdb", show_default=True, help="What runs the rules.")
@click.option("--report", type=_REPORT, default="text", show_default=True, help="The form of the report.")
@click.option("-o", "--output", metavar="FILE", help="Write the report to a file, which appears whole or not at all.")
@click.option(
    "--also", multiple=True, type=_Also(), metavar="FORM=FILE", help="Write the report to a file in another form, too."
)
@click.option(
    "--max-examples",
    metavar="N",
    type=click.IntRange(min=0),
    default=5,
    show_default=True,
    help="How many violations of each requirement the report lists; totals are always exact.",
)
@click.option("--redact", is_flag=True, help="Leave values, record identifiers and unknown names out of the report.")
def command(  # noqa: PLR0913, PLR0917 - one parameter per option
    paths: Sequence[str],
    dataset: str | None,
    profile: str | None,
    spec_version: str | None,
    form: str | None,
    engine: str,  # noqa: ARG001 - there is one engine so far
    report: str,
    output: str | None,
    also: Sequence[tuple[str, str]],
    max_examples: int,
    *,
    redact: bool,
) -> int:
    """Check exports against the standard and report what to fix.

    An input is a CSV, JSON Lines or Parquet file, plain or compressed with gzip or zstd, or `-` for standard input; a
    folder or a zip archive stands for such files in it, by their names, and a warning tells which others it holds.
    Several inputs are judged as one export. A folder or an archive with a `manifest.json` is a bundle, is judged by
    itself, and is held to what that manifest states. Exit code 0 means conformant (warnings included), 1 not
    conformant, 2 that an input could not be read or an option makes no sense.
    """
    distinct(paths)
    find_version(spec_version)
    from opentokenomics._validation import validate
    from opentokenomics.report import render
    from opentokenomics.standard import Profile

    with ExitStack() as files:
        stream = files.enter_context(open_output(output, sources=paths))
        others = _open_others(files, also, sources=[*paths, *([] if output is None else [output])])
        unread: list[str] = []
        with ProgressBar() as progress:
            found = validate(
                paths,
                dataset=dataset,
                profile=None if profile is None else Profile(profile),
                spec_version=spec_version,
                format=form,
                max_examples=max_examples,
                progress=progress,
                notice=unread.append,
            )
        warn(unread)
        text = _render(found, _Request(report, output, redact))
        if text is not None:
            write(stream, text)
        for other, sink in others:
            write(sink, render(found, other, redact=redact))
    if output is not None and output != STANDARD:
        say(f"{'CONFORMANT' if found.conformant else 'NOT CONFORMANT'}: the report is in {output}")
    return 0 if found.conformant else 1


def _open_others(
    files: ExitStack, also: Sequence[tuple[str, str]], *, sources: Sequence[str]
) -> Sequence[tuple[str, BinaryIO]]:
    """The files of ``--also``, each with its form; none of them is an input or another output."""
    taken = [*sources]
    opened = []
    for form, target in also:
        opened.append((form, files.enter_context(open_output(target, sources=taken))))
        taken.append(target)
    return opened


def _render(found: Report, request: _Request) -> str | None:
    """The text of the report, or None when it went to a terminal already."""
    from opentokenomics.report import render

    if request.form == "text" and request.output in {None, STANDARD}:
        show(render(found, request.form, redact=request.redact, look=look()))
        return None
    return render(found, request.form, redact=request.redact)
