"""``opentokenomics conformance``: tests a tool."""

from __future__ import annotations

import json
import os
import secrets
from collections.abc import Sequence
from pathlib import Path
from typing import Any, BinaryIO

import click

from opentokenomics.cli.plugin import NAME, SETTINGS, Offer, examples, open_output, say, show, write
from opentokenomics.errors import InputError
from opentokenomics.standard import load
from opentokenomics_conformance.cases import Case, Role, Suite, SuiteError, load_suite
from opentokenomics_conformance.report import Outcome, Result, SuiteReport, compare, render
from opentokenomics_conformance.run import ExpectedFailures, Plan, Unexpected, run_plain_command, run_suite
from opentokenomics_conformance.tool import Limits

_ROLE = Offer("--role", " ".join(Role))
_FORM = Offer("--report", "text json junit markdown html badge")
_REFERENCE = f"{NAME} conformance run -- python -m opentokenomics_conformance.reference"
_MOST_NAMED = 20
_SAMPLE = 3


@click.group("conformance", context_settings=SETTINGS)
def command() -> None:
    """Test a tool, written in any language, against the vectors of the standard.

    The tool is a command that reads JSON Lines from standard input and answers each line with one. Everything behind
    `--` is that command.
    """


@command.command(
    "run",
    context_settings=SETTINGS,
    epilog=examples(
        _REFERENCE,
        f"{NAME} conformance run --role validator --report html -o report.html -- node adapter.js",
        f"{NAME} conformance run --filter OTS-TOK --dump cases.jsonl -- ./my-tool --conformance",
        f"{NAME} conformance run --one-shot -- my-validator --profile {{profile}}",
    ),
)
@click.argument("tool", metavar="COMMAND...", nargs=-1, required=True)
@click.option("--role", "roles", type=_ROLE, multiple=True, help="Run the cases of this role; else those of all.")
@click.option("--filter", "pattern", metavar="TEXT", help="Run the cases whose identifier or requirement has the text.")
@click.option("--version", "version", metavar="VERSION", default="1.0", show_default=True, help="Whose vectors to run.")
@click.option(
    "--expected-failures",
    "expected",
    metavar="FILE",
    type=click.Path(path_type=Path),
    help="Cases that may fail, one identifier a line, with a reason behind #; one that passes is stale and fails.",
)
@click.option(
    "--workers", metavar="N", type=click.IntRange(1, 64), default=os.cpu_count() or 1, help="Processes of the tool."
)
@click.option("--timeout", metavar="SECONDS", type=click.FloatRange(0.1, 3600), default=30.0, show_default=True)
@click.option("--one-shot", is_flag=True, help="Run `COMMAND FILE...` for each case, and look at its exit code alone.")
@click.option("--dump", metavar="FILE", help="Write each case with what was said and answered, as JSON Lines.")
@click.option("--report", "form", type=_FORM, default="text", show_default=True, help="The form of the report.")
@click.option("-o", "--output", metavar="FILE", help="Where the report goes; else standard output.")
def run_command(  # noqa: PLR0913, PLR0917 - one parameter per option
    tool: Sequence[str],
    roles: Sequence[str],
    pattern: str | None,
    version: str,
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
    suite = _suite(version, roles, pattern)
    debt = ExpectedFailures.none() if expected is None else ExpectedFailures.read(expected)
    limits = Limits(start_seconds=max(timeout, 30.0), answer_seconds=timeout)
    with open_output(output) as stream:
        if dump is None:
            report = _tested(suite, Plan(tool, workers, limits), one_shot=one_shot)
        else:
            with open_output(dump) as dumped:
                report = _tested(suite, Plan(tool, workers, limits, _Dump(dumped)), one_shot=one_shot)
        _tell(render(report, form), form, output, stream)
    unexpected = debt.judge(report.results)
    _complain(unexpected, report)
    return 1 if unexpected else 0


@command.command("smoke", context_settings=SETTINGS, epilog=examples(f"{NAME} conformance smoke -- node adapter.js"))
@click.argument("tool", metavar="COMMAND...", nargs=-1, required=True)
@click.option("--timeout", metavar="SECONDS", type=click.FloatRange(0.1, 3600), default=30.0, show_default=True)
def smoke_command(tool: Sequence[str], timeout: float) -> int:
    """Tell within seconds whether an adapter is right: it starts, answers, and stops.

    A few cases of each role are put to the tool. What counts is that it answers each of them as the protocol says; how
    many of the answers are right is told, too.
    """
    suite = load_suite()
    few = [
        case
        for role in Role
        for is_clean in (True, False)
        for case in [each for each in suite.cases if each.role is role and _is_clean(each) is is_clean][:_SAMPLE]
    ]
    chosen = Suite(suite.version, suite.spec_version, suite.digest, few, suite.flags)
    report = run_suite(chosen, Plan(tool, 1, Limits(answer_seconds=timeout)))
    answered = [each for each in report.results if each.outcome in {Outcome.PASSED, Outcome.FAILED}]
    broken = [each for each in report.results if each.outcome not in {Outcome.PASSED, Outcome.FAILED, Outcome.SKIPPED}]
    facts = report.tool
    lines = [f"It started, and is {facts['name']} {facts['version']}; roles: {', '.join(facts['roles'])}."]
    lines += [f"{len(answered)} of {len(report.results)} cases were answered, {report.passed} of them rightly."]
    lines += _accounts([*broken, *(each for each in report.results if each.outcome is Outcome.FAILED)])
    lines.append("The adapter speaks the protocol." if answered and not broken else "The adapter needs work.")
    show("\n".join(lines) + "\n")
    return 0 if answered and not broken else 1


@command.command("compare", context_settings=SETTINGS, epilog=examples(f"{NAME} conformance compare old.json new.json"))
@click.argument("first", metavar="A.json", type=click.Path(path_type=Path))
@click.argument("second", metavar="B.json", type=click.Path(path_type=Path))
def compare_command(first: Path, second: Path) -> int:
    """Show what is different between two JSON reports; exit code 1 where a case passed in the first alone."""
    found = compare(_read(first), _read(second))
    lines = [] if found.same_suite else ["The two reports are on different vectors."]
    for name, pairs in (("regressed", found.regressed), ("improved", found.improved), ("changed", found.changed)):
        lines.append(f"{name}: {len(pairs)}")
        lines += [f"  {before.case}: {before.outcome}, now {after.outcome}" for before, after in pairs]
    lines.append(f"added: {len(found.added)}, removed: {len(found.removed)}")
    show("\n".join(lines) + "\n")
    return 1 if found.regressed else 0


@command.command(
    "laws",
    context_settings=SETTINGS,
    epilog=examples(
        f"{NAME} conformance laws -- python -m opentokenomics_conformance.reference",
        f"{NAME} conformance laws --role validator --seed 7 --examples 200 -- node adapter.js",
    ),
)
@click.argument("tool", metavar="COMMAND...", nargs=-1, required=True)
@click.option("--law", "names", metavar="LAW", multiple=True, help="Try this law; else all.")
@click.option("--role", "roles", type=_ROLE, multiple=True, help="Try the laws of this role; else those of all.")
@click.option("--seed", metavar="N", type=click.IntRange(0), help="Try the examples of an earlier run again.")
@click.option("--examples", metavar="N", type=click.IntRange(1, 1_000_000), default=50, show_default=True)
@click.option("--timeout", metavar="SECONDS", type=click.FloatRange(0.1, 3600), default=30.0, show_default=True)
@click.option("--report", "form", type=Offer("--report", "text json"), default="text", show_default=True)
@click.option("-o", "--output", metavar="FILE", help="Where the report goes; else standard output.")
def laws_command(  # noqa: PLR0913, PLR0917 - one parameter per option
    tool: Sequence[str],
    names: Sequence[str],
    roles: Sequence[str],
    seed: int | None,
    examples: int,
    timeout: float,
    form: str,
    output: str | None,
) -> int:
    """Try laws that hold between the answers of any tool, on made-up datasets.

    A breach is made smaller down to the few records that show it, and printed as a vector. Exit code 0 means that
    every law was kept; a law that is skipped was not.
    """
    from opentokenomics_conformance.laws import LAWS, LawPlan, Standing, render_laws, try_laws

    known = {each.id: each for each in LAWS}
    unknown = [name for name in names if name not in known]
    if unknown:
        raise InputError("law_unknown", f"There is no law {unknown[0]}.", f"Available: {', '.join(known)}.")
    chosen = [each for each in LAWS if (not names or each.id in names) and (not roles or each.role in roles)]
    if not chosen:
        raise InputError("law_unknown", "No law is left to try.", "Widen --law or --role.")
    limits = Limits(start_seconds=max(timeout, 30.0), answer_seconds=timeout)
    number = secrets.randbelow(2**32) if seed is None else seed
    plan = LawPlan(tool, load().version, examples, number, limits)
    with open_output(output) as stream:
        greeting, findings = try_laws(chosen, plan)
        _tell(render_laws(greeting, findings, plan, form), form, output, stream)
    return 0 if all(each.standing is Standing.KEPT for each in findings) else 1


def _suite(version: str, roles: Sequence[str], pattern: str | None) -> Suite:
    suite = load_suite(version).of([Role(each) for each in roles] or None, pattern)
    if not suite.cases:
        raise SuiteError("suite_empty", "No case is left to run.", "Widen --filter or --role.")
    return suite


def _tested(suite: Suite, plan: Plan, *, one_shot: bool) -> SuiteReport:
    return run_plain_command(suite, plan) if one_shot else run_suite(suite, plan)


class _Dump:
    """Writes what was said, case by case."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream

    def __call__(self, case: Case, request: dict[str, Any], answer: dict[str, Any]) -> None:
        line = {"case": case.id, "request": request, "answer": answer, "expected": case.expected}
        write(self._stream, json.dumps(line) + "\n")


def _tell(text: str, form: str, output: str | None, stream: BinaryIO) -> None:
    if form == "text" and output is None:
        show(text)
    else:
        write(stream, text)


def _complain(unexpected: Unexpected, report: SuiteReport) -> None:
    if unexpected.failures:
        say(f"{len(unexpected.failures)} of {len(report.results)} cases did not pass.")
    for name in unexpected.stale:
        say(f"{name} passed, so that it is to be taken off the list of expected failures.")
    for name in unexpected.unknown:
        say(f"{name} is listed as an expected failure and was not run.")


def _accounts(results: Sequence[Result]) -> list[str]:
    return [f"  {each.outcome}: {each.case}: {each.detail}" for each in results[:_MOST_NAMED]]


def _is_clean(case: Case) -> bool:
    return not case.expected.get("violations") and not case.expected.get("rejected")


def _read(path: Path) -> SuiteReport:
    try:
        text = path.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise InputError("report_unreadable", f"{path} cannot be read: {error}.", "Name a JSON report.") from None
    return SuiteReport.from_json(text, str(path))
