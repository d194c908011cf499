"""Shapes: what a schema says about one value, as a Python check and as DuckDB SQL."""

from opentokenomics.shapes._duckdb import Slot, plain_of, slots_of, spelt, typed
from opentokenomics.shapes._python import Fault, faults_of, is_custom, parse

__all__ = ["Fault", "Slot", "faults_of", "is_custom", "parse", "plain_of", "slots_of", "spelt", "typed"]
