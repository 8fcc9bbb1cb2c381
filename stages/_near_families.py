"""Families of near copies among the scanned questions of a table, and who of a family leaves for whom."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from stages._forest import Forest
from stages._near_links import Linker
from stages._near_scan import Scanned
from stages._near_sets import Rows, Sets, mixed

COMPARED_AT_MOST = 64  # rows a row is compared with on average; what is left then stays, in its cluster
MORE = 1  # content words that a copy may have beyond the other's


@dataclass(frozen=True, slots=True)
class Families:
    """Families are the components of `near`; those of `copies` lie within and hold rows that agree in their signs."""

    near: Forest
    copies: Forest
    num_compared: int
    num_joined: int


@dataclass(frozen=True, slots=True)
class Leaving:
    """Row numbers that leave, each with the row in whose favour and the exact similarity of the two.

    num_unsettled -- rows that stay because `COMPARED_AT_MOST` was reached before it was known whether they leave
    """

    rows: Rows
    winners: Rows
    jaccard: NDArray[np.float64]
    num_unsettled: int


def find_families(scanned: Scanned, threshold: float, *, keep_variants: bool) -> Families:
    """Compares all rows that meet in a band; with `keep_variants` off, all near rows are copies."""
    sets, digests = scanned.runs, scanned.digests
    marks = mixed(scanned.signs if keep_variants else np.zeros_like(scanned.signs))
    near, copies, linker = Forest(marks.size), Forest(marks.size), Linker(sets, threshold)
    filled = np.flatnonzero(sets.sizes)
    copies.join_equal(filled, (digests ^ marks)[filled])
    near.join_equal(filled, digests[filled])
    if keep_variants:
        known = np.flatnonzero(scanned.templates)
        near.join_equal(known, scanned.templates[known])
    lone = filled[copies.roots(filled) == filled]
    for keys in scanned.bands:
        own = np.asarray(keys)[lone]
        linker.link(lone, own ^ marks[lone], copies)
        if keep_variants:
            near.join(lone, copies.roots(lone))
            linker.link(lone, own, near, met=marks)
    near.join(filled, copies.roots(filled))
    return Families(near, copies, linker.compared, linker.joined)


def leaving(scanned: Scanned, copies: Forest, rank: Rows, threshold: float, *, keep_variants: bool) -> Leaving:
    """The best of each component stays and its copies leave; of those that are left the best stays, and so on.

    rank -- of each row that has a copy, the least is the best; each comparison is exact, so nothing leaves for a row it
            is not near to
    """
    rows = np.arange(rank.size)
    roots = copies.roots(rows)
    rows = rows[np.bincount(roots, minlength=rank.size)[roots] > 1]
    rows = rows[np.lexsort((rank[rows], roots[rows]))]
    found, spent, budget = [(rows[:0], rows[:0], np.empty(0))], 0, COMPARED_AT_MOST * rank.size
    while rows.size and spent < budget:
        first = np.concatenate([[True], roots[rows[1:]] != roots[rows[:-1]]])
        winners = rows[np.maximum.accumulate(np.where(first, np.arange(rows.size), 0))]
        jaccard = scanned.runs.near(rows, winners, threshold)
        goes = ~first & (jaccard > 0)
        if keep_variants:
            goes[goes] = _says_no_more(scanned.contents, rows[goes], winners[goes])
        found.append((rows[goes], winners[goes], jaccard[goes]))
        spent += rows.size
        rows = rows[~first & ~goes]
    left, winners, jaccard = (np.concatenate(parts) for parts in zip(*found, strict=True))
    return Leaving(left, winners, jaccard, rows.size)


def _says_no_more(contents: Sets, left: Rows, right: Rows) -> NDArray[np.bool_]:
    """Whether of the content words of each pair one has all that the other has, and at most `MORE` words more."""
    fewer, more = np.sort([contents.sizes_of(left), contents.sizes_of(right)], axis=0)
    return np.asarray((contents.common(left, right) == fewer) & (more - fewer <= MORE))
