"""Which rows belong together: rows that meet in a band are compared, those near enough are joined.

What is joined already is not compared again, so a bucket of copies costs as many comparisons as it has rows, and one in
which all are joined, as problems are that differ in their numbers alone, costs none and is not cut. A large bucket of
rows that are *not* near (one sentence of boilerplate, ten thousand problems) is cut by the prefix rule of
set joins (Chaudhuri, Ganti and Kaushik 2006; Xiao and others 2008), which loses no pair: of two sets of Jaccard
similarity t or more, |A| <= |B|, the |A| - ceil(2t/(1+t) |A|) + 1 members of A and the |B| - ceil(t |B|) + 1 members of
B that are rarest in the bucket have one in common. What all rows of a bucket share is thus looked at only where it is
much of a row. The rule holds for any set of rows, so what is still large after a few comparisons is cut again by what
is rare in it: of a template with six slots of thirty words, a thirtieth of the rows share a word and a nine-hundredth
two.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from stages._forest import Forest
from stages._near_sets import HASH_BITS, Hashes, Rows, Sets, distinct, mixed

Flags = NDArray[np.bool_]

LARGE = 16  # rows of a bucket from which on the prefix rule pays
PAIRS = 1 << 18  # compared before looking again at what is joined
WIDTHS = (1, 4, None)  # partners tried of each row, round by round: most that can be joined are joined by few
ROWS_AT_ONCE = 1 << 17  # of large buckets, whose members are sorted together; no more than 2^16 buckets
DEEPEST = 4  # times a bucket is cut


@dataclass(slots=True)
class Linker:
    """Joins rows of Jaccard similarity `threshold` or more in `forest`; `compared` counts the pairs looked at."""

    sets: Sets
    threshold: float
    sizes: Rows = field(init=False)
    compared: int = 0
    joined: int = 0

    def __post_init__(self) -> None:
        self.sizes = self.sets.sizes

    def link(self, rows: Rows, keys: Hashes, forest: Forest, *, met: Hashes | None = None) -> None:
        """Compares all of `rows` that share a key, but for those that are joined already.

        met -- a number of each row of the table: rows that share key and number were compared before
        """
        rows, bucket = _buckets(rows, keys)
        apart = _are_apart(bucket, forest.roots(rows))
        if met is not None:
            apart &= _are_apart(bucket, met[rows])
        rows, bucket = rows[apart], bucket[apart]
        large = np.bincount(bucket)[bucket] > LARGE if bucket.size else np.zeros(0, bool)
        self._connect(rows[~large], bucket[~large], np.ones((~large).sum(), bool), forest, DEEPEST)
        self._cut(rows[large], bucket[large], np.ones(large.sum(), bool), forest, 0)

    def _cut(self, rows: Rows, bucket: Rows, leads: Flags, forest: Forest, depth: int) -> None:
        """Large buckets, one after another, by their rare members; `depth` is how often these were cut before."""
        ends = np.flatnonzero(np.append(np.diff(bucket) != 0, bucket.size > 0)) + 1
        at = 0
        while at < bucket.size:
            until = int(max(ends[ends <= at + ROWS_AT_ONCE].max(initial=0), ends[np.searchsorted(ends, at + 1)]))
            part = slice(at, until)
            numbers = np.cumsum(np.diff(bucket[part], prepend=bucket[at]) != 0)
            self._connect(*self._prefixes(rows[part], numbers, leads[part]), forest, depth + 1)
            at = until

    def _prefixes(self, rows: Rows, bucket: Rows, leads: Flags) -> tuple[Rows, Rows, Flags]:
        """The same rows in smaller buckets, one for each of the rare members that rows of a bucket share.

        Members that the same rows have, as runs of words around one slot, make one bucket. The third array says in
        which of them a row may be the smaller one of a pair, which has to share rarer ones.
        """
        members, owner = self.sets.take(rows)
        keyed = members | bucket[owner].astype(np.uint64) << HASH_BITS
        _, shared, counts = np.unique(keyed, return_inverse=True, return_counts=True)
        held_by = np.bincount(shared, (mixed(owner.astype(np.uint64) + np.uint64(1)) >> np.uint64(16)).astype(float))
        order = np.lexsort((held_by, counts))
        kind = np.empty(order.size, np.int64)  # of the members that the same rows have, the rarest first
        kind[order] = np.cumsum(np.diff(held_by[order], prepend=-1.0) != 0)
        kinds = np.sort(owner << 32 | kind[shared]) & 0xFFFFFFFF
        sizes = self.sizes[rows]
        place = np.arange(kinds.size) - np.repeat(np.cumsum(sizes) - sizes, sizes)
        first = (place == 0) | np.append(True, kinds[1:] != kinds[:-1])
        larger, smaller = (self._prefix(sizes, share)[owner] for share in (1.0, 2 / (1 + self.threshold)))
        chosen = np.flatnonzero(first & (place < larger))
        own, lead = owner[chosen], (leads[owner] & (place < smaller))[chosen]
        found, bucket = _buckets(np.arange(chosen.size), mixed(kinds[chosen].astype(np.uint64)))
        return rows[own[found]], bucket, lead[found]

    def _prefix(self, sizes: Rows, share: float) -> Rows:
        return np.asarray(sizes - np.ceil(self.threshold * share * sizes - 1e-9).astype(np.int64) + 1)

    def _connect(self, rows: Rows, bucket: Rows, leads: Flags, forest: Forest, depth: int) -> None:
        """Each leading row with those that come after its own component in the bucket, first with few, then with all.

        A bucket is done once its first row has met all: no other row has more to meet. What is then left and large is
        cut, but for what was cut `DEEPEST` times.
        """
        for width in WIDTHS:
            apart = _are_apart(bucket, forest.roots(rows))
            rows, bucket, leads = rows[apart], bucket[apart], leads[apart]
            if width is None and depth < DEEPEST and bucket.size:
                large = np.bincount(bucket)[bucket] > LARGE
                self._cut(rows[large], bucket[large], leads[large], forest, depth)
                rows, bucket, leads = rows[~large], bucket[~large], leads[~large]
            roots = forest.roots(rows)
            order = np.lexsort((roots, ~leads, bucket))
            rows, bucket, leads, roots = rows[order], bucket[order], leads[order], roots[order]
            fresh = np.ones(rows.size, bool)
            fresh[1:] = (np.diff(bucket) != 0) | (np.diff(roots) != 0) | (leads[1:] != leads[:-1])
            block = np.cumsum(fresh) - 1
            block_end = np.searchsorted(block, block, side="right")
            behind = np.where(leads, np.searchsorted(bucket, bucket, side="right") - block_end, 0)
            for left, right in _batches(block_end, behind if width is None else np.minimum(behind, width)):
                self._compare(rows[left], rows[right], forest)
            if width is None:
                return
            unfinished = behind[np.searchsorted(bucket, bucket)] > width
            rows, bucket, leads = rows[unfinished], bucket[unfinished], leads[unfinished]

    def _compare(self, left: Rows, right: Rows, forest: Forest) -> None:
        one, other = forest.roots(left), forest.roots(right)
        sizes = self.sizes[left], self.sizes[right]
        worth = (one != other) & (np.minimum(*sizes) >= self.threshold * np.maximum(*sizes) - 1e-9)
        pairs = np.minimum(left, right)[worth] * self.sizes.size + np.maximum(left, right)[worth]
        left, right = np.divmod(distinct(pairs), self.sizes.size)
        near = self.sets.near(left, right, self.threshold) > 0
        self.compared += left.size
        self.joined += int(near.sum())
        forest.join(left[near], right[near])


def _buckets(rows: Rows, keys: Hashes) -> tuple[Rows, Rows]:
    """The rows that share their key with another, ordered by bucket, and the bucket's number beside each.

    The low bits of a key give way to the place of its row, so that plain integers are sorted. That two keys may run
    into one costs a comparison.
    """
    bits = np.uint64(max(rows.size - 1, 1).bit_length())
    packed = np.sort(keys >> bits << bits | np.arange(rows.size, dtype=np.uint64))
    fresh = np.ones(rows.size, bool)
    np.not_equal(packed[1:] >> bits, packed[:-1] >> bits, out=fresh[1:])
    alone = fresh & np.append(fresh[1:], True)
    order = (packed[~alone] & ((np.uint64(1) << bits) - np.uint64(1))).astype(np.int64)
    return rows[order], np.cumsum(fresh[~alone]) - 1


def _are_apart(bucket: Rows, numbers: Rows | Hashes) -> Flags:
    """Whether the bucket of each row, which stand in order, holds rows of several numbers, such as their roots."""
    starts = np.flatnonzero(np.diff(bucket, prepend=-1))
    if not starts.size:
        return np.zeros(0, bool)
    several = np.minimum.reduceat(numbers, starts) != np.maximum.reduceat(numbers, starts)
    return np.repeat(several, np.diff(starts, append=bucket.size))


def _batches(start: Rows, count: Rows) -> Iterator[tuple[Rows, Rows]]:
    """Place i with each of the `count[i]` places from `start[i]` on, about `PAIRS` pairs at a time."""
    having = np.flatnonzero(count)
    ends = np.cumsum(count[having])
    at = 0
    while at < having.size:
        before = ends[at - 1] if at else 0
        until = max(at + 1, int(np.searchsorted(ends, before + PAIRS, side="right")))
        part = having[at:until]
        left = np.repeat(part, count[part])
        offset = np.arange(left.size) - np.repeat(ends[at:until] - count[part] - before, count[part])
        yield left, np.repeat(start[part], count[part]) + offset
        at = until
