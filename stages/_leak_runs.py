"""A table of the runs of words of all benchmark items, in flat arrays: cheap to build, and asked for many at once."""

from dataclasses import dataclass

import numpy as np

from stages._leak_words import Encoded, Flags, Hashes, Ints, Vocabulary, run_starts

_FILTER_BITS = 25


@dataclass(frozen=True, slots=True)
class RunHits:
    """Where runs of texts stand in items: parallel arrays. `at` is the word of the joined texts the run begins with."""

    at: Ints
    item: Ints
    place: Ints


@dataclass(frozen=True, slots=True)
class RunTable:
    """`hashes` ascend; the postings of the i-th are `bounds[i]` to `bounds[i + 1]`.

    `filter` has a bit for each hash, in bytes: most runs of most texts are in no benchmark, and one look says so.
    """

    length: int
    hashes: Hashes
    bounds: Ints
    items: Ints
    places: Ints
    filter: Flags

    def find(self, texts: Encoded, vocabulary: Vocabulary, *, where: Flags | None = None) -> RunHits:
        """All runs of the texts that are in the table; only those that begin `where` it is true."""
        hashes = vocabulary.run_hashes(texts.ids, self.length)
        wanted = self.filter[hashes & np.uint64(len(self.filter) - 1)] & run_starts(texts, self.length)
        if where is not None:
            wanted &= where[: len(wanted)]
        at = np.flatnonzero(wanted)
        if not len(at) or not len(self.hashes):
            return RunHits(*(np.zeros(0, np.int64) for _ in range(3)))
        row = np.minimum(np.searchsorted(self.hashes, hashes[at]), len(self.hashes) - 1)
        same = self.hashes[row] == hashes[at]
        at, row = at[same], row[same]
        counts = self.bounds[row + 1] - self.bounds[row]
        first = np.repeat(self.bounds[row] - np.cumsum(counts) + counts, counts)
        posting = first + np.arange(int(counts.sum()))
        return RunHits(np.repeat(at, counts), self.items[posting], self.places[posting])


def run_table(
    items: Encoded, vocabulary: Vocabulary, *, length: int, where: Flags, family: Ints, common: int, keep: int = 0
) -> RunTable:
    """The runs that fewer than `common` families of items share, and of each item its `keep` rarest in any case.

    where   -- for each word, whether a run that begins with it is told of
    family  -- the number of each item's family: copies of one item count as one
    """
    hashes = vocabulary.run_hashes(items.ids, length)
    at = np.flatnonzero(run_starts(items, length) & where[: len(hashes)])
    at = at[np.argsort(hashes[at], kind="stable")]
    run, item = hashes[at], items.text_of[at]
    shared = _shared(run, family[item])
    kept = shared < common
    if keep:
        kept |= _rarest(item, shared, kept, keep)
    run, item, at = run[kept], item[kept], at[kept]
    first = _firsts(run)
    unique = run[first]
    present = np.zeros(1 << (_FILTER_BITS if len(unique) > 1 << 16 else 20), np.bool_)
    present[unique & np.uint64(len(present) - 1)] = True
    bounds = np.append(np.flatnonzero(first), len(run))
    return RunTable(length, unique, bounds, item, at - items.starts[item], present)


def distinct(values: Ints) -> Ints:
    """Each value once, ascending."""
    ordered = np.sort(values)
    return ordered[_firsts(ordered)]


def _firsts(run: Hashes | Ints) -> Flags:
    """Where another value begins."""
    flags = np.ones(len(run), np.bool_)
    flags[1:] = run[1:] != run[:-1]
    return flags


def _shared(run: Hashes, family: Ints) -> Ints:
    """For each posting, how many families share its run; postings of one run are neighbours."""
    group = np.cumsum(_firsts(run)) - 1
    size = int(family.max(initial=0)) + 1
    pairs = distinct(group * size + family) // size
    counts: Ints = np.bincount(pairs)[group] if len(group) else group
    return counts


def _rarest(item: Ints, shared: Ints, kept: Flags, keep: int) -> Flags:
    """The `keep` rarest postings of each item of which fewer are kept."""
    few = np.flatnonzero(np.bincount(item[kept], minlength=int(item.max(initial=0)) + 1)[item] < keep)
    order = few[np.lexsort((shared[few], item[few]))]
    flags = np.zeros(len(item), np.bool_)
    flags[order] = np.arange(len(order)) - np.searchsorted(item[order], item[order]) < keep
    return flags
