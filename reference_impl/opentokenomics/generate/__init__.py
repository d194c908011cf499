"""Made-up exports: seeded, of any size, and in keeping with every requirement of their profile."""

from opentokenomics.generate._stream import generate

__all__ = ["generate"]
