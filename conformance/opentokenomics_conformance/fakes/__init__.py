"""Tools that are wrong in a known way, to prove that the harness notices.

Run one with ``python -m opentokenomics_conformance.fakes NAME``. A harness in which one of the ``TALKERS`` scores is
broken: they do not do the work. The ``BUNGLERS`` do it but for one mistake that tools of the real world make, and fail
the cases that carry its flag.
"""

from __future__ import annotations

from opentokenomics_conformance.fakes._bunglers import BUNGLERS, Bungler
from opentokenomics_conformance.fakes._main import main
from opentokenomics_conformance.fakes._talkers import TALKERS

__all__ = ["BUNGLERS", "FAKES", "TALKERS", "Bungler", "main"]

FAKES = (*TALKERS, *BUNGLERS)
"""The name of every fake."""
