"""``price``: what usage costs at published or agreed prices."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

import click

from opentokenomics.cli._app import NAME, SETTINGS, examples
from opentokenomics.cli._measuring import pairs_of
from opentokenomics.cli._messages import say, warn
from opentokenomics.cli._offer import distinct
from opentokenomics.cli._output import STANDARD, open_output
from opentokenomics.cli._progress import ProgressBar
from opentokenomics.cli._rows import counted, row_format
from opentokenomics.report import count

if TYPE_CHECKING:
    from opentokenomics.pricing import Summary


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
    from opentokenomics.pricing import grouped

    without = summary.left.records
    parts = [f"{summary.priced:,} priced"]
    parts += [f"{summary.stated:,} had a price already"] if summary.stated else []
    parts += [f"{_are(summary.without_quantity, 'measures', 'measure')} nothing"] if summary.without_quantity else []
    parts += [f"{_are(without, 'has', 'have')} no price"] if without else []
    say(f"{count(summary.records, 'record')} read: {', '.join(parts)}")
    for (kind, currency), amount in sorted(summary.amounts.items()):
        say(f"{kind} cost: {grouped(amount)} {currency}")
    if summary.outlasting:
        end, count_, they = (
            ("ends", "counts", "it starts") if summary.outlasting == 1 else ("end", "count", "they start")
        )
        many = f"{count(summary.outlasting, 'record')} of several requests {end} in a later period of a quantity tier"
        say(f"warning: {many}, and {count_} as a whole where {they}.")
    for sentence in summary.left.sentences():
        say(f"warning: {sentence}")


def _are(number: int, one: str, many: str) -> str:
    """A number of records and their verb."""
    return f"{number:,} {one if number == 1 else many}"
