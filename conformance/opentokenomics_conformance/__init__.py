"""The conformance suite of the Open Tokenomics Standard: it tests any tool, in any language.

A suite is a set of cases, each a file of its own. A tool under test is any command that speaks the protocol of the
suite, JSON Lines on standard input and output. ``run_suite`` puts the cases to a tool and returns a report.
"""

from __future__ import annotations

from opentokenomics_conformance.cases import Case, Role, Suite, load_suite
from opentokenomics_conformance.report import Outcome, Result, SuiteReport, render
from opentokenomics_conformance.run import Plan, run_suite

__all__ = [
    "Case",
    "Outcome",
    "Plan",
    "Result",
    "Role",
    "Suite",
    "SuiteReport",
    "load_suite",
    "render",
    "run_suite",
]
