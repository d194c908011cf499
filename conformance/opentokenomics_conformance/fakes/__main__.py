"""Runs one fake."""

from __future__ import annotations

import sys

from opentokenomics_conformance.fakes import main

main(sys.argv[1])
