"""The tool under test: a process that is spoken to, watched, and started again when it has failed."""

from __future__ import annotations

from opentokenomics_conformance.tool._process import Failure, Greeting, Limits, Tool, ToolError

__all__ = ["Failure", "Greeting", "Limits", "Tool", "ToolError"]
