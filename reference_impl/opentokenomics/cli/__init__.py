"""The command line: ``main`` is what the ``opentokenomics`` script starts.

Each command has a module of its own, which is imported only when the command is used.
"""

from __future__ import annotations

import sys


def main() -> None:
    """Runs the command that the process was started with, and ends the process with its exit code."""
    try:
        from opentokenomics.cli._run import run

        code = run(sys.argv[1:], is_last=True)
    except KeyboardInterrupt:  # before or after the time in which run() handles it
        code = 130
    sys.exit(code)


__all__ = ["main"]
