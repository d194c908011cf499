"""``opentokenomics conformance``: tests a tool."""

from __future__ import annotations

import click

from opentokenomics.cli.plugin import SETTINGS
from opentokenomics_conformance.cli._laws import laws_command
from opentokenomics_conformance.cli._reports import compare_command, merge_command
from opentokenomics_conformance.cli._run import run_command
from opentokenomics_conformance.cli._smoke import smoke_command

__all__ = ["command"]


@click.group("conformance", context_settings=SETTINGS)
def command() -> None:
    """Test a tool, written in any language, against the vectors of the standard.

    The tool is a command that reads JSON Lines from standard input and answers each line with one. Everything behind
    `--` is that command.
    """


for each in (run_command, smoke_command, laws_command, compare_command, merge_command):
    command.add_command(each)
