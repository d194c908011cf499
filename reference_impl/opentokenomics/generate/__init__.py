"""Made-up exports: seeded, of any size, and in keeping with every requirement of their profile, or with all but one."""

from opentokenomics.generate._broken import BrokenExport, Place
from opentokenomics.generate._stream import generate

__all__ = ["BrokenExport", "Place", "generate"]
