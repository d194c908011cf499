"""Laws: what holds between the answers of any tool that is right, whatever it is asked.

A case says what one answer has to be. A law says how answers hang together (records in another order get the same
verdict), and is tried on made-up datasets, of which the smallest that shows a breach becomes a vector.
"""

from __future__ import annotations

from opentokenomics_conformance.laws._calculator import CALCULATOR_LAWS
from opentokenomics_conformance.laws._converter import CONVERTER_LAWS
from opentokenomics_conformance.laws._law import Ask, Breach, Law, SkippedError
from opentokenomics_conformance.laws._payloads import SOURCES
from opentokenomics_conformance.laws._report import law_document, render_laws
from opentokenomics_conformance.laws._try import Finding, LawPlan, LawReport, Standing, try_laws, try_laws_with
from opentokenomics_conformance.laws._validator import VALIDATOR_LAWS

__all__ = [
    "LAWS",
    "SOURCES",
    "Ask",
    "Breach",
    "Finding",
    "Law",
    "LawPlan",
    "LawReport",
    "SkippedError",
    "Standing",
    "law_document",
    "render_laws",
    "try_laws",
    "try_laws_with",
]

LAWS = (*VALIDATOR_LAWS, *CONVERTER_LAWS, *CALCULATOR_LAWS)
"""Every law, by role."""
