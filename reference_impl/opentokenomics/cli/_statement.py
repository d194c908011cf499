"""``statement``: what is claimed, with all that is needed to refute it."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import click

from opentokenomics.cli._app import NAME, SETTINGS, examples
from opentokenomics.cli._measuring import inputs_of, measuring, no_amounts, parameters_of
from opentokenomics.cli._messages import say
from opentokenomics.cli._output import STANDARD, open_output
from opentokenomics.cli._progress import ProgressBar
from opentokenomics.cli._rows import row_format


@click.command(
    "statement",
    context_settings=SETTINGS,
    epilog=examples(
        f"{NAME} statement cost_of_pass --input evaluation=runs.jsonl -o statement.jsonl",
        f"{NAME} verify statement.jsonl --input evaluation=runs.jsonl",
    ),
)
@click.argument("metric", metavar="METRIC")
@measuring
@click.option("--at", metavar="TIME", help="When it is stated, such as 2026-09-01T08:00:00Z; else now.")
@click.option("--prepared-by", metavar="ID", help="Opaque identifier of who states it.")
@click.option("-o", "--output", metavar="FILE", help="Where to write: .jsonl or .csv; else standard output.")
def command(metric: str, at: str | None, prepared_by: str | None, output: str | None, **chosen: Any) -> None:  # noqa: ANN401
    """Compute a metric and state each result with its inputs, parameters and interval.

    A statement names the SHA-256 digest of each input, so that whoever holds the same bytes gets the same digits, and
    whoever holds others knows it. The options are those of the command metrics.
    """
    files, parameters = inputs_of(chosen["inputs"]), parameters_of(chosen)
    form = row_format(output)
    from opentokenomics.convert import encode_rows, parse_instant
    from opentokenomics.metrics.measured import METRICS, Preparation, make_statements

    preparation = Preparation(datetime.now(UTC) if at is None else parse_instant(at), prepared_by)
    with open_output(output, sources=[path for _, path in files]) as stream:
        with ProgressBar() as progress:
            rows = make_statements(metric, files, parameters, preparation, progress=progress)
        for line in encode_rows(rows, form, "statement"):
            stream.write(line)
    if not rows:
        say(f"There is nothing to measure, and no statement of {metric}.")
        if METRICS[metric].adds_amounts:
            say(no_amounts(parameters.cost_column))
    elif output is not None and output != STANDARD:
        say(f"{len(rows)} statement{'' if len(rows) == 1 else 's'} of {metric} in {output}")
