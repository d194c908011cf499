"""``generate``: realistic, conformant records, as many as wanted and always the same for one seed."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import PurePath
from typing import TYPE_CHECKING

import click

from opentokenomics.cli._app import NAME, SETTINGS, examples
from opentokenomics.cli._find import complete_requirement, find_requirement
from opentokenomics.cli._messages import say
from opentokenomics.cli._offer import DATASETS, PROFILES, Offer
from opentokenomics.cli._output import open_output
from opentokenomics.cli._progress import ProgressBar
from opentokenomics.cli._rows import counted, row_format

if TYPE_CHECKING:
    from opentokenomics.generate import BrokenExport
    from opentokenomics.standard import Profile

_STANDARD_OUTPUT = "-"


@click.command(
    "generate",
    context_settings=SETTINGS,
    epilog=examples(
        f"{NAME} generate --rows 1000 --seed 7 --profile cost -o usage.jsonl",
        f"{NAME} generate --rows 1000000 -o usage.csv.gz",
        f"{NAME} generate --rows 10 | {NAME} validate -",
        f"{NAME} generate --rows 500 --defect OTS-CST-003 -o wrong.csv",
        f"{NAME} generate --dataset price -o price.csv",
    ),
)
@click.option(
    "--rows", metavar="N", type=click.IntRange(min=1), default=1000, show_default=True, help="How many records."
)
@click.option(
    "--seed",
    metavar="S",
    type=click.IntRange(min=0),
    default=1,
    show_default=True,
    help="The same seed gives the same records.",
)
@click.option("--dataset", type=DATASETS, help="The dataset; else the output's name tells, else usage.")
@click.option("--profile", type=PROFILES, default="cost", show_default=True, help="The profile that the records meet.")
@click.option("--format", "form", type=Offer("--format", "jsonl csv", later="parquet"), help="Else the name tells.")
@click.option(
    "--defect",
    metavar="REQUIREMENT",
    shell_complete=complete_requirement,
    help="Break this requirement, and no other one; where it is broken goes to standard error.",
)
@click.option("-o", "--output", metavar="FILE", help="Where to write; else standard output.")
def command(
    rows: int,
    seed: int,
    dataset: str | None,
    profile: str,
    form: str | None,
    defect: str | None,
    output: str | None,
) -> None:
    """Make realistic records that conform to the standard, or that break one of its requirements.

    Usage of any seed names prices and plans that the first 230 records of those datasets hold. The format follows the
    suffix of the output, .jsonl or .csv; .gz or .zst behind it compresses.
    """
    written_as = row_format(output, form)
    from opentokenomics.standard import Profile

    claimed = Profile(profile)
    if defect is None:
        export = None
        lines = _faultless(rows, seed, claimed, dataset or _named_by(output), written_as)
    else:
        export = _broken(rows, seed, claimed, defect, dataset)
        lines = export.lines(written_as)
    with open_output(output) as stream, ProgressBar() as progress:
        for line in counted(lines, progress, "generating", rows):
            stream.write(line)
    if export is not None:
        say(str(export.place))


def _named_by(output: str | None) -> str:
    """The dataset for which ``validate`` will take the output, by its name."""
    from opentokenomics.standard import load

    stem = PurePath(output or _STANDARD_OUTPUT).name.partition(".")[0]
    return stem if stem in load().datasets else "usage"


def _faultless(rows: int, seed: int, profile: Profile, dataset: str, form: str) -> Iterator[bytes]:
    from opentokenomics.convert import encode_rows
    from opentokenomics.generate import generate

    return encode_rows(generate(rows, seed, profile, dataset), form, dataset)


def _broken(rows: int, seed: int, profile: Profile, defect: str, dataset: str | None) -> BrokenExport:
    from opentokenomics.generate import BrokenExport
    from opentokenomics.standard import load

    return BrokenExport(rows, seed, profile, find_requirement(load(), defect), dataset)
