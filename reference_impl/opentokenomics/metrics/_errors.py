"""The error of metrics."""

from __future__ import annotations

from opentokenomics.errors import Error


class MetricError(Error):
    """A metric cannot be computed from what was given (see :class:`opentokenomics.Error`)."""
