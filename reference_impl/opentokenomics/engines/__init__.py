"""Engines: a plan in, a Report out. They know nothing of the command line."""

from opentokenomics.engines._files import files_of
from opentokenomics.engines._parts import Recomputed
from opentokenomics.engines._run import Progress
from opentokenomics.engines._validate import Notice, consult, validate
from opentokenomics.engines.duckdb import Records, Table

__all__ = ["Notice", "Progress", "Recomputed", "Records", "Table", "consult", "files_of", "validate"]
