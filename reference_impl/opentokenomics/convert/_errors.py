"""The errors of converters: one for the caller, one that makes a record a reject."""

from __future__ import annotations

from opentokenomics.errors import Error


class ConvertError(Error):
    """A conversion could not do its work at all (see :class:`opentokenomics.Error`)."""


class Refused(Exception):  # noqa: N818 - it ends one record, not the work
    """One record cannot be converted; its text is the reason that the reject carries."""
