"""Comparisons and reconciliations as tables: text, JSON, CSV and Markdown."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from opentokenomics.exact_csv import csv_rows
from opentokenomics.exact_decimal import text
from opentokenomics.pricing._compare import Compared, Comparison
from opentokenomics.pricing._groups import Groups
from opentokenomics.pricing._reconcile import Reconciled, Reconciliation, Total
from opentokenomics.report import cell, count, visible_json

FORMS = ("text", "json", "csv", "markdown")
"""The forms of a result; text is laid out by whoever shows it."""

Value = str | int | None


@dataclass(frozen=True, slots=True)
class Sheet:
    """Rows for people and programs.

    Attributes:
        title: What they are about.
        header: The names of the columns.
        rows: The values; amounts are decimal text with all digits.
        totals: Rows for people, of all groups together.
        aside: Columns that are left out where there is little room.
        labels: How many of the first columns name the group; what they hold is text, even where it looks like a number.
        notes: What is to be said of them, in sentences.
    """

    title: str
    header: Sequence[str]
    rows: Sequence[Sequence[Value]]
    notes: Sequence[str]
    totals: Sequence[Sequence[Value]] = ()
    aside: Collection[str] = ()
    labels: int = 0


def comparison_sheet(comparison: Comparison) -> Sheet:
    """The groups of a comparison, and what it leaves out."""
    header = [*comparison.by, "currency", "records", "first", "second", "difference", "ratio"]
    rows = [[*each.key, *_compared(each)] for each in comparison.groups]
    blank: list[Value] = ["all", *[None] * (len(comparison.by) - 1)]
    totals = [[*blank, *_compared(total)] for total in comparison.totals()] if comparison.by else []
    both = f"{count(comparison.compared, 'record')} {_have(comparison.compared)} a price at both rate cards"
    notes = [f"{both}; nothing else is in the amounts."]
    left_out = {
        f"only at the first{_alone(comparison.first_alone)}": comparison.only_first,
        f"only at the second{_alone(comparison.second_alone)}": comparison.only_second,
        "at neither": comparison.neither,
        "in two currencies": comparison.other_currency,
    }
    notes += [f"{number:,} {_have(number)} a price {where}." for where, number in left_out.items() if number]
    notes += _left(comparison)
    return Sheet("The same usage at two rate cards", header, rows, notes, totals, labels=len(comparison.by))


def _left(comparison: Comparison) -> list[str]:
    """What either card does not price, and why; said once where it is the same."""
    first, second = (list(each.sentences()) for each in (comparison.first_left, comparison.second_left))
    if first == second:
        return [f"At both, {each}" for each in first]
    return [*(f"At the first, {each}" for each in first), *(f"At the second, {each}" for each in second)]


def _have(number: int) -> str:
    return "has" if number == 1 else "have"


def _alone(amounts: Mapping[str, Decimal]) -> str:
    """What records cost that only one card prices."""
    shown = " and ".join(f"{text(amounts[currency])} {currency}" for currency in sorted(amounts))
    return f", which is {shown}" if shown else ""


def _compared(each: Compared) -> list[Value]:
    ratio = None if each.ratio is None else text(each.ratio)
    return [each.currency, each.records, text(each.first), text(each.second), text(each.difference), ratio]


def reconciliation_sheet(reconciliation: Reconciliation) -> Sheet:
    """The groups of a reconciliation; the notes add up to the totals of both files."""
    header = [*reconciliation.by, "charge_category", "currency", "cause", "expected", "charged", "difference"]
    header += ["usage_records", "unpriced_records", "cost_records"]
    rows = [[*each.key, *_reconciled(each)] for each in reconciliation.groups]
    stated = {(each.currency, each.cause) for each in reconciliation.groups if each.has_amount}
    notes = [
        f"{cause.value}: {count(number, 'group')}, "
        + (
            f"expected {text(expected)}, charged {text(charged)} {currency or ''}".rstrip()
            if (currency, cause) in stated
            else "without an amount"
        )
        for currency, cause, number, expected, charged in reconciliation.by_cause()
    ]
    totals: list[Sequence[Value]] = []
    for each in reconciliation.totals():
        amounts = [text(each.expected), text(each.charged), text(each.difference)]
        totals.append(["all", *[None] * len(reconciliation.by), each.currency, None, *amounts, None, None, None])
        notes += list(_carried(each))
    for currency in sorted(reconciliation.without_quantity, key=str):
        amount = f"{text(reconciliation.without_quantity[currency])} {currency or ''}".rstrip()
        notes.append(f"Records of usage without a quantity state {amount} at their prices, which is in no amount.")
    sides = {"usage": ("The usage states", "meets"), "costs": ("The cost rows state", "meet")}
    for side, name in reconciliation.unstated():
        state, meet = sides[side]
        notes.append(f"{state} no {name}, and {meet} nothing that does: name in --by what both sides state.")
    if not reconciliation.is_settled:
        notes += list(_longer(reconciliation))
    if reconciliation.without_amount:
        silent = reconciliation.without_amount
        state = "states" if silent == 1 else "state"
        notes.append(f"{count(silent, 'cost row')} {state} no {reconciliation.amount}.")
    title = f"Usage at its prices beside {reconciliation.amount}"
    return Sheet(title, header, rows, notes, totals, header[-3:], len(reconciliation.by))


def _longer(reconciliation: Reconciliation) -> Iterator[str]:
    """What is about several groups and stands in one, so that days of one side cannot meet a month of the other."""
    span = Groups(reconciliation.by).span
    unit = str(span).removeprefix("charge_")
    fix = "name charge_month in --by instead" if unit == "day" else "leave charge_month out of --by"
    sides = {"usage": "usage record", "costs": "cost row"}
    for side, number in reconciliation.longer.items():
        if number:
            are, stand, they = ("is", "stands", "it starts") if number == 1 else ("are", "stand", "they start")
            about = f"{count(number, sides[side])} {are} about more than a {unit}"
            yield f"{about}, and {stand} in the {unit} in which {they}: {fix}."


def _carried(total: Total) -> Iterator[str]:
    """What usage carries itself, so that the sums can be held to those of both files."""
    currency = f" {total.currency}" if total.currency else ""
    if total.carried:
        cost_rows = f"{text(total.cost_rows)}{currency} of what was charged is on cost rows"
        yield f"{cost_rows}, {text(total.carried)}{currency} on usage that no cost row stands against."
    if total.left_aside:
        yield f"Usage carries {text(total.left_aside)}{currency} beside cost rows, which is in no amount."


def _reconciled(each: Reconciled) -> list[Value]:
    amounts: list[Value] = [None, None, None]
    if each.has_amount:
        amounts = [text(each.expected), text(each.charged), text(each.difference)]
    counts = [each.usage_records, each.unpriced_records, each.cost_records]
    return [each.category, each.currency, each.cause.value, *amounts, *counts]


def render(sheet: Sheet, form: str, facts: Mapping[str, object]) -> str:
    """A sheet as JSON, CSV or Markdown.

    Args:
        sheet: The rows.
        form: ``json``, ``csv`` or ``markdown``.
        facts: What JSON says besides the rows.
    """
    if form == "json":
        rows = [dict(zip(sheet.header, row, strict=True)) for row in sheet.rows]
        return visible_json({**facts, "rows": rows})
    if form == "csv":
        return "".join(csv_rows([sheet.header, *sheet.rows]))
    lines = [f"## {sheet.title}", "", f"| {' | '.join(sheet.header)} |", f"|{' --- |' * len(sheet.header)}"]
    lines += [f"| {' | '.join(map(_shown, row))} |" for row in (*sheet.rows, *sheet.totals)]
    return "\n".join([*lines, "", *(f"- {cell(note)}" for note in sheet.notes), ""])


def _shown(value: Value) -> str:
    return "" if value is None else cell(str(value))
