"""Engines: a plan in, a Report out. They know nothing of the command line."""

from opentokenomics.engines._run import Progress
from opentokenomics.engines._validate import consult, validate
from opentokenomics.engines.duckdb import Records

__all__ = ["Progress", "Records", "consult", "validate"]
