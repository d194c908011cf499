"""``metrics``: what did the money buy?"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING

import click

from opentokenomics.cli._app import NAME, SETTINGS, examples
from opentokenomics.cli._measuring import inputs_of, pairs_of
from opentokenomics.cli._offer import Offer
from opentokenomics.cli._output import STANDARD, open_output, show, write
from opentokenomics.cli._progress import ProgressBar
from opentokenomics.errors import UnsupportedError

if TYPE_CHECKING:
    from opentokenomics.metrics import Sampling
    from opentokenomics.metrics.measured import Measured
    from opentokenomics.standard import MetricDefinition

_REPORT = Offer("--report", "text json csv markdown")
_COST = Offer("--cost-column", "effective_cost billed_cost list_cost contracted_cost")
_INTERVAL = Offer("--interval", "wilson cluster_bootstrap envelope")
_LEVEL = Offer("--confidence", "0.90 0.95 0.99")


@click.command(
    "metrics",
    context_settings=SETTINGS,
    epilog=examples(
        f"{NAME} metrics unit_cost --input usage=august.jsonl --by model_id --block-size 1000000",
        f"{NAME} metrics cost_of_pass --input evaluation=runs.jsonl",
        f"{NAME} metrics cost_per_outcome --input usage=usage.parquet --input outcome=outcome.jsonl \\",
        "      --input outcome_definition=outcome_definition.jsonl --by workflow --report json",
    ),
)
@click.argument("metric", metavar="METRIC")
@click.option("--input", "inputs", metavar="DATASET=FILE", multiple=True, required=True, help="A file of records.")
@click.option("--by", metavar="COLUMN", multiple=True, help="Give a result for each value of a column.")
@click.option("--where", metavar="COLUMN=VALUE", multiple=True, help="Look only at records with that value.")
@click.option("--cost-column", type=_COST, default="effective_cost", show_default=True, help="The amounts to add up.")
@click.option("--source", metavar="NAME", help="Count only usage of this source_name.")
@click.option("--interval", type=_INTERVAL, help="How to find intervals; else the standard's rule decides.")
@click.option("--confidence", type=_LEVEL, default="0.95", show_default=True, help="The level of confidence.")
@click.option("--seed", type=int, default=0, show_default=True, help="Where random numbers begin.")
@click.option("--resamples", type=int, default=1000, show_default=True, help="How often to resample.")
@click.option("--block-size", type=int, default=1, show_default=True, help="The cost of how many units is asked for.")
@click.option("--base-price", metavar="AMOUNT", help="The price of a block of uncached input tokens.")
@click.option("--report", type=_REPORT, default="text", show_default=True, help="The form of the results.")
@click.option("-o", "--output", metavar="FILE", help="Write to a file, which appears whole or not at all.")
def command(  # noqa: PLR0913, PLR0917 - one parameter per option
    metric: str,
    inputs: Sequence[str],
    by: Sequence[str],
    where: Sequence[str],
    cost_column: str,
    source: str | None,
    interval: str | None,
    confidence: str,
    seed: int,
    resamples: int,
    block_size: int,
    base_price: str | None,
    report: str,
    output: str | None,
) -> None:
    """Compute a metric from records: what they cost, and what that bought.

    The inputs are held to the standard first; nothing is computed from what does not conform. Each result has its
    numerator, denominator, sample size and, where the metric has one, an interval that anyone can recompute. The
    chapter Metrics of the standard defines them all.
    """
    files = inputs_of(inputs)
    from opentokenomics.metrics.measured import Parameters, measure
    from opentokenomics.standard import load

    parameters = Parameters(
        by=tuple(name for each in by for name in each.split(",")),
        scope=pairs_of("--where", where),
        cost_column=cost_column,
        source=source,
        sampling=_sampling(confidence, interval, seed, resamples),
        block_size=block_size,
        base_price=None if base_price is None else _amount(base_price),
    )
    with open_output(output, sources=[path for _, path in files]) as stream:
        with ProgressBar() as progress:
            results = measure(metric, files, parameters, progress=progress)
        text = _render(load().metrics[metric], results, report)
        if report == "text" and output in {None, STANDARD}:
            show(text)
        else:
            write(stream, text)


def _sampling(confidence: str, interval: str | None, seed: int, resamples: int) -> Sampling:
    from opentokenomics.metrics import IntervalMethod, Sampling

    return Sampling(Decimal(confidence), None if interval is None else IntervalMethod(interval), seed, resamples)


def _amount(text: str) -> Decimal:
    try:
        return Decimal(text)
    except InvalidOperation:
        raise UnsupportedError("option_unsupported", f"--base-price {text} is no amount.", "Pass 1.25, say.") from None


def _render(metric: MetricDefinition, results: Sequence[Measured], form: str) -> str:
    from opentokenomics.metrics import measured

    if form == "json":
        return measured.render_json(metric, results)
    if form == "csv":
        return measured.render_csv(results)
    return measured.render_markdown(metric, results) if form == "markdown" else measured.render_text(metric, results)
