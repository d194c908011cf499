"""``explain``: what a requirement says, why it exists, how it is checked and how to meet it."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import click

from opentokenomics.cli._app import NAME, SETTINGS, examples
from opentokenomics.cli._find import complete_requirement, find_requirement, find_version, version_option
from opentokenomics.cli._output import look, open_output, show, write

if TYPE_CHECKING:
    from rich.table import Table

    from opentokenomics.standard import Requirement, Standard


@click.command(
    "explain",
    context_settings=SETTINGS,
    epilog=examples(f"{NAME} explain", f"{NAME} explain OTS-CST-003", f"{NAME} explain OTS-CST-003 --json"),
)
@click.argument("requirement", required=False, shell_complete=complete_requirement)
@version_option
@click.option("--json", "as_json", is_flag=True, help="Print JSON instead of text.")
def command(requirement: str | None, spec_version: str | None, *, as_json: bool) -> None:
    """Show a requirement: what it says, why, how it is checked and how to meet it.

    Without a requirement, all of them are listed.
    """
    standard = find_version(spec_version)
    if requirement is None:
        if as_json:
            _print_json([_as_json(each) for each in standard.requirements])
        else:
            _list(standard)
        return
    found = find_requirement(standard, requirement)
    if as_json:
        _print_json(_as_json(found))
    else:
        _show(found)


def _print_json(value: object) -> None:
    with open_output(None) as stream:
        write(stream, json.dumps(value, indent=2, ensure_ascii=False) + "\n")


def _as_json(requirement: Requirement) -> Mapping[str, Any]:
    return {
        **asdict(requirement),
        "check": {"kind": _kind(requirement), **asdict(requirement.check)},
        "url": requirement.page,
    }


def _kind(requirement: Requirement) -> str:
    return re.sub("(?<=.)(?=[A-Z])", "_", type(requirement.check).__name__).lower()


def _list(standard: Standard) -> None:
    from rich import box
    from rich.table import Table
    from rich.text import Text

    from opentokenomics.report import lay_out

    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, padding=(0, 2, 0, 0))
    for title in ("Requirement", "Keyword", "Profile"):
        table.add_column(title, no_wrap=True)
    table.add_column("Statement")
    for each in standard.requirements:
        table.add_row(Text(each.id, "bold"), each.keyword, each.profile, Text(each.statement))
    summary = f"{len(standard.requirements)} requirements of version {standard.version}"
    show(lay_out([table, Text(summary)], look()))


def _show(requirement: Requirement) -> None:
    from rich.padding import Padding
    from rich.table import Table
    from rich.text import Text

    from opentokenomics.report import lay_out

    place = requirement.dataset or "every dataset"
    head = Text.assemble(
        (requirement.id, "bold"),
        f"  {requirement.keyword}  {place}, profile {requirement.profile}, since {requirement.since}",
    )
    table = Table.grid(padding=(0, 2, 0, 0))
    table.add_column(style="dim", no_wrap=True)
    table.add_column(overflow="fold")
    _row(table, "why", requirement.rationale)
    if requirement.columns:
        _row(table, "columns", ", ".join(requirement.columns))
    for label, text in describe(requirement).items():
        _row(table, label, text)
    _row(table, "fix", requirement.fix)
    _row(table, "more", requirement.page)
    show(lay_out([head, Padding(Text(requirement.statement), (1, 0)), table], look()))


def _row(table: Table, label: str, text: str) -> None:
    from rich.text import Text

    table.add_row(label, Text(text))


def describe(requirement: Requirement) -> Mapping[str, str]:
    """How the requirement is checked, as labelled lines: what is looked at, and what must hold there."""
    from opentokenomics.standard import Encoding, Group, NoOverlap, References, Row, Schema, Unique

    match requirement.check:
        case Encoding(fault):
            lines = {"check": f"reading the input: {fault.replace('_', ' ')}"}
        case Schema(pointers):
            lines = {"check": "the JSON Schema keywords under " + ", ".join(pointers)}
        case Row(predicate, _):
            lines = {"check": predicate.sql}
        case Unique(columns, _):
            lines = {"check": f"no two records share {', '.join(columns)}"}
        case References() as check:
            compared = f" in {', '.join(check.compare)}" if check.compare else ""
            held = f"{check.rule}{compared}" if check.predicate is None else check.predicate.sql
            own = ", ".join([check.column, *(column for column, _ in check.match)])
            other = ", ".join([check.to_column, *(column for _, column in check.match)])
            lines = {"check": f"{own} leads to a {check.to_dataset} record by its {other}: {held}"}
        case Group() as check:
            lines = {"check": _describe_group(check)}
        case NoOverlap() as check:
            lines = {"check": _describe_overlap(check)}
        case check:
            lines = {"check": _describe_other(check)}
    where = getattr(requirement.check, "where", None)
    return lines if where is None else {**lines, "where": where.sql}


def _describe_other(check: Any) -> str:  # noqa: ANN401 - a check of a kind that is judged on more than records
    from opentokenomics.standard import Acyclic, Bundle, Excluded, Given, Quotient, Recompute

    match check:
        case Acyclic(start, to):
            text = f"following {to} from {start} to {start} comes to an end"
        case Quotient(numerator, denominator, value):
            text = f"{value} is {numerator} by {denominator}, rounded half to even to 18 digits after the point"
        case Recompute():
            text = "a statement that is computed again says the same, where all of its inputs are given as well"
        case Bundle(fault):
            text = f"the bundle against its manifest: {fault}"
        case Given(datasets):
            text = f"the input holds {' or '.join(datasets)} records"
        case Excluded(reason):
            text = f"not machine-checkable: {reason}"
        case _:
            raise TypeError(check)
    return text


def _describe_group(check: Any) -> str:  # noqa: ANN401 - a Group; its type is imported late
    group = f"records with the same {', '.join(check.by)}" if check.by else "all records of the input"
    rule = check.rule.replace("_", " ")
    upper = f"up to {check.upper}" if check.upper else None
    first = None if check.first is None else f"from {check.first}"
    subject = " ".join(part for part in (check.column, upper, rule, check.total, first) if part)
    return f"{group}: {subject}" + (f": {check.predicate.sql}" if check.predicate is not None else "")


def _describe_overlap(check: Any) -> str:  # noqa: ANN401 - likewise, a NoOverlap
    ranges = ", ".join(f"{start} to {end}" for start, end in check.ranges)
    apart = f", where they differ in {check.apart}" if check.apart else ""
    return f"no two records with the same {', '.join(check.by)} overlap in {ranges}{apart}"
