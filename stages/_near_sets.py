"""Questions as sets of hashed word runs, kept in files of the scratch folder and compared exactly.

A run ("shingle") is a hash of 48 bits: two questions of forty runs share one by accident once in 10^11 comparisons, and
a number of 16 bits fits beside it, so that one sort of plain integers compares tens of thousands of pairs.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from stages._near_symbols import Kind, Lexicon, digest64, template, tokens_of

HASH_BITS = np.uint64(48)
_LOW = np.uint64((1 << 48) - 1)
PAIRS_AT_ONCE = 1 << 14  # as many as the 16 bits beside a hash can number, and a sort that stays in the cache
SETS_AT_ONCE = 1 << 14  # whose members are in memory together

Hashes = NDArray[np.uint64]
Rows = NDArray[np.int64]
N = TypeVar("N", bound=np.generic)


@dataclass(frozen=True)
class Sets:
    """`members[starts[i] : starts[i + 1]]` is the set of question i, ascending; both may be mapped files."""

    starts: Rows
    members: Hashes

    @property
    def sizes(self) -> Rows:
        return np.diff(self.starts)

    def sizes_of(self, rows: Rows) -> Rows:
        return self.starts[rows + 1] - self.starts[rows]

    def digests(self) -> Hashes:
        """A digest of each whole set; of empty ones they mean nothing."""
        filled = np.flatnonzero(self.sizes)
        digests = np.zeros(self.starts.size - 1, np.uint64)
        if filled.size:
            digests[filled] = np.add.reduceat(mixed(self.members), self.starts[filled])
        return mixed(digests)

    @cached_property
    def parities(self) -> Hashes:
        """Shape (2, sets): 128 bits of each set, each of them on where an odd number of members fall on it."""
        filled = np.flatnonzero(self.sizes)
        parities = np.zeros((2, self.starts.size - 1), np.uint64)
        for at in range(0, filled.size, SETS_AT_ONCE):
            rows = filled[at : at + SETS_AT_ONCE]
            begin, end = self.starts[rows[0]], self.starts[rows[-1] + 1]
            members = np.asarray(self.members[begin:end])
            bits, words = np.uint64(1) << (members & np.uint64(63)), members >> np.uint64(6) & np.uint64(1)
            for word in range(2):
                there = np.where(words == word, bits, np.uint64(0))
                parities[word, rows] = np.bitwise_xor.reduceat(there, self.starts[rows] - begin)
        return parities

    def take(self, rows: Rows) -> tuple[Hashes, Rows]:
        """The members of `rows` one set after another, and where in `rows` each comes from."""
        sizes = self.sizes_of(rows)
        owner = np.repeat(np.arange(rows.size), sizes)
        before = np.cumsum(sizes) - sizes
        places = np.arange(owner.size) + np.repeat(self.starts[rows] - before, sizes)
        return np.asarray(self.members[places]), owner

    def jaccard(self, left: Rows, right: Rows) -> NDArray[np.float64]:
        """|A and B| / |A or B| of each pair of rows; 0 for two empty sets, which have nothing in common."""
        common = self.common(left, right)
        return np.asarray(common / np.maximum(self.sizes_of(left) + self.sizes_of(right) - common, 1))

    def near(self, left: Rows, right: Rows, threshold: float) -> NDArray[np.float64]:
        """`jaccard` of each pair where it is `threshold` or more, else 0.

        Two sets differ in at least as many members as their parities in bits: the bitmap filter of Sandes, Teodoro and
        Melo (2020), by which most pairs that are not near are told without reading their members.
        """
        differing = np.bitwise_count(self.parities[:, left] ^ self.parities[:, right]).sum(axis=0)
        allowed = (1 - threshold) / (1 + threshold) * (self.sizes_of(left) + self.sizes_of(right))
        likely = np.flatnonzero(differing <= allowed + 1e-9)
        similarity = np.zeros(left.size)
        similarity[likely] = self.jaccard(left[likely], right[likely])
        return np.where(similarity >= threshold, similarity, 0.0)

    def common(self, left: Rows, right: Rows) -> Rows:
        """How many members the two sets of each pair share."""
        parts = range(0, left.size, PAIRS_AT_ONCE)
        found = [self._common(left[at : at + PAIRS_AT_ONCE], right[at : at + PAIRS_AT_ONCE]) for at in parts]
        return np.concatenate([np.empty(0, np.int64), *found])

    def _common(self, left: Rows, right: Rows) -> Rows:
        (one, one_of), (other, other_of) = self.take(left), self.take(right)
        keyed = np.concatenate([one | _numbered(one_of), other | _numbered(other_of)])
        keyed.sort()
        twice = keyed[1:][keyed[1:] == keyed[:-1]] >> HASH_BITS
        return np.bincount(twice.astype(np.int64), minlength=left.size)


def _numbered(owner: Rows) -> Hashes:
    return owner.astype(np.uint64) << HASH_BITS


@dataclass(frozen=True, slots=True)
class Read:
    """Questions as they are compared: sets of runs, their content words, and a digest of the signs of each.

    A word that comes twice is two members of `contents`. `templates` are digests of all but the numbers, 0 where there
    is too little else.
    """

    runs: Sets
    contents: Sets
    signs: Hashes
    templates: Hashes


class Shingler:
    """Turns questions into sets; each word is digested once, so that machine and version decide nothing."""

    def __init__(self, num_words: int) -> None:
        self.num_words = num_words
        self.lexicon = Lexicon()

    def read(self, questions: Sequence[str]) -> Read:
        """At most 65,536 questions. One shorter than a run is one run; one without any word has an empty set."""
        lexicon = self.lexicon
        found = [tokens_of(question, lexicon) for question in questions]
        entries = [lexicon[word] for tokens in found for word in tokens.words]
        flat = np.fromiter([digest for digest, _ in entries], np.uint64, len(entries))
        kinds = np.fromiter([kind for _, kind in entries], np.uint8, len(entries))
        lengths = np.array([len(tokens.words) for tokens in found], np.int64)
        return Read(
            _sets(*_runs(flat, lengths, self.num_words), lengths.size),
            _contents(flat, lengths, kinds == Kind.CONTENT),
            np.array([digest64(tokens.signs) for tokens in found], np.uint64),
            np.array([digest64(text) if (text := template(tokens.words)) else 0 for tokens in found], np.uint64),
        )


def mixed(hashes: Hashes) -> Hashes:
    """The finaliser of SplitMix64 (Steele, Lea and Flood 2014): every bit of the result depends on every given bit."""
    hashes = (hashes ^ (hashes >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    hashes = (hashes ^ (hashes >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return hashes ^ (hashes >> np.uint64(31))


def distinct(numbers: NDArray[N]) -> NDArray[N]:
    """As `np.unique`, but by sorting, which for integers is many times as fast as numpy's hash table."""
    numbers = np.sort(numbers)
    fresh = np.ones(numbers.size, bool)
    np.not_equal(numbers[1:], numbers[:-1], out=fresh[1:])
    return numbers[fresh]


def _runs(flat: Hashes, lengths: Rows, num_words: int) -> tuple[Hashes, Rows]:
    """The hash of every run of `num_words` words, and the question it stands in."""
    question = np.repeat(np.arange(lengths.size), lengths)
    last = np.repeat(np.cumsum(lengths), lengths)
    place = np.arange(flat.size)
    runs = np.zeros_like(flat)
    for ahead in range(num_words):
        inside = place + ahead < last
        following = np.where(inside, flat[np.minimum(place + ahead, flat.size - 1)], np.uint64(0))
        runs = mixed(runs + following + np.uint64(ahead + 1))
    first = place == last - np.repeat(lengths, lengths)
    whole = first | (place + num_words <= last)
    return runs[whole] & _LOW, question[whole]


def _sets(runs: Hashes, question: Rows, count: int) -> Sets:
    keyed = distinct(runs | _numbered(question))
    sizes = np.bincount((keyed >> HASH_BITS).astype(np.int64), minlength=count)
    return Sets(np.concatenate([[0], np.cumsum(sizes)]).astype(np.int64), keyed & _LOW)


def _contents(flat: Hashes, lengths: Rows, is_content: NDArray[np.bool_]) -> Sets:
    """Each word with how often it came before, so that a set tells one "boys" from two."""
    question = np.repeat(np.arange(lengths.size), lengths)[is_content]
    keyed = np.sort(flat[is_content] & _LOW | _numbered(question))
    place = np.arange(keyed.size)
    fresh = np.ones(keyed.size, bool)
    np.not_equal(keyed[1:], keyed[:-1], out=fresh[1:])
    before = place - np.maximum.accumulate(np.where(fresh, place, 0))
    told = mixed(keyed & _LOW | before.astype(np.uint64) << HASH_BITS) & _LOW
    return _sets(told, (keyed >> HASH_BITS).astype(np.int64), lengths.size)
