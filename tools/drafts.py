"""The version that is worked on in this checkout: the draft, or the newest version where no draft is open."""

from __future__ import annotations

from pathlib import Path

from opentokenomics.standard import Library, Standard, VersionName

ROOT = Path(__file__).parents[1]
SCHEMAS = ROOT / "schemas"
"""A folder for each version, named after its number; one without digests is a draft."""

LIBRARY = Library.of(SCHEMAS)
WORKING = LIBRARY.versions[-1]
IS_DRAFT = not VersionName.parse(WORKING).published


def folder_of(version: str) -> Path:
    """The folder of a version."""
    return SCHEMAS / VersionName.parse(version).number


FOLDER = folder_of(WORKING)


def edition() -> Standard:
    """The version that is worked on."""
    return LIBRARY.load(WORKING)
