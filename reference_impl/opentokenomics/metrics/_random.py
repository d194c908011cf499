"""The random numbers of the standard: SplitMix64 as a function of a seed and a position.

Source: the chapter *Metrics*, section *Random numbers*. SplitMix64 is the generator of Steele, Lea and Flood (2014).
"""

from __future__ import annotations

from opentokenomics.metrics._errors import MetricError
from opentokenomics.metrics._exact import count

WORD = 1 << 64
MASK = WORD - 1
STEP = 0x9E3779B97F4A7C15
FIRST = 0xBF58476D1CE4E5B9
SECOND = 0x94D049BB133111EB


def random_word(seed: int, position: int) -> int:
    """The word at a position of the sequence that a seed begins.

    Args:
        seed: An integer from 0 below 2**64.
        position: An integer from 0.

    Returns:
        An integer from 0 below 2**64.
    """
    word = (seed + (position + 1) * STEP) & MASK
    word = ((word ^ (word >> 30)) * FIRST) & MASK
    word = ((word ^ (word >> 27)) * SECOND) & MASK
    return word ^ (word >> 31)


def random_index(seed: int, position: int, size: int) -> int:
    """An index from 0 below ``size``: the upper 64 bits of the product of the word and the size."""
    return (random_word(seed, position) * size) >> 64


def checked_seed(seed: int) -> int:
    """The seed; raises MetricError where it is no integer from 0 below 2**64."""
    if count(seed, "The seed") > MASK:
        raise MetricError("seed_too_large", f"The seed {seed} has more than 64 bits.", "Pass one below 2**64.")
    return seed
