"""Which few of many texts differ most: MinHash sketches of word runs, and the farthest ones first.

A sketch is a one-permutation MinHash (Li, Owen and Zhang 2012): a hash of each run falls into one of 64 bins, each bin
holds its least. It takes 256 bytes whatever the length of the text, and the share of bins on which two sketches agree
estimates the Jaccard similarity of the runs to within 0.06 (one standard error, at most). Words are what stands between
spaces. Written out over bytes in numpy, for it is to read gigabytes.
"""

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from stages._near_sets import Hashes, Rows, mixed

BINS = 64
NUM_WORDS = 4
EMPTY = np.uint32(0xFFFFFFFF)
Sketches = NDArray[np.uint32]

# What the passes below go over stays in the cache: more at once take three times as long.
BYTES_AT_ONCE = 1 << 20

_BASE = 0x9E3779B97F4A7C15
_SPACE = 32


def sketch(texts: Sequence[str]) -> Sketches:
    """Shape (texts, `BINS`). A text shorter than a run is one run; of one without words all bins are empty."""
    encoded = [text.lower().encode() + b" " for text in texts]
    part = np.cumsum([len(text) for text in encoded]) // BYTES_AT_ONCE
    bounds = [0, *(np.flatnonzero(np.diff(part)) + 1).tolist(), len(texts)]
    return np.concatenate([_sketch(encoded[start:end]) for start, end in pairwise(bounds)])


def farthest_first(sketches: Sketches, count: int) -> list[int]:
    """Places of `count` rows: the first, then always the one farthest from all taken; of equals the first.

    The greedy rule of Gonzalez 1985, whose least distance is at least half the best; more rows contain fewer.
    """
    taken = [0]
    nearest = _distances(sketches, 0)
    nearest[0] = -1.0
    while len(taken) < min(count, len(sketches)):
        best = int(np.argmax(nearest))
        taken.append(best)
        nearest = np.minimum(nearest, _distances(sketches, best))
        nearest[best] = -1.0
    return taken


def _sketch(texts: Sequence[bytes]) -> Sketches:
    ends = np.cumsum([len(text) for text in texts])
    runs, text_of = _runs(*_words(np.frombuffer(b"".join(texts), np.uint8), ends))
    found = np.full(len(texts) * BINS, EMPTY)
    least = np.minimum((runs >> np.uint64(32)).astype(np.uint32), EMPTY - np.uint32(1))
    np.minimum.at(found, text_of * BINS + (runs % np.uint64(BINS)).astype(np.int64), least)
    return found.reshape(-1, BINS)


def _distances(sketches: Sketches, place: int) -> NDArray[np.float64]:
    """1 - estimated Jaccard similarity of each row to one of them; two without words are the same."""
    one = sketches[place]
    is_filled = (sketches != EMPTY) | (one != EMPTY)
    same = ((sketches == one) & is_filled).sum(axis=1)
    filled = is_filled.sum(axis=1)
    return np.where(filled, 1 - same / np.maximum(filled, 1), 0.0)


def _words(letters: NDArray[np.uint8], ends: Rows) -> tuple[Hashes, Rows]:
    """A hash of each word, and the text it stands in; texts end with a space.

    The hash is a polynomial of the letters at _BASE modulo 2^64: its powers are those of places in all texts together,
    which dividing by the power of the first letter's place undoes.
    """
    is_space = letters <= _SPACE
    begins = ~is_space
    begins[1:] &= is_space[:-1]
    starts = np.flatnonzero(begins)
    if not starts.size:
        return np.empty(0, np.uint64), np.empty(0, np.int64)
    weighed = _powers(_BASE, letters.size)
    backs = _powers(pow(_BASE, -1, 1 << 64), letters.size)[starts]
    weighed *= np.where(is_space, np.uint8(0), letters)
    return mixed(np.add.reduceat(weighed, starts) * backs), np.searchsorted(ends, starts, side="right")


def _powers(base: int, count: int) -> Hashes:
    return np.cumprod(np.full(count, base, np.uint64), dtype=np.uint64)


def _runs(words: Hashes, text_of: Rows) -> tuple[Hashes, Rows]:
    runs = np.zeros_like(words)
    for ahead in range(NUM_WORDS):
        inside, begun = np.zeros(words.size, bool), max(0, words.size - ahead)
        inside[:begun] = text_of[:begun] == text_of[ahead:]
        runs = mixed(runs + np.where(inside, np.roll(words, -ahead), np.uint64(0)) + np.uint64(ahead + 1))
    is_first = np.ones(words.size, bool)
    is_first[1:] = text_of[1:] != text_of[:-1]
    whole = inside | is_first
    return runs[whole], text_of[whole]
