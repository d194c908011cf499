"""``compare-rates``: the same usage at two rate cards."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import nullcontext
from dataclasses import asdict
from pathlib import Path

import click

from opentokenomics.cli._app import NAME, SETTINGS, examples
from opentokenomics.cli._measuring import pairs_of
from opentokenomics.cli._messages import warn
from opentokenomics.cli._offer import Offer, distinct
from opentokenomics.cli._output import open_output
from opentokenomics.cli._progress import ProgressBar
from opentokenomics.cli._sheets import put

PUBLISHED = "published"
"""Names the prices that come with the package where a file of prices could be named."""

_CARDS = 2
_REPORT = Offer("--report", "text json csv markdown")


@click.command(
    "compare-rates",
    context_settings=SETTINGS,
    epilog=examples(
        f"{NAME} compare-rates usage.jsonl --rates 2026.csv --rates renewal.csv --as-of 2027-01-01T00:00:00Z --by team",
        f"{NAME} compare-rates usage.jsonl --rates published --rates published --change processing_tier=batch",
    ),
)
@click.argument("usage", metavar="USAGE...", nargs=-1, required=True)
@click.option("--rates", metavar="FILE", multiple=True, required=True, help="Prices, or `published`; given twice.")
@click.option("--by", metavar="COLUMN", multiple=True, help="Give a row for each value of a column.")
@click.option(
    "--change",
    metavar="COLUMN=VALUE",
    multiple=True,
    help="What records are at the second card in place of what they are.",
)
@click.option("--as-of", metavar="TIME", help="The instant whose prices count at the second card (RFC 3339).")
@click.option(
    "--assume", metavar="COLUMN=VALUE", multiple=True, help="What records are taken for that leave a column out."
)
@click.option("--groups-are-requests", is_flag=True, help="Every usage group is one request, and no bucket of many.")
@click.option("--report", type=_REPORT, default="text", show_default=True, help="The form of the table.")
@click.option("-o", "--output", metavar="FILE", help="Write to a file, which appears whole or not at all.")
@click.option("--plot", metavar="FILE", help="Draw the groups: .svg or .png.")
def command(  # noqa: PLR0913, PLR0917 - one parameter per option
    usage: Sequence[str],
    rates: Sequence[str],
    by: Sequence[str],
    change: Sequence[str],
    as_of: str | None,
    assume: Sequence[str],
    report: str,
    output: str | None,
    plot: str | None,
    *,
    groups_are_requests: bool,
) -> None:
    """Show what the same usage costs at two rate cards: a renewal, another vendor, another tier.

    Usage and prices are files, folders, zip archives or bundles.

    Only records that both cards price are compared; how many are not is said. Tokens of one model are not those of
    another: the same text makes more of them here and fewer there, which no rate card knows.
    """
    if len(rates) != _CARDS:
        raise click.UsageError("Pass --rates twice: two rate cards are compared.", click.get_current_context())
    from opentokenomics.convert import parse_instant
    from opentokenomics.exact_decimal import text
    from opentokenomics.pricing import Taken, compare_rates, comparison_sheet, plot_comparison
    from opentokenomics.report import refuse_undrawable

    form = "" if plot is None else Path(plot).suffix.lower().removeprefix(".")
    if plot is not None:
        refuse_undrawable(form)
    first, second = (None if each == PUBLISHED else each for each in rates)
    distinct(usage)
    sources = [*usage, *(each for each in (first, second) if each is not None)]
    picture = nullcontext() if plot is None else open_output(plot, sources=[*sources, *([output] if output else [])])
    unread: list[str] = []
    with picture as canvas:
        with ProgressBar() as progress:
            found = compare_rates(
                usage,
                (first, second),
                by=tuple(name for each in by for name in each.split(",")),
                changes=pairs_of("--change", change),
                as_of=None if as_of is None else parse_instant(as_of),
                taken=Taken(pairs_of("--assume", assume), groups_are_requests),
                progress=progress,
                notice=unread.append,
            )
        warn(unread)
        if canvas is not None:
            canvas.write(plot_comparison(found, form))
        totals = [
            {"currency": each.currency, "records": each.records, "first": text(each.first), "second": text(each.second)}
            for each in found.totals()
        ]
        counts = {name: getattr(found, name) for name in ("compared", "only_first", "only_second", "neither")}
        facts = {"by": list(found.by), **counts, "other_currency": found.other_currency, "totals": totals}
        for name in ("first_alone", "second_alone"):
            facts[name] = {currency: text(amount) for currency, amount in sorted(getattr(found, name).items())}
        for name in ("first_left", "second_left"):
            facts[name] = [asdict(each) | {"quantity": text(each.quantity)} for each in getattr(found, name)]
        put(comparison_sheet(found), report, facts, output, sources)
