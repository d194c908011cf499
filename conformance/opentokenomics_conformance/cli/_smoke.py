"""``opentokenomics conformance smoke``."""

from __future__ import annotations

from collections.abc import Sequence

import click

from opentokenomics.cli.plugin import NAME, SETTINGS, examples, show
from opentokenomics.report import visible
from opentokenomics_conformance.cases import Case, Role, Suite, load_suite
from opentokenomics_conformance.cli._common import timeout_option, tool_argument
from opentokenomics_conformance.report import Outcome, Result
from opentokenomics_conformance.run import Plan, run_suite
from opentokenomics_conformance.tool import Limits

_MOST_NAMED = 20
_SAMPLE = 3


@click.command("smoke", context_settings=SETTINGS, epilog=examples(f"{NAME} conformance smoke -- node adapter.js"))
@tool_argument
@timeout_option
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
    show("\n".join(map(visible, lines)) + "\n")
    return 0 if answered and not broken else 1


def _accounts(results: Sequence[Result]) -> list[str]:
    return [f"  {each.outcome}: {each.case}: {each.detail}" for each in results[:_MOST_NAMED]]


def _is_clean(case: Case) -> bool:
    return not case.expected.get("violations") and not case.expected.get("rejected")
