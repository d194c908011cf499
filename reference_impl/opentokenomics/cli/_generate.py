"""``generate``: realistic, conformant usage records, as many as wanted and always the same for one seed."""

from __future__ import annotations

import click

from opentokenomics.cli._app import NAME, SETTINGS, examples
from opentokenomics.cli._offer import PROFILES, Offer
from opentokenomics.cli._output import open_output
from opentokenomics.cli._progress import ProgressBar
from opentokenomics.cli._rows import counted, row_format


@click.command(
    "generate",
    context_settings=SETTINGS,
    epilog=examples(
        f"{NAME} generate --rows 1000 --seed 7 --profile cost -o usage.jsonl",
        f"{NAME} generate --rows 1000000 -o usage.csv.gz",
        f"{NAME} generate --rows 10 | {NAME} validate -",
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
@click.option("--profile", type=PROFILES, default="cost", show_default=True, help="The profile that the records meet.")
@click.option("--format", "form", type=Offer("--format", "jsonl csv", later="parquet"), help="Else the name tells.")
@click.option("-o", "--output", metavar="FILE", help="Where to write; else standard output.")
def command(rows: int, seed: int, profile: str, form: str | None, output: str | None) -> None:
    """Make realistic usage records that conform to the standard.

    The format follows the suffix of the output, .jsonl or .csv; .gz or .zst behind it compresses.
    """
    written_as = row_format(output, form)
    from opentokenomics.convert import write_rows
    from opentokenomics.generate import generate
    from opentokenomics.standard import Profile

    with open_output(output) as stream, ProgressBar() as progress:
        made = generate(rows, seed, Profile(profile))
        write_rows(counted(made, progress, "generating", rows), stream, written_as)
