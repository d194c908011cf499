"""A report for people, on a terminal or in a plain text file."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.rule import Rule
from rich.table import Table
from rich.text import Text

from opentokenomics.report import _digest as digest
from opentokenomics.report import _wording as words
from opentokenomics.report._console import lay_out
from opentokenomics.report._look import Look
from opentokenomics.report._model import Report, Status, Violation
from opentokenomics.report._visible import visible

_WIDEST = 110
_FULL_FINDINGS = 10
_LISTED_FINDINGS = 20
_LISTED_INPUTS = 10
_LISTED_EXAMPLES = 100
_LISTED_OFFENDERS = 5


def render_text(report: Report, look: Look) -> str:
    """The report as text; nothing that an input said reaches the terminal unescaped."""
    return lay_out(_sections(report), Look(min(look.width, _WIDEST), look.color))


def _sections(report: Report) -> Iterator[RenderableType]:
    failed = digest.findings(report, Status.FAIL)
    warned = digest.findings(report, Status.WARN)
    yield _verdict(report)
    yield Text()
    yield _inputs(report)
    if failed:
        yield from _section("What to fix first", _findings(failed, "red"))
    if warned:
        yield from _section("Warnings", _findings(warned, "yellow"))
    if len(failed) > 1:
        offenders = _offenders(report)
        if offenders is not None:
            yield from _section("Worst offenders", offenders)
    yield from _section("Coverage", _coverage(report))
    yield from _section("Profiles", _profiles(report))
    if failed or warned:
        yield Text()
        yield Text.assemble(
            "More on a requirement: ", (f"opentokenomics explain {(failed or warned)[0].check.requirement}", "bold")
        )


def _section(title: str, body: RenderableType) -> Iterator[RenderableType]:
    yield Text()
    yield Rule(Text(title, "bold"), align="left", style="dim")
    yield body


def _verdict(report: Report) -> RenderableType:
    mark, style = ("✓", "bold green") if report.conformant else ("✗", "bold red")
    line = Text.assemble(
        (f"{mark} {words.verdict(report)}", style),
        f" to profile {report.profile} of standard {visible(report.spec_version)}",
    )
    return Group(line, Text(f"  {words.outcome(report)}", "dim"))


def _inputs(report: Report) -> RenderableType:
    rows = sum(each.rows for each in report.datasets)
    if not report.datasets:
        return Text("  no input")
    table = _grid("right", "left", "left")
    shown = report.datasets[:_LISTED_INPUTS]
    for each in shown:
        table.add_row(
            f"{each.rows:,}", f"{each.dataset} {words.plural('row', each.rows)}", Text(words.file_name(each.path))
        )
    if len(report.datasets) > len(shown):
        rest = report.datasets[len(shown) :]
        table.add_row(f"{sum(each.rows for each in rest):,}", "rows", f"in {words.count(len(rest), 'more input')}")
    if len(report.datasets) > 1:
        table.add_row(f"{rows:,}", "rows", "in all", style="bold")
    return Padding(table, (0, 0, 0, 2))


def _findings(found: Sequence[digest.Finding], style: str) -> RenderableType:
    table = _grid("right", "left")
    for number, finding in enumerate(found[:_FULL_FINDINGS], start=1):
        if number > 1:
            table.add_row()
        table.add_row(Text(f"{number}", f"bold {style}"), _finding(finding, style))
    rest = found[_FULL_FINDINGS : _FULL_FINDINGS + _LISTED_FINDINGS]
    if rest:
        table.add_row()
    for number, finding in enumerate(rest, start=_FULL_FINDINGS + 1):
        table.add_row(Text(f"{number}", f"bold {style}"), _head(finding, style))
    left = len(found) - _FULL_FINDINGS - _LISTED_FINDINGS
    if left > 0:
        table.add_row("", f"and {left} more; --report json lists them all")
    return table


def _finding(finding: digest.Finding, style: str) -> RenderableType:
    details = _grid("left", "left")
    for number, example in enumerate(finding.examples[:_LISTED_EXAMPLES]):
        details.add_row(Text("" if number else "at", "dim"), _example(finding, example))
    left = len(finding.examples) - _LISTED_EXAMPLES
    if left > 0:
        details.add_row("", f"and {left:,} more; --report json lists them")
    details.add_row(Text("fix", "dim"), _prose(words.fix(finding)))
    return Group(_head(finding, style), _prose(finding.requirement.statement), details)


def _head(finding: digest.Finding, style: str) -> Text:
    head = Text.assemble((finding.check.requirement, f"bold {style}"), f"  {words.tally(finding)}")
    if finding.columns:
        head.append(f"  {words.blamed(finding)}", "bold")
    return head


def _example(finding: digest.Finding, example: Violation) -> RenderableType:
    place = Text(words.place(finding, example), "cyan")
    if example.column is not None:
        place.append("  ")
        place.append(words.column(example.column))
        if example.value is not None:
            place.append(" = ")
            place.append(words.value(example.value), "bold")
    detail = words.detail(finding, example)
    return Group(place, _prose(detail)) if detail else place


def _offenders(report: Report) -> RenderableType | None:
    columns = digest.worst_columns(report)
    inputs = digest.worst_inputs(report) if len(report.datasets) > 1 else ()
    if not columns and not inputs:
        return None
    table = _grid("left", "right", "left")
    for offender in (*columns[:_LISTED_OFFENDERS], *inputs[:_LISTED_OFFENDERS]):
        table.add_row(
            visible(offender.name, words.PATH_LIMIT),
            f"{'' if offender.exact else 'at least '}{offender.violations:,}",
            f"{words.plural('violation', offender.violations)} of {words.count(offender.requirements, 'requirement')}",
        )
    return table


def _coverage(report: Report) -> RenderableType:
    summary = report.summary
    table = _grid("right", "left")
    table.add_row(
        f"{summary['executed']}",
        f"executed: {summary['passed']} passed, {summary['failed']} failed, {summary['warned']} warned",
    )
    for status, name in (
        (Status.NOT_APPLICABLE, "not applicable"),
        (Status.NOT_MACHINE_CHECKABLE, "not machine-checkable"),
    ):
        for number, (reason, ids) in enumerate(digest.reasons(report, status).items()):
            if not number:
                table.add_row(f"{summary[status]}", name)
            times = f"{len(ids)} x " if len(ids) > 1 else ""
            table.add_row("", Text.assemble(times, _prose(reason), (f" ({words.ids(ids)})", "dim")))
    head = Text(f"{len(report.checks)} of {words.count(digest.expected(report), 'requirement')} accounted for")
    return Group(head, table)


def _profiles(report: Report) -> RenderableType:
    table = _grid("left", "left")
    table.add_row("achieved", Text(report.achieved_profile or "none", "bold"))
    blocked = digest.next_profile(report)
    if blocked is not None:
        profile, ids = blocked
        table.add_row("next", Text.assemble((profile, "bold"), f", in the way: {words.ids(ids)}" if ids else ""))
    return table


def _grid(*columns: str) -> Table:
    """A table without lines whose last column takes what is left and folds long words."""
    table = Table.grid(padding=(0, 2, 0, 0))
    for justify in columns[:-1]:
        table.add_column(justify=justify, overflow="fold")  # type: ignore[arg-type]
    table.add_column(justify=columns[-1], overflow="fold")  # type: ignore[arg-type]
    return table


def _prose(text: str) -> Text:
    """A sentence of the standard, its `code` made to stand out."""
    prose = Text(visible(text))
    prose.highlight_regex(r"`[^`]+`", "cyan")
    return prose
