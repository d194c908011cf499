"""``bundle``: files and a manifest that is true of them, in one archive."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import click

from opentokenomics.cli._app import NAME, SETTINGS, examples
from opentokenomics.cli._measuring import inputs_of
from opentokenomics.cli._messages import say
from opentokenomics.cli._offer import Offer
from opentokenomics.cli._output import STANDARD, open_output
from opentokenomics.cli._progress import ProgressBar
from opentokenomics.errors import UnsupportedError

_PROFILE = Offer("--profile", "metering cost attribution intelligence")


@click.command(
    "bundle",
    context_settings=SETTINGS,
    epilog=examples(
        f"{NAME} bundle usage=openai.jsonl usage=anthropic.jsonl price=price.csv --provider Gateway -o august.zip",
        f"{NAME} bundle usage=usage.parquet --period-start 2026-08-01T00:00:00Z --period-end 2026-09-01T00:00:00Z \\",
        "      --profile cost -o august.zip",
    ),
)
@click.argument("files", metavar="DATASET=FILE...", nargs=-1, required=True)
@click.option("-o", "--output", metavar="FILE", required=True, help="The archive to write: .zip.")
@click.option("--profile", type=_PROFILE, help="The profile to claim; else the highest that the files meet.")
@click.option("--provider", metavar="NAME", help="Who hands over the bundle; else the one provider of the usage.")
@click.option("--period-start", metavar="TIME", help="Start of the period; else that of the usage.")
@click.option("--period-end", metavar="TIME", help="End of the period; else that of the usage.")
@click.option("--generated-at", metavar="TIME", help="When the bundle was made; else now.")
def command(
    files: Sequence[str],
    output: str,
    profile: str | None,
    provider: str | None,
    period_start: str | None,
    period_end: str | None,
    generated_at: str | None,
) -> None:
    """Put files into one archive, with a manifest that states their rows, sizes, digests and period.

    The files are held to the standard first, together. They go in as they are, byte by byte, so that whoever has the
    bundle has what was judged.
    """
    from opentokenomics._bundle import About, make_bundle
    from opentokenomics.convert import parse_instant
    from opentokenomics.report import count
    from opentokenomics.standard import Profile

    if output == STANDARD or Path(output).suffix.lower() != ".zip":
        raise UnsupportedError("format_unknown", f"A bundle cannot be written to {output}.", "Name a file .zip.")
    given = inputs_of(files, "The argument")
    times = [None if each is None else parse_instant(each) for each in (period_start, period_end)]
    start, end = times
    if (start is None) is not (end is None):
        raise UnsupportedError(
            "option_missing", "A period has a start and an end.", "Pass both --period-start and --period-end."
        )
    about = About(
        profile=None if profile is None else Profile(profile),
        provider=provider,
        period=None if start is None or end is None else (start, end),
        generated_at=None if generated_at is None else parse_instant(generated_at),
    )
    with open_output(output, sources=[path for _, path in given]) as stream, ProgressBar() as progress:
        report = make_bundle(given, stream, about, progress=progress)
    rows, claimed = (
        sum(each.rows for each in report.datasets),
        about.profile or report.achieved_profile or Profile.METERING,
    )
    say(f"{output} holds {count(len(given), 'file')} with {count(rows, 'record')} and claims the profile {claimed}")
