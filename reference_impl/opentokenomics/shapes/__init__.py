"""Shapes: what a schema says about one value, as a Python check and as DuckDB SQL."""

from opentokenomics.shapes._duckdb import SHORT, Slot, is_sound_if_bare, plain_of, slots_of, spelt, typed
from opentokenomics.shapes._python import Fault, faults_of, is_custom, is_stated, parse
from opentokenomics.shapes._record import Misshapen, Sound, asked, asked_inside, inside, misshapen

__all__ = [
    "SHORT",
    "Fault",
    "Misshapen",
    "Slot",
    "Sound",
    "asked",
    "asked_inside",
    "faults_of",
    "inside",
    "is_custom",
    "is_sound_if_bare",
    "is_stated",
    "misshapen",
    "parse",
    "plain_of",
    "slots_of",
    "spelt",
    "typed",
]
