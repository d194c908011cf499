"""What a run of the suite came to, and the forms in which it is told."""

from __future__ import annotations

from opentokenomics_conformance._outcome import Outcome
from opentokenomics_conformance.report._compare import Comparison, compare
from opentokenomics_conformance.report._merge import merge
from opentokenomics_conformance.report._model import Result, SuiteReport
from opentokenomics_conformance.report._render import FORMS, render

__all__ = ["FORMS", "Comparison", "Outcome", "Result", "SuiteReport", "compare", "merge", "render"]
