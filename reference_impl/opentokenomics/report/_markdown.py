"""A report as Markdown, made to be posted as a comment on a pull request.

What an input said stands in code spans only, where nothing is markup, a link or a mention of somebody; there are no
tables, because a pipe would end a cell even inside a code span.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from opentokenomics.report import _digest as digest
from opentokenomics.report import _wording as words
from opentokenomics.report._model import Report, Status, Violation
from opentokenomics.report._visible import visible

LIMIT = 65_536
"""GitHub takes no longer comment. It counts characters; counting bytes keeps to it however others count."""

_MARK = "<!-- opentokenomics-report -->"
"""Lets a bot find its earlier comment and replace it."""
_RESERVED = 600
_FULL_FINDINGS = 10
_LISTED_EXAMPLES = 5
_LISTED_INPUTS = 10
_CODE = re.compile(r"`[^`]+`")
_LIVE = re.compile(r"[@#<>\[\]\\&$`]|://|www\.")
_BACKTICKS = re.compile(r"`+")


def render_markdown(report: Report) -> str:
    """The report as Markdown of at most LIMIT bytes; what has no room is counted."""
    paper = _Paper(LIMIT - _RESERVED)
    paper.write(f"{_MARK}\n{_verdict(report)}")
    paper.write(_inputs(report))
    failed = digest.findings(report, Status.FAIL)
    warned = digest.findings(report, Status.WARN)
    if failed:
        paper.write("### What to fix first")
        paper.fill(_findings(failed))
    if warned:
        paper.fold(f"Warnings: {words.count(len(warned), 'recommendation')} not followed")
        paper.fill(_findings(warned))
        paper.unfold()
    summary = report.summary
    if summary["not_applicable"] or summary["not_machine_checkable"]:
        paper.fold(
            f"Not judged: {summary['not_applicable']} not applicable, "
            f"{summary['not_machine_checkable']} not machine-checkable"
        )
        paper.fill(_unjudged(report))
        paper.unfold()
    return paper.text()


class _Paper:
    """Blocks with blank lines between them, as long as there is room."""

    def __init__(self, room: int) -> None:
        self._room = room
        self._blocks: list[str] = []

    def write(self, block: str) -> bool:
        """Writes the block, unless it has no room."""
        size = len(block.encode()) + 2
        if size > self._room:
            return False
        self._room -= size
        self._blocks.append(block)
        return True

    def fill(self, versions: Iterable[Sequence[str]]) -> None:
        """Writes the first version that fits of each block, and how many blocks had none."""
        left_out = sum(not any(self.write(version) for version in each) for each in versions)
        if left_out:
            self._blocks.append(
                f"… and {left_out:,} more for which there is no room here; the JSON report has them all."
            )

    def fold(self, title: str) -> None:
        """Begins a part that opens when its title is clicked."""
        self._blocks.append(f"<details>\n<summary>{title}</summary>")

    def unfold(self) -> None:
        """Ends that part."""
        self._blocks.append("</details>")

    def text(self) -> str:
        """All of it."""
        return "\n\n".join(self._blocks) + "\n"


def _verdict(report: Report) -> str:
    mark = "✅" if report.conformant else "❌"
    facts = [
        words.outcome(report),
        f"achieved profile: **{report.achieved_profile or 'none'}**",
        f"standard {code(report.spec_version)}",
    ]
    blocked = digest.next_profile(report)
    if blocked is not None:
        profile, ids = blocked
        facts.insert(2, f"in the way of **{profile}**: {words.ids(ids)}")
    return f"## {mark} {words.verdict(report).capitalize()} to profile {report.profile}\n\n" + " · ".join(facts)


def _inputs(report: Report) -> str:
    if not report.datasets:
        return "There was no input."
    shown = report.datasets[:_LISTED_INPUTS]
    lines = [
        f"- {each.rows:,} `{each.dataset}` {words.plural('row', each.rows)} in {code(words.file_name(each.path))}"
        for each in shown
    ]
    rest = report.datasets[len(shown) :]
    if rest:
        rows = sum(each.rows for each in rest)
        lines.append(f"- {words.count(rows, 'row')} in {words.count(len(rest), 'more input')}")
    return "\n".join(lines)


def _findings(found: Sequence[digest.Finding]) -> Iterator[Sequence[str]]:
    """Each finding in full and as one line, the first to be taken if it fits; from the eleventh on as one line."""
    for number, finding in enumerate(found, start=1):
        brief = f"**{number}.** {_head(finding)}"
        yield (f"{brief}\n\n{_body(finding)}", brief) if number <= _FULL_FINDINGS else (brief,)


def _head(finding: digest.Finding) -> str:
    requirement = finding.requirement
    head = f"[{requirement.id}]({requirement.page}) · {words.tally(finding)}"
    return f"{head} · {code(words.blamed(finding))}" if finding.columns else head


def _body(finding: digest.Finding) -> str:
    shown = finding.examples[:_LISTED_EXAMPLES]
    lines = [f"> {prose(finding.requirement.statement)}", ""]
    lines += [f"- {_example(finding, each)}" for each in shown]
    left = finding.check.violations - len(shown)
    if shown and left:
        lines.append(f"- and {left:,} more")
    return "\n".join([*lines, "", f"Fix: {prose(words.fix(finding))}"])


def _example(finding: digest.Finding, example: Violation) -> str:
    parts = [code(words.place(finding, example))]
    if example.column is not None:
        parts.append(code(words.column(example.column)))
        if example.value is not None:
            parts[-1] += f" = {code(words.value(example.value))}"
    detail = words.detail(finding, example)
    if detail:
        parts.append(prose(detail))
    return " · ".join(parts)


def _unjudged(report: Report) -> Iterator[Sequence[str]]:
    for status in (Status.NOT_APPLICABLE, Status.NOT_MACHINE_CHECKABLE):
        for reason, ids in digest.reasons(report, status).items():
            yield (f"- {prose(visible(reason))} ({words.ids(ids)})",)


def code(text: str) -> str:
    """Text as a code span that it cannot leave."""
    shown = visible(text) or " "
    fence = "`" * (1 + max((len(run) for run in _BACKTICKS.findall(shown)), default=0))
    pad = " " if shown.startswith("`") or shown.endswith("`") else ""
    return f"{fence}{pad}{shown}{pad}{fence}"


def prose(text: str) -> str:
    """A sentence with `code` in it; one that would be more than that, such as a mention, becomes code as a whole."""
    outside = _CODE.sub(" ", text)
    return code(text) if _LIVE.search(outside) else text
