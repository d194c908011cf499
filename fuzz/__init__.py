"""Throws damaged inputs at everything that reads one. ``make fuzz`` runs it; CONTRIBUTING.md says how to use it."""

from __future__ import annotations

import sys
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parent.parent

# Inputs that keep every rule are made by what the tests use.
sys.path.insert(0, str(CHECKOUT / "reference_impl" / "tests" / "support"))
