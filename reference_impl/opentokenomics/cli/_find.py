"""Versions and requirements by what people type."""

from __future__ import annotations

from difflib import get_close_matches
from typing import TYPE_CHECKING

import click

from opentokenomics.cli._app import NAME
from opentokenomics.errors import UnsupportedError

if TYPE_CHECKING:
    from opentokenomics.standard import Requirement, Standard


version_option = click.option("--spec-version", metavar="VERSION", help="The version of the standard; else the newest.")


def find_version(version: str | None) -> Standard:
    """A version of the standard; the newest, where none is named.

    Raises:
        UnsupportedError: There is no such version; the message names those that there are.
    """
    from opentokenomics.standard import load, versions

    if version is not None and version not in versions():
        raise UnsupportedError(
            "version_unknown",
            f"There is no version {version} of the standard here.",
            f"Available: {', '.join(versions())}.",
        )
    return load(version)


def find_requirement(standard: Standard, name: str) -> Requirement:
    """The requirement of that identifier, in whatever case.

    Raises:
        UnsupportedError: There is none; the message names those that look like it.
    """
    wanted = name.strip().upper()
    known = [each.id for each in standard.requirements]
    if wanted in known:
        return standard.requirement(wanted)
    # A number that only lacks zeros is what was meant, however many others look as much like it.
    same = [each for each in known if _without_zeros(each) == _without_zeros(wanted)]
    close = [*same, *(each for each in get_close_matches(wanted, known, n=3) if each not in same)][:3]
    fix = f"Did you mean {' or '.join(close)}?" if close else f"'{NAME} explain' lists them all."
    raise UnsupportedError("requirement_unknown", f"There is no requirement {name}.", fix)


def _without_zeros(identifier: str) -> tuple[str, str]:
    area, _, number = identifier.rpartition("-")
    return area, number.lstrip("0")


def complete_requirement(_: click.Context, __: click.Parameter, incomplete: str) -> list[str]:
    """The identifiers that begin like what was typed."""
    from opentokenomics.standard import load

    return [each.id for each in load().requirements if each.id.startswith(incomplete.upper())]
