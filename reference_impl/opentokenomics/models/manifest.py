"""Manifest: what the files of a bundle hold, as their sender states it.

Generated from ``schemas/1.0/manifest.schema.json`` by ``python tools/generate_models.py``; never edited by hand.
"""

from typing import Annotated, ClassVar

from opentokenomics.models._base import Entry, Record
from opentokenomics.models._constraints import Entries, Whole
from opentokenomics.models._types import (
    Boolean,
    CustomColumns,
    Dataset,
    Digest,
    FilePath,
    Format,
    GroupedBy,
    Identifier,
    Profile,
    SpecVersion,
    Text,
    Timestamp,
)


class ManifestFile(Entry):
    """One file of a bundle: where it is, what it holds, and whether that is all."""

    __pydantic_extra__: CustomColumns

    # File

    path: FilePath
    """Where the file is, relative to the manifest, with forward slashes. Required."""

    dataset: Dataset
    """The dataset that its records belong to. Required."""

    format: Format
    """The format of the file, whether or not it is compressed. Required."""

    # Content

    rows: Annotated[int, Whole(0, 1_000_000_000_000)]
    """How many records it holds. Required."""

    bytes: Annotated[int, Whole(0, 1_000_000_000_000_000)]
    """Its size in bytes, as it is in the bundle: compressed, if it is compressed. Required."""

    sha256: Digest
    """The SHA-256 digest of these bytes. Required."""

    grouped_by: GroupedBy | None = None
    """The columns by which the source grouped what the records add up; absent where it grouped nothing."""

    # Completeness

    complete: Boolean
    """Whether the file holds everything that there was to export. False where something was left out, such as all but
    the largest groups. Required.
    """

    truncation_reason: Text | None = None
    """Why something was left out, and what."""

    remainder_record_id: Identifier | None = None
    """The identifier of the record of this file that adds up what was left out."""


class ManifestRecord(Record):
    """What the files of a bundle hold, as their sender states it."""

    __pydantic_extra__: CustomColumns

    dataset: ClassVar[str] = "manifest"

    # Claim

    spec_version: SpecVersion
    """Version of this standard that the bundle follows. Required."""

    profile: Profile
    """The profile that the bundle claims to meet. Required."""

    service_provider_name: Text
    """The party that hands over the bundle, named as in its records. Required."""

    generated_at: Timestamp
    """When the bundle was made. Required."""

    period_start: Timestamp
    """Start of the period that the bundle covers, inclusive. Required."""

    period_end: Timestamp
    """End of the period that the bundle covers, exclusive. Required."""

    # Files

    files: Annotated[tuple[ManifestFile, ...], Entries()]
    """The files of the bundle, all of them but the manifest. Required."""
