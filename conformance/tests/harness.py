"""What tests of the harness share."""

from __future__ import annotations

import sys
from collections.abc import Callable

Invoke = Callable[..., tuple[int, str, str]]
"""Runs ``opentokenomics`` with these words; gives exit code, output and messages."""

REFERENCE = (sys.executable, "-m", "opentokenomics_conformance.reference")
FAKE = (sys.executable, "-m", "opentokenomics_conformance.fakes")
