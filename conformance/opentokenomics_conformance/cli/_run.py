"""``opentokenomics conformance run``."""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, BinaryIO

import click

from opentokenomics.cli.plugin import NAME, SETTINGS, Offer, examples, open_output, write
from opentokenomics.errors import InputError
from opentokenomics_conformance.cases import Case, Role, Suite, SuiteError, load_suite
from opentokenomics_conformance.cli._common import (
    FORM,
    ROLE,
    debt_of,
    expected_option,
    judged,
    limits_of,
    output_option,
    seed_of,
    seed_option,
    tell,
    timeout_option,
    tool_argument,
)
from opentokenomics_conformance.report import Outcome, SuiteReport, render
from opentokenomics_conformance.run import Plan, run_plain_command, run_suite
from opentokenomics_conformance.tool import Limits

_DEPTHS = ("default", "thorough")
_FIRST_EXAMPLES = 10
"""So many of each law in the first round of a thorough run, so that each has had its turn soon."""


@click.command(
    "run",
    context_settings=SETTINGS,
    epilog=examples(
        f"{NAME} conformance run -- python -m opentokenomics_conformance.reference",
        f"{NAME} conformance run --role validator --report html -o report.html -- node adapter.js",
        f"{NAME} conformance run --filter OTS-TOK --dump cases.jsonl -- ./my-tool --conformance",
        f"{NAME} conformance run --one-shot -- my-validator --profile {{profile}}",
        f"{NAME} conformance run --depth thorough --minutes 60 -- ./my-tool --conformance",
    ),
)
@tool_argument
@click.option("--role", "roles", type=ROLE, multiple=True, help="Run the cases of this role; else those of all.")
@click.option("--filter", "pattern", metavar="TEXT", help="Run the cases whose identifier or requirement has the text.")
@click.option("--version", "version", metavar="VERSION", default="1.0", show_default=True, help="Whose vectors to run.")
@click.option(
    "--depth",
    type=Offer("--depth", " ".join(_DEPTHS)),
    default="default",
    show_default=True,
    help="How much to try: the vectors, or then the laws, too, on ever more examples for as long as --minutes says.",
)
@click.option(
    "--minutes", metavar="N", type=click.FloatRange(0.01, 100_000), help="For --depth thorough; 10 unless given."
)
@seed_option
@expected_option
@click.option(
    "--workers", metavar="N", type=click.IntRange(1, 64), default=os.cpu_count() or 1, help="Processes of the tool."
)
@timeout_option
@click.option("--one-shot", is_flag=True, help="Run `COMMAND FILE...` for each case, and look at its exit code alone.")
@click.option("--dump", metavar="FILE", help="Write each case with what was said and answered, as JSON Lines.")
@click.option("--report", "form", type=FORM, default="text", show_default=True, help="The form of the report.")
@output_option
def run_command(  # noqa: PLR0913, PLR0917 - one parameter per option
    tool: Sequence[str],
    roles: Sequence[str],
    pattern: str | None,
    version: str,
    depth: str,
    minutes: float | None,
    seed: int | None,
    expected: Path | None,
    workers: int,
    timeout: float,
    dump: str | None,
    form: str,
    output: str | None,
    *,
    one_shot: bool,
) -> int:
    """Run the vectors against a tool and report every case.

    Only an explicit answer to the case that was put counts: a crash, a hang, garbage or a late answer never passes, and
    a case that is skipped has not passed. Exit code 0 means that every case passed or was expected to fail.
    """
    thorough = depth == "thorough"
    _refuse_contradictions(minutes, seed, dump, one_shot=one_shot, thorough=thorough)
    debt = debt_of(expected)
    whole = load_suite(version)
    suite = whole.of([Role(each) for each in roles] or None, pattern)
    if not suite.cases:
        raise SuiteError("suite_empty", "No case is left to run.", "Widen --filter or --role.")
    limits = limits_of(timeout)
    with open_output(output) as stream:
        if dump is None:
            report = _tested(suite, Plan(tool, workers, limits), one_shot=one_shot)
        else:
            with open_output(dump) as dumped:
                report = _tested(suite, Plan(tool, workers, limits, _Dump(dumped)), one_shot=one_shot)
        if thorough:
            found = _laws(tool, roles, suite.spec_version, seed_of(seed), limits, 10.0 if minutes is None else minutes)
            report = replace(report, laws=found)
        tell(render(report, form), form, output, stream)
    passed = {each.case: each.outcome is Outcome.PASSED for each in report.results}
    passed |= {each["law"]: each["outcome"] == "kept" for each in (report.laws or {"laws": ()})["laws"]}
    return judged(debt, passed, {case.id for case in whole.cases} | _names_of_laws())


def _refuse_contradictions(
    minutes: float | None, seed: int | None, dump: str | None, *, one_shot: bool, thorough: bool
) -> None:
    if not thorough and (minutes is not None or seed is not None):
        what = "--seed" if minutes is None else "--minutes"
        raise InputError("depth_missing", f"{what} is about --depth thorough.", "Add --depth thorough.")
    if thorough and one_shot:
        raise InputError(
            "depth_one_shot",
            "Laws are told through the protocol, which --one-shot does without.",
            "Drop one of the two.",
        )
    if dump is not None and one_shot:
        raise InputError(
            "dump_one_shot",
            "--dump writes what is said through the protocol, which --one-shot does without.",
            "Drop one of the two.",
        )


def _tested(suite: Suite, plan: Plan, *, one_shot: bool) -> SuiteReport:
    return run_plain_command(suite, plan) if one_shot else run_suite(suite, plan)


def _laws(
    tool: Sequence[str], roles: Sequence[str], spec_version: str, seed: int, limits: Limits, minutes: float
) -> dict[str, Any]:
    """What was found of the laws of these roles, as the report has it."""
    from opentokenomics_conformance.laws import LAWS, LawPlan, law_document, try_laws

    laws = [law for law in LAWS if not roles or law.role in roles]
    return law_document(try_laws(laws, tool, LawPlan(spec_version, _FIRST_EXAMPLES, seed), limits, minutes))


def _names_of_laws() -> set[str]:
    from opentokenomics_conformance.laws import LAWS

    return {law.id for law in LAWS}


class _Dump:
    """Writes what was said, case by case."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream

    def __call__(self, case: Case, request: dict[str, Any], answer: dict[str, Any]) -> None:
        line = {"case": case.id, "request": request, "answer": answer, "expected": case.expected}
        write(self._stream, json.dumps(line) + "\n")
