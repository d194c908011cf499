"""Types of what fixtures give."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

Run = Callable[..., Any]
"""Converts records of a source; gives the rows and what was said of them."""
Invoke = Callable[..., tuple[int, str, str]]
"""Runs a command line; gives its exit code, its output and its messages."""
