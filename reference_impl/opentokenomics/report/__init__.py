"""The Report value object and its renderers."""

from opentokenomics.report._annotations import annotation
from opentokenomics.report._badge import badge
from opentokenomics.report._cell import cell
from opentokenomics.report._columns import Columns, brief, lay_out_columns
from opentokenomics.report._console import lay_out
from opentokenomics.report._look import Look
from opentokenomics.report._model import CheckResult, InputSummary, Report, Status, Violation
from opentokenomics.report._picture import refuse_undrawable
from opentokenomics.report._redact import redact
from opentokenomics.report._render import FORMATS, render
from opentokenomics.report._visible import visible, visible_json
from opentokenomics.report._wording import count, file_name, file_names, first_fault, input_name

__all__ = [
    "FORMATS",
    "CheckResult",
    "Columns",
    "InputSummary",
    "Look",
    "Report",
    "Status",
    "Violation",
    "annotation",
    "badge",
    "brief",
    "cell",
    "count",
    "file_name",
    "file_names",
    "first_fault",
    "input_name",
    "lay_out",
    "lay_out_columns",
    "redact",
    "refuse_undrawable",
    "render",
    "visible",
    "visible_json",
]
