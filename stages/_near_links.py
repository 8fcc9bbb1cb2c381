"""Which rows belong together: rows that meet in a band are compared, those near enough are joined.

What is joined already is not compared again, so a bucket of copies costs as many comparisons as it has rows. A large
bucket of rows that are *not* near (one sentence of boilerplate, ten thousand problems) is cut by the prefix rule of
set joins (Chaudhuri, Ganti and Kaushik 2006), which loses no pair: two sets of Jaccard similarity t or more share one
of the |A| - ceil(t |A|) + 1 members that are rarest in the bucket.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np

from stages._forest import Forest
from stages._near_sets import HASH_BITS, Hashes, Rows, Sets, distinct, mixed

LARGE = 64  # rows of a bucket from which on the prefix rule pays
PAIRS = 1 << 18  # compared before looking again at what is joined
WIDTHS = (1, 8, 64, None)  # partners tried of each row, round by round: most that can be joined are joined by few
GROUPS_AT_ONCE = 1 << 16


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

    def link(self, rows: Rows, keys: Hashes, forest: Forest) -> None:
        """Compares all of `rows` that share a key, but for those that are joined already."""
        rows, bucket = _buckets(rows, keys)
        large = np.bincount(bucket)[bucket] > LARGE if bucket.size else np.zeros(0, bool)
        self._connect(rows[~large], bucket[~large], forest)
        numbers = np.unique(bucket[large], return_inverse=True)[1]
        for start in range(0, int(numbers.max(initial=-1)) + 1, GROUPS_AT_ONCE):
            part = (numbers >= start) & (numbers < start + GROUPS_AT_ONCE)
            self._connect(*self._prefixes(rows[large][part], numbers[part] - start), forest)

    def _prefixes(self, rows: Rows, bucket: Rows) -> tuple[Rows, Rows]:
        """The same rows in smaller buckets, one for each of the rare members that rows of a bucket share."""
        members, owner = self.sets.take(rows)
        keyed = members | bucket[owner].astype(np.uint64) << HASH_BITS
        _, shared, counts = np.unique(keyed, return_inverse=True, return_counts=True)
        order = np.lexsort((shared, counts[shared], owner))
        sizes = self.sizes[rows]
        place = np.arange(order.size) - np.repeat(np.cumsum(sizes) - sizes, sizes)
        prefix = sizes - np.ceil(self.threshold * sizes - 1e-9).astype(np.int64) + 1
        chosen = order[place < np.repeat(prefix, sizes)]
        return _buckets(rows[owner[chosen]], mixed(shared[chosen].astype(np.uint64)))

    def _connect(self, rows: Rows, bucket: Rows, forest: Forest) -> None:
        """Each row with those that come after its own component in the bucket, first with few of them, then with all.

        A bucket is done once its first row has met all: no other row has more to meet.
        """
        for width in WIDTHS:
            roots = forest.roots(rows)
            order = np.lexsort((roots, bucket))
            rows, bucket, roots = rows[order], bucket[order], roots[order]
            end = np.searchsorted(bucket, bucket, side="right")
            fresh = np.concatenate([[True], (bucket[1:] != bucket[:-1]) | (roots[1:] != roots[:-1])])[: rows.size]
            block = np.cumsum(fresh) - 1
            block_end = np.searchsorted(block, block, side="right")
            apart = end - block_end
            for left, right in _batches(block_end, apart if width is None else np.minimum(apart, width)):
                self._compare(rows[left], rows[right], forest)
            if width is None:
                return
            unfinished = apart[np.searchsorted(bucket, bucket)] > width
            rows, bucket = rows[unfinished], bucket[unfinished]

    def _compare(self, left: Rows, right: Rows, forest: Forest) -> None:
        one, other = forest.roots(left), forest.roots(right)
        sizes = self.sizes[left], self.sizes[right]
        worth = (one != other) & (np.minimum(*sizes) >= self.threshold * np.maximum(*sizes) - 1e-9)
        pairs = np.minimum(left, right)[worth] * self.sizes.size + np.maximum(left, right)[worth]
        left, right = np.divmod(distinct(pairs), self.sizes.size)
        near = self.sets.jaccard(left, right) >= self.threshold
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
