"""Made-up exports: seeded, of any size, and in keeping with every requirement of their profile, or with all but one."""

from opentokenomics.generate._broken import BrokenExport, Place
from opentokenomics.generate._bundle import BundleExport
from opentokenomics.generate._stream import SOURCES, generate

DATASETS = tuple(SOURCES)
"""The datasets that are made up."""

__all__ = ["DATASETS", "BrokenExport", "BundleExport", "Place", "generate"]
