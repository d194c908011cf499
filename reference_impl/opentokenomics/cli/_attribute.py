"""``attribute``: who has to bear which cost?"""

from __future__ import annotations

from collections.abc import Sequence

import click

from opentokenomics.cli._app import NAME, SETTINGS, examples
from opentokenomics.cli._measuring import COST, inputs_of, no_amounts, pairs_of
from opentokenomics.cli._messages import say, warn
from opentokenomics.cli._offer import Offer
from opentokenomics.cli._output import STANDARD, look, open_output, show, write
from opentokenomics.cli._progress import ProgressBar

_REPORT = Offer("--report", "text json csv markdown")


@click.command(
    "attribute",
    context_settings=SETTINGS,
    epilog=examples(
        f"{NAME} attribute --input usage=august.jsonl --by team",
        f"{NAME} attribute --input usage=august.jsonl --by team --share charge_category=purchase --driver tokens",
    ),
)
@click.option("--input", "inputs", metavar="DATASET=FILE", multiple=True, required=True, help="A file of records.")
@click.option("--by", metavar="COLUMN", multiple=True, required=True, help="A column that says whose a cost is.")
@click.option("--share", metavar="COLUMN=VALUE", multiple=True, help="Costs that are nobody's and are to be shared.")
@click.option(
    "--driver", metavar="NAME", default="cost", show_default=True, help="What to share them by: cost, or a meter."
)
@click.option("--places", type=click.IntRange(0, 18), default=2, show_default=True, help="Digits of a share.")
@click.option("--cost-column", type=COST, default="effective_cost", show_default=True, help="The amounts to add up.")
@click.option("--source", metavar="NAME", multiple=True, help="Count only usage of this source_name; repeatable.")
@click.option("--report", type=_REPORT, default="text", show_default=True, help="The form of the table.")
@click.option("-o", "--output", metavar="FILE", help="Write to a file, which appears whole or not at all.")
def command(  # noqa: PLR0913, PLR0917 - one parameter per option
    inputs: Sequence[str],
    by: Sequence[str],
    share: Sequence[str],
    driver: str,
    places: int,
    cost_column: str,
    source: Sequence[str],
    report: str,
    output: str | None,
) -> None:
    """Say who has to bear which cost, so that every cent is accounted for.

    A record with a value in each column of --by is borne by whom they name. Of the others, those that --share describes
    are shared by a driver, to the last unit; the rest stays unattributed. The rows add up to the total exactly.
    """
    files = inputs_of(inputs)
    from opentokenomics.metrics.measured import Attribution, attribute_usage, render_account

    columns = tuple(name for each in by for name in each.split(","))
    how = Attribution(columns, pairs_of("--share", share), driver, places, cost_column, tuple(source))
    unseen: list[str] = []
    with open_output(output, sources=[path for _, path in files]) as stream:
        with ProgressBar() as progress:
            tables = attribute_usage(files, how, progress=progress, notice=unseen.append)
        text = render_account(tables, report, look())
        if report == "text" and output in {None, STANDARD}:
            show(text)
        else:
            write(stream, text)
    warn(unseen)
    if not tables:
        say(no_amounts(cost_column))
