"""``price``: what usage costs at published or agreed prices."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import TYPE_CHECKING

import click

from opentokenomics.cli._app import NAME, SETTINGS, examples
from opentokenomics.cli._measuring import pairs_of
from opentokenomics.cli._messages import say, warn
from opentokenomics.cli._offer import distinct
from opentokenomics.cli._output import STANDARD, open_output
from opentokenomics.cli._progress import ProgressBar
from opentokenomics.cli._rows import counted, row_format
from opentokenomics.exact_decimal import EXACT
from opentokenomics.report import count, visible

if TYPE_CHECKING:
    from opentokenomics.pricing import Left, Summary

_MOST_SHOWN = 5


@click.command(
    "price",
    context_settings=SETTINGS,
    epilog=examples(
        f"{NAME} price usage.jsonl -o priced.jsonl",
        f"{NAME} price usage.csv --rates price.csv --assume processing_tier=standard -o priced.csv",
        f"{NAME} price august.zip september/ --rates contract.zip -o priced.parquet",
        f"{NAME} convert --from anthropic-response log.jsonl | {NAME} price - --groups-are-requests -o priced.jsonl",
    ),
)
@click.argument("usage", metavar="USAGE...", nargs=-1, required=True)
@click.option("--rates", metavar="FILE", help="Prices; else the published ones that come with the package.")
@click.option(
    "-o",
    "--output",
    metavar="FILE",
    help="Where to write: .jsonl, .csv or .parquet; else JSON Lines to standard output.",
)
@click.option(
    "--assume", metavar="COLUMN=VALUE", multiple=True, help="What records are taken for that leave a column out."
)
@click.option("--groups-are-requests", is_flag=True, help="Every usage group is one request, and no bucket of many.")
def command(
    usage: Sequence[str], rates: str | None, output: str | None, assume: Sequence[str], *, groups_are_requests: bool
) -> int:
    """Fill in what usage costs at list or contracted prices, exactly and request by request.

    Usage and prices are files, folders, zip archives or bundles, or `-` for standard input. Several files of usage are
    written as one, in their order, and priced together: what was consumed before counts across them. Of a folder or a
    bundle, what is in its files of usage is written, and prices in it count where --rates names it.

    Billed and effective cost are never touched, nor is a price that a record states already. What nobody can price
    stays empty; how much that is, and why, is said at the end.
    """
    from opentokenomics.convert import write_rows
    from opentokenomics.pricing import Taken, price_usage

    given = [*usage, *([rates] if rates is not None else [])]
    distinct(given if rates == STANDARD else usage)
    written_as = row_format(output, parquet=True)
    taken = Taken(pairs_of("--assume", assume), groups_are_requests)
    unread: list[str] = []
    with open_output(output, sources=given) as stream, ProgressBar() as progress:

        def write(rows: Iterator[dict[str, object]], custom: Sequence[str]) -> None:
            write_rows(counted(rows, progress, "pricing"), stream, written_as, columns=custom)

        summary = price_usage(usage, write, rates=rates, taken=taken, progress=progress, notice=unread.append)
    warn(unread)
    _report(summary)
    return 0


def _report(summary: Summary) -> None:
    without = sum(each.records for each in summary.left)
    parts = [f"{summary.priced:,} priced"]
    parts += [f"{summary.stated:,} had a price already"] if summary.stated else []
    parts += [f"{_are(summary.without_quantity, 'measures', 'measure')} nothing"] if summary.without_quantity else []
    parts += [f"{_are(without, 'has', 'have')} no price"] if without else []
    say(f"{count(summary.records, 'record')} read: {', '.join(parts)}")
    for (kind, currency), amount in sorted(summary.amounts.items()):
        say(f"{kind} cost: {_number(amount)} {currency}")
    if summary.outlasting:
        end, count_, they = (
            ("ends", "counts", "it starts") if summary.outlasting == 1 else ("end", "count", "they start")
        )
        many = f"{count(summary.outlasting, 'record')} of several requests {end} in a later period of a quantity tier"
        say(f"warning: {many}, and {count_} as a whole where {they}.")
    for reason, found in summary.by_reason():
        records = sum(each.records for each in found)
        left = f"{count(records, 'record')} of {_quantities(found)} {'has' if records == 1 else 'have'} no price"
        say(f"warning: {left}: {_WHY[reason]}{_details(found)}")


def _are(number: int, one: str, many: str) -> str:
    """A number of records and their verb."""
    return f"{number:,} {one if number == 1 else many}"


def _quantities(found: Sequence[Left]) -> str:
    totals: dict[str, Decimal] = {}
    for each in found:
        totals[each.meter] = EXACT.add(totals.get(each.meter, Decimal(0)), each.quantity)
    return ", ".join(
        f"{_number(amount)} {_one_of(meter) if amount == 1 else meter}" for meter, amount in totals.items()
    )


def _one_of(meter: str) -> str:
    return "search" if meter == "searches" else meter.removesuffix("s")


def _details(found: Sequence[Left]) -> str:
    """The most frequent details, such as the names of models."""
    counts: dict[str, int] = {}
    for each in found:
        if each.detail is not None:
            counts[each.detail] = counts.get(each.detail, 0) + each.records
    if not counts:
        return "."
    ordered = sorted(counts.items(), key=lambda each: (-each[1], each[0]))
    shown = ", ".join(f"{visible(name)} ({number:,})" for name, number in ordered[:_MOST_SHOWN])
    more = len(ordered) - _MOST_SHOWN
    return f": {shown}{f' and {more:,} more' if more > 0 else ''}."


def _number(value: Decimal) -> str:
    text = f"{value:,f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


_WHY = {
    "model_unknown": "the prices know no such model",
    "meter_not_priced": "no price of the model is for what is counted",
    "column_left_out": "the prices differ by a column that is left out; see --assume",
    "context_unknown": "the price depends on how long the request was; see --groups-are-requests",
    "tier_unknown": "the price depends on what was consumed before, which is not known",
    "time_unknown": "the price changes within the charge period, of which nobody knows when the requests were",
    "other_currency": "the prices are in another currency",
    "amount_too_large": "an amount of more than 14 digits before its point is in no record",
    "no_price": "no price is for what was consumed, or for when it was",
}
