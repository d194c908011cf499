"""What the commands share."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Collection, Mapping
from pathlib import Path
from typing import Any, BinaryIO

import click

from opentokenomics.cli.plugin import Offer, say, show, write
from opentokenomics_conformance.cases import Role
from opentokenomics_conformance.run import ExpectedFailures, Unexpected
from opentokenomics_conformance.tool import Limits

ROLE = Offer("--role", " ".join(Role))
FORM = Offer("--report", "text json junit markdown html badge")
_Option = Callable[[Callable[..., Any]], Callable[..., Any]]

tool_argument: _Option = click.argument("tool", metavar="COMMAND...", nargs=-1, required=True)
timeout_option: _Option = click.option(
    "--timeout", metavar="SECONDS", type=click.FloatRange(0.1, 3600), default=30.0, show_default=True
)
expected_option: _Option = click.option(
    "--expected-failures",
    "expected",
    metavar="FILE",
    type=click.Path(path_type=Path),
    help="Cases and laws that may fail, one identifier a line, with a reason behind #; one that passes is stale and "
    "fails.",
)
seed_option: _Option = click.option(
    "--seed", metavar="N", type=click.IntRange(0), help="Try the examples of an earlier run of laws again."
)
output_option: _Option = click.option(
    "-o", "--output", metavar="FILE", help="Where the report goes; else standard output."
)


def limits_of(timeout: float) -> Limits:
    """What a tool may take; its start is given half a minute in any case."""
    return Limits(start_seconds=max(timeout, 30.0), answer_seconds=timeout)


def seed_of(given: int | None) -> int:
    """The seed that was asked for, or any."""
    return secrets.randbelow(2**32) if given is None else given


def tell(text: str, form: str, output: str | None, stream: BinaryIO) -> None:
    """Shows a report, or writes it where it was asked for."""
    if form == "text" and output is None:
        show(text)
    else:
        write(stream, text)


def debt_of(expected: Path | None) -> ExpectedFailures:
    """The list of expected failures, which is empty where none is named."""
    return ExpectedFailures.none() if expected is None else ExpectedFailures.read(expected)


def judged(debt: ExpectedFailures, passed: Mapping[str, bool], others: Collection[str]) -> int:
    """Holds a run to its list of expected failures; says what is not expected, and gives the exit code.

    Args:
        debt: The list.
        passed: For each case and law of the run whether it passed.
        others: Cases and laws that exist and were not run.
    """
    unexpected = debt.judge(passed, others)
    _complain(unexpected, len(passed))
    return 1 if unexpected else 0


def _complain(unexpected: Unexpected, total: int) -> None:
    if unexpected.failures:
        say(f"{len(unexpected.failures)} of {total} did not pass.")
    for name in unexpected.stale:
        say(f"{name} passed, so that it is to be taken off the list of expected failures.")
    for name in unexpected.unknown:
        say(f"{name} is listed as an expected failure and does not exist.")
