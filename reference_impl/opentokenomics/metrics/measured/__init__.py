"""Metrics measured from files that conform to the standard."""

from opentokenomics.metrics.measured._account import render_account
from opentokenomics.metrics.measured._assumed import ASSUMED, assume
from opentokenomics.metrics.measured._attribute import COST_DRIVER, Attribution, attribute_usage
from opentokenomics.metrics.measured._measure import METRICS, Question, measure
from opentokenomics.metrics.measured._plot import plot_frontier, refuse_unplottable
from opentokenomics.metrics.measured._render import render_csv, render_json, render_markdown, render_text
from opentokenomics.metrics.measured._request import COST_COLUMNS, Measured, Parameters, Period
from opentokenomics.metrics.measured._statement import Preparation, make_statements, state_each
from opentokenomics.metrics.measured._verdicts import render_verdicts
from opentokenomics.metrics.measured._verify import Difference, Verdict, Verification, recompute, verify

__all__ = [
    "ASSUMED",
    "COST_COLUMNS",
    "COST_DRIVER",
    "METRICS",
    "Attribution",
    "Difference",
    "Measured",
    "Parameters",
    "Period",
    "Preparation",
    "Question",
    "Verdict",
    "Verification",
    "assume",
    "attribute_usage",
    "make_statements",
    "measure",
    "plot_frontier",
    "recompute",
    "refuse_unplottable",
    "render_account",
    "render_csv",
    "render_json",
    "render_markdown",
    "render_text",
    "render_verdicts",
    "state_each",
    "verify",
]
