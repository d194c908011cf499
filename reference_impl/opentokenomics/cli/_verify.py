"""``verify``: is it true?"""

from __future__ import annotations

from collections.abc import Sequence

import click

from opentokenomics.cli._app import NAME, SETTINGS, examples
from opentokenomics.cli._measuring import inputs_of
from opentokenomics.cli._offer import Offer
from opentokenomics.cli._output import STANDARD, open_output, show, write
from opentokenomics.cli._progress import ProgressBar

_REPORT = Offer("--report", "text json csv markdown")


@click.command(
    "verify",
    context_settings=SETTINGS,
    epilog=examples(
        f"{NAME} verify statement.jsonl --input evaluation=runs.jsonl",
        f"{NAME} verify statement.jsonl --input usage=usage.parquet --input outcome=outcome.jsonl --report json",
    ),
)
@click.argument("statements", metavar="STATEMENTS")
@click.option("--input", "inputs", metavar="DATASET=FILE", multiple=True, required=True, help="A file of records.")
@click.option("--report", type=_REPORT, default="text", show_default=True, help="The form of the verdicts.")
@click.option("-o", "--output", metavar="FILE", help="Write to a file, which appears whole or not at all.")
def command(statements: str, inputs: Sequence[str], report: str, output: str | None) -> int:
    """Recompute statements from the inputs that they were made of.

    Each statement is confirmed, refuted with what was recomputed, or found to be of other inputs; one that cannot be
    read, or whose inputs do not conform, is not judged. Exit code 0 means that all are confirmed, 1 that some are not,
    2 that a file could not be read.
    """
    files = inputs_of(inputs)
    from opentokenomics.metrics.measured import Verdict, render_verdicts, verify

    with open_output(output, sources=[statements, *(path for _, path in files)]) as stream:
        with ProgressBar() as progress:
            found = verify(statements, files, progress=progress)
        text = render_verdicts(found, report)
        if report == "text" and output in {None, STANDARD}:
            show(text)
        else:
            write(stream, text)
    return 0 if all(each.verdict is Verdict.CONFIRMED for each in found) else 1
