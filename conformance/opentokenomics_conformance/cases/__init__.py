"""Cases: what is put to a tool, and what is expected of it."""

from __future__ import annotations

from opentokenomics_conformance.cases._case import Case, Role
from opentokenomics_conformance.cases._suite import Suite, SuiteError, load_suite

__all__ = ["Case", "Role", "Suite", "SuiteError", "load_suite"]
