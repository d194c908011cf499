"""What can go wrong where records are priced."""

from __future__ import annotations

from opentokenomics.errors import Error


class PricingError(Error):
    """A rate card does not give one price, or cannot be used."""
