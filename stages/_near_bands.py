"""MinHash (Broder 1997) in bands: which rows may be near copies, and how many of them that finds.

Written out in numpy, for of the libraries tried none hands many signatures over as arrays: see
`bench/quality/dedup_speed.py`, which times them against each other.
"""

import numpy as np
from numpy.typing import NDArray

from stages._near_sets import Hashes, Sets, mixed

_SEED = 0x9E3779B97F4A7C15


def recall_curve(bands: int, rows: int) -> dict[float, float]:
    """Jaccard similarity -> expected share of pairs that meet in a band, 1 - (1 - J^rows)^bands."""
    return {step / 20: 1 - (1 - (step / 20) ** rows) ** bands for step in range(21)}


def band_keys(sets: Sets, bands: int, rows: int) -> Hashes:
    """Shape (bands, sets): the least hashes of `rows` permutations together; of an empty set they mean nothing."""
    filled = np.flatnonzero(sets.sizes)
    keys = np.zeros((bands, sets.starts.size - 1), np.uint64)
    if not filled.size:
        return keys
    starts, members = sets.starts[filled], (sets.members >> np.uint64(16)).astype(np.uint32)
    multipliers, additions = _parameters(bands * rows)
    for number, (multiplier, addition) in enumerate(zip(multipliers, additions, strict=True)):
        least = np.minimum.reduceat(_permuted(members, multiplier, addition), starts)
        band = number // rows
        keys[band, filled] = mixed(keys[band, filled] + least.astype(np.uint64) + np.uint64(1))
    return keys


def _parameters(count: int) -> tuple[NDArray[np.uint32], NDArray[np.uint32]]:
    numbers = mixed(np.arange(1, 2 * count + 1, dtype=np.uint64) * np.uint64(_SEED)) >> np.uint64(32)
    drawn = numbers.astype(np.uint32)
    return drawn[:count] | np.uint32(1), drawn[count:]


def _permuted(hashes: NDArray[np.uint32], multiplier: np.uint32, addition: np.uint32) -> NDArray[np.uint32]:
    """A permutation of the 32-bit numbers; 32 bits because numpy multiplies them several at once."""
    hashes = (hashes ^ addition) * multiplier
    hashes ^= hashes >> np.uint32(15)
    hashes *= np.uint32(0x2C1B3C6D)
    return hashes
