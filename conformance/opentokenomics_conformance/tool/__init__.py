"""The tool under test: a process that is spoken to, watched, and started again when it has failed."""

from __future__ import annotations

from opentokenomics_conformance.tool._answer import Failure, Greeting
from opentokenomics_conformance.tool._child import Child, ToolError
from opentokenomics_conformance.tool._conversation import Conversation, LocalTool, Partner
from opentokenomics_conformance.tool._process import Limits, Tool

__all__ = ["Child", "Conversation", "Failure", "Greeting", "Limits", "LocalTool", "Partner", "Tool", "ToolError"]
