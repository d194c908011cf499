"""Engines: a plan in, a Report out. They know nothing of the command line."""

from opentokenomics.engines._run import Progress
from opentokenomics.engines._validate import validate

__all__ = ["Progress", "validate"]
