"""Publishing is done with the tools of a checkout; where there is none, these tests are skipped."""

from __future__ import annotations

import sys

from checkout import CHECKOUT

sys.path.insert(0, str(CHECKOUT / "tools"))
