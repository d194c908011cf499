"""Readers: from the bytes that a user names to records an engine can scan, with every fault of encoding found."""

from opentokenomics.readers._archive import refuse_archive
from opentokenomics.readers._bundle import MANIFEST, Bundle, Entry, folded
from opentokenomics.readers._bytes import (
    Format,
    Given,
    Local,
    Once,
    has_data_name,
    localise,
    open_binary,
    readable_name,
    refuse_repeated,
    reported,
)
from opentokenomics.readers._csv import CsvReader, decoded, is_map_text
from opentokenomics.readers._folder import MOST_ENTRIES, refuse_vast
from opentokenomics.readers._inputs import Inputs, inputs_of
from opentokenomics.readers._jsonl import JsonLinesReader
from opentokenomics.readers._reader import Fetched, Marks, Reader, Tallied, Tally, from_texts

__all__ = [
    "MANIFEST",
    "MOST_ENTRIES",
    "Bundle",
    "CsvReader",
    "Entry",
    "Fetched",
    "Format",
    "Given",
    "Inputs",
    "JsonLinesReader",
    "Local",
    "Marks",
    "Once",
    "Reader",
    "Tallied",
    "Tally",
    "decoded",
    "folded",
    "from_texts",
    "has_data_name",
    "inputs_of",
    "is_map_text",
    "localise",
    "open_binary",
    "readable_name",
    "reader_for",
    "refuse_archive",
    "refuse_repeated",
    "refuse_vast",
    "reported",
]


def reader_for(local: Local) -> type[CsvReader] | type[JsonLinesReader]:
    """The reader class for the format of an input that is text; Parquet is the business of engines."""
    return CsvReader if local.format is Format.CSV else JsonLinesReader
