"""What the commands that compute with records have in common: inputs with their datasets, columns with values."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import click

from opentokenomics.cli._amount import amount_of
from opentokenomics.cli._offer import Offer, distinct
from opentokenomics.errors import UnsupportedError

if TYPE_CHECKING:
    from opentokenomics.metrics import Sampling
    from opentokenomics.metrics.measured import Parameters, Period

_COSTS = "effective_cost billed_cost list_cost contracted_cost"
COST = Offer("--cost-column", _COSTS)

_INTERVAL = Offer("--interval", "wilson cluster_bootstrap envelope")
_AXIS = Offer("--axis", "cost tokens")
_IDENTIFICATION = Offer("--identification", "observational experimental")
_LEVEL = Offer("--confidence", "0.90 0.95 0.99")

_OPTIONS = (
    click.option("--input", "inputs", metavar="DATASET=FILE", multiple=True, help="A file of records."),
    click.option("--by", metavar="COLUMN", multiple=True, help="Give a result for each value of a column."),
    click.option("--where", metavar="COLUMN=VALUE", multiple=True, help="Look only at records with that value."),
    click.option("--cost-column", type=COST, default="effective_cost", show_default=True, help="Which amounts add up."),
    click.option("--source", metavar="NAME", multiple=True, help="Count only usage of this source_name; repeatable."),
    click.option("--interval", type=_INTERVAL, help="How to find intervals; else the standard's rule decides."),
    click.option("--confidence", type=_LEVEL, default="0.95", show_default=True, help="The level of confidence."),
    click.option("--seed", type=int, default=0, show_default=True, help="Where random numbers begin."),
    click.option("--resamples", type=int, default=1000, show_default=True, help="How often to resample."),
    click.option("--block-size", type=int, default=1, show_default=True, help="How many units a block has."),
    click.option("--base-price", metavar="AMOUNT", help="The price of a block of uncached input tokens."),
    click.option("--baseline", metavar="AMOUNT", help="What a person takes for each task of a benchmark."),
    click.option("--compare", metavar="COLUMN=VALUE", multiple=True, help="What is compared with --where."),
    click.option("--period-start", metavar="TIME", help="Look only at what took place from then on."),
    click.option("--period-end", metavar="TIME", help="Look only at what took place before."),
    click.option("--axis", type=_AXIS, default="cost", show_default=True, help="What the tiers spend."),
    click.option(
        "--identification",
        type=_IDENTIFICATION,
        default="observational",
        show_default=True,
        help="Whether the spending of the tiers was assigned or only observed.",
    ),
)

_Function = Callable[..., Any]


def no_amounts(cost_column: str) -> str:
    """What to say where nothing that counts has an amount."""
    others = ", ".join(name for name in _COSTS.split() if name != cost_column)
    return f"No record that counts has an amount in {cost_column}; --cost-column chooses another: {others}."


def measuring(function: _Function) -> _Function:
    """Gives a command the options by which a metric is computed."""
    for option in reversed(_OPTIONS):
        function = option(function)
    return function


def parameters_of(chosen: Mapping[str, Any]) -> Parameters:
    """What the options choose, but for the inputs.

    Raises:
        MetricError: A number is out of range.
        UnsupportedError: An option has no such value.
    """
    from opentokenomics.metrics import Axis, Identification
    from opentokenomics.metrics.measured import Parameters

    price, person = chosen["base_price"], chosen["baseline"]
    return Parameters(
        by=tuple(name for each in chosen["by"] for name in each.split(",")),
        scope=pairs_of("--where", chosen["where"]),
        cost_column=chosen["cost_column"],
        sources=tuple(chosen["source"]),
        sampling=_sampling(chosen),
        block_size=chosen["block_size"],
        base_price=None if price is None else amount_of("--base-price", price, "1.25"),
        baseline=None if person is None else amount_of("--baseline", person, "1.25"),
        comparison_scope=pairs_of("--compare", chosen["compare"]),
        axis=Axis(chosen["axis"]),
        identification=Identification(chosen["identification"]),
        period=_period(chosen["period_start"], chosen["period_end"]),
    )


def _period(start: str | None, end: str | None) -> Period | None:
    from opentokenomics.convert import parse_instant
    from opentokenomics.metrics.measured import Period

    if start is None and end is None:
        return None
    if start is None or end is None:
        raise UnsupportedError(
            "option_missing", "A period has a start and an end.", "Pass both --period-start and --period-end."
        )
    return Period(parse_instant(start), parse_instant(end))


def _sampling(chosen: Mapping[str, Any]) -> Sampling:
    from opentokenomics.metrics import IntervalMethod, Sampling

    method = None if chosen["interval"] is None else IntervalMethod(chosen["interval"])
    return Sampling(Decimal(chosen["confidence"]), method, chosen["seed"], chosen["resamples"])


def inputs_of(named: Sequence[str], what: str = "--input") -> list[tuple[str, str]]:
    """Datasets and files, from words such as ``usage=august.jsonl``, which messages call by ``what`` they are.

    Raises:
        InputError: A file is named twice.
        UnsupportedError: A word has another form, or names no dataset.
    """
    from opentokenomics.standard import load

    if not named:
        raise UnsupportedError("option_missing", "No records are given.", "Pass --input DATASET=FILE.")
    datasets = [name for name, dataset in load().datasets.items() if name != "manifest"]
    found = [_split(what, each, "DATASET=FILE") for each in named]
    for dataset, _ in found:
        if dataset not in datasets:
            raise UnsupportedError(
                "dataset_unknown", f"There is no dataset {dataset!r} here.", f"Datasets: {', '.join(datasets)}."
            )
    distinct([path for _, path in found])
    return found


def pairs_of(option: str, words: Sequence[str]) -> Mapping[str, str]:
    """Columns and values, from words such as ``team=claims``; raises UnsupportedError where one is given twice."""
    found: dict[str, str] = {}
    for word in words:
        column, value = _split(option, word, "COLUMN=VALUE")
        if column in found:
            raise UnsupportedError("option_repeated", f"{option} names {column} twice.", "Name each column once.")
        found[column] = value
    return found


def _split(option: str, word: str, form: str) -> tuple[str, str]:
    name, equals, value = word.partition("=")
    if not (name and equals and value):
        raise UnsupportedError("option_unsupported", f"{option} {word} is not of the form {form}.", f"Write {form}.")
    return name, value
