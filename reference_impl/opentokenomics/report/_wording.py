"""The words that every format for people uses: verdicts, places, values, numbers, and lists of identifiers.

Whatever an input said comes out of here printable and of bounded length; a format only has to escape it.
"""

from __future__ import annotations

from collections.abc import Sequence

from opentokenomics.report._digest import Finding, judged
from opentokenomics.report._model import Report, Status, Violation
from opentokenomics.report._visible import ELLIPSIS, visible

NAME_LIMIT = 80
PATH_LIMIT = 300
VALUE_LIMIT = 60

_LISTED_FILES = 3
_LISTED_IDS = 6
_RANGE = 3


def verdict(report: Report) -> str:
    """The outcome in capitals."""
    return "CONFORMANT" if report.conformant else "NOT CONFORMANT"


def outcome(report: Report) -> str:
    """How many requirements were executed, and how they ended."""
    summary = report.summary
    ends = [f"{summary['passed']} passed"]
    ends += [f"{summary[end]} {end}" for end in ("failed", "warned") if summary[end]]
    return f"{count(summary['executed'], 'requirement')} executed: {', '.join(ends)}"


def tally(finding: Finding) -> str:
    """How many violate it, of how many that were judged."""
    check = finding.check
    return f"{check.violations:,} of {check.evaluated:,} {plural(judged(finding.requirement), check.evaluated)}"


def blamed(finding: Finding) -> str:
    """The columns to blame, as a list that is not too long."""
    names = ", ".join(column(name) for name in finding.columns[:_LISTED_IDS])
    return f"{names} {ELLIPSIS}" if len(finding.columns) > _LISTED_IDS else names


def file_name(path: str) -> str:
    """An input as it was named; a very long name keeps its end, which tells more than its middle."""
    if path == "-":
        return "standard input"
    shown = visible(path)
    if len(shown) <= PATH_LIMIT:
        return shown
    head = PATH_LIMIT // 3
    return shown[:head] + ELLIPSIS + shown[head + len(ELLIPSIS) - PATH_LIMIT :]


def file_names(paths: Sequence[str]) -> str:
    """The first of several inputs, as a sentence begins with them."""
    names = " with ".join(map(file_name, paths[:_LISTED_FILES])) + (" and others" if paths[_LISTED_FILES:] else "")
    return names[:1].upper() + names[1:] if paths[:1] == ["-"] else names


def place(finding: Finding, example: Violation) -> str:
    """Where it is: the line of the input where there is one, else the row, the record, or all inputs."""
    return f"{example.dataset} {_place(example)}" if finding.names_dataset else _place(example)


def input_name(path: str | None) -> str:
    """The input where a fault is; a fault of no one record is in all of them."""
    return "the inputs as a whole" if path is None else file_name(path)


def _place(example: Violation) -> str:
    where = input_name(example.path)
    if example.line is not None:
        return f"{where}:{example.line}"
    if example.row is not None:
        return f"{where} row {example.row:,}"
    if example.record_id is not None:
        return f"{where} record {visible(example.record_id, NAME_LIMIT)}"
    return where


def first_fault(report: Report) -> str:
    """The first thing that fails, as a sentence with its place; nothing where nothing fails."""
    failed = {each.requirement for each in report.checks if each.status is Status.FAIL}
    found = next((each for each in report.violations if each.requirement in failed), None)
    if found is None:
        return ""
    at = "" if found.column is None else f", column {column(found.column)}"
    return visible(found.message) if found.path is None else f"In {_place(found)}{at}: {visible(found.message)}"


def column(name: str) -> str:
    """The name of a column, which may be one that an input made up."""
    return visible(name, NAME_LIMIT) or "(empty)"


def value(text: str) -> str:
    """A value; spaces at its edges are shown, and so is that it is empty."""
    inner = text.strip(" ")
    if not inner:
        return "\\x20" * min(len(text), VALUE_LIMIT // 4) if text else "(empty)"
    before, _, after = text.partition(inner)
    return visible(before.replace(" ", "\\x20") + inner + after.replace(" ", "\\x20"), VALUE_LIMIT)


def detail(finding: Finding, example: Violation) -> str:
    """What a message says beyond the statement of its requirement."""
    return visible(example.message.removeprefix(finding.requirement.statement).strip())


def fix(finding: Finding) -> str:
    """What to do about it."""
    return visible(finding.examples[0].fix if finding.examples else finding.requirement.fix)


def ids(identifiers: Sequence[str]) -> str:
    """Identifiers in their order, those that follow each other as a range, and not too many of them."""
    ranges: list[list[str]] = []
    for each in identifiers:
        if ranges and _follows(ranges[-1][-1], each):
            ranges[-1].append(each)
        else:
            ranges.append([each])
    shown = [", ".join(each) if len(each) < _RANGE else f"{each[0]} to {each[-1]}" for each in ranges[:_LISTED_IDS]]
    more = sum(len(each) for each in ranges[_LISTED_IDS:])
    return ", ".join(shown) + (f" and {more} more" if more else "")


def _follows(first: str, second: str) -> bool:
    area, _, number = first.rpartition("-")
    return second == f"{area}-{int(number) + 1:03}"


def count(number: int, noun: str) -> str:
    """A number of things."""
    return f"{number:,} {plural(noun, number)}"


def plural(noun: str, number: int) -> str:
    """A regular noun as it stands after a number."""
    return noun if number == 1 else f"{noun}s"
