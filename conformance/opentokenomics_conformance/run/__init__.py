"""Runs a suite against a tool."""

from __future__ import annotations

from opentokenomics_conformance.run._examiner import Examiner
from opentokenomics_conformance.run._expected import ExpectedFailures, Unexpected
from opentokenomics_conformance.run._one_shot import run_plain_command
from opentokenomics_conformance.run._runner import Plan, result_of, run_suite, suite_facts

__all__ = [
    "Examiner",
    "ExpectedFailures",
    "Plan",
    "Unexpected",
    "result_of",
    "run_plain_command",
    "run_suite",
    "suite_facts",
]
