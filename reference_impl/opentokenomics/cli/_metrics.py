"""``metrics``: what did the money buy?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from opentokenomics.cli._app import NAME, SETTINGS, examples
from opentokenomics.cli._measuring import inputs_of, measuring, no_amounts, pairs_of, parameters_of
from opentokenomics.cli._messages import say
from opentokenomics.cli._offer import Offer
from opentokenomics.cli._output import STANDARD, look, open_output, show, write
from opentokenomics.cli._progress import ProgressBar
from opentokenomics.errors import UnsupportedError

if TYPE_CHECKING:
    from opentokenomics.metrics.measured import Measured
    from opentokenomics.standard import MetricDefinition

_REPORT = Offer("--report", "text json csv markdown")


@click.command(
    "metrics",
    context_settings=SETTINGS,
    epilog=examples(
        f"{NAME} metrics unit_cost --input usage=august.jsonl --by model_id --block-size 1000000",
        f"{NAME} metrics cost_of_pass --input evaluation=runs.jsonl",
        f"{NAME} metrics cost_quality_frontier --input evaluation=runs.jsonl --plot frontier.svg",
        f"{NAME} metrics cost_per_outcome --input usage=usage.parquet --input outcome=outcome.jsonl \\",
        "      --input outcome_definition=outcome_definition.jsonl --by workflow --report json",
        f"{NAME} metrics expected_retries --assume cost=0.30 --assume success_rate=0.75 --assume cap=3",
    ),
)
@click.argument("metric", metavar="METRIC")
@measuring
@click.option("--assume", metavar="NAME=VALUE", multiple=True, help="What expected_retries is computed from.")
@click.option("--report", type=_REPORT, default="text", show_default=True, help="The form of the results.")
@click.option("-o", "--output", metavar="FILE", help="Write to a file, which appears whole or not at all.")
@click.option("--plot", metavar="FILE", help="Draw the frontier of cost and quality: .svg or .png.")
def command(metric: str, report: str, output: str | None, plot: str | None, **chosen: Any) -> None:  # noqa: ANN401
    """Compute a metric from records: what they cost, and what that bought.

    The inputs are held to the standard first; nothing is computed from what does not conform. Each result has its
    numerator, denominator, sample size and, where the metric has one, an interval that anyone can recompute. The
    chapter Metrics of the standard defines them all.
    """
    from opentokenomics.metrics.measured import ASSUMED, METRICS, assume, measure, plot_frontier, refuse_unplottable
    from opentokenomics.standard import load

    assumptions, parameters = pairs_of("--assume", chosen["assume"]), parameters_of(chosen)
    _refuse_beside(metric, is_assumed=metric == ASSUMED, assumptions=assumptions, inputs=chosen["inputs"])
    files = [] if metric == ASSUMED else inputs_of(chosen["inputs"])
    paths = [path for _, path in files]
    form = "" if plot is None else Path(plot).suffix.lower().removeprefix(".")
    if plot is not None:
        refuse_unplottable(metric, form)
    picture = nullcontext() if plot is None else open_output(plot, sources=[*paths, *([output] if output else [])])
    with open_output(output, sources=paths) as stream, picture as canvas:
        with ProgressBar() as progress:
            found = assume(assumptions) if metric == ASSUMED else None
            results = (found,) if found else measure(metric, files, parameters, progress=progress)
        if canvas is not None:
            canvas.write(plot_frontier(results, form))
        text = _render(load().metrics[metric], results, report)
        if report == "text" and output in {None, STANDARD}:
            show(text)
        else:
            write(stream, text)
    if not results and METRICS[metric].adds_amounts:
        say(no_amounts(parameters.cost_column))


def _refuse_beside(metric: str, *, is_assumed: bool, assumptions: Mapping[str, str], inputs: Sequence[str]) -> None:
    """Says that a metric is measured from records or computed from assumptions, and never from both."""
    if is_assumed and inputs:
        raise UnsupportedError(
            "option_unsupported", f"The metric {metric} is no measurement.", "Leave out --input, and pass --assume."
        )
    if assumptions and not is_assumed:
        raise UnsupportedError(
            "option_unsupported", f"The metric {metric} is measured, and assumes nothing.", "Leave out --assume."
        )


def _render(metric: MetricDefinition, results: Sequence[Measured], form: str) -> str:
    from opentokenomics.metrics import measured

    if form == "json":
        return measured.render_json(metric, results)
    if form == "csv":
        return measured.render_csv(results)
    if form == "markdown":
        return measured.render_markdown(metric, results)
    return measured.render_text(metric, results, look())
