"""``reconcile``: usage at its prices beside what was billed."""

from __future__ import annotations

from collections.abc import Sequence

import click

from opentokenomics.cli._amount import amount_of
from opentokenomics.cli._app import NAME, SETTINGS, examples
from opentokenomics.cli._messages import warn
from opentokenomics.cli._offer import Offer, distinct
from opentokenomics.cli._progress import ProgressBar
from opentokenomics.cli._sheets import put

_REPORT = Offer("--report", "text json csv markdown")
_TOTALS = ("expected", "charged", "difference", "cost_rows", "carried", "left_aside")

_AMOUNT = Offer("--amount", "billed_cost effective_cost")


@click.command(
    "reconcile",
    context_settings=SETTINGS,
    epilog=examples(
        f"{NAME} reconcile priced.jsonl cost.jsonl",
        f"{NAME} reconcile priced.zip invoices/ --usage other.jsonl --costs other-invoice.csv",
        f"{NAME} reconcile priced.jsonl invoice.csv --by service_provider_name,billing_month --rounding 0.01",
    ),
)
@click.argument("usage", metavar="USAGE")
@click.argument("costs", metavar="COST-ROWS")
@click.option("--usage", "more_usage", metavar="FILE", multiple=True, help="More usage; repeatable.")
@click.option("--costs", "more_costs", metavar="FILE", multiple=True, help="More cost rows; repeatable.")
@click.option("--by", metavar="COLUMN", multiple=True, help="What both sides state; else provider, model and day.")
@click.option("--amount", type=_AMOUNT, default="billed_cost", show_default=True, help="What the cost rows charge.")
@click.option(
    "--rounding", metavar="AMOUNT", default="0.005", show_default=True, help="By how much a cost row may be rounded."
)
@click.option("--report", type=_REPORT, default="text", show_default=True, help="The form of the table.")
@click.option("-o", "--output", metavar="FILE", help="Write to a file, which appears whole or not at all.")
def command(  # noqa: PLR0913, PLR0917 - one parameter per option
    usage: str,
    costs: str,
    more_usage: Sequence[str],
    more_costs: Sequence[str],
    by: Sequence[str],
    amount: str,
    rounding: str,
    report: str,
    output: str | None,
) -> int:
    """Hold what usage costs at its prices against cost rows or an invoice.

    USAGE is priced, see the command price. Both sides are files, folders, zip archives or bundles; --usage and --costs
    name more of a side, whose records are judged together. Groups are matched, differ by rounding, are missing on
    either side, are covered by a plan, are other charges than usage, hold usage without a price, or are unexplained;
    their sums are those of the inputs, to the last digit. What usage carries itself was charged where no cost row
    stands against it. Exit code 0 means that nothing differs by more than rounding, 1 that something does, 2 that the
    work could not be done.
    """
    from opentokenomics.exact_decimal import text
    from opentokenomics.pricing import DEFAULT_BY, reconcile, reconciliation_sheet

    sides = [usage, *more_usage], [costs, *more_costs]
    sources = [each for side in sides for each in side]
    distinct(sources)
    names = tuple(name for each in by for name in each.split(",")) or DEFAULT_BY
    unread: list[str] = []
    with ProgressBar() as progress:
        found = reconcile(
            *sides,
            by=names,
            amount=amount,
            rounding=amount_of("--rounding", rounding, "0.005"),
            progress=progress,
            notice=unread.append,
        )
    warn(unread)
    causes = [
        {"currency": currency, "cause": cause.value, "groups": count, "expected": text(owed), "charged": text(charged)}
        for currency, cause, count, owed, charged in found.by_cause()
    ]
    totals = [
        {"currency": each.currency} | {name: text(getattr(each, name)) for name in _TOTALS} for each in found.totals()
    ]
    facts = {"by": list(found.by), "amount": found.amount, "is_settled": found.is_settled, "causes": causes}
    without = [
        {"currency": each, "amount": text(cost)} for each, cost in sorted(found.without_quantity.items(), key=str)
    ]
    facts |= {"usage_without_quantity": without, "totals": totals, "cost_rows_without_amount": found.without_amount}
    facts |= {"records_longer_than_their_group": found.longer}
    put(reconciliation_sheet(found), report, facts, output, sources)
    return 0 if found.is_settled else 1
