"""What a command of another package needs to behave like those of this one.

Such a package names its command in the entry point group ``opentokenomics.commands``.
"""

from __future__ import annotations

from opentokenomics.cli._app import NAME, SETTINGS, examples
from opentokenomics.cli._messages import say
from opentokenomics.cli._offer import Offer
from opentokenomics.cli._output import open_output, show, write

__all__ = ["NAME", "SETTINGS", "Offer", "examples", "open_output", "say", "show", "write"]
