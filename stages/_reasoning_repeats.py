"""How much of a text stood in it before: loops, and passages that were copied."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

NGRAM = 4
_FACTOR = np.uint64(0x9E3779B97F4A7C15)
_SHIFT = np.uint64(29)

Hashes = NDArray[np.uint64]
Places = NDArray[np.int64]


def repeats(words: Sequence[str]) -> tuple[float, int]:
    """The share of word 4-grams that stood before, and the words of the longest passage that did.

    The share is 1 - unique / all, the measure of the paper's sparse repetition penalty; 0 of a text with fewer than
    four words. The later passage may begin inside the earlier one, as in a loop. Passages of fewer than four words do
    not count: 0 where there is none.
    """
    num_grams = len(words) - NGRAM + 1
    if num_grams < 2:
        return 0.0, 0
    # Equal words, equal numbers: Python's own hash, whose seed differs between processes, decides nothing else.
    single = np.fromiter(map(hash, words), np.int64, len(words)).view(np.uint64)
    double = _joined(single[:-1], single[1:])
    grams = _joined(double[:-2], double[2:])
    places, num_unique = _repeated(grams)
    return round(1 - num_unique / num_grams, 4), _longest(grams, places) if places.size else 0


def _joined(left: Hashes, right: Hashes) -> Hashes:
    """Hashes of two runs of words, to those of one after the other."""
    mixed = (left ^ (left >> _SHIFT)) * _FACTOR + right
    return (mixed ^ (mixed >> _SHIFT)) * _FACTOR


def _repeated(hashes: Hashes) -> tuple[Places, int]:
    """Where the hashes stand that occur more than once, ascending, and how many different ones there are."""
    order = hashes.argsort()
    ordered = hashes[order]
    is_same = ordered[1:] == ordered[:-1]
    twice = np.zeros(hashes.size, np.bool_)
    twice[1:] = is_same
    twice[:-1] |= is_same
    places = order[twice]
    places.sort()
    return places, int(hashes.size - np.count_nonzero(is_same))


def _longest(grams: Hashes, places: Places) -> int:
    """Doubles the length while anything repeats, then halves the step: a passage of L + s is two of L that overlap."""
    length, hashes = NGRAM, grams
    while (found := _extended(hashes, places, length)) is not None:
        hashes, places = found
        length *= 2
    return length + _beyond(hashes, places, length)


def _beyond(hashes: Hashes, places: Places, length: int) -> int:
    """The greatest step below `length` by which a repeated passage of `length` goes on."""
    low, high = 0, length
    while high - low > 1:
        step = (low + high) // 2
        if _extended(hashes, places, step) is None:
            high = step
        else:
            low = step
    return low


def _extended(hashes: Hashes, places: Places, step: int) -> tuple[Hashes, Places] | None:
    """Passages at `places` joined with those `step` words on: hashes of all places, and which repeat; None if none do.

    A longer passage repeats only where both its parts do, so no hash is read beside `places`.
    """
    repeats_here = np.zeros(hashes.size, np.bool_)
    repeats_here[places] = True
    within = places[places + step < hashes.size]
    within = within[repeats_here[within + step]]
    joined = _joined(hashes[within], hashes[within + step])
    again, _ = _repeated(joined)
    if not again.size:
        return None
    longer = np.zeros(hashes.size - step, np.uint64)
    longer[within] = joined
    return longer, within[again]
