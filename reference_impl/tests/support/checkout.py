"""Where the repository is: around these tests, or where the variable says when they run on a copy."""

from __future__ import annotations

import os
from pathlib import Path

CHECKOUT = Path(os.environ.get("OPENTOKENOMICS_CHECKOUT") or Path(__file__).parents[3]).resolve()
