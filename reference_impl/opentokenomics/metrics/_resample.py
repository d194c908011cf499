"""Sums over resampled clusters, once in plain Python and once in NumPy; the two give the same integers.

Cluster number ``random_index(seed, r * n + d, n)`` is what draw ``d`` of resample ``r`` takes from ``n`` clusters.
"""

from __future__ import annotations

from collections.abc import Sequence
from importlib.util import find_spec
from typing import TYPE_CHECKING

from opentokenomics.metrics._random import FIRST, MASK, SECOND, STEP

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

Sums = tuple[int, ...]
"""The sum of each column in one resample."""

_LIMB = 31
_HALF = 0xFFFFFFFF
_WORTH_NUMPY = 100_000
"""From how many draws on NumPy is faster than its import takes."""


def resample(columns: Sequence[Sequence[int]], resamples: int, seed: int) -> list[Sums]:
    """The sums of each column over the clusters that each resample draws, with replacement.

    Args:
        columns: Integers, one for each cluster, in the same order in every column.
        resamples: How often to draw as many clusters as there are.
        seed: Where the random numbers begin.

    Returns:
        One tuple for each resample.
    """
    draws = len(columns[0]) * resamples
    if draws >= _WORTH_NUMPY and find_spec("numpy") is not None:
        return resample_in_numpy(columns, resamples, seed)
    return resample_in_python(columns, resamples, seed)


def resample_in_python(columns: Sequence[Sequence[int]], resamples: int, seed: int) -> list[Sums]:
    """What :func:`resample` returns, without NumPy."""
    size = len(columns[0])
    results = []
    state = seed
    for _ in range(resamples):
        drawn = []
        for _ in range(size):
            # The generator is written out once more here, because a call for each draw doubles the time.
            state = (state + STEP) & MASK
            word = ((state ^ (state >> 30)) * FIRST) & MASK
            word = ((word ^ (word >> 27)) * SECOND) & MASK
            drawn.append(((word ^ (word >> 31)) * size) >> 64)
        results.append(tuple(sum(map(column.__getitem__, drawn)) for column in columns))
    return results


def resample_in_numpy(columns: Sequence[Sequence[int]], resamples: int, seed: int) -> list[Sums]:
    """What :func:`resample` returns, with NumPy."""
    import numpy as np

    size = len(columns[0])
    limbs = [_limbs(column) for column in columns]
    steps = np.arange(1, size + 1, dtype=np.uint64) * np.uint64(STEP)
    results = []
    for number in range(resamples):
        start = (seed + number * size * STEP) & MASK
        drawn = _indices(steps + np.uint64(start), size)
        results.append(tuple(_sum(each, drawn) for each in limbs))
    return results


def _indices(states: NDArray[np.uint64], size: int) -> NDArray[np.int64]:
    """The index that each state of the generator gives; ``size`` is below 2**32."""
    import numpy as np

    word = states
    word = (word ^ (word >> np.uint64(30))) * np.uint64(FIRST)
    word = (word ^ (word >> np.uint64(27))) * np.uint64(SECOND)
    word ^= word >> np.uint64(31)
    # The upper half of a product of 128 bits, of a word and a size of 32 bits.
    low = (word & np.uint64(_HALF)) * np.uint64(size)
    high = (word >> np.uint64(32)) * np.uint64(size)
    upper: NDArray[np.int64] = ((high + (low >> np.uint64(32))) >> np.uint64(32)).astype(np.int64)
    return upper


def _limbs(column: Sequence[int]) -> list[NDArray[np.int64]]:
    """The integers in pieces of 31 bits, lowest first; the highest piece carries the sign."""
    import numpy as np

    widest = max((value.bit_length() for value in column), default=0)
    pieces = []
    rest = list(column)
    for _ in range(widest // _LIMB):
        pieces.append(np.array([value & ((1 << _LIMB) - 1) for value in rest], dtype=np.int64))
        rest = [value >> _LIMB for value in rest]
    return [*pieces, np.array(rest, dtype=np.int64)]


def _sum(limbs: Sequence[NDArray[np.int64]], drawn: NDArray[np.int64]) -> int:
    return sum(int(limb[drawn].sum()) << (_LIMB * place) for place, limb in enumerate(limbs))
